"""Shoes, clothes, bags and watches."""

from __future__ import annotations

import math

from knowledge.demo.pictures.canvas import (
    BRASS, GLASS, INK, RGB, STEEL, WHITE, Pen, dark, light, luma, mix, spline, sym,
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
             (49, 44), (60, 51), (74, 56), (86, 61), (91, 67), (90, top + 1)]  # fmt: skip
    if trail:
        for x in range(13, 90, 6):
            p.poly([(x, base - 1), (x + 4, base - 1), (x + 3, base + 3), (x + 0.6, base + 3)], INK)
    p.poly(spline([(8, top - 1), (30, top), (62, top), (91, top - 3)], closed=False)
           + spline([(94, top + 1), (92, base - 2), (86, base)], closed=False)
           + spline([(50, base - 0.4), (13, base), (8, base - 2)], closed=False), sole)  # fmt: skip
    if not low:
        p.curve([(10, base - thick * 0.45), (45, base - thick * 0.3), (91, base - thick * 0.55)],
                dark(sole, 0.18), 0.7)  # fmt: skip
    p.curve([(12, base - 0.6), (50, base - 0.8), (85, base - 0.6)], dark(p.main if p.two else INK, 0.2), 1.6)
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
    p.blob([(13, 38), (20, 36), (27, 41), (37, 39), (40, 40), (34, 45), (22, 46), (14, 44)], dark(p.main, 0.5))
    p.blob([(33, 40), (38, 34), (44, 36), (50, 45), (46, 46)], light(p.main, 0.16))
    _laces(p, 42, 45.5, 5.2, 2.9, 4)


def boot(p: Pen) -> None:
    """Side view of a laced boot."""
    cut = p.attributes.get("cut", "mid")
    rim = {"low": 40.0, "mid": 26.0, "high": 15.0}[str(cut)]
    sole = INK if luma(p.main) > 60 else (92, 72, 52)
    for x in range(16, 86, 8):
        p.box(x, 77, x + 5.5, 83, sole, 0.6)
    p.blob([(13, 72), (50, 73), (90, 70), (93, 74), (90, 80), (50, 79.5), (38, 78), (34, 80), (14, 80)], sole)
    p.curve([(14, 72.5), (50, 73.4), (90, 71)], p.accent if p.two else STEEL, 1.1)
    body = [(16, 71), (15, 55), (17, 40), (16, rim + 2), (24, rim - 1), (40, rim), (47, rim + 3), (49, 44),
            (58, 51), (74, 54), (87, 60), (90, 71)]  # fmt: skip
    p.blob(body, p.main)

    def details() -> None:
        p.blob([(72, 80), (72, 60), (80, 54), (98, 60), (98, 80)], dark(p.main, 0.24))
        p.blob([(10, 80), (10, 52), (24, 56), (30, 70), (30, 80)], dark(p.main, 0.18))
        p.poly([(24, 46), (36, 42), (40, 72), (30, 72)], p.accent if p.two else light(p.main, 0.12), 0)
        p.line([(10, rim + 6), (52, rim + 8)], dark(p.main, 0.35), 1.2)

    p.within(body, details)
    if p.attributes.get("insulated"):
        p.blob([(14, rim + 3), (18, rim - 4), (32, rim - 5), (46, rim - 2), (49, rim + 4), (32, rim + 3)],
               (240, 234, 220))  # fmt: skip
    else:
        p.blob([(17, rim + 1), (26, rim - 3), (40, rim - 2), (47, rim + 2), (32, rim + 3)], dark(p.main, 0.45))
    count = {"low": 3, "mid": 5, "high": 7}[str(cut)]
    lace = (214, 70, 54) if p.number("lace", 0, 1) > 0.6 else (226, 206, 160)
    for i in range(count):
        t = i / max(count - 1, 1)
        x, y = 43 + 3 * t + 10 * max(0.0, t - 0.55), rim + 6 + (50 - rim) * t
        p.line([(x - 4, y), (x + 4, y - 2)], lace, 1.2)
        p.oval(x - 5, y, 0.9, 0.9, BRASS, 0)


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
        f = lambda x, s=side: 50 + s * (x - 50)  # noqa: E731
        if p.look.get("raglan"):
            p.poly([(f(60), 15), (f(71), 19), *[(f(x), y) for x, y in cuff], (f(74), 44)], sleeve)
        p.line([(f(74), 43), (f(72), 28)], dark(p.main, 0.2), 0.5)
        p.line([(f(cuff[0][0] - 1), cuff[0][1] - 3), (f(cuff[1][0] - 1), cuff[1][1] - 3)], dark(p.main, 0.2), 0.4)
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
        p.blob([(41, 15), (50, 16.5), (59, 15), (56, depth - 1.5), (50, depth), (44, depth - 1.5)], inner)
        p.curve([(41, 15), (44, depth - 1.5), (50, depth), (56, depth - 1.5), (59, 15)], light(p.main, 0.15), 2)
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
        p.poly([(50 + side * 42, 72), (50 + side * 32, 76), (50 + side * 33, 80), (50 + side * 43.4, 76)], dark(p.main, 0.2))
        p.curve([(50 + side * 24, 58), (50 + side * 23, 42), (50 + side * 18, 30)], dark(p.main, 0.22), 0.5)
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
                p.curve([(0, y + 3), (24, y), (50, y + 1.5), (76, y), (100, y + 3)], dark(p.main, 0.32), 0.9)
                p.curve([(0, y + 5), (24, y + 2), (50, y + 3.5), (76, y + 2), (100, y + 5)], light(p.main, 0.25), 0.9)
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
        f = lambda x, s=side: 50 + s * (x - 50)  # noqa: E731
        p.curve([(f(74), 55), (f(73), 42), (f(70), 26)], seam, 0.6)
        p.poly([(f(90), 73), (f(80.5), 77), (f(81), 80), (f(91), 76)], dark(p.accent if p.two and style in ("bomber", "shell") else p.main, 0.2))
        if style in ("denim", "overshirt", "field"):
            p.poly([(f(55), 40), (f(67), 40), (f(67), 52), (f(61), 55), (f(55), 52)], dark(p.main, 0.08))
            p.poly([(f(54.5), 39), (f(67.5), 39), (f(67.5), 43), (f(61), 45.5), (f(54.5), 43)], light(p.main, 0.08))
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
            p.oval(47.5 if style != "trench" else 44, y, 1.1, 1.1, BRASS if style == "denim" else dark(p.main, 0.5))
            if style == "trench":
                p.oval(56, y, 1.1, 1.1, dark(p.main, 0.5))
    else:
        p.line([(50, 28), (50, hem)], p.accent if p.two else STEEL, 1.1)
    if style == "trench":
        p.box(25.5, 56, 74.5, 61, dark(p.main, 0.16), 0.5)
        p.box(47, 55, 53, 62, BRASS, 0.8)
        p.box(48.6, 56.6, 51.4, 60.4, dark(p.main, 0.16), 0.4)
    if style in ("bomber", "denim"):
        p.box(100 - flare, hem - 6, flare, hem, dark(p.accent if p.two and style == "bomber" else p.main, 0.16), 1)
        if style == "bomber":
            for x in range(27, 76, 3):
                p.line([(x, hem - 5), (x, hem - 1)], seam, 0.4)
    if style == "rain":
        p.line([(27, 44), (73, 44)], seam, 0.5)
    if not hood:
        collar = p.accent if p.two and style in ("field", "bomber") else dark(p.main, 0.14)
        p.blob([(41, 20), (50, 17), (59, 20), (57, 27), (50, 29), (43, 27)], dark(p.main, 0.5))
        if style in ("puffer", "bomber", "fleece"):
            p.blob([(40, 22), (42, 15), (50, 17), (58, 15), (60, 22), (51, 30), (50, 30), (49, 30)], collar)
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
        for x in (37, 63):
            p.blob([(x, 30), (x + 4, 46), (x + 3, 66), (x, 74), (x - 3, 66), (x - 4, 46)], fade, 0)
        if p.look.get("knee"):
            for x in (36.5, 63.5):
                p.box(x - 10, 44, x + 10, 70, dark(p.main, 0.14), 1)

    p.within(outline, wear, smooth=False)
    band = p.look.get("band")
    p.box(30.5, 8.5, 69.5, 20 if band else 14.5, dark(p.main, 0.16) if not band else mix(p.main, (120, 124, 132), 0.5), 1)
    for x in (36, 50, 64):
        if not band:
            p.box(x - 0.9, 8, x + 0.9, 15.5, dark(p.main, 0.3), 0.4)
    for side in (1, -1):
        p.curve([(50 + side * 12, 15), (50 + side * 14, 22), (50 + side * 21, 25)], thread, 0.6)
        p.curve([(50 + side * 10.6, 15), (50 + side * 12.6, 23), (50 + side * 21, 26.4)], dark(p.main, 0.3), 0.5)
        if p.look.get("cuff"):
            p.poly([(50 + side * (hem - 49), 84), (50 + side * (out - 50.2), 84), (50 + side * (out - 50.2), 93), (50 + side * (hem - 49), 93)], light(p.main, 0.45))
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
    width = {"straight": 68.0, "sheath": 65.0}.get(str(shape), 78.0) + (4 if p.look.get("flare") else 0)
    top = 24.0 if straps else 12.0
    sleeve = p.look.get("sleeve")
    if sleeve:
        end = [(84, 62), (77, 64)] if sleeve == "long" else [(77, 33), (69, 37)]
        for side in (1, -1):
            pts = [(60, 12), (68, 16), *end, (65, 34), (62, 30)]
            p.poly([(50 + side * (x - 50), y) for x, y in pts], dark(p.main, 0.1))
    waist = 60 if shape != "straight" else 64
    right = [(57, top - (0 if not straps else 1)), (65 if not straps else 62, top + 3), (63, 30), (waist, 46), (waist + 4, 54), (width, hem)]
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
            p.curve([(50 + x * 0.6, 52), (50 + x * spread * 0.8, hem - 16), (50 + x * spread, hem)], dark(p.main, 0.16), 0.7)
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
            p.line([(50 + side * 7, top + 1), (50 + side * 8, 9)], dark(p.main, 0.12), 2.4 if p.look.get("pocket") else 1.2)
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
        p.box(100 - waist - 0.5, 45, waist + 0.5, 48.5, p.accent if p.look.get("belt") else dark(p.main, 0.25), 0.6)
    if p.look.get("pocket"):
        p.box(44, 29, 56, 39, dark(p.main, 0.12), 1)
        for x in (43, 57):
            p.oval(x, 24, 1.4, 1.4, BRASS)


def backpack(p: Pen) -> None:
    """Front view of a backpack in one of several builds."""
    style = str(p.look.get("style", "zip"))
    small, tall = bool(p.look.get("small")), bool(p.look.get("tall"))
    w = 20.0 if small else 25.0 if style != "hike" else 21.0
    top, base = (26.0 if small else 6.0 if tall else 14.0), 90.0
    trim = p.accent if p.two else dark(p.main, 0.3)
    for side in (1, -1):
        p.curve([(50 + side * (w - 8), top + 8), (50 + side * (w + 6), top + 26), (50 + side * (w + 4), base - 12)], dark(trim, 0.25), 4)
    p.arc(50, top + 3, 6, 180, 360, dark(trim, 0.1), 2)
    if p.look.get("ears"):
        for side in (1, -1):
            p.poly([(50 + side * 18, top + 8), (50 + side * 17, top - 8), (50 + side * 6, top + 3)], p.main)
    body = sym([(50, top), (50 + w - 6, top + 1), (50 + w - 0.5, top + 8), (50 + w + 1, 60), (50 + w, base - 4), (50 + w - 5, base), (50, base + 0.5)])
    p.blob(body, p.main)
    if style == "rolltop":
        p.box(50 - w - 1, top - 2, 50 + w + 1, top + 8, dark(p.main, 0.15), 2.5)
        p.box(46, top + 6, 54, top + 20, trim, 1)
        p.line([(50 - w + 3, 70), (50 + w - 3, 70)], trim, 1.2)
    elif style == "rucksack":
        p.blob(sym([(50, top), (50 + w - 3, top + 2), (50 + w, top + 12), (50 + w - 2, 46), (50, 49)]), light(p.main, 0.08))
        for x in (40, 60):
            p.box(x - 1.6, 36, x + 1.6, 66, trim, 0.6)
            p.box(x - 2.6, 54, x + 2.6, 59, BRASS, 0.6)
        p.box(50 - w + 6, 62, 50 + w - 6, base - 4, dark(p.main, 0.1), 3)
        if p.look.get("quilt"):
            for i in range(-5, 8):
                p.line([(30 + i * 9, 16), (46 + i * 9, 46)], dark(p.main, 0.16), 0.5) if 28 < 30 + i * 9 < 62 else None
    elif style == "hike":
        p.blob(sym([(50, top - 2), (50 + w - 4, top), (50 + w + 1, top + 10), (50 + w - 2, top + 17), (50, top + 18)]), trim)
        for side in (1, -1):
            p.blob([(50 + side * w, 56), (50 + side * (w + 8), 60), (50 + side * (w + 8), base - 8), (50 + side * w, base - 5)], dark(p.main, 0.2))
            p.line([(50 + side * (w - 7), top + 16), (50 + side * (w - 7), base - 6)], trim, 1.6)
        p.box(50 - w + 9, 54, 50 + w - 9, base - 6, dark(p.main, 0.12), 3)
        p.line([(50 - w, 48), (50 + w, 48)], trim, 1.4)
    elif style == "cord":
        p.line([(40, 36), (60, 46), (40, 56), (60, 66), (40, 76)], trim, 0.9)
        p.line([(60, 36), (40, 46), (60, 56), (40, 66), (60, 76)], trim, 0.9)
        p.curve([(50 - w + 3, 30), (50, 22), (50 + w - 3, 30)], trim, 1)
    elif style == "shell":
        p.poly([(50, top + 10), (50 + w - 5, top + 22), (50 + w - 8, base - 18), (50, base - 8), (50 - w + 8, base - 18), (50 - w + 5, top + 22)], dark(p.main, 0.25))
        for d in (0, 8):
            p.line([(38 - d / 3, 44 + d), (50, 52 + d), (62 + d / 3, 44 + d)], trim, 1.6)
    else:
        p.curve([(50 - w + 3, 46), (50 - w + 4, top + 12), (50, top + 6), (50 + w - 4, top + 12), (50 + w - 3, 46)], trim, 1.1)
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
    r = 16.0 if look.get("small") else 18.0 + (float(p.attributes.get("case_diameter", 38)) - 38) * 0.4
    smart, square = bool(look.get("smart")), bool(look.get("digital")) or (look.get("smart") and not look.get("round"))
    metal: RGB = STEEL if luma(p.accent) > 90 or not p.two else p.accent
    band = p.main if smart or look.get("strap") == "cloth" and not p.two else p.accent if p.two else p.main
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
                    p.line([(50 + side * bw * 0.68, a), (50 + side * bw * 0.7, b)], light(band, 0.35), 0.5)
        else:
            for y in (78, 83, 88):
                p.oval(50, y, 0.9, 1.3, dark(band, 0.45), 0)
        if square:
            p.box(50 - r, 50 - r * 1.12, 50 + r, 50 + r * 1.12, dark(p.main, 0.1) if smart else metal, 6)
            p.box(50 + r, 46, 50 + r + 2, 52, dark(metal, 0.2), 0.8)
        else:
            p.box(50 + r - 1, 47, 50 + r + 3.2, 53, dark(metal, 0.15), 1)
            p.oval(50, 50, r + 1.5, r + 1.5, dark(p.main, 0.2) if smart else metal)
            if look.get("bezel"):
                p.oval(50, 50, r + 0.6, r + 0.6, dark(p.main, 0.1))
                for i in range(12):
                    a = math.radians(i * 30)
                    p.oval(50 + (r - 1.4) * math.cos(a), 50 + (r - 1.4) * math.sin(a), 0.7, 0.7, WHITE, 0)
    cy, face = (60.0, WHITE) if look.get("fob") else (50.0, p.main)
    if smart:
        if square:
            p.box(50 - r + 2.5, 50 - r * 1.12 + 2.5, 50 + r - 2.5, 50 + r * 1.12 - 2.5, (18, 20, 26), 4)
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
        a = math.radians(i * 30)
        inner = 0.78 if i % 3 == 0 else 0.86
        p.line([(50 + ri * inner * math.cos(a), cy + ri * inner * math.sin(a)), (50 + ri * 0.94 * math.cos(a), cy + ri * 0.94 * math.sin(a))], tick, 0.8)
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


KINDS = {
    "shoe": shoe, "boot": boot, "tshirt": tshirt, "hoodie": hoodie, "jacket": jacket, "jeans": jeans,
    "dress": dress, "backpack": backpack, "watch": watch, "gloves": gloves,
}  # fmt: skip
_ = GLASS
