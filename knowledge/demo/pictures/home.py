"""Kitchen, lighting, chairs, bedding, skincare and pet beds."""

from __future__ import annotations

import math

from knowledge.demo.pictures.canvas import (
    BRASS, GLASS, INK, RGB, STEEL, WHITE, WOOD, Pen, dark, light, luma, mix, sym,
)  # fmt: skip

COFFEE: RGB = (76, 46, 30)
GLOW: RGB = (255, 238, 190)


def coffee(p: Pen) -> None:
    """A coffee maker of one of eleven sorts."""
    style = str(p.look.get("style", "drip"))
    metal = STEEL
    if style == "drip":
        p.box(24, 12, 76, 30, p.main, 4)
        p.box(58, 20, 76, 86, dark(p.main, 0.08), 2)
        p.box(24, 80, 76, 90, p.main, 3)
        p.poly([(32, 30), (54, 30), (50, 42), (36, 42)], dark(p.main, 0.35))
        if p.look.get("flask"):
            p.blob([(32, 46), (52, 46), (54, 62), (52, 79), (32, 79), (30, 62)], metal)
            p.box(35, 42, 49, 47, INK, 1.5)
        else:
            p.blob([(31, 50), (42, 46), (53, 50), (56, 66), (52, 79), (32, 79), (28, 66)], GLASS)
            p.blob([(29.4, 62), (42, 61), (54.8, 62), (55, 68), (51, 78), (33, 78), (29, 68)], COFFEE, 0)
            p.box(33, 44, 51, 48.5, INK, 1.5)
        p.curve([(29, 52), (22, 56), (23, 68), (29, 72)], INK, 2.4)
        p.box(60, 26, 73, 34, (22, 24, 28), 1)
        p.box(62, 28.6, 70, 31.4, (120, 220, 200), 0.4, 0)
        if p.look.get("hopper"):
            p.poly([(36, 2), (64, 2), (60, 12), (40, 12)], mix(GLASS, COFFEE, 0.55))
        for y in (42, 50):
            p.oval(67, y, 2, 2, light(p.main, 0.4) if luma(p.main) < 200 else metal)
    elif style in ("espresso", "auto"):
        p.box(18, 16, 82, 36, p.main, 3)
        p.box(24, 34, 76, 80, dark(p.main, 0.22), 1)
        p.box(16, 78, 84, 90, p.main, 2.5)
        p.box(22, 78, 78, 81, dark(metal, 0.3), 0.5)
        if p.look.get("hopper") or style == "auto":
            p.poly([(34, 6), (66, 6), (62, 16), (38, 16)], mix(GLASS, COFFEE, 0.5))
        if style == "auto":
            p.box(30, 19, 70, 33, (22, 24, 28), 1.5)
            for i, tone in enumerate(((232, 180, 110), WHITE, (170, 120, 80))):
                p.oval(39 + i * 11, 26, 3.2, 3.2, tone)
            p.box(45, 36, 55, 50, dark(metal, 0.4), 1)
        else:
            for x in (30, 38):
                p.oval(x, 26, 2.4, 2.4, metal)
            p.oval(66, 26, 6, 6, WHITE)
            p.line([(66, 26), (69, 22)], (206, 50, 46), 0.8)
            p.box(38, 36, 60, 42, metal, 1)
            p.box(41, 42, 57, 47, dark(metal, 0.25), 1)
            p.line([(49, 45), (27, 49)], INK, 3.4)
            p.curve([(73, 36), (76, 50), (72, 62)], metal, 1.8)
        p.blob([(42, 62), (56, 62), (55, 76), (44, 76)], WHITE)
        p.ring(58, 68, 3.4, 3.4, dark(WHITE, 0.15), 1.2)
        p.oval(49, 62.4, 6.6, 1.4, COFFEE)
    elif style == "pour":
        p.blob(sym([(66, 12), (55, 40), (56, 52), (68, 68), (68, 86), (50, 90)]), GLASS)
        p.blob(sym([(62, 68), (66, 74), (66, 85), (50, 88)]), COFFEE, 0)
        p.poly([(36, 13), (64, 13), (50, 40)], (246, 240, 226))
        p.poly([(40, 22), (60, 22), (50, 38)], COFFEE, 0)
        p.box(41, 42, 59, 54, WOOD, 3)
        p.oval(50, 48, 1.8, 1.8, dark(WOOD, 0.4))
    elif style == "press":
        p.line([(50, 8), (50, 30)], metal, 1.6)
        p.oval(50, 7, 3.4, 3.4, INK)
        p.box(32, 26, 68, 88, GLASS, 2)
        p.box(32.4, 52, 67.6, 86, COFFEE, 1.5, 0)
        p.box(32, 49, 68, 53, metal, 0.8)
        p.blob([(30, 26), (40, 17), (60, 17), (70, 26)], p.main)
        for x in (33, 50, 67):
            p.line([(x, 28), (x, 90)], p.main, 1.8)
        p.box(29, 58, 71, 61, p.main, 0.8)
        p.box(29, 86, 71, 91, p.main, 1.5)
        p.curve([(70, 32), (84, 36), (84, 72), (70, 78)], INK, 4)
    elif style == "moka":
        p.poly([(30, 90), (70, 90), (62, 56), (38, 56)], p.main)
        p.poly([(38, 56), (62, 56), (68, 24), (32, 24)], light(p.main, 0.1))
        p.box(36, 53, 64, 58, dark(p.main, 0.3), 1)
        p.poly([(30, 22), (50, 14), (70, 22), (68, 25), (32, 25)], p.main)
        p.oval(50, 13, 3, 3.4, INK)
        p.poly([(32, 25), (24, 22), (33, 38)], p.main)
        p.line([(67, 28), (82, 30), (80, 56)], INK, 4)
        for x in (44, 56):
            p.line([(x, 26), (50 + (x - 50) * 0.7, 54)], dark(p.main, 0.2), 0.8)
            p.line([(50 + (x - 50) * 0.7, 58), (x, 89)], dark(p.main, 0.2), 0.8)
    elif style == "pod":
        p.blob([(34, 14), (52, 10), (68, 16), (72, 40), (70, 86), (52, 90), (50, 60), (34, 40)], p.main)
        p.blob([(30, 20), (50, 16), (52, 38), (36, 40)], dark(p.main, 0.25))
        p.box(34, 40, 42, 46, metal, 1)
        p.box(26, 84, 72, 91, dark(p.main, 0.35), 2)
        p.line([(40, 10), (60, 8)], metal, 3)
        p.poly([(31, 66), (46, 66), (44, 83), (33, 83)], WHITE)
        p.oval(38.5, 66, 7.4, 1.6, COFFEE)
    elif style == "tower":
        for x in (24, 76):
            p.box(x - 2, 6, x + 2, 92, WOOD, 1)
        for y in (6, 40, 66, 90):
            p.box(20, y - 2, 80, y + 2, WOOD, 1)
        p.blob(sym([(62, 10), (64, 26), (54, 36), (50, 38)]), GLASS)
        p.box(42, 43, 58, 62, mix(GLASS, COFFEE, 0.7), 2)
        p.blob(sym([(55, 69), (62, 80), (61, 88), (50, 88.5)]), COFFEE)
        p.oval(50, 39.5, 2, 2, BRASS)
    else:
        p.blob(sym([(60, 22), (70, 50), (73, 84), (50, 89)]), p.main)
        for i in range(40):
            p.oval(p.number(f"sx{i}", 34, 67), p.number(f"sy{i}", 30, 84), 0.6, 0.6, p.accent, 0)
        p.blob(sym([(50, 13), (58, 17), (61, 23), (50, 25)]), dark(p.main, 0.1))
        p.oval(50, 11, 3, 3.4, GLASS)
        p.poly([(31, 46), (18, 32), (22, 29), (35, 36)], p.main)
        p.arc(50, 30, 26, 200, 340, INK, 1.4)


def kettle(p: Pen) -> None:
    """A kettle: electric, gooseneck, glass, stove-top or cast iron."""
    look = p.look
    handle = INK if luma(p.main) > 60 else (90, 92, 98)
    if look.get("pot"):
        p.arc(50, 44, 27, 190, 350, dark(p.main, 0.3), 3)
        p.poly([(22, 58), (10, 46), (14, 43), (27, 50)], p.main)
        p.blob(sym([(50, 40), (66, 43), (77, 58), (70, 78), (50, 82)]), p.main)
        for row in range(5):
            for col in range(10):
                p.oval(30 + col * 4.6 + (row % 2) * 2.2, 54 + row * 5, 1, 1, light(p.main, 0.25), 0)
        p.blob(sym([(50, 36), (60, 39), (62, 43), (50, 44)]), dark(p.main, 0.15))
        p.oval(50, 35, 2.6, 2.6, BRASS)
        return
    if look.get("stove"):
        p.arc(50, 46, 27, 205, 335, WOOD if not look.get("low") else p.accent, 4)
        p.poly([(26, 56), (8, 40), (13, 36), (32, 46)], p.main)
        p.oval(10, 38, 3, 3, INK)
        p.blob(sym([(50, 38), (64, 42), (80, 66), (78, 82), (50, 85)]), p.main)
        p.box(24, 80, 76, 85, dark(p.main, 0.25), 2)
        p.oval(50, 37, 4, 3.4, INK)
        return
    goose, dome, glass = look.get("goose"), look.get("dome"), look.get("glass")
    body = GLASS if glass else p.main
    p.blob([(66, 28), (82, 26), (88, 40), (86, 66), (74, 74), (72, 70), (80, 60), (80, 40), (74, 34), (66, 36)], handle)
    if goose:
        p.curve([(33, 72), (18, 66), (20, 46), (10, 34)], dark(p.main, 0.1), 3.2)
        shape = sym([(58, 30), (62, 40), (70, 80), (50, 83)])
    elif dome:
        p.poly([(32, 44), (16, 32), (22, 28), (38, 36)], p.main)
        shape = sym([(50, 20), (62, 26), (70, 46), (73, 80), (50, 83)])
    else:
        p.poly([(34, 34), (22, 26), (34, 24)], body)
        shape = sym([(50, 23), (66, 25), (70, 50), (72, 80), (50, 83)])
    p.blob(shape, body)
    if glass:
        p.blob(sym([(50, 52), (69, 52), (71, 78), (50, 81)]), mix(GLASS, p.accent, 0.35), 0)
        for i in range(9):
            p.oval(p.number(f"b{i}", 34, 66), p.number(f"c{i}", 56, 76), 1, 1, WHITE, 0)
    elif dome:
        p.oval(50, 56, 7, 7, WHITE)
        p.line([(50, 56), (53.5, 52)], (206, 50, 46), 0.9)
        p.line([(30, 72), (70, 72)], STEEL, 1.4)
    else:
        p.box(36, 44, 39, 70, (200, 226, 236), 1.4)
        p.curve([(58, 34), (61, 52), (62, 74)], light(p.main, 0.5), 1.6)
    p.blob(sym([(50, 19), (60, 22), (62, 26), (50, 28)]), dark(body, 0.25) if not dome else dark(p.main, 0.1))
    p.oval(50, 18, 3.4, 2.6, handle)
    p.box(28, 82, 74, 89, INK, 2)
    if look.get("goose") or p.attributes.get("temperature_control"):
        p.box(44, 84, 58, 87, (240, 120, 70), 0.5, 0)


def pan(p: Pen) -> None:
    """Pans seen from above, pots from the side."""
    look = p.look
    knob = STEEL if luma(p.main) < 170 else INK
    if look.get("tagine"):
        p.blob(sym([(50, 12), (54, 18), (58, 40), (78, 66), (50, 68)]), p.main)
        p.oval(50, 13, 5, 4, dark(p.main, 0.1))
        p.blob(sym([(50, 66), (84, 66), (78, 82), (50, 86)]), dark(p.main, 0.45))
        p.curve([(28, 60), (50, 63), (72, 60)], light(p.main, 0.5), 1)
        return
    if look.get("wok"):
        p.line([(66, 48), (96, 34)], WOOD, 5)
        p.blob([(6, 42), (40, 37), (74, 42), (64, 64), (50, 72), (30, 72), (16, 64)], p.main)
        p.oval(40, 42, 34, 7, light(p.main, 0.2))
        p.oval(40, 43, 30, 5.4, dark(p.main, 0.3))
        return
    if look.get("pot"):
        kind = str(look["pot"])
        top, w = {"tall": (32.0, 27.0), "wide": (46.0, 32.0), "sauce": (48.0, 23.0)}[kind]
        cx = 50 if kind != "sauce" else 38
        if kind == "sauce":
            p.box(cx + w - 2, top + 6, 96, top + 11, STEEL if luma(p.main) > 150 or p.attributes.get("material") == "copper" else WOOD, 2.4)
            p.oval(92.5, top + 8.5, 1.2, 1.2, INK, 0)
        else:
            for side in (1, -1):
                p.ring(cx + side * (w + 2), top + 11, 6, 4.4, dark(p.main, 0.2), 2.4)
        p.box(cx - w, top, cx + w, 86, p.main, 5)
        p.box(cx - w + 4, top + 6, cx - w + 8, 80, light(p.main, 0.35), 2, 0)
        if look.get("tiers"):
            p.line([(cx - w, 58), (cx + w, 58)], dark(p.main, 0.4), 1.4)
            for x in range(int(cx - w) + 6, int(cx + w), 6):
                p.oval(x, 53, 1, 1, dark(p.main, 0.5), 0)
        p.box(cx - w - 1.5, top - 2, cx + w + 1.5, top + 3, dark(p.main, 0.1), 1.5)
        p.blob([(cx - w, top - 1), (cx - w * 0.6, top - 9), (cx, top - 12), (cx + w * 0.6, top - 9), (cx + w, top - 1)], light(p.main, 0.08))
        p.oval(cx, top - 14, 4, 3.4, knob)
        return
    handle = p.accent if p.two else dark(p.main, 0.2)
    p.poly([(64, 58), (70, 52), (95, 80), (96, 88), (90, 91), (84, 88)], handle)
    p.oval(91.5, 86, 1.6, 1.6, dark(handle, 0.6), 0)
    if look.get("square"):
        p.box(10, 12, 72, 72, p.main, 7)
        p.box(15, 17, 67, 67, dark(p.main, 0.3), 5)
        for y in range(21, 66, 5):
            p.line([(19, y), (63, y)], light(p.main, 0.15), 1.4)
        return
    r = 24 + (float(p.attributes.get("diameter", 26)) - 20) * 1.1
    p.oval(42, 43, r, r, p.main if luma(p.main) < 210 else dark(p.main, 0.06))
    inner = (52, 52, 56) if not p.two else light(p.accent, 0.1) if luma(p.accent) > 150 else (58, 58, 62)
    p.oval(42, 43, r - 4, r - 4, inner)
    p.oval(42, 43.6, r - 7.5, r - 7.5, light(inner, 0.1))
    p.arc(42, 43, r - 12, 190, 260, light(inner, 0.4), 1.4)


def _shade(p: Pen, x: float, y: float, top: float, base: float, h: float, color: RGB) -> None:
    p.poly([(x - top, y), (x + top, y), (x + base, y + h), (x - base, y + h)], mix(color, GLOW, 0.35))
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
        for x, y, r in ((40, 40, 6), (60, 58, 8), (58, 32, 4), (36, 62, 5), (48, 72, 3), (70, 42, 3)):
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
            p.blob(sym([(50, 24), (72, 25), (70, 32), (56, 48), (60, 74), (74, 86), (50, 91)]), p.main)
            p.oval(50, 26, 22, 5, light(p.main, 0.2))
        else:
            _castors(p, metal, 80, 44)
            p.blob([(24, 34), (34, 40), (50, 34), (66, 40), (76, 34), (74, 46), (50, 50), (26, 46)], p.main)
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
        back = sym([(50, top), (50 + w - 3, top + 2), (50 + w, 38 + up), (50 + w - 4, 57 + up), (50, 59 + up)])
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


def bed(p: Pen) -> None:
    """Bed linen: a made bed, a folded cover or a pillow."""
    look = p.look
    if look.get("pillow"):
        pts = [(8, 36), (22, 32), (50, 28), (78, 32), (92, 36), (94, 54), (90, 74), (66, 76), (50, 73), (34, 76), (10, 74), (6, 54)]
        if look.get("notch"):
            pts = [(8, 34), (50, 28), (92, 34), (94, 56), (88, 76), (66, 74), (50, 62), (34, 74), (12, 76), (6, 56)]
        p.blob(pts, p.main)
        for side in (1, -1):
            p.curve([(50 + side * 38, 44), (50 + side * 30, 50), (50 + side * 34, 64)], dark(p.main, 0.14), 0.8)
        p.curve([(30, 46), (50, 52), (66, 46)], dark(p.main, 0.1), 0.7)
        return

    def pattern(y0: float, y1: float) -> None:
        kind = look.get("print")
        if kind == "check":
            for x in range(4, 100, 9):
                p.line([(x, y0), (x, y1)], mix(p.main, p.accent, 0.6), 2.6)
            for y in range(int(y0), int(y1), 9):
                p.line([(0, y), (100, y)], mix(p.main, p.accent, 0.45), 2.6)
        elif kind == "dots":
            for i in range(60):
                x, y = (i % 10) * 10 + (i // 10 % 2) * 5, y0 + (i // 10) * 8
                p.poly([(x, y - 1.8), (x + 0.6, y - 0.5), (x + 1.8, y), (x + 0.6, y + 0.5), (x, y + 1.8), (x - 0.6, y + 0.5), (x - 1.8, y), (x - 0.6, y - 0.5)], p.accent, 0)
        elif kind == "patch":
            tones = (p.main, p.accent, light(p.main, 0.4), dark(p.accent, 0.15), mix(p.main, p.accent, 0.5))
            for i in range(110):
                x, y = (i % 11) * 9.4, y0 + (i // 11) * 7
                p.box(x, y, x + 9.4, y + 7, tones[int(p.number(f"t{i}", 0, 4.99))], 0, 0.25)
        elif look.get("quilt") or look.get("duvet"):
            for x in range(12, 96, 14):
                p.line([(x, y0), (x, y1)], dark(p.main, 0.12), 0.6)
            for y in range(int(y0) + 6, int(y1), 9):
                p.line([(0, y), (100, y)], dark(p.main, 0.12), 0.6)

    if look.get("duvet"):
        for i in range(3):
            y = 68 - i * 16
            pts = [(10, y), (16, y - 6), (50, y - 8), (84, y - 6), (90, y), (91, y + 9), (84, y + 16), (50, y + 17), (16, y + 16), (9, y + 9)]
            p.blob(pts, p.main)
            p.within(pts, lambda y=y: pattern(y - 10, y + 18))  # type: ignore[misc]
            p.curve([(14, y + 10), (50, y + 13), (86, y + 10)], dark(p.main, 0.16), 0.7)
            if look.get("knit"):
                for x in range(14, 88, 6):
                    p.curve([(x, y - 4), (x + 3, y + 3), (x, y + 10)], dark(p.main, 0.22), 1.2)
        return
    p.box(8, 18, 92, 50, (166, 122, 82), 4)
    p.poly([(8, 86), (8, 52), (92, 52), (92, 86)], (236, 234, 228))
    for side in (1, -1):
        cx = 50 + side * 20
        p.blob([(cx - 17, 34), (cx, 31), (cx + 17, 34), (cx + 18, 44), (cx + 16, 52), (cx, 54), (cx - 16, 52), (cx - 18, 44)],
               light(p.main, 0.25) if not look.get("sheet") else WHITE)  # fmt: skip
    cover = [(6, 54), (30, 50), (50, 51), (70, 50), (94, 54), (96, 74), (94, 90), (70, 88), (50, 91), (30, 88), (6, 90), (4, 74)]
    if look.get("sheet"):
        cover = [(6, 52), (50, 50), (94, 52), (94, 82), (50, 84), (6, 82)]
    p.blob(cover, p.main)
    p.within(cover, lambda: pattern(48, 94))
    if look.get("sheet"):
        p.line([(7, 66), (93, 66)], dark(p.main, 0.2), 0.8)
        for x in range(10, 92, 5):
            p.line([(x, 78), (x + 1, 83)], dark(p.main, 0.2), 0.6)
    else:
        p.blob([(5, 55), (50, 50), (95, 55), (95, 63), (50, 60), (5, 63)], p.accent if p.two and not look.get("print") else light(p.main, 0.3))
        for x in (26, 50, 74):
            p.curve([(x, 66), (x + 2, 76), (x - 1, 88)], dark(p.main, 0.14), 0.8)


def bottle(p: Pen) -> None:
    """Skincare: pump, tube, dropper, jar, spray, tin or plain bottle."""
    shape = str(p.look.get("shape", "bottle"))
    cap = p.accent
    w = p.number("w", 14, 18)

    def label(y: float, h: float, half: float) -> None:
        tone = WHITE if luma(p.main) < 210 else light(p.accent, 0.75)
        p.box(50 - half, y, 50 + half, y + h, tone, 0.6)
        p.line([(50 - half + 3, y + h * 0.3), (50 + half - 3, y + h * 0.3)], dark(p.main, 0.35), 1.5)
        for i in range(2):
            p.line([(50 - half + 4, y + h * (0.52 + i * 0.2)), (50 + half - 4 - i * 2, y + h * (0.52 + i * 0.2))], (150, 150, 154), 0.7)

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


def petbed(p: Pen) -> None:
    """A bed for a dog or a cat."""
    shape = str(p.look.get("shape", "donut"))
    pad = light(p.main, 0.4) if not p.two else p.accent
    if shape == "donut":
        for i in range(28):
            a = math.radians(i * 360 / 28)
            p.oval(50 + 35 * math.cos(a), 56 + 22 * math.sin(a), 9, 8, p.main if i % 2 else light(p.main, 0.1), 0.2)
        p.oval(50, 55, 28, 15, pad)
        p.oval(50, 53, 22, 10, light(pad, 0.25), 0)
    elif shape == "flat":
        p.blob([(8, 60), (24, 44), (50, 42), (80, 44), (92, 60), (92, 76), (50, 80), (8, 76)], dark(p.main, 0.15))
        p.blob([(8, 58), (24, 44), (50, 42), (78, 44), (92, 58), (74, 68), (50, 70), (26, 68)], p.main)
        p.curve([(9, 66), (50, 75), (91, 66)], light(p.main, 0.3), 0.8)
        _paw(p, 50, 56, light(p.main, 0.4))
    elif shape == "sofa":
        p.blob([(8, 40), (18, 32), (50, 30), (82, 32), (92, 40), (94, 62), (92, 82), (8, 82), (6, 62)], p.main)
        p.blob([(20, 54), (50, 48), (80, 54), (82, 70), (50, 74), (18, 70)], light(p.main, 0.4))
        p.blob([(24, 70), (50, 73), (76, 70), (76, 82), (50, 85), (24, 82)], dark(p.main, 0.1))
        for x in (16, 84):
            p.curve([(x, 44), (x + (50 - x) * 0.08, 60), (x, 78)], dark(p.main, 0.25), 0.8)
    elif shape == "cave":
        p.blob(sym([(50, 18), (74, 26), (90, 54), (86, 80), (50, 86)]), p.main)
        p.oval(50, 58, 21, 19, dark(p.main, 0.6))
        p.ring(50, 58, 22, 20, dark(p.main, 0.2), 1.6)
        p.oval(43, 62, 1.8, 1.4, (230, 220, 90), 0)
        p.oval(57, 62, 1.8, 1.4, (230, 220, 90), 0)
    elif shape == "hammock":
        for x in (14, 86):
            p.line([(x, 12), (x, 44)], STEEL, 1.2)
            p.oval(x, 11, 5, 5, (176, 214, 226))
        p.box(8, 42, 92, 48, (120, 122, 128), 3)
        p.blob([(10, 46), (90, 46), (84, 66), (64, 76), (36, 76), (16, 66)], p.main)
        p.curve([(16, 52), (50, 66), (84, 52)], dark(p.main, 0.15), 0.8)
    elif shape == "cot":
        for x in (16, 36, 64, 84):
            p.line([(x, 54), (x + (2 if x > 50 else -2), 82)], (70, 72, 76), 3)
        p.blob([(6, 58), (22, 40), (78, 40), (94, 58)], dark(p.main, 0.2))
        p.poly([(8, 56), (24, 42), (76, 42), (92, 56)], p.main)
        p.line([(6, 58), (94, 58)], (70, 72, 76), 3)
    else:
        p.blob(sym([(50, 34), (86, 40), (94, 52), (84, 82), (50, 84)]), p.main)

        def weave() -> None:
            for row in range(9):
                for col in range(16):
                    x, y = 4 + col * 6.4 + (row % 2) * 3.2, 46 + row * 5
                    p.box(x, y, x + 5, y + 3, light(p.main, 0.25), 1, 0.2)

        p.within(sym([(50, 34), (86, 40), (94, 52), (84, 82), (50, 84)]), weave)
        p.oval(50, 46, 40, 12, dark(p.main, 0.35))
        p.oval(50, 48, 35, 9.4, p.accent)


def _paw(p: Pen, x: float, y: float, color: RGB) -> None:
    p.oval(x, y + 3, 5, 3.4, color, 0)
    for dx, dy in ((-6, -1), (-2.4, -3.6), (2.4, -3.6), (6, -1)):
        p.oval(x + dx, y + dy, 1.9, 1.7, color, 0)


KINDS = {
    "coffee": coffee, "kettle": kettle, "pan": pan, "lamp": lamp, "chair": chair, "bed": bed,
    "bottle": bottle, "petbed": petbed,
}  # fmt: skip
