"""A shop's costs and competitors' prices: a CSV with a row a variant."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from knowledge.feeds.clean import BadField, id_of, optional_price
from knowledge.feeds.lines import csv_rows

FIELDS = ("cost", "competitor", "floor", "ceiling")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What was read, by variant id, and a line for every row that was refused."""

    rows: dict[str, dict[str, Decimal | None]]
    refused: list[str]


def read_bounds(path: Path, known: Container[str]) -> Bounds:
    """Read `variant_id` and any of cost, competitor, floor and ceiling; an empty cell takes a
    bound away, a column that is missing leaves it as it is.

    Raises:
        FileRefused: the file cannot be read as CSV at all.
    """
    rows: dict[str, dict[str, Decimal | None]] = {}
    refused: list[str] = []
    for row in csv_rows(path):
        try:
            if row.problem is not None:
                raise row.problem
            values = row.values
            id_ = id_of(values, "variant_id")
            if id_ not in known:
                raise BadField("variant_id", f"no variant {id_!r}", "use the ids of the catalogue")
            if id_ in rows:
                raise BadField("variant_id", f"{id_!r} stands here twice", "keep one of the rows")
            named = [field for field in FIELDS if field in values]
            if not named:
                raise BadField("cost", "no bound is named", f"add a column: {', '.join(FIELDS)}")
            rows[id_] = {field: optional_price(values, field) for field in named}
        except BadField as problem:
            refused.append(f"{path}:{row.line}: {problem}")
    return Bounds(rows, refused)
