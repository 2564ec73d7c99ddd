"""Every table of a shop, as SQLAlchemy 2 models; one module a subject."""

from db.models.base import Base
from db.models.catalogue import (
    Article,
    CatalogueState,
    Media,
    Outbox,
    Product,
    Promotion,
    Ticket,
    Variant,
)
from db.models.conversations import (
    Conversation,
    Event,
    EventState,
    HandoffRecord,
    OpenQuestion,
    Request,
    ReviewItem,
    TurnRecord,
)
from db.models.customers import Address, Customer, PaymentMethod, Profile
from db.models.experiments import Exposure
from db.models.orders import CartLine, Fulfilment, Order, OrderEvent, OrderItem, Payment
from db.models.pricing import PriceBound, PriceChange, PricedProduct
from db.models.sponsored import Campaign, Placement

__all__ = [
    "Address",
    "Article",
    "Base",
    "Campaign",
    "CartLine",
    "CatalogueState",
    "Conversation",
    "Customer",
    "Event",
    "EventState",
    "Exposure",
    "Fulfilment",
    "HandoffRecord",
    "Media",
    "OpenQuestion",
    "Order",
    "OrderEvent",
    "OrderItem",
    "Outbox",
    "Payment",
    "PaymentMethod",
    "Placement",
    "PriceBound",
    "PriceChange",
    "PricedProduct",
    "Product",
    "Profile",
    "Promotion",
    "Request",
    "ReviewItem",
    "Ticket",
    "TurnRecord",
    "Variant",
]
