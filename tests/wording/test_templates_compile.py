"""Every template is sound, although each is compiled only when it is first worded."""

from __future__ import annotations

import pytest

from assistant.conversation import Language
from assistant.wording.render import wording


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_template_compiles(language: Language) -> None:
    worded = wording(language)
    texts = [text for options in worded._templates.values() for text in options]
    assert len(texts) > 200
    for text in texts:
        worded._compiled(text)
