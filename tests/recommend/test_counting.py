"""What is counted bit by bit, or read back from disk, is what would be counted anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete

from assistant.recommend import recommender as module
from assistant.recommend import snapshot
from assistant.recommend.likeness import Neighbours
from assistant.recommend.log import KINDS, EventLog, Numbers
from assistant.recommend.making import Maker
from assistant.recommend.pairs import alike
from assistant.recommend.popularity import HALF_LIVES, Popularity
from assistant.recommend.recommender import Recommender
from assistant.recommend.snapshot import Counted, SnapshotUnusable
from assistant.recommend.sparse import Rows
from assistant.recommend.types import Asker
from db.events import append_events, events_state
from db.models import Customer, Event
from db.unit import read_unit, turn_unit
from knowledge.shop import Knowledge
from knowledge.types import Limits
from tests.knowledge.made import fake_encoders, shop_with
from tests.recommend.test_recommending import IDS, made

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
COUNTED = sorted(KINDS)
Did = tuple[str | None, str | None, str, str, int, bool]
"""Customer, visit, kind, product, minutes ago, whether it is a gift."""

EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["c0", "c1", "c2", None]),
        st.sampled_from(["v0", "v1", "v2", None]),
        st.sampled_from([*COUNTED, "search"]),
        st.sampled_from(IDS),
        st.integers(0, 4000),
        st.booleans(),
    ),
    max_size=30,
)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = shop_with(tmp_path, made())
    with turn_unit(engine) as session:
        names = [*(f"c{number}" for number in range(8)), "somebody-by-name"]
        session.add_all(Customer(id=name, created_at=NOW) for name in names)
    yield engine
    engine.dispose()


@pytest.fixture
def knowledge(tmp_path: Path, engine: Engine) -> Iterator[Knowledge]:
    opened = Knowledge(tmp_path, engine, fake_encoders())
    opened.sync()
    yield opened
    opened.close()


def stored(engine: Engine, events: list[Did]) -> None:
    with turn_unit(engine) as session:
        for customer, visit, kind, product, minutes, gift in events:
            append_events(
                session,
                [{"kind": kind, "product_id": product, "gift": gift}],
                customer_id=customer,
                conversation_id=visit,
                now=NOW - timedelta(minutes=minutes),
            )


def listed(engine: Engine, knowledge: Knowledge, customer: str) -> list[tuple[str, float]]:
    with read_unit(engine) as session:
        maker = Maker(session, knowledge)
        shopper = maker.shopper(Asker(customer, "talk", "en", NOW))
        found = maker.ranked(shopper, Limits(in_stock=True), limit=18)
        return [(one.product_id, round(one.score, 3)) for one in found]


@settings(max_examples=60, deadline=None)
@given(
    events=st.lists(
        st.tuples(st.integers(0, 6), st.integers(0, 6), st.floats(18_000, 22_000)), max_size=25
    ),
    cuts=st.lists(st.integers(0, 25), max_size=4),
)
def test_popularity_event_by_event_is_popularity_counted_anew(
    events: list[tuple[int, int, float]], cuts: list[int]
) -> None:
    items = np.array([item for item, _, _ in events], np.int32)
    kinds = np.array([kind for _, kind, _ in events], np.int8)
    times = np.array([at for _, _, at in events], np.float64)
    whole = Popularity.nothing(7).after(items, kinds, times)
    parts = Popularity.nothing(3)
    bounds = [0, *sorted(min(cut, len(events)) for cut in cuts), len(events)]
    for begin, end in pairwise(bounds):
        parts = parts.after(items[begin:end], kinds[begin:end], times[begin:end])
    assert parts.at == whole.at
    known = np.arange(parts.sums.shape[1])
    for half_life in HALF_LIVES:
        assert parts.share(half_life, known) == pytest.approx(
            whole.share(half_life, known), rel=1e-6, abs=1e-9
        )
        assert not whole.sums[HALF_LIVES.index(half_life)][len(known) :].any()


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(first=EVENTS, second=EVENTS, third=EVENTS)
def test_a_log_read_in_stretches_is_the_log_read_at_once(
    engine: Engine,
    first: list[Did],
    second: list[Did],
    third: list[Did],
) -> None:
    with turn_unit(engine) as session:
        session.execute(delete(Event))
    grown, numbers = EventLog(), Numbers()
    for stretch in (first, second, third):
        stored(engine, stretch)
        with read_unit(engine) as session:
            grown = grown.caught_up(session, numbers)
    with read_unit(engine) as session:
        whole = EventLog().caught_up(session, Numbers())
    for mine, theirs in zip(grown.columns, whole.columns, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert len(whole) == sum(
        kind != "search" and not gift and bool(customer or visit)
        for customer, visit, kind, _, _, gift in [*first, *second, *third]
    )


@settings(max_examples=40, deadline=None)
@given(
    weights=st.lists(
        st.lists(st.floats(0, 3, width=32), min_size=5, max_size=5), min_size=1, max_size=8
    )
)
def test_companions_are_the_damped_cosines_of_who_takes_what(weights: list[list[float]]) -> None:
    table = np.array(weights, np.float32)
    people, products = np.nonzero(table)
    taken = Rows.summed(people, products, table[people, products], (len(table), 5))
    found = alike(taken, 2.0, kept=5, takers=100, reach=100)
    full = table.astype(np.float64)
    norms = np.sqrt((full**2).sum(axis=0))
    expected = full.T @ full / (np.outer(norms, norms) + 2.0)
    np.fill_diagonal(expected, 0.0)
    for product in range(5):
        columns, values = found.row(product)
        assert product not in columns
        dense = np.zeros(5)
        dense[columns] = values
        np.testing.assert_allclose(dense, expected[product], rtol=1e-4, atol=1e-6)
        assert list(values) == sorted(values, reverse=True)


HISTORY: list[Did] = [
    (f"c{number % 6}", f"v{number % 9}", kind, IDS[(7 * number) % len(IDS)], 10 * number, False)
    for number, kind in enumerate(("purchase", "view", "like", "cart_add") * 12)
]


def test_a_large_shop_is_served_at_once_and_counted_aside(
    engine: Engine, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(engine, HISTORY)
    expected = listed(engine, knowledge, "c0")
    monkeypatch.setattr(module, "SMALL", 0)
    monkeypatch.setattr(module, "AT_ONCE", 0)
    module._all.clear()
    with read_unit(engine) as session:
        recommender = Recommender.of(session, knowledge.folder)
        state = recommender.refresh(session)
        assert not state.complete
        # The shopper's own events count before anything is counted.
        assert len(recommender.history(session, state, "c0", "talk").items) == 8
    recommender.settle()
    assert listed(engine, knowledge, "c0") == expected
    # The next process reads what this one has counted.
    module._all.clear()
    with read_unit(engine) as session:
        state = Recommender.of(session, knowledge.folder).refresh(session)
        assert state.complete
        assert len(state.log) == len(HISTORY)
    assert listed(engine, knowledge, "c0") == expected
    # An event of this turn counts in the next one, whether or not all is counted anew by then.
    stored(engine, [("c0", "talk", "dislike", expected[0][0], 0, False)])
    assert expected[0][0] not in [product for product, _ in listed(engine, knowledge, "c0")]


def test_what_was_counted_is_refused_where_it_is_stale_or_damaged(
    engine: Engine, knowledge: Knowledge, tmp_path: Path
) -> None:
    stored(engine, HISTORY)
    stored(engine, [("somebody-by-name", "visit-of-somebody", "view", "socks-1", 0, False)])
    with read_unit(engine) as session:
        state = Recommender(knowledge.folder).refresh(session)
        version = events_state(session)[0]
    counted = Counted(state.log, state.signals.of, tuple(state.numbers.ids), state.counted)
    with pytest.raises(SnapshotUnusable, match="nothing is counted yet"):
        snapshot.load(tmp_path, version)
    folder = snapshot.save(tmp_path, version, counted)
    held = snapshot.load(tmp_path, version)
    np.testing.assert_array_equal(held.log.who, state.log.who)
    np.testing.assert_array_equal(
        held.statistics.companions.values, state.signals.of.companions.values
    )
    assert held.statistics.kinds.sizes == state.signals.of.kinds.sizes
    with pytest.raises(SnapshotUnusable, match="erased or changed"):
        snapshot.load(tmp_path, "another version")
    everything = b"".join(path.read_bytes() for path in folder.iterdir())
    assert b"socks-1" in everything
    assert b"somebody" not in everything
    path = folder / "statistics.buyers.npy"
    body = bytearray(path.read_bytes())
    body[-1] ^= 1
    path.write_bytes(bytes(body))
    with pytest.raises(SnapshotUnusable, match="not what was written"):
        snapshot.load(tmp_path, version)
    snapshot.remove(tmp_path)
    with pytest.raises(SnapshotUnusable):
        snapshot.load(tmp_path, version)


def test_erasing_takes_what_was_counted_off_the_disk(
    engine: Engine, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 0)
    stored(engine, HISTORY)
    with read_unit(engine) as session:
        recommender = Recommender.of(session, knowledge.folder)
        recommender.prepare(session)
    assert snapshot.stamp(knowledge.folder)
    with turn_unit(engine) as session:
        session.execute(delete(Event).where(Event.customer_id == "c1"))
    with read_unit(engine) as session:
        recommender.refresh(session)
    recommender.settle()
    with read_unit(engine) as session:
        state = recommender.refresh(session)
        version = events_state(session)[0]
        fresh = EventLog().caught_up(session, Numbers())
    assert len(state.log) == len(fresh) < len(HISTORY)
    assert len(snapshot.load(knowledge.folder, version).log) == len(fresh)


def test_neighbours_are_compared_once_and_read_back_for_the_same_catalogue(
    engine: Engine, knowledge: Knowledge, tmp_path: Path
) -> None:
    with read_unit(engine) as session:
        recommender = Recommender.of(session, knowledge.folder)
        catalogue = recommender.refresh(session).catalogue
    held = recommender.likeness.neighbours(knowledge, catalogue)
    assert held is not None
    assert held is recommender.likeness.neighbours(knowledge, catalogue)
    for product_id in IDS:
        near = held.of(product_id)
        assert near
        assert product_id not in [other for other, _ in near]
        assert near[0][1] == pytest.approx(1.0)
        assert [how for _, how in near] == sorted((how for _, how in near), reverse=True)
        # Of one kind before any other: the category counts as in a search for similar products.
        assert near[0][0].split("-")[0] == product_id.split("-")[0]
    path = tmp_path / "alike.npz"
    held.save(path)
    again = Neighbours.load(path, held.version)
    assert again is not None
    assert again.of("mugs-1") == held.of("mugs-1")
    assert Neighbours.load(path, "another version") is None
    path.write_bytes(path.read_bytes()[:100])
    assert Neighbours.load(path, held.version) is None
