"""Reader of a retail database in one JSON document: products, users and orders by id.

The products' names are their kinds ("Laptop"), so the name is the category too. `available` is
stock 10 or 0: the document knows no counts. It has no dates either; see `writer` for what an order
without one gets.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from knowledge.feeds.canonical import audience_of, capacity_gb, main_color, storage_types
from knowledge.feeds.clean import (
    TITLE_LENGTH,
    VALUE_LENGTH,
    BadField,
    clean_text,
    exact,
    id_of,
    optional_price,
    price_of,
    text_of,
    truth_of,
    type_name,
)
from knowledge.feeds.lines import document, parse_json
from knowledge.feeds.reading import Context
from knowledge.feeds.records import (
    AddressRecord,
    AttributeValue,
    CustomerRecord,
    FulfilmentRecord,
    OrderItemRecord,
    OrderRecord,
    PaymentMethodRecord,
    PaymentRecord,
    ProductRecord,
    Record,
    Refusal,
    VariantRecord,
)

STATUSES = frozenset(
    {"pending", "processed", "shipped", "delivered", "cancelled", "return_requested", "returned",
     "exchange_requested", "exchanged"}
)  # fmt: skip
_NAMES = {"ram": "memory"}
_MEASURE = re.compile(r"(\d+(?:\.\d+)?)[ -]?(inch|ml|l|mm|cm|m|mah|hours|hour|ft|lbs|kg|g)", re.I)


def mapping_of(row: Mapping[str, Any], field: str) -> Mapping[str, Any]:
    """The object in `field`, empty where it is missing.

    Raises:
        BadField: something other than an object.
    """
    value = row.get(field)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise BadField(field, f"an object was expected, not {type_name(value)}", "Write {...}")
    return value


def list_of(row: Mapping[str, Any], field: str) -> list[Any]:
    """The list in `field`, empty where it is missing.

    Raises:
        BadField: something other than a list.
    """
    value = row.get(field)
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadField(field, f"a list was expected, not {type_name(value)}", "Write [...]")
    return value


def objects_of(row: Mapping[str, Any], field: str) -> list[Mapping[str, Any]]:
    """The objects listed in `field`."""
    found = list_of(row, field)
    if any(not isinstance(item, Mapping) for item in found):
        raise BadField(field, "the list holds something other than objects", "Write [{...}, ...]")
    return found


def read(path: Path, context: Context) -> Iterator[Record | Refusal]:
    """Products, then customers, then orders."""
    data = parse_json(document(path))
    ordered: Counter[str] = Counter()
    for order in data.get("orders", {}).values():
        items = order.get("items") if isinstance(order, dict) else None
        if isinstance(items, list):
            ordered.update(
                item["product_id"]
                for item in items
                if isinstance(item, dict) and isinstance(item.get("product_id"), str)
            )
    for section, kind, make in (
        ("products", "product", _product),
        ("users", "customer", _customer),
        ("orders", "order", _order),
    ):
        records = data.get(section) or {}
        if not isinstance(records, dict):
            problem = BadField(section, "not an object of records by id", "Export it again")
            yield context.refusal(problem, None, section)
            continue
        for key, value in records.items():
            try:
                if not isinstance(value, dict):
                    raise BadField("", f"an object was expected, not {type_name(value)}", "Mend it")
                yield make(value, key, context, ordered)
            except BadField as problem:
                yield context.refusal(problem, None, key, kind)  # type: ignore[arg-type]


def _product(
    row: Mapping[str, Any], key: str, context: Context, ordered: Counter[str]
) -> ProductRecord:
    product_id = id_of({"product_id": row.get("product_id", key)}, "product_id")
    name = text_of(row, "name", required=True, limit=TITLE_LENGTH)
    variants = []
    all_options: list[dict[str, str]] = []
    for item_id, item in mapping_of(row, "variants").items():
        if not isinstance(item, Mapping):
            raise BadField("variants", f"{item_id} is not an object", "Mend it")
        options = _options(item)
        color = next((v for k, v in options.items() if k in ("color", "frame color")), "")
        all_options.append(options)
        variants.append(
            VariantRecord(
                id=id_of({"item_id": item.get("item_id", item_id)}, "item_id"),
                price=price_of(item),
                stock=context.default_stock if truth_of(item, "available") else 0,
                color=main_color(color),
                size=options.get("size", "")[:64],
                options=options,
            )
        )
    if not variants:
        raise BadField("variants", "no variants", "Give the product at least one item")
    attributes, units = _shared(all_options)
    return ProductRecord(
        id=product_id,
        title=name,
        currency=context.currency,
        category=name[:128],
        category_path=name[:128],
        audience=audience_of(str(attributes.get("gender", ""))) or "",
        material=_joined(attributes.get("material"))[:128],
        attributes=attributes,
        attribute_units=units,
        variants=tuple(variants),
        popularity=float(ordered[product_id]),
    )


def _options(item: Mapping[str, Any]) -> dict[str, str]:
    return {
        _NAMES.get(low := clean_text(name).lower()[:100], low): text_of(
            {name: value}, name, limit=VALUE_LENGTH
        )
        for name, value in mapping_of(item, "options").items()
    }


def _joined(value: AttributeValue | None) -> str:
    """Several texts as a person lists them."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _shared(options: list[dict[str, str]]) -> tuple[dict[str, AttributeValue], dict[str, str]]:
    """What the variants' options say of the product: one value, or the list of what there is."""
    attributes: dict[str, AttributeValue] = {}
    units: dict[str, str] = {}
    for name in dict.fromkeys(name for some in options for name in some):
        if name in ("color", "size"):
            continue
        values = list(dict.fromkeys(some[name] for some in options if some.get(name)))
        measured = [measure for value in values if (measure := _measure(value))]
        if measured and len(measured) == len(values) and len({unit for _, unit in measured}) == 1:
            numbers = sorted({number for number, _ in measured})
            units[name] = measured[0][1]
            # Which of them a variant has, its own options say.
            attributes[name] = numbers[0] if len(numbers) == 1 else [f"{n:g}" for n in numbers]
        elif values:
            attributes[name] = values[0] if len(values) == 1 else values
        if name == "storage":
            kinds = list(dict.fromkeys(k for value in values for k in storage_types(value)))
            if kinds:
                attributes["storage type"] = kinds[0] if len(kinds) == 1 else kinds
    return attributes, units


def _measure(text: str) -> tuple[float, str] | None:
    """The number and unit of "16GB", "512GB SSD", "13-inch" or "750ml"; None of other texts."""
    capacity = capacity_gb(text)
    if capacity is not None:
        return capacity, "GB"
    found = _MEASURE.fullmatch(text)
    return (float(found[1]), found[2].lower()) if found else None


def address_of(
    row: Mapping[str, Any], first: str = "line1", second: str = "line2"
) -> AddressRecord:
    """A postal address with its lines in `first` and `second` and its code in postcode or zip."""
    return AddressRecord(
        line1=text_of(row, first, required=True, limit=500),
        line2=text_of(row, second, limit=500),
        city=text_of(row, "city", limit=200),
        state=text_of(row, "state", limit=200),
        postcode=text_of(row, "postcode" if "postcode" in row else "zip", limit=32),
        country=text_of(row, "country", limit=64),
    )


def email_of(row: Mapping[str, Any], field: str = "email") -> str | None:
    """An e-mail address in lower case, None where it is missing."""
    email = text_of(row, field, limit=320).lower()
    if email and ("@" not in email[1:-1] or " " in email):
        raise BadField(field, "not an e-mail address", "Write it as name@example.com")
    return email or None


def _customer(
    row: Mapping[str, Any], key: str, context: Context, ordered: Counter[str]
) -> CustomerRecord:
    del context, ordered
    name = mapping_of(row, "name")
    address = mapping_of(row, "address")
    methods: list[PaymentMethodRecord] = []
    for method_id, method in mapping_of(row, "payment_methods").items():
        if not isinstance(method, Mapping):
            raise BadField("payment_methods", f"{method_id} is not an object", "Mend it")
        kind = text_of(method, "source", required=True, limit=32)
        methods.append(
            PaymentMethodRecord(
                id=id_of({"id": method.get("id", method_id)}),
                kind=kind,
                label=_label(kind, method),
                balance=optional_price(method, "balance") if kind == "gift_card" else None,
                is_default=not methods,
            )
        )
    return CustomerRecord(
        id=id_of({"user_id": row.get("user_id", key)}, "user_id"),
        email=email_of(row),
        first_name=text_of(name, "first_name", limit=128),
        last_name=text_of(name, "last_name", limit=128),
        addresses=(address_of(address, "address1", "address2"),) if address else (),
        payment_methods=tuple(methods),
    )


def _label(kind: str, method: Mapping[str, Any]) -> str:
    if kind == "credit_card":
        brand = text_of(method, "brand", limit=32).capitalize() or "Card"
        last = text_of(method, "last_four", limit=4)
        return f"{brand} ending {last}" if last else brand
    return {"paypal": "PayPal", "gift_card": "Gift card"}.get(kind, kind.replace("_", " ").title())


def _amount(row: Mapping[str, Any]) -> Decimal:
    """An amount of the payment history, which holds sums of binary fractions such as 10.0000001."""
    amount = exact(row.get("amount"))
    if amount is None:
        raise BadField("amount", "not an amount", "Write an amount such as 19.90")
    cents = abs(amount).quantize(Decimal("0.01"), ROUND_HALF_UP) if abs(amount) < 10**9 else amount
    return price_of({"amount": cents}, "amount")


def _order(
    row: Mapping[str, Any], key: str, context: Context, ordered: Counter[str]
) -> OrderRecord:
    del ordered
    raw_status = text_of(row, "status", required=True, limit=64)
    status = raw_status.split("(")[0].strip().replace(" ", "_")
    if status not in STATUSES:
        raise BadField("status", f"{raw_status!r} is not a state of an order", _states())
    items = tuple(
        OrderItemRecord(
            product_id=id_of(item, "product_id"),
            variant_id=id_of(item, "item_id"),
            title=text_of(item, "name", required=True, limit=TITLE_LENGTH),
            price=price_of(item),
            options=_options(item),
        )
        for item in objects_of(row, "items")
    )
    if not items:
        raise BadField("items", "an order without items", "Give it at least one item")
    payments = tuple(
        PaymentRecord(
            kind=text_of(payment, "transaction_type", required=True, limit=16),
            amount=_amount(payment),
            payment_method_id=id_of(payment, "payment_method_id"),
        )
        for payment in objects_of(row, "payment_history")
    )
    goods = sum((item.price for item in items), Decimal(0))
    paid = next((p.amount for p in payments if p.kind == "payment"), goods)
    address = mapping_of(row, "address")
    shipped = address_of(address, "address1", "address2") if address else None
    return OrderRecord(
        id=id_of({"order_id": row.get("order_id", key)}, "order_id")[:64],
        customer_id=id_of(row, "user_id"),
        status=status,
        currency=context.currency,
        total=paid,
        shipping=max(paid - goods, Decimal(0)),
        discount=max(goods - paid, Decimal(0)),
        ship_to=ship_to(shipped) if shipped else {},
        items=items,
        payments=payments,
        fulfilments=tuple(
            FulfilmentRecord(
                tracking_ids=tuple(clean_text(str(t))[:64] for t in list_of(parcel, "tracking_id")),
                variant_ids=tuple(clean_text(str(i))[:128] for i in list_of(parcel, "item_ids")),
            )
            for parcel in objects_of(row, "fulfillments")
        ),
        cancel_reason=text_of(row, "cancel_reason", limit=64).replace(" ", "_") or None,
    )


def ship_to(address: AddressRecord) -> dict[str, str]:
    """The address as an order keeps it."""
    return {
        "line1": address.line1,
        "line2": address.line2,
        "city": address.city,
        "state": address.state,
        "postcode": address.postcode,
        "country": address.country,
    }


def _states() -> str:
    return "Use one of " + ", ".join(sorted(STATUSES))
