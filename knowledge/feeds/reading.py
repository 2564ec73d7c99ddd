"""What every reader of a feed is given, and how a row's problem becomes a refusal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from knowledge.feeds.clean import BadField, shown
from knowledge.feeds.records import Kind, Refusal
from knowledge.settings import ShopSettings

DEFAULT_STOCK = 10
"""Pieces of every variant whose feed has no stock at all; `import_paths` takes another."""


@dataclass(frozen=True, slots=True)
class Context:
    """The file being read and the shop it is for."""

    file: str
    currency: str
    default_stock: int
    note: Callable[[str], None]
    """Tells the owner something that cost no record."""
    settings: ShopSettings = field(default_factory=ShopSettings)
    """The shop's, whose policy articles may state by name."""

    def refusal(
        self, problem: BadField, line: int | None, record: object = "", kind: Kind = "row"
    ) -> Refusal:
        """The report's entry for a row that cannot be taken."""
        name = shown(record, 128) if isinstance(record, str | int) else ""
        return Refusal(self.file, line, name, problem.field, problem.reason, problem.hint, kind)
