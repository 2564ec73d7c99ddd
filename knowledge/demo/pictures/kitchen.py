"""Coffee makers, kettles, pots and pans."""

from __future__ import annotations

from collections.abc import Callable

from knowledge.demo.pictures.canvas import (
    BRASS,
    GLASS,
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

COFFEE: RGB = (76, 46, 30)


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
            p.blob(
                [(29.4, 62), (42, 61), (54.8, 62), (55, 68), (51, 78), (33, 78), (29, 68)],
                COFFEE,
                0,
            )
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
        p.blob(
            [(34, 14), (52, 10), (68, 16), (72, 40), (70, 86), (52, 90), (50, 60), (34, 40)], p.main
        )
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
    p.blob(
        [
            (66, 28),
            (82, 26),
            (88, 40),
            (86, 66),
            (74, 74),
            (72, 70),
            (80, 60),
            (80, 40),
            (74, 34),
            (66, 36),
        ],
        handle,
    )
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
    p.blob(
        sym([(50, 19), (60, 22), (62, 26), (50, 28)]),
        dark(body, 0.25) if not dome else dark(p.main, 0.1),
    )
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
            p.box(
                cx + w - 2,
                top + 6,
                96,
                top + 11,
                STEEL if luma(p.main) > 150 or p.attributes.get("material") == "copper" else WOOD,
                2.4,
            )
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
        p.blob(
            [
                (cx - w, top - 1),
                (cx - w * 0.6, top - 9),
                (cx, top - 12),
                (cx + w * 0.6, top - 9),
                (cx + w, top - 1),
            ],
            light(p.main, 0.08),
        )
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
    inner = (
        (52, 52, 56)
        if not p.two
        else light(p.accent, 0.1)
        if luma(p.accent) > 150
        else (58, 58, 62)
    )
    p.oval(42, 43, r - 4, r - 4, inner)
    p.oval(42, 43.6, r - 7.5, r - 7.5, light(inner, 0.1))
    p.arc(42, 43, r - 12, 190, 260, light(inner, 0.4), 1.4)


KINDS: dict[str, Callable[[Pen], None]] = {
    "coffee": coffee,
    "kettle": kettle,
    "pan": pan,
}
