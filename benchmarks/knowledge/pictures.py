"""Pictures: photo to product, words to photo, similar products, a photo with words.

    python -m benchmarks.knowledge.pictures --data ../shared/data [--seeds 0 1 2] [--only TASK...]

Tasks, every one with the shipped encoder and the learning that an import does:

grocery-iconic   The shop has one iconic picture of each of the 81 products; the 648 test photos of
                 the Grocery Store Dataset are shown to it. Top-1 and top-5. The shipped basis was
                 learned from training photos of these very products ("seen"); so a basis is also
                 learned without the products asked for, in three parts a seed ("unseen").
grocery-photos   The shop has the 12 training photos of each product (and, separately, the iconic
                 picture too); the same test photos.
words            Magento: words to one of the photos of parents that nothing was learned from, in
                 six parts a seed, split by parent. nDCG@10, gain 1, a photo is right where type;
                 gender and type; colour, gender and type are those said.
similar          Magento: other parents like one parent. Right is the same gender and type. nDCG@10.
                 Labels of parents asked for are unknown to the model, in five parts a seed; ranked
                 among all other parents, and among those whose labels are unknown too. Text is name
                 and description, without the category.
photo-words      Magento: a photo of a parent that nothing was learned from, alone and with the word
                 for another colour. Share of the first six of the photo's type, and (with words) of
                 the type and colour. Where the shop knows the word as a colour it is a hard limit,
                 in the chat and in `aisle search`: "colour as a limit"; else it only ranks.

Choices were made on the training photos (split by scene) and on Magento splits of seed 0; the test
photos decide nothing.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.encoders import EfficientNet, MiniLM
from knowledge.encoders.base import unit
from knowledge.encoders.basis import Basis, Features, learn_basis
from knowledge.looks import SHARPNESS
from knowledge.pictures import Concept, PictureLabels, PictureModel, learn
from knowledge.ranking import shipped_weights

Floats = NDArray[np.float32]
TASKS = ("grocery-iconic", "grocery-photos", "words", "similar", "photo-words")


# --- measuring pictures once ----------------------------------------------------------------------


class Pictures:
    """Features of picture files, measured once and kept in a folder."""

    def __init__(self, data: Path, cache: Path) -> None:
        self.data, self.encoder = data, EfficientNet()
        self._cache = cache / self.encoder.version
        self.basis = Basis.load(self.encoder._folder / "basis.safetensors")

    def features(self, name: str, files: Sequence[Path]) -> Features:
        """Of these files, in order."""
        kept = self._cache / f"{name}.npz"
        if not kept.exists():
            measured = [self.encoder.measure([path.read_bytes()])[0] for path in files]
            kept.parent.mkdir(parents=True, exist_ok=True)
            np.savez(
                kept,
                values=np.concatenate([one.values for one in measured]),
                plain=np.concatenate([one.plain for one in measured]),
            )
        held = np.load(kept)
        assert len(held["values"]) == len(files), f"delete {kept}"
        return Features(held["values"], held["plain"])


def joined(*parts: Features) -> Features:
    """Side by side."""
    return Features(
        np.concatenate([one.values for one in parts]), np.concatenate([one.plain for one in parts])
    )


def taken(features: Features, rows: NDArray[Any]) -> Features:
    """Some rows."""
    return Features(features.values[rows], features.plain[rows])


# --- groceries ------------------------------------------------------------------------------------


class Groceries:
    """The data set's files and classes."""

    def __init__(self, pictures: Pictures) -> None:
        root = pictures.data / "grocery"
        with (root / "classes.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))[1:]
        numbers = {row[0]: int(row[1]) for row in rows}
        self.iconic_files = sorted((root / "iconic").rglob("*.jpg"))
        self.iconic_labels = np.array([numbers[path.parent.name] for path in self.iconic_files])
        self.iconic = pictures.features("grocery-iconic", self.iconic_files)
        self.train, self.train_labels = self._listed(pictures, root, "train")
        self.test, self.test_labels = self._listed(pictures, root, "test")

    def _listed(
        self, pictures: Pictures, root: Path, part: str
    ) -> tuple[Features, NDArray[np.int64]]:
        with (root / f"{part}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        files = [root / row["path"] for row in rows]
        labels = np.array([int(row["fine_class"]) for row in rows])
        return pictures.features(f"grocery-{part}", files), labels


def product_scores(
    model: PictureModel, gallery: Floats, owners: NDArray[np.int64], asked: Floats
) -> Floats:
    """[photos, products]: as the search scores a product over all its pictures."""
    stored = model.stored(gallery)
    directions = model.asked(asked)
    directions = unit(directions + np.stack([model.kind(one) for one in directions]))
    likeness = directions @ stored.T
    out = np.full((len(asked), int(owners.max()) + 1), -np.inf, np.float32)
    for owner in np.unique(owners):
        own = likeness[:, owners == owner]
        out[:, owner] = np.log(np.exp(SHARPNESS * own).mean(axis=1)) / SHARPNESS
    return out


def top(scores: Floats, labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """[photos, 2]: right at first, right among five."""
    order = np.argsort(-scores, axis=1, kind="stable")[:, :5]
    return np.stack([order[:, 0] == labels, (order == labels[:, None]).any(axis=1)], 1).astype(
        float
    )


def shop_labels(owners: NDArray[np.int64]) -> list[PictureLabels]:
    """Labels of a shop that says nothing of its products but which one a picture is of."""
    return [PictureLabels(str(owner), "", frozenset()) for owner in owners]


def grocery_iconic(pictures: Pictures, seeds: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Top-1 and top-5 by one iconic picture a product."""
    data = Groceries(pictures)
    others = pictures.features("magento", magento_files(pictures.data))

    def judged(basis: Basis, rows: NDArray[Any]) -> NDArray[np.float64]:
        gallery = basis.vectors(data.iconic)
        model = learn(gallery, shop_labels(data.iconic_labels), {})
        asked = basis.vectors(taken(data.test, rows))
        scores = product_scores(model, gallery, data.iconic_labels, asked)
        return top(scores, data.test_labels[rows])

    every = np.arange(len(data.test_labels))
    yield figures("grocery-iconic, basis seen", judged(pictures.basis, every))
    for seed in seeds:
        found = np.zeros((len(every), 2))
        classes = np.random.default_rng(seed).permutation(81)
        for part in np.array_split(classes, 3):
            train, iconic = (
                np.flatnonzero(~np.isin(labels, part))
                for labels in (data.train_labels, data.iconic_labels)
            )
            features = joined(taken(data.train, train), taken(data.iconic, iconic), others)
            labels = np.concatenate(
                [
                    data.train_labels[train],
                    data.iconic_labels[iconic],
                    np.full(len(others.plain), -1),
                ]
            )
            asked = np.flatnonzero(np.isin(data.test_labels, part))
            found[asked] = judged(learn_basis(features, labels, seed=seed), asked)
        yield figures(f"grocery-iconic, basis unseen, seed {seed}", found)


def grocery_photos(pictures: Pictures, _: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Top-1 and top-5 by the training photos."""
    data = Groceries(pictures)
    train, iconic = pictures.basis.vectors(data.train), pictures.basis.vectors(data.iconic)
    asked = pictures.basis.vectors(data.test)
    both = np.concatenate([train, iconic])
    for name, gallery, owners in (
        ("12 photos", train, data.train_labels),
        ("12 photos and the iconic", both, np.r_[data.train_labels, data.iconic_labels]),
    ):
        model = learn(gallery, shop_labels(owners), {})
        scores = product_scores(model, gallery, owners, asked)
        yield figures(f"grocery-photos, {name}", top(scores, data.test_labels))


def figures(task: str, found: NDArray[np.float64]) -> dict[str, Any]:
    """Means with a bootstrap interval over photos."""
    rng = np.random.default_rng(0)
    draws = found[rng.integers(0, len(found), (1000, len(found)))].mean(axis=1)
    low, high = np.percentile(draws, (2.5, 97.5), axis=0)
    means = found.mean(axis=0)
    return {
        "task": task,
        "photos": len(found),
        "top1": round(float(means[0]), 3),
        "top5": round(float(means[1]), 3),
        "top1_95": [round(float(low[0]), 3), round(float(high[0]), 3)],
        "top5_95": [round(float(low[1]), 3), round(float(high[1]), 3)],
    }


# --- clothes --------------------------------------------------------------------------------------


def magento_files(data: Path) -> list[Path]:
    """Every picture of the catalogue, by name."""
    return sorted((data / "magento/images").iterdir())


class Clothes:
    """Magento's configurable parents and the pictures of their colours."""

    def __init__(self, pictures: Pictures) -> None:
        files = magento_files(pictures.data)
        vectors = pictures.basis.vectors(pictures.features("magento", files))
        with (pictures.data / "magento/catalogue.jsonl").open(encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        parents = {row["sku"]: row for row in rows if row["type"] == "configurable"}
        self.kinds: dict[str, tuple[str, str]] = {}
        for sku, row in parents.items():
            paths = [path.split("/") for path in row["categories"]]
            gender, _, type_ = next(p for p in paths if p[0] in ("Men", "Women") and len(p) == 3)
            self.kinds[sku] = (gender, type_)
        self.parents = sorted(parents)
        kept: list[int] = []
        labels: list[PictureLabels] = []
        main: list[bool] = []
        for number, path in enumerate(files):
            match = re.fullmatch(r"([a-z]+\d+)-([a-z]+)_(main|back|alt1)", path.stem)
            if match is None or match[1].upper() not in parents:
                continue
            sku, color = match[1].upper(), match[2]
            gender, type_ = self.kinds[sku]
            said = {
                Concept("category", type_),
                Concept("path", f"{gender} / {type_}"),
                Concept("audience", gender),
                Concept("color", color),
            }
            kept.append(number)
            labels.append(PictureLabels(sku, color, frozenset(said)))
            main.append(match[3] == "main")
        self.vectors, self.labels, self.main = vectors[kept], labels, np.array(main)
        self.owners = np.array([one.product_id for one in labels])
        texts = MiniLM().encode(
            [f"{parents[sku]['name']}. {parents[sku]['description'][:300]}" for sku in self.parents]
        )
        self.texts = dict(zip(self.parents, texts, strict=True))

    def parts(self, folds: int, seed: int) -> Iterator[tuple[PictureModel, NDArray[np.bool_]]]:
        """A model that has not seen a part of the parents, and which pictures are of that part."""
        order = np.random.default_rng(seed).permutation(len(self.parents))
        for part in range(folds):
            away = {self.parents[n] for n in order[part::folds]}
            unseen = np.isin(self.owners, sorted(away))
            taught = np.flatnonzero(~unseen)
            texts = {sku: text for sku, text in self.texts.items() if sku not in away}
            model = learn(self.vectors[taught], [self.labels[n] for n in taught], texts)
            yield model, unseen


def ndcg(relevant: Sequence[bool], k: int = 10) -> float:
    """nDCG@k with gain 1; not a number where nothing is relevant."""
    ideal = sum(1 / math.log2(rank + 2) for rank in range(min(k, sum(relevant))))
    got = sum(1 / math.log2(rank + 2) for rank, hit in enumerate(relevant[:k]) if hit)
    return got / ideal if ideal else math.nan


def words(pictures: Pictures, seeds: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Words to photo."""
    data = Clothes(pictures)
    types = sorted({kind[1] for kind in data.kinds.values()})
    colors = sorted({one.color for one in data.labels})
    for seed in seeds:
        found: dict[str, list[float]] = {}
        for model, unseen in data.parts(6, seed):
            rows = np.flatnonzero(unseen & data.main)
            stored = model.stored(data.vectors[rows])
            shown = [data.labels[n].concepts for n in rows]

            def rank(
                name: str,
                said: set[Concept],
                stored: Floats = stored,
                shown: list[frozenset[Concept]] = shown,
                model: PictureModel = model,
                found: dict[str, list[float]] = found,
            ) -> None:
                order = np.argsort(-(stored @ model.said(said)), kind="stable")
                value = ndcg([said <= shown[n] for n in order])
                if not math.isnan(value):
                    found.setdefault(name, []).append(value)

            for type_ in types:
                rank("type", {Concept("category", type_)})
            for gender, type_ in sorted(set(data.kinds.values())):
                kind = {
                    Concept("category", type_),
                    Concept("audience", gender),
                    Concept("path", f"{gender} / {type_}"),
                }
                rank("gender and type", kind)
                for color in colors:
                    rank("colour, gender and type", kind | {Concept("color", color)})
        yield {
            "task": f"words, seed {seed}",
            **{name: round(float(np.mean(values)), 3) for name, values in found.items()},
            "queries": {name: len(values) for name, values in found.items()},
        }


def similar(pictures: Pictures, seeds: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Similar products of other parents."""
    data = Clothes(pictures)
    share = shipped_weights().similar
    share_image = share["image"] / (share["image"] + share["text"])
    sentences = np.stack([data.texts[sku] for sku in data.parents])
    by_text = sentences @ sentences.T
    for seed in seeds:
        found: dict[str, list[float]] = {}
        for model, unseen in data.parts(5, seed):
            stored = model.stored(data.vectors)
            means = unit(
                np.stack([stored[data.owners == sku].mean(axis=0) for sku in data.parents])
            )
            asked = unit(means + np.stack([model.kind(one) for one in means]))
            by_looks, by_kind = means @ means.T, asked @ means.T
            away = set(data.owners[unseen])
            for row, sku in enumerate(data.parents):
                if sku not in away:
                    continue
                others = np.array([n for n in range(len(data.parents)) if n != row])
                unknown = np.array([n for n in others if data.parents[n] in away])
                for among, pool in (("all", others), ("unknown", unknown)):
                    picture, kind, text = (
                        _scaled(table[row, pool]) for table in (by_looks, by_kind, by_text)
                    )
                    for name, score in (
                        ("text", text),
                        ("looks", picture),
                        ("looks and kind", kind),
                        ("fused without kind", share_image * picture + (1 - share_image) * text),
                        ("fused", share_image * kind + (1 - share_image) * text),
                    ):
                        ranked = pool[np.argsort(-score, kind="stable")]
                        value = ndcg(
                            [data.kinds[data.parents[n]] == data.kinds[sku] for n in ranked]
                        )
                        if not math.isnan(value):
                            found.setdefault(f"{name} / {among}", []).append(value)
        yield {
            "task": f"similar, seed {seed}, picture weight {share_image:.2f}",
            **{name: round(float(np.mean(values)), 3) for name, values in found.items()},
        }


def photo_words(pictures: Pictures, seeds: Sequence[int]) -> Iterator[dict[str, Any]]:
    """A photo, and a photo with the word for another colour."""
    data = Clothes(pictures)
    weight = shipped_weights().picture["look"]
    colors = sorted({one.color for one in data.labels})
    for seed in seeds:
        found: dict[str, list[float]] = {}
        for model, unseen in data.parts(5, seed):
            stored = model.stored(data.vectors)
            tints = {color: stored @ model.said([Concept("color", color)]) for color in colors}
            for row in np.flatnonzero(unseen & data.main):
                own, kind = data.owners[row], data.kinds[data.owners[row]][1]
                asked = model.asked(data.vectors[[row]])[0]
                others = [sku for sku in data.parents if sku != own]
                looks = stored @ unit((asked + model.kind(asked))[None])[0]
                alone = _by_owner(data, looks, others)
                first = [others[n] for n in np.argsort(-alone, kind="stable")[:6]]
                shares = [data.kinds[sku][1] == kind for sku in first]
                found.setdefault("photo: type", []).append(float(np.mean(shares)))
                for color in colors:
                    if color == data.labels[row].color or not tints[color].any():
                        continue
                    limited = [
                        n
                        for n, sku in enumerate(others)
                        if ((data.owners == sku) & _tinted(data, color)).any()
                    ]
                    first = [others[n] for n in sorted(limited, key=lambda n: -alone[n])[:6]]
                    shares = [data.kinds[sku][1] == kind for sku in first]
                    found.setdefault("colour as a limit: type", []).append(float(np.mean(shares)))
                    said = _by_owner(data, tints[color], others)
                    score = _scaled(alone) + weight * _scaled(said)
                    for name, values in (("photo", alone), ("photo and colour", score)):
                        first = [others[n] for n in np.argsort(-values, kind="stable")[:6]]
                        right = [data.kinds[sku][1] == kind for sku in first]
                        tinted = [
                            bool(((data.owners == sku) & _tinted(data, color)).any())
                            for sku in first
                        ]
                        found.setdefault(f"{name}: type", []).append(float(np.mean(right)))
                        both = [one and other for one, other in zip(right, tinted, strict=True)]
                        found.setdefault(f"{name}: type and colour", []).append(
                            float(np.mean(both))
                        )
        yield {
            "task": f"photo-words, seed {seed}, word weight {weight}",
            **{name: round(float(np.mean(values)), 3) for name, values in found.items()},
        }


def _tinted(data: Clothes, color: str) -> NDArray[np.bool_]:
    return np.array([one.color == color for one in data.labels])


def _by_owner(data: Clothes, scores: Floats, owners: Sequence[str]) -> Floats:
    return np.array([scores[data.owners == sku].max() for sku in owners], np.float32)


def _scaled(values: Floats) -> Floats:
    low, high = float(values.min()), float(values.max())
    return (values - low) / (high - low) if high > low else np.ones_like(values)


def main() -> None:
    """Print one JSON object a figure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--only", nargs="+", choices=TASKS, default=TASKS)
    parser.add_argument("--cache", type=Path, default=Path(".bench/pictures"))
    chosen = parser.parse_args()
    for name in ("grocery", "magento"):
        if not (chosen.data / name).is_dir():
            raise SystemExit(f"{chosen.data / name}: the data is not here; nothing measured")
    pictures = Pictures(chosen.data, chosen.cache)
    run = dict(
        zip(TASKS, (grocery_iconic, grocery_photos, words, similar, photo_words), strict=True)
    )
    for task in chosen.only:
        for record in run[task](pictures, chosen.seeds):
            print(json.dumps(record), flush=True)


if __name__ == "__main__":
    main()
