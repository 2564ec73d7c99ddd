"""Which sentence of a passage is said first: the one that holds what the question is after."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from knowledge.articles.concepts import concepts
from knowledge.index.words import words_of

_WORDS, _CONCEPTS, _HOLDS, _FIRST = 0.4, 0.2, 0.4, 0.1
"""What count, beside the mean cosine in meaning: a share of the question's words, of its concepts,
a value of the kind asked for, and standing first."""

_NUMBER = (
    r"(?:\d[\d.,]*|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|thirty|half)"
)
_NUMBER_ZH = r"(?:\d[\d.,]*|[一二两三四五六七八九十百半]+)"
_SPAN = (
    rf"\b{_NUMBER}(?:\s+and\s+a\s+half)?(?:\s+\w+)?(?:\s+to\s+\w+)?[\s-]"
    r"(?:working\s+|business\s+|calendar\s+)?(?:minute|hour|day|week|month|year)s?\b"
    rf"|{_NUMBER_ZH}\s*(?:个|到{_NUMBER_ZH}个?)?\s*(?:半)?\s*(?:工作日|分钟|小时|天|日|周|星期|月|年)"
)
_SUM = (
    r"[$€£¥]\s?\d|\b\d+(?:[.,]\d+)?\s?(?:%|dollars?|euros?|pounds?|percent|元|美元|块)"
    r"|\b(?:costs?|charged?|fee|for)\s+\d|\b(?:free|no charge|nothing|at no cost|not charged)\b"
    r"|免费|不收|不要钱|不用付"
)
_KINDS = tuple(
    (re.compile(asked, re.IGNORECASE), re.compile(held, re.IGNORECASE))
    for asked, held in (
        (
            r"\bhow much\b|\b(?:costs?|fees?|charges?|price)\b|多少钱|费用|收费|运费|要钱|花钱",
            _SUM,
        ),
        (
            r"\bhow (?:long|soon|quickly|fast|late|many (?:minute|hour|day|week|month|year)s)\b"
            r"|\b(?:until|by) when\b|\bwhen (?:do|does|will|is|can)\b|\bdeadline\b"
            r"|多久|多长时间|几[天日年周]|几个(?:月|小时|星期|工作日)|多少(?:天|年|小时)|什么时候|期限",
            _SPAN,
        ),
        (r"\b(?:open|opening|hours)\b|几点|营业", r"\b\w+ to \w+\b|[点时]"),
    )
)
"""Words of a question, and the value that its answer holds."""


def asks_for(question: str) -> tuple[int, ...]:
    """The kinds of value that a question is after: of a span of time, a sum, hours."""
    return tuple(n for n, (kind, _) in enumerate(_KINDS) if kind.search(question))


def values_in(text: str) -> tuple[bool, ...]:
    """For each kind of value, whether a text holds one."""
    return tuple(held.search(text) is not None for _, held in _KINDS)


def leading(question: str, head: str, sentences: Sequence[str], near: Sequence[float]) -> int:
    """Place of the sentence to say first, of a passage with this title and heading; `near` are mean
    cosines of the first ones, if known."""
    kinds = asks_for(question)
    words = _shares(words_of(question), words_of(head), [words_of(one) for one in sentences])
    named = _shares(concepts(question), concepts(head), [concepts(one) for one in sentences])

    def fitness(place: int) -> float:
        meaning = near[place] if place < len(near) else 0.0
        held = values_in(sentences[place])
        value = sum(held[kind] for kind in kinds) / max(1, len(kinds))
        first = _FIRST if place == 0 else 0.0
        return meaning + _WORDS * words[place] + _CONCEPTS * named[place] + _HOLDS * value + first

    return max(range(len(sentences)), key=lambda place: (round(fitness(place), 6), -place))


def _shares(
    asked: Collection[str], head: Collection[str], held: Sequence[Collection[str]]
) -> list[float]:
    """How much of what is asked each sentence has. What few sentences have counts more; what the
    head says already, half."""
    weight = {}
    for one in set(asked):
        many = sum(one in some for some in held)
        weight[one] = (0.5 if one in head else 1.0) / many if many else 0.5
    total = sum(weight.values()) or 1.0
    return [sum(weight[one] for one in weight if one in some) / total for some in held]
