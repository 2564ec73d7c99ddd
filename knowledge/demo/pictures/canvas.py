"""A small drawing board for product pictures: smooth shapes in a 100 by 100 space, light, shadow."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from PIL import Image, ImageChops, ImageDraw, ImageFilter

RGB = tuple[int, int, int]
Points = Sequence[tuple[float, float]]
T = TypeVar("T")

SIZE = 384
"""Side of a finished picture in pixels."""
SCALE = 2
"""Pixels drawn for each finished one, per side."""
UNIT = SIZE * SCALE / 100
GROUND: RGB = (246, 245, 242)
WHITE: RGB = (250, 250, 248)
INK: RGB = (38, 40, 46)
STEEL: RGB = (188, 193, 199)
WOOD: RGB = (186, 140, 92)
GLASS: RGB = (208, 226, 232)
BRASS: RGB = (205, 165, 84)

PALETTE: Mapping[str, RGB] = {
    "black": (40, 41, 46), "white": (248, 248, 246), "gray": (142, 147, 153),
    "silver": (196, 201, 207), "gold": (212, 172, 88), "red": (204, 42, 46),
    "blue": (44, 99, 190), "light blue": (146, 188, 224), "green": (52, 128, 74),
    "yellow": (246, 202, 48), "orange": (238, 124, 38), "purple": (116, 66, 156),
    "pink": (240, 152, 180), "brown": (116, 76, 48), "beige": (220, 200, 168),
    "navy": (30, 44, 88), "turquoise": (52, 190, 194), "lavender": (184, 168, 220),
    "khaki": (174, 158, 112), "burgundy": (116, 28, 50), "teal": (22, 120, 124),
    "cream": (243, 232, 206), "olive": (104, 110, 58), "coral": (246, 122, 100),
    "charcoal": (72, 75, 82), "tan": (200, 158, 112), "mint": (166, 222, 196),
    "copper": (190, 112, 72), "multicolor": (226, 92, 70),
}  # fmt: skip
RAINBOW = tuple(PALETTE[c] for c in ("red", "orange", "yellow", "green", "turquoise", "blue", "purple"))  # fmt: skip


def mix(a: RGB, b: RGB, share: float) -> RGB:
    """`a` with `share` (0 to 1) of `b`."""
    return (
        round(a[0] + (b[0] - a[0]) * share),
        round(a[1] + (b[1] - a[1]) * share),
        round(a[2] + (b[2] - a[2]) * share),
    )


def dark(color: RGB, share: float = 0.25) -> RGB:
    """Nearer to black."""
    return mix(color, (16, 18, 26), share)


def light(color: RGB, share: float = 0.3) -> RGB:
    """Nearer to white."""
    return mix(color, (255, 255, 255), share)


def luma(color: RGB) -> float:
    """Brightness, 0 to 255."""
    return 0.3 * color[0] + 0.59 * color[1] + 0.11 * color[2]


def sym(points: Points, axis: float = 50) -> list[tuple[float, float]]:
    """A closed outline from its right half, given from top to bottom."""
    return [*points, *[(2 * axis - x, y) for x, y in reversed(points)]]


def spline(points: Points, closed: bool, steps: int = 8) -> list[tuple[float, float]]:
    """A Catmull-Rom curve through all of `points`."""
    n = len(points)
    found: list[tuple[float, float]] = []
    for i in range(n if closed else n - 1):
        if closed:
            a, b, c, d = (points[(i + k) % n] for k in (-1, 0, 1, 2))
        else:
            a, b, c, d = (points[min(max(i + k, 0), n - 1)] for k in (-1, 0, 1, 2))
        for step in range(steps):
            t = step / steps
            found.append(
                tuple(  # type: ignore[arg-type]
                    0.5
                    * (
                        2 * q
                        + (r - p) * t
                        + (2 * p - 5 * q + 4 * r - s) * t * t
                        + (3 * q - p - 3 * r + s) * t**3
                    )
                    for p, q, r, s in zip(a, b, c, d, strict=True)
                )
            )
    if not closed:
        found.append(points[-1])
    return found


class Pen:
    """Draws one product. Colours are RGB, lengths are hundredths of the picture's side."""

    def __init__(
        self, seed: str, main: RGB, accent: RGB | None, look: Mapping[str, Any],
        attributes: Mapping[str, Any],
    ) -> None:  # fmt: skip
        side = SIZE * SCALE
        self.image = Image.new("RGBA", (side, side), (*GROUND, 0))
        self._draw = ImageDraw.Draw(self.image)
        self.seed = seed
        self.main = main
        self.accent = accent if accent is not None else self._own_accent()
        self.two = accent is not None
        self.look = look
        self.attributes = attributes

    def _own_accent(self) -> RGB:
        if luma(self.main) > 170:
            return dark(self.main, 0.5)
        return light(self.main, 0.55)

    def number(self, name: str, low: float, high: float) -> float:
        """Between `low` and `high`, the same for every colour of the product."""
        digest = hashlib.blake2b(f"{self.seed}/{name}".encode(), digest_size=4).digest()
        return low + (high - low) * int.from_bytes(digest, "big") / 2**32

    def pick(self, name: str, *choices: T) -> T:
        """One of `choices`, the same for every colour of the product."""
        return choices[min(int(self.number(name, 0, len(choices))), len(choices) - 1)]

    @staticmethod
    def _px(points: Points) -> list[tuple[float, float]]:
        return [(x * UNIT, y * UNIT) for x, y in points]

    def poly(self, points: Points, fill: RGB, edge: float = 0.35) -> None:
        """Straight-sided shape with a thin darker edge."""
        pixels = self._px(points)
        self._draw.polygon(pixels, fill=(*fill, 255))
        if edge:
            self._draw.line(
                [*pixels, pixels[0], pixels[1]], fill=(*dark(fill, 0.28), 255),
                width=max(1, round(edge * UNIT)), joint="curve",
            )  # fmt: skip

    def blob(self, points: Points, fill: RGB, edge: float = 0.35) -> None:
        """Smooth shape through `points`."""
        self.poly(spline(points, closed=True), fill, edge)

    def oval(self, x: float, y: float, rx: float, ry: float, fill: RGB, edge: float = 0.35) -> None:
        """Ellipse around (x, y)."""
        self._draw.ellipse(
            [(x - rx) * UNIT, (y - ry) * UNIT, (x + rx) * UNIT, (y + ry) * UNIT],
            fill=(*fill, 255), outline=(*dark(fill, 0.28), 255) if edge else None,
            width=max(1, round(edge * UNIT)),
        )  # fmt: skip

    def ring(self, x: float, y: float, rx: float, ry: float, color: RGB, width: float) -> None:
        """Outline of an ellipse."""
        self._draw.ellipse(
            [(x - rx) * UNIT, (y - ry) * UNIT, (x + rx) * UNIT, (y + ry) * UNIT],
            outline=(*color, 255), width=max(1, round(width * UNIT)),
        )  # fmt: skip

    def box(
        self,
        x: float,
        y: float,
        x2: float,
        y2: float,
        fill: RGB,
        r: float = 1.5,
        edge: float = 0.35,
    ) -> None:
        """Rectangle with rounded corners."""
        self._draw.rounded_rectangle(
            [x * UNIT, y * UNIT, x2 * UNIT, y2 * UNIT], radius=r * UNIT, fill=(*fill, 255),
            outline=(*dark(fill, 0.28), 255) if edge else None, width=max(1, round(edge * UNIT)),
        )  # fmt: skip

    def line(self, points: Points, color: RGB, width: float = 0.6) -> None:
        """Straight strokes with round ends."""
        pixels = self._px(points)
        half = width * UNIT / 2
        self._draw.line(pixels, fill=(*color, 255), width=max(1, round(2 * half)), joint="curve")
        if half > 1.5:
            for x, y in (pixels[0], pixels[-1]):
                self._draw.ellipse([x - half, y - half, x + half, y + half], fill=(*color, 255))

    def curve(self, points: Points, color: RGB, width: float = 0.6) -> None:
        """Smooth stroke through `points`."""
        self.line(spline(points, closed=False), color, width)

    def arc(
        self, x: float, y: float, r: float, start: float, end: float, color: RGB, width: float
    ) -> None:
        """Part of a circle, degrees clockwise from three o'clock."""
        angles = [math.radians(start + (end - start) * i / 24) for i in range(25)]
        self.line([(x + r * math.cos(a), y + r * math.sin(a)) for a in angles], color, width)

    def within(self, points: Points, paint: Callable[[], None], smooth: bool = True) -> None:
        """Whatever `paint` draws shows only inside the outline."""
        pixels = self._px(spline(points, closed=True) if smooth else points)
        mask = Image.new("L", self.image.size, 0)
        ImageDraw.Draw(mask).polygon(pixels, fill=255)
        before, self.image = self.image, self.image.copy()
        self._draw = ImageDraw.Draw(self.image)
        paint()
        before.paste(self.image, (0, 0), mask)
        self.image = before
        self._draw = ImageDraw.Draw(self.image)

    def finish(self) -> Image.Image:
        """The picture: light from the upper left, a soft shadow, a plain ground."""
        layer = self.image.reduce(SCALE)
        alpha = layer.getchannel("A")
        lit = ImageChops.multiply(layer.convert("RGB"), _lighting())
        small = alpha.reduce(4).filter(ImageFilter.BoxBlur(3))
        shadow = small.resize((SIZE, SIZE), Image.Resampling.BILINEAR)
        shadow = ImageChops.offset(shadow, 4, 9).point(_SHADOW)
        picture = _ground().copy()
        picture.paste((96, 94, 100), (0, 0), shadow)
        picture.paste(lit, (0, 0), alpha)
        return picture


_SHADOW = [v * 92 // 255 for v in range(256)]


@lru_cache(maxsize=1)
def _lighting() -> Image.Image:
    ramp = Image.linear_gradient("L").rotate(30).resize((SIZE, SIZE))
    return Image.merge("RGB", [ramp.point([255 - v * 46 // 255 for v in range(256)])] * 3)


@lru_cache(maxsize=1)
def _ground() -> Image.Image:
    return Image.new("RGB", (SIZE, SIZE), GROUND)
