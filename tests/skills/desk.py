"""Talking to one skill at a time, as the dialogue would: forms filled, proposals confirmed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import Engine, func, select

from assistant import skills
from assistant.conversation import Language, Turn
from assistant.dialogue.merge import overlay
from assistant.dialogue.state import State
from assistant.skills.base import COMMITS, SKILLS, Context, Outcome, Request
from assistant.understanding.types import Slots, Understanding
from assistant.wording.render import wording
from db.models import Order
from db.unit import read_unit, turn_unit
from knowledge.settings import ShopSettings
from knowledge.vocabulary import Vocabulary
from tests.db.shop import NOW, add_order

skills.load()

EMAIL = "ada.quillfeather@example.org"


@dataclass
class Desk:
    """One conversation; `customer` is who the channel says is speaking."""

    engine: Engine
    customer: str | None = None
    settings: ShopSettings = field(default_factory=ShopSettings)
    language: Language = "en"
    state: State = field(default_factory=State)
    now: datetime = NOW
    folder: Path | None = None
    last: Outcome = field(default_factory=lambda: Outcome(""))
    text: str = ""
    """What the last outcome reads like."""
    events: list[dict[str, Any]] = field(default_factory=list)
    _intent: str = ""
    _slots: Slots = field(default_factory=Slots)
    _args: dict[str, Any] = field(default_factory=dict)
    _turns: int = 0

    def ask(self, intent: str, text: str = "", **said: Any) -> Outcome:
        """A new request."""
        self._intent, self._slots, self._args = intent, Slots(**said), {}
        return self._run(text or intent.replace("_", " "), Slots(**said))

    def answer(self, value: str | None = None, text: str = "", **said: Any) -> Outcome:
        """An answer to what was asked: a choice's value, words, or slots."""
        assert self.last.ask is not None, f"nothing was asked: {self.last.key}"
        slots = Slots(**said)
        slot = self.last.ask.slot
        given = value if value is not None else getattr(slots, slot, None)
        self._slots = overlay(self._slots, slots)
        self._args |= self.last.form_args
        self._args |= {"asking": slot, "answered": given is not None}
        if given is not None:
            self._args[slot] = given
        return self._run(text or str(value or ""), slots)

    def pick(self, place: int) -> Outcome:
        """The choice of that place, from 1."""
        assert self.last.ask is not None, f"nothing was asked: {self.last.key}"
        return self.answer(self.last.ask.choices[place - 1][0], str(place))

    def yes(self, turn_id: str | None = None) -> Outcome:
        """Confirm what was proposed."""
        proposal = self.last.proposal
        assert proposal is not None, f"nothing was proposed: {self.last.key}"
        with turn_unit(self.engine) as session:
            outcome = COMMITS[proposal.kind](self._context(session, "yes", turn_id), proposal.args)
            return self._heard(outcome)

    def _run(self, text: str, slots: Slots) -> Outcome:
        heard = Understanding(text, self.language, self._intent, 1.0, slots=slots)
        request = Request(self._intent, self._slots, heard, dict(self._args))
        with turn_unit(self.engine) as session:
            return self._heard(SKILLS[self._intent](self._context(session, text), request))

    def _context(self, session: Any, text: str, turn_id: str | None = None) -> Context:
        self._turns += 1
        return Context(
            session=session,
            knowledge=cast(Any, SimpleNamespace(vocabulary=Vocabulary())),
            settings=self.settings,
            state=self.state,
            turn=Turn(text, "conversation", self.customer, turn_id=turn_id or f"t{self._turns}"),
            language=self.language,
            now=self.now,
            customer_id=self.state.customer_id or self.customer,
            folder=self.folder,
            events=self.events,
        )

    def _heard(self, outcome: Outcome) -> Outcome:
        texts = {}
        for language in ("en", "zh"):
            texts[language] = wording(language).text(outcome.key, outcome.facts)
            for key, facts in outcome.offers:
                assert wording(language).text(key, facts)
        self.text = texts[self.language]
        self.last = outcome
        if outcome.identified is not None:
            self.state = replace(self.state, customer_id=outcome.identified or None)
        if outcome.focus is not None:
            self.state = replace(self.state, focus=outcome.focus)
        return outcome


def add(engine: Engine, *ids: str, **facts: Any) -> None:
    with turn_unit(engine) as session:
        for each in ids:
            add_order(session, each, **facts)


def order(engine: Engine, order_id: str) -> Order:
    with read_unit(engine) as session:
        found = session.get_one(Order, order_id)
        assert found.items
        assert found.payments
        return found


def counted(engine: Engine, table: type[Any]) -> int:
    with read_unit(engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0
