"""Orders: placing, finding, changing, cancelling and sending back, exact to the cent.

Every operation works on the caller's session, checks that the order is the customer's and that the
shop's rules (:class:`~db.orders.rules.OrderRules`, handed in by the caller) allow it, writes an
:class:`~db.models.OrderEvent` with the confirming turn's id, and raises an
:class:`~db.errors.OrderError` without having written anything where it is refused. The same turn
confirmed again gets the first result and changes nothing.
"""

from db.orders.allowed import (
    ReturnSum,
    cancel_fee,
    claim_forbids,
    forbids,
    item_forbids,
    reason_forbids,
    return_sum,
    telling_conditions,
    window_of,
)
from db.orders.change import (
    cancel_order,
    change_address,
    change_items,
    change_payment,
    price_difference,
    swapped,
)
from db.orders.find import find_order, normal_id, orders_of
from db.orders.money import Change, Move, items_value, net_paid, refund_split, returnable_amount
from db.orders.place import ADDRESS_FIELDS, clean_address, order_again, place_order
from db.orders.returns import (
    may_refund_to,
    refund_ways,
    request_exchange,
    request_replacement,
    request_return,
)
from db.orders.rules import CLAIMS, Operation, OrderRules, Window

__all__ = [
    "ADDRESS_FIELDS",
    "CLAIMS",
    "Change",
    "Move",
    "Operation",
    "OrderRules",
    "ReturnSum",
    "Window",
    "cancel_fee",
    "cancel_order",
    "change_address",
    "change_items",
    "change_payment",
    "claim_forbids",
    "clean_address",
    "find_order",
    "forbids",
    "item_forbids",
    "items_value",
    "may_refund_to",
    "net_paid",
    "normal_id",
    "order_again",
    "orders_of",
    "place_order",
    "price_difference",
    "reason_forbids",
    "refund_split",
    "refund_ways",
    "request_exchange",
    "request_replacement",
    "request_return",
    "return_sum",
    "returnable_amount",
    "swapped",
    "telling_conditions",
    "window_of",
]
