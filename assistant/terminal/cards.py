"""Product cards: picture, title, price, options, stock in words, and why it is shown."""

from __future__ import annotations

from pathlib import Path

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, ItemGrid
from textual.content import Content
from textual.widgets import Static

from assistant.chat import option_words, price, safe, stock_word
from assistant.conversation import Card, Language
from assistant.terminal.bindings import bindings
from assistant.terminal.messages import CardChosen, Typed
from assistant.terminal.picture import Picture
from assistant.terminal.strings import say


class ProductCard(Horizontal):
    """One product. Focused, Enter asks about it and `a` puts it into the cart."""

    can_focus = True
    BINDINGS = bindings("card")

    def __init__(self, card: Card, language: Language, folder: Path | None) -> None:
        super().__init__(classes="card")
        self.card = card
        self._language = language
        self._picture = _picture_path(card, folder)

    def compose(self) -> ComposeResult:
        """The picture, and the words beside or under it."""
        yield Picture(
            self._picture,
            self.card.image_alt or say("no_picture", self._language),
        )
        yield Static(card_content(self.card, self._language), markup=False, classes="card-text")

    def retire(self) -> None:
        """A newer list is on show: numbers count in that one, so this card can no longer be
        chosen by its number."""
        self.can_focus = False
        self.add_class("-old")

    def on_focus(self) -> None:
        """The picture's margin takes the card's colour."""
        self.query_one(Picture).refresh()

    def on_blur(self) -> None:
        """Likewise."""
        self.query_one(Picture).refresh()

    def on_click(self, event: events.Click) -> None:
        """A double click opens the card, as Enter does."""
        if self.can_focus and event.chain == 2:
            self.action_open()

    def on_key(self, event: events.Key) -> None:
        """What is typed here is meant for the input line, but for the card's own keys."""
        bound = event.key in self.screen.active_bindings
        if event.character is not None and event.is_printable and not bound:
            event.stop()
            self.post_message(Typed(event.character))

    def action_open(self) -> None:
        """Ask about this product."""
        self.post_message(CardChosen(self.card))

    def action_add(self) -> None:
        """Put this product into the cart."""
        self.post_message(CardChosen(self.card, add=True))

    def action_go(self, step: int) -> None:
        """Focus the next or previous card of the list."""
        cards = [card for card in self._siblings() if card.can_focus]
        place = cards.index(self) + step
        if 0 <= place < len(cards):
            cards[place].focus()

    def _siblings(self) -> list[ProductCard]:
        assert self.parent is not None
        return [child for child in self.parent.children if isinstance(child, ProductCard)]


class CardList(ItemGrid):
    """The cards of one reply: side by side where there is room, stacked where not."""

    def __init__(self, cards: tuple[Card, ...], language: Language, folder: Path | None) -> None:
        super().__init__(
            *(ProductCard(card, language, folder) for card in cards),
            classes="cards",
            min_column_width=40,
            stretch_height=True,
        )

    @property
    def cards(self) -> list[ProductCard]:
        """The cards, in order."""
        return [child for child in self.children if isinstance(child, ProductCard)]


def card_content(card: Card, language: Language) -> Content:
    """The words of a card, a fact a line. Built from parts: nothing in the data is markup."""
    number = f"{card.ordinal}. " if card.ordinal else ""
    lines = [
        Content.assemble((number, "bold $text-accent"), (safe(card.title, lines=False), "bold"))
    ]
    if card.brand and card.brand.casefold() not in card.title.casefold():
        lines.append(Content.styled(safe(card.brand, lines=False), "dim"))
    lines.append(_price(card, language))
    options = option_words(card, language)
    if options:
        lines.append(Content.styled(options, "dim"))
    lines.append(
        Content.styled(
            stock_word(card, language), "$text-success" if card.in_stock else "$text-warning"
        )
    )
    if card.sponsored:
        lines.append(Content.styled(say("sponsored", language), "reverse"))
    lines += [
        Content.styled(f"· {safe(reason, lines=False)}", "italic dim") for reason in card.reasons
    ]
    return Content("\n").join(lines)


def _price(card: Card, language: Language) -> Content:
    now = Content.styled(price(card.price, card.currency, language), "bold $text-accent")
    if card.list_price is None:
        return now
    before = price(card.list_price, card.currency, language)
    head, _, tail = say("was", language, price="\0").partition("\0")
    return Content.assemble(now, ("  " + head, "dim"), (before, "strike dim"), (tail, "dim"))


def _picture_path(card: Card, folder: Path | None) -> Path | None:
    """The picture's file, where it lies within the shop folder."""
    if folder is None or not card.image_path or "\0" in card.image_path:
        return None
    try:
        root = folder.resolve()
        path = (root / card.image_path).resolve()
    except (OSError, ValueError):
        return None
    return path if path.is_relative_to(root) else None
