"""Settings of one shop: `shop.toml` as a typed model, with the policy that stands beside it.

Precedence: environment (AISLE_DATABASE_URL, AISLE_CHROMA_URL) over shop.toml over the defaults
written here.
Unknown keys are refused with their line and the nearest known one. The shop's rules are no
settings: they stand in `policy.toml`, see `knowledge.policy`.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator

from db.orders.rules import Section
from knowledge.opening import Opening
from knowledge.policy import POLICY_FILE, Policy
from knowledge.policy_move import move_rules
from knowledge.toml_file import SettingsError, TomlFile

__all__ = ["Contact", "Policy", "Pricing", "SettingsError", "ShopSettings", "load_settings"]


class Contact(Section):
    """How a shopper reaches a person."""

    email: str = ""
    phone: str = ""
    opening: Opening | None = None
    """When staff are there, as data; the words for it are made from it."""
    hours: str = ""
    hours_zh: str = ""
    """Opening hours in words, for a shop that gives no data."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if self.opening is None:
            return self
        words = {"hours": self.opening.words("en"), "hours_zh": self.opening.words("zh")}
        for name, text in words.items():
            if getattr(self, name) not in ("", text):
                raise ValueError(f"{name} is told twice; [contact.opening] says it already")
        self.__dict__.update(words)
        return self


class Pricing(Section):
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


class Sponsored(Section):
    """Paid places after lists of products, always labelled; off unless turned on."""

    enabled: bool = False
    relevance_floor: float = Field(default=0.6, gt=0, le=1)
    """How relevant a paid product must be, against the last unpaid one of the list."""
    reserve: Decimal = Field(default=Decimal("0.05"), ge=0)
    """The least a click costs."""


REASONS = (
    "again", "seen", "like_minded", "together", "category", "kin", "brand", "popular", "stated",
    "similar", "color", "price", "size", "rating", "next", "words", "less",
)  # fmt: skip
"""Summands of a recommendation's score, which an experiment may weigh otherwise."""


class Arm(Section):
    """One way to rank in an experiment."""

    share: float = Field(ge=0, le=1)
    """Of the shoppers who get it; 0: it is judged from the log alone and never shown."""
    weights: dict[str, float] = Field(default_factory=dict)
    """Kind of reason -> factor on its part of the score; others count as they are."""

    @model_validator(mode="after")
    def _known(self) -> Arm:
        for kind, factor in self.weights.items():
            if kind not in REASONS:
                raise ValueError(f"no kind of reason {kind!r}; there are: {', '.join(REASONS)}")
            if not 0 <= factor <= 100:
                raise ValueError(f"the factor of {kind} is {factor}; it lies from 0 to 100")
        return self


class Experiment(Section):
    """Two or more ways to rank recommendations, tried beside each other."""

    kind: Literal["ab", "interleave"] = "ab"
    """ab: a shopper always gets one arm; interleave: every list is drafted by two arms in turn."""
    running: bool = True
    reward: Literal["look", "cart", "purchase"] = "look"
    arms: dict[str, Arm]

    @model_validator(mode="after")
    def _whole(self) -> Experiment:
        total = sum(arm.share for arm in self.arms.values())
        if abs(total - 1) > 1e-6:
            raise ValueError(f"the shares of the arms add up to {total:g}; they must add up to 1")
        if self.kind == "interleave" and len(self.arms) != 2:
            raise ValueError(f"two arms are interleaved; there are {len(self.arms)}")
        return self


class Pictures(Section):
    """How the shop's pictures are read."""

    encoder: str = Field(default="efficientnet", min_length=1)
    """"efficientnet", which ships; or a CLIP model by folder or hub name ("clip-ViT-B-32"), which
    needs the extra `train`. The index is built anew after a change."""


class IndexSettings(Section):
    """Where the vectors of the search index lie, and where a large catalogue is encoded."""

    server: str = ""
    """Address of a Chroma server (`chroma run`), as in "http://localhost:8000"; empty for Chroma's
    files in the shop folder. AISLE_CHROMA_URL goes before it, AISLE_CHROMA_TOKEN is sent along."""
    ray: str = ""
    """Address of a Ray cluster for `aisle index build --on ray`; empty for one on this machine."""


class ShopSettings(Section):
    """One shop."""

    name: str = "Aisle"
    name_zh: str = ""
    currency: str = Field(default="USD", pattern="^[A-Z]{3}$")
    default_language: Literal["en", "zh"] = "en"
    contact: Contact = Contact()
    policy: Policy = Field(default_factory=Policy)
    """From policy.toml."""
    pricing: Pricing = Pricing()
    sponsored: Sponsored = Sponsored()
    pictures: Pictures = Pictures()
    index: IndexSettings = IndexSettings()
    experiments: dict[str, Experiment] = Field(default_factory=dict)
    """At most one runs at a time: the first that is `running`."""


def load_settings(path: Path) -> ShopSettings:
    """Read `shop.toml` and the `policy.toml` beside it; a missing file gives its defaults.

    A shop.toml of a version in which it held the rules has them moved into policy.toml first.

    Raises:
        SettingsError: unreadable TOML, an unknown key, a value of the wrong type, or a policy that
            contradicts itself.
    """
    policy_file = path.with_name(POLICY_FILE)
    if not path.exists():
        return ShopSettings(policy=Policy.load(policy_file))
    file = TomlFile.read(path)
    if "policy" in file.data:
        move_rules(file, policy_file)
        file = TomlFile.read(path)
    try:
        settings = ShopSettings.model_validate(file.data)
    except ValidationError as error:
        raise SettingsError(file.explain(error, ShopSettings)) from error
    return settings.model_copy(update={"policy": Policy.load(policy_file)})
