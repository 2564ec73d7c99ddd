"""Bed linen, and beds for pets."""

from __future__ import annotations

import math
from collections.abc import Callable

from knowledge.demo.pictures.canvas import (
    RGB,
    STEEL,
    WHITE,
    Pen,
    dark,
    light,
    mix,
    sym,
)  # fmt: skip


def bed(p: Pen) -> None:
    """Bed linen: a made bed, a folded cover or a pillow."""
    look = p.look
    if look.get("pillow"):
        pts = [
            (8, 36),
            (22, 32),
            (50, 28),
            (78, 32),
            (92, 36),
            (94, 54),
            (90, 74),
            (66, 76),
            (50, 73),
            (34, 76),
            (10, 74),
            (6, 54),
        ]
        if look.get("notch"):
            pts = [
                (8, 34),
                (50, 28),
                (92, 34),
                (94, 56),
                (88, 76),
                (66, 74),
                (50, 62),
                (34, 74),
                (12, 76),
                (6, 56),
            ]
        p.blob(pts, p.main)
        for side in (1, -1):
            p.curve(
                [(50 + side * 38, 44), (50 + side * 30, 50), (50 + side * 34, 64)],
                dark(p.main, 0.14),
                0.8,
            )
        p.curve([(30, 46), (50, 52), (66, 46)], dark(p.main, 0.1), 0.7)
        return

    def pattern(y0: float, y1: float) -> None:
        kind = look.get("print")
        if kind == "check":
            for x in map(float, range(4, 100, 9)):
                p.line([(x, y0), (x, y1)], mix(p.main, p.accent, 0.6), 2.6)
            for y in map(float, range(int(y0), int(y1), 9)):
                p.line([(0, y), (100, y)], mix(p.main, p.accent, 0.45), 2.6)
        elif kind == "dots":
            for i in range(60):
                x, y = (i % 10) * 10 + (i // 10 % 2) * 5, y0 + (i // 10) * 8
                p.poly(
                    [
                        (x, y - 1.8),
                        (x + 0.6, y - 0.5),
                        (x + 1.8, y),
                        (x + 0.6, y + 0.5),
                        (x, y + 1.8),
                        (x - 0.6, y + 0.5),
                        (x - 1.8, y),
                        (x - 0.6, y - 0.5),
                    ],
                    p.accent,
                    0,
                )
        elif kind == "patch":
            tones = (
                p.main,
                p.accent,
                light(p.main, 0.4),
                dark(p.accent, 0.15),
                mix(p.main, p.accent, 0.5),
            )
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
            pts = [
                (10, y),
                (16, y - 6),
                (50, y - 8),
                (84, y - 6),
                (90, y),
                (91, y + 9),
                (84, y + 16),
                (50, y + 17),
                (16, y + 16),
                (9, y + 9),
            ]
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
    cover = [
        (6, 54),
        (30, 50),
        (50, 51),
        (70, 50),
        (94, 54),
        (96, 74),
        (94, 90),
        (70, 88),
        (50, 91),
        (30, 88),
        (6, 90),
        (4, 74),
    ]
    if look.get("sheet"):
        cover = [(6, 52), (50, 50), (94, 52), (94, 82), (50, 84), (6, 82)]
    p.blob(cover, p.main)
    p.within(cover, lambda: pattern(48, 94))
    if look.get("sheet"):
        p.line([(7, 66), (93, 66)], dark(p.main, 0.2), 0.8)
        for x in range(10, 92, 5):
            p.line([(x, 78), (x + 1, 83)], dark(p.main, 0.2), 0.6)
    else:
        p.blob(
            [(5, 55), (50, 50), (95, 55), (95, 63), (50, 60), (5, 63)],
            p.accent if p.two and not look.get("print") else light(p.main, 0.3),
        )
        for x in (26, 50, 74):
            p.curve([(x, 66), (x + 2, 76), (x - 1, 88)], dark(p.main, 0.14), 0.8)


def petbed(p: Pen) -> None:
    """A bed for a dog or a cat."""
    shape = str(p.look.get("shape", "donut"))
    pad = light(p.main, 0.4) if not p.two else p.accent
    if shape == "donut":
        for i in range(28):
            a = math.radians(i * 360 / 28)
            p.oval(
                50 + 35 * math.cos(a),
                56 + 22 * math.sin(a),
                9,
                8,
                p.main if i % 2 else light(p.main, 0.1),
                0.2,
            )
        p.oval(50, 55, 28, 15, pad)
        p.oval(50, 53, 22, 10, light(pad, 0.25), 0)
    elif shape == "flat":
        p.blob(
            [(8, 60), (24, 44), (50, 42), (80, 44), (92, 60), (92, 76), (50, 80), (8, 76)],
            dark(p.main, 0.15),
        )
        p.blob(
            [(8, 58), (24, 44), (50, 42), (78, 44), (92, 58), (74, 68), (50, 70), (26, 68)], p.main
        )
        p.curve([(9, 66), (50, 75), (91, 66)], light(p.main, 0.3), 0.8)
        _paw(p, 50, 56, light(p.main, 0.4))
    elif shape == "sofa":
        p.blob(
            [(8, 40), (18, 32), (50, 30), (82, 32), (92, 40), (94, 62), (92, 82), (8, 82), (6, 62)],
            p.main,
        )
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


KINDS: dict[str, Callable[[Pen], None]] = {
    "bed": bed,
    "petbed": petbed,
}
