"""An experiment in the chat: fixed arms, lists on record, and a report of them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from assistant.conversation import Reply, Turn
from assistant.engine import Assistant
from assistant.recommend.experiments.report import figures, plot, wins
from assistant.recommend.ranking import GROUPS, Scored
from assistant.scripted.runner import NOW, demo_template
from db.engine import create_engine_for
from db.experiments import shown
from db.models import Exposure
from db.unit import read_unit
from knowledge.settings import REASONS, Arm, Experiment
from knowledge.shop import Shop

TASTE = Experiment(
    arms={
        "control": Arm(share=0.5),
        "odd": Arm(share=0.5, weights={"popular": 0, "rating": 30}),
        "never": Arm(share=0, weights={"popular": 20}),
    }
)


class Talk:
    """The demo shop with an experiment in it, on a clock that tests move."""

    def __init__(self, opened: Assistant, folder: Path) -> None:
        shutil.copy(opened.shop.folder / "shop.db", folder / "shop.db")
        self.engine = create_engine_for(folder)
        self.now = NOW
        self._opened = opened

    def on(self, experiment: Experiment) -> Assistant:
        shop = self._opened.shop.with_engine(self.engine)
        shop.settings = shop.settings.model_copy(update={"experiments": {"taste": experiment}})
        return self._opened.on(shop, self._clock)

    def _clock(self) -> datetime:
        self.now += timedelta(seconds=10)
        return self.now


@pytest.fixture(scope="module")
def opened() -> Iterator[Assistant]:
    assistant = Assistant.open(Shop.open(demo_template()), lambda: NOW)
    yield assistant
    assistant.close()


@pytest.fixture
def talk(opened: Assistant, tmp_path: Path) -> Iterator[Talk]:
    made = Talk(opened, tmp_path)
    yield made
    made.engine.dispose()


def say(assistant: Assistant, text: str, conversation: str, customer: str | None = None) -> Reply:
    return assistant.reply(Turn(text, conversation, customer_id=customer))


def exposures(talk: Talk) -> list[Exposure]:
    with read_unit(talk.engine) as session:
        return list(session.scalars(select(Exposure).order_by(Exposure.id)))


def test_kinds_that_can_be_weighed_are_those_of_a_score() -> None:
    assert set(GROUPS) < set(REASONS)
    assert "worth" in Scored.__slots__


def test_a_customer_keeps_the_arm_and_every_list_is_logged(talk: Talk) -> None:
    assistant = talk.on(TASTE)
    for conversation in ("one", "two"):
        say(assistant, "recommend something for me", conversation, "mia")
    for number in range(6):
        say(assistant, "recommend something", f"guest-{number}")
    rows = exposures(talk)
    assert len(rows) == 8
    assert rows[0].arm == rows[1].arm
    assert {row.arm for row in rows} == {"control", "odd"}
    for row in rows:
        assert set(row.firsts) == {"control", "odd", "never"}
        assert row.firsts[row.arm]["product"] == row.items[0]
        assert row.propensity == pytest.approx(
            sum(
                TASTE.arms[arm].share
                for arm, first in row.firsts.items()
                if first["product"] == row.items[0]
            )
        )


def test_what_was_looked_at_is_the_reward_and_stands_in_the_report(talk: Talk) -> None:
    assistant = talk.on(TASTE)
    for number in range(70):
        say(assistant, "recommend something", f"guest-{number}")
        if number % 2:
            say(assistant, "tell me more about the first one", f"guest-{number}")
    with read_unit(talk.engine) as session:
        found = shown(session, "taste", "look")
    assert sum(bool(one.chosen) for one in found) == 35
    made = {one.arm: one for one in figures(found, list(TASTE.arms))}
    assert made["control"].lists + made["odd"].lists == 70
    assert made["never"].lists == 0
    assert made["never"].direct is None
    rows = [(f"{arm} {name}", e) for arm, one in made.items() for name, e in one.off_policy.items()]
    drawn = plot(rows)
    assert len(drawn) == len([e for _, e in rows if e.value == e.value]) + 1
    assert all("o" in line for line in drawn[:-1])


def test_interleaved_lists_tell_which_arm_their_products_came_from(talk: Talk) -> None:
    both = Experiment(
        kind="interleave",
        arms={"control": Arm(share=0.5), "odd": Arm(share=0.5, weights={"popular": 0})},
    )
    assistant = talk.on(both)
    reply = say(assistant, "recommend something", "guest")
    say(assistant, "tell me more about the first one", "guest")
    (row,) = exposures(talk)
    assert row.items == [card.product_id for card in reply.cards]
    assert set(row.teams) == set(row.items)
    assert set(row.teams.values()) == {"control", "odd"}
    with read_unit(talk.engine) as session:
        won, chance = wins(shown(session, "taste", "look"))
    assert won == {row.teams[row.items[0]]: 1}
    assert chance == 1.0


def test_without_an_experiment_nothing_is_logged(talk: Talk) -> None:
    stopped = TASTE.model_copy(update={"running": False})
    say(talk.on(stopped), "recommend something", "guest")
    assert exposures(talk) == []


def test_erased_shoppers_leave_no_exposure(talk: Talk) -> None:
    assistant = talk.on(TASTE)
    say(assistant, "recommend something", "guest")
    assert exposures(talk)
    say(assistant, "forget me", "guest")
    say(assistant, "1", "guest")
    say(assistant, "yes", "guest")
    assert exposures(talk) == []
    for text in ("recommend something", "forget me", "yes"):
        say(assistant, text, "hers", "mia")
    assert exposures(talk) == []


@pytest.mark.parametrize(
    ("arms", "said"),
    [
        ({"a": {"share": 0.5}}, "add up to 0.5"),
        ({"a": {"share": 1, "weights": {"colour": 2}}}, "no kind of reason 'colour'"),
        ({"a": {"share": 1, "weights": {"color": -2}}}, "lies from 0 to 100"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(arms: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Experiment.model_validate({"arms": arms})
