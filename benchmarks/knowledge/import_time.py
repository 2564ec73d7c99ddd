"""What an import with its index costs, and how soon a change is found afterwards.

A catalogue is imported into a new shop with `aisle import`, in a process of its own: its CPU time,
its wall time, and its peak memory (largest resident set). Then the shop is opened, and products are
given a title that nobody has, one after the other: the time from the commit until a search for the
title finds the product first, by word and by meaning, with the shop's own thread taking the change
up. Nothing is trained and nothing is chosen; the catalogue's order decides which products change.

    python -m benchmarks.knowledge.import_time [--data FILE_OR_DIR] [--shop DIR] [--changes 10]

With --shop, a shop that is there is copied and only the changes are measured.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from db import outbox
from db.models import Product
from db.unit import read_unit, turn_unit
from knowledge.shop import Shop
from knowledge.types import ProductQuery

DATA = Path(__file__).resolve().parents[2] / "../shared/data/icecat"
PATIENCE = 120.0
"""Seconds after which a change that is not found ends the measurement."""


def main() -> None:
    """Print one JSON object a measurement."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--shop", type=Path)
    parser.add_argument("--changes", type=int, default=10)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="aisle-import-") as made:
        folder = Path(made, "shop")
        if chosen.shop is None:
            _print(imported(chosen.data, folder))
        else:
            shutil.copytree(chosen.shop, folder)
        _print(changed(folder, chosen.changes))


def imported(data: Path, folder: Path) -> dict[str, Any]:
    """Import into a new shop in a child; wall and CPU time in seconds, peak memory in MB."""
    code = "from assistant.cli import main; main()"
    command = [sys.executable, "-c", code, "import", str(data), "--shop", str(folder)]
    start = time.perf_counter()
    with Path(folder.parent, "import.log").open("w") as log:
        done = subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, check=False)
    wall = time.perf_counter() - start
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(Path(folder.parent, "import.log").read_text()[-2000:])
    return {
        "measure": "import and index",
        "data": data.name,
        "wall_s": round(wall, 1),
        "cpu_s": round(spent.ru_utime + spent.ru_stime, 1),
        "peak_mb": round(spent.ru_maxrss / 1024),
        "index_mb": round(
            sum(p.stat().st_size for p in (folder / "index").rglob("*") if p.is_file()) / 2**20
        ),
        "load": os.getloadavg()[0],
    }


def changed(folder: Path, count: int) -> dict[str, Any]:
    """Change products one by one in a shop that is open; seconds until each is found."""
    waits: list[float] = []
    spent: list[float] = []
    with Shop.open(folder) as shop:
        shop.knowledge.sync()
        with read_unit(shop.engine) as session:
            ids = list(session.scalars(select(Product.id).where(Product.active)))
        for number, id_ in enumerate(ids[:: max(1, len(ids) // count)][:count]):
            title = f"Quillwort zephyrine {number} contraption"
            found(shop, title)
            with turn_unit(shop.engine) as session:
                session.execute(
                    update(Product)
                    .where(Product.id == id_)
                    .values(title=title, content_hash=f"changed-{number}")
                )
                outbox.put(session, "product", [id_], "upsert", datetime.now(UTC))
            start, before = time.perf_counter(), time.process_time()
            while (first := found(shop, title)) is None or first[0] != id_ or not first[1]:
                if time.perf_counter() - start > PATIENCE:
                    sys.exit(f"{id_}: not found within {PATIENCE:g} s")
                time.sleep(0.02)
            waits.append(time.perf_counter() - start)
            spent.append(time.process_time() - before)
    return {
        "measure": "change until found",
        "products": len(ids),
        "changes": len(waits),
        "median_s": round(statistics.median(waits), 3),
        "slowest_s": round(max(waits), 3),
        "cpu_median_s": round(statistics.median(spent), 3),
        "load": os.getloadavg()[0],
    }


def found(shop: Shop, title: str) -> tuple[str, bool] | None:
    """The first product for a title, and whether its meaning was compared."""
    with read_unit(shop.engine) as session:
        hits = shop.knowledge.products.search(session, ProductQuery(title, limit=1))
    return (hits[0].product_id, "text" in hits[0].evidence) if hits else None


def _print(record: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(record) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
