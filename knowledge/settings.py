"""Settings of one shop: `shop.toml` as a typed model.

Precedence: environment (AISLE_DATABASE_URL only) over shop.toml over the defaults written here.
Unknown keys are refused with the nearest known one.
"""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from rapidfuzz import process


class SettingsError(ValueError):
    """shop.toml cannot be used; the message names the file, the key and what to do."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Contact(_Section):
    """How a shopper reaches a person."""

    email: str = ""
    phone: str = ""
    hours: str = ""
    hours_zh: str = ""


class Policy(_Section):
    """Shop rules that orders obey. Later issues widen it; every number a reply states is here."""

    cancellable_states: tuple[str, ...] = ("pending",)
    changeable_states: tuple[str, ...] = ("pending",)
    returnable_states: tuple[str, ...] = ("delivered",)
    cancel_reasons: tuple[str, ...] = ("no_longer_needed", "ordered_by_mistake")
    return_window_days: int | None = 30
    """None: no limit."""
    refund_days_min: int = 5
    refund_days_max: int = 7
    free_shipping_from: Decimal | None = None
    shipping_fee: Decimal = Decimal(0)
    delivery_days_min: int = 2
    delivery_days_max: int = 5


class Pricing(_Section):
    """Prices that follow demand: one price a product for everybody; off unless turned on."""

    enabled: bool = False
    mode: Literal["approve", "automatic"] = "approve"
    """approve: each change waits for `aisle pricing approve`."""
    lowest: Decimal = Field(default=Decimal("0.80"), gt=0, le=1)
    """Lowest price, as a share of the price when pricing began."""
    highest: Decimal = Field(default=Decimal("1.20"), ge=1)
    step: Decimal = Field(default=Decimal("0.025"), gt=0, lt=1)
    """Distance between prices that are tried, as a share of the price when pricing began."""
    min_margin: Decimal = Field(default=Decimal("0.10"), ge=0)
    """Least profit as a share of cost; a product without a known cost is never repriced."""
    max_change_a_day: Decimal = Field(default=Decimal("0.10"), gt=0, lt=1)
    """Largest move within 24 hours."""
    hours_between_changes: int = Field(default=24, ge=1)
    over_competitor: Decimal = Field(default=Decimal("0.05"), ge=0)
    """How far above a competitor's price, where one is known."""
    boldness: float = Field(default=0.5, gt=0, le=1)
    """1: Thompson sampling; less tries fewer prices out."""
    cart_hours: int = Field(default=48, ge=0)
    """How long a price in a cart is honoured against a rise."""


class ShopSettings(_Section):
    """One shop."""

    name: str = "Aisle"
    name_zh: str = ""
    currency: str = Field(default="USD", pattern="^[A-Z]{3}$")
    default_language: Literal["en", "zh"] = "en"
    contact: Contact = Contact()
    policy: Policy = Policy()
    pricing: Pricing = Pricing()


def _known_keys(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    for part in path:
        annotation = model.model_fields[str(part)].annotation
        if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
            return []
        model = annotation
    return list(model.model_fields)


def load_settings(path: Path) -> ShopSettings:
    """Read `shop.toml`; a missing file gives the defaults.

    Raises:
        SettingsError: unreadable TOML, an unknown key or a value of the wrong type.
    """
    if not path.exists():
        return ShopSettings()
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: {error}. Mend the file or delete it for defaults.") from error
    try:
        return ShopSettings.model_validate(data)
    except ValidationError as error:
        lines = []
        for problem in error.errors():
            key = ".".join(str(part) for part in problem["loc"])
            hint = problem["msg"]
            if problem["type"] == "extra_forbidden":
                near = process.extractOne(
                    str(problem["loc"][-1]), _known_keys(ShopSettings, problem["loc"][:-1])
                )
                hint = f"no such setting{f'; did you mean {near[0]!r}?' if near else ''}"
            lines.append(f"{path}: {key}: {hint}")
        raise SettingsError("\n".join(lines)) from error
