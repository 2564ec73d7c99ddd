"""What workers and widgets of the chat tell the app; only the app's handlers change the screen."""

from __future__ import annotations

from textual.message import Message
from textual.widget import Widget

from assistant.chat import Chat
from assistant.conversation import Card, Reply, Turn
from assistant.views import Panels


class Opened(Message):
    """The shop is open; `history` is the resumed conversation, oldest first."""

    def __init__(self, chat: Chat, history: list[tuple[str, Reply]], panels: Panels | None) -> None:
        super().__init__()
        self.chat, self.history, self.panels = chat, history, panels


class OpenFailed(Message):
    """The shop cannot be opened; `reason` is fit to be shown."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class Answered(Message):
    """The reply to a turn, and how cart and profile stand after it."""

    def __init__(self, turn: Turn, reply: Reply, panels: Panels | None) -> None:
        super().__init__()
        self.turn, self.reply, self.panels = turn, reply, panels


class Failed(Message):
    """A turn came to nothing; `error` is what the engine raised."""

    def __init__(self, turn: Turn, error: Exception) -> None:
        super().__init__()
        self.turn, self.error = turn, error


class CardChosen(Message):
    """A card was opened, or (`add`) put into the cart."""

    def __init__(self, card: Card, add: bool = False) -> None:
        super().__init__()
        self.card, self.add = card, add


class PhotoPasted(Message):
    """The path of a picture file was pasted into the input line."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path


class Typed(Message):
    """Something was typed outside the input line."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class LaidOut(Message):
    """A reply has taken its room, or taken another; `shown` is its widget."""

    def __init__(self, shown: Widget) -> None:
        super().__init__()
        self.shown = shown
