"""The lines of the chat: messages, header, suggestions, key bar and the input line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.style import Style
from textual.timer import Timer
from textual.widgets import Input, Static

from assistant.chat import photo_path, safe
from assistant.conversation import Language, Reply, Suggestion
from assistant.terminal.actions import ACTIONS, SUGGESTION_KEYS, keys_of
from assistant.terminal.bindings import bindings
from assistant.terminal.cards import CardList
from assistant.terminal.fold import fold
from assistant.terminal.messages import LaidOut, PhotoPasted
from assistant.terminal.strings import say

REVEAL_STEPS = 15
"""Chunks a reply is revealed in."""
REVEAL_SECONDS = 1 / 30
"""Between two chunks, so that a whole reply takes half a second however long it is."""


class ChatLog(VerticalScroll):
    """The conversation, newest last."""

    can_focus = False


class UserMessage(Static):
    """What the shopper said."""

    def __init__(self, text: str, photo: str, language: Language, *, waiting: bool = False) -> None:
        super().__init__("", markup=False, classes="message user")
        self._text = safe(text)
        self._photo = safe(photo, lines=False)
        self._language = language
        self.waiting(waiting)

    def waiting(self, yes: bool) -> None:
        """Say in words that earlier messages are answered first."""
        parts: list[str | tuple[str, str]] = [
            (f"{say('you', self._language)}  ", "bold $text-accent")
        ]
        if self._photo:
            parts.append((f"[{say('photo', self._language, name=self._photo)}] ", "italic"))
        parts.append(self._text)
        if yes:
            parts.append((f"  ({say('queued', self._language)})", "italic dim"))
        self.update(Content.assemble(*parts))


class Notice(Static):
    """Something the chat itself says, such as that a turn came to nothing."""

    def __init__(self, text: str, *, trouble: bool = False) -> None:
        super().__init__(
            Content(safe(text)),
            markup=False,
            classes="message notice -trouble" if trouble else "message notice",
        )


class ReplyText(Static):
    """The text of a reply, revealed in chunks."""

    def __init__(self, text: str, *, reveal: bool) -> None:
        super().__init__("", markup=False, classes="reply-text")
        self.text = safe(text)
        self._revealed = 0 if reveal else len(self.text)
        self._timer: Timer | None = None
        self._lay_out()

    @property
    def whole(self) -> bool:
        """True once all of the text is to be seen."""
        return self._revealed >= len(self.text)

    def on_mount(self) -> None:
        """Begin to reveal."""
        if not self.whole:
            self._timer = self.set_interval(REVEAL_SECONDS, self.reveal)

    def on_resize(self) -> None:
        """Break the lines anew."""
        self._lay_out()

    def reveal(self) -> None:
        """Show the next chunk."""
        self._revealed += max(4, len(self.text) // REVEAL_STEPS)
        if self.whole:
            self.finish()
        else:
            self._lay_out()

    def finish(self) -> None:
        """Show all of the text now."""
        self._revealed = len(self.text)
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._lay_out()

    def _lay_out(self) -> None:
        # The whole text takes its room from the start, so that nothing jumps while it is revealed.
        content = Content(fold(self.text, self.size.width))
        if not self.whole:
            hidden = Style(foreground=self.background_colors[1]) if self.is_attached else "dim"
            content = content.stylize(hidden, self._revealed)
        self.update(content)


class ReplyMessage(Vertical):
    """A reply: its text, revealed in chunks, its cards and its sources."""

    def __init__(self, reply: Reply, folder: Path | None, *, reveal: bool) -> None:
        super().__init__(classes="message reply")
        self.reply = reply
        self._folder = folder
        self._words = ReplyText(reply.opening, reveal=reveal)

    def compose(self) -> ComposeResult:
        """Text first, then what it speaks of."""
        yield self._words
        if self.reply.cards:
            yield CardList(self.reply.cards, self.reply.language, self._folder)
        notes = self._notes()
        if notes:
            yield Static(notes, markup=False, classes="reply-notes")
        if self.reply.closing:
            yield ReplyText(self.reply.closing, reveal=False)

    def on_resize(self) -> None:
        """Cards and lines find their height only when they are laid out."""
        self.post_message(LaidOut(self))

    def finish(self) -> None:
        """Show all of the text now."""
        if not self._words.whole:
            self._words.finish()

    @property
    def card_list(self) -> CardList | None:
        """The cards of this reply, where it has any."""
        return next((child for child in self.children if isinstance(child, CardList)), None)

    def _notes(self) -> Content | None:
        language = self.reply.language
        lines = [
            Content.styled(
                f"[{say('source', language, title=safe(cited.title, lines=False))}]",
                "italic dim",
            )
            for cited in self.reply.citations
        ]
        if self.reply.handoff is not None:
            lines.append(Content.styled(say("handoff", language), "bold"))
        return Content("\n").join(lines) if lines else None


class HeaderLine(Static):
    """Which shop, who is shopping, which language."""

    def show(self, shop: str, customer: str, language: Language) -> None:
        """Set the line; every part is plain text."""
        self.update(
            Content.assemble(
                (f" {shop}", "bold"),
                ("  ·  ", "dim"),
                safe(customer, lines=False),
                ("  ·  ", "dim"),
                say("language", language),
            )
        )


class SuggestionBar(Static):
    """What could be said next, each with its key; a click says it too."""

    def __init__(self) -> None:
        super().__init__("", id="suggestions", markup=False)
        self.offers: tuple[Suggestion, ...] = ()
        self._keymap: Mapping[str, str] = {}

    def use_keys(self, keymap: Mapping[str, str]) -> None:
        """Show these keys instead of the default ones."""
        self._keymap = keymap

    def offer(self, offers: Iterable[Suggestion]) -> None:
        """Show these suggestions, as many as have keys."""
        self.offers = tuple(offers)[:SUGGESTION_KEYS]
        by_id = {action.id: action for action in ACTIONS}
        chips = []
        for place, offer in enumerate(self.offers, start=1):
            key = keys_of(by_id[f"suggestion_{place}"], self._keymap)[0]
            chip = Content.assemble(
                (f" {key} ", "bold $text-accent on $accent 20%"),
                (f" {safe(offer.label, lines=False)} ", "on $surface-lighten-1"),
            )
            click = Style.from_meta({"@click": f"app.suggest({place})"})
            chips.append(chip.stylize(click))
        self.update(Content("  ").join(chips))

    def busy(self, text: str) -> None:
        """Say that an answer is on its way."""
        self.offers = ()
        self.update(Content.styled(text, "italic dim"))


class KeyBar(Static):
    """The keys that matter most, with their names."""

    def show(self, language: Language, keymap: Mapping[str, str]) -> None:
        """Set the bar in the reader's language."""
        parts = []
        for action in ACTIONS:
            keys = keys_of(action, keymap)
            if action.bar and keys:
                part = Content.assemble(
                    (f" {keys[0]}", "bold $text-accent"), f" {action.labelled(language)} "
                )
                click = Style.from_meta({"@click": f"app.{action.call}"})
                parts.append(part.stylize(click))
        self.update(Content(" ").join(parts))


class ChatInput(Input):
    """The input line: remembers what was written, and knows the path of a photo when pasted."""

    BINDINGS = bindings("input")

    def __init__(self) -> None:
        super().__init__(id="input", select_on_focus=False)
        self._written: list[str] = []
        self._place = 0
        self._draft = ""

    def remember(self, text: str) -> None:
        """Keep a sent message for the up key."""
        if text and (not self._written or self._written[-1] != text):
            self._written.append(text)
        self._place = len(self._written)
        self._draft = ""

    def action_earlier(self) -> None:
        """What was written before."""
        if self._place == len(self._written):
            self._draft = self.value
        if self._place > 0:
            self._place -= 1
            self._put(self._written[self._place])

    def action_later(self) -> None:
        """Towards what is being written."""
        if self._place < len(self._written):
            self._place += 1
            at_end = self._place == len(self._written)
            self._put(self._draft if at_end else self._written[self._place])

    def on_paste(self, event: events.Paste) -> None:
        """A picture's path becomes a photo; of other text, line breaks become spaces."""
        event.prevent_default()
        event.stop()
        if not self.value.strip() and photo_path(event.text) is not None:
            self.post_message(PhotoPasted(event.text.strip()))
            return
        text = safe(" ".join(event.text.split("\n")), lines=False)
        if self.selection.is_empty:
            self.insert_text_at_cursor(text)
        else:
            self.replace(text, *self.selection)

    def _put(self, text: str) -> None:
        self.value = text
        self.cursor_position = len(text)
