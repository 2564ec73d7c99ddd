"""Lamps, chairs and skincare."""

from __future__ import annotations

import math
from collections.abc import Callable

from knowledge.demo.pictures.canvas import (
    BRASS,
    INK,
    RGB,
    STEEL,
    WHITE,
    WOOD,
    Pen,
    dark,
    light,
    luma,
    mix,
    sym,
)  # fmt: skip

GLOW: RGB = (255, 238, 190)


def _shade(p: Pen, x: float, y: float, top: float, base: float, h: float, color: RGB) -> None:
    p.poly(
        [(x - top, y), (x + top, y), (x + base, y + h), (x - base, y + h)], mix(color, GLOW, 0.35)
    )
    p.line([(x - base, y + h), (x + base, y + h)], dark(color, 0.2), 0.8)


def lamp(p: Pen) -> None:
    """A lamp of one of eleven sorts."""
    style = str(p.look.get("style", "clip" if p.look.get("clip") else "desk"))
    stem = p.accent if p.two else dark(p.main, 0.2)
    if style in ("desk", "clip"):
        if style == "clip":
            p.box(24, 74, 44, 80, dark(p.main, 0.2), 1)
            p.box(24, 86, 44, 91, dark(p.main, 0.2), 1)
            p.box(24, 74, 28, 91, p.main, 1)
            p.curve([(34, 76), (26, 54), (44, 34), (62, 32)], STEEL, 2.6)
        else:
            p.oval(34, 88, 19, 4.6, p.main)
            p.line([(34, 86), (24, 54)], p.main, 2.8)
            p.line([(24, 54), (60, 26)], p.main, 2.8)
            p.oval(24, 54, 3.4, 3.4, STEEL)
            p.oval(60, 26, 3, 3, STEEL)
        p.poly([(70, 42), (88, 40), (98, 70), (60, 70)], GLOW, 0)
        p.poly([(57, 28), (70, 20), (92, 38), (64, 48)], p.main)
        p.line([(64, 48), (92, 38)], (255, 244, 206), 2)
    elif style == "tripod":
        for x in (26, 50, 74):
            p.line([(50, 40), (x, 95)], stem, 2.2)
        p.line([(36, 72), (64, 72)], dark(stem, 0.1), 1.2)
        _shade(p, 50, 8, 19, 23, 32, p.main)
    elif style == "arc":
        p.curve([(22, 90), (22, 40), (38, 12), (62, 12), (74, 30)], p.main, 1.8)
        p.box(10, 87, 36, 94, p.accent, 1.5)
        p.blob([(58, 46), (62, 32), (74, 26), (86, 32), (90, 46)], p.main)
        p.oval(74, 46, 15.6, 3.2, GLOW)
    elif style == "mushroom":
        p.blob(sym([(50, 48), (56, 50), (60, 84), (68, 90), (50, 92)]), mix(p.main, GLOW, 0.15))
        p.blob(sym([(50, 14), (70, 18), (86, 38), (84, 52), (50, 56)]), mix(p.main, GLOW, 0.4))
        p.curve([(28, 34), (38, 24), (50, 21)], WHITE, 1.6)
    elif style == "pendant":
        p.line([(50, 0), (50, 28)], INK, 0.9)
        p.box(46, 26, 54, 34, p.accent, 1)
        p.blob(sym([(50, 32), (66, 37), (84, 58), (86, 68), (50, 69)]), p.main)
        p.oval(50, 68, 35.6, 5, p.accent)
        p.oval(50, 68.6, 9, 3, GLOW)
    elif style == "globe":
        p.line([(50, 0), (50, 18)], INK, 0.9)
        p.oval(50, 52, 35, 35, mix(p.main, GLOW, 0.25))
        for i in range(-3, 4):
            y = 52 + i * 9.6
            half = math.sqrt(35**2 - (y - 52) ** 2)
            p.curve([(50 - half, y), (50, y + 2.4), (50 + half, y)], dark(p.main, 0.14), 0.6)
    elif style == "moon":
        p.poly([(38, 84), (62, 84), (68, 92), (32, 92)], WOOD)
        p.oval(50, 50, 34, 34, mix(p.main, GLOW, 0.3))
        for x, y, r in (
            (40, 40, 6),
            (60, 58, 8),
            (58, 32, 4),
            (36, 62, 5),
            (48, 72, 3),
            (70, 42, 3),
        ):
            p.oval(x, y, r, r, dark(mix(p.main, GLOW, 0.3), 0.07), 0)
    elif style == "reader":
        p.oval(38, 92, 17, 3.4, p.main)
        p.line([(38, 92), (38, 14)], p.main, 1.8)
        p.line([(38, 14), (66, 22)], p.main, 1.8)
        p.poly([(62, 18), (76, 22), (82, 36), (62, 32)], p.main)
        p.poly([(62, 32), (82, 36), (84, 40), (62, 36)], GLOW, 0)
    elif style == "lantern":
        p.arc(50, 24, 17, 180, 360, STEEL, 1.8)
        p.box(32, 22, 68, 32, p.main, 3)
        p.box(35, 32, 65, 74, GLOW, 1)
        p.oval(50, 53, 7, 12, (255, 214, 120), 0)
        for x in (36, 50, 64):
            p.line([(x, 32), (x, 74)], p.accent, 1.4)
        p.box(29, 74, 71, 90, p.main, 3)
        p.oval(50, 82, 2.4, 2.4, p.accent)
    elif style == "banker":
        p.oval(50, 90, 22, 4.6, p.accent)
        p.line([(50, 88), (50, 34)], p.accent, 3)
        p.blob([(16, 44), (20, 24), (36, 17), (64, 17), (80, 24), (84, 44), (50, 46)], p.main)
        p.curve([(24, 28), (38, 22), (58, 22)], light(p.main, 0.5), 1.6)
        p.line([(62, 46), (62, 58)], p.accent, 0.8)
        p.oval(62, 59, 1.4, 1.4, p.accent)
        p.oval(50, 15, 2.4, 2.8, p.accent)
    else:
        if p.attributes.get("material") == "ceramic":
            p.blob(sym([(50, 48), (55, 50), (57, 56), (67, 74), (60, 90), (50, 91)]), p.main)
            _shade(p, 50, 10, 17, 28, 36, p.accent)
        else:
            p.blob(sym([(50, 54), (54, 58), (53, 80), (62, 90), (50, 92)]), stem)
            _shade(p, 50, 14, 21, 25, 38, p.main)
        p.oval(50, 9 if p.attributes.get("material") == "ceramic" else 13, 1.8, 1.8, BRASS)


def _castors(p: Pen, metal: RGB, y: float = 84, lift: float = 62) -> None:
    p.box(48, lift, 52, y - 4, STEEL, 0.5)
    for x in (24, 38, 62, 76):
        p.line([(50, y - 3), (x, y + 3)], metal, 2.4)
        p.oval(x, y + 6, 2.8, 2.8, INK)
    p.oval(50, y + 7.5, 2.8, 2.8, INK)
    p.line([(50, y - 3), (50, y + 5)], metal, 2.4)


def chair(p: Pen) -> None:
    """A desk chair or stool from the front."""
    look = p.look
    metal = p.accent if look.get("shell") else (60, 62, 68)
    if look.get("kneel"):
        p.line([(28, 88), (70, 40)], WOOD, 4)
        p.line([(72, 88), (36, 56)], WOOD, 4)
        p.blob([(52, 34), (84, 30), (88, 37), (60, 43)], p.main)
        p.blob([(14, 58), (38, 66), (36, 73), (12, 65)], p.main)
        for x in (26, 74):
            p.line([(x - 8, 90), (x + 8, 90)], WOOD, 3)
        return
    if look.get("stool"):
        if look.get("wobble"):
            p.blob(
                sym([(50, 24), (72, 25), (70, 32), (56, 48), (60, 74), (74, 86), (50, 91)]), p.main
            )
            p.oval(50, 26, 22, 5, light(p.main, 0.2))
        else:
            _castors(p, metal, 80, 44)
            p.blob(
                [(24, 34), (34, 40), (50, 34), (66, 40), (76, 34), (74, 46), (50, 50), (26, 46)],
                p.main,
            )
        return
    lift = 46.0 if look.get("tall") else 62.0
    _castors(p, metal, 84, lift)
    if look.get("tall"):
        p.ring(50, 70, 15, 3.4, STEEL, 1.6)
    up = -14.0 if look.get("tall") else 0.0
    w = 17.0 if look.get("small") else 20.0
    if look.get("game"):
        p.blob(sym([(50, 6), (62, 8), (65, 18), (73, 26), (71, 48), (66, 58), (50, 59)]), p.main)
        p.blob(sym([(62, 22), (69, 28), (67, 46), (62, 52), (60, 40)]), p.accent, 0)
        p.blob([(31, 52), (33, 46), (38, 40), (40, 22), (38, 22), (31, 28), (33, 46)], p.accent, 0)
        p.box(41, 12, 59, 20, p.accent, 3)
        p.box(38, 46, 62, 55, p.accent, 3)
    elif look.get("shell"):
        p.blob(sym([(50, 20), (68, 24), (75, 44), (70, 60), (50, 63)]), p.main)
        for x in (38, 46, 54, 62):
            p.curve([(50 + (x - 50) * 1.3, 27), (x, 44), (x, 60)], dark(p.main, 0.25), 0.7)
    elif look.get("exec"):
        p.blob(sym([(50, 8), (66, 10), (70, 30), (70, 56), (50, 59)]), p.main)
        for y in (22, 36, 49):
            p.curve([(31, y), (50, y + 2.4), (69, y)], dark(p.main, 0.35), 0.9)
    else:
        if look.get("head"):
            p.box(37, 4, 63, 14, p.main, 4)
            p.box(47, 13, 53, 22, metal, 0.5)
        top = 20 + up
        back = sym(
            [
                (50, top),
                (50 + w - 3, top + 2),
                (50 + w, 38 + up),
                (50 + w - 4, 57 + up),
                (50, 59 + up),
            ]
        )
        p.blob(back, p.main)
        if p.attributes.get("material") == "mesh":

            def mesh() -> None:
                tone = light(p.main, 0.3) if luma(p.main) < 130 else dark(p.main, 0.14)
                for i in range(-12, 24):
                    p.line([(20 + i * 3, top), (40 + i * 3, 60 + up)], tone, 0.35)
                    p.line([(40 + i * 3, top), (20 + i * 3, 60 + up)], tone, 0.35)

            p.within(back, mesh)
            p.curve([(50 - w + 2, 48 + up), (50, 51 + up), (50 + w - 2, 48 + up)], metal, 2.4)
        else:
            p.oval(50, 40 + up, w * 0.5, 9, light(p.main, 0.14), 0)
    seat = 58 + up if look.get("shell") is None else 60
    p.blob([(26, seat + 3), (36, seat), (64, seat), (74, seat + 3), (74, seat + 8), (64, seat + 10), (36, seat + 10), (26, seat + 8)],
           light(p.main, 0.06) if luma(p.main) < 200 else dark(p.main, 0.06))  # fmt: skip
    if p.attributes.get("armrests"):
        for side in (1, -1):
            x = 50 + side * 28
            p.line([(x, seat + 6), (x, 46 + up)], metal, 2)
            p.box(x - 5, 43 + up, x + 5, 47 + up, p.main if look.get("exec") else metal, 2)


def bottle(p: Pen) -> None:
    """Skincare: pump, tube, dropper, jar, spray, tin or plain bottle."""
    shape = str(p.look.get("shape", "bottle"))
    cap = p.accent
    w = p.number("w", 14, 18)

    def label(y: float, h: float, half: float) -> None:
        tone = WHITE if luma(p.main) < 210 else light(p.accent, 0.75)
        p.box(50 - half, y, 50 + half, y + h, tone, 0.6)
        p.line(
            [(50 - half + 3, y + h * 0.3), (50 + half - 3, y + h * 0.3)], dark(p.main, 0.35), 1.5
        )
        for i in range(2):
            p.line(
                [
                    (50 - half + 4, y + h * (0.52 + i * 0.2)),
                    (50 + half - 4 - i * 2, y + h * (0.52 + i * 0.2)),
                ],
                (150, 150, 154),
                0.7,
            )

    if shape == "pump":
        p.box(48, 10, 52, 24, STEEL, 0.5)
        p.poly([(34, 9), (56, 7), (57, 13), (36, 13)], cap)
        p.box(42, 20, 58, 30, cap, 1.5)
        p.box(50 - w, 30, 50 + w, 92, p.main, 6)
        label(46, 30, w - 3)
    elif shape == "tube":
        p.poly([(50 - w - 2, 8), (50 + w + 2, 8), (50 + w - 2, 76), (50 - w + 2, 76)], p.main)
        p.box(50 - w - 2.6, 6, 50 + w + 2.6, 12, dark(p.main, 0.12), 0.5)
        p.box(50 - w + 3, 76, 50 + w - 3, 93, cap, 2)
        for x in range(int(50 - w + 6), int(50 + w - 4), 3):
            p.line([(x, 79), (x, 91)], dark(cap, 0.15), 0.4)
        label(28, 28, w - 4)
    elif shape == "dropper":
        p.blob(sym([(50, 6), (54, 8), (55, 18), (50, 20)]), (60, 60, 64))
        p.box(42, 18, 58, 32, cap, 1)
        p.blob(sym([(56, 32), (66, 40), (67, 64), (66, 90), (50, 92)]), p.main)
        p.box(33.5, 42, 66.5, 91, p.main, 4)
        p.box(36, 44, 38.6, 86, light(p.main, 0.45), 1, 0)
        label(54, 26, 13.5)
    elif shape == "jar":
        p.box(20, 48, 80, 88, p.main, 7)
        p.box(18, 30, 82, 50, cap, 3)
        p.line([(19, 46), (81, 46)], dark(cap, 0.2), 0.7)
        label(57, 22, 18)
    elif shape == "tin":
        p.oval(50, 60, 36, 22, dark(p.main, 0.15))
        p.oval(50, 54, 36, 22, p.main)
        p.oval(50, 54, 30, 17.6, light(p.main, 0.25))
        p.curve([(36, 52), (44, 47), (50, 54), (58, 47), (65, 53)], dark(p.main, 0.3), 1.6)
    elif shape == "spray":
        p.box(43, 8, 57, 20, cap, 2)
        p.box(38, 11, 44, 15, cap, 1)
        p.box(41, 20, 59, 28, dark(cap, 0.1), 1)
        p.blob(sym([(57, 28), (66, 36), (67, 60), (66, 90), (50, 92)]), p.main)
        p.box(33.5, 40, 66.5, 91, p.main, 5)
        label(50, 28, 13)
    else:
        p.box(42, 10, 58, 28, cap, 1.5)
        p.box(50 - w, 28, 50 + w, 92, p.main, 9)
        label(46, 32, w - 3)
    for i in range(3):
        if shape in ("pump", "spray"):
            p.oval(45 + i * 5, 85, 0.9, 0.9, light(p.main, 0.4), 0)


KINDS: dict[str, Callable[[Pen], None]] = {
    "lamp": lamp,
    "chair": chair,
    "bottle": bottle,
}
