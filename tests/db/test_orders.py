"""Order operations one by one: what is written, what is refused, and that it happens once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Engine, func, select

from db import orders
from db.errors import (
    BalanceTooLow,
    CartEmpty,
    ClaimTooLate,
    ItemUnknown,
    OrderError,
    OrderNotFound,
    OutOfStock,
    PaymentMethodForbidden,
    PaymentMethodUnknown,
    PhotoNeeded,
    ReasonForbidden,
    StateForbids,
    TotalChanged,
    VariantForbidden,
    WindowPassed,
)
from db.models import CartLine, Order, OrderEvent, Payment, PaymentMethod, Variant
from db.orders import OrderRules
from db.unit import turn_unit
from tests.db.shop import ADA, BEN, NOW, RULES, add_order, put_in_cart

HOME = {"line1": "77 Thistledown Crescent", "city": "Marlow", "postcode": "SL7 1AA"}


def place(session: object, **changes: object) -> Order:
    arguments: dict[str, object] = {
        "customer_id": ADA,
        "owner": f"customer:{ADA}",
        "payment_method_id": "card-a",
        "ship_to": HOME,
        "shipping": Decimal("5.00"),
        "currency": "USD",
        "rules": RULES,
        "turn_id": "t1",
        "now": NOW,
    }
    return orders.place_order(session, **(arguments | changes))  # type: ignore[arg-type]


def cancel(session: object, order_id: str, **changes: object) -> orders.Change:
    arguments: dict[str, object] = {
        "reason": "no_longer_needed",
        "rules": RULES,
        "turn_id": "t2",
        "now": NOW,
    }
    return orders.cancel_order(session, ADA, order_id, **(arguments | changes))  # type: ignore[arg-type]


def stock(session: object, variant_id: str) -> int:
    return session.get_one(Variant, variant_id).stock  # type: ignore[attr-defined, no-any-return]


def test_an_order_takes_stock_and_money_and_empties_the_cart(engine: Engine) -> None:
    with turn_unit(engine) as session:
        put_in_cart(session, "mug-0", 2)
        put_in_cart(session, "shirt-0")
        order = place(session, payment_method_id="gift-a", expected_total=Decimal("64.00"))
    with turn_unit(engine) as session:
        order = session.get_one(Order, order.id)
        assert (order.status, order.total) == ("pending", Decimal("64.00"))
        assert [(item.variant_id, item.quantity) for item in order.items] == [
            ("mug-0", 2),
            ("shirt-0", 1),
        ]
        assert stock(session, "mug-0") == 3
        assert session.get_one(PaymentMethod, "gift-a").balance == Decimal("36.00")
        assert session.scalars(select(CartLine)).all() == []
        assert orders.net_paid(order) == order.total
        assert [entry.kind for entry in order.history] == ["placed"]


def test_the_same_turn_orders_once(engine: Engine) -> None:
    with turn_unit(engine) as session:
        put_in_cart(session, "mug-0")
        first = place(session).id
    with turn_unit(engine) as session:
        assert place(session).id == first
        assert session.scalar(select(func.count()).select_from(Order)) == 1


@pytest.mark.parametrize(
    ("quantity", "changes", "error"),
    [
        (6, {}, OutOfStock),
        (1, {"expected_total": Decimal("1.00")}, TotalChanged),
        (1, {"payment_method_id": "card-b"}, PaymentMethodUnknown),
        (1, {"payment_method_id": "gift-a", "shipping": Decimal("99.00")}, BalanceTooLow),
        (0, {}, CartEmpty),
    ],
)
def test_a_refused_order_writes_nothing(
    engine: Engine, quantity: int, changes: dict[str, object], error: type[OrderError]
) -> None:
    with turn_unit(engine) as session:
        if quantity:
            put_in_cart(session, "shirt-0", 1)
            put_in_cart(session, "mug-0", quantity)
        with pytest.raises(error):
            place(session, **changes)
    with turn_unit(engine) as session:
        assert session.scalars(select(Order)).all() == []
        assert session.scalars(select(Payment)).all() == []
        assert stock(session, "shirt-0") == stock(session, "mug-0") == 5
        assert session.get_one(PaymentMethod, "gift-a").balance == Decimal("100.00")
        assert len(session.scalars(select(CartLine)).all()) == (2 if quantity else 0)


def test_cancelling_refunds_a_card_later_and_restores_stock(engine: Engine) -> None:
    with turn_unit(engine) as session:
        put_in_cart(session, "mug-0", 2)
        order = place(session)
        change = cancel(session, order.id)
        assert [(m.amount, m.label, m.status) for m in change.moves] == [
            (Decimal("24.00"), "Visa ending 4242", "pending")
        ]
        assert order.status == "cancelled"
        assert order.cancel_reason == "no_longer_needed"
        assert stock(session, "mug-0") == 5
        assert orders.net_paid(order) == 0


def test_cancelling_refunds_a_gift_card_at_once(engine: Engine) -> None:
    with turn_unit(engine) as session:
        put_in_cart(session, "mug-0", 2)
        order = place(session, payment_method_id="gift-a")
        assert cancel(session, order.id).moves[0].status == "done"
        assert session.get_one(PaymentMethod, "gift-a").balance == Decimal("100.00")


def test_cancelling_twice_in_one_turn_happens_once(engine: Engine) -> None:
    with turn_unit(engine) as session:
        add_order(session, "#W100")
        first = cancel(session, "#W100")
    with turn_unit(engine) as session:
        again = cancel(session, "w100")
        assert again.repeated
        assert again.refunded == first.refunded == Decimal("64.00")
        assert stock(session, "mug-0") == 7
        with pytest.raises(StateForbids):
            cancel(session, "#W100", turn_id="t3")


def test_cancelling_is_refused_by_state_reason_and_owner(engine: Engine) -> None:
    with turn_unit(engine) as session:
        add_order(session, "#W1", status="processed")
        add_order(session, "#W2")
        add_order(session, "#W3", customer_id=BEN, method="card-b")
        with pytest.raises(StateForbids, match="processed"):
            cancel(session, "#W1")
        with pytest.raises(ReasonForbidden):
            cancel(session, "#W2", reason="better_price")
        with pytest.raises(OrderNotFound):
            cancel(session, "#W3")
        assert session.scalars(select(OrderEvent)).all() == []


@pytest.mark.parametrize("spelling", ["#W100-2", "w1002", " #w1002 ", "#W1002"])
def test_an_order_is_found_however_it_is_spelt(engine: Engine, spelling: str) -> None:
    with turn_unit(engine) as session:
        add_order(session, "#W1002")
        found = orders.find_order(session, ADA, spelling)
        assert found is not None
        assert orders.find_order(session, BEN, spelling) is None
        assert orders.find_order(session, None, spelling) is None
        assert orders.find_order(session, ADA, "#") is None


def test_an_address_changes_and_history_does_not_keep_it(engine: Engine) -> None:
    with turn_unit(engine) as session:
        order = add_order(session, "#W1")
        orders.change_address(
            session, ADA, "W1", ship_to={"line1": " 5  New St "}, rules=RULES,
            turn_id="t", now=NOW,
        )  # fmt: skip
        assert order.ship_to["line1"] == "5 New St"
        assert "New St" not in str(order.history[0].detail)


def test_payment_moves_to_another_method(engine: Engine) -> None:
    with turn_unit(engine) as session:
        order = add_order(session, "#W1")
        arguments = {"rules": RULES, "turn_id": "t", "now": NOW}
        with pytest.raises(PaymentMethodForbidden):
            orders.change_payment(session, ADA, "W1", payment_method_id="card-a", **arguments)  # type: ignore[arg-type]
        change = orders.change_payment(session, ADA, "W1", payment_method_id="gift-a", **arguments)  # type: ignore[arg-type]
        assert (change.refunded, change.charged) == (order.total, order.total)
        assert session.get_one(PaymentMethod, "gift-a").balance == Decimal("36.00")
        big = add_order(session, "#W2", lines=(("lamp-0", 1),))
        with pytest.raises(BalanceTooLow):
            orders.change_payment(session, ADA, "W2", payment_method_id="gift-a", **arguments)  # type: ignore[arg-type]
        assert len(big.payments) == 1


def test_items_swap_within_their_product(engine: Engine) -> None:
    with turn_unit(engine) as session:
        order = add_order(session, "#W1")
        mug, shirt = order.items
        arguments = {
            "payment_method_id": "paypal-a",
            "rules": RULES,
            "turn_id": "t",
            "now": NOW,
        }
        for swaps, error in (
            ({mug.id: "shirt-1"}, VariantForbidden),
            ({mug.id: "mug-0"}, VariantForbidden),
            ({999: "mug-1"}, ItemUnknown),
            ({}, ItemUnknown),
        ):
            with pytest.raises(error):
                orders.change_items(session, ADA, "W1", swaps=swaps, **arguments)  # type: ignore[arg-type]
        change = orders.change_items(
            session,
            ADA,
            "W1",
            swaps={mug.id: "mug-1", shirt.id: "shirt-2"},
            **arguments,  # type: ignore[arg-type]
        )
        # Two mugs cost 3.00 more, the shirt 4.90 less.
        assert change.refunded == Decimal("1.90")
        assert order.total == Decimal("62.10") == orders.net_paid(order)
        assert stock(session, "mug-1") == 3
        assert stock(session, "mug-0") == 7
        assert mug.options == {"color": "navy"}


def test_a_return_waits_for_the_goods(engine: Engine) -> None:
    with turn_unit(engine) as session:
        order = add_order(session, "#W1", status="delivered")
        mug, shirt = order.items
        arguments = {
            "item_ids": [shirt.id],
            "reason": "wrong_size",
            "rules": RULES,
            "turn_id": "t",
            "now": NOW,
        }
        with pytest.raises(PaymentMethodForbidden):
            orders.request_return(session, ADA, "W1", payment_method_id="paypal-a", **arguments)  # type: ignore[arg-type]
        late = arguments | {"now": NOW + timedelta(days=60)}
        with pytest.raises(WindowPassed):
            orders.request_return(session, ADA, "W1", payment_method_id="card-a", **late)  # type: ignore[arg-type]
        change = orders.request_return(session, ADA, "W1", payment_method_id="gift-a", **arguments)  # type: ignore[arg-type]
        assert [(m.amount, m.status) for m in change.moves] == [(Decimal("40.00"), "pending")]
        assert session.get_one(PaymentMethod, "gift-a").balance == Decimal("100.00")
        assert (mug.status, shirt.status, order.status) == (
            "ordered",
            "return_requested",
            "return_requested",
        )


def test_a_return_gives_back_its_share_of_the_discount_only(engine: Engine) -> None:
    with turn_unit(engine) as session:
        order = add_order(session, "#W1", status="delivered", lines=(("lamp-0", 1), ("shirt-0", 1)))
        order.discount = Decimal("10.00")
        assert orders.returnable_amount(order, order.items[1:]) == Decimal("36.00")


def test_an_exchange_reserves_the_new_variant(engine: Engine) -> None:
    with turn_unit(engine) as session:
        order = add_order(session, "#W1", status="delivered")
        shirt = order.items[1]
        change = orders.request_exchange(
            session, ADA, "W1", swaps={shirt.id: "shirt-1"}, payment_method_id="gift-a",
            rules=RULES, turn_id="t", now=NOW,
        )  # fmt: skip
        assert change.charged == Decimal("4.99")
        assert stock(session, "shirt-1") == 4
        assert order.status == shirt.status == "exchange_requested"
        assert shirt.variant_id == "shirt-0"
        assert orders.net_paid(order) == order.total


def again(session: object, order_id: str, pieces: dict[int, int], **changes: object) -> Order:
    arguments: dict[str, object] = {
        "payment_method_id": "card-a",
        "ship_to": HOME,
        "shipping": Decimal("5.00"),
        "currency": "USD",
        "rules": RULES,
        "turn_id": "t9",
        "now": NOW,
    }
    return orders.order_again(session, ADA, order_id, pieces=pieces, **(arguments | changes))  # type: ignore[arg-type]


def test_the_same_again_at_todays_price_once(engine: Engine) -> None:
    with turn_unit(engine) as session:
        order = add_order(session, "#W1", status="delivered", delivered_days_ago=3)
        mug = order.items[0]
        variant = session.get_one(Variant, mug.variant_id)
        variant.price, before = Decimal("12.00"), variant.stock
        put_in_cart(session, "lamp-0")
        new = again(session, "#W1", {mug.id: 2}, expected_total=Decimal("29.00"))
        assert again(session, "#W1", {mug.id: 2}).id == new.id
        assert (new.total, new.items[0].price, new.status) == (
            Decimal("29.00"), Decimal("12.00"), "pending",
        )  # fmt: skip
        assert variant.stock == before - 2
        assert session.scalar(select(func.count()).select_from(CartLine)) == 1
        assert new.history[0].detail["again"] == "#W1"
        assert order.status == "delivered"


def test_the_same_again_is_refused_whole(engine: Engine) -> None:
    with turn_unit(engine) as session:
        order = add_order(session, "#W1")
        strange = add_order(session, "#W2", customer_id=BEN, method="card-b")
        item = order.items[0]
        stock_before = stock(session, item.variant_id)
        for wrong, error in (
            ({"pieces": {item.id: 99}}, OutOfStock),
            ({"pieces": {strange.items[0].id: 1}}, ItemUnknown),
            ({"pieces": {}}, ItemUnknown),
            ({"pieces": {item.id: 1}, "expected_total": Decimal("1.00")}, TotalChanged),
            ({"pieces": {item.id: 1}, "payment_method_id": "card-b"}, PaymentMethodUnknown),
        ):
            with pytest.raises(error):
                again(session, "#W1", **wrong)
        with pytest.raises(OrderNotFound):
            again(session, "#W2", {strange.items[0].id: 1})
        assert stock(session, item.variant_id) == stock_before
        assert session.scalar(select(func.count()).select_from(Order)) == 2


def test_a_difference_shared_over_a_gift_card(engine: Engine) -> None:
    two = OrderRules.model_validate({"payment": {"max_methods": 2}})
    with turn_unit(engine) as session:
        order = add_order(session, "#W1")
        shirt = order.items[1]
        gift = session.get_one(PaymentMethod, "gift-a")
        gift.balance = Decimal("1.00")
        arguments = {
            "swaps": {shirt.id: "shirt-1"}, "payment_method_id": "gift-a", "rest_on": "paypal-a",
            "turn_id": "t3", "now": NOW,
        }  # fmt: skip
        difference = (Decimal("44.99") - shirt.price) * shirt.quantity
        with pytest.raises(PaymentMethodForbidden):
            orders.change_items(session, ADA, "#W1", rules=RULES, **arguments)  # type: ignore[arg-type]
        with pytest.raises(TotalChanged):
            orders.change_items(
                session,
                ADA,
                "#W1",
                rules=two,
                expected_rest=Decimal("1.00"),
                **arguments,  # type: ignore[arg-type]
            )
        done = orders.change_items(
            session,
            ADA,
            "#W1",
            rules=two,
            expected_rest=difference - 1,
            **arguments,  # type: ignore[arg-type]
        )
        assert [(m.method_id, m.amount) for m in done.moves] == [
            ("gift-a", Decimal("1.00")), ("paypal-a", difference - 1),
        ]  # fmt: skip
        assert gift.balance == 0


def replace(session: object, order_id: str, item: int, **changes: object) -> orders.Change:
    arguments: dict[str, object] = {
        "item_ids": [item], "reason": "damaged", "rules": RULES, "turn_id": "t4", "now": NOW,
    }  # fmt: skip
    return orders.request_replacement(session, ADA, order_id, **(arguments | changes))  # type: ignore[arg-type]


def test_a_replacement_costs_nothing_and_happens_once(engine: Engine) -> None:
    with turn_unit(engine) as session:
        order = add_order(session, "#W1", status="delivered", delivered_days_ago=3)
        mug = order.items[0]
        total, before = order.total, stock(session, mug.variant_id)
        done = replace(session, "#W1", mug.id)
        assert (done.kind, done.moves, order.total) == ("replacement_requested", (), total)
        assert (mug.status, order.status) == ("exchange_requested", "exchange_requested")
        assert stock(session, mug.variant_id) == before - mug.quantity
        assert replace(session, "#W1", mug.id).repeated
        assert stock(session, mug.variant_id) == before - mug.quantity


def test_a_claim_has_its_time_its_photo_and_its_reason(engine: Engine) -> None:
    strict = OrderRules.model_validate({"damage": {"report_days": 14, "photo": "required"}})
    with turn_unit(engine) as session:
        order = add_order(session, "#W1", status="delivered", delivered_days_ago=3)
        mug = order.items[0]
        with pytest.raises(PhotoNeeded):
            replace(session, "#W1", mug.id, rules=strict)
        with pytest.raises(ClaimTooLate):
            replace(session, "#W1", mug.id, rules=strict, photo=True, now=NOW + timedelta(days=20))
        with pytest.raises(ReasonForbidden):
            replace(session, "#W1", mug.id, rules=strict, photo=True, reason="changed_mind")
        with pytest.raises(PhotoNeeded):
            orders.request_return(
                session, ADA, "#W1", item_ids=[mug.id], payment_method_id="card-a",
                reason="wrong_item", rules=strict, turn_id="t5", now=NOW,
            )  # fmt: skip
        assert mug.status == "ordered"
        assert replace(session, "#W1", mug.id, rules=strict, photo=True).kind


def test_conditions_that_matter(engine: Engine) -> None:
    by = OrderRules.model_validate(
        {
            "return": {
                "window": {
                    "open": {"categories": ["mugs"], "conditions": ["opened"], "never": True},
                    "worn": {"categories": ["mugs"], "conditions": ["used"], "days": 30,
                             "fee_percent": 20},
                }
            }
        }
    )  # fmt: skip
    with turn_unit(engine) as session:
        order = add_order(session, "#W1", status="delivered", delivered_days_ago=3)
        mug, shirt = order.items
        assert orders.telling_conditions(session, order, mug, "return", by, NOW) == (
            "opened", "used",
        )  # fmt: skip
        assert orders.telling_conditions(session, order, shirt, "return", by, NOW) == ()
        assert orders.telling_conditions(session, order, mug, "return", RULES, NOW) == ()
