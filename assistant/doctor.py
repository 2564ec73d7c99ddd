"""`aisle doctor`: what is in order in an installation and a shop, and what to do if not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from db.models import Article, Customer, Order, Outbox, Product
from db.unit import read_unit


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `detail` says what was found and, where it is wrong, what to do."""

    name: str
    ok: bool
    detail: str


def examine(folder: Path) -> list[Check]:
    """Look at the models, then at the shop folder; a failed check does not stop the next."""
    checks = [_tried("models", _models)]
    if not (folder / "shop.db").exists():
        return [*checks, Check("shop", False, f"{folder} holds no shop yet; run `make chat`")]
    return [
        *checks,
        _tried("settings", lambda: _settings(folder)),
        _tried("records", lambda: _records(folder)),
        _tried("index", lambda: _index(folder)),
        _tried("pictures", lambda: _pictures(folder)),
        _tried("recommender", lambda: _recommender(folder)),
    ]


def _tried(name: str, look: Callable[[], Check]) -> Check:
    try:
        return look()
    except Exception as error:
        return Check(name, False, f"{type(error).__name__}: {error}")


def _models() -> Check:
    from knowledge.encoders.files import models_folder

    folder = models_folder()
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["sha256"]
    wrong = [
        name
        for name, digest in manifest.items()
        if not (folder / name).is_file()
        or hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest
    ]
    if wrong:
        return Check("models", False, f"{', '.join(wrong)}: not what was shipped; install again")
    return Check("models", True, f"{len(manifest)} files in {folder} are as shipped")


def _settings(folder: Path) -> Check:
    from knowledge.settings import load_settings

    settings = load_settings(folder / "shop.toml")
    return Check("settings", True, f"{settings.name}, {settings.currency}")


def _records(folder: Path) -> Check:
    from knowledge.shop import Shop

    with Shop.open(folder) as shop, read_unit(shop.engine) as session:
        counts = {
            model.__tablename__: session.scalar(select(func.count()).select_from(model)) or 0
            for model in (Product, Article, Customer, Order)
        }
        waiting = session.scalar(select(func.count()).select_from(Outbox)) or 0
    listed = ", ".join(f"{count} {name}" for name, count in counts.items())
    hint = "" if counts["products"] else "; import a catalogue with `aisle import`"
    return Check("records", counts["products"] > 0, f"{listed}; {waiting} changes to index{hint}")


def _index(folder: Path) -> Check:
    from knowledge.shop import Shop

    with Shop.open(folder) as shop:
        index = shop.knowledge.index
        index.snapshot()
        ok, told = index.health()
        generation = index.generation
    return Check(
        "index", ok, f"{generation}: {told}; `aisle index status` says more" if ok else told
    )


def _pictures(folder: Path) -> Check:
    from knowledge.ranking import shipped_weights
    from knowledge.shop import Shop

    with Shop.open(folder) as shop:
        model = shop.knowledge.index.snapshot().pictures
        encoder = shop.settings.pictures.encoder
    if model is None:
        return Check("pictures", False, "no index to compare pictures with; run `aisle import`")
    shipped = shipped_weights()
    similar = {**shipped.similar, **model.weights.get("similar", {})}
    photo = {**shipped.picture, **model.weights.get("picture", {})}
    learned = "; ".join(model.notes) or "too few pictures to learn from, shipped values hold"
    return Check(
        "pictures",
        True,
        f"read by {encoder}; similar: picture {similar['image']:g}, text {similar['text']:g}; "
        f"photo {photo['image']:g} with words {photo['look']:g}; {learned}",
    )


def _recommender(folder: Path) -> Check:
    from assistant.recommend.additive import AdditiveModel, ModelUnreadable
    from assistant.recommend.recommender import AT_ONCE, MODEL_FILE
    from assistant.recommend.snapshot import SnapshotUnusable, load
    from db.events import events_state
    from knowledge.shop import Shop

    path = folder / MODEL_FILE
    if not path.exists():
        ranker = "no ranker of the shop's own, the shipped one serves (`aisle train recommender`)"
    else:
        try:
            model = AdditiveModel.load(path)
        except ModelUnreadable as error:
            return Check("recommender", False, f"{error} Meanwhile the shipped one serves.")
        ranker = f"ranker trained at {model.card.get('trained at', 'an unknown time')}"
    with Shop.open(folder) as shop, read_unit(shop.engine) as session:
        version, _, newest = events_state(session)
    if newest <= AT_ONCE:
        return Check("recommender", True, f"{ranker}; so few events are counted at the start")
    try:
        counted = load(folder, version)
    except SnapshotUnusable as error:
        return Check("recommender", True, f"{ranker}; {error}: counted anew by who opens the shop")
    return Check("recommender", True, f"{ranker}; {counted.statistics.events} events counted")
