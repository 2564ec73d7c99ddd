"""From evidence to a ranked list: every summand of a score is a reason or nothing.

The score is the ranker's sum over signals, grouped into kinds of reasons, and what follows from the
profile, this visit and what was disliked. The reasons shown with a product are those of its
summands that stand out most from the other candidates; taking one away lowers the score by exactly
its worth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from assistant.recommend.catalogue import Catalogue
from assistant.recommend.signals import NAMES, Evidence
from assistant.recommend.types import Part, Taste

Floats = NDArray[np.float32]

GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "again": tuple(name for name in NAMES if name.startswith("own_")),
    "seen": ("seen",),
    "like_minded": ("like_minded", "same_buyers"),
    "together": ("together",),
    "category": ("category_likes", "category_lift"),
    "kin": ("category_near", "line_near", "department_lift"),
    "brand": ("line_likes", "line_lift", "brand_likes", "brand_lift"),
    "popular": tuple(name for name in NAMES if name.startswith("popular_")),
}
"""Kind of reason -> the signals whose parts it adds up."""
STATED: Final = 6.0
"""For each field of the profile in which the product is what the shopper said they like: more than
what was inferred can add."""
SIMILAR: Final = 2.0
"""Most that resembling a chosen product in words and picture adds."""
TASTE: Final = {"brand": 0.5, "category": 0.6, "color": 0.6, "price_band": 0.3, "size": 0.2}
"""Most that the profile's strongest value of each kind adds."""
VALUES: Final = 12
"""Strongest values of the profile that are looked at, of each kind."""
RATED: Final = 0.5
"""For each point of a rating above 3.9 that at least five shoppers gave."""
NEXT: Final = 1.0
NEXT_SCALE: Final = 0.02
"""What came next in visits like this adds NEXT * log(1 + score / NEXT_SCALE)."""
WORDS: Final = 8.0
"""Most that fitting the shopper's words adds: what is asked for now before what is remembered."""
LESS: Final = {"line": -1.5, "category": -0.4, "near": -2.0}
"""For the likeness to something disliked: same brand in the category, same category, resembling."""
CALLED_POPULAR: Final = 0.4
"""Most that the catalogue's own popularity adds, where shoppers have said little yet."""
SHOWN_PER_CATEGORY: Final = 2
"""Diversity: a list about everything shows at most this many of one category, or a third of it."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What speaks for or against candidates beside the log."""

    similar: Mapping[int, tuple[int, float]] = field(default_factory=dict)
    """Candidate -> (chosen product it resembles, strength in 0..1)."""
    unlike: Mapping[int, tuple[int, float]] = field(default_factory=dict)
    """Candidate -> (disliked product it resembles, strength in 0..1)."""
    following: Mapping[int, tuple[int, float]] = field(default_factory=dict)
    """Candidate -> (product of this visit, how likely it comes next)."""
    words: Mapping[int, float] = field(default_factory=dict)
    """Candidate -> how well it fits the shopper's words, in 0..1."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Candidates with the summands of their scores: one column a kind of reason."""

    items: NDArray[np.int64]
    kinds: tuple[str, ...]
    worth: Floats
    """(len(items), len(kinds))"""
    scores: Floats = field(init=False)
    """Sum of each row."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "scores", self.worth.sum(axis=1))

    def weighted(self, weights: Mapping[str, float]) -> Scored:
        """With a factor on every summand of the kinds that are named."""
        factors = np.array([weights.get(kind, 1.0) for kind in self.kinds], np.float32)
        return Scored(self.items, self.kinds, self.worth * factors)


def score(
    evidence: Evidence,
    learned: Floats,
    catalogue: Catalogue,
    taste: Taste,
    beside: Beside,
    disliked: Sequence[int],
) -> Scored:
    """Every summand of every candidate. `learned` are the ranker's parts of the signals."""
    items = evidence.items
    place = {name: number for number, name in enumerate(NAMES)}
    kinds = (*GROUPS, "stated", "similar", "color", "price", "size", "rating", "next", "words")
    kinds = (*kinds, "less")
    column = {kind: number for number, kind in enumerate(kinds)}
    worth = np.zeros((len(items), len(kinds)), np.float32)
    for kind, names in GROUPS.items():
        worth[:, column[kind]] = learned[:, [place[name] for name in names]].sum(axis=1)
    for wish, values in taste.stated.get("prefer", {}).items():
        fits = np.zeros(catalogue.size, bool)
        for value in values:
            fits[catalogue.wished(wish, str(value))] = True
        worth[:, column["stated"]] += STATED * fits[items]
    for kind, most in TASTE.items():
        worth[:, column[kind.split("_")[0]]] += most * _fits(catalogue, taste, kind, items)
    worth[:, column["popular"]] += CALLED_POPULAR * catalogue.called_popular[items]
    worth[:, column["rating"]] = RATED * catalogue.rated[items]
    sorter = np.argsort(items, kind="stable")
    for kind, found in (("similar", beside.similar), ("next", beside.following)):
        rows, how = _placed(items, sorter, {item: pair[1] for item, pair in found.items()})
        adds = SIMILAR * how if kind == "similar" else NEXT * np.log1p(how / NEXT_SCALE)
        worth[rows, column[kind]] = adds
    rows, how = _placed(items, sorter, beside.words)
    worth[rows, column["words"]] = WORDS * how
    worth[:, column["less"]] = _less(catalogue, items, disliked)
    rows, how = _placed(items, sorter, {item: pair[1] for item, pair in beside.unlike.items()})
    worth[rows, column["less"]] = np.minimum(worth[rows, column["less"]], LESS["near"] * how)
    return Scored(items, kinds, worth)


def _placed(
    items: NDArray[np.int64], sorter: NDArray[np.int64], values: Mapping[int, float]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """(rows, values) of those among the candidates."""
    wanted = np.fromiter(values, np.int64, len(values))
    held = np.fromiter(values.values(), np.float64, len(values))
    if not len(items) or not len(wanted):
        return wanted[:0], held[:0]
    place = np.searchsorted(items, wanted, sorter=sorter)
    place[place == len(items)] = 0
    rows = sorter[place]
    inside = items[rows] == wanted
    return rows[inside], held[inside]


def strengths(taste: Taste, kind: str) -> dict[str, float]:
    """The profile's values of a kind, each against the strongest: in -1..1, the strongest of each
    sign first."""
    scores = taste.inferred.get(kind, {})
    most = max((abs(weight) for weight in scores.values()), default=0.0)
    if most <= 0:
        return {}
    ranked = sorted(scores.items(), key=lambda pair: (-abs(pair[1]), pair[0]))[:VALUES]
    return {value: weight / most for value, weight in ranked}


def _fits(catalogue: Catalogue, taste: Taste, kind: str, items: NDArray[np.int64]) -> Floats:
    """Of each product the profile's strength of the best value it has, else of its worst."""
    found = np.zeros(catalogue.size, np.float32)
    for value, how in sorted(strengths(taste, kind).items(), key=lambda pair: pair[1]):
        found[catalogue.having(kind, value)] = how
    return found[items]


def _less(catalogue: Catalogue, items: NDArray[np.int64], disliked: Sequence[int]) -> Floats:
    found = np.zeros(len(items), np.float32)
    kinds = catalogue.kinds
    for other in disliked:
        if catalogue.entries[other] is None:
            continue
        category = kinds.category[items] == kinds.category[other]
        line = kinds.line[items] == kinds.line[other]
        found = np.minimum(found, np.where(line, LESS["line"], LESS["category"] * category))
    return found.astype(np.float32)


def order(scored: Scored, catalogue: Catalogue) -> NDArray[np.int64]:
    """Rows of the candidates, best first; ties by product id."""
    scores = np.round(scored.scores, 6)
    return np.lexsort((catalogue.rank[scored.items], -scores))


def spread(
    rows: NDArray[np.int64], scored: Scored, catalogue: Catalogue, limit: int
) -> NDArray[np.int64]:
    """The same rows with no category crowding the first `limit`."""
    most = max(SHOWN_PER_CATEGORY, -(-limit // 3))
    category = catalogue.kinds.category[scored.items[rows]]
    by_category = np.argsort(category, kind="stable")
    ranked = category[by_category]
    place = np.empty(len(rows), np.int64)
    place[by_category] = np.arange(len(rows)) - np.searchsorted(ranked, ranked)
    fits = place < most
    return np.concatenate([rows[fits], rows[~fits]])


def parts_of(
    scored: Scored,
    row: int,
    facts: Mapping[str, Mapping[str, Any]],
    usual: Floats,
) -> tuple[Part, ...]:
    """The summands of one candidate, those that stand out most first.

    A summand stands out by how far it is above `usual`, its mean over the candidates. A kind that
    `facts` lacks cannot be told.
    """
    worth = scored.worth[row]
    above = (worth - usual).tolist()
    ranked = np.flatnonzero(np.abs(worth) > 1e-6).tolist()
    ranked.sort(key=lambda kind: (-above[kind], kind))
    found = []
    for number in ranked:
        kind = scored.kinds[number]
        stated = dict(facts.get(kind, {}))
        source = str(stated.pop("source", ""))
        found.append(Part(kind, float(worth[number]), stated, source, kind in facts))
    return tuple(found)
