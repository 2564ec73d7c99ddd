"""What a turn teaches: which utterances were read unsurely, and which the shopper corrected."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from rapidfuzz import fuzz
from sqlalchemy.orm import Session

from assistant.dialogue.policy import Action
from assistant.dialogue.state import Heard, State
from assistant.review.names import known_names
from assistant.review.queue import Note, Reason, record
from assistant.review.redact import redact
from assistant.understanding.intents import CONVERSATION, OUT_OF_SCOPE
from assistant.understanding.types import Slots, Understanding

UNSURE_BELOW: Final = 0.6
"""An intent acted upon with less confidence is worth a look."""
SAME_WORDS: Final = 50.0
"""Word overlap, of 100, from which the next utterance is taken for the last one said anew."""

_MEANT: Final = re.compile(
    r"\bi (?:meant|mean|said|was asking)\b|\bthat'?s not what\b|\bnot what i\b|\byou (?:got|have)"
    r" (?:it|me) wrong\b|\bmisunderst|我的意思|我是说|我说的是|你?理解错|[弄搞]错|不是这个意思",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One ask of a turn: the state it met, how it was read, and what was done."""

    before: State
    heard: Understanding
    action: Action

    @property
    def missed(self) -> bool:
        """True where nothing was done for the ask."""
        refused = self.action.intent == OUT_OF_SCOPE and self.action.kind == "run"
        asked = self.action.key in ("dialogue.not_understood", "dialogue.own_words")
        return refused or asked or bool(self.action.options)

    @property
    def answers(self) -> bool:
        """True for the answer to a form or a proposal: what it says depends on what was asked."""
        waits = self.before.form or self.before.pending
        return (
            waits is not None
            and not self.action.keep
            and self.action.intent
            in (
                waits.intent,
                "deny",
                "affirm",
            )
        )


@dataclass(frozen=True, slots=True)
class Learner:
    """Records what one shop's turns teach, in the turn's own transaction."""

    session: Session
    today: date
    customer_id: str | None
    is_word: Callable[[str], bool]
    """Tells words of the shop's catalogue, which alone are no names."""

    def learn(self, steps: Sequence[Step]) -> None:
        """Record every ask of a turn that is worth a look by staff."""
        for place, step in enumerate(steps):
            if place == 0:
                self._look_back(step)
            reason = _reason(step)
            if reason is not None:
                self._note(step.heard, reason)

    def _look_back(self, step: Step) -> None:
        """What this ask says of the one before it."""
        question, earlier = step.before.question, step.before.heard
        done = step.action.intent if step.action.kind == "run" else ""
        useful = "" if done in (*CONVERSATION, OUT_OF_SCOPE) else done
        if question is not None:
            first = question.heard
            if step.action.heard is not None:
                chosen = step.action.heard.intent
                reason: Reason = "asked" if chosen == question.options[0][0] else "chosen"
                self._note(first, reason, chosen, again=True)
            elif useful:
                self._note(first, "rephrased", useful, again=True)
            return
        if earlier is None or (step.answers and not _MEANT.search(step.heard.text)):
            return
        corrects = step.heard.intent == "correct" or _MEANT.search(step.heard.text)
        if corrects and not earlier.missed and earlier.done not in CONVERSATION:
            if useful == earlier.done:
                return  # another colour or size of what was rightly understood
            counted = earlier.said.confidence < UNSURE_BELOW
            self._note(earlier.said, "corrected", useful, again=counted)
        elif earlier.missed and useful and self._says_anew(earlier.said, step.heard):
            self._note(earlier.said, "rephrased", useful, again=True)

    def _says_anew(self, earlier: Understanding, heard: Understanding) -> bool:
        overlap = fuzz.token_set_ratio(earlier.text.casefold(), heard.text.casefold())
        could_be = (earlier.intent, *(name for name, _ in earlier.alternatives))
        return overlap >= SAME_WORDS or heard.intent in could_be

    def _note(
        self, heard: Understanding, reason: Reason, meant: str = "", *, again: bool = False
    ) -> None:
        names = known_names(self.session, heard.written, self.customer_id)
        note = Note(
            text=redact(heard.written, names, heard.slots.spans, self.is_word),
            language=heard.language,
            intent=heard.intent,
            confidence=heard.confidence,
            candidates=((heard.intent, heard.confidence), *heard.alternatives)[:5],
            reason=reason,
            meant=meant,
            again=again,
        )
        record(self.session, note, self.today)


def _reason(step: Step) -> Reason | None:
    """Why an ask is worth a look, if it is."""
    if step.action.attempts > 1 and _is_sentence(step.heard.text):
        return "unsure"  # a form could do nothing with it, and it is too long for an answer
    if step.answers or step.before.pending is not None or step.before.form is not None:
        return None
    if step.action.options:
        return "asked"
    if step.action.key == "dialogue.not_understood":
        return "unsure"
    if step.action.intent == OUT_OF_SCOPE:
        return "refused"
    settled = step.action.heard is not None or step.before.question is not None
    low = step.heard.confidence < UNSURE_BELOW
    return "unsure" if low and not settled and step.action.kind == "run" else None


def _is_sentence(text: str) -> bool:
    return len(re.findall(r"[^\W\d_\u3400-\u9fff]+|[\u3400-\u9fff]{2}", text)) >= 4


def remembered(state: State, steps: Sequence[Step]) -> State:
    """The state after a turn, with what its last ask was taken for."""
    step = steps[-1]
    if step.answers:
        # Once it was corrected, there is nothing more to learn from it.
        return replace(state, heard=None) if _MEANT.search(step.heard.text) else state
    said = step.action.heard or step.heard
    done = step.action.intent if step.action.kind == "run" else said.intent
    bare = replace(said, slots=Slots(spans=said.slots.spans))
    return replace(state, heard=Heard(bare, done, step.missed))
