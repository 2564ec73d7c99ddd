"""How an utterance is put, and what of it article search weighs."""

from __future__ import annotations

import pytest

from assistant.understanding.manner import (
    asks_how_things_are,
    points_at,
    seeks_goods,
    tells_what_happened,
    weighed,
)
from assistant.understanding.types import Slots, Understanding
from knowledge.articles.model import MOST, Mode, Weighed


@pytest.mark.parametrize(
    "text",
    [
        "how do I wash wool",
        "changed my mind an hour after ordering, can it be stopped",
        "klarna?",
        "周日送货不",
        "能退不",
        "邮费谁出啊",
    ],
)
def test_questions_are_told_however_short(text: str) -> None:
    assert asks_how_things_are(text)


@pytest.mark.parametrize(
    "text", ["please cancel my order", "can you send it again", "cancel it", "帮我查一下物流"]
)
def test_requests_are_no_questions(text: str) -> None:
    assert not asks_how_things_are(text)


@pytest.mark.parametrize(
    "text", ["ordered 4 things only 2 came", "tracking hasn't moved", "锅生锈了", "根本没收到"]
)
def test_a_story_tells_what_happened(text: str) -> None:
    assert tells_what_happened(text)


def test_asks_for_goods_and_pointers() -> None:
    assert seeks_goods("do you have it in blue")
    assert points_at("is it warm")
    assert not seeks_goods("what does delivery cost")
    assert not points_at("what does delivery cost")


def test_shares_are_summed_by_kind_and_an_intent_counts_once() -> None:
    heard = Understanding(
        "can I send it back",
        "en",
        "return_item",
        0.6,
        (("return_item", 0.6), ("ask_return_policy", 0.3), ("out_of_scope", 0.1)),
        Slots(categories=("Shoes",)),
    )
    found = weighed(heard)
    assert found["acts"] == pytest.approx(0.6)
    assert found["rules"] == pytest.approx(0.3)
    assert found["foreign_intent"] == pytest.approx(0.1)
    assert (found["asks"], found["names_kind"], found["polite"]) == (1.0, 1.0, 0.0)


def test_the_reading_weighs_in_only_where_it_is_known() -> None:
    alone = Weighed({"near": 2.0}, {"near": 0.5}, {"near": 0.1}, 0.0)
    heard = Weighed(
        {"answers": 1.0, "goods": -2.0},
        {"answers": 0.0, "goods": 0.5},
        {"answers": 1.0, "goods": 0.5},
        0.0,
    )
    mode = Mode({}, alone, heard)
    facts = {"near": 0.6}
    assert mode.probability(facts) > 0.5
    assert mode.probability(facts, {"goods": 1.0}) < mode.probability(facts, {"goods": 0.0})
    assert mode.probability(facts, {"goods": 0.5}) == pytest.approx(mode.probability(facts))
    assert Mode({}, alone).probability(facts, {"goods": 1.0}) == mode.probability(facts)


def test_a_passage_can_be_no_surer_than_can_be_told_apart() -> None:
    alone = Weighed({"near": 1.0}, {"near": 0.0}, {"near": 1.0}, 0.0)
    heard = Weighed({"answers": 1.0}, {"answers": 0.0}, {"answers": 1.0}, 0.0)
    mode = Mode({}, alone, heard)
    assert mode.probability({"near": 20.0}, {}) == mode.probability({"near": MOST}, {})
