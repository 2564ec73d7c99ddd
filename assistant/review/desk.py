"""Labelling in the terminal: one utterance at a time, numbers and letters, nothing ever lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from rapidfuzz import fuzz
from sqlalchemy import Engine

from assistant.review.queue import (
    ReviewError,
    drop,
    put_off,
    restore,
    set_label,
    snapshot,
    upcoming,
    waiting,
)
from assistant.understanding.intents import INTENTS, OUT_OF_SCOPE
from db.models import ReviewItem
from db.unit import read_unit, turn_unit

WHY: Final = {
    "refused": "refused as no business of the shop",
    "unsure": "not understood, or done with little confidence",
    "asked": "asked back which of two was meant",
    "rephrased": "not understood; the shopper then said it another way",
    "chosen": "the shopper chose another reading than the likeliest",
    "corrected": "the shopper said that this was misunderstood",
}
HELP: Final = """\
  1-9      take the reading of that number
  Enter    take what the shopper settled on, where a line says so
  letters  look for a label: "refund", "地址", "track"; then take its number
  o        out of scope: no business of a shop
  l        list all labels
  s        skip: it comes back after the others
  d        delete: not worth learning, or personal; it does not come back
  u        undo the last of these
  q        quit; what you labelled is kept"""
_MOST: Final = 9
_LIKE_ENOUGH: Final = 75.0


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of a session."""

    labelled: int = 0
    skipped: int = 0
    deleted: int = 0


@dataclass(slots=True)
class Desk:
    """One labelling session over a shop's queue."""

    engine: Engine
    ask: Callable[[str], str]
    """Shows a prompt and gives a line; raises EOFError or KeyboardInterrupt where input ends."""
    show: Callable[[str], None]
    names: Mapping[str, Sequence[str]]
    """How each label is said in words, in any language; the first is shown."""
    language: str | None = None
    reason: str | None = None
    _done: list[tuple[int, str, dict[str, object]]] = field(default_factory=list)

    def run(self) -> Tally:
        """Put utterances before the person until none is left or they quit."""
        try:
            while (item := self._next()) is not None:
                self._present(item)
                if not self._decide(item):
                    break
            else:
                self.show("Nothing waits for a label." if not self._done else "That was the last.")
        except (EOFError, KeyboardInterrupt):
            self.show("")
        return self._tally()

    def _next(self) -> ReviewItem | None:
        with read_unit(self.engine) as session:
            return upcoming(
                session, language=self.language, reason=self.reason, leave=self._skipped()
            )

    def _skipped(self) -> list[int]:
        return [item_id for item_id, what, _ in self._done if what == "skipped"]

    def _present(self, item: ReviewItem) -> None:
        with read_unit(self.engine) as session:
            waits = waiting(session, language=self.language, reason=self.reason)
        left = waits - len(self._skipped())
        times = "once" if item.count == 1 else f"{item.count} times"
        self.show(f"\n{left} to go · said {times}, last on {item.last_seen} · {item.language}")
        self.show(f"  {WHY.get(item.reason, item.reason)}")
        self.show(f"\n    {item.text}\n")
        for place, (name, confidence) in enumerate(_best(item), 1):
            self.show(f"  {place}  {name:24} {confidence:4.2f}  {self._words(name)}")
        if item.meant:
            self.show(f"  Enter: the shopper settled on {item.meant} ({self._words(item.meant)})")

    def _decide(self, item: ReviewItem) -> bool:
        """Act on what is typed until the utterance is dealt with; False to quit."""
        offered = [name for name, _ in _best(item)]
        while True:
            typed = self.ask("label, ? for help> ").strip()
            if typed == "q":
                return False
            if typed == "u":
                if self._undo():
                    return True
                self.show("  Nothing to undo.")
                continue
            label = self._label(typed, offered, item.meant)
            try:
                if label:
                    self._do(item, "labelled", label)
                elif typed == "s":
                    self._do(item, "skipped")
                elif typed == "d":
                    self._do(item, "deleted")
                else:
                    offered = self._look(typed, offered)
                    continue
            except ReviewError as error:
                self.show(f"  {error}")
            return True

    def _label(self, typed: str, offered: Sequence[str], meant: str) -> str:
        if typed.isdecimal():
            return offered[int(typed) - 1] if 1 <= int(typed) <= len(offered) else ""
        if typed == "o":
            return OUT_OF_SCOPE
        if typed == "":
            return meant
        return typed if typed in INTENTS else ""

    def _look(self, typed: str, offered: Sequence[str]) -> list[str]:
        """Help, the list of labels or a search; gives what the numbers stand for from now on."""
        if typed == "?":
            self.show(HELP)
        elif typed == "l":
            for start in range(0, len(INTENTS), 3):
                self.show("  " + "".join(f"{name:26}" for name in INTENTS[start : start + 3]))
        elif typed == "":
            self.show("  The shopper settled on nothing; take a number, or type letters to look.")
        elif typed.isdecimal():
            self.show(f"  There is no number {typed}.")
        else:
            found = self.search(typed)
            if not found:
                self.show(f"  No label is like {typed!r}; l lists all of them.")
                return list(offered)
            for place, name in enumerate(found, 1):
                self.show(f"  {place}  {name:24} {self._words(name)}")
            return found
        return list(offered)

    def search(self, typed: str) -> list[str]:
        """The labels that some letters may mean, likest first, at most nine."""
        wanted = typed.casefold().replace("_", " ")
        scored = []
        for place, name in enumerate(INTENTS):
            said = [name.replace("_", " "), *(each.casefold() for each in self.names.get(name, ()))]
            score = max(
                100.0 + 100.0 * len(wanted) / len(each)
                if wanted in each
                else fuzz.partial_ratio(wanted, each)
                for each in said
                if each
            )
            if score >= _LIKE_ENOUGH:
                scored.append((-score, place, name))
        return [name for _, _, name in sorted(scored)[:_MOST]]

    def _do(self, item: ReviewItem, what: str, label: str = "") -> None:
        before = snapshot(item)
        with turn_unit(self.engine) as session:
            if what == "labelled":
                set_label(session, item.id, label)
            elif what == "skipped":
                put_off(session, item.id)
            else:
                drop(session, item.id)
        self._done.append((item.id, what, before))
        self.show(f"  {what}{f': {label}' if label else ''}")

    def _undo(self) -> bool:
        if not self._done:
            return False
        item_id, what, before = self._done.pop()
        with turn_unit(self.engine) as session:
            restore(session, item_id, before)
        self.show(f"  undone: {what}")
        return True

    def _words(self, name: str) -> str:
        return next(iter(self.names.get(name, ())), "")

    def _tally(self) -> Tally:
        last = {item_id: what for item_id, what, _ in self._done}
        kinds = list(last.values())
        return Tally(*(kinds.count(what) for what in ("labelled", "skipped", "deleted")))


def _best(item: ReviewItem) -> list[tuple[str, float]]:
    """The model's readings, likeliest first, of labels that this program has."""
    ranked = sorted(item.candidates.items(), key=lambda pair: -float(pair[1]))
    return [(name, float(confidence)) for name, confidence in ranked if name in INTENTS][:5]
