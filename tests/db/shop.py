"""Records for tests: two customers, three products, and orders made of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from db.models import (
    Address,
    CartLine,
    Customer,
    Order,
    OrderItem,
    Payment,
    PaymentMethod,
    Product,
    Variant,
)
from db.orders import OrderRules

ANY = OrderRules.model_validate(
    {
        "cancel": {"reasons": []},
        "return": {"states": ["delivered", "return_requested"], "window_days": "unlimited"},
    }
)
"""Rules that refuse little."""
RULES = OrderRules()
"""The rules of a shop that has set none."""
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
ADA = "ada"
BEN = "ben"


def fill(session: Session) -> None:
    """Ada with card, PayPal and a gift card of 100.00; Ben with a card; mugs, shirts, lamps."""
    for product_id, title, prices in (
        ("mug", "Stone Mug", ("9.50", "11.00", "8.25")),
        ("shirt", "Linen Shirt", ("40.00", "44.99", "35.10")),
        ("lamp", "Desk Lamp", ("60.00",)),
    ):
        product = Product(
            id=product_id,
            title=title,
            title_zh="",
            brand=f"{product_id}-brand",
            category=f"{product_id}s",
            price=min(Decimal(price) for price in prices),
            currency="USD",
            rating=None,
            released_at=None,
            updated_at=NOW,
        )
        for number, price in enumerate(prices):
            color = ("white", "navy", "red")[number]
            product.variants.append(
                Variant(
                    id=f"{product_id}-{number}",
                    position=number,
                    options={"color": color},
                    color=color,
                    price=Decimal(price),
                    list_price=None,
                    stock=5,
                )
            )
        session.add(product)
    session.add(
        Customer(
            id=ADA,
            email="ada.quillfeather@example.org",
            first_name="Adabelle",
            last_name="Quillfeather",
            created_at=NOW,
            erased_at=None,
            addresses=[Address(line1="77 Thistledown Crescent", city="Marlow", postcode="SL7 1AA")],
            payment_methods=[
                PaymentMethod(
                    id="card-a", kind="credit_card", label="Visa ending 4242", balance=None
                ),
                PaymentMethod(
                    id="gift-a", kind="gift_card", label="Gift card", balance=Decimal("100.00")
                ),
                PaymentMethod(id="paypal-a", kind="paypal", label="PayPal", balance=None),
            ],
        )
    )
    session.add(
        Customer(
            id=BEN,
            email="ben@example.org",
            first_name="Ben",
            last_name="Okafor",
            created_at=NOW,
            erased_at=None,
            addresses=[Address(line1="1 Elm Road", city="Leeds", postcode="LS1 1AA")],
            payment_methods=[
                PaymentMethod(
                    id="card-b", kind="credit_card", label="Visa ending 1111", balance=None
                )
            ],
        )
    )
    session.flush()


def put_in_cart(session: Session, variant_id: str, quantity: int = 1, owner: str = ADA) -> None:
    """A cart line of a customer."""
    variant = session.get_one(Variant, variant_id)
    session.add(
        CartLine(
            owner=f"customer:{owner}",
            variant_id=variant_id,
            quantity=quantity,
            price=variant.price,
            added_at=NOW,
        )
    )
    session.flush()


def add_order(
    session: Session,
    order_id: str,
    *,
    status: str = "pending",
    customer_id: str = ADA,
    lines: tuple[tuple[str, int], ...] = (("mug-0", 2), ("shirt-0", 1)),
    method: str = "card-a",
    delivered_days_ago: int = 3,
) -> Order:
    """An order that was paid in full, as an import would bring it."""
    items = []
    for variant_id, quantity in lines:
        variant = session.get_one(Variant, variant_id)
        items.append(
            OrderItem(
                product_id=variant.product_id,
                variant_id=variant.id,
                title=variant.product.title,
                options=variant.options,
                quantity=quantity,
                price=variant.price,
            )
        )
    total = sum((item.price * item.quantity for item in items), Decimal("5.00"))
    delivered = status in {"delivered", "return_requested"}
    order = Order(
        id=order_id,
        customer_id=customer_id,
        status=status,
        currency="USD",
        total=total,
        shipping=Decimal("5.00"),
        ship_to={"line1": "77 Thistledown Crescent", "city": "Marlow", "postcode": "SL7 1AA"},
        placed_at=NOW - timedelta(days=delivered_days_ago + 4),
        delivered_at=NOW - timedelta(days=delivered_days_ago) if delivered else None,
        expected_at=None,
        cancel_reason=None,
        items=items,
        payments=[Payment(kind="payment", amount=total, payment_method_id=method, created_at=NOW)],
    )
    session.add(order)
    session.flush()
    return order
