"""What colours a picture shows: its border as background, the rest as a histogram in CIELAB."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[np.float32]

SIDE = 64
"""Pixels of the longer side that colours are counted on."""
NEAR = 12.0
"""Colour difference (CIE76) under which a pixel belongs to the background."""
LIGHTNESS = np.linspace(10, 95, 4, dtype=np.float32)
GREEN_RED = np.linspace(-45, 60, 6, dtype=np.float32)
BLUE_YELLOW = np.linspace(-50, 70, 6, dtype=np.float32)
DIMENSION = len(LIGHTNESS) * len(GREEN_RED) * len(BLUE_YELLOW)

_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ],
    dtype=np.float32,
)
_WHITE = np.array([0.95047, 1.0, 1.08883], dtype=np.float32)


def lab(rgb: NDArray[np.uint8]) -> Floats:
    """sRGB bytes [..., 3] as CIELAB under D65: L 0 to 100, a and b about -100 to 100."""
    linear = rgb.astype(np.float32) / 255
    linear = np.where(linear > 0.04045, ((linear + 0.055) / 1.055) ** 2.4, linear / 12.92)
    xyz = linear @ _TO_XYZ.T / _WHITE
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    out = np.stack(
        [116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], -1
    )
    return np.asarray(out, np.float32)


def colours(picture: Image.Image) -> tuple[Floats, float]:
    """The colours of what stands before the background, and how uniform the border is.

    Args:
        picture: RGB, any size.

    Returns:
        Square roots of a soft histogram that adds up to 1, float32 [144] (a dot product of two is
        their Bhattacharyya coefficient); and the share of border pixels near the border's median:
        about 1 for a product before a plain ground, small for a photograph of a place.
    """
    small = picture.copy()
    small.thumbnail((SIDE, SIDE))
    pixels = lab(np.asarray(small))
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    ground = np.median(border, axis=0)
    uniform = float((np.linalg.norm(border - ground, axis=1) < NEAR).mean())
    height, width = pixels.shape[:2]
    if uniform < 0.5:
        shown = np.ones((height, width), dtype=bool)
    else:
        shown = np.linalg.norm(pixels - ground, axis=-1) > NEAR
        if shown.mean() < 0.03:
            # A white cup on white: the whole picture is the thing.
            shown[:] = True
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    off_centre = (down / height - 0.5) ** 2 + (across / width - 0.5) ** 2
    weight = (shown * np.exp(-off_centre / (2 * 0.3**2))).reshape(-1).astype(np.float32)
    flat = pixels.reshape(-1, 3)
    first, second, third = (
        _soft(flat[:, axis], centres)
        for axis, centres in enumerate((LIGHTNESS, GREEN_RED, BLUE_YELLOW))
    )
    pairs = (second[:, :, None] * third[:, None, :]).reshape(len(flat), -1)
    counts = ((first * weight[:, None]).T @ pairs).reshape(-1)
    return np.sqrt(counts / counts.sum()).astype(np.float32), uniform


def _soft(values: Floats, centres: Floats) -> Floats:
    """Each value shared between its two nearest centres, [n, centres]."""
    last = len(centres) - 1
    at = np.clip((values - centres[0]) / (centres[1] - centres[0]), 0, last - 1e-4)
    low = at.astype(np.int64)
    part = at - low
    out = np.zeros((len(values), len(centres)), dtype=np.float32)
    rows = np.arange(len(values))
    out[rows, low] = 1 - part
    out[rows, low + 1] += part
    return out
