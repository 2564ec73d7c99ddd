"""T-shirts, hoodies, jackets, jeans and dresses."""

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
    mix,
    sym,
)  # fmt: skip


def _beside(side: int) -> Callable[[float], float]:
    """x on the right half, or its mirror image where `side` is -1."""
    return lambda x: 50 + side * (x - 50)


def _print(p: Pen, what: str) -> None:
    tone = p.accent
    if what == "moon":
        p.oval(52, 44, 9, 9, tone, 0)
        p.oval(56, 42, 8, 8, p.main, 0)
        for x in (40, 47, 54, 61):
            p.box(x - 2, 58, x + 2, 63, tone, 0.3, 0)
    elif what == "hills":
        p.oval(58, 42, 5, 5, (240, 178, 66), 0)
        p.poly([(34, 60), (44, 44), (54, 60)], tone, 0)
        p.poly([(46, 60), (57, 48), (67, 60)], dark(tone, 0.2), 0)
    elif what == "dino":
        p.blob([(36, 62), (42, 52), (52, 50), (56, 40), (64, 39), (66, 44), (60, 47), (60, 58), (58, 66), (54, 60),
                (48, 60), (46, 66), (43, 60)], tone)  # fmt: skip
        p.oval(62, 42.5, 0.9, 0.9, INK, 0)


def tshirt(p: Pen) -> None:
    """Front view of a T-shirt."""
    long, slim = bool(p.look.get("long")), bool(p.look.get("slim"))
    hem = 62.0 if p.look.get("crop") else 88.0
    waist = 68 if slim else 72
    cuff = [(96, 78), (86, 81)] if long else [(96, 44), (84, 51)]
    body = sym([(58, 15), (71, 19), *cuff, (74, 42), (waist + 2, 60), (waist + 3, hem)])
    p.poly(body, p.main)
    sleeve = dark(p.main, 0.12) if not p.look.get("raglan") else mix(p.main, p.accent, 0.55)
    for side in (1, -1):
        f = _beside(side)
        if p.look.get("raglan"):
            p.poly([(f(60), 15), (f(71), 19), *[(f(x), y) for x, y in cuff], (f(74), 44)], sleeve)
        p.line([(f(74), 43), (f(72), 28)], dark(p.main, 0.2), 0.5)
        p.line(
            [(f(cuff[0][0] - 1), cuff[0][1] - 3), (f(cuff[1][0] - 1), cuff[1][1] - 3)],
            dark(p.main, 0.2),
            0.4,
        )
    if p.look.get("stripes"):

        def stripes() -> None:
            for i, y in enumerate(range(30, 92, 8)):
                tone = p.accent if p.two else RGBS[i % len(RGBS)]
                p.box(0, y, 100, y + 3.4, tone, 0, 0)

        p.within(body, stripes, smooth=False)
    p.line([(50 - waist + 48, hem - 2.5), (waist + 2, hem - 2.5)], dark(p.main, 0.2), 0.4)
    neck = p.look.get("neck", "crew")
    inner = dark(p.main, 0.38)
    if neck == "v":
        p.poly([(41, 15), (59, 15), (50, 33)], inner)
        p.line([(41, 15), (50, 33), (59, 15)], light(p.main, 0.15), 2)
    else:
        depth = 26 if neck == "scoop" else 20.5
        p.blob(
            [(41, 15), (50, 16.5), (59, 15), (56, depth - 1.5), (50, depth), (44, depth - 1.5)],
            inner,
        )
        p.curve(
            [(41, 15), (44, depth - 1.5), (50, depth), (56, depth - 1.5), (59, 15)],
            light(p.main, 0.15),
            2,
        )
    if neck == "henley":
        p.box(48, 21, 52, 38, dark(p.main, 0.1), 0.5)
        for y in (25, 30, 35):
            p.oval(50, y, 0.8, 0.8, WHITE)
    if p.look.get("pocket"):
        p.poly([(56, 36), (67, 36), (67, 46), (61.5, 49), (56, 46)], dark(p.main, 0.08))
    if p.look.get("print"):
        _print(p, str(p.look["print"]))


RGBS: tuple[RGB, ...] = ((214, 62, 60), (244, 190, 58), (66, 150, 110), (58, 110, 196))


def hoodie(p: Pen) -> None:
    """Front view of a hooded sweatshirt."""
    hem = 74.0 if p.look.get("crop") else 87.0
    if p.look.get("ears"):
        for x in (37, 63):
            p.oval(x, 13, 5, 5, p.main)
            p.oval(x, 13, 2.8, 2.8, light(p.main, 0.5), 0)
    p.blob(sym([(50, 6), (61, 9), (66, 19), (64, 30), (50, 34)]), dark(p.main, 0.1))
    body = sym([(60, 23), (73, 27), (84, 42), (92, 74), (82, 78), (75, 56), (76, hem)])
    p.poly(body, p.main)
    if p.look.get("block"):
        p.within(body, lambda: p.box(0, 56, 100, 100, p.accent, 0), smooth=False)
    for side in (1, -1):
        p.poly(
            [
                (50 + side * 42, 72),
                (50 + side * 32, 76),
                (50 + side * 33, 80),
                (50 + side * 43.4, 76),
            ],
            dark(p.main, 0.2),
        )
        p.curve(
            [(50 + side * 24, 58), (50 + side * 23, 42), (50 + side * 18, 30)],
            dark(p.main, 0.22),
            0.5,
        )
    p.box(24, hem - 5, 76, hem, dark(p.accent if p.look.get("block") else p.main, 0.18), 1)
    lining = p.accent if p.look.get("lining") else dark(p.main, 0.45)
    p.blob(sym([(50, 10), (58, 13), (60, 21), (56, 29), (50, 33)]), lining)
    if p.look.get("zip") is True:
        p.line([(50, 32), (50, hem)], STEEL, 1)
        for side in (1, -1):
            p.line([(50 + side * 8, 72), (50 + side * 16, 60)], dark(p.main, 0.35), 1)
    else:
        p.poly(sym([(58, 58), (66, 72), (66, 79)]), dark(p.main, 0.1))
        if p.look.get("zip"):
            p.line([(50, 32), (50, 48)], STEEL, 1)
    if p.look.get("pocket"):
        p.line([(58, 42), (68, 42)], p.accent, 1.2)
    cord = p.accent if luma(p.main) < 160 else dark(p.main, 0.4)
    for x in (46, 54):
        p.curve([(x, 31), (x - 0.6, 38), (x + 0.3, 45)], cord, 0.9)


def jacket(p: Pen) -> None:
    """Front view of a jacket in one of nine styles."""
    style = str(p.look.get("style", "shell"))
    hem = {"trench": 94.0, "field": 88.0, "denim": 74.0, "bomber": 76.0}.get(style, 84.0)
    if p.look.get("crop"):
        hem = 66.0
    hood = style in ("shell", "rain") or bool(p.look.get("hood"))
    if hood:
        p.blob(sym([(50, 5), (60, 8), (65, 18), (63, 28), (50, 31)]), dark(p.main, 0.12))
        p.blob(sym([(50, 9), (57, 13), (58, 21), (50, 29)]), dark(p.main, 0.5))
    flare = 82 if style == "trench" else 76
    body = sym([(59, 20), (72, 24), (82, 38), (91, 76), (81, 80), (74, 54), (73, 66), (flare, hem)])
    p.poly(body, p.main)

    def surface() -> None:
        if style == "puffer":
            for i in range(7):
                y = 30 + i * 9
                p.curve(
                    [(0, y + 3), (24, y), (50, y + 1.5), (76, y), (100, y + 3)],
                    dark(p.main, 0.32),
                    0.9,
                )
                p.curve(
                    [(0, y + 5), (24, y + 2), (50, y + 3.5), (76, y + 2), (100, y + 5)],
                    light(p.main, 0.25),
                    0.9,
                )
        elif style in ("shell", "fleece") and p.two:
            p.poly([(0, 0), (100, 0), (100, 42), (74, 42), (50, 46), (26, 42), (0, 42)],
                   p.accent if style == "shell" else p.main, 0.5)  # fmt: skip
        elif style == "overshirt":
            for x in range(8, 100, 12):
                p.line([(x, 0), (x, 100)], light(p.main, 0.14), 1)
            for y in range(8, 100, 12):
                p.line([(0, y), (100, y)], dark(p.main, 0.2), 1)

    p.within(body, surface, smooth=False)
    seam = dark(p.main, 0.3)
    for side in (1, -1):
        f = _beside(side)
        p.curve([(f(74), 55), (f(73), 42), (f(70), 26)], seam, 0.6)
        p.poly(
            [(f(90), 73), (f(80.5), 77), (f(81), 80), (f(91), 76)],
            dark(p.accent if p.two and style in ("bomber", "shell") else p.main, 0.2),
        )
        if style in ("denim", "overshirt", "field"):
            p.poly(
                [(f(55), 40), (f(67), 40), (f(67), 52), (f(61), 55), (f(55), 52)],
                dark(p.main, 0.08),
            )
            p.poly(
                [(f(54.5), 39), (f(67.5), 39), (f(67.5), 43), (f(61), 45.5), (f(54.5), 43)],
                light(p.main, 0.08),
            )
            p.oval(f(61), 43.5, 0.8, 0.8, BRASS, 0)
        if style in ("field", "trench", "rain"):
            p.box(min(f(56), f(70)), 64, max(f(56), f(70)), 76, dark(p.main, 0.08), 1)
            p.box(min(f(55), f(71)), 62.5, max(f(55), f(71)), 67, light(p.main, 0.06), 1)
        elif style not in ("denim", "overshirt"):
            p.line([(f(60), 70), (f(68), 58)], p.accent if p.two else seam, 1.2)
    if style == "fleece":
        p.box(55, 38, 68, 50, p.accent, 1)
    closing = style in ("denim", "overshirt", "trench")
    if closing:
        p.line([(50, 28), (50, hem)], seam, 0.6)
        for y in range(32, int(hem) - 2, 9):
            p.oval(
                47.5 if style != "trench" else 44,
                y,
                1.1,
                1.1,
                BRASS if style == "denim" else dark(p.main, 0.5),
            )
            if style == "trench":
                p.oval(56, y, 1.1, 1.1, dark(p.main, 0.5))
    else:
        p.line([(50, 28), (50, hem)], p.accent if p.two else STEEL, 1.1)
    if style == "trench":
        p.box(25.5, 56, 74.5, 61, dark(p.main, 0.16), 0.5)
        p.box(47, 55, 53, 62, BRASS, 0.8)
        p.box(48.6, 56.6, 51.4, 60.4, dark(p.main, 0.16), 0.4)
    if style in ("bomber", "denim"):
        p.box(
            100 - flare,
            hem - 6,
            flare,
            hem,
            dark(p.accent if p.two and style == "bomber" else p.main, 0.16),
            1,
        )
        if style == "bomber":
            for x in range(27, 76, 3):
                p.line([(x, hem - 5), (x, hem - 1)], seam, 0.4)
    if style == "rain":
        p.line([(27, 44), (73, 44)], seam, 0.5)
    if not hood:
        collar = p.accent if p.two and style in ("field", "bomber") else dark(p.main, 0.14)
        p.blob([(41, 20), (50, 17), (59, 20), (57, 27), (50, 29), (43, 27)], dark(p.main, 0.5))
        if style in ("puffer", "bomber", "fleece"):
            p.blob(
                [(40, 22), (42, 15), (50, 17), (58, 15), (60, 22), (51, 30), (50, 30), (49, 30)],
                collar,
            )
            p.line([(50, 20), (50, 32)], STEEL, 1)
        else:
            p.poly([(41, 17), (50, 30), (40, 36), (34, 24)], collar)
            p.poly([(59, 17), (50, 30), (60, 36), (66, 24)], collar)


def jeans(p: Pen) -> None:
    """Front view of a pair of jeans."""
    fit = str(p.look.get("fit", "straight"))
    knee, hem, out = {"slim": (71, 66, 54), "skinny": (70, 63.5, 54.5), "wide": (79, 86, 54), "flare": (70, 79, 54),
                      "relaxed": (77, 73, 53)}.get(fit, (74, 72.5, 54))  # fmt: skip
    hip = 74 if fit not in ("wide", "relaxed") else 76
    leg = [(69, 10), (70, 20), (hip, 34), (knee, 62), (hem, 92), (out, 92), (51.5, 44)]
    outline = [*leg, *[(100 - x, y) for x, y in reversed(leg)]]
    p.poly(outline, p.main)
    thread = (214, 164, 92) if luma(p.main) < 190 else dark(p.main, 0.3)

    def wear() -> None:
        fade = light(p.main, 0.16)
        for x in (37.0, 63.0):
            p.blob([(x, 30), (x + 4, 46), (x + 3, 66), (x, 74), (x - 3, 66), (x - 4, 46)], fade, 0)
        if p.look.get("knee"):
            for x in (36.5, 63.5):
                p.box(x - 10, 44, x + 10, 70, dark(p.main, 0.14), 1)

    p.within(outline, wear, smooth=False)
    band = p.look.get("band")
    p.box(
        30.5,
        8.5,
        69.5,
        20 if band else 14.5,
        dark(p.main, 0.16) if not band else mix(p.main, (120, 124, 132), 0.5),
        1,
    )
    for x in (36, 50, 64):
        if not band:
            p.box(x - 0.9, 8, x + 0.9, 15.5, dark(p.main, 0.3), 0.4)
    for side in (1, -1):
        p.curve([(50 + side * 12, 15), (50 + side * 14, 22), (50 + side * 21, 25)], thread, 0.6)
        p.curve(
            [(50 + side * 10.6, 15), (50 + side * 12.6, 23), (50 + side * 21, 26.4)],
            dark(p.main, 0.3),
            0.5,
        )
        if p.look.get("cuff"):
            p.poly(
                [
                    (50 + side * (hem - 49), 84),
                    (50 + side * (out - 50.2), 84),
                    (50 + side * (out - 50.2), 93),
                    (50 + side * (hem - 49), 93),
                ],
                light(p.main, 0.45),
            )
        else:
            p.line([(50 + side * (out - 49.6), 90), (50 + side * (hem - 50.4), 90)], thread, 0.5)
    p.curve([(50, 15), (50, 34), (51.5, 44)], dark(p.main, 0.35), 0.7)
    p.curve([(54, 15), (54.4, 28), (50.5, 34)], thread, 0.5)
    if not band:
        p.oval(50, 11.6, 1.5, 1.5, BRASS)


def dress(p: Pen) -> None:
    """Front view of a dress."""
    hem = {"mini": 70.0, "maxi": 95.0, "midi": 88.0}.get(str(p.attributes.get("length")), 80.0)
    shape, straps = p.look.get("shape"), bool(p.look.get("straps"))
    width = {"straight": 68.0, "sheath": 65.0}.get(str(shape), 78.0) + (
        4 if p.look.get("flare") else 0
    )
    top = 24.0 if straps else 12.0
    sleeve = p.look.get("sleeve")
    if sleeve:
        end = [(84, 62), (77, 64)] if sleeve == "long" else [(77, 33), (69, 37)]
        for side in (1, -1):
            pts = [(60, 12), (68, 16), *end, (65, 34), (62, 30)]
            p.poly([(50 + side * (x - 50), y) for x, y in pts], dark(p.main, 0.1))
    waist = 60 if shape != "straight" else 64
    right = [
        (57, top - (0 if not straps else 1)),
        (65 if not straps else 62, top + 3),
        (63, 30),
        (waist, 46),
        (waist + 4, 54),
        (width, hem),
    ]
    if not straps:
        right = [(57, 11), (65, 15), (63, 28), *right[3:]]
    body = sym(right)
    p.poly(body, p.main)

    def cloth() -> None:
        kind = p.look.get("print")
        if kind == "dots":
            for row in range(14):
                for col in range(14):
                    p.oval(10 + col * 6.4 + (row % 2) * 3.2, 14 + row * 6.2, 1.1, 1.1, p.accent, 0)
        elif kind == "floral":
            for i in range(46):
                x, y = p.number(f"x{i}", 18, 82), p.number(f"y{i}", 14, 94)
                for a in range(0, 360, 72):
                    r = math.radians(a)
                    p.oval(x + 1.5 * math.cos(r), y + 1.5 * math.sin(r), 1, 1, p.accent, 0)
                p.oval(x, y, 0.8, 0.8, (240, 190, 80), 0)
        for x in (-14, -7, 0, 7, 14) if shape != "sheath" else (0,):
            spread = (width - 50) / 17
            p.curve(
                [(50 + x * 0.6, 52), (50 + x * spread * 0.8, hem - 16), (50 + x * spread, hem)],
                dark(p.main, 0.16),
                0.7,
            )
        if p.look.get("tiers"):
            for y in (58, 75):
                p.line([(0, y), (100, y)], dark(p.main, 0.25), 1)
        if p.look.get("pleats"):
            for x in range(24, 80, 4):
                p.line([(x, 52), (x + (x - 50) * 0.2, hem)], dark(p.main, 0.22), 0.8)
        if p.look.get("ribs"):
            for x in range(30, 72, 3):
                p.line([(x, 10), (x, 95)], dark(p.main, 0.14), 0.7)

    p.within(body, cloth, smooth=False)
    if straps:
        for side in (1, -1):
            p.line(
                [(50 + side * 7, top + 1), (50 + side * 8, 9)],
                dark(p.main, 0.12),
                2.4 if p.look.get("pocket") else 1.2,
            )
    elif p.look.get("neck") == "collar":
        p.poly([(43, 10), (50, 22), (42, 25), (36, 14)], light(p.main, 0.2))
        p.poly([(57, 10), (50, 22), (58, 25), (64, 14)], light(p.main, 0.2))
        p.line([(50, 22), (50, hem)], dark(p.main, 0.25), 0.6)
        for y in range(28, int(hem) - 4, 8):
            p.oval(50, y, 0.8, 0.8, WHITE)
    elif p.look.get("neck") == "v":
        p.poly([(43, 11), (57, 11), (50, 27)], dark(p.main, 0.45))
    else:
        p.blob([(43, 11), (50, 12), (57, 11), (54, 17), (50, 18.5), (46, 17)], dark(p.main, 0.45))
    if p.look.get("belt") or (shape is None and not p.look.get("tiers")):
        p.box(
            100 - waist - 0.5,
            45,
            waist + 0.5,
            48.5,
            p.accent if p.look.get("belt") else dark(p.main, 0.25),
            0.6,
        )
    if p.look.get("pocket"):
        p.box(44, 29, 56, 39, dark(p.main, 0.12), 1)
        for x in (43, 57):
            p.oval(x, 24, 1.4, 1.4, BRASS)


KINDS: dict[str, Callable[[Pen], None]] = {
    "tshirt": tshirt,
    "hoodie": hoodie,
    "jacket": jacket,
    "jeans": jeans,
    "dress": dress,
}
