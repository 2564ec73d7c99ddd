"""Readers of the plain formats for customers and orders: JSONL, customers as CSV too."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from knowledge.feeds.clean import (
    TITLE_LENGTH,
    VALUE_LENGTH,
    BadField,
    clean_text,
    count_of,
    id_of,
    optional_price,
    price_of,
    shown,
    text_of,
    time_of,
    truth_of,
)
from knowledge.feeds.lines import csv_rows, json_rows
from knowledge.feeds.reading import Context
from knowledge.feeds.records import (
    AddressRecord,
    CustomerRecord,
    FulfilmentRecord,
    Kind,
    OrderItemRecord,
    OrderRecord,
    PaymentMethodRecord,
    PaymentRecord,
    Refusal,
)
from knowledge.feeds.tau_retail import (
    STATUSES,
    address_of,
    email_of,
    list_of,
    mapping_of,
    objects_of,
    ship_to,
)

METHODS = ("credit_card", "paypal", "gift_card", "alipay", "wechat_pay", "bank_transfer")
ITEM_STATES = ("ordered", "return_requested", "returned", "exchange_requested", "exchanged")
T = TypeVar("T")


def _read(
    path: Path,
    context: Context,
    kind: Kind,
    make: Callable[[Mapping[str, Any], int, Context], T],
) -> Iterator[T | Refusal]:
    table = path.suffix.lower() in (".csv", ".tsv")
    for row in csv_rows(path) if table else json_rows(path):
        try:
            if row.problem:
                raise row.problem
            yield make(row.values, row.line, context)
        except BadField as problem:
            yield context.refusal(problem, row.line, row.values.get("id", ""), kind)


def customers(path: Path, context: Context) -> Iterator[CustomerRecord | Refusal]:
    """Customers in the order of the file."""
    return _read(path, context, "customer", _customer)


def orders(path: Path, context: Context) -> Iterator[OrderRecord | Refusal]:
    """Orders in the order of the file."""
    return _read(path, context, "order", _order)


def one_of(row: Mapping[str, Any], field: str, known: tuple[str, ...], default: str) -> str:
    """The word in `field`, which must be among `known`."""
    word = text_of(row, field, limit=64) or default
    if word not in known:
        raise BadField(field, f"{shown(word)!r} is not known", f"Write one of {', '.join(known)}")
    return word


def _customer(row: Mapping[str, Any], line: int, context: Context) -> CustomerRecord:
    del context
    addresses: list[AddressRecord] = [address_of(a) for a in objects_of(row, "addresses")]
    if not addresses and row.get("line1"):
        addresses = [address_of(row)]
    methods: list[PaymentMethodRecord] = []
    for method in objects_of(row, "payment_methods"):
        kind = one_of(method, "kind", METHODS, "")
        label = text_of(method, "label", limit=128)
        if sum(letter.isdigit() for letter in label) > 8:
            raise BadField(
                "label", "looks like a whole card number", 'Write "Visa ending 4242" or the like'
            )
        methods.append(
            PaymentMethodRecord(
                id=id_of(method),
                kind=kind,
                label=label or kind.replace("_", " ").capitalize(),
                balance=optional_price(method, "balance") if kind == "gift_card" else None,
                is_default=truth_of(method, "is_default", not methods),
            )
        )
    return CustomerRecord(
        id=id_of(row),
        email=email_of(row),
        first_name=text_of(row, "first_name", limit=128),
        last_name=text_of(row, "last_name", limit=128),
        language=one_of(row, "language", ("", "en", "zh"), ""),
        newsletter=truth_of(row, "newsletter"),
        tier=text_of(row, "tier", limit=32).casefold(),
        created_at=time_of(row, "created_at"),
        addresses=tuple(
            AddressRecord(a.line1, a.line2, a.city, a.state, a.postcode, a.country, index == 0)
            for index, a in enumerate(addresses)
        ),
        payment_methods=tuple(methods),
        line=line,
    )


def _item(row: Mapping[str, Any]) -> OrderItemRecord:
    options = mapping_of(row, "options")
    product_id = id_of(row, "product_id")
    return OrderItemRecord(
        product_id=product_id,
        variant_id=text_of(row, "variant_id", limit=128) or product_id,
        title=text_of(row, "title", required=True, limit=TITLE_LENGTH),
        price=price_of(row),
        quantity=max(1, count_of(row, "quantity", 1, most=100_000)),
        options={clean_text(n)[:100]: text_of(options, n, limit=VALUE_LENGTH) for n in options},
        status=one_of(row, "status", ITEM_STATES, "ordered"),
    )


def _order(row: Mapping[str, Any], line: int, context: Context) -> OrderRecord:
    items = tuple(_item(item) for item in objects_of(row, "items"))
    if not items:
        raise BadField("items", "an order without items", "Give it at least one item")
    currency = text_of(row, "currency", limit=8).upper() or context.currency
    if currency != context.currency:
        raise BadField(
            "currency", f"{currency!r}, but the shop sells in {context.currency}", "Convert it"
        )
    shipping = optional_price(row, "shipping") or Decimal(0)
    discount = optional_price(row, "discount") or Decimal(0)
    goods = sum((item.price * item.quantity for item in items), Decimal(0))
    total = optional_price(row, "total")
    if total is None:
        total = goods + shipping - discount
    if total != goods + shipping - discount:
        raise BadField(
            "total",
            f"{total}, but items, shipping and discount make {goods + shipping - discount}",
            "Mend the amounts, or leave total empty",
        )
    if total < 0:
        raise BadField("discount", "more than the order is worth", "Mend the amounts")
    order_id = id_of(row)
    if len(order_id) > 64:
        raise BadField("id", "longer than 64 characters", "Use a shorter order id")
    address = mapping_of(row, "ship_to")
    return OrderRecord(
        id=order_id,
        customer_id=id_of(row, "customer_id"),
        status=one_of(row, "status", tuple(sorted(STATUSES)), "pending"),
        currency=currency,
        total=total,
        shipping=shipping,
        discount=discount,
        items=items,
        ship_to=ship_to(address_of(address)) if address else {},
        placed_at=time_of(row, "placed_at"),
        delivered_at=time_of(row, "delivered_at"),
        expected_at=time_of(row, "expected_at"),
        cancel_reason=text_of(row, "cancel_reason", limit=64) or None,
        payments=tuple(
            PaymentRecord(
                kind=one_of(payment, "kind", ("payment", "refund"), "payment"),
                amount=price_of(payment, "amount", what="amount"),
                payment_method_id=id_of(payment, "payment_method_id"),
                status=one_of(payment, "status", ("done", "pending"), "done"),
                created_at=time_of(payment, "created_at"),
            )
            for payment in objects_of(row, "payments")
        ),
        fulfilments=tuple(
            FulfilmentRecord(
                tracking_ids=tuple(clean_text(str(t))[:64] for t in list_of(p, "tracking_ids")),
                variant_ids=tuple(clean_text(str(v))[:128] for v in list_of(p, "variant_ids")),
                carrier=text_of(p, "carrier", limit=64),
                shipped_at=time_of(p, "shipped_at"),
            )
            for p in objects_of(row, "fulfilments")
        ),
        line=line,
    )
