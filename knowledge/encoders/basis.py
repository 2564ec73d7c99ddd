"""From what a network and a histogram say of a picture to one vector: centred, weighted, whitened.

A photograph taken in a shop differs from one taken in a studio in the same way whatever it shows.
So each kind of picture is centred by its own mean, and directions in which pictures of one thing
differ are shrunk: within-class covariance normalisation (Hatch and Stolcke 2006, "Generalized
linear kernels for one-versus-all classification"), on principal components (Halko, Martinsson and
Tropp 2011, arXiv:0909.4061).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from knowledge.encoders import colour
from knowledge.encoders.base import Vectors, unit
from knowledge.encoders.files import require
from knowledge.errors import ModelDamaged

Floats = NDArray[np.float32]

BLOCKS = (
    ("head", 1280, 1.0),
    ("last", 320, 1.0),
    ("late", 192, 0.5),
    ("colour", colour.DIMENSION, 0.5),
)
"""Name, width and weight of each part of a picture's features, in order."""
WIDTH = sum(width for _, width, _ in BLOCKS)
PLAIN_FROM = 0.6
"""Uniformity of the border from which a picture counts as taken before a plain ground."""


@dataclass(frozen=True, slots=True)
class Features:
    """What is measured of pictures before anything is learned from them."""

    values: Floats
    """[n, views, WIDTH]: the blocks side by side, of the whole picture and of its middle."""
    plain: NDArray[np.bool_]
    """[n]: taken before a plain ground."""


@dataclass(frozen=True, slots=True)
class Basis:
    """Centres of both kinds of pictures, and the weights that features are multiplied with."""

    centres: Floats
    """[2, WIDTH]: mean of photographs of places, then of pictures before a plain ground."""
    weights: Floats
    """[WIDTH, dimension]."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self.weights.shape[1])

    def vectors(self, features: Features) -> Vectors:
        """Unit vectors [n, dimension], the mean of a picture's views."""
        return unit(normalised(features, self.centres).mean(axis=1) @ self.weights)

    def save(self, path: Path) -> None:
        """Write as safetensors, the weights in half precision."""
        save_file(
            {
                "centres": self.centres.astype(np.float32),
                "weights": self.weights.astype(np.float16),
            },
            path,
        )

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote.

        Raises:
            ModelMissing, ModelDamaged: no such file, or not one of these.
        """
        try:
            held = load_file(require(path))
            centres, weights = held["centres"], held["weights"].astype(np.float32)
        except (SafetensorError, KeyError, OSError) as error:
            raise ModelDamaged(f"{path}: {error}. Restore the shipped file.") from error
        if centres.shape != (2, WIDTH) or weights.shape[0] != WIDTH:
            raise ModelDamaged(f"{path}: made for other features. Restore the shipped file.")
        return cls(centres, weights)


def normalised(features: Features, centres: Floats) -> Floats:
    """Features less the centre of their kind, each block of length 1 times its weight."""
    moved = features.values - centres[features.plain.astype(np.int64)][:, None, :]
    parts: list[Floats] = []
    start = 0
    for _, width, weight in BLOCKS:
        part = moved[:, :, start : start + width]
        length = np.linalg.norm(part, axis=2, keepdims=True)
        parts.append(weight * part / np.maximum(length, 1e-9))
        start += width
    return np.concatenate(parts, axis=2).astype(np.float32)


def learn_basis(
    features: Features,
    labels: NDArray[np.int64],
    *,
    dimension: int = 512,
    shrink: float = 3.0,
    seed: int = 0,
) -> Basis:
    """Learn centres and weights from labelled pictures, and others that only widen the view.

    Args:
        features: of n pictures of both kinds.
        labels: [n]; what each one shows, or -1 where nobody said.
        dimension: length of the vectors; less where there are fewer pictures.
        shrink: how much of the mean variance is added to every direction before it is divided by
            its spread within classes; large values leave the principal components alone.
        seed: of the randomised decomposition.

    Raises:
        ValueError: no class has two pictures, or a kind of picture is missing.
    """
    known = labels >= 0
    if features.plain.all() or not features.plain.any():
        raise ValueError("pictures before a plain ground and photographs of places are both needed")
    centres = np.stack(
        [features.values[features.plain == kind, 0].mean(axis=0) for kind in (False, True)]
    )
    rows = normalised(features, centres)
    views = rows.shape[1]
    flat = rows.reshape(-1, rows.shape[2])
    components = principal(flat, min(dimension, len(flat) - 1), seed)
    projected = (flat @ components).reshape(len(rows), views, -1)
    for kind in (False, True):
        among = known & (features.plain == kind)
        if among.any():
            # How the labelled pictures of a kind differ from all of that kind is no spread.
            projected[among] -= projected[among].mean(axis=(0, 1))
    spread = within(
        projected[known].reshape(-1, projected.shape[2]), np.repeat(labels[known], views)
    )
    return Basis(centres.astype(np.float32), components @ whitening(spread, shrink))


def principal(rows: Floats, dimension: int, seed: int) -> Floats:
    """Leading right singular vectors of rows [n, d] as columns [d, dimension]."""
    rng = np.random.default_rng(seed)
    probe = rng.normal(size=(rows.shape[1], dimension + 20)).astype(np.float32)
    for _ in range(3):
        probe, _ = np.linalg.qr(rows.T @ (rows @ probe))
    _, _, right = np.linalg.svd(rows @ probe, full_matrices=False)
    return np.asarray((probe @ right.T)[:, :dimension], np.float32)


def within(rows: Floats, labels: NDArray[np.int64]) -> Floats:
    """Covariance [d, d] of rows about the mean of their class.

    Raises:
        ValueError: no class has two rows.
    """
    _, place, counts = np.unique(labels, return_inverse=True, return_counts=True)
    means = np.zeros((len(counts), rows.shape[1]), dtype=np.float32)
    np.add.at(means, place, rows)
    rest = rows - (means / counts[:, None])[place]
    degrees = len(rows) - len(counts)
    if degrees < 1:
        raise ValueError("no class has two pictures")
    return np.asarray(rest.T @ rest / degrees, np.float32)


def whitening(spread: Floats, shrink: float) -> Floats:
    """[d, d] that makes `spread`, with `shrink` times its mean variance added, the identity."""
    values, vectors = np.linalg.eigh(spread.astype(np.float64))
    mean = max(float(values.mean()), 1e-12)
    scale = 1 / np.sqrt(np.maximum(values, 0) + shrink * mean)
    return np.asarray(vectors * (scale * np.sqrt(mean)), np.float32)
