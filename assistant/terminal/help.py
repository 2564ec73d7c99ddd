"""The help screen: every key and slash command, from the registry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from assistant.conversation import Language
from assistant.terminal.actions import ACTIONS, commands, keys_of
from assistant.terminal.strings import say


class TextScreen(ModalScreen[None]):
    """A page of text over the chat; Esc, Enter or q closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q,f1", "dismiss", "Close", show=False)
    ]

    def __init__(self, title: str, content: Content, foot: str) -> None:
        super().__init__()
        self._title, self._content, self._foot = title, content, foot

    def compose(self) -> ComposeResult:
        """Title in the frame, the text, and how to close it."""
        page = VerticalScroll(Static(self._content, markup=False), id="page")
        page.border_title = Content(self._title)
        page.border_subtitle = Content(self._foot)
        yield page

    async def action_dismiss(self, result: None = None) -> None:
        """Back to the chat."""
        self.dismiss(result)


def help_content(
    language: Language, keymap: Mapping[str, str], keys_file: str, *, names: bool = True
) -> Content:
    """Keys first (with the `names` keys.toml knows them by), then commands, then where to change
    the keys."""
    lines = [Content.styled(say("help_keys", language), "bold $text-accent")]
    for action in ACTIONS:
        keys = keys_of(action, keymap)
        if keys:
            lines.append(
                _row(" / ".join(keys), action.helped(language), action.id if names else "")
            )
    lines += [Content(""), Content.styled(say("help_commands", language), "bold $text-accent")]
    for action in commands():
        usage = f"/{action.slash} {action.argument}".strip()
        lines.append(_row(usage, action.helped(language), ""))
    lines += [Content(""), Content.styled(say("help_remap", language, path=keys_file), "italic")]
    return Content("\n").join(lines)


def _row(left: str, text: str, name: str) -> Content:
    parts: list[str | tuple[str, str]] = [(f"{left:<14}", "bold"), text]
    if name:
        parts.append((f"  {name}", "dim"))
    return Content.assemble(*parts)
