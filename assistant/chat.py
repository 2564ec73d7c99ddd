"""What the terminal chat and the plain mode share: the conversation, safe text, photos."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote, urlsplit

from assistant.conversation import Card, Language, Reply, Turn
from assistant.terminal.strings import say

if TYPE_CHECKING:
    from assistant.views import Panels

MOST_PHOTO_BYTES = 20_000_000
"""Larger files are refused before they are read."""

PHOTO_ENDINGS = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp"})

# Bidirectional overrides, isolates and marks reorder what a reader sees, tags and the byte order
# mark hide in it; they carry no words.
_UNSEEN = frozenset(
    "\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
) | {chr(code) for code in range(0xE0000, 0xE0080)}
_UNFIT = frozenset({"Cc", "Cs", "Co", "Zl", "Zp"})


class Replies(Protocol):
    """What a chat needs of the assistant; `assistant.engine.Assistant` is one."""

    def reply(self, turn: Turn) -> Reply:
        """The answer to a turn, committed; raises where nothing was changed."""
        ...

    def history(self, conversation_id: str) -> list[tuple[str, Reply]]:
        """Every (message, reply) of a conversation, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class Chat:
    """One shopper's conversation with one shop, ready to be held."""

    replies: Replies
    conversation_id: str
    customer_id: str | None = None
    shop_names: Mapping[str, str] | None = None
    """Name of the shop by language; empty or missing: not shown."""
    language: Language = "en"
    """Of the interface, until the first reply says which one is spoken."""
    folder: Path | None = None
    """Shop folder; pictures of cards are relative to it."""
    panels: Callable[[str, Language], Panels] | None = None
    """Cart and profile of (conversation id, language), as they stand now."""
    close: Callable[[], None] | None = None
    """Lets go of the shop's files."""

    def shop_name(self, language: Language) -> str:
        """The shop's name as it is shown to a reader of `language`."""
        names = self.shop_names or {}
        return safe(names.get(language) or names.get("en") or "Aisle", lines=False)


class PhotoError(ValueError):
    """A photo cannot be taken; the message names the file and what to do."""


def new_conversation_id() -> str:
    """An id that no other conversation has."""
    return uuid.uuid4().hex


def safe(text: str, *, lines: bool = True) -> str:
    """`text` as a terminal may show it: no control, bidi or private characters, lone surrogates.

    Line breaks stay where `lines` is true, else they become spaces; tabs always do.
    """
    kept = []
    for char in text.replace("\r\n", "\n").replace("\t", " "):
        if char == "\n":
            kept.append("\n" if lines else " ")
        elif char not in _UNSEEN and unicodedata.category(char) not in _UNFIT:
            kept.append(char)
    return "".join(kept)


def price(amount: Decimal, currency: str, language: Language) -> str:
    """An exact amount in the reader's notation."""
    from assistant.wording.render import money

    return money(amount, currency, language)


def value_word(value: str, language: Language) -> str:
    """An option's value, such as a colour, in the reader's language."""
    from knowledge.vocabulary import translate_value

    return safe(translate_value(value, language), lines=False)


def option_words(card: Card, language: Language) -> str:
    """The shown variant in words: "navy, M"."""
    separator = "、" if language == "zh" else ", "
    return separator.join(value_word(value, language) for value in card.options.values() if value)


def stock_word(card: Card, language: Language) -> str:
    """Whether it can be had, in words."""
    return say("in_stock" if card.in_stock else "out_of_stock", language)


def card_line(card: Card, language: Language) -> str:
    """A card as one line: "1. Title (navy, M), $49.00 (was $59.00), in stock; reason"."""
    number = f"{card.ordinal}. " if card.ordinal else ""
    options = option_words(card, language)
    title = safe(card.title, lines=False) + (
        say("in_brackets", language, text=options) if options else ""
    )
    parts = [title, price(card.price, card.currency, language)]
    if card.list_price is not None:
        was = say("was", language, price=price(card.list_price, card.currency, language))
        parts[-1] += say("in_brackets", language, text=was)
    parts.append(stock_word(card, language))
    if card.sponsored:
        parts.append(say("sponsored", language))
    line = number + say("comma", language).join(parts)
    reasons = say("semicolon", language).join(safe(r, lines=False) for r in card.reasons)
    return line + (say("semicolon", language) + reasons if reasons else "")


def about_card(card: Card, language: Language) -> str:
    """What is said when a shopper opens a card."""
    if card.ordinal:
        return say("say_about", language, number=card.ordinal)
    return say("say_about_title", language, title=safe(card.title, lines=False))


def add_card(card: Card, language: Language) -> str:
    """What is said when a shopper puts a card into the cart."""
    if card.ordinal:
        return say("say_add", language, number=card.ordinal)
    return say("say_add_title", language, title=safe(card.title, lines=False))


def photo_path(text: str) -> Path | None:
    """The picture file that `text` is the path of, as dragged or pasted into a terminal, or None.

    Quotes, `file://` and backslash-escaped spaces are understood; the file must exist.
    """
    text = text.strip()
    if not text or "\n" in text or len(text) > 4096:
        return None
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1]
    if text.startswith("file://"):
        text = unquote(urlsplit(text).path)
    for candidate in dict.fromkeys((text, text.replace("\\ ", " "))):
        try:
            path = Path(candidate).expanduser()
            if path.suffix.lower() in PHOTO_ENDINGS and path.is_file():
                return path
        except (OSError, ValueError, RuntimeError):
            continue
    return None


def read_photo(path: Path, language: Language) -> bytes:
    """The bytes of a photo; whether they are a picture is for the engine to see.

    Raises:
        PhotoError: no such file, a folder, unreadable or larger than 20 MB.
    """
    shown = safe(str(path), lines=False)
    try:
        if not path.is_file():
            raise PhotoError(say("photo_missing", language, path=shown))
        if path.stat().st_size > MOST_PHOTO_BYTES:
            raise PhotoError(say("photo_large", language, path=shown))
        return path.read_bytes()
    except (OSError, ValueError) as error:
        if isinstance(error, PhotoError):
            raise
        raise PhotoError(say("photo_unreadable", language, path=shown)) from error


def photo_argument(argument: str, language: Language) -> tuple[Path, bytes, str]:
    """The file, its bytes and the words after it, of what follows `/image`.

    Raises:
        PhotoError: nothing follows, or the file cannot be taken.
    """
    argument = argument.strip()
    if not argument:
        raise PhotoError(say("photo_which", language))
    whole = photo_path(argument)
    if whole is not None:
        return whole, read_photo(whole, language), ""
    if argument[0] in "'\"" and argument[0] in argument[1:]:
        end = argument.index(argument[0], 1)
        first, rest = argument[1:end], argument[end + 1 :]
    else:
        first, _, rest = argument.replace("\\ ", "\0").partition(" ")
        first, rest = first.replace("\0", " "), rest.replace("\0", "\\ ")
    path = photo_path(first) or Path(first.replace("\0", "")).expanduser()
    return path, read_photo(path, language), rest.strip()


def calm(error: BaseException, language: Language) -> str:
    """What a shopper reads when the engine failed: nothing was changed, and why where that is
    known. Only messages of Aisle's own errors are fit to be shown."""
    module = type(error).__module__ or ""
    own = module.split(".")[0] in ("assistant", "knowledge", "db")
    reason = safe(str(error), lines=False) if own and str(error) else say("fault", language)
    return say("failed", language, reason=reason)
