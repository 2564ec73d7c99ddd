"""What whole turns leave in the queue, with the shop's own records around them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from assistant.conversation import Language, Turn
from assistant.engine import Assistant
from assistant.scripted.runner import NOW, demo_template
from assistant.understanding.types import Slots, Understanding
from db.engine import create_engine_for
from db.models import Conversation, Customer, ReviewItem
from db.unit import read_unit
from knowledge.shop import Shop

READ: dict[str, tuple[tuple[str, float], ...]] = {
    "cancelling": (("cancel_order", 0.5), ("ask_cancellation_policy", 0.45)),
    "the second": (("add_to_cart", 0.6), ("deny", 0.1)),
    "how does cancelling work": (("ask_cancellation_policy", 0.97),),
    "what do you deliver to": (("ask_delivery", 0.97),),
    "blorp": (("deny", 0.2), ("greet", 0.1)),
    "blorp kettles": (("ask_delivery", 0.9),),
    "sing to me": (("out_of_scope", 0.95), ("greet", 0.02)),
    "how do i pay": (("ask_payment_methods", 0.95),),
    "no i meant how you deliver": (("ask_delivery", 0.9),),
    "hm pay how": (("ask_payment_methods", 0.55), ("greet", 0.1)),
    "mia keller says blorp to mia.keller@example.com": (("deny", 0.2), ("greet", 0.1)),
    "forget me": (("forget_me", 0.99),),
    "yes": (("affirm", 0.99),),
    "thanks": (("thank", 0.99),),
}


class Reader:
    """Understands exactly the sentences above."""

    def understand(
        self,
        text: str,
        language: Language,
        awaiting: str | None = None,  # noqa: ARG002 - as the protocol has it
    ) -> list[Understanding]:
        """As written in READ."""
        (intent, confidence), *others = READ[text]
        ordinals = (2,) if text == "the second" else ()
        return [
            Understanding(
                text, language, intent, confidence, tuple(others), Slots(ordinals=ordinals)
            )
        ]


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    opened = Shop.open(demo_template())
    yield opened
    opened.close()


@pytest.fixture
def assistant(shop: Shop, tmp_path: Path) -> Iterator[Assistant]:
    shutil.copy(shop.folder / "shop.db", tmp_path / "shop.db")
    engine = create_engine_for(tmp_path)
    yield Assistant(shop.with_engine(engine), Reader(), lambda: NOW)
    engine.dispose()


def say(assistant: Assistant, *texts: str, customer: str | None = None) -> None:
    for text in texts:
        assistant.reply(Turn(text, "talk", customer_id=customer))


def queue(assistant: Assistant) -> list[tuple[str, str, str, int]]:
    with read_unit(assistant.shop.engine) as session:
        items = session.scalars(select(ReviewItem).order_by(ReviewItem.id))
        return [(item.text, item.reason, item.meant, item.count) for item in items]


def test_what_is_understood_leaves_nothing(assistant: Assistant) -> None:
    say(assistant, "how do i pay", "what do you deliver to", "thanks")
    assert queue(assistant) == []


@pytest.mark.parametrize(
    ("texts", "left"),
    [
        (["cancelling"], [("cancelling", "asked", "", 1)]),
        (
            ["cancelling", "the second"],
            [("cancelling", "chosen", "ask_cancellation_policy", 1)],
        ),
        (
            ["cancelling", "what do you deliver to"],
            [("cancelling", "rephrased", "ask_delivery", 1)],
        ),
        (["blorp"], [("blorp", "unsure", "", 1)]),
        (["blorp", "blorp kettles"], [("blorp", "rephrased", "ask_delivery", 1)]),
        (["blorp", "how do i pay"], [("blorp", "unsure", "", 1)]),
        (["sing to me"], [("sing to me", "refused", "", 1)]),
        (["hm pay how"], [("hm pay how", "unsure", "", 1)]),
        (
            ["how do i pay", "no i meant how you deliver"],
            [("how do i pay", "corrected", "ask_delivery", 1)],
        ),
        (["blorp", "thanks", "blorp"], [("blorp", "unsure", "", 2)]),
    ],
    ids=lambda value: " / ".join(map(str, value)) if isinstance(value[0], str) else "",
)
def test_what_is_unsure_or_corrected_is_kept(
    assistant: Assistant, texts: list[str], left: list[tuple[str, str, str, int]]
) -> None:
    say(assistant, *texts)
    assert queue(assistant) == left


def test_the_answer_to_the_question_is_acted_upon(assistant: Assistant) -> None:
    say(assistant, "cancelling")
    reply = assistant.reply(Turn("the second", "talk"))
    assert reply.intent == "ask_cancellation_policy"
    assert reply.citations


def test_a_repeated_turn_is_counted_once(assistant: Assistant) -> None:
    for _ in range(2):
        assistant.reply(Turn("blorp", "talk", turn_id="same"))
    assert queue(assistant) == [("blorp", "unsure", "", 1)]


def test_a_turn_that_fails_leaves_nothing_in_the_queue(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("assistant.engine.event_store.append_events", broken)
    with pytest.raises(RuntimeError):
        say(assistant, "blorp")
    assert queue(assistant) == []


def test_nothing_in_the_queue_leads_to_a_person(assistant: Assistant) -> None:
    say(assistant, "mia keller says blorp to mia.keller@example.com", customer="mia")
    assert [row[0] for row in queue(assistant)] == ["[name] says blorp to [email]"]
    assert not {"customer_id", "conversation_id", "turn_id"} & set(
        ReviewItem.__table__.columns.keys()
    )


def test_forget_me_leaves_the_queue_without_them_and_the_rest_as_it_was(
    assistant: Assistant,
) -> None:
    say(assistant, "mia keller says blorp to mia.keller@example.com", "cancelling", customer="mia")
    say(assistant, "forget me", "yes", customer="mia")
    with read_unit(assistant.shop.engine) as session:
        assert session.get(Customer, "mia") is None
        conversation = session.get(Conversation, "talk")
        assert conversation is None or "cancelling" not in str(conversation.state)
    assert [row[0] for row in queue(assistant)] == ["[name] says blorp to [email]", "cancelling"]
    data = (Path(str(assistant.shop.engine.url.database))).read_bytes().lower()
    assert b"mia.keller" not in data
    assert b"mia keller" not in data
