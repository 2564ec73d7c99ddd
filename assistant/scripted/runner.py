"""Runs scripted conversations, each on its own copy of the shop's records under a fixed clock."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from filelock import FileLock

from assistant.conversation import Reply, Turn
from assistant.dialogue import state as states
from assistant.engine import Assistant
from assistant.scripted.check import Broken, Happened, broken
from assistant.scripted.format import Conversation, Step
from assistant.understanding.types import Understanding
from db.engine import create_engine_for
from db.models import Conversation as ConversationRow
from db.unit import read_unit
from knowledge.demo import build_demo_shop, demo_fingerprint
from knowledge.shop import Shop

NOW = datetime(2026, 6, 15, 10, 0, tzinfo=UTC)
"""When the scripted demo shop was made, unless a conversation says otherwise: a Monday."""


@dataclass(frozen=True, slots=True)
class Failure:
    """The step that broke, with the conversation up to it."""

    step: int
    """From 1."""
    said: str
    reply: Reply | None
    """None where the assistant raised instead of answering."""
    broken: tuple[Broken, ...]
    transcript: tuple[tuple[str, str], ...]
    """(said, answered) of the steps before."""

    def to_text(self) -> str:
        """What a support lead needs to see: the talk so far, then expected against got."""
        lines = []
        for said, text in self.transcript:
            lines += [f"  > {said}", *(f"    {line}" for line in text.splitlines())]
        lines += [f"  > {self.said}   <-- step {self.step}"]
        answered = self.reply.text if self.reply else ""
        lines += [f"    {line}" for line in answered.splitlines()]
        for card in self.reply.cards if self.reply else ():
            options = ", ".join(card.options.values())
            lines.append(
                f"    [{card.ordinal}] {card.product_id} {card.title}"
                f"{f' ({options})' if options else ''} {card.price} {card.currency}"
            )
        lines += [
            f"  - {one.field}\n      expected {one.expected}\n      got      {one.got}"
            for one in self.broken
        ]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class ConversationResult:
    """How one conversation went; without a failure it passed."""

    name: str
    steps: int
    failure: Failure | None = None

    @property
    def passed(self) -> bool:
        """True where every expectation held."""
        return self.failure is None


class Stage:
    """A demo shop to play conversations on: built once, its records copied for each of them."""

    def __init__(self, folder: Path) -> None:
        """`folder` holds the shop, whose files stay as they are."""
        self._shop = Shop.open(folder)
        self._assistant = Assistant.open(self._shop, lambda: NOW)

    def close(self) -> None:
        """Release the shop's files."""
        self._assistant.close()

    @contextmanager
    def _fresh(self, now: datetime) -> Iterator[Assistant]:
        """An assistant on a copy of the records; the index, which no turn writes, is shared."""
        with tempfile.TemporaryDirectory(prefix="aisle-script-") as name:
            copy = Path(name)
            shutil.copy(self._shop.folder / "shop.db", copy / "shop.db")
            engine = create_engine_for(copy)
            try:
                yield self._assistant.on(self._shop.with_engine(engine), lambda: now)
            finally:
                engine.dispose()

    def play(self, conversation: Conversation, folder: Path = Path()) -> ConversationResult:
        """Say each step and check what must hold; stops at the first step that breaks, be it
        that the assistant raised. Pictures are found relative to `folder`."""
        with self._fresh(conversation.now or NOW) as assistant:
            transcript: list[tuple[str, str]] = []
            for number, step in enumerate(conversation.steps, start=1):
                said = step.say or f"[{step.image}]"
                reply, wrong = None, []
                try:
                    turn = _turn(conversation, step, number, folder)
                    heard = assistant.heard(turn)
                    reply = assistant.reply(turn)
                    wrong = _check(assistant, step, turn, heard, reply)
                except Exception as error:
                    # One faulty turn is this conversation's failure; the others still run.
                    wrong.append(_raised(error))
                if wrong or reply is None:
                    failure = Failure(number, said, reply, tuple(wrong), tuple(transcript))
                    return ConversationResult(conversation.name, number, failure)
                transcript.append((said, reply.text))
        return ConversationResult(conversation.name, len(conversation.steps))


_CONVERSATION = "scripted"


def _check(
    assistant: Assistant, step: Step, turn: Turn, heard: list[Understanding], reply: Reply
) -> list[Broken]:
    with read_unit(assistant.shop.engine) as session:
        row = session.get(ConversationRow, turn.conversation_id)
        state = states.load(row.state) if row else states.State()
        customer = state.customer_id or turn.customer_id
        happened = Happened(
            reply, heard, state, session, turn.conversation_id, customer, turn.turn_id
        )
        return broken(step.expect, happened)


def _raised(error: Exception) -> Broken:
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return Broken("reply", "an answer", f"{type(error).__name__}: {error}{where}")


@cache
def demo_template() -> Path:
    """This process's own copy of the scripted demo shop. Its index has one owner at a time, so two
    processes on one folder would not see the same shop. Removed when the process ends."""
    shared = _shared_demo()
    folder = Path(tempfile.mkdtemp(prefix="aisle-demo-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name in ("shop.db", "shop.toml", "policy.toml"):
        shutil.copy(shared / name, folder / name)
    shutil.copytree(shared / "index", folder / "index", ignore=shutil.ignore_patterns("*.lock"))
    (folder / "images").symlink_to(shared / "images")
    return folder


def _shared_demo() -> Path:
    """The scripted demo shop, built once for each state of the code that builds it and kept in the
    system's temporary folder; processes that start together build it once."""
    folder = Path(tempfile.gettempdir()) / f"aisle-scripted-{demo_fingerprint()}"
    with FileLock(f"{folder}.lock"):
        if not (folder / "shop.db").exists():
            making = Path(tempfile.mkdtemp(prefix="aisle-making-"))
            build_demo_shop(making, NOW)
            making.rename(folder)
    return folder


def _turn(conversation: Conversation, step: Step, number: int, folder: Path) -> Turn:
    return Turn(
        text=step.say,
        conversation_id=_CONVERSATION,
        customer_id=conversation.customer,
        image=(folder / step.image).read_bytes() if step.image else None,
        channel="script",
        turn_id=f"step-{number}",
    )
