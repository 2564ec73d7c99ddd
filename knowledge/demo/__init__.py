"""The embedded demo shop: a folder with settings, pictures, catalogue, help and customers."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import nullcontext
from datetime import UTC, datetime
from importlib import resources
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from db.engine import create_engine_for, upgrade, writing
from db.models import Promotion
from knowledge.demo.articles import load_articles
from knowledge.demo.catalogue import DemoProduct, load_demo
from knowledge.demo.people import build_people
from knowledge.demo.pictures import write_all
from knowledge.feeds.writer import Writer
from knowledge.index.progress import Progress
from knowledge.policy import POLICY_FILE
from knowledge.settings import ShopSettings, load_settings

if TYPE_CHECKING:
    from knowledge.shop import Shop

SETTINGS_FILE = "shop.toml"
BATCH = 12
"""Products drawn between two steps of the progress bar."""


def open_or_build(folder: Path) -> Shop:
    """Open a shop; a folder that holds none gets the demo shop first, with a progress bar on
    standard error where that is a screen.

    Raises:
        ShopMissing, SettingsError, DatabaseUnusable, ModelMissing: as `Shop.open`.
    """
    from knowledge.index import bar
    from knowledge.shop import Shop

    fresh = not (folder / "shop.db").exists() and not os.environ.get("AISLE_DATABASE_URL")
    with bar() if fresh and sys.stderr.isatty() else nullcontext(None) as progress:
        return Shop.open(folder, create_demo=True, progress=progress)


def build_demo_shop(folder: Path, now: datetime, progress: Progress | None = None) -> None:
    """The whole demo shop with its index, as of `now`; afterwards `Shop.open` finds it ready.

    Raises:
        DatabaseUnusable, ModelMissing: as `Shop.open`.
    """
    from knowledge.shop import Shop

    create(folder, progress, now)
    with Shop.open(folder) as shop:
        shop.knowledge.sync(progress)


def create(folder: Path, progress: Progress | None = None, now: datetime | None = None) -> None:
    """Everything of the demo shop but its index.

    The database appears last and whole: it is made under another name, so that a start that was
    interrupted leaves a folder that the next start fills again.

    Raises:
        DatabaseUnusable: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=".making-", dir=folder))
    try:
        engine = create_engine_for(making)
        try:
            upgrade(engine)
            build_demo(engine, folder, now or datetime.now(UTC), progress)
            with engine.connect() as connection:
                # What the write-ahead log holds goes into the file that is about to move.
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            engine.dispose()
        (making / "shop.db").replace(folder / "shop.db")
    finally:
        shutil.rmtree(making, ignore_errors=True)


def build_demo(
    engine: Engine, shop_folder: Path, now: datetime, progress: Progress | None = None
) -> None:
    """Write the demo shop's settings, policy and pictures below `shop_folder` and its records into the
    database, in one transaction. What is there already is brought up to date or kept.

    Args:
        engine: a database brought to the newest revision.
        shop_folder: gets shop.toml and policy.toml, unless they are there, and images/.
        now: the day that orders, offers and histories are told from.
        progress: told how far the drawing is.
    """
    shop_folder.mkdir(parents=True, exist_ok=True)
    # A shop.toml with rules of its own keeps them: they become its policy.toml as it is read.
    settings = _settings(shop_folder)
    products = load_demo()
    _draw(products, shop_folder, progress)
    with writing(engine).begin() as connection:
        writer = Writer(connection, now=now, file="demo")
        writer.products([product.record for product in products])
        writer.articles(load_articles(settings))
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            # Written once: after that their carts and orders are what was done with them here.
            if session.scalar(select(Promotion.id).limit(1)) is None:
                build_people(session, now, settings)
                session.commit()


def _settings(folder: Path) -> ShopSettings:
    if (folder / SETTINGS_FILE).exists():
        load_settings(folder / SETTINGS_FILE)
    for name in (SETTINGS_FILE, POLICY_FILE):
        if not (folder / name).exists():
            text = (resources.files(__name__) / name).read_text(encoding="utf-8")
            (folder / name).write_text(text, encoding="utf-8")
    return load_settings(folder / SETTINGS_FILE)


def demo_fingerprint() -> str:
    """Sixteen hex digits that change whenever a newly built demo shop might differ."""
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    kinds = {".py", ".yaml", ".toml", ".md", ".json"}
    for top in (root, root.parent / "db"):
        for path in sorted(top.rglob("*")):
            if path.suffix in kinds and "__pycache__" not in path.parts:
                digest.update(str(path.relative_to(root.parent)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _draw(products: Sequence[DemoProduct], folder: Path, progress: Progress | None) -> None:
    """Draw missing pictures, in two processes where there are two cores and enough to draw."""
    missing = [p for p in products if any(not (folder / s.path).exists() for s in p.swatches)]
    if not missing:
        return
    (folder / "images").mkdir(parents=True, exist_ok=True)
    batches = [missing[i : i + BATCH] for i in range(0, len(missing), BATCH)]
    done = 0

    def told(results: Iterable[int]) -> None:
        nonlocal done
        for number, _ in enumerate(results, start=1):
            done = number
            if progress:
                progress("pictures", min(done * BATCH, len(missing)), len(missing))

    if len(batches) < 4 or (os.cpu_count() or 1) < 2:
        told(write_all(batch, folder) for batch in batches)
        return
    ids = [[product.record.id for product in batch] for batch in batches]
    try:
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
            told(pool.map(_draw_batch, ids, [folder] * len(ids)))
    except (BrokenProcessPool, OSError):
        # A program that cannot be started a second time (typed at a prompt, frozen) draws here.
        told(write_all(batch, folder) for batch in batches)


def _draw_batch(ids: Sequence[str], folder: Path) -> int:
    wanted = set(ids)
    return write_all([p for p in load_demo() if p.record.id in wanted], folder)
