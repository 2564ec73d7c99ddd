"""Making a list: who asks, what could be recommended, hard limits, and the reasons in facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from assistant.recommend.facts import Facts
from assistant.recommend.log import DAY, DISLIKE, KINDS, PURCHASE
from assistant.recommend.ranking import Beside, Scored, order, parts_of, score, spread, strengths
from assistant.recommend.recommender import Recommender, State
from assistant.recommend.relevance import fits_words
from assistant.recommend.shopper import Shopper
from assistant.recommend.signals import NAMES, NOBODY, History
from assistant.recommend.sparse import best
from assistant.recommend.stock import cheapest_in_stock
from assistant.recommend.types import Asker, Part, Ranked, Taste
from assistant.recommend.visits import TRACE
from db.models import Profile
from db.profiles import after_statement, stated_in_conversation
from knowledge.shop import Knowledge
from knowledge.types import Limits, ProductQuery

POOL: Final = 120
"""Candidates inside stated limits or for the shopper's words."""
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
FADED: Final = 0.01
"""Below this what a visit says is too old to count."""
FOLLOWING: Final = 60
RECENT: Final = timedelta(days=45)
"""How long a dislike also counts against what is like it."""


class Maker:
    """Makes lists for one unit of work."""

    def __init__(
        self, session: Session, knowledge: Knowledge, weights: Mapping[str, float] | None = None
    ) -> None:
        """`weights`: factors on the summands of scores, by kind of reason."""
        self._weights = weights or {}
        self._session = session
        self._knowledge = knowledge
        # What this turn has done so far counts, too.
        session.flush()
        self._connection = session.connection()
        self.recommender = Recommender.of(session, knowledge.folder)
        self.state: State = self.recommender.refresh(session)

    # --- who asks ---------------------------------------------------------------------------------

    def shopper(self, asker: Asker) -> Shopper:
        """Everything known of who asks; of a gift's buyer nothing counts."""
        if asker.gift:
            nothing = np.empty(0, np.int64)
            return Shopper(asker, NOBODY, Taste(), nothing, 0.0, ())
        history = self.recommender.history(
            self._session, self.state, asker.customer_id, asker.conversation_id
        )
        pending = self._pending(asker, history.here)
        if pending is not None:
            history = history.followed_by(pending)
        profile = None
        if asker.customer_id:
            profile = self._connection.execute(_PROFILE, {"id": asker.customer_id}).one_or_none()
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
        latest = self.state.signals.popularity.at
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

    def _pending(self, asker: Asker, here: int) -> History | None:
        """What happened in this very turn, as a history of its own."""
        number, size = self.state.numbers.of, self.state.catalogue.size
        rows = [
            (number[product], KINDS[kind])
            for kind, product in asker.pending
            if kind in KINDS and number.get(product, size) < size
        ]
        if not rows:
            return None
        now = asker.now.timestamp() / DAY
        return History(
            np.array([item for item, _ in rows], np.int32),
            np.array([kind for _, kind in rows], np.int8),
            np.full(len(rows), now),
            np.full(len(rows), here, np.int32),
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
            # Where anything has to do with the words, what has not is no candidate.
            fitting = [hit for hit in hits if fits_words(hit.evidence)] if text else []
            hits = fitting or hits
            top = max((hit.score for hit in fitting), default=0.0)
            numbers = self.state.numbers.of
            found = [(numbers[hit.product_id], hit) for hit in hits if hit.product_id in numbers]
            among = np.array([number for number, _ in found], np.int64)
            if top > 0:
                words = {number: max(0.0, hit.score / top) for number, hit in found}
        scored, facts = self._scored(shopper, among, words, new=new)
        out = self._out(shopper, exclude, bool(text or narrowed), unless)
        if new:
            out[shopper.history.items[shopper.history.kinds == PURCHASE]] = True
        if age is not None:
            out |= catalogue.unfit_for(age)
        rows = order(scored, catalogue)
        rows = rows[~out[scored.items[rows]]]
        if diverse:
            rows = spread(rows, scored, catalogue, limit)
        # A product that nothing speaks for is no recommendation while there are others.
        rows = rows[np.argsort(scored.scores[rows] <= 0, kind="stable")]
        return self._checked(scored, facts, rows.tolist(), limits, limit)

    def together(
        self, shopper: Shopper, product_id: str, limits: Limits, *, limit: int
    ) -> list[Ranked]:
        """What people took who took this product, best company first."""
        number = self.state.numbers.of.get(product_id)
        signals = self.state.signals
        if number is None or number >= signals.count:
            return []
        others, how = signals.of.companions.row(number)
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

    def due(self, shopper: Shopper, limits: Limits, *, limit: int, named: str = "") -> list[Ranked]:
        """What the shopper bought, and by now would usually buy again, most overdue first; only
        what is `named` so, in its title or category, where a name is given.

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
            if usual > 0 and since >= DUE_FROM * usual and self._is_named(item, named):
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

    def called(self, name: str) -> tuple[str, ...]:
        """Ids of the products on sale with these words in title or category."""
        catalogue = self.state.catalogue
        return tuple(
            catalogue.ids[item] for item in catalogue.popular.tolist() if self._is_named(item, name)
        )

    def _is_named(self, item: int, named: str) -> bool:
        entry = self.state.catalogue.entries[item]
        if entry is None or not named:
            return not named
        held = " ".join((entry.title, entry.category, entry.category_path)).casefold()
        chinese = (entry.title_zh, entry.category_zh)
        words = [word.removesuffix("s") for word in named.casefold().split()]
        return any(named in text for text in chinese) or all(word in held for word in words)

    def explained(self, shopper: Shopper, product_id: str) -> Ranked | None:
        """One product with the summands of its score, whether or not it would be listed."""
        number = self.state.numbers.of.get(product_id)
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
        number = self.state.numbers.of[product_id]
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
        pool = np.zeros(catalogue.size, bool)
        pool[signals.pool(shopper.history)] = pool[catalogue.popular[:POOL]] = True
        if beside is not None:
            for others in (beside.similar, beside.following):
                pool[np.fromiter(others, np.int64, len(others))] = True
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
        for found in wished:
            pool[found[:PER_WISH]] = True
        return np.flatnonzero(pool & catalogue.on_sale)

    def _beside(self, shopper: Shopper, words: dict[int, float]) -> Beside:
        liked = self._numbers(shopper.taste.liked)[:CHOSEN]
        owners = self.state.signals.of.buyers
        near_to = [n for n in liked if n >= len(owners) or owners[n] < FEW_OWNERS]
        following: dict[int, tuple[int, float]] = {}
        fading = 0.5 ** (shopper.idle / VISIT_HALF_LIFE)
        if len(shopper.visit) and fading > FADED:
            scores = self.state.visits.scores(shopper.visit, self.state.visit_settings)
            newest = int(shopper.visit[-1])
            for item in best(np.where(scores > TRACE, scores, 0.0), FOLLOWING).tolist():
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
        """Products like one in words and picture, with their likeness in 0..1."""
        catalogue = self.state.catalogue
        entry = catalogue.entries[number]
        if entry is None:
            return []
        pairs = self.recommender.likeness.of(
            self._session, self._knowledge, catalogue, catalogue.ids[number]
        )
        numbers, size = self.state.numbers.of, catalogue.size
        return [(numbers[id_], how) for id_, how in pairs if numbers.get(id_, size) < size]

    def _numbers(self, product_ids: Iterable[str]) -> list[int]:
        numbers = self.state.numbers.of
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
        liked = np.array(self._numbers(shopper.taste.liked), np.int64)
        bought = shopper.history.items[shopper.history.kinds == PURCHASE]
        counted = liked[(liked < len(of.rebuy)) & np.isin(liked, bought)]
        again = counted[(of.buyers[counted] > 0) & (of.rebuy[counted] >= REBOUGHT)]
        for_good = np.zeros(len(out), bool)
        for_good[liked] = True
        for_good[again] = False
        return np.asarray(out | for_good, np.bool_)

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
        start, size = 0, limit + limit // 2 + 2
        while start < len(rows) and len(chosen) < limit:
            chunk = rows[start : start + size]
            start, size = start + size, 4 * size
            ids = [self.state.catalogue.ids[scored.items[row]] for row in chunk]
            hits = self._inside(ids, limits)
            for row, product_id in zip(chunk, ids, strict=True):
                if product_id in hits and len(chosen) < limit:
                    made = self._ranked(scored, row, usual, facts, hits[product_id])
                    if made is not None:
                        chosen.append(made)
        return chosen

    def _inside(self, ids: list[str], limits: Limits) -> dict[str, str]:
        """Product id -> the variant to show, of those inside the limits."""
        if limits != Limits(in_stock=True):
            hits = self._knowledge.products.by_ids(self._session, ids, limits)
            return {hit.product_id: hit.variant_id for hit in hits}
        return cheapest_in_stock(self._connection, ids)

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


_PROFILE: Final = select(Profile.__table__.c.stated, Profile.__table__.c.inferred).where(
    Profile.__table__.c.customer_id == bindparam("id")
)
