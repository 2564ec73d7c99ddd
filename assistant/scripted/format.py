"""The YAML of scripted conversations as typed models, and reading it with errors that name lines.

A file is a list of conversations; docs/scripted-conversations.md is its manual.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from rapidfuzz import fuzz, process

_BOOL = "tag:yaml.org,2002:bool"


class ScriptError(ValueError):
    """A scripted conversation cannot be read; the message names file, line and what to do."""


def _in_utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Range(_Part):
    """How many: bounds included."""

    min: int = 0
    max: int | None = None


class Every(_Part):
    """What must hold for every product shown. Text compares without case."""

    price_max: Decimal | None = None
    price_min: Decimal | None = None
    category: str | list[str] | None = None
    brand: str | None = None
    not_brand: str | None = None
    color: str | list[str] | None = None
    not_color: str | None = None
    size: str | None = None
    material: str | None = None
    not_material: str | None = None
    in_stock: bool | None = None
    attribute: dict[str, str | float | bool] = Field(default_factory=dict)


class Products(_Part):
    """Constraints over all products shown in a reply."""

    count: int | Range | None = None
    none: bool = False
    every: Every | None = None
    includes: list[str] = Field(default_factory=list)
    """Product ids that must be among them."""
    excludes: list[str] = Field(default_factory=list)
    sorted: Literal["price_asc", "price_desc"] | None = None
    reasons: bool = False
    """True: every product carries at least one reason."""


class CartItem(_Part):
    """A line that the cart must hold."""

    title: str = ""
    """Part of the product's English title, without case."""
    quantity: int = 1
    options: dict[str, str] = Field(default_factory=dict)


class Cart(_Part):
    """The cart after the turn. `count` counts pieces, `lines` lines."""

    empty: bool | None = None
    count: int | None = None
    lines: int | None = None
    total: Decimal | None = None
    contains: list[CartItem] = Field(default_factory=list)


class OrderState(_Part):
    """An order as the database holds it after the turn."""

    id: str | None = None
    """Without an id: the newest order of the customer."""
    status: str | None = None
    total: Decimal | None = None
    item_status: str | None = None
    """Status that at least one of its items has."""
    events: list[str] = Field(default_factory=list)
    """Kinds of history events it must have."""
    address: str | None = None
    """Part of the address it goes to."""
    placed: bool | None = None
    """True: this turn placed it. False: this turn placed none."""


class Profile(_Part):
    """What the profile holds as stated wishes: {"material": ["wool"]}."""

    must_not: dict[str, list[str]] = Field(default_factory=dict)
    prefer: dict[str, list[str]] = Field(default_factory=dict)
    missing: bool = False
    """True: there is no profile any more."""


class HandoffTo(_Part):
    """A handoff to a person."""

    reason: str | None = None
    summary: list[str] = Field(default_factory=list)
    """Parts that the agent's summary must hold."""


class Sql(_Part):
    """A SELECT on the shop's database and its first column, or all rows."""

    query: str
    value: str | int | float | None = None
    rows: list[list[Any]] | None = None


class Text(_Part):
    """The words of the reply: a last resort, since wording changes."""

    contains: list[str] = Field(default_factory=list)
    not_contains: list[str] = Field(default_factory=list)
    matches: str | None = None


class Expect(_Part):
    """What must hold after a turn; whatever is left out is not looked at."""

    intent: str | list[str] | None = None
    """As understood, or for a single ask as acted upon; a list, in order, where there are two."""
    slots: dict[str, Any] = Field(default_factory=dict)
    """Part of the slots read in the turn, of any of its asks."""
    products: Products | None = None
    cart: Cart | None = None
    order: OrderState | list[OrderState] | None = None
    profile: Profile | None = None
    handoff: bool | HandoffTo | None = None
    sql: Sql | list[Sql] | None = None
    text: Text | None = None
    citations: Range | int | None = None
    language: Literal["en", "zh"] | None = None
    asks: str | Literal[False] | None = None
    """The slot the reply asks for; false: it asks for nothing."""
    pending: str | Literal[False] | None = None
    """The kind of write that waits for a yes; false: none."""
    suggestions: Range | int | None = None


class Step(_Part):
    """One turn: what is said or shown, and what must then hold."""

    say: str = ""
    """Taken letter for letter: `no`, `1.10` and `true` are words."""
    image: str | None = None
    """A picture, relative to the file."""
    expect: Expect = Expect()


class Conversation(_Part):
    """One scripted conversation."""

    name: str
    language: Literal["en", "zh"] = "en"
    customer: str | None = None
    now: Annotated[datetime, AfterValidator(_in_utc)] | None = None
    """A fixed time for it, in UTC unless it names its zone; by default the time at which the
    scripted shop was made."""
    shop: Literal["demo"] = "demo"
    steps: list[Step] = Field(min_length=1)


class _Loader(yaml.SafeLoader):
    """YAML in which only true and false are truth values, and what is said is always words."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """As YAML has it, but `say: 1.10` and `say: true` are taken letter for letter."""
        for key, value in node.value:
            if key.value == "say" and isinstance(value, yaml.ScalarNode):
                value.tag = "tag:yaml.org,2002:str"
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _BOOL]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(_BOOL, re.compile(r"^(?:true|false)$"), list("tf"))

_FILE = TypeAdapter(list[Conversation])


def read_script(path: Path) -> list[Conversation]:
    """The conversations of a file.

    Raises:
        ScriptError: not readable, not YAML, or not of this format; each line of the message names
        file, line and field.
    """
    try:
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=_Loader)
        data = yaml.load(text, Loader=_Loader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ScriptError(f"{path}: {error}") from error
    try:
        return _FILE.validate_python(data)
    except ValidationError as error:
        lines = [_explain(path, root, problem) for problem in error.errors()]
        raise ScriptError("\n".join(dict.fromkeys(lines))) from error


def _explain(path: Path, root: Any, problem: Any) -> str:
    location = tuple(problem["loc"])
    line = _line_of(root, location)
    field = ".".join(str(part) for part in location if not isinstance(part, int))
    message = problem["msg"]
    if problem["type"] == "extra_forbidden":
        near = process.extractOne(str(location[-1]), _ALL_KEYS, scorer=fuzz.ratio)
        message = f"no such key{f'; did you mean {near[0]!r}?' if near else ''}"
    return f"{path}:{line}: {field}: {message}"


def _line_of(node: Any, location: tuple[Any, ...]) -> int:
    """The line (from 1) at which the deepest part of `location` that exists stands."""
    line = node.start_mark.line + 1 if node is not None else 1
    for part in location:
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            if part >= len(node.value):
                break
            node = node.value[part]
        elif isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == str(part)), None)
            if found is None:
                continue  # a part of the type's own path, such as the member of a union
            line, node = found[0].start_mark.line + 1, found[1]
            continue
        else:
            continue
        line = node.start_mark.line + 1
    return int(line)


_ALL_KEYS = sorted({key for model in _Part.__subclasses__() for key in model.model_fields})
