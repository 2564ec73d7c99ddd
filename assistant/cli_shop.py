"""A shop as a command about its index needs it: records and encoders, the index not opened."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from knowledge.encoders import Encoders
    from knowledge.index.places import Place
    from knowledge.settings import ShopSettings


@dataclasses.dataclass(frozen=True, slots=True)
class OpenedShop:
    """What an index is made of and with, the index itself not opened."""

    folder: Path
    root: Path
    settings: ShopSettings
    engine: Engine
    encoders: Encoders
    place: Place


@contextmanager
def opened_shop(shop: Path | None) -> Iterator[OpenedShop]:
    """A shop's records and what its index is made with, without opening the index."""
    import os

    from assistant.folders import shop_folder
    from db.engine import create_engine_for, upgrade
    from knowledge.article_text import fill_again
    from knowledge.errors import ShopMissing
    from knowledge.index.places import place_of
    from knowledge.settings import load_settings
    from knowledge.shop import SETTINGS_FILE, encoders_of

    folder = shop_folder(shop)
    url = os.environ.get("AISLE_DATABASE_URL")
    if not url and not (folder / "shop.db").exists():
        raise ShopMissing(f"{folder} holds no shop yet; run `make chat` or `aisle import`.")
    settings = load_settings(folder / SETTINGS_FILE)
    engine = create_engine_for(folder, url)
    try:
        upgrade(engine)
        fill_again(engine, settings)
        yield OpenedShop(
            folder,
            folder / "index",
            settings,
            engine,
            encoders_of(folder, settings),
            place_of(settings.index.server),
        )
    finally:
        engine.dispose()
