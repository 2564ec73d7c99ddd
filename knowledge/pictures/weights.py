"""How much pictures count beside words in one shop: chosen on its own pairs and clicks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Event
from knowledge.encoders.base import Vectors, unit
from knowledge.encoders.basis import Floats
from knowledge.pictures.labels import Concept, PictureLabels
from knowledge.pictures.model import KINDS, PictureModel, learn

SHARES = tuple(round(0.1 * step, 1) for step in range(11))
"""Shares of the picture that are tried for neighbours of a product."""
WORDS = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5)
"""Weights of words beside a photo of weight 1 that are tried."""
LEAST_PRODUCTS = 40
"""Products with pictures, in groups of the same kind, from which weights are learned."""
LEAST_PAIRS = 30
"""Pairs of products that one conversation touched, from which clicks count."""
MOST_QUERIES = 300
CLOSER = 0.02
"""Gain in nDCG@10 that a weight must have over the shipped one to replace it."""
TOUCHED = ("view", "like", "cart_add", "purchase")
SHIPPED_SHARE = 0.65
SHIPPED_WORDS = 0.3


@dataclass(frozen=True, slots=True)
class _Held:
    """Products of one half, with evidence from a model that was learned on the other half."""

    ids: list[str]
    kinds: list[tuple[str, ...]]
    colors: list[frozenset[str]]
    pictures: Floats
    """[n, n]: likeness of pictures."""
    texts: Floats
    """[n, n]: likeness of texts."""
    said: Mapping[str, Floats]
    """Colour -> [n]: how much each product shows it."""


def learn_with_weights(
    session: Session,
    vectors: Vectors,
    labels: Sequence[PictureLabels],
    texts: Mapping[str, NDArray[np.float32]],
    *,
    seed: int = 0,
) -> PictureModel:
    """A shop's model, and fusion weights where the shop's pictures suffice to choose them.

    Weights are judged on products whose pictures the judged model has not seen: the products are
    split in halves, and each half is ranked by a model learned on the other.
    """
    model = learn(vectors, labels, texts)
    halves = list(_halves(vectors, labels, texts, seed))
    if not halves:
        return replace(model, notes=(*model.notes, "weights as shipped: too few pictures"))
    pairs = touched_pairs(session)
    inside = [
        [(one, other) for one, other in pairs if one in half.ids and other in half.ids]
        for half in halves
    ]
    clicks = sum(map(len, inside))
    if clicks < LEAST_PAIRS:
        inside = [[] for _ in halves]
    shares = {
        share: _mean(
            [_similar(half, share, found) for half, found in zip(halves, inside, strict=True)]
        )
        for share in (*SHARES, SHIPPED_SHARE)
    }
    share = _best(shares, SHIPPED_SHARE)
    tables: dict[str, dict[str, float]] = {
        "similar": {"image": share, "text": round(1.0 - share, 4)}
    }
    source = f"pairs of one kind{f' and {clicks} pairs of clicks' if clicks >= LEAST_PAIRS else ''}"
    notes = [f"picture {share:g} to text {1 - share:g} for similar products, from {source}"]
    words = {weight: _mean([_worded(half, weight) for half in halves]) for weight in WORDS}
    if any(not math.isnan(value) for value in words.values()):
        chosen = _best(words, SHIPPED_WORDS)
        tables["picture"] = {"look": chosen}
        notes.append(f"words {chosen:g} to photo 1 for a photo with words, from the shop's colours")
    return replace(model, weights=tables, notes=(*model.notes, *notes))


def touched_pairs(session: Session) -> set[tuple[str, str]]:
    """Pairs of products, both ways, that shoppers turned to in one conversation."""
    found: dict[str, set[str]] = {}
    for conversation, product in session.execute(
        select(Event.conversation_id, Event.product_id).where(
            Event.kind.in_(TOUCHED),
            Event.conversation_id.is_not(None),
            Event.product_id.is_not(None),
        )
    ):
        found.setdefault(str(conversation), set()).add(str(product))
    return {
        (one, other)
        for products in found.values()
        if len(products) <= 20
        for one in products
        for other in products
        if one != other
    }


def _halves(
    vectors: Vectors,
    labels: Sequence[PictureLabels],
    texts: Mapping[str, NDArray[np.float32]],
    seed: int,
) -> list[_Held]:
    kinds: dict[str, tuple[str, ...]] = {}
    colors: dict[str, set[str]] = {}
    rows: dict[str, list[int]] = {}
    for row, one in enumerate(labels):
        said = {concept.field: concept.value for concept in one.concepts}
        kinds[one.product_id] = tuple(said.get(field, "") for field in KINDS)
        colors.setdefault(one.product_id, set()).add(one.color)
        rows.setdefault(one.product_id, []).append(row)
    groups: dict[tuple[str, ...], int] = {}
    for kind in kinds.values():
        groups[kind] = groups.get(kind, 0) + 1
    usable = sorted(id_ for id_ in kinds if groups[kinds[id_]] >= 4 and any(kinds[id_]))
    if len(usable) < LEAST_PRODUCTS or len({kinds[id_] for id_ in usable}) < 2:
        return []
    order = np.random.default_rng(seed).permutation(len(usable))
    out: list[_Held] = []
    for part in (0, 1):
        ids = [usable[n] for n in order[part::2][:MOST_QUERIES]]
        away = set(ids)
        taught = [row for row, one in enumerate(labels) if one.product_id not in away]
        model = learn(vectors[taught], [labels[row] for row in taught], texts)
        stored = [model.stored(vectors[rows[id_]]) for id_ in ids]
        means = unit(np.stack([each.mean(axis=0) for each in stored]))
        asked = np.stack([one + model.kind(one) for one in means])
        sentences = np.stack([texts[id_] for id_ in ids])
        tints = {color for id_ in ids for color in colors[id_] if color}
        shown: dict[str, Floats] = {}
        for color in sorted(tints):
            direction = model.said([Concept("color", color)])
            if direction.any():
                shown[color] = np.array([float((each @ direction).max()) for each in stored], "f4")
        out.append(
            _Held(
                ids,
                [kinds[id_] for id_ in ids],
                [frozenset(colors[id_]) for id_ in ids],
                np.asarray(asked @ means.T, np.float32),
                np.asarray(sentences @ sentences.T, np.float32),
                shown,
            )
        )
    return out


def _similar(half: _Held, share: float, pairs: Sequence[tuple[str, str]]) -> float:
    """nDCG@10 of neighbours: those of the same kind, and those touched together."""
    touched: dict[str, set[str]] = {}
    for one, other in pairs:
        touched.setdefault(one, set()).add(other)
    by_kind: list[float] = []
    by_click: list[float] = []
    alike = _alike(half)
    for row, id_ in enumerate(half.ids):
        others = np.delete(np.arange(len(half.ids)), row)
        score = share * _scaled(half.pictures[row, others]) + (1 - share) * _scaled(
            half.texts[row, others]
        )
        ranked = others[np.argsort(-score, kind="stable")]
        by_kind.append(_ndcg(alike[row, ranked]))
        if id_ in touched:
            by_click.append(_ndcg(np.array([half.ids[n] in touched[id_] for n in ranked])))
    return _mean([_mean(by_kind), _mean(by_click)])


def _worded(half: _Held, weight: float) -> float:
    """nDCG@10 of a product's picture with the word for another colour: same kind, that colour."""
    found: list[float] = []
    alike = _alike(half)
    has = {color: np.array([color in own for own in half.colors]) for color in half.said}
    for row in range(len(half.ids)):
        others = np.delete(np.arange(len(half.ids)), row)
        pictured = _scaled(half.pictures[row, others])
        for color, shown in half.said.items():
            if has[color][row]:
                continue
            score = pictured + weight * _scaled(shown[others])
            ranked = others[np.argsort(-score, kind="stable")]
            found.append(_ndcg(alike[row, ranked] & has[color][ranked]))
    return _mean(found)


def _alike(half: _Held) -> NDArray[np.bool_]:
    """[n, n]: which products are of one kind."""
    numbers = {kind: number for number, kind in enumerate(dict.fromkeys(half.kinds))}
    kinds = np.array([numbers[kind] for kind in half.kinds])
    return np.asarray(kinds[:, None] == kinds[None, :])


def _scaled(values: Floats) -> Floats:
    low, high = float(values.min()), float(values.max())
    return (values - low) / (high - low) if high > low else np.ones_like(values)


def _ndcg(relevant: NDArray[np.bool_], k: int = 10) -> float:
    gains = 1 / np.log2(np.arange(2, min(k, len(relevant)) + 2))
    ideal = float(gains[: int(relevant.sum())].sum())
    return float(gains[relevant[:k]].sum()) / ideal if ideal else math.nan


def _mean(values: Sequence[float]) -> float:
    """Of those that are numbers; not a number where none is."""
    known = [value for value in values if not math.isnan(value)]
    return sum(known) / len(known) if known else math.nan


def _best(found: Mapping[float, float], shipped: float) -> float:
    """The value with the highest figure, the shipped one unless another is clearly better."""
    best = max(found, key=lambda value: -1.0 if math.isnan(found[value]) else found[value])
    return best if found[best] > found[shipped] + CLOSER else shipped
