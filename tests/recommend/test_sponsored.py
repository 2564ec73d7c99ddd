"""Paid places: who wins, what it costs, and that nothing else on the list ever moves."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from assistant.conversation import Reply, Turn, to_json
from assistant.engine import Assistant
from assistant.recommend.sponsored import auction
from assistant.scripted.runner import NOW, demo_template
from db.engine import create_engine_for
from db.models import Campaign, Event, Placement
from db.sponsored import SHOWN, Bidder, totals
from db.unit import read_unit, turn_unit
from knowledge.settings import Sponsored
from knowledge.shop import Shop

NOON = NOW.replace(hour=12)
RESERVE = Decimal("0.05")


def bidder(name: str, bid: str, spent: str = "0", budget: str = "10") -> Bidder:
    """A campaign for a product of its own name."""
    campaign = Campaign(
        id=name,
        advertiser=f"{name} Ltd",
        product_id=name,
        bid=Decimal(bid),
        daily_budget=Decimal(budget),
        active=True,
        starts_at=NOW,
    )
    return Bidder(campaign, Decimal(spent))


def test_bid_times_relevance_wins_and_pays_what_it_needs() -> None:
    won = auction(
        [bidder("a", "1.00"), bidder("b", "0.80")],
        {"a": 0.7, "b": 1.0},
        NOON,
        floor=0.5,
        reserve=RESERVE,
    )
    assert won is not None
    assert (won.campaign_id, won.price) == ("b", Decimal("0.70"))


def test_alone_it_pays_the_reserve_and_irrelevant_it_never_wins() -> None:
    alone = auction([bidder("a", "1.00")], {"a": 0.9}, NOON, floor=0.5, reserve=RESERVE)
    assert alone is not None
    assert alone.price == RESERVE
    unfit = auction([bidder("a", "99.00")], {"a": 0.4}, NOON, floor=0.5, reserve=RESERVE)
    assert unfit is None


def test_a_campaign_never_bids_against_itself() -> None:
    mine = [bidder("a", "1.00"), bidder("b", "0.90")]
    mine[1].campaign.advertiser = mine[0].campaign.advertiser
    won = auction(mine, {"a": 1.0, "b": 1.0}, NOON, floor=0.5, reserve=RESERVE)
    assert won is not None
    assert won.price == RESERVE


def test_who_spends_faster_than_the_day_goes_by_sits_out() -> None:
    ahead = bidder("a", "1.00", spent="7")
    assert auction([ahead], {"a": 1.0}, NOON, floor=0.5, reserve=RESERVE) is None
    evening = NOON.replace(hour=20)
    assert auction([ahead], {"a": 1.0}, evening, floor=0.5, reserve=RESERVE) is not None


@given(
    st.lists(
        st.tuples(st.integers(1, 500), st.floats(0, 1), st.integers(0, 1000)),
        min_size=1,
        max_size=8,
    )
)
def test_nobody_pays_more_than_was_bid_nor_gains_by_bidding_more_than_needed(
    entries: list[tuple[int, float, int]],
) -> None:
    able = [
        bidder(f"c{n}", str(Decimal(cents) / 100), str(Decimal(spent) / 100))
        for n, (cents, _, spent) in enumerate(entries)
    ]
    fit = {f"c{n}": relevance for n, (_, relevance, _) in enumerate(entries)}
    won = auction(able, fit, NOON, floor=0.3, reserve=RESERVE)
    if won is None:
        return
    campaign = next(b.campaign for b in able if b.campaign.id == won.campaign_id)
    assert RESERVE <= won.price <= campaign.bid
    assert fit[won.product_id] >= 0.3
    campaign.bid *= 2
    again = auction(able, fit, NOON, floor=0.3, reserve=RESERVE)
    assert again is not None
    assert again.campaign_id == won.campaign_id
    assert again.price in (won.price, won.price + Decimal("0.01")) or won.price == campaign.bid / 2


@pytest.fixture(scope="module")
def opened() -> Iterator[Assistant]:
    shop = Shop.open(demo_template())
    assistant = Assistant.open(shop, lambda: NOON)
    yield assistant
    assistant.close()


@pytest.fixture
def assistant(opened: Assistant, tmp_path: Path) -> Iterator[Assistant]:
    """The demo shop over a copy of its records, with paid places switched on."""
    shutil.copy(opened.shop.folder / "shop.db", tmp_path / "shop.db")
    engine = create_engine_for(tmp_path)
    shop = opened.shop.with_engine(engine)
    shop.settings = shop.settings.model_copy(update={"sponsored": Sponsored(enabled=True)})
    yield opened.on(shop, lambda: NOON)
    engine.dispose()


def say(assistant: Assistant, text: str, conversation: str = "talk") -> Reply:
    return assistant.reply(Turn(text, conversation, turn_id=f"{conversation}-{text}"))


def bid_for_all(assistant: Assistant, *ids: str, bid: str = "1.00", budget: str = "10") -> None:
    with turn_unit(assistant.shop.engine) as session:
        for id_ in ids:
            session.add(
                Campaign(
                    id=f"c-{id_}",
                    advertiser=f"Maker of {id_}",
                    product_id=id_,
                    bid=Decimal(bid),
                    daily_budget=Decimal(budget),
                    active=True,
                    starts_at=NOON - timedelta(days=1),
                    ends_at=None,
                )
            )


def beyond_the_page(assistant: Assistant) -> list[str]:
    """Products of the second page of the search that the tests make."""
    say(assistant, "running shoes", "look")
    more = say(assistant, "show me more", "look")
    return [card.product_id for card in more.cards if card.in_stock]


def test_a_paid_card_comes_after_the_list_and_says_so(assistant: Assistant) -> None:
    plain = say(assistant, "running shoes", "before")
    bid_for_all(assistant, *beyond_the_page(assistant)[:2])
    paid = say(assistant, "running shoes")
    assert paid.cards[:-1] == plain.cards
    assert [card.sponsored for card in paid.cards] == [False] * len(plain.cards) + [True]
    assert to_json(paid)["cards"][-1]["sponsored"] is True
    assert any("a paid place of Maker of" in line for line in paid.why)


def test_asked_who_paid_it_is_told(assistant: Assistant) -> None:
    say(assistant, "running shoes", "free")
    assert "nobody paid" in say(assistant, "is any of these sponsored?", "free").text
    assert "没有人付费" in say(assistant, "这里面有广告吗？", "free").text
    bid_for_all(assistant, *beyond_the_page(assistant)[:2])
    listed = say(assistant, "running shoes", "paid")
    (paid,) = (card for card in listed.cards if card.sponsored)
    told = say(assistant, "is any of these sponsored?", "paid").text
    assert paid.title in told
    assert not any(card.title in told for card in listed.cards if not card.sponsored)
    assert "没有人付费" not in say(assistant, "这里面有广告吗？", "paid").text


def test_without_bids_replies_are_the_same_to_the_byte(assistant: Assistant) -> None:
    off = assistant.on(assistant.shop.with_engine(assistant.shop.engine), lambda: NOON)
    off.shop.settings = off.shop.settings.model_copy(update={"sponsored": Sponsored()})
    for text in ("running shoes", "a kettle under 60", "推荐一些礼物", "recommend something"):
        assert to_json(say(assistant, text, f"on-{text}")) == to_json(say(off, text, f"off-{text}"))


def test_service_answers_and_sorted_lists_carry_no_paid_place(assistant: Assistant) -> None:
    bid_for_all(assistant, *beyond_the_page(assistant))
    for text in (
        "how long does delivery take?",
        "where is my order?",
        "what is your return policy",
        "the cheapest running shoes",
        "compare the first two",
        "人工客服",
    ):
        reply = say(assistant, text, f"service-{text}")
        assert not any(card.sponsored for card in reply.cards), text


def test_limits_hold_for_paid_places_too(assistant: Assistant) -> None:
    bid_for_all(assistant, *beyond_the_page(assistant), bid="5.00")
    reply = say(assistant, "running shoes under 60")
    assert reply.cards
    assert all(card.price <= 60 for card in reply.cards)


def test_a_look_is_charged_once_and_never_beyond_the_budget(assistant: Assistant) -> None:
    (product,) = beyond_the_page(assistant)[:1]
    bid_for_all(assistant, product, budget="0.07")
    for conversation in ("one", "two"):
        shown = say(assistant, "running shoes", conversation)
        if conversation == "one":
            assert shown.cards[-1].sponsored
        for text in ("tell me about the last one", "is the last one waterproof?"):
            say(assistant, text, conversation)
    with read_unit(assistant.shop.engine) as session:
        (one,) = totals(session, NOON - timedelta(days=1))
        assert one.clicks == 1
        assert one.cost <= Decimal("0.07")
        assert one.average_organic_rank is not None
        assert one.average_organic_rank > 6


def test_placements_hold_nothing_that_leads_to_a_person(assistant: Assistant) -> None:
    bid_for_all(assistant, *beyond_the_page(assistant)[:1])
    assistant.reply(Turn("running shoes", "mine", customer_id="mia", turn_id="1"))
    names = {column.name for column in Placement.__table__.columns}
    assert names == {
        "id",
        "campaign_id",
        "relevance",
        "organic_rank",
        "price",
        "shown_at",
        "clicked_at",
        "charged",
    }
    assistant.reply(Turn("forget me", "mine", customer_id="mia", turn_id="2"))
    assistant.reply(Turn("yes", "mine", customer_id="mia", turn_id="3"))
    with read_unit(assistant.shop.engine) as session:
        assert session.scalar(select(Placement.id)) is not None
        assert (
            session.scalars(
                select(Event).where(Event.kind == SHOWN, Event.conversation_id == "mine")
            ).all()
            == []
        )


def test_paused_campaigns_do_not_bid(assistant: Assistant) -> None:
    bid_for_all(assistant, *beyond_the_page(assistant)[:1])
    with turn_unit(assistant.shop.engine) as session:
        for campaign in session.scalars(select(Campaign)):
            campaign.active = False
    assert not any(card.sponsored for card in say(assistant, "running shoes").cards)
