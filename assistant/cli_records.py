"""A shop's records for a command: one transaction, settings beside it, refusals in words."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from knowledge.settings import ShopSettings

ShopOption = Annotated[
    Path | None,
    typer.Option("--shop", help="Shop folder; by default AISLE_SHOP, else the demo shop."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


@contextmanager
def records(shop: Path | None) -> Iterator[tuple[Session, ShopSettings]]:
    """The records of a shop in one transaction, kept whole at the end, and its settings."""
    from assistant.folders import shop_folder
    from db.engine import create_engine_for, upgrade
    from db.unit import turn_unit
    from knowledge.settings import load_settings
    from knowledge.shop import SETTINGS_FILE

    folder = shop_folder(shop)
    settings = load_settings(folder / SETTINGS_FILE)
    engine = create_engine_for(folder, os.environ.get("AISLE_DATABASE_URL"))
    try:
        upgrade(engine)
        with turn_unit(engine) as session:
            yield session, settings
    finally:
        engine.dispose()
