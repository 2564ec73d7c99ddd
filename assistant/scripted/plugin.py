"""pytest plug-in: every conversation of a collected YAML file is a test.

Off unless `--aisle-scripts` is given or `aisle_scripts = true` is set, since pytest loads the
plug-in for every project in whose environment Aisle is installed; nothing heavy is imported then.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from assistant.scripted.format import Conversation
    from assistant.scripted.runner import Stage

_STAGE: pytest.StashKey[Stage] = pytest.StashKey()


class ScriptBroken(Exception):
    """A scripted conversation does not hold; the message is what to show."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Two ways to switch the plug-in on."""
    group = parser.getgroup("aisle")
    group.addoption(
        "--aisle-scripts",
        action="store_true",
        help="collect scripted conversations (YAML files) as tests",
    )
    parser.addini(
        "aisle_scripts", "collect scripted conversations as tests", type="bool", default=False
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """YAML files become collectors of conversations."""
    if file_path.suffix not in (".yaml", ".yml"):
        return None
    config = parent.config
    if not (config.getoption("--aisle-scripts") or config.getini("aisle_scripts")):
        return None
    collector: pytest.Collector = ScriptFile.from_parent(parent, path=file_path)
    return collector


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Release the shop that the conversations were played on."""
    stage = session.config.stash.get(_STAGE, None)
    if stage is not None:
        stage.close()


class ScriptFile(pytest.File):
    """One YAML file."""

    def collect(self) -> Iterable[pytest.Item]:
        """One item a conversation."""
        from assistant.scripted.format import ScriptError, read_script

        try:
            conversations = read_script(self.path)
        except ScriptError as error:
            # pytest shows a CollectError as its bare message.
            raise self.CollectError(str(error)) from None
        for conversation in conversations:
            yield ScriptItem.from_parent(self, name=conversation.name, conversation=conversation)


class ScriptItem(pytest.Item):
    """One conversation."""

    def __init__(self, *, conversation: Conversation, **rest: Any) -> None:
        super().__init__(**rest)
        self._conversation = conversation

    def runtest(self) -> None:
        """Play it on the session's shop."""
        result = _stage(self.config).play(self._conversation, self.path.parent)
        if result.failure is not None:
            raise ScriptBroken(result.failure.to_text())

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """The readable difference for a broken script, else the usual report."""
        if isinstance(excinfo.value, ScriptBroken):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo, style))

    def reportinfo(self) -> tuple[Path, None, str]:
        """File and name, as pytest's summary shows them."""
        return self.path, None, self.name


def _stage(config: pytest.Config) -> Stage:
    """One stage a process, on a shop that parallel processes build once."""
    from assistant.scripted.runner import Stage, demo_template

    if _STAGE not in config.stash:
        config.stash[_STAGE] = Stage(demo_template())
    return config.stash[_STAGE]
