"""The demo shop, opened once for the tests of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.engine import Assistant
from assistant.scripted.runner import NOW, demo_template
from knowledge.shop import Shop


@pytest.fixture(scope="module")
def opened() -> Iterator[Assistant]:
    assistant = Assistant.open(Shop.open(demo_template()), lambda: NOW)
    yield assistant
    assistant.close()
