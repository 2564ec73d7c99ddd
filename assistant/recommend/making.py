"""Making a list: who asks, what could be recommended, hard limits, and the reasons in facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from assistant.recommend.facts import Facts
from assistant.recommend.log import DAY, DISLIKE, KINDS, PURCHASE
from assistant.recommend.ranking import Beside, Scored, order, parts_of, score, spread, strengths
from assistant.recommend.recommender import Recommender, State
from assistant.recommend.signals import NAMES, NOBODY, History
from assistant.recommend.sparse import best
from assistant.recommend.types import Asker, Part, Ranked, Taste
from db.models import Profile
from db.profiles import after_statement, stated_in_conversation
from knowledge.shop import Knowledge
from knowledge.types import Limits, ProductQuery

POOL: Final = 120
"""Candidates inside stated limits or for the shopper's words."""
ALIKE: Final = 12
"""Neighbours in words and picture of each product chosen last."""
CHOSEN: Final = 5
"""Products chosen last whose neighbours are sought."""
FEW_OWNERS: Final = 30
"""A product that more people took is known by what they took; its looks add little."""
PER_WISH: Final = 40
"""Candidates for each wish and each strong value of the profile."""
REBOUGHT: Final = 0.02
"""What is owned is recommended again only where at least this share of buyers buys it again."""
DUE_FROM: Final = 0.8
"""Share of the usual time between two purchases after which the next is due."""
VISIT_HALF_LIFE: Final = 1.0
"""Days after which a visit's last action counts half for what comes next."""
FOLLOWING: Final = 60
RECENT: Final = timedelta(days=45)
"""How long a dislike also counts against what is like it."""


@dataclass(frozen=True, slots=True)
class Shopper:
    """The shopper of a list: what they did, what is known of them, and what is out for them."""

    asker: Asker
    history: History
    taste: Taste
    visit: NDArray[np.int64]
    """Products of the visit under way, newest last."""
    idle: float
    """Days since its last action."""
    disliked: tuple[int, ...]
    """Numbers of what was disliked lately, whose like is held back too."""


class Maker:
    """Makes lists for one unit of work."""

    def __init__(
        self, session: Session, knowledge: Knowledge, weights: Mapping[str, float] | None = None
    ) -> None:
        """`weights`: factors on the summands of scores, by kind of reason."""
        self._weights = weights or {}
        self._session = session
        self._knowledge = knowledge
        self.recommender = Recommender.of(session, knowledge.folder)
        self.state: State = self.recommender.refresh(session)

    # --- who asks ---------------------------------------------------------------------------------

    def shopper(self, asker: Asker) -> Shopper:
        """Everything known of who asks; of a gift's buyer nothing counts."""
        if asker.gift:
            nothing = np.empty(0, np.int64)
            return Shopper(asker, NOBODY, Taste(), nothing, 0.0, ())
        names = [f"v:{asker.conversation_id}"]
        if asker.customer_id:
            names.insert(0, f"c:{asker.customer_id}")
        history = self.recommender.history(self.state, tuple(names), self._pending(asker))
        profile = self._session.get(Profile, asker.customer_id) if asker.customer_id else None
        stated = (
            dict(profile.stated)
            if profile
            else stated_in_conversation(self._session, asker.conversation_id)
        )
        for said in asker.said:
            stated = after_statement(stated, said)
        liked, disliked = self._opinions(history)
        taste = Taste(
            stated=stated,
            inferred=dict(profile.inferred) if profile else {},
            liked=tuple(self.state.catalogue.ids[item] for item in liked),
            disliked=tuple(self.state.catalogue.ids[item] for item in disliked),
        )
        latest = max(self.recommender.log.latest, self.state.signals.of.at)
        lately = latest - RECENT / timedelta(days=1)
        recent = {
            int(item)
            for item, kind, at in zip(history.items, history.kinds, history.times, strict=True)
            if kind == DISLIKE and at >= lately
        }
        spoken_for = history.kinds < DISLIKE
        walked = history.only(spoken_for)
        visit = np.empty(0, np.int64)
        idle = 0.0
        if len(walked.items):
            here = walked.visits == walked.visits[-1]
            visit = walked.items[here].astype(np.int64)
            idle = max(0.0, latest - float(walked.times[-1]))
        return Shopper(
            asker, history, taste, visit, idle, tuple(item for item in disliked if item in recent)
        )

    def _pending(self, asker: Asker) -> History | None:
        log = self.recommender.log
        rows = [
            (log.number(product), KINDS[kind])
            for kind, product in asker.pending
            if kind in KINDS and product in log.products
        ]
        if not rows:
            return None
        now = asker.now.timestamp() / DAY
        number = log.visits.get(asker.conversation_id, -2)
        return History(
            np.array([item for item, _ in rows], np.int32),
            np.array([kind for _, kind in rows], np.int8),
            np.full(len(rows), now),
            np.full(len(rows), number, np.int32),
        )

    @staticmethod
    def _opinions(history: History) -> tuple[list[int], list[int]]:
        """(for, against) by the last word on each product, newest first; a look is no word."""
        last: dict[int, int] = {}
        for item, kind in zip(history.items[::-1].tolist(), history.kinds[::-1], strict=True):
            if kind != KINDS["view"]:
                last.setdefault(item, int(kind))
        good = (KINDS["cart_add"], KINDS["like"], PURCHASE)
        return (
            [item for item, kind in last.items() if kind in good],
            [item for item, kind in last.items() if kind in (DISLIKE, KINDS["return"])],
        )

    # --- what could be recommended ----------------------------------------------------------------

    def ranked(
        self,
        shopper: Shopper,
        limits: Limits,
        *,
        limit: int,
        text: str = "",
        diverse: bool = True,
        narrowed: bool = False,
        exclude: Iterable[str] = (),
        age: int | None = None,
        new: bool = False,
        unless: frozenset[str] = frozenset(),
    ) -> list[Ranked]:
        """The best products in stock inside the limits, with the summands of their scores.

        Args:
            limits: hard; what is remembered as a must-not joins by way of the profile.
            text: the shopper's words, which then choose the candidates.
            diverse: spread over categories.
            narrowed: the limits name what is sought, so candidates are sought within them.
            exclude: product ids never to return.
            age: of whom it is for; what says that it is for other ages is left out.
            new: only what the shopper has not had before.
            unless: what is asked for by name, against which no remembered must-not holds.
        """
        catalogue = self.state.catalogue
        words: dict[int, float] = {}
        among: NDArray[np.int64] | None = None
        if text or narrowed:
            query = ProductQuery(
                text=text, language=shopper.asker.language, limits=limits, limit=POOL
            )
            hits = self._knowledge.products.search(self._session, query)
            top = max((hit.score for hit in hits), default=0.0)
            numbers = self.recommender.log.products
            found = [(numbers[hit.product_id], hit) for hit in hits if hit.product_id in numbers]
            among = np.array([number for number, _ in found], np.int64)
            if text and top > 0:
                words = {number: max(0.0, hit.score / top) for number, hit in found}
        scored, facts = self._scored(shopper, among, words, new=new)
        out = self._out(shopper, exclude, bool(text or narrowed), unless)
        if new:
            out[shopper.history.items[shopper.history.kinds == PURCHASE]] = True
        if age is not None:
            out |= catalogue.unfit_for(age)
        rows = [row for row in order(scored, catalogue) if not out[scored.items[row]]]
        if diverse:
            rows = spread(rows, scored, catalogue, limit)
        # A product that nothing speaks for is no recommendation while there are others.
        scores = scored.scores
        rows.sort(key=lambda row: scores[row] <= 0)
        return self._checked(scored, facts, rows, limits, limit)

    def together(
        self, shopper: Shopper, product_id: str, limits: Limits, *, limit: int
    ) -> list[Ranked]:
        """What people took who took this product, best company first."""
        number = self.recommender.log.products.get(product_id)
        signals = self.state.signals
        if number is None or number >= signals.count:
            return []
        others, how = signals.companions.row(number)
        chosen = best(how, POOL)
        pairs = {int(others[n]): (number, float(how[n])) for n in chosen}
        scored, facts = self._scored(shopper, np.array(sorted(pairs), np.int64), {})
        out = self._out(shopper, (product_id,), asked=False)
        rows = [n for n, item in enumerate(scored.items.tolist()) if not out[item]]
        rows.sort(key=lambda row: (-pairs[int(scored.items[row])][1], row))
        found = self._checked(scored, facts, rows, limits, limit)
        title = facts.title(number)
        return [
            replace(
                one,
                score=pairs[self._numbers([one.product_id])[0]][1],
                parts=(
                    Part(
                        "together",
                        pairs[self._numbers([one.product_id])[0]][1],
                        {"title": title},
                    ),
                ),
            )
            for one in found
        ]

    def due(self, shopper: Shopper, limits: Limits, *, limit: int) -> list[Ranked]:
        """What the shopper bought, and by now would usually buy again, most overdue first.

        The usual time is their own where they bought it more than once, else that of all buyers.
        """
        of = self.state.signals.of
        now = shopper.asker.now.timestamp() / DAY
        bought = shopper.history.kinds == PURCHASE
        items, times = shopper.history.items[bought], shopper.history.times[bought]
        found: dict[int, tuple[float, float, float]] = {}
        for item in np.unique(items).tolist():
            when = np.unique(np.floor(times[items == item]))
            usual = float(of.interval[item]) if item < len(of.interval) else 0.0
            if len(when) > 1:
                usual = float(when[-1] - when[0]) / (len(when) - 1)
            since = now - float(when[-1])
            if usual > 0 and since >= DUE_FROM * usual:
                found[item] = (since / usual, usual, float(when[-1]))
        if not found:
            return []
        scored, facts = self._scored(shopper, np.array(sorted(found), np.int64), {})
        out = ~self.state.catalogue.on_sale
        out |= self.state.catalogue.barred(shopper.taste.stated.get("must_not", {}))
        rows = [n for n, item in enumerate(scored.items.tolist()) if not out[item]]
        rows.sort(key=lambda row: (-found[int(scored.items[row])][0], row))
        made = []
        for one in self._checked(scored, facts, rows, limits, limit):
            late, usual, last = found[self._numbers([one.product_id])[0]]
            day = datetime.fromtimestamp(last * DAY, tz=UTC).date().isoformat()
            part = Part("due", late, {"days": round(usual), "date": day})
            made.append(replace(one, score=late, parts=(part,)))
        return made

    def explained(self, shopper: Shopper, product_id: str) -> Ranked | None:
        """One product with the summands of its score, whether or not it would be listed."""
        number = self.recommender.log.products.get(product_id)
        if number is None or number >= self.state.catalogue.size:
            return None
        entry = self.state.catalogue.entries[number]
        if entry is None:
            return None
        pool = np.union1d(self._pool(shopper), [number]).astype(np.int64)
        scored, facts = self._scored(shopper, pool, {})
        row = int(np.flatnonzero(scored.items == number)[0])
        usual = scored.worth.mean(axis=0)
        return self._ranked(scored, row, usual, facts, "")

    def score_of(self, shopper: Shopper, product_id: str) -> float:
        """The score of one product for a shopper, listed or not."""
        number = self.recommender.log.products[product_id]
        scored, _ = self._scored(shopper, np.array([number], np.int64), {})
        return float(scored.scores[0])

    def _scored(
        self,
        shopper: Shopper,
        among: NDArray[np.int64] | None,
        words: dict[int, float],
        *,
        new: bool = False,
    ) -> tuple[Scored, Facts]:
        state = self.state
        beside = self._beside(shopper, words)
        if among is None:
            among = self._pool(shopper, beside)
        evidence = state.signals.evidence(shopper.history, among)
        learned = state.model.parts(evidence.signals, NAMES, new=new)
        scored = score(evidence, learned, state.catalogue, shopper.taste, beside, shopper.disliked)
        if self._weights:
            scored = scored.weighted(self._weights)
        return scored, Facts(
            state, shopper.history, shopper.taste, shopper.asker.language, evidence, beside
        )

    def _pool(self, shopper: Shopper, beside: Beside | None = None) -> NDArray[np.int64]:
        """Candidates for a list about everything."""
        catalogue, signals = self.state.catalogue, self.state.signals
        pools = [signals.pool(shopper.history), catalogue.popular[:POOL]]
        if beside is not None:
            pools.extend(
                np.fromiter(found, np.int64, len(found))
                for found in (beside.similar, beside.following)
            )
        wished = [
            catalogue.wished(kind, str(value))
            for kind, values in shopper.taste.stated.get("prefer", {}).items()
            for value in values
        ]
        wished += [
            catalogue.having(kind, value)
            for kind in ("category", "brand")
            for value, how in list(strengths(shopper.taste, kind).items())[:5]
            if how > 0
        ]
        popular = catalogue.popular
        pools.extend(popular[mask[popular]][:PER_WISH] for mask in wished)
        pool = np.unique(np.concatenate(pools)).astype(np.int64)
        return pool[catalogue.on_sale[pool]]

    def _beside(self, shopper: Shopper, words: dict[int, float]) -> Beside:
        liked = self._numbers(shopper.taste.liked)[:CHOSEN]
        owners = self.state.signals.of.buyers
        near_to = [n for n in liked if n >= len(owners) or owners[n] < FEW_OWNERS]
        following: dict[int, tuple[int, float]] = {}
        if len(shopper.visit):
            fading = 0.5 ** (shopper.idle / VISIT_HALF_LIFE)
            scores = self.state.visits.scores(shopper.visit, self.state.visit_settings)
            newest = int(shopper.visit[-1])
            for item in best(scores, FOLLOWING).tolist():
                following[item] = (newest, float(scores[item]) * fading)
        return Beside(
            similar=self._resembling(near_to),
            unlike=self._resembling(shopper.disliked),
            following=following,
            words=words,
        )

    def _resembling(self, numbers: Sequence[int]) -> dict[int, tuple[int, float]]:
        found: dict[int, tuple[int, float]] = {}
        for number in numbers:
            for other, how in self._neighbours(number):
                if how > found.get(other, (0, 0.0))[1]:
                    found[other] = (number, how)
        return found

    def _neighbours(self, number: int) -> list[tuple[int, float]]:
        """Products like one in words and picture, kept for the version of the catalogue."""
        catalogue = self.state.catalogue
        kept = catalogue.neighbours.get(number)
        if kept is None:
            entry = catalogue.entries[number]
            hits = []
            if entry is not None:
                query = ProductQuery(similar_to=catalogue.ids[number], limit=ALIKE)
                hits = self._knowledge.products.search(self._session, query)
            top = hits[0].score if hits else 0.0
            numbers = self.recommender.log.products
            kept = [
                (numbers[hit.product_id], hit.score / top)
                for hit in hits
                if top > 0 and hit.score > 0 and hit.product_id in numbers
            ]
            kept = [(other, how) for other, how in kept if other < catalogue.size]
            if catalogue.version:
                catalogue.neighbours[number] = kept
        return kept

    def _numbers(self, product_ids: Iterable[str]) -> list[int]:
        numbers = self.recommender.log.products
        return [numbers[each] for each in product_ids if each in numbers]

    def _out(
        self,
        shopper: Shopper,
        exclude: Iterable[str],
        asked: bool,
        unless: frozenset[str] = frozenset(),
    ) -> NDArray[np.bool_]:
        """What is never listed: off sale, ruled out, disliked, owned for good, or just chosen."""
        catalogue, of = self.state.catalogue, self.state.signals.of
        out = ~catalogue.on_sale
        if not asked:
            out = out | catalogue.private
        never = {
            kind: [value for value in values if str(value).casefold() not in unless]
            for kind, values in shopper.taste.stated.get("must_not", {}).items()
        }
        out = out | catalogue.barred(never)
        out[self._numbers(shopper.taste.disliked)] = True
        out[self._numbers(exclude)] = True
        for item in self._numbers(shopper.taste.liked):
            again = item < len(of.rebuy) and of.buyers[item] > 0 and of.rebuy[item] >= REBOUGHT
            bought = (shopper.history.items == item) & (shopper.history.kinds == PURCHASE)
            out[item] |= not (again and bool(bought.any()))
        return np.asarray(out, np.bool_)

    # --- limits and reasons -----------------------------------------------------------------------

    def _checked(
        self,
        scored: Scored,
        facts: Facts,
        rows: list[int],
        limits: Limits,
        limit: int,
    ) -> list[Ranked]:
        """The first `limit` that are in stock and inside every limit, by the live records."""
        limits = replace(limits, in_stock=True)
        usual = scored.worth.mean(axis=0) if len(scored.items) else np.zeros(0, np.float32)
        chosen: list[Ranked] = []
        start, size = 0, 3 * limit + 10
        while start < len(rows) and len(chosen) < limit:
            chunk = rows[start : start + size]
            start, size = start + size, 4 * size
            ids = [self.state.catalogue.ids[scored.items[row]] for row in chunk]
            hits = {
                hit.product_id: hit.variant_id
                for hit in self._knowledge.products.by_ids(self._session, ids, limits)
            }
            for row, product_id in zip(chunk, ids, strict=True):
                if product_id in hits and len(chosen) < limit:
                    made = self._ranked(scored, row, usual, facts, hits[product_id])
                    if made is not None:
                        chosen.append(made)
        return chosen

    def _ranked(
        self,
        scored: Scored,
        row: int,
        usual: NDArray[np.float32],
        facts: Facts,
        variant_id: str,
    ) -> Ranked | None:
        item = int(scored.items[row])
        entry = self.state.catalogue.entries[item]
        if entry is None:
            return None
        return Ranked(
            product_id=self.state.catalogue.ids[item],
            variant_id=variant_id,
            title=facts.title(item),
            score=float(scored.scores[row]),
            parts=parts_of(scored, row, facts.of(item), usual),
        )
