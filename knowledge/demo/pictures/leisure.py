"""Sport, camping, cycling and drinking bottles."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

from knowledge.demo.pictures.canvas import (
    BRASS,
    GLASS,
    INK,
    RAINBOW,
    STEEL,
    WHITE,
    WOOD,
    Pen,
    dark,
    light,
    luma,
    sym,
)  # fmt: skip


def mat(p: Pen) -> None:
    """An exercise mat, half unrolled."""
    thick = min(float(p.attributes.get("thickness", 5)), 10) * 0.5
    p.poly([(30, 40), (66, 26), (94, 74), (56, 92)], p.main)
    p.poly([(56, 92), (94, 74), (94, 74 + thick), (56, 92 + thick)], dark(p.main, 0.3))
    p.line([(46, 44), (66, 80)], light(p.main, 0.3), 0.7)
    p.line([(64, 36), (84, 72)], light(p.main, 0.3), 0.7)
    p.poly([(22, 44), (60, 28), (68, 42), (32, 58)], dark(p.main, 0.12), 0)
    p.oval(26, 48, 11, 12, dark(p.main, 0.12))
    p.oval(62, 33, 9, 10, dark(p.main, 0.12), 0)
    for r in (9.4, 6.6, 3.8):
        p.ring(26, 48, r, r * 1.08, light(p.main, 0.25), 1.1)
    if p.pick("strap", True, False):
        p.line([(42, 27), (52, 52)], p.accent, 2)


def block(p: Pen) -> None:
    """Two yoga blocks."""
    for dx, dy in ((0, 0), (18, -26)):
        p.poly(
            [(14 + dx, 62 + dy), (50 + dx, 54 + dy), (72 + dx, 64 + dy), (36 + dx, 73 + dy)],
            light(p.main, 0.2),
        )
        p.poly(
            [(14 + dx, 62 + dy), (36 + dx, 73 + dy), (36 + dx, 91 + dy), (14 + dx, 80 + dy)], p.main
        )
        p.poly(
            [(36 + dx, 73 + dy), (72 + dx, 64 + dy), (72 + dx, 82 + dy), (36 + dx, 91 + dy)],
            dark(p.main, 0.16),
        )


def dumbbell(p: Pen) -> None:
    """A pair of dumbbells."""
    vinyl = luma(p.main) > 70
    for y in (34, 68):
        p.box(30, y - 3.4, 70, y + 3.4, STEEL if not vinyl else p.main, 2)
        for x in (24, 76):
            if vinyl:
                p.oval(x, y, 11, 13, p.main)
                p.oval(x, y, 6, 7.4, light(p.main, 0.25), 0)
            else:
                p.poly(
                    [
                        (x - 12, y - 7),
                        (x - 6, y - 14),
                        (x + 6, y - 14),
                        (x + 12, y - 7),
                        (x + 12, y + 7),
                        (x + 6, y + 14),
                        (x - 6, y + 14),
                        (x - 12, y + 7),
                    ],
                    p.main,
                )
                p.poly(
                    [(x - 6, y - 6), (x + 6, y - 6), (x + 6, y + 6), (x - 6, y + 6)],
                    light(p.main, 0.2),
                )
        for x in range(36, 66, 3):
            p.line([(x, y - 3), (x + 1.4, y + 3)], dark(STEEL if not vinyl else p.main, 0.25), 0.4)


def kettlebell(p: Pen) -> None:
    """A kettlebell."""
    p.arc(50, 30, 18, 150, 390, dark(p.main, 0.1), 6.4)
    p.oval(50, 64, 29, 26, p.main)
    p.box(34, 84, 66, 91, dark(p.main, 0.2), 2)
    p.oval(50, 64, 13, 13, light(p.main, 0.16))
    p.ring(50, 64, 13, 13, p.accent, 2)
    for side in (1, -1):
        p.line([(50 + side * 15, 40), (50 + side * 19, 44)], p.accent, 3)


def bands(p: Pen) -> None:
    """Loop bands in five colours."""
    for i in range(5):
        p.ring(50, 26 + i * 12, 34 - i * 1.5, 11, RAINBOW[(i * 3) % 7], 3.6)
    p.line([(50, 96), (50, 96)], INK, 0.4)


def rope(p: Pen) -> None:
    """A skipping rope."""
    p.curve([(26, 52), (22, 20), (50, 8), (78, 20), (74, 52)], p.accent, 1.4)
    p.curve([(26, 50), (34, 30), (50, 24), (66, 30), (74, 50)], p.accent, 1.4)
    for x, t in ((26, -3), (74, 3)):
        p.line([(x, 54), (x + t, 92)], p.main, 6)
        p.line([(x + t * 0.2, 60), (x + t * 0.8, 82)], p.accent, 1)
        p.oval(x, 52, 3.4, 3, STEEL)


def roller(p: Pen) -> None:
    """A foam roller."""
    p.poly([(26, 34), (78, 24), (84, 62), (34, 80)], p.main)
    p.oval(81, 43, 9, 19.6, p.main, 0)
    for i in range(6):
        for j in range(4):
            x, y = 40 + i * 7, 38 + j * 10 - i * 1.8
            p.box(x, y, x + 5, y + 7, light(p.main, 0.18), 1.2)
    p.oval(30, 57, 12, 23, dark(p.main, 0.1))
    p.oval(30, 57, 7, 15, (50, 52, 58))


def ball(p: Pen) -> None:
    """An exercise ball."""
    p.oval(50, 52, 40, 40, p.main)
    for i in (-2, -1, 0, 1, 2):
        half = math.sqrt(40**2 - (i * 12) ** 2)
        p.curve(
            [(50 - half, 52 + i * 12), (50, 56 + i * 14), (50 + half, 52 + i * 12)],
            dark(p.main, 0.18),
            0.8,
        )
    p.oval(36, 34, 8, 6, light(p.main, 0.5), 0)


def bench(p: Pen) -> None:
    """A padded bench on a steel frame."""
    frame = STEEL if luma(p.main) < 90 else dark(p.main, 0.15)
    if "kneel" in p.seed:
        for x in (20, 80):
            p.line([(x, 20), (x, 88)], frame, 4)
            p.line([(x - 6, 88), (x + 6, 88)], frame, 3)
        p.box(16, 50, 84, 60, p.main, 3)
        p.box(26, 62, 44, 80, dark(p.main, 0.2), 2)
        return
    p.line([(24, 62), (18, 90)], frame, 3.4)
    p.line([(76, 70), (82, 90)], frame, 3.4)
    p.line([(22, 74), (80, 76)], frame, 3.4)
    p.line([(46, 60), (58, 76)], frame, 3)
    for x in (18, 82):
        p.line([(x - 8, 91), (x + 8, 91)], INK, 3)
    p.poly([(50, 60), (54, 68), (14, 36), (18, 28), (24, 26)], p.main)
    p.box(52, 58, 88, 68, p.main, 4)
    p.line([(24, 34), (50, 58)], p.accent, 0.9)


def bar(p: Pen) -> None:
    """A pull-up bar."""
    p.line([(10, 40), (90, 40)], p.main, 4)
    for x in (10, 26, 74, 90):
        p.line([(x, 34), (x, 46)], (90, 92, 98), 7)
    for side in (1, -1):
        p.line([(50 + side * 20, 40), (50 + side * 26, 66)], p.main, 3.4)
        p.line([(50 + side * 26, 66), (50 + side * 26, 80)], (90, 92, 98), 6)
    p.line([(22, 66), (78, 66)], p.main, 3)


def cushion(p: Pen) -> None:
    """A round meditation cushion."""
    p.blob(sym([(50, 34), (78, 40), (90, 58), (80, 76), (50, 80)]), p.main)
    p.oval(50, 46, 34, 11, light(p.main, 0.12))
    for i in range(-4, 5):
        p.curve([(50 + i * 8, 52), (50 + i * 9.4, 64), (50 + i * 8.4, 78)], dark(p.main, 0.2), 0.6)
    p.oval(50, 45, 2, 1, dark(p.main, 0.3), 0)


def tent(p: Pen) -> None:
    """A tent in one of eight shapes."""
    shape = str(p.look.get("shape", "dome"))
    fly, inner = p.main, p.accent if p.two else dark(p.main, 0.35)
    p.blob([(4, 86), (50, 82), (96, 86), (50, 92)], (150, 172, 118), 0)
    if shape == "ridge":
        p.poly([(50, 18), (90, 86), (50, 86)], dark(fly, 0.16))
        p.poly([(50, 18), (58, 86), (10, 86)], fly)
        p.poly([(50, 34), (54, 86), (34, 86)], dark(fly, 0.5))
        p.line([(50, 18), (96, 84)], INK, 0.5)
        p.line([(50, 18), (4, 84)], INK, 0.5)
    elif shape == "bell":
        p.poly([(50, 12), (88, 62), (12, 62)], fly)
        p.poly([(12, 62), (88, 62), (88, 86), (12, 86)], dark(fly, 0.08))
        p.poly([(50, 30), (60, 86), (40, 86)], dark(fly, 0.55))
        p.poly([(50, 30), (40, 86), (32, 86), (36, 62)], light(fly, 0.2))
        for x in (28, 72):
            p.line([(50, 12), (x, 62)], dark(fly, 0.2), 0.6)
        p.poly([(50, 12), (50, 4), (58, 8)], (204, 70, 60), 0)
    elif shape == "teepee":
        for a, b in ((40, 62), (60, 38), (46, 55), (54, 45)):
            p.line([(b, 6), (a + (a - b) * 1.2, 88)], WOOD, 1.6)
        p.poly([(50, 18), (84, 88), (16, 88)], fly)
        p.poly([(50, 40), (62, 88), (38, 88)], dark(fly, 0.4))
        p.poly([(50, 40), (38, 88), (26, 88)], p.accent)
        for i in range(6):
            p.poly(
                [(34 + i * 5.4, 40 + (i % 2) * 2), (38 + i * 5.4, 40), (36 + i * 5.4, 45)],
                RAINBOW[i],
                0,
            )
    elif shape == "tarp":
        for x in (20, 80):
            p.line([(x, 34), (x, 88)], WOOD, 1.6)
        p.poly([(8, 48), (50, 22), (92, 48), (76, 58), (50, 40), (24, 58)], fly)
        p.poly([(50, 22), (92, 48), (76, 58), (50, 40)], dark(fly, 0.15))
    elif shape == "shelter":
        p.blob([(8, 86), (16, 50), (40, 26), (64, 28), (86, 52), (94, 86)], fly)
        p.blob([(20, 86), (28, 58), (46, 42), (64, 48), (78, 86)], p.accent)
        p.blob([(28, 86), (36, 64), (50, 54), (62, 62), (70, 86)], dark(fly, 0.5))
    elif shape == "tunnel":
        body = [(6, 86), (10, 46), (26, 28), (60, 26), (86, 40), (95, 86)]
        p.blob(body, fly)
        p.within(body, lambda: p.box(38, 0, 62, 100, inner, 0, 0))
        for x in (26, 62):
            p.curve([(x - 6, 86), (x - 3, 50), (x + 2, 26)], INK, 0.9)
        p.blob([(68, 86), (72, 54), (80, 50), (88, 86)], dark(fly, 0.5))
        p.box(16, 50, 30, 62, GLASS, 2)
    else:
        body = [(6, 86), (18, 54), (38, 30), (52, 26), (68, 32), (86, 58), (95, 86), (50, 88)]
        p.blob(body, fly)
        p.blob([(34, 87), (42, 56), (52, 46), (60, 56), (66, 87)], dark(inner, 0.3))
        p.line([(52, 46), (50, 87)], light(inner, 0.3), 0.9)
        p.curve([(10, 84), (34, 36), (56, 27)], INK, 0.8)
        p.curve([(92, 84), (72, 38), (48, 26)], INK, 0.8)
        if shape == "geo":
            p.curve([(14, 62), (50, 40), (88, 62)], INK, 0.8)
            p.curve([(26, 44), (50, 60), (78, 44)], INK, 0.8)
            p.poly([(40, 32), (60, 32), (50, 44)], p.accent)
        else:
            p.blob(
                [(32, 34), (50, 24), (70, 34), (62, 40), (50, 37), (40, 40)],
                p.accent if p.two else light(fly, 0.3),
            )


def helmet(p: Pen) -> None:
    """A cycle helmet from the side."""
    for x in (34.0, 58.0):
        p.line([(x, 62), (48, 90)], (70, 72, 76), 1.4)
    body = [(8, 62), (10, 42), (26, 24), (50, 18), (74, 24), (90, 44), (93, 60), (70, 62), (40, 66)]
    if p.look.get("aero"):
        body = [(6, 56), (14, 38), (34, 24), (58, 22), (80, 32), (96, 56), (72, 62), (38, 66)]
    p.blob(body, p.main)
    vents = int(float(p.attributes.get("vents", 8)))
    count = 3 if vents < 8 else 4 if vents < 12 else 5
    for i in range(count):
        x = 22 + i * (54 / count)
        p.blob(
            [(x, 50), (x + 6, 32), (x + 11, 31), (x + 7, 52)],
            dark(p.main, 0.6) if luma(p.main) > 60 else (92, 94, 100),
        )
    p.curve([(10, 58), (40, 62), (91, 57)], p.accent, 2.2)
    if p.attributes.get("light"):
        p.oval(10, 52, 3, 4, (226, 50, 46))


def light_(p: Pen) -> None:
    """A bicycle lamp."""
    if p.look.get("rear"):
        p.box(34, 20, 66, 80, INK, 10)
        p.box(38, 25, 62, 75, p.main, 7)
        for y in (34, 50, 66):
            p.oval(50, y, 7, 6, light(p.main, 0.45))
        return
    p.poly([(30, 36), (8, 22), (8, 78), (30, 64)], (255, 246, 206), 0)
    p.box(28, 34, 84, 66, p.main, 6)
    p.oval(30, 50, 8, 18, STEEL)
    p.oval(29, 50, 5, 13, (255, 250, 224))
    for x in (50, 57, 64):
        p.line([(x, 38), (x, 62)], light(p.main, 0.25), 1)
    p.box(52, 64, 68, 82, dark(p.main, 0.2), 2)
    p.oval(74, 44, 2.4, 2.4, (90, 210, 130))


def lock(p: Pen) -> None:
    """A D-lock, or a folding one."""
    if p.look.get("chain"):
        pts = [(16, 34), (38, 18), (64, 24), (80, 46), (70, 72), (42, 82)]
        for a, b in pairwise(pts):
            p.line([a, b], p.main, 6)
        for x, y in pts:
            p.oval(x, y, 4, 4, STEEL)
        p.box(10, 36, 30, 66, dark(p.main, 0.2), 4)
        p.oval(20, 54, 3.4, 3.4, BRASS)
        return
    p.arc(50, 40, 25, 180, 360, p.main, 6)
    for x in (25, 75):
        p.line([(x, 40), (x, 72)], p.main, 6)
    p.box(14, 68, 86, 84, p.accent if p.two else dark(p.main, 0.1), 6)
    p.oval(50, 76, 4.4, 4.4, STEEL)
    p.line([(50, 74), (50, 79)], INK, 1.2)


def pump(p: Pen) -> None:
    """A track pump or a mini pump."""
    if p.look.get("mini"):
        p.line([(22, 78), (62, 38)], p.main, 9)
        p.line([(60, 40), (78, 22)], STEEL, 4)
        p.line([(74, 26), (86, 14)], dark(p.main, 0.3), 8)
        p.curve([(20, 80), (12, 70), (20, 58), (30, 58)], INK, 1.6)
        return
    p.box(30, 8, 70, 15, WOOD, 3)
    p.line([(50, 14), (50, 34)], STEEL, 2)
    p.box(44, 32, 56, 84, p.main, 2)
    p.box(28, 84, 72, 91, INK, 2)
    p.oval(50, 74, 9, 9, WHITE)
    p.ring(50, 74, 9, 9, INK, 1.4)
    p.line([(50, 74), (54, 69)], (206, 50, 46), 1)
    p.curve([(56, 80), (80, 78), (84, 50), (70, 36), (64, 44)], INK, 1.8)


def cage(p: Pen) -> None:
    """A bottle cage."""
    p.box(46, 14, 54, 84, dark(p.main, 0.2), 2)
    for y in (28, 46):
        p.ring(50, y, 24, 8, p.main, 3)
    p.curve([(26, 46), (30, 70), (40, 84), (60, 84), (70, 70), (74, 46)], p.main, 4)
    for y in (34, 62):
        p.oval(50, y, 2, 2, STEEL)


def saddle(p: Pen) -> None:
    """A bicycle saddle from above."""
    p.blob(sym([(50, 8), (55, 12), (59, 40), (78, 70), (76, 84), (60, 88), (50, 84)]), p.main)
    p.blob(sym([(50, 24), (52.4, 30), (54, 56), (53, 76), (50, 80)]), dark(p.main, 0.6))
    for side in (1, -1):
        p.curve(
            [(50 + side * 6, 20), (50 + side * 9, 44), (50 + side * 22, 74)],
            light(p.main, 0.3),
            0.7,
        )


def bell(p: Pen) -> None:
    """A bicycle bell."""
    p.ring(50, 78, 15, 13, (70, 72, 76), 4)
    p.box(44, 58, 56, 68, (70, 72, 76), 1)
    p.blob(sym([(50, 18), (66, 24), (80, 48), (83, 58), (50, 62)]), p.main)
    p.curve([(30, 46), (36, 32), (46, 26)], light(p.main, 0.6), 1.8)
    p.oval(50, 19, 4, 3, dark(p.main, 0.15))
    p.line([(80, 56), (92, 48)], STEEL, 2.4)


def multitool(p: Pen) -> None:
    """A folded multitool with keys out."""
    for angle, length in ((-150, 34), (-120, 38), (-90, 36), (-60, 40), (-35, 34)):
        a = math.radians(angle)
        x, y = 50 + length * math.cos(a), 54 + length * math.sin(a)
        p.line([(50, 58), (x, y)], STEEL, 2.8)
        p.line([(x, y), (x + 6 * math.sin(-a), y + 6 * math.cos(a))], STEEL, 2.8)
    p.box(22, 52, 78, 80, p.accent, 8)
    p.box(28, 58, 72, 74, p.main, 5)
    for x in (30, 70):
        p.oval(x, 66, 3, 3, dark(STEEL, 0.3))


def flask(p: Pen) -> None:
    """A drinking bottle."""
    look = p.look
    cap = p.accent if p.two else dark(p.main, 0.55) if luma(p.main) > 60 else STEEL
    if look.get("tumbler"):
        p.poly([(34, 22), (66, 22), (60, 92), (40, 92)], p.main)
        p.box(32, 14, 68, 23, cap, 3)
        p.box(33.6, 44, 66.4, 60, dark(p.main, 0.2), 1)
        return
    if look.get("squeeze"):
        p.box(45, 6, 55, 16, INK, 2)
        p.box(37, 14, 63, 24, cap, 3)
        p.blob(sym([(50, 23), (64, 26), (66, 38), (61, 48), (66, 60), (66, 88), (50, 93)]), p.main)
        p.curve([(40, 66), (50, 72), (60, 62)], p.accent, 2.4)
        return
    if look.get("kids"):
        p.curve([(52, 14), (58, 6), (66, 8)], light(p.main, 0.5), 2.6)
        p.box(36, 12, 64, 26, cap, 5)
        p.box(34, 24, 66, 92, p.main, 9)
        p.oval(50, 56, 10, 10, light(p.main, 0.5))
        for x in (46, 54):
            p.oval(x, 54, 1.3, 1.5, INK, 0)
        p.curve([(45, 60), (50, 63), (55, 60)], INK, 0.8)
        return
    if look.get("wide"):
        p.box(34, 10, 66, 24, cap, 3)
        p.curve([(66, 16), (78, 24), (70, 36)], cap, 2.4)
        p.box(30, 24, 70, 92, p.main, 7)
        for y in range(40, 86, 8):
            p.line(
                [(56, y), (65, y)],
                light(p.main, 0.6) if luma(p.main) < 180 else dark(p.main, 0.4),
                0.7,
            )
        return
    if look.get("glass"):
        p.box(41, 6, 59, 16, WOOD, 2)
        p.blob(sym([(58, 16), (60, 24), (66, 34), (66, 90), (50, 93)]), GLASS)
        p.box(33.6, 44, 66.4, 92, p.main, 4)
        p.oval(50, 62, 5, 9, GLASS)
        return
    p.box(42, 6, 58, 18, cap, 2.5)
    p.blob(sym([(58, 18), (60, 24), (66, 32), (67, 60), (66, 90), (50, 93)]), p.main)
    p.box(33, 36, 67, 92, p.main, 4, 0.2)
    p.box(37, 40, 40, 86, light(p.main, 0.35), 1.4, 0)
    p.poly(
        [(46, 64), (50, 57), (54, 64)],
        light(p.main, 0.6) if luma(p.main) < 200 else dark(p.main, 0.4),
        0,
    )


KINDS: dict[str, Callable[[Pen], None]] = {
    "mat": mat,
    "block": block,
    "dumbbell": dumbbell,
    "kettlebell": kettlebell,
    "bands": bands,
    "rope": rope,
    "roller": roller,
    "ball": ball,
    "bench": bench,
    "bar": bar,
    "cushion": cushion,
    "tent": tent,
    "helmet": helmet,
    "light": light_,
    "lock": lock,
    "pump": pump,
    "cage": cage,
    "saddle": saddle,
    "bell": bell,
    "multitool": multitool,
    "flask": flask,
}
