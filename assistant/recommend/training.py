"""`aisle train recommender`: the shop's events in, a ranker and its card out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.recommend.additive import AdditiveModel, ModelUnreadable
from assistant.recommend.catalogue import read_catalogue
from assistant.recommend.default import default_model
from assistant.recommend.learning import Events, TooFewEvents, Trained, learn, learn_visits
from assistant.recommend.log import EventLog, Numbers
from assistant.recommend.recommender import MODEL_FILE
from db.catalogue import catalogue_version
from db.unit import read_unit
from knowledge.shop import Shop

CARD_FILE = Path("recommender", "card.md")


@dataclass(frozen=True, slots=True)
class Report:
    """What `train` did."""

    placed: bool
    """Whether the new ranker serves from now on."""
    path: Path
    trained: Trained


def events_of(shop: Shop) -> Events:
    """Every event of the shop that counts, with what each product is."""
    with read_unit(shop.engine) as session:
        numbers = Numbers()
        log = EventLog().caught_up(session, numbers)
        catalogue = read_catalogue(session, numbers, catalogue_version(session))
    return Events(log.who, log.visit, log.item, log.kind, log.at, catalogue.kinds)


def train(
    shop: Shop,
    *,
    seed: int = 0,
    windows: int = 5,
    always: bool = False,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    tell: Callable[[str], None] = lambda _line: None,
) -> Report:
    """Train on the shop's own events; the ranker is put in place where it is better, or `always`.

    Raises:
        TooFewEvents: there is not enough to learn from and to judge by.
    """
    path = shop.folder / MODEL_FILE
    try:
        serving = AdditiveModel.load(path) if path.exists() else default_model()
    except ModelUnreadable:
        serving = default_model()
    events = events_of(shop)
    trained = learn(events, serving, most_windows=windows, seed=seed, tell=tell)
    visits, judged = learn_visits(events, tell=tell, seed=seed)
    card = {
        **trained.card,
        "trained at": now().isoformat(timespec="seconds"),
        "visits": visits.to_dict(),
        "visits judged by": judged,
    }
    model = replace(trained.model, card=card)
    placed = trained.better or always
    if placed:
        model.save(path)
        (shop.folder / CARD_FILE).write_text(card_text(model), encoding="utf-8")
    return Report(placed, path, replace(trained, model=model, card=card))


def card_text(model: AdditiveModel) -> str:
    """The model card as Markdown."""
    card = model.card
    lines = ["# Ranker of recommendations", "", str(card.get("method", "")), ""]
    for name, value in card.items():
        if name not in ("name", "method", "visits"):
            lines.append(f"- {name}: {_said(value)}")
    lines += ["", "## What each signal adds at most weight", "", "| signal | scales | weights |"]
    lines.append("| --- | --- | --- |")
    for name, curve in model.curves.items():
        scales = ", ".join(f"{scale:.3g}" for scale in curve.scales) or "linear"
        weights = ", ".join(f"{weight:.3g}" for weight in curve.weights)
        lines.append(f"| {name} | {scales} | {weights} |")
    lines += [
        "",
        "It knows products and counts, no people. It was judged on this shop's newest fifth of "
        "time; it says nothing of another shop.",
        "",
    ]
    return "\n".join(lines)


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_said(each)}" for name, each in value.items())
    return f"{value:g}" if isinstance(value, float) else str(value)


__all__ = ["Report", "TooFewEvents", "card_text", "events_of", "train"]
