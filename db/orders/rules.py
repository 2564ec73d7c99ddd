"""The rules that order operations obey, as typed data; whoever calls an operation hands them down.

Which operation is allowed when stands in one section an operation, so that a rule can be quoted to
a shopper by where it stands. `knowledge.policy` reads them from a shop's `policy.toml`; see
docs/policy.md for every key.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

OrderState = Literal[
    "pending",
    "processed",
    "shipped",
    "delivered",
    "cancelled",
    "return_requested",
    "returned",
    "exchange_requested",
    "exchanged",
]
Operation = Literal[
    "cancel", "change_address", "change_payment", "change_items", "return", "exchange"
]
Reason = Literal[
    "no_longer_needed",
    "ordered_by_mistake",
    "damaged",
    "wrong_item",
    "wrong_size",
    "not_as_described",
    "late",
    "changed_mind",
    "better_price",
    "other",
]
Condition = Literal["unopened", "opened", "used", "damaged", "faulty"]
"""In what state an item is sent back."""
CLAIMS: tuple[Reason, ...] = ("damaged", "wrong_item")
"""Reasons that say the shop is at fault: :class:`DamageRule` holds for them."""
CONDITIONS: tuple[Condition, ...] = get_args(Condition)
MethodKind = Literal["credit_card", "paypal", "gift_card", "alipay", "wechat_pay", "bank_transfer"]

OPERATIONS: tuple[Operation, ...] = get_args(Operation)
EVENT_OF: dict[Operation, str] = {
    "cancel": "cancelled",
    "change_address": "address_changed",
    "change_payment": "payment_changed",
    "change_items": "items_changed",
    "return": "return_requested",
    "exchange": "exchange_requested",
}
"""Operation -> the kind of the OrderEvent it writes."""


def _unlimited(value: Any) -> Any:
    """TOML has no null: "unlimited" says that there is no limit."""
    return None if value == "unlimited" else value


Days = Annotated[Annotated[int, Field(ge=0, le=3650)] | None, BeforeValidator(_unlimited)]
"""Days, or None (written "unlimited") for no limit."""
Amount = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]


class Section(BaseModel):
    """A table of the policy file: unknown keys are refused, nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class OperationRule(Section):
    """When an operation is allowed, and what it rules out afterwards."""

    states: tuple[OrderState, ...] = ("pending",)
    """States of an order in which it is allowed."""
    once: bool = False
    """Whether it may be done once per order only."""
    locks: tuple[Operation, ...] = ()
    """Operations that the order can no longer have once this one was done."""


class CancelRule(OperationRule):
    """Cancelling a whole order."""

    reasons: tuple[Reason, ...] = ("no_longer_needed", "ordered_by_mistake")
    """Reasons that are accepted; empty: any."""
    fee: Amount = Decimal("0")
    """Kept back from the refund."""


class WindowException(Section):
    """Another time to send items back, for some of them. All conditions given must hold."""

    categories: tuple[str, ...] = ()
    """Categories, anywhere in the product's path."""
    tiers: tuple[str, ...] = ()
    """Member tiers, as `Customer.tier` has them."""
    sellers: tuple[str, ...] = ()
    """Sellers, as the product's attribute "seller" names them."""
    conditions: tuple[Condition, ...] = ()
    """What the shopper says of the item's condition."""
    reasons: tuple[Reason, ...] = ()
    """Why it goes back."""
    ordered_from: date | None = None
    ordered_until: date | None = None
    """Days on which the order was placed, both included (UTC)."""
    applies_to: tuple[Literal["return", "exchange"], ...] = ("return", "exchange")
    days: Days = None
    """Days after delivery; "unlimited" for no limit."""
    until: date | None = None
    """Or a fixed day, included (UTC)."""
    never: bool = False
    """Or not at all."""
    fee_percent: int = Field(default=0, ge=0, le=100)
    """Of the item's value, kept back from the refund."""
    because: str = ""
    because_zh: str = ""
    """Why, in words a shopper is told where it is refused."""

    @property
    def limited(self) -> bool:
        """Whether days were given at all, "unlimited" among them."""
        return "days" in self.model_fields_set

    def fits(self, item: ItemFacts, operation: Operation) -> bool:
        """Whether every condition given holds."""
        return (
            operation in self.applies_to
            and _any_of(self.categories, item.categories)
            and _any_of(self.tiers, (item.tier,))
            and _any_of(self.sellers, (item.seller,))
            and (not self.conditions or item.condition in self.conditions)
            and (not self.reasons or item.reason in self.reasons)
            and (self.ordered_from is None or item.ordered_on >= self.ordered_from)
            and (self.ordered_until is None or item.ordered_on <= self.ordered_until)
        )


class ReturnRule(OperationRule):
    """Sending items of an order back for money."""

    states: tuple[OrderState, ...] = ("delivered",)
    reasons: tuple[Reason, ...] = ()
    """Reasons that are accepted; empty: any."""
    window_days: Days = 30
    """Days after delivery; "unlimited" for no limit."""
    window: dict[str, WindowException] = Field(default_factory=dict)
    """Exceptions by name; the first that fits an item counts."""
    fee: Amount = Decimal("0")
    """Kept back from the refund of each return."""
    fee_waived_for: tuple[Reason, ...] = ("damaged", "wrong_item", "not_as_described")
    """Reasons for which no fee is kept back, of the return or of its items."""


class ExchangeRule(OperationRule):
    """Swapping delivered items for other variants of the same products."""

    states: tuple[OrderState, ...] = ("delivered",)
    window_days: Days | Literal["as_return"] = "as_return"
    charged: Literal["at_request", "at_return"] = "at_request"
    """When a higher price is paid: as the exchange is confirmed, or once the old item is back."""


class RefundDays(Section):
    """How long a refund takes, in business days."""

    days_min: int = Field(ge=0, le=365)
    days_max: int = Field(ge=0, le=365)


class RefundRule(Section):
    """Where refunds go and how long they take."""

    to: tuple[Literal["original", "gift_card"], ...] = ("original", "gift_card")
    """Where the money of returned items may go: the way it came, or to a gift card."""
    days_min: int = Field(default=5, ge=0, le=365)
    days_max: int = Field(default=7, ge=0, le=365)
    """Business days until it arrives, where neither of the next two says otherwise."""
    instant: tuple[MethodKind, ...] = ("gift_card",)
    """Kinds of payment that have it at once."""
    by_method: dict[MethodKind, RefundDays] = Field(default_factory=dict)
    """Other times for some kinds of payment."""

    def days(self, kind: str) -> tuple[int, int]:
        """(least, most) business days until a refund has arrived on a kind of payment method."""
        if kind in self.instant:
            return 0, 0
        own = next((days for name, days in self.by_method.items() if name == kind), None)
        return (own.days_min, own.days_max) if own else (self.days_min, self.days_max)


class PaymentRule(Section):
    """What may be paid with."""

    kinds: tuple[MethodKind, ...] = ()
    """Kinds of payment methods that are taken; empty: any."""
    max_methods: int = Field(default=1, ge=1, le=2)
    """How many methods may share one order: with 2, a gift card pays what it holds and another
    method the rest."""


class DamageRule(Section):
    """Goods that came broken, wrong or faulty."""

    report_days: int | None = Field(default=None, ge=0, le=3650)
    """Days after delivery in which it is reported; without it there is no limit."""
    photo: Literal["not_needed", "asked", "required"] = "asked"
    """Whether a photo is asked for; "required": no claim without one."""


class PersonRule(Section):
    """What only a person does."""

    operations: tuple[Operation, ...] = ()
    refund_over: Amount | None = None
    """Refunds of more than this are a person's to grant."""


class OrderRules(Section):
    """All rules of orders."""

    cancel: CancelRule = CancelRule()
    change_address: OperationRule = OperationRule()
    change_payment: OperationRule = OperationRule()
    change_items: OperationRule = OperationRule()
    returns: ReturnRule = Field(default_factory=ReturnRule, alias="return")
    exchange: ExchangeRule = ExchangeRule()
    refund: RefundRule = RefundRule()
    payment: PaymentRule = PaymentRule()
    damage: DamageRule = DamageRule()
    person: PersonRule = PersonRule()

    def of(self, operation: Operation) -> OperationRule:
        """The rule of an operation."""
        rule = self.returns if operation == "return" else getattr(self, operation)
        assert isinstance(rule, OperationRule)
        return rule

    def window(self, operation: Operation, item: ItemFacts) -> Window:
        """The time in which an item may be sent back or exchanged."""
        for name, exception in self.returns.window.items():
            if exception.fits(item, operation):
                return Window(
                    name,
                    exception.days,
                    exception.until,
                    exception.never,
                    exception.fee_percent,
                    exception.because,
                    exception.because_zh,
                )
        days = self.returns.window_days
        if operation == "exchange" and self.exchange.window_days != "as_return":
            days = self.exchange.window_days
        return Window("", days)


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What the time to send an item back may depend on."""

    categories: tuple[str, ...]
    tier: str
    seller: str
    ordered_on: date
    condition: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """The rule on time that holds for an item; `name` is the exception's, or empty."""

    name: str = ""
    days: int | None = None
    day: date | None = None
    never: bool = False
    fee_percent: int = 0
    because: str = ""
    because_zh: str = ""

    def until(self, delivered_at: datetime | None) -> datetime | None:
        """The last moment; None where there is no limit or no date of delivery is known."""
        if self.day is not None:
            return datetime.combine(self.day, time.max, UTC)
        if self.days is None or delivered_at is None:
            return None
        return delivered_at + timedelta(days=self.days)


def _any_of(wanted: tuple[str, ...], found: tuple[str, ...]) -> bool:
    if not wanted:
        return True
    names = {name.strip().casefold() for name in found}
    return any(name.strip().casefold() in names for name in wanted)
