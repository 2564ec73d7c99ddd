"""Garden tools and watering cans."""

from __future__ import annotations

from collections.abc import Callable

from knowledge.demo.pictures.canvas import (
    BRASS,
    RGB,
    STEEL,
    WHITE,
    WOOD,
    Pen,
    dark,
    luma,
)  # fmt: skip


def _handle(p: Pen, top: float, base: float, color: RGB = WOOD) -> None:
    p.line([(50, top), (50, base)], color, 3.4)


def spade(p: Pen) -> None:
    """A garden tool with a blade."""
    tool = str(p.look.get("tool", "spade"))
    blade = STEEL if luma(p.main) > 150 else p.main
    wood = WOOD
    if tool in ("spade", "fork"):
        _handle(p, 14, 58, wood)
        p.line([(50, 22), (43, 8)], wood, 2.6)
        p.line([(50, 22), (57, 8)], wood, 2.6)
        p.line([(42, 8), (58, 8)], wood, 3.6)
        if tool == "spade":
            p.box(47, 48, 53, 64, dark(blade, 0.2), 1)
            p.poly([(33, 62), (67, 62), (66, 86), (50, 96), (34, 86)], blade)
            p.line([(50, 64), (50, 80)], dark(blade, 0.2), 1)
        else:
            p.box(47, 48, 53, 64, dark(blade, 0.2), 1)
            p.line([(34, 66), (66, 66)], blade, 3)
            for x in (34, 44.6, 55.4, 66):
                p.line([(x, 66), (x, 95)], blade, 2.4)
    elif tool in ("trowel", "prong"):
        p.blob([(46, 92), (45, 76), (47, 60), (53, 60), (55, 76), (54, 92)], wood)
        p.box(46.6, 56, 53.4, 63, p.main, 1)
        p.line([(50, 58), (50, 46)], STEEL, 2.4)
        if tool == "trowel":
            p.blob(
                [(50, 5), (59, 18), (60, 38), (54, 47), (46, 47), (40, 38), (41, 18)],
                p.main if luma(p.main) < 150 else STEEL,
            )
            for y in (20, 27, 34):
                p.line([(44, y), (48, y)], WHITE, 0.7)
        else:
            for dx in (-13, 0, 13):
                p.curve([(50, 46), (50 + dx, 32), (50 + dx, 12), (50 + dx - 5, 7)], p.main, 2.6)
    elif tool == "secateurs":
        p.blob([(50, 44), (58, 26), (56, 8), (46, 18), (43, 40)], STEEL)
        p.blob([(48, 46), (40, 32), (37, 16), (42, 22), (50, 40)], dark(STEEL, 0.25))
        p.blob([(50, 44), (58, 54), (66, 74), (64, 92), (59, 90), (57, 72), (48, 54)], p.main)
        p.blob([(48, 46), (42, 54), (34, 74), (36, 92), (41, 90), (43, 72), (52, 54)], p.main)
        p.oval(50, 46, 3, 3, STEEL)
    elif tool == "shears":
        p.poly([(50, 52), (62, 4), (66, 8), (54, 54)], STEEL)
        p.poly([(50, 52), (38, 4), (34, 8), (46, 54)], dark(STEEL, 0.18))
        for side in (1, -1):
            p.line([(50 - side * 2, 50), (50 + side * 12, 68)], dark(STEEL, 0.35), 3)
            p.line(
                [(50 + side * 12, 68), (50 + side * 17, 94)],
                p.accent if p.two and luma(p.accent) > 60 else p.main,
                5,
            )
        p.oval(50, 52, 3, 3, p.main)
    elif tool == "rake":
        _handle(p, 4, 62, wood)
        for i in range(-6, 7):
            p.curve(
                [(50, 58), (50 + i * 3.4, 74), (50 + i * 5.6, 90), (50 + i * 5.6, 94)], p.main, 1.3
            )
        p.curve([(29, 74), (50, 70), (71, 74)], dark(p.main, 0.2), 1.8)
    else:
        _handle(p, 4, 74, wood)
        p.line([(50, 72), (34, 86)], STEEL, 2)
        p.line([(50, 72), (66, 86)], STEEL, 2)
        p.poly([(30, 85), (70, 85), (72, 92), (28, 92)], blade)


def wateringcan(p: Pen) -> None:
    """A watering can."""
    p.arc(58, 40, 20, 180, 350, dark(p.main, 0.15), 3)
    p.curve([(74, 50), (92, 52), (90, 74), (74, 80)], dark(p.main, 0.15), 3)
    if p.look.get("long"):
        p.curve([(44, 80), (26, 66), (20, 40), (6, 22)], p.main, 2.6)
    else:
        p.poly([(42, 68), (14, 32), (20, 28), (46, 54)], p.main)
        p.poly([(8, 36), (22, 22), (26, 26), (12, 40)], BRASS)
    p.poly([(40, 44), (76, 44), (80, 88), (36, 88)], p.main)
    p.oval(58, 44, 18, 4, dark(p.main, 0.35))
    for y in (56, 78):
        p.line([(39, y), (77, y)], dark(p.main, 0.18), 0.9)


KINDS: dict[str, Callable[[Pen], None]] = {
    "spade": spade,
    "wateringcan": wateringcan,
}
