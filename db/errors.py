"""Everything db raises, each message fit to be shown.

DatabaseError
├── DatabaseUnusable       cannot be opened, or its tables cannot be brought up to date
└── DatabaseBusy           another process held the write lock too long
CustomerNotFound
PricingError               a change of price that was refused
├── ChangeUnknown          no such change waits for a decision
└── PriceMoved             the price is no longer the one it was decided on
OrderError                 an order operation that was refused; nothing was written
├── OrderNotFound          no such order of this customer (someone else's reads the same)
├── StateForbids           the shop's rules do not allow it in the order's state
├── OnceOnly               it may be done once per order, and was
├── LockedOut              something done to the order before rules it out
├── WindowPassed           the time to send items back is over
├── NeverBack              this kind of item is not taken back
├── ClaimTooLate           the time to report damage is over
├── PhotoNeeded            the rules accept no claim without a photo
├── NeedsPerson            the rules leave it to a person
├── ReasonForbidden        the reason is not one the shop's rules accept
├── ItemUnknown            the order has no such line, or it is already on its way back
├── VariantForbidden       not another variant of the same product
├── OutOfStock             fewer pieces in stock than asked for
├── PaymentMethodUnknown   not a payment method of this customer
├── PaymentMethodForbidden the rules do not let the money go there
├── BalanceTooLow          the gift card does not cover the amount
├── AddressIncomplete      no first line of an address
├── CartEmpty              nothing to order
└── TotalChanged           a price moved since the total was confirmed
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal


class DatabaseError(Exception):
    """The shop's database cannot be used."""


class DatabaseUnusable(DatabaseError):
    """It cannot be opened or brought up to date."""


class DatabaseBusy(DatabaseError):
    """Another process kept the write lock beyond the busy timeout."""


class CustomerNotFound(LookupError):
    """No customer has this id."""

    def __init__(self, customer_id: str) -> None:
        super().__init__(f"no customer {customer_id!r}; check the id or create the customer first")
        self.customer_id = customer_id


class PricingError(Exception):
    """A change of price was refused."""


class ChangeUnknown(PricingError):
    """No change of this number waits for a decision."""

    def __init__(self, change_id: int, status: str | None) -> None:
        what = "there is no such change" if status is None else f"it is {status} already"
        super().__init__(f"price change {change_id}: {what}; `aisle pricing list` shows what waits")
        self.change_id, self.status = change_id, status


class PriceMoved(PricingError):
    """A price changed after the decision."""

    def __init__(self, change_id: int, product_id: str) -> None:
        super().__init__(
            f"price change {change_id}: the price of {product_id} is no longer the one it was"
            " decided on; `aisle pricing run` decides anew"
        )
        self.change_id, self.product_id = change_id, product_id


class OrderError(Exception):
    """An order operation was refused and wrote nothing."""


class OrderNotFound(OrderError):
    """This customer has no such order."""

    def __init__(self, order_id: str) -> None:
        super().__init__(f"no order {order_id!r} of this customer; check the number")
        self.order_id = order_id


class StateForbids(OrderError):
    """The order's state does not allow the operation."""

    def __init__(self, order_id: str, status: str, allowed: Collection[str]) -> None:
        states = ", ".join(allowed) or "no state"
        super().__init__(f"order {order_id} is {status}; this is possible while it is: {states}")
        self.order_id, self.status, self.allowed = order_id, status, tuple(allowed)


class OnceOnly(OrderError):
    """It may be done once per order, and was done already."""

    def __init__(self, order_id: str, operation: str, done_at: datetime) -> None:
        super().__init__(f"order {order_id}: {operation} is possible once, and was done already")
        self.order_id, self.operation, self.done_at = order_id, operation, done_at


class LockedOut(OrderError):
    """What was done to the order before rules it out."""

    def __init__(self, order_id: str, operation: str, by: str) -> None:
        super().__init__(f"order {order_id}: after {by}, {operation} is no longer possible")
        self.order_id, self.operation, self.by = order_id, operation, by


class WindowPassed(OrderError):
    """The time to send items back is over; `rule` names the policy's exception, if one counts."""

    def __init__(
        self, order_id: str, until: datetime, days: int | None, rule: str = "", title: str = ""
    ) -> None:
        after = "" if days is None else f", {days} days after delivery"
        super().__init__(f"order {order_id} could go back until {until.date()}{after}")
        self.order_id, self.until, self.days = order_id, until, days
        self.rule, self.title = rule, title


class NeverBack(OrderError):
    """This kind of item is not taken back."""

    def __init__(
        self, order_id: str, title: str, rule: str, because: str = "", because_zh: str = ""
    ) -> None:
        super().__init__(f"order {order_id}: {title!r} cannot go back ({because or rule})")
        self.order_id, self.title, self.rule = order_id, title, rule
        self.because, self.because_zh = because, because_zh


class ClaimTooLate(OrderError):
    """The time to report damage is over."""

    def __init__(self, order_id: str, until: datetime, days: int) -> None:
        super().__init__(
            f"order {order_id}: damage could be reported until {until.date()},"
            f" {days} days after delivery"
        )
        self.order_id, self.until, self.days = order_id, until, days


class PhotoNeeded(OrderError):
    """The rules accept no claim without a photo."""

    def __init__(self, order_id: str) -> None:
        super().__init__(f"order {order_id}: a claim needs a photo of the item; add one")
        self.order_id = order_id


class NeedsPerson(OrderError):
    """The rules leave it to a person: all of an operation, or a refund above a limit."""

    def __init__(
        self,
        order_id: str,
        operation: str,
        amount: Decimal | None = None,
        limit: Decimal | None = None,
    ) -> None:
        why = "" if amount is None else f": {amount} is more than {limit}"
        super().__init__(f"order {order_id}: {operation} is done by a person{why}")
        self.order_id, self.operation, self.amount, self.limit = order_id, operation, amount, limit


class ReasonForbidden(OrderError):
    """The reason is not among those the shop accepts."""

    def __init__(self, reason: str, allowed: Collection[str]) -> None:
        super().__init__(f"{reason!r} is not an accepted reason; these are: {', '.join(allowed)}")
        self.reason, self.allowed = reason, tuple(allowed)


class ItemUnknown(OrderError):
    """The order has no such line that can still be changed or sent back."""

    def __init__(self, order_id: str, item_id: int | None) -> None:
        what = "no item was chosen" if item_id is None else f"no open item {item_id}"
        super().__init__(f"order {order_id}: {what}; choose among its items")
        self.order_id, self.item_id = order_id, item_id


class VariantForbidden(OrderError):
    """An item can become another variant of its own product only."""

    def __init__(self, title: str, variant_id: str) -> None:
        super().__init__(f"{variant_id!r} is not another variant of {title!r} that is on sale")
        self.title, self.variant_id = title, variant_id


class OutOfStock(OrderError):
    """Fewer pieces are left than asked for."""

    def __init__(self, title: str, variant_id: str, wanted: int, left: int) -> None:
        super().__init__(f"{title!r}: {wanted} wanted, {left} in stock; take fewer or another one")
        self.title, self.variant_id, self.wanted, self.left = title, variant_id, wanted, left


class PaymentMethodUnknown(OrderError):
    """The customer has no such payment method."""

    def __init__(self, method_id: str) -> None:
        super().__init__(f"no payment method {method_id!r} of this customer")
        self.method_id = method_id


PAYMENT_RULES = {
    "kinds": "the shop does not take this kind of payment",
    "max_methods": "an order is paid with fewer methods",
    "nothing_to_share": "only a gift card that holds part of the amount is shared with another",
    "same": "the order is already paid with it",
    "refund_to": "refunds go to a payment method of the order or to a gift card, as the rules say",
}


class PaymentMethodForbidden(OrderError):
    """The rules do not allow this payment method here; `rule` is a key of PAYMENT_RULES."""

    def __init__(self, method_id: str, rule: str) -> None:
        super().__init__(f"payment method {method_id!r} cannot be used: {PAYMENT_RULES[rule]}")
        self.method_id, self.rule = method_id, rule


class BalanceTooLow(OrderError):
    """The gift card does not cover what is due."""

    def __init__(self, label: str, balance: Decimal, needed: Decimal) -> None:
        super().__init__(f"{label} holds {balance}, {needed} is due; choose another payment method")
        self.label, self.balance, self.needed = label, balance, needed


class AddressIncomplete(OrderError):
    """An address needs at least its first line."""

    def __init__(self) -> None:
        super().__init__("the address has no first line; give street and number")


class CartEmpty(OrderError):
    """There is nothing in the cart."""

    def __init__(self) -> None:
        super().__init__("the cart is empty; add something first")


class TotalChanged(OrderError):
    """The amount is no longer what was confirmed."""

    def __init__(self, confirmed: Decimal, actual: Decimal) -> None:
        super().__init__(f"the total is now {actual}, {confirmed} was confirmed; confirm it again")
        self.confirmed, self.actual = confirmed, actual
