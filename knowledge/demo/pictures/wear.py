"""Shoes, boots, bags, watches and gloves."""

from __future__ import annotations

import math
from collections.abc import Callable

from knowledge.demo.pictures.canvas import (
    BRASS,
    INK,
    RGB,
    STEEL,
    WHITE,
    Pen,
    dark,
    light,
    luma,
    spline,
    sym,
)  # fmt: skip


def _laces(p: Pen, x: float, y: float, dx: float, dy: float, count: int) -> None:
    color = WHITE if luma(p.main) < 150 else INK
    for i in range(count):
        a, b = x + i * dx, y + i * dy
        p.line([(a, b), (a + 5, b - 3.4)], color, 1.1)


def shoe(p: Pen) -> None:
    """Side view of a low sports shoe, toe to the right."""
    stack = min(max(float(p.attributes.get("stack_height", 32)), 9), 42)
    low = bool(p.look.get("low")) or stack < 15
    trail = p.attributes.get("surface") == "trail"
    thick = 3.5 if low else 4 + stack / 6.5
    base = 73.0
    top = base - thick
    sole = p.accent if p.two else WHITE
    upper = [(12, top + 1), (11, 55), (10, 42), (13, 36), (19, 37), (25, 42), (33, 39), (41, 38),
             (49, 44), (60, 51), (74, 56), (86, 61), (91, 67), (90.5, top - 0.5), (84, top + 1.5), (50, top + 1.5), (18, top + 1.5)]  # fmt: skip
    if trail:
        for x in range(13, 90, 6):
            p.poly([(x, base - 1), (x + 4, base - 1), (x + 3, base + 3), (x + 0.6, base + 3)], INK)
    p.poly(spline([(8, top - 1), (30, top), (62, top), (88, top)], closed=False)
           + spline([(92, top + 0.5), (91.5, base - 2), (86, base)], closed=False)
           + spline([(50, base - 0.4), (13, base), (8, base - 2)], closed=False), sole)  # fmt: skip
    if not low:
        p.curve([(10, base - thick * 0.45), (45, base - thick * 0.3), (89, base - thick * 0.5)],
                dark(sole, 0.18), 0.7)  # fmt: skip
    p.curve(
        [(12, base - 0.6), (50, base - 0.8), (85, base - 0.6)],
        dark(p.main if p.two else INK, 0.2),
        1.6,
    )
    p.blob(upper, p.main)

    def details() -> None:
        p.blob([(8, 60), (9, 34), (17, 38), (22, 52), (20, 66), (10, 72)], dark(p.main, 0.22))
        p.blob([(76, 76), (74, 62), (84, 58), (96, 66), (94, 76)], dark(p.main, 0.14))
        mark = p.pick("mark", "swoop", "bars", "chevron", "wave")
        tone = p.accent if abs(luma(p.accent) - luma(p.main)) > 35 else light(p.main, 0.5)
        if mark == "swoop":
            p.blob([(28, 62), (42, 60), (56, 50), (60, 52), (48, 66), (32, 67)], tone, 0)
        elif mark == "bars":
            for x in (34, 41, 48):
                p.poly([(x, 68), (x + 4, 68), (x + 9, 45), (x + 6, 44)], tone, 0)
        elif mark == "chevron":
            for x in (32, 42):
                p.line([(x, 48), (x + 9, 58), (x, 68)], tone, 2.4)
        else:
            for y in (54, 60, 66):
                p.curve([(26, y), (36, y - 3), (46, y), (56, y - 3), (66, y + 1)], tone, 1.4)

    p.within(upper, details)
    if p.attributes.get("closure") == "strap":
        p.poly([(38, 44), (50, 42), (57, 56), (46, 60)], p.accent)
    p.blob(
        [(13, 38), (20, 36), (27, 41), (37, 39), (40, 40), (34, 45), (22, 46), (14, 44)],
        dark(p.main, 0.5),
    )
    p.blob([(33, 40), (38, 34), (44, 36), (50, 45), (46, 46)], light(p.main, 0.16))
    _laces(p, 42, 45.5, 5.2, 2.9, 4)


def boot(p: Pen) -> None:
    """Side view of a laced boot."""
    cut = p.attributes.get("cut", "mid")
    rim = {"low": 40.0, "mid": 26.0, "high": 15.0}[str(cut)]
    sole = INK if luma(p.main) > 60 else (92, 72, 52)
    for x in (16.0, 24.0, 32.0, 40.0, 48.0, 56.0, 64.0, 72.0, 80.0):
        p.box(x, 77, x + 5.5, 83, sole, 0.6)
    p.blob(
        [
            (13, 72),
            (50, 73),
            (90, 70),
            (93, 74),
            (90, 80),
            (50, 79.5),
            (38, 78),
            (34, 80),
            (14, 80),
        ],
        sole,
    )
    p.curve([(14, 72.5), (50, 73.4), (90, 71)], p.accent if p.two else STEEL, 1.1)
    body = [(16, 71), (15, 55), (17, 40), (16, rim + 2), (24, rim - 1), (40, rim), (47, rim + 3), (49, 44),
            (58, 51), (74, 54), (87, 60), (90, 71)]  # fmt: skip
    p.blob(body, p.main)

    def details() -> None:
        p.blob([(72, 80), (72, 60), (80, 54), (98, 60), (98, 80)], dark(p.main, 0.24))
        p.blob([(10, 80), (10, 52), (24, 56), (30, 70), (30, 80)], dark(p.main, 0.18))
        p.poly(
            [(24, 46), (36, 42), (40, 72), (30, 72)], p.accent if p.two else light(p.main, 0.12), 0
        )
        p.line([(10, rim + 6), (52, rim + 8)], dark(p.main, 0.35), 1.2)

    p.within(body, details)
    if p.attributes.get("insulated"):
        p.blob([(14, rim + 3), (18, rim - 4), (32, rim - 5), (46, rim - 2), (49, rim + 4), (32, rim + 3)],
               (240, 234, 220))  # fmt: skip
    else:
        p.blob(
            [(17, rim + 1), (26, rim - 3), (40, rim - 2), (47, rim + 2), (32, rim + 3)],
            dark(p.main, 0.45),
        )
    count = {"low": 3, "mid": 5, "high": 7}[str(cut)]
    lace = (214, 70, 54) if p.number("lace", 0, 1) > 0.6 else (226, 206, 160)
    for i in range(count):
        t = i / max(count - 1, 1)
        x, y = 43 + 3 * t + 10 * max(0.0, t - 0.55), rim + 6 + (50 - rim) * t
        p.line([(x - 4, y), (x + 4, y - 2)], lace, 1.2)
        p.oval(x - 5, y, 0.9, 0.9, BRASS, 0)


def backpack(p: Pen) -> None:
    """Front view of a backpack in one of several builds."""
    style = str(p.look.get("style", "zip"))
    small, tall = bool(p.look.get("small")), bool(p.look.get("tall"))
    w = 20.0 if small else 25.0 if style != "hike" else 21.0
    top, base = (26.0 if small else 6.0 if tall else 14.0), 90.0
    trim = p.accent if p.two else dark(p.main, 0.3)
    for side in (1, -1):
        p.curve(
            [
                (50 + side * (w - 8), top + 8),
                (50 + side * (w + 6), top + 26),
                (50 + side * (w + 4), base - 12),
            ],
            dark(trim, 0.25),
            4,
        )
    p.arc(50, top + 3, 6, 180, 360, dark(trim, 0.1), 2)
    if p.look.get("ears"):
        for side in (1, -1):
            p.poly(
                [(50 + side * 18, top + 8), (50 + side * 17, top - 8), (50 + side * 6, top + 3)],
                p.main,
            )
    body = sym(
        [
            (50, top),
            (50 + w - 6, top + 1),
            (50 + w - 0.5, top + 8),
            (50 + w + 1, 60),
            (50 + w, base - 4),
            (50 + w - 5, base),
            (50, base + 0.5),
        ]
    )
    p.blob(body, p.main)
    if style == "rolltop":
        p.box(50 - w - 1, top - 2, 50 + w + 1, top + 8, dark(p.main, 0.15), 2.5)
        p.box(46, top + 6, 54, top + 20, trim, 1)
        p.line([(50 - w + 3, 70), (50 + w - 3, 70)], trim, 1.2)
    elif style == "rucksack":
        p.blob(
            sym([(50, top), (50 + w - 3, top + 2), (50 + w, top + 12), (50 + w - 2, 46), (50, 49)]),
            light(p.main, 0.08),
        )
        for x in (40, 60):
            p.box(x - 1.6, 36, x + 1.6, 66, trim, 0.6)
            p.box(x - 2.6, 54, x + 2.6, 59, BRASS, 0.6)
        p.box(50 - w + 6, 62, 50 + w - 6, base - 4, dark(p.main, 0.1), 3)
        if p.look.get("quilt"):
            for i in range(-5, 8):
                p.line(
                    [(30 + i * 9, 16), (46 + i * 9, 46)], dark(p.main, 0.16), 0.5
                ) if 28 < 30 + i * 9 < 62 else None
    elif style == "hike":
        p.blob(
            sym(
                [
                    (50, top - 2),
                    (50 + w - 4, top),
                    (50 + w + 1, top + 10),
                    (50 + w - 2, top + 17),
                    (50, top + 18),
                ]
            ),
            trim,
        )
        for side in (1, -1):
            p.blob(
                [
                    (50 + side * w, 56),
                    (50 + side * (w + 8), 60),
                    (50 + side * (w + 8), base - 8),
                    (50 + side * w, base - 5),
                ],
                dark(p.main, 0.2),
            )
            p.line([(50 + side * (w - 7), top + 16), (50 + side * (w - 7), base - 6)], trim, 1.6)
        p.box(50 - w + 9, 54, 50 + w - 9, base - 6, dark(p.main, 0.12), 3)
        p.line([(50 - w, 48), (50 + w, 48)], trim, 1.4)
    elif style == "cord":
        p.line([(40, 36), (60, 46), (40, 56), (60, 66), (40, 76)], trim, 0.9)
        p.line([(60, 36), (40, 46), (60, 56), (40, 66), (60, 76)], trim, 0.9)
        p.curve([(50 - w + 3, 30), (50, 22), (50 + w - 3, 30)], trim, 1)
    elif style == "shell":
        p.poly(
            [
                (50, top + 10),
                (50 + w - 5, top + 22),
                (50 + w - 8, base - 18),
                (50, base - 8),
                (50 - w + 8, base - 18),
                (50 - w + 5, top + 22),
            ],
            dark(p.main, 0.25),
        )
        for d in (0, 8):
            p.line([(38 - d / 3, 44 + d), (50, 52 + d), (62 + d / 3, 44 + d)], trim, 1.6)
    else:
        p.curve(
            [
                (50 - w + 3, 46),
                (50 - w + 4, top + 12),
                (50, top + 6),
                (50 + w - 4, top + 12),
                (50 + w - 3, 46),
            ],
            trim,
            1.1,
        )
        p.box(50 - w + 6, 55, 50 + w - 6, base - 5, dark(p.main, 0.12), 4)
        p.line([(50 - w + 9, 61), (50 + w - 9, 61)], trim, 1.2)
        if style == "travel":
            for x in (39, 61):
                p.line([(x, top + 4), (x, base - 2)], dark(trim, 0.1), 2)
        if p.look.get("ears"):
            for x in (43, 57):
                p.oval(x, 44, 1.8, 2.2, INK)
            p.blob(sym([(50, 48), (62, 52), (58, 62), (50, 64)]), p.accent)
            p.oval(50, 52, 2.2, 1.7, INK)
        else:
            p.box(47, 40, 53, 44, trim, 0.6)


def watch(p: Pen) -> None:
    """A wristwatch from the front."""
    look = p.look
    r = (
        16.0
        if look.get("small")
        else 18.0 + (float(p.attributes.get("case_diameter", 38)) - 38) * 0.4
    )
    smart, square = (
        bool(look.get("smart")),
        bool(look.get("digital")) or (look.get("smart") and not look.get("round")),
    )
    metal: RGB = STEEL if luma(p.accent) > 90 or not p.two else p.accent
    band = (
        p.main
        if smart or (look.get("strap") == "cloth" and not p.two)
        else p.accent
        if p.two
        else p.main
    )
    if p.attributes.get("strap") in ("steel", "titanium", "mesh"):
        band = metal = p.accent if p.two else p.main
    if p.attributes.get("strap") in ("canvas",):
        band, metal = p.main, STEEL
    bw = r * 0.62
    if look.get("fob"):
        p.poly([(50 - 5, 6), (55, 6), (57, 44), (43, 44)], p.main)
        p.oval(50, 60, 22, 22, p.main)
        p.oval(50, 60, 17, 17, WHITE)
    else:
        strap = sym([(50 + bw, 50), (50 + bw * 0.82, 5), (50 + bw * 0.7, 2)])
        p.poly(strap, band)
        p.poly([(x, 100 - y) for x, y in strap], band)
        if look.get("strap") in ("steel", "mesh"):
            for y in [*range(3, 34, 3), *range(68, 99, 3)]:
                p.line([(50 - bw * 0.84, y), (50 + bw * 0.84, y)], dark(band, 0.28), 0.5)
        elif p.attributes.get("strap") == "leather":
            for side in (1, -1):
                for a, b in ((5, 33), (67, 95)):
                    p.line(
                        [(50 + side * bw * 0.68, a), (50 + side * bw * 0.7, b)],
                        light(band, 0.35),
                        0.5,
                    )
        else:
            for y in (78, 83, 88):
                p.oval(50, y, 0.9, 1.3, dark(band, 0.45), 0)
        if square:
            p.box(
                50 - r,
                50 - r * 1.12,
                50 + r,
                50 + r * 1.12,
                dark(p.main, 0.1) if smart else metal,
                6,
            )
            p.box(50 + r, 46, 50 + r + 2, 52, dark(metal, 0.2), 0.8)
        else:
            p.box(50 + r - 1, 47, 50 + r + 3.2, 53, dark(metal, 0.15), 1)
            p.oval(50, 50, r + 1.5, r + 1.5, dark(p.main, 0.2) if smart else metal)
            if look.get("bezel"):
                p.oval(50, 50, r + 0.6, r + 0.6, dark(p.main, 0.1))
                for i in range(12):
                    angle = math.radians(i * 30)
                    p.oval(
                        50 + (r - 1.4) * math.cos(angle),
                        50 + (r - 1.4) * math.sin(angle),
                        0.7,
                        0.7,
                        WHITE,
                        0,
                    )
    cy, face = (60.0, WHITE) if look.get("fob") else (50.0, p.main)
    if smart:
        if square:
            p.box(
                50 - r + 2.5,
                50 - r * 1.12 + 2.5,
                50 + r - 2.5,
                50 + r * 1.12 - 2.5,
                (18, 20, 26),
                4,
            )
        else:
            p.oval(50, 50, r - 1.5, r - 1.5, (18, 20, 26))
        p.arc(50, 50, r * 0.55, -90, 150, (90, 220, 130), 1.8)
        p.arc(50, 50, r * 0.36, -90, 60, (240, 90, 110), 1.8)
        p.box(45, 48.6, 55, 51.2, WHITE, 0.5, 0)
        return
    if look.get("digital"):
        p.box(50 - r + 3, 50 - r * 0.55, 50 + r - 3, 50 + r * 0.55, (186, 198, 176), 1)
        for x in (40, 45.5, 53.5, 59):
            p.box(x - 1.7, 45, x + 1.7, 55, INK, 0.3, 0)
            p.box(x - 0.6, 46.2, x + 0.6, 49.2, (186, 198, 176), 0, 0)
        return
    ri = (r - 3.2 if look.get("bezel") else r - 1.2) if not look.get("fob") else 17.0
    p.oval(50, cy, ri, ri, face)
    tick = WHITE if luma(face) < 130 else INK
    for i in range(12):
        angle = math.radians(i * 30)
        inner = 0.78 if i % 3 == 0 else 0.86
        p.line(
            [
                (50 + ri * inner * math.cos(angle), cy + ri * inner * math.sin(angle)),
                (50 + ri * 0.94 * math.cos(angle), cy + ri * 0.94 * math.sin(angle)),
            ],
            tick,
            0.8,
        )
    if look.get("chrono"):
        for dx, dy in ((-6.5, 0), (6.5, 0), (0, 7)):
            p.oval(50 + dx, cy + dy, 3.6, 3.6, p.accent)
    if look.get("moon"):
        p.oval(50, cy + 6.5, 4.4, 3.4, (26, 34, 70))
        p.oval(51.4, cy + 6.2, 2, 2, (238, 204, 110), 0)
    p.line([(50, cy), (50 - ri * 0.42, cy - ri * 0.34)], tick, 1.3)
    p.line([(50, cy), (50 + ri * 0.36, cy - ri * 0.66)], tick, 0.9)
    p.line([(50, cy), (50 + ri * 0.1, cy + ri * 0.7)], (206, 60, 50), 0.4)
    p.oval(50, cy, 1.1, 1.1, tick, 0)


def gloves(p: Pen) -> None:
    """A pair of gloves."""
    for dx, flip in ((-2, 1), (0, -1)):

        def at(x: float, y: float, dx: float = dx, flip: int = flip) -> tuple[float, float]:
            return (50 + flip * (x - 28) + dx + flip * 22 - (44 if flip > 0 else -44) + (0), y)

        hand = [at(18, 62), at(17, 44), at(10, 36), at(7, 26), at(11, 24), at(17, 34), at(17, 14), at(21, 11), at(23, 30), at(24, 8),
                at(28, 7), at(30, 30), at(31, 11), at(35, 10), at(36, 32), at(38, 18), at(42, 18), at(42, 44), at(40, 62)]  # fmt: skip
        p.poly(spline(hand, True), p.main)
        p.poly([at(17, 60), at(41, 60), at(45, 92), at(13, 92)], p.accent)
        p.line([at(16, 66), at(42, 66)], dark(p.accent, 0.3), 1)


KINDS: dict[str, Callable[[Pen], None]] = {
    "shoe": shoe,
    "boot": boot,
    "backpack": backpack,
    "watch": watch,
    "gloves": gloves,
}
