"""What the shop's rules forbid is refused by the operation itself, and nothing is written."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, select

from db import orders
from db.errors import (
    LockedOut,
    NeedsPerson,
    NeverBack,
    OnceOnly,
    OrderError,
    PaymentMethodForbidden,
    ReasonForbidden,
    StateForbids,
    WindowPassed,
)
from db.models import Customer, OrderEvent, PaymentMethod, Product
from db.orders import OrderRules
from db.unit import turn_unit
from tests.db.shop import ADA, NOW, add_order, put_in_cart

HOME = {"line1": "77 Thistledown Crescent"}


def rules(**tables: Any) -> OrderRules:
    return OrderRules.model_validate(tables)


def swap(session: Any, order_id: str, by: OrderRules, variant: str, turn: str) -> orders.Change:
    order = orders.find_order(session, ADA, order_id)
    assert order is not None
    operation = orders.request_exchange if order.delivered_at else orders.change_items
    return operation(
        session, ADA, order_id, swaps={order.items[0].id: variant}, payment_method_id="card-a",
        rules=by, turn_id=turn, now=NOW,
    )  # fmt: skip


def send_back(session: Any, by: OrderRules, **changes: Any) -> orders.Change:
    order = orders.find_order(session, ADA, "#W1")
    assert order is not None
    arguments: dict[str, Any] = {
        "item_ids": [order.items[0].id],
        "payment_method_id": "card-a",
        "reason": "changed_mind",
        "turn_id": "r",
        "now": NOW,
    }
    return orders.request_return(session, ADA, "#W1", rules=by, **(arguments | changes))


def test_once_is_once_and_locks_the_rest(engine: Engine) -> None:
    by = rules(change_items={"once": True, "locks": ["cancel", "change_address"]})
    with turn_unit(engine) as session:
        order = add_order(session, "#W1")
        swap(session, "#W1", by, "mug-1", "t1")
        with pytest.raises(OnceOnly):
            swap(session, "#W1", by, "mug-2", "t2")
        with pytest.raises(LockedOut, match="after change_items, cancel"):
            orders.cancel_order(
                session, ADA, "#W1", reason="no_longer_needed", rules=by, turn_id="t3", now=NOW
            )
        with pytest.raises(LockedOut):
            orders.change_address(
                session, ADA, "#W1", ship_to=HOME, rules=by, turn_id="t4", now=NOW
            )
        change = orders.change_payment(
            session, ADA, "#W1", payment_method_id="paypal-a", rules=by, turn_id="t5", now=NOW
        )
        assert change.charged == order.total
        assert len(session.scalars(select(OrderEvent)).all()) == 2


def test_a_window_by_category_tier_and_condition(engine: Engine) -> None:
    by = rules(
        **{
            "return": {
                "window_days": 30,
                "window": {
                    "members": {"tiers": ["gold"], "days": 60},
                    "opened": {
                        "categories": ["mugs"], "conditions": ["opened"], "never": True,
                        "because": "hygiene",
                    },
                    "mugs": {"categories": ["mugs"], "days": 10},
                },
            }
        }
    )  # fmt: skip
    with turn_unit(engine) as session:
        order = add_order(session, "#W1", status="delivered", delivered_days_ago=20)
        mug, shirt = order.items
        assert isinstance(orders.item_forbids(session, order, mug, "return", by, NOW), WindowPassed)
        assert orders.item_forbids(session, order, shirt, "return", by, NOW) is None
        assert orders.forbids(session, order, "return", by, NOW) is None
        with pytest.raises(WindowPassed) as refused:
            send_back(session, by)
        assert (refused.value.days, refused.value.rule) == (10, "mugs")
        with pytest.raises(NeverBack, match="hygiene"):
            send_back(session, by, conditions={mug.id: "opened", shirt.id: "opened"})
        session.get_one(Customer, ADA).tier = "gold"
        assert send_back(session, by).refunded == Decimal("19.00")


def test_a_window_by_seller(engine: Engine) -> None:
    by = rules(**{"return": {"window": {"market": {"sellers": ["Beta Ltd"], "days": 7}}}})
    with turn_unit(engine) as session:
        order = add_order(session, "#W1", status="delivered", delivered_days_ago=8)
        assert orders.forbids(session, order, "return", by, NOW) is None
        session.get_one(Product, "mug").attributes = {"seller": "beta ltd"}
        with pytest.raises(WindowPassed):
            send_back(session, by)


def test_a_fee_is_kept_back_and_waived_where_the_shop_is_to_blame(engine: Engine) -> None:
    tables = {
        "fee": "2.50",
        "window": {"mugs": {"categories": ["mugs"], "days": 30, "fee_percent": 10}},
    }
    by = rules(**{"return": tables})
    with turn_unit(engine) as session:
        order = add_order(session, "#W1", status="delivered", delivered_days_ago=8)
        due = orders.return_sum(session, order, order.items[:1], by, reason="changed_mind")
        assert (due.value, due.fee, due.amount) == (
            Decimal("19.00"),
            Decimal("4.40"),
            Decimal("14.60"),
        )
        assert orders.return_sum(session, order, order.items[:1], by, reason="damaged").fee == 0
        change = send_back(session, by, expected_amount=Decimal("14.60"))
        assert (change.refunded, change.fee) == (Decimal("14.60"), Decimal("4.40"))
        assert send_back(session, by).fee == Decimal("4.40"), "the same turn again"


def test_cancelling_may_cost_a_fee(engine: Engine) -> None:
    by = rules(cancel={"fee": "5.00"})
    with turn_unit(engine) as session:
        order = add_order(session, "#W1")
        paid = order.total
        change = orders.cancel_order(
            session, ADA, "#W1", reason="no_longer_needed", rules=by, turn_id="t", now=NOW
        )
        assert change.refunded == paid - 5
        assert orders.net_paid(order) == 5


def test_what_a_person_decides(engine: Engine) -> None:
    with turn_unit(engine) as session:
        add_order(session, "#W1", status="delivered", delivered_days_ago=1)
        with pytest.raises(NeedsPerson):
            send_back(session, rules(person={"operations": ["return"]}))
        with pytest.raises(NeedsPerson, match=r"19.00 is more than 18.00"):
            send_back(session, rules(person={"refund_over": "18.00"}))
        assert send_back(session, rules(person={"refund_over": "19.00"})).refunded == 19


def test_where_money_may_go(engine: Engine) -> None:
    with turn_unit(engine) as session:
        add_order(session, "#W1", status="delivered", delivered_days_ago=1)
        only_card = rules(refund={"to": ["gift_card"]})
        only_back = rules(refund={"to": ["original"]})
        for by, method in (
            (only_card, "card-a"),
            (only_back, "gift-a"),
            (OrderRules(), "paypal-a"),
        ):
            with pytest.raises(PaymentMethodForbidden):
                send_back(session, by, payment_method_id=method)
        assert (
            send_back(session, only_card, payment_method_id="gift-a").moves[0].status == "pending"
        )


def test_reasons_of_returns(engine: Engine) -> None:
    by = rules(**{"return": {"reasons": ["damaged"], "fee_waived_for": ["damaged"]}})
    with turn_unit(engine) as session:
        add_order(session, "#W1", status="delivered", delivered_days_ago=1)
        with pytest.raises(ReasonForbidden):
            send_back(session, by)
        assert send_back(session, by, reason="damaged").refunded == 19


def test_an_exchange_may_be_paid_once_the_goods_are_back(engine: Engine) -> None:
    by = rules(exchange={"charged": "at_return", "once": True})
    with turn_unit(engine) as session:
        order = add_order(session, "#W1", status="delivered", delivered_days_ago=1)
        change = orders.request_exchange(
            session, ADA, "#W1", swaps={order.items[0].id: "mug-1"}, payment_method_id="gift-a",
            rules=by, turn_id="t", now=NOW,
        )  # fmt: skip
        assert [(m.kind, m.status) for m in change.moves] == [("payment", "pending")]
        assert session.get_one(PaymentMethod, "gift-a").balance == Decimal("100.00")
        with pytest.raises(OnceOnly):
            swap(session, "#W1", by, "mug-2", "t2")


def buy(session: Any, by: OrderRules, *, pays: str, rest: str | None = None) -> Any:
    return orders.place_order(
        session, customer_id=ADA, owner=f"customer:{ADA}", payment_method_id=pays, rest_on=rest,
        ship_to=HOME, shipping=Decimal("0"), currency="USD", rules=by, turn_id="b", now=NOW,
    )  # fmt: skip


def test_a_gift_card_shares_an_order_where_the_rules_let_it(engine: Engine) -> None:
    two = rules(payment={"max_methods": 2})
    with turn_unit(engine) as session:
        put_in_cart(session, "shirt-0", 3)
        refused: list[tuple[OrderRules, str, str | None]] = [
            (OrderRules(), "gift-a", "card-a"),
            (two, "card-a", "paypal-a"),
            (two, "gift-a", "gift-a"),
            (rules(payment={"kinds": ["paypal"]}), "card-a", None),
        ]
        for by, pays, rest in refused:
            with pytest.raises(PaymentMethodForbidden):
                buy(session, by, pays=pays, rest=rest)
        order = buy(session, two, pays="gift-a", rest="card-a")
        paid = {p.payment_method_id: p.amount for p in order.payments}
        assert paid == {"gift-a": Decimal("100.00"), "card-a": Decimal("20.00")}
        assert session.get_one(PaymentMethod, "gift-a").balance == 0
        change = orders.cancel_order(
            session, ADA, order.id, reason="no_longer_needed", rules=two, turn_id="c", now=NOW
        )
        assert {m.method_id: (m.amount, m.status) for m in change.moves} == {
            "gift-a": (Decimal("100.00"), "done"),
            "card-a": (Decimal("20.00"), "pending"),
        }
        assert session.get_one(PaymentMethod, "gift-a").balance == Decimal("100.00")


def test_what_was_shared_goes_back_the_way_it_came(engine: Engine) -> None:
    two = rules(payment={"max_methods": 2})
    with turn_unit(engine) as session:
        put_in_cart(session, "shirt-0", 3)
        order = buy(session, two, pays="gift-a", rest="card-a")
        order.status, order.delivered_at = "delivered", NOW - timedelta(days=1)
        change = orders.request_return(
            session, ADA, order.id, item_ids=[order.items[0].id], payment_method_id="card-a",
            reason="other", rules=two, turn_id="r", now=NOW,
        )  # fmt: skip
        assert {m.method_id: m.amount for m in change.moves} == {
            "card-a": Decimal("20.00"),
            "gift-a": Decimal("100.00"),
        }


@pytest.mark.parametrize("state", ["processed", "cancelled"])
def test_states_forbid(engine: Engine, state: str) -> None:
    with turn_unit(engine) as session:
        order = add_order(session, "#W1", status=state)
        for operation in ("cancel", "change_items", "return", "exchange"):
            against: OrderError | None = orders.forbids(
                session, order, operation, OrderRules(), NOW
            )
            assert isinstance(against, StateForbids), operation
