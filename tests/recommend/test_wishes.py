"""The profile that events leave: kept up turn by turn it is the profile derived anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, delete

from db.events import append_events
from db.models import Customer, Event, Profile
from db.profiles import rebuild_profile, update_profile
from db.unit import turn_unit
from tests.knowledge.made import shop_with
from tests.recommend.test_recommending import BRANDS, IDS, made

START = datetime(2026, 11, 2, 12, tzinfo=UTC)
VALUES = {
    "material": ["wool", "cotton"],
    "brand": list(BRANDS),
    "category": ["mugs", "socks"],
    "size": ["S", "M"],
}
ACTS = ("view", "like", "dislike", "cart_add", "cart_remove", "purchase", "return", "search")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = shop_with(tmp_path, made())
    yield engine
    engine.dispose()


def _rounded(inferred: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    return {
        facet: {value: round(weight, 4) for value, weight in values.items() if abs(weight) > 1e-4}
        for facet, values in inferred.items()
        if any(abs(weight) > 1e-4 for weight in values.values())
    }


def test_a_profile_kept_up_is_the_profile_derived_anew(engine: Engine) -> None:
    class Shopper(RuleBasedStateMachine):
        """One customer who acts, states, takes back and lets time pass."""

        now = START

        @initialize()
        def come(self) -> None:
            self.now = START
            with turn_unit(engine) as session:
                session.execute(delete(Event))
                session.execute(delete(Profile))
                session.merge(Customer(id="her", created_at=START))

        def _turn(self, rows: list[dict[str, Any]]) -> None:
            with turn_unit(engine) as session:
                events = append_events(
                    session, rows, customer_id="her", conversation_id="talk", now=self.now
                )
                update_profile(session, "her", events, self.now)

        @rule(
            acts=st.lists(
                st.tuples(st.sampled_from(ACTS), st.sampled_from(IDS), st.booleans()),
                min_size=1,
                max_size=3,
            )
        )
        def act(self, acts: list[tuple[str, str, bool]]) -> None:
            self._turn(
                [
                    {"kind": kind, "product_id": product, "gift": gift}
                    for kind, product, gift in acts
                ]
            )

        @rule(
            side=st.sampled_from(["prefer", "must_not", "forget"]),
            field=st.sampled_from(sorted(VALUES)),
            place=st.integers(0, 1),
            language=st.sampled_from(["en", "zh", None]),
        )
        def say(self, side: str, field: str, place: int, language: str | None) -> None:
            detail: dict[str, Any] = {side: {field: [VALUES[field][place]]}}
            if language:
                detail["language"] = language
            self._turn([{"kind": "preference", "detail": detail}])

        @rule(days=st.integers(1, 60))
        def wait(self, days: int) -> None:
            self.now += timedelta(days=days)

        @invariant()
        def same(self) -> None:
            with turn_unit(engine) as session:
                kept = session.get(Profile, "her")
                if kept is None:
                    return
                # As it stands now, by an empty turn.
                kept = update_profile(session, "her", [], self.now)
                stated, inferred = dict(kept.stated), _rounded(kept.inferred)
                anew = rebuild_profile(session, "her", self.now)
                assert anew.stated == stated
                assert _rounded(anew.inferred) == inferred
                for field, values in anew.stated.get("must_not", {}).items():
                    assert not set(values) & set(anew.stated.get("prefer", {}).get(field, []))

    run_state_machine_as_test(
        Shopper,
        settings=settings(
            max_examples=12,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
