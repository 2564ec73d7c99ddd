"""A made assistant with known answers, and the conversations held with it."""

from __future__ import annotations

import threading
from decimal import Decimal
from pathlib import Path

from assistant.chat import Chat
from assistant.conversation import Card, Citation, Handoff, Language, Reply, Suggestion, Turn
from assistant.views import CartLineView, CartView, Panels, ProfileView, Wish
from db.errors import DatabaseBusy


def card(ordinal: int, title: str = "Trail Shoe", **changed: object) -> Card:
    """A card with everything on it."""
    values: dict[str, object] = {
        "product_id": f"p{ordinal}",
        "variant_id": f"v{ordinal}",
        "title": title,
        "price": Decimal("49.00"),
        "currency": "USD",
        "brand": "Fern",
        "list_price": Decimal("59.00"),
        "options": {"color": "navy", "size": "M"},
        "reasons": ("rated 4.6 by 31 shoppers",),
        "image_path": "images/shoe.png",
        "image_alt": "a navy shoe",
        "ordinal": ordinal,
    }
    return Card(**{**values, **changed})  # type: ignore[arg-type]


HOSTILE = "[/] [red]red[/red] [@click=app.quit]x[/] \x1b[2J\x07bell \u202eevil"


class FakeAssistant:
    """Answers by the words of the turn and remembers what it was asked."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []
        self.past: list[tuple[str, Reply]] = []
        self.gate: threading.Event | None = None
        """Where set, replies wait for it."""

    def reply(self, turn: Turn) -> Reply:
        """Cards for "shoes", one for "one", trouble for "fail" and "busy", else an echo."""
        self.turns.append(turn)
        if self.gate is not None:
            assert self.gate.wait(10)
        reply = self._answer(turn)
        self.past.append((turn.text, reply))
        return reply

    def history(self, conversation_id: str) -> list[tuple[str, Reply]]:
        """What was said; an unknown conversation is empty."""
        return [*self.past] if conversation_id == "c1" else []

    def _answer(self, turn: Turn) -> Reply:
        text = turn.text
        language: Language = "zh" if any("\u4e00" <= char <= "\u9fff" for char in text) else "en"
        if text == "fail":
            raise RuntimeError("secret: somebody@example.com")
        if text == "busy":
            raise DatabaseBusy("the shop's database is busy; try again in a moment")
        if text == "hostile":
            return Reply(
                HOSTILE,
                "search_products",
                language,
                cards=(card(1, HOSTILE, brand=HOSTILE, reasons=(HOSTILE,)),),
                suggestions=(Suggestion(HOSTILE, HOSTILE),),
                citations=(Citation("a", HOSTILE, HOSTILE),),
                why=(HOSTILE,),
            )
        if text == "person":
            return Reply(
                "I'll fetch somebody.", "contact_human", language, handoff=Handoff("asked", "s")
            )
        if "shoes" in text or "鞋" in text:
            cards = (
                card(1),
                card(2, "Road Shoe", list_price=None, in_stock=False, reasons=()),
                card(3, "Court Shoe", sponsored=True),
            )
            offers = (Suggestion("Cheaper", "cheaper"), Suggestion("More", "show more"))
            return Reply(
                "I found these 3:" if language == "en" else "找到这 3 件：",
                "search_products",
                language,
                cards=cards,
                suggestions=offers,
                citations=(Citation("sizes.en", "Sizes", "Shoes run small."),),
                why=("search_products 0.98",),
            )
        if "many" in text:
            return Reply("line\n" * 60, "greet", language)
        photo = f" with {len(turn.image)} bytes" if turn.image is not None else ""
        return Reply(f"You said: {text}{photo}", "greet", language)


def panels(conversation_id: str, language: Language) -> Panels:
    """A cart with one line and a profile with one wish."""
    del conversation_id
    line = CartLineView("Court Shoe [red]", ("white", "42"), 2, Decimal("30.00"), Decimal("60.00"))
    return Panels(
        CartView("USD", (line,), 2, Decimal("60.00"), Decimal("5.00"), Decimal("65.00")),
        ProfileView(
            "mia",
            "Mia Field",
            (Wish(True, "color", ("藏青色" if language == "zh" else "navy",)),),
            (("brand", ("Fern",)),),
        ),
    )


def chat_with(
    fake: FakeAssistant,
    folder: Path | None = None,
    language: Language = "en",
    customer_id: str | None = "mia",
) -> Chat:
    """A conversation with the fake."""
    return Chat(
        replies=fake,
        conversation_id="c1",
        customer_id=customer_id,
        shop_names={"en": "Fern & Field", "zh": "蕨与田"},
        language=language,
        folder=folder,
        panels=panels,
    )
