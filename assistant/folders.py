"""Which shop folder a command works on."""

from __future__ import annotations

import os
from pathlib import Path


def shop_folder(given: Path | None) -> Path:
    """The option, else AISLE_SHOP, else the demo shop in the user's data folder."""
    if given is not None:
        return given.expanduser()
    if os.environ.get("AISLE_SHOP"):
        return Path(os.environ["AISLE_SHOP"]).expanduser()
    from platformdirs import user_data_path

    return user_data_path("aisle") / "demo"
