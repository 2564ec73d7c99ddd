"""The engine on the demo shop: once, whole or not at all, and without anything heavy."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import func, select

from assistant.conversation import Turn
from assistant.engine import Assistant
from assistant.scripted.runner import NOW
from assistant.skills.base import SKILLS, Context, Outcome, Request
from db.engine import create_engine_for
from db.models import CartLine, Conversation, Event, Order, TurnRecord
from db.unit import read_unit


@pytest.fixture
def assistant(opened: Assistant, tmp_path: Path) -> Iterator[Assistant]:
    """The demo shop over a copy of its records."""
    shutil.copy(opened.shop.folder / "shop.db", tmp_path / "shop.db")
    engine = create_engine_for(tmp_path)
    yield opened.on(opened.shop.with_engine(engine), lambda: NOW)
    engine.dispose()


def count(assistant: Assistant, table: type, *where: object) -> int:
    with read_unit(assistant.shop.engine) as session:
        return session.scalar(select(func.count()).select_from(table).where(*where)) or 0  # type: ignore[arg-type]


def say(assistant: Assistant, text: str, turn_id: str = "", **who: str | None) -> str:
    turn = Turn(text, "talk", **who, **({"turn_id": turn_id} if turn_id else {}))  # type: ignore[arg-type]
    return assistant.reply(turn).text


def test_the_same_turn_twice_happens_once(assistant: Assistant) -> None:
    say(assistant, "show me kettles")
    first = say(assistant, "add the first one to my cart", "same")
    again = say(assistant, "add the first one to my cart", "same")
    assert first == again
    with read_unit(assistant.shop.engine) as session:
        lines = session.scalars(select(CartLine).where(CartLine.owner == "conversation:talk"))
        assert [line.quantity for line in lines] == [1]


def test_an_order_confirmed_twice_is_placed_once(assistant: Assistant) -> None:
    before = count(assistant, Order)
    for text in ("show me kettles", "add the first one to my cart", "checkout", "the first one"):
        say(assistant, text, customer_id="mia")
    say(assistant, "yes", "confirm", customer_id="mia")
    say(assistant, "yes", "confirm", customer_id="mia")
    say(assistant, "yes", customer_id="mia")
    assert count(assistant, Order) == before + 1


def test_a_turn_that_fails_leaves_nothing_behind(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(ctx: Context, _: Request) -> Outcome:
        ctx.session.add(Event(conversation_id="talk", kind="like", detail={}, created_at=ctx.now))
        ctx.session.flush()
        raise RuntimeError("the disk is on fire")

    monkeypatch.setitem(SKILLS, "greet", broken)
    with pytest.raises(RuntimeError, match="fire"):
        say(assistant, "hello there")
    assert count(assistant, Conversation, Conversation.id == "talk") == 0
    assert count(assistant, Event, Event.conversation_id == "talk") == 0
    assert count(assistant, TurnRecord, TurnRecord.conversation_id == "talk") == 0


def test_turns_of_one_conversation_follow_each_other(assistant: Assistant) -> None:
    say(assistant, "show me kettles")
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda _: say(assistant, "add the first one to my cart"), range(4)))
    with read_unit(assistant.shop.engine) as session:
        lines = session.scalars(select(CartLine).where(CartLine.owner == "conversation:talk"))
        # What was said to be added is what is in the cart, and no turn is lost.
        assert sum(line.quantity for line in lines) == sum("Added" in text for text in said) > 1
    assert count(assistant, TurnRecord, TurnRecord.conversation_id == "talk") == 5


def test_a_guests_cart_becomes_the_customers(assistant: Assistant) -> None:
    say(assistant, "show me kettles")
    say(assistant, "add the first one to my cart")
    say(assistant, "where is my order?")
    say(assistant, "mia.keller@example.com")
    assert count(assistant, CartLine, CartLine.owner == "customer:mia") == 1
    assert count(assistant, CartLine, CartLine.owner == "conversation:talk") == 0


@pytest.mark.parametrize(
    "text",
    ["[/] [bold red]", "\x00\x1b[31m\u202e evil", "x" * 100_000, "", "{{ 7*7 }}", "%s %n 💥" * 50],
    ids=["markup", "controls", "huge", "empty", "template", "noise"],
)
def test_hostile_text_is_answered(assistant: Assistant, text: str) -> None:
    reply = assistant.reply(Turn(text, "talk"))
    assert reply.text
    assert "\x1b" not in reply.text


def test_a_picture_that_is_none_is_said(assistant: Assistant) -> None:
    reply = assistant.reply(Turn("", "talk", image=b"not a picture"))
    assert reply.cards == ()
    assert "picture" in reply.text
    large = assistant.reply(Turn("", "talk", image=b"\x89PNG" + bytes(21 << 20)))
    assert "20 MB" in large.text
    grain = Image.effect_noise((64, 64), 90)
    out = BytesIO()
    grain.save(out, "JPEG")
    cut = assistant.reply(Turn("", "talk", image=out.getvalue()[:900]))
    assert "damaged" in cut.text


def test_what_was_said_survives_a_restart(assistant: Assistant) -> None:
    say(assistant, "show me kettles")
    again = assistant.on(assistant.shop, lambda: NOW)
    assert len(again.history("talk")) == 1
    reply = again.reply(Turn("add the first one to my cart", "talk"))
    assert reply.intent == "add_to_cart"
    assert count(assistant, CartLine) > 0


def test_logs_hold_no_personal_data(assistant: Assistant) -> None:
    say(assistant, "where is my order? I am mia.keller@example.com")
    log = assistant.shop.folder / "aisle.log"
    assert "keller" not in log.read_text(encoding="utf-8")


def test_a_chat_never_loads_torch_or_the_screen() -> None:
    code = (
        "import sys; from assistant.engine import Assistant;"
        "from assistant.scripted.runner import demo_template;"
        "a = Assistant.open(demo_template()); a.understand('show me kettles'); a.close();"
        "print(sorted({'torch', 'transformers', 'textual'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"
