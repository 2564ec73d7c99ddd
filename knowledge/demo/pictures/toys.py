"""Toys and board games."""

from __future__ import annotations

import math
from collections.abc import Callable

from knowledge.demo.pictures.canvas import (
    BRASS,
    GLASS,
    INK,
    RAINBOW,
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


def plush(p: Pen) -> None:
    """A sitting soft toy: bear, rabbit, elephant or cat."""
    animal = str(p.look.get("animal", "bear"))
    inner = p.accent if p.two else light(p.main, 0.4)
    if animal == "rabbit":
        for side in (1, -1):
            p.blob(
                [
                    (50 + side * 7, 28),
                    (50 + side * 10, 6),
                    (50 + side * 17, 3),
                    (50 + side * 20, 14),
                    (50 + side * 15, 30),
                ],
                p.main,
            )
            p.blob(
                [
                    (50 + side * 10, 26),
                    (50 + side * 12, 10),
                    (50 + side * 16, 8),
                    (50 + side * 17, 15),
                    (50 + side * 13, 26),
                ],
                inner,
                0,
            )
    elif animal == "elephant":
        for side in (1, -1):
            p.oval(50 + side * 24, 34, 14, 16, p.main)
            p.oval(50 + side * 24, 35, 9, 11, inner, 0)
    elif animal == "cat":
        for side in (1, -1):
            p.poly([(50 + side * 6, 24), (50 + side * 20, 6), (50 + side * 22, 32)], p.main)
            p.poly([(50 + side * 11, 22), (50 + side * 18.6, 12), (50 + side * 19, 26)], inner, 0)
    else:
        for side in (1, -1):
            p.oval(50 + side * 17, 18, 8, 8, p.main)
            p.oval(50 + side * 17, 18, 4.6, 4.6, inner, 0)
    for side in (1, -1):
        p.blob(
            [
                (50 + side * 14, 54),
                (50 + side * 28, 62),
                (50 + side * 30, 74),
                (50 + side * 22, 76),
                (50 + side * 13, 66),
            ],
            dark(p.main, 0.06),
        )
    p.oval(50, 68, 20, 21, p.main)
    p.oval(50, 70, 12, 13.4, inner, 0)
    for side in (1, -1):
        p.oval(50 + side * 18, 86, 10, 8.6, p.main)
        p.oval(50 + side * 19, 87, 5.6, 5, inner, 0)
    p.oval(50, 34, 21, 18.6, p.main)
    for side in (1, -1):
        p.oval(50 + side * 8, 31, 2, 2.4, INK if luma(p.main) > 70 else (236, 196, 70), 0)
        p.oval(50 + side * 8 + 0.7, 30.2, 0.7, 0.7, WHITE, 0)
    if animal == "elephant":
        p.curve([(50, 36), (50, 48), (46, 55), (40, 55)], dark(p.main, 0.08), 6)
        return
    p.oval(50, 40, 8, 6, inner, 0)
    p.oval(50, 37, 2.6, 1.8, INK, 0)
    p.curve([(46, 42), (48, 43.6), (50, 41), (52, 43.6), (54, 42)], INK, 0.7)
    if animal == "cat":
        for side in (1, -1):
            for dy in (-1.4, 1.4):
                p.line([(50 + side * 9, 40 + dy * 0.4), (50 + side * 22, 39 + dy * 1.6)], INK, 0.4)
    if animal == "bear":
        p.poly([(50, 54), (40, 50), (40, 59)], (190, 52, 56))
        p.poly([(50, 54), (60, 50), (60, 59)], (190, 52, 56))


def blocks(p: Pen) -> None:
    """Building blocks, a marble run, or a sorting cube."""
    if p.look.get("cube"):
        p.poly([(20, 38), (50, 24), (80, 38), (50, 52)], light(WOOD, 0.35))
        p.poly([(20, 38), (50, 52), (50, 90), (20, 76)], WOOD)
        p.poly([(80, 38), (50, 52), (50, 90), (80, 76)], dark(WOOD, 0.14))
        p.oval(35, 64, 7, 8, RAINBOW[5])
        p.poly([(58, 66), (72, 60), (66, 78)], RAINBOW[0])
        p.poly([(43, 38), (50, 34), (57, 38), (50, 42)], RAINBOW[2])
        p.box(8, 80, 20, 92, RAINBOW[3], 1)
        p.oval(88, 84, 6, 6, RAINBOW[1])
        return
    if p.look.get("run"):
        for x in (22, 50, 78):
            for i in range(6 if x == 22 else 4 if x == 50 else 2):
                p.box(x - 5, 80 - i * 12, x + 5, 91 - i * 12, RAINBOW[(i * 2 + x) % 7], 1)
        p.line([(20, 18), (54, 40)], RAINBOW[5], 5)
        p.line([(46, 46), (84, 66)], RAINBOW[3], 5)
        for x, y in ((32, 22), (60, 50), (88, 88)):
            p.oval(x, y, 3.2, 3.2, (90, 170, 220))
        return
    tone = (*RAINBOW, WOOD, light(WOOD, 0.3))
    for row, (y, count, start) in enumerate(((74, 5, 12), (57, 4, 20), (40, 2, 36))):
        for i in range(count):
            x = start + i * 16
            p.box(x, y, x + 15, y + 16, tone[(i * 4 + row * 3) % 9], 1.2)
            p.box(x + 2.4, y + 2.4, x + 6, y + 5, light(tone[(i * 4 + row * 3) % 9], 0.4), 1, 0)
    p.poly([(34, 40), (52, 20), (70, 40)], RAINBOW[0])
    p.oval(84, 50, 7, 7, RAINBOW[4])


def _wheel(p: Pen, x: float, y: float, r: float, hub: RGB) -> None:
    p.oval(x, y, r, r, INK)
    p.oval(x, y, r * 0.5, r * 0.5, hub)


def train(p: Pen) -> None:
    """A toy train with a wagon."""
    p.box(8, 52, 40, 72, p.accent, 2)
    for x in (14, 24, 34):
        p.oval(x, 50, 5, 5, WOOD)
    p.line([(40, 68), (48, 68)], INK, 1.6)
    p.box(46, 42, 66, 72, p.main, 2)
    p.box(50, 47, 62, 56, GLASS, 1)
    p.box(43, 37, 69, 43, p.accent, 2)
    p.box(64, 54, 90, 72, light(p.main, 0.1), 5)
    p.box(76, 38, 83, 55, INK, 1)
    p.box(74, 36, 85, 40, p.accent, 1)
    for x, r in ((16, 6), (33, 6), (53, 7), (68, 6), (82, 6)):
        _wheel(p, x, 76, r, WOOD)
    p.line([(4, 84), (96, 84)], WOOD, 3)


def truck(p: Pen) -> None:
    """A toy truck, or an excavator."""
    if p.look.get("arm"):
        p.box(14, 74, 66, 90, INK, 8)
        for x in (22, 34, 46, 58):
            p.oval(x, 82, 5, 5, (120, 122, 126))
        p.box(18, 50, 58, 74, p.main, 3)
        p.box(36, 34, 58, 62, dark(p.main, 0.08), 3)
        p.box(40, 38, 55, 52, GLASS, 1)
        p.line([(56, 60), (74, 28)], p.main, 6)
        p.line([(74, 28), (88, 52)], p.main, 5)
        p.blob([(82, 50), (94, 52), (92, 68), (78, 66)], (84, 86, 92))
        return
    p.poly([(62, 40), (78, 40), (90, 56), (90, 74), (62, 74)], p.main)
    p.poly([(68, 45), (77, 45), (84, 56), (68, 56)], GLASS)
    p.box(10, 62, 64, 74, p.accent, 2)
    p.line([(52, 62), (22, 34)], dark(p.main, 0.15), 4)
    p.line([(22, 34), (20, 52)], INK, 1)
    p.arc(20, 55, 3, -60, 180, STEEL, 1.4)
    p.box(66, 35, 74, 40, (240, 150, 40), 2)
    for x in (24, 76):
        _wheel(p, x, 77, 9, WOOD)


def rainbow(p: Pen) -> None:
    """Wooden arches inside each other."""
    tones = RAINBOW if not p.two else tuple(mix(p.main, p.accent, i / 6) for i in range(7))
    for i, tone in enumerate(tones):
        p.arc(50, 78, 42 - i * 5.6, 180, 360, tone, 5)
        p.arc(50, 78, 44.2 - i * 5.6, 182, 358, light(tone, 0.25), 0.5)


def doll(p: Pen) -> None:
    """A rag doll in a dress."""
    for x in (43, 57):
        p.line([(x, 72), (x, 90)], (242, 214, 188), 5)
        p.oval(x, 92, 4.6, 3, p.main)
    for side in (1, -1):
        p.line([(50 + side * 10, 46), (50 + side * 26, 60)], (242, 214, 188), 4.6)
    p.blob(sym([(50, 40), (60, 43), (64, 58), (74, 78), (50, 81)]), p.main)
    for i in range(10):
        p.oval(34 + (i % 5) * 8, 64 + (i // 5) * 9, 1.4, 1.4, WHITE, 0)
    p.oval(50, 26, 15, 15, (244, 218, 192))
    hair = p.pick("hair", (150, 84, 44), (214, 150, 60), (70, 46, 36))
    p.blob([(34, 28), (38, 12), (50, 8), (62, 12), (66, 28), (58, 19), (50, 17), (42, 19)], hair)
    for side in (1, -1):
        p.line([(50 + side * 16, 26), (50 + side * 19, 46)], hair, 5)
        p.oval(50 + side * 18, 37, 3, 2, p.main)
        p.oval(50 + side * 5, 27, 1.4, 1.6, INK, 0)
        p.oval(50 + side * 8, 32, 2, 1.4, (240, 160, 150), 0)
    p.curve([(46, 33), (50, 35), (54, 33)], (180, 70, 70), 0.8)


def telescope(p: Pen) -> None:
    """A small telescope on a tripod."""
    for x in (30, 52, 74):
        p.line([(52, 56), (x, 94)], dark(STEEL, 0.3), 2.2)
    p.poly([(20, 60), (24, 68), (84, 34), (78, 22)], p.main)
    p.poly([(76, 20), (84, 37), (92, 33), (84, 16)], dark(p.main, 0.25))
    p.poly([(14, 63), (18, 71), (26, 67), (22, 59)], INK)
    p.line([(34, 50), (58, 37)], STEEL, 2.4)
    p.oval(52, 54, 4, 4, BRASS)


def kite(p: Pen) -> None:
    """A triangular kite with tails."""
    p.curve([(48, 56), (40, 70), (54, 82), (46, 96)], p.accent, 1.6)
    p.curve([(54, 56), (62, 70), (56, 84), (66, 94)], p.main, 1.6)
    p.poly([(50, 8), (92, 58), (50, 50)], p.accent)
    p.poly([(50, 8), (8, 58), (50, 50)], p.main)
    p.poly([(50, 22), (66, 48), (50, 50), (34, 48)], light(p.main, 0.5), 0.2)
    p.line([(50, 8), (50, 50)], INK, 0.8)


def boat(p: Pen) -> None:
    """Three toy boats."""
    for x, y, s, a, b in (
        (34, 48, 1.1, p.main, p.accent),
        (70, 56, 0.9, p.accent, p.main),
        (46, 84, 1.0, light(p.main, 0.35), p.accent),
    ):
        p.blob(
            [
                (x - 22 * s, y - 6 * s),
                (x, y - 4 * s),
                (x + 24 * s, y - 8 * s),
                (x + 16 * s, y + 7 * s),
                (x - 15 * s, y + 7 * s),
            ],
            a,
        )
        p.box(x - 8 * s, y - 16 * s, x + 6 * s, y - 5 * s, b, 2)
        p.box(x - 3 * s, y - 24 * s, x + 2 * s, y - 15 * s, a, 1)
        p.oval(x - 1 * s, y - 10.5 * s, 2, 2, GLASS)


def game(p: Pen) -> None:
    """A game's box, three quarters, with its picture."""
    small = bool(p.look.get("small"))
    x, x2, y, y2 = (26.0, 70.0, 22.0, 82.0) if small else (14.0, 78.0, 18.0, 84.0)
    p.poly([(x2, y), (x2 + 9, y - 5), (x2 + 9, y2 - 7), (x2, y2)], dark(p.main, 0.35))
    p.poly([(x, y), (x + 9, y - 5), (x2 + 9, y - 5), (x2, y)], light(p.main, 0.2))
    p.box(x, y, x2, y2, p.main, 0.6)
    p.box(x + 3, y + 3, x2 - 3, y2 - 3, light(p.main, 0.08), 1)
    cx, cy, a = (x + x2) / 2, (y + y2) / 2 + 5, p.accent
    motif = str(p.look.get("motif", "drops"))
    if motif == "moon":
        p.oval(cx + 8, cy - 8, 9, 9, a, 0)
        p.poly([(cx - 20, cy + 16), (cx - 8, cy - 4), (cx + 2, cy + 16)], dark(p.main, 0.4), 0)
        p.poly(
            [(cx - 24, cy + 14), (cx + 24, cy + 14), (cx + 18, cy + 21), (cx - 18, cy + 21)], a, 0
        )
    elif motif == "owl":
        p.oval(cx, cy + 2, 14, 18, a)
        for side in (1, -1):
            p.oval(cx + side * 6, cy - 5, 5.6, 5.6, WHITE)
            p.oval(cx + side * 6, cy - 5, 2.6, 2.6, INK, 0)
            p.poly(
                [(cx + side * 4, cy - 13), (cx + side * 13, cy - 20), (cx + side * 12, cy - 9)], a
            )
        p.poly([(cx - 2.4, cy), (cx + 2.4, cy), (cx, cy + 5)], (240, 180, 60))
    elif motif == "stairs":
        for i in range(5):
            p.box(
                cx - 20 + i * 8,
                cy + 14 - i * 7,
                cx - 12 + i * 8,
                cy + 21,
                mix(a, p.main, i * 0.1),
                0.3,
            )
    elif motif == "leaf":
        for i in range(7):
            t = math.radians(i * 51)
            lx, ly = cx + 13 * math.cos(t), cy + 13 * math.sin(t)
            p.blob(
                [
                    (cx + 3 * math.cos(t), cy + 3 * math.sin(t)),
                    (lx - 4 * math.sin(t), ly + 4 * math.cos(t)),
                    (cx + 22 * math.cos(t), cy + 20 * math.sin(t)),
                    (lx + 4 * math.sin(t), ly - 4 * math.cos(t)),
                ],
                mix(a, (80, 150, 70), 0.5 * (i % 2)),
            )
        p.oval(cx, cy, 4, 4, (200, 60, 60))
    elif motif == "hills":
        p.poly([(cx - 25, cy + 20), (cx - 8, cy - 12), (cx + 8, cy + 20)], a, 0)
        p.poly([(cx - 4, cy + 20), (cx + 12, cy - 4), (cx + 25, cy + 20)], mix(a, p.main, 0.35), 0)
        p.poly([(cx - 12.4, cy - 4), (cx - 8, cy - 12), (cx - 4, cy - 4)], WHITE, 0)
    elif motif in ("chess", "go"):
        step, n = (6.0, 7) if motif == "chess" else (5.0, 9)
        x0, y0 = cx - step * n / 2, cy - step * n / 2
        p.box(x0 - 1, y0 - 1, x0 + step * n + 1, y0 + step * n + 1, light(WOOD, 0.3), 0.5)
        for i in range(n):
            for j in range(n):
                if motif == "chess" and (i + j) % 2:
                    p.box(
                        x0 + i * step,
                        y0 + j * step,
                        x0 + (i + 1) * step,
                        y0 + (j + 1) * step,
                        p.main,
                        0,
                        0,
                    )
                elif motif == "go":
                    p.line(
                        [(x0 + i * step + 2.5, y0 + 2), (x0 + i * step + 2.5, y0 + step * n - 2)],
                        dark(WOOD, 0.4),
                        0.3,
                    )
                    p.line(
                        [(x0 + 2, y0 + j * step + 2.5), (x0 + step * n - 2, y0 + j * step + 2.5)],
                        dark(WOOD, 0.4),
                        0.3,
                    )
                    if p.number(f"g{i}{j}", 0, 1) > 0.72:
                        p.oval(
                            x0 + i * step + 2.5,
                            y0 + j * step + 2.5,
                            2.1,
                            2.1,
                            INK if (i + j) % 2 else WHITE,
                        )
    elif motif == "tiles":
        for i in range(12):
            tx, ty = cx - 17 + (i % 4) * 9, cy - 14 + (i // 4) * 12
            p.box(tx, ty, tx + 7.6, ty + 10.4, (250, 246, 232), 1)
            p.oval(tx + 3.8, ty + 5.2, 2, 2, (p.accent, (30, 110, 70), (40, 70, 150))[i % 3], 0)
    elif motif == "jigsaw":
        for i in range(4):
            for j in range(4):
                tx, ty = cx - 22 + i * 11, cy - 20 + j * 10
                tone = mix(p.main, a, (i + j) / 6)
                p.box(tx, ty, tx + 11, ty + 10, tone, 0, 0.4)
                p.oval(tx + 11, ty + 5, 1.8, 1.8, tone, 0.3)
                p.oval(tx + 5.5, ty + 10, 1.8, 1.8, tone, 0.3)
    else:
        for i in range(14):
            p.oval(
                p.number(f"dx{i}", x + 8, x2 - 8),
                p.number(f"dy{i}", y + 20, y2 - 8),
                2 + i % 4,
                2 + i % 4,
                RAINBOW[i % 7],
                0,
            )
    p.box(x + 8, y + 6, x2 - 8, y + 14, a, 1.2)
    p.line([(x + 12, y + 10), (x2 - 12, y + 10)], p.main, 2)


KINDS: dict[str, Callable[[Pen], None]] = {
    "plush": plush,
    "blocks": blocks,
    "train": train,
    "truck": truck,
    "rainbow": rainbow,
    "doll": doll,
    "telescope": telescope,
    "kite": kite,
    "boat": boat,
    "game": game,
}
