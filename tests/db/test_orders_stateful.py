"""Whatever shoppers do in whatever order: no cent and no piece appears or gets lost."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import select

from db import orders
from db.engine import create_engine_for, upgrade
from db.errors import OrderError
from db.models import CartLine, Order, PaymentMethod, Variant
from db.orders.rules import PaymentRule
from db.unit import turn_unit
from tests.db.shop import ADA, ANY, NOW, fill, put_in_cart

SHARED = ANY.model_copy(update={"payment": PaymentRule(max_methods=2)})
"""The same rules, with orders that a gift card and another method share."""

VARIANTS = ("mug-0", "mug-1", "mug-2", "shirt-0", "shirt-1", "lamp-0")
METHODS = ("card-a", "gift-a", "paypal-a", "card-b")
variants = st.sampled_from(VARIANTS)
methods = st.sampled_from(METHODS)
turns = st.sampled_from([f"turn-{number}" for number in range(40)])
picks = st.integers(0, 5)
rests = st.one_of(st.none(), methods)


class Shopping(RuleBasedStateMachine):
    """Orders of one customer, with operations that may be refused at any point."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.engine = create_engine_for(Path(self.folder.name))
        upgrade(self.engine)
        with turn_unit(self.engine) as session:
            fill(session)

    def teardown(self) -> None:
        self.engine.dispose()
        self.folder.cleanup()

    def attempt(self, pick: int, operation: Any, **arguments: Any) -> None:
        with turn_unit(self.engine) as session:
            every = session.scalars(select(Order).order_by(Order.placed_at, Order.id)).all()
            if not every:
                return
            order = every[pick % len(every)]
            if "swap_to" in arguments:
                item = order.items[pick % len(order.items)]
                arguments["swaps"] = {item.id: arguments.pop("swap_to")}
            if operation is orders.order_again:
                item = order.items[pick % len(order.items)]
                arguments["pieces"] = {item.id: arguments.pop("quantity")}
            if operation in (orders.request_return, orders.request_replacement):
                arguments["item_ids"] = [order.items[pick % len(order.items)].id]
            try:
                operation(session, ADA, order.id, now=NOW, **arguments)
            except OrderError:
                assert not session.dirty

    @rule(variant=variants, quantity=st.integers(1, 4), method=methods, rest=rests, turn=turns)
    def buy(self, variant: str, quantity: int, method: str, rest: str | None, turn: str) -> None:
        with turn_unit(self.engine) as session:
            session.query(CartLine).delete()
            put_in_cart(session, variant, quantity)
            try:
                orders.place_order(
                    session, customer_id=ADA, owner=f"customer:{ADA}", payment_method_id=method,
                    ship_to={"line1": "x"}, shipping=Decimal("2.50"), currency="USD",
                    rules=SHARED, turn_id=turn, now=NOW, rest_on=rest,
                )  # fmt: skip
            except OrderError:
                assert not session.dirty

    @rule(pick=picks, turn=turns)
    def cancel(self, pick: int, turn: str) -> None:
        self.attempt(
            pick, orders.cancel_order, reason="other", rules=ANY, turn_id=turn,
        )  # fmt: skip

    @rule(pick=picks, method=methods, rest=rests, turn=turns)
    def pay_otherwise(self, pick: int, method: str, rest: str | None, turn: str) -> None:
        self.attempt(
            pick, orders.change_payment, payment_method_id=method, rules=SHARED, turn_id=turn,
            rest_on=rest,
        )  # fmt: skip

    @rule(pick=picks, variant=variants, method=methods, rest=rests, turn=turns)
    def swap(self, pick: int, variant: str, method: str, rest: str | None, turn: str) -> None:
        self.attempt(
            pick, orders.change_items, swap_to=variant, payment_method_id=method,
            rules=SHARED, turn_id=turn, rest_on=rest,
        )  # fmt: skip

    @rule(pick=picks, quantity=st.integers(1, 3), method=methods, rest=rests, turn=turns)
    def order_again(
        self, pick: int, quantity: int, method: str, rest: str | None, turn: str
    ) -> None:
        self.attempt(
            pick, orders.order_again, quantity=quantity, payment_method_id=method, rest_on=rest,
            ship_to={"line1": "y"}, shipping=Decimal("2.50"), currency="USD", rules=SHARED,
            turn_id=turn,
        )  # fmt: skip

    @rule(pick=picks, reason=st.sampled_from(["damaged", "wrong_item", "other"]), turn=turns)
    def replace(self, pick: int, reason: str, turn: str) -> None:
        self.attempt(
            pick, orders.request_replacement, reason=reason, rules=SHARED, turn_id=turn,
        )  # fmt: skip

    @rule(pick=picks)
    def deliver(self, pick: int) -> None:
        with turn_unit(self.engine) as session:
            pending = session.scalars(select(Order).where(Order.status == "pending")).all()
            if pending:
                pending[pick % len(pending)].status = "delivered"

    @rule(pick=picks, method=methods, turn=turns)
    def send_back(self, pick: int, method: str, turn: str) -> None:
        self.attempt(
            pick, orders.request_return, payment_method_id=method, reason="other",
            rules=ANY, turn_id=turn,
        )  # fmt: skip

    @rule(pick=picks, variant=variants, method=methods, turn=turns)
    def exchange(self, pick: int, variant: str, method: str, turn: str) -> None:
        self.attempt(
            pick, orders.request_exchange, swap_to=variant, payment_method_id=method,
            rules=ANY, turn_id=turn,
        )  # fmt: skip

    @invariant()
    def money_and_pieces_are_conserved(self) -> None:
        with turn_unit(self.engine) as session:
            every = session.scalars(select(Order)).all()
            held = dict.fromkeys(VARIANTS, 0)
            for order in every:
                returned = [item for item in order.items if item.status == "return_requested"]
                gone = sum((item.price * item.quantity for item in returned), Decimal(0))
                due = Decimal(0) if order.status == "cancelled" else order.total - gone
                assert orders.net_paid(order) == due
                if order.status == "cancelled":
                    continue
                for item in order.items:
                    held[item.variant_id] += item.quantity
                for entry in order.history:
                    if entry.kind == "exchange_requested":
                        for item_id, (_, new) in entry.detail["swaps"].items():
                            quantity = next(i.quantity for i in order.items if i.id == int(item_id))
                            held[new] += quantity
                    if entry.kind == "replacement_requested":
                        for item in order.items:
                            if item.id in entry.detail["items"]:
                                held[item.variant_id] += item.quantity
            for variant in session.scalars(select(Variant).where(Variant.id.in_(VARIANTS))):
                assert variant.stock >= 0
                assert variant.stock + held[variant.id] == 5
            spent = Decimal(0)
            for order in every:
                for payment in order.payments:
                    if payment.payment_method_id == "gift-a" and payment.status == "done":
                        spent += payment.amount if payment.kind == "payment" else -payment.amount
            balance = session.get_one(PaymentMethod, "gift-a").balance
            assert balance is not None
            assert balance >= 0
            assert balance == Decimal("100.00") - spent


TestShopping = Shopping.TestCase
TestShopping.settings = settings(
    max_examples=12,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
