"""The outcomes of one turn become the Reply: texts joined, cards numbered, reasons worded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from assistant.conversation import Card, Language, Reply, Suggestion
from assistant.skills.base import Outcome
from assistant.wording.render import Wording, wording


@dataclass(frozen=True, slots=True)
class Reminder:
    """A question that still waits after a digression, put again at the end of the reply."""

    key: str
    facts: dict[str, Any] = field(default_factory=dict)
    choices: tuple[tuple[str, str], ...] = ()
    yes_or_no: bool = False
    """True for a proposal, which yes and no answer."""


def compose(
    outcomes: Sequence[tuple[str, Outcome]],
    language: Language,
    *,
    seed: str,
    reminder: Reminder | None = None,
    why: Sequence[str] = (),
) -> Reply:
    """The reply to a turn from its (intent, outcome) pairs, in order. `seed` picks among
    alternative wordings, so that a repeated turn reads the same."""
    words = wording(language)
    paragraphs: list[str] = []
    cards: list[Card] = []
    listed = 0
    suggestions: list[Suggestion] = []
    for _, outcome in outcomes:
        choices = outcome.ask.choices if outcome.ask else ()
        paragraphs.append(_question(words, outcome.key, outcome.facts, choices, seed))
        for card in outcome.cards:
            # A card outside a list has no number: "the second one" still counts in the list.
            listed += outcome.listed
            place = listed if outcome.listed else 0
            cards.append(replace(_with_reasons(words, outcome, card), ordinal=place))
        suggestions.extend(outcome.suggestions)
        suggestions.extend(_offer(words, key, facts) for key, facts in outcome.offers)
        if choices:
            suggestions.extend(Suggestion(label, label) for _, label in choices[:6])
        if outcome.proposal is not None:
            suggestions.extend(_offer(words, key, {}) for key in ("offer.yes", "offer.no"))
    closing = ""
    if reminder is not None:
        again = words.text("dialogue.back_to", {}, seed)
        asked = _question(words, reminder.key, reminder.facts, reminder.choices, seed)
        closing = f"{again}{' ' if language == 'en' else ''}{asked}"
        paragraphs.append(closing)
        if reminder.choices:
            suggestions = [Suggestion(label, label) for _, label in reminder.choices[:6]]
        elif reminder.yes_or_no:
            suggestions = [_offer(words, key, {}) for key in ("offer.yes", "offer.no")]
    return Reply(
        text="\n\n".join(paragraph for paragraph in paragraphs if paragraph),
        intent=outcomes[-1][0],
        language=language,
        cards=tuple(cards),
        suggestions=tuple(dict.fromkeys(suggestions)),
        citations=tuple(citation for _, outcome in outcomes for citation in outcome.citations),
        handoff=next((outcome.handoff for _, outcome in outcomes if outcome.handoff), None),
        closing=closing if cards else "",
        why=(*why, *(line for _, outcome in outcomes for line in outcome.why)),
    )


def _question(
    words: Wording,
    key: str,
    facts: dict[str, Any],
    choices: tuple[tuple[str, str], ...],
    seed: str,
) -> str:
    text = words.text(key, facts, seed)
    lines = [f"{place}. {label}" for place, (_, label) in enumerate(choices, start=1)]
    return "\n".join([text, *lines])


def _offer(words: Wording, key: str, facts: dict[str, Any]) -> Suggestion:
    text = words.text(key, facts)
    return Suggestion(label=text, text=text)


def _with_reasons(words: Wording, outcome: Outcome, card: Card) -> Card:
    reasons = outcome.reasons.get(card.product_id, ())
    if not reasons:
        return card
    return replace(card, reasons=tuple(words.text(key, facts) for key, facts in reasons))
