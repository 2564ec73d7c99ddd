"""Orders: placing, finding, changing, cancelling and sending back, exact to the cent.

Every operation works on the caller's session, checks that the order is the customer's and that the
shop's rules (passed in by the caller) allow it, writes an :class:`~db.models.OrderEvent` with the
confirming turn's id, and raises an :class:`~db.errors.OrderError` without having written anything
where it is refused. The same turn confirmed again gets the first result and changes nothing.
"""

from db.orders.change import cancel_order, change_address, change_items, change_payment
from db.orders.find import find_order, normal_id, orders_of
from db.orders.money import Change, Move, items_value, net_paid, refund_split, returnable_amount
from db.orders.place import ADDRESS_FIELDS, clean_address, place_order
from db.orders.returns import request_exchange, request_return, returnable_until

__all__ = [
    "ADDRESS_FIELDS",
    "Change",
    "Move",
    "cancel_order",
    "change_address",
    "change_items",
    "change_payment",
    "clean_address",
    "find_order",
    "items_value",
    "net_paid",
    "normal_id",
    "orders_of",
    "place_order",
    "refund_split",
    "request_exchange",
    "request_return",
    "returnable_amount",
    "returnable_until",
]
