"""Electronics: headphones, computers, phones, screens, keyboards, mice."""

from __future__ import annotations

from knowledge.demo.pictures.canvas import (
    INK,
    RAINBOW,
    RGB,
    STEEL,
    WOOD,
    Pen,
    Points,
    dark,
    light,
    luma,
    mix,
)  # fmt: skip

SCREENS: tuple[tuple[RGB, RGB, RGB], ...] = (
    ((34, 62, 120), (96, 150, 206), (238, 180, 110)),
    ((20, 72, 80), (66, 150, 140), (230, 220, 160)),
    ((74, 40, 96), (190, 90, 130), (246, 190, 120)),
    ((40, 48, 70), (110, 120, 150), (224, 110, 90)),
)


def _scene(p: Pen, x: float, y: float, x2: float, y2: float, r: float = 0.6) -> None:
    """A landscape wallpaper in a screen's rectangle."""
    back, mid, sun = p.pick("screen", *SCREENS)
    p.box(x, y, x2, y2, back, r, 0)
    w, h = x2 - x, y2 - y
    p.oval(x + w * 0.68, y + h * 0.36, min(w, h) * 0.13, min(w, h) * 0.13, sun, 0)
    p.poly([(x, y2 - h * 0.28), (x + w * 0.3, y + h * 0.45), (x + w * 0.55, y2 - h * 0.2), (x + w * 0.75, y + h * 0.55),
            (x2, y2 - h * 0.3), (x2, y2), (x, y2)], mid, 0)  # fmt: skip
    p.poly(
        [(x, y2 - h * 0.12), (x + w * 0.5, y2 - h * 0.25), (x2, y2 - h * 0.08), (x2, y2), (x, y2)],
        dark(mid, 0.35),
        0,
    )


def overear(p: Pen) -> None:
    """Headphones with a band, from the front."""
    if p.look.get("band"):
        p.oval(50, 50, 36, 26, p.main)
        p.oval(50, 44, 30, 17, dark(p.main, 0.4))
        p.curve([(15, 56), (30, 70), (50, 74), (70, 70), (85, 56)], light(p.main, 0.2), 1.2)
        for x in (27, 73):
            p.ring(x, 60, 5, 6, dark(p.main, 0.25), 0.8)
        return
    small = bool(p.look.get("small"))
    cup_y, ry = (64.0, 13.0) if small else (64.0, 18.0)
    p.arc(50, 50, 33, 180, 360, dark(p.main, 0.1), 5.5)
    p.arc(50, 50, 31.2, 200, 340, p.accent if p.two else dark(p.main, 0.35), 3)
    if p.look.get("cable"):
        p.curve(
            [(18, cup_y + ry), (20, 92), (36, 95), (50, 90), (64, 94), (80, 96)],
            dark(p.main, 0.2) if luma(p.main) < 200 else INK,
            1.2,
        )
    if p.look.get("mic"):
        p.curve([(20, cup_y + 4), (24, 88), (44, 90)], INK, 1.6)
        p.oval(46, 90, 4, 2.6, INK)
    for side in (1, -1):
        x = 50 + side * 31
        p.box(x - 2, 46, x + 2, 58, STEEL, 1)
        p.oval(
            x - side * 6.5,
            cup_y,
            7.5,
            ry - 1,
            dark(p.main, 0.55) if luma(p.main) < 190 else (92, 90, 92),
        )
        p.oval(x + side * 1.5, cup_y, 9, ry, p.main)
        p.oval(x + side * 3, cup_y, 5.4, ry * 0.66, p.accent if p.two else light(p.main, 0.12))
        p.ring(x + side * 3, cup_y, 3, ry * 0.36, dark(p.main, 0.3), 0.6)


def earbuds(p: Pen) -> None:
    """In-ear pairs: with case, with hooks, wired, or bone conduction."""
    tip = (70, 70, 76) if luma(p.main) > 150 else (120, 122, 128)
    if p.look.get("bone"):
        p.arc(50, 46, 32, 170, 370, p.main, 3.4)
        for side in (1, -1):
            x = 50 + side * 31
            p.curve(
                [(x, 50), (x + side * 3, 66), (x - side * 4, 74), (x - side * 9, 66)], p.main, 4
            )
            p.oval(x - side * 9, 64, 5.4, 7.4, dark(p.main, 0.1))
            p.oval(x - side * 9, 64, 2.6, 3.8, light(p.main, 0.3))
        return
    if p.look.get("wired"):
        cord = dark(p.main, 0.1)
        p.curve([(30, 34), (34, 56), (50, 70), (50, 96)], cord, 1.3)
        p.curve([(70, 34), (66, 56), (50, 70)], cord, 1.3)
        p.box(48.4, 64, 51.6, 74, p.main, 1.2)
        for side in (1, -1):
            x = 50 + side * 20
            p.oval(x - side * 7, 27, 5.4, 6, tip)
            p.blob(
                [(x - 8, 20), (x + 2, 16), (x + 9, 24), (x + 5, 35), (x - 4, 36), (x - 9, 29)],
                p.main,
            )
            p.box(x - 2, 33, x + 2, 42, dark(p.main, 0.15), 1)
        return
    if p.look.get("hook"):
        for side in (1, -1):
            x = 50 + side * 22
            p.curve(
                [
                    (x - side * 2, 52),
                    (x + side * 9, 36),
                    (x + side * 6, 22),
                    (x - side * 6, 22),
                    (x - side * 8, 28),
                ],
                dark(p.main, 0.25) if not p.two else p.accent,
                3,
            )
            p.oval(x - side * 9, 62, 5.5, 6, tip)
            p.blob(
                [(x - 9, 52), (x, 46), (x + 10, 54), (x + 8, 70), (x - 3, 74), (x - 10, 64)], p.main
            )
            p.line([(x - 3, 58), (x + 3, 64)], p.accent, 1.6)
        return
    p.box(25, 48, 75, 90, p.main, 15)
    p.line([(25.5, 63), (74.5, 63)], dark(p.main, 0.3), 0.8)
    p.oval(50, 72, 1.3, 1.3, (90, 210, 130), 0)
    for side in (1, -1):
        x = 50 + side * 17
        if p.look.get("stem"):
            p.box(x - 3 + side * 2, 22, x + 3 + side * 2, 44, p.main, 3)
        p.oval(x - side * 8, 24, 5, 5.6, tip)
        p.oval(x, 24, 9, 9.4, p.main)
        p.oval(x + side * 1.5, 23, 4, 4.2, dark(p.main, 0.14))


def laptop(p: Pen) -> None:
    """An open laptop from the front."""
    inches = float(p.attributes.get("screen_size", 14))
    w = 22 + (inches - 11) * 2.2
    h = w * 1.22
    top = 68 - h
    p.box(50 - w, top, 50 + w, 69, dark(p.main, 0.05), 2.2)
    p.box(50 - w + 1.2, top + 1.2, 50 + w - 1.2, 68, (24, 26, 30), 1.6, 0)
    _scene(p, 50 - w + 2.4, top + 3, 50 + w - 2.4, 65)
    p.oval(50, top + 2.1, 0.5, 0.5, (90, 96, 104), 0)
    p.poly([(50 - w, 69), (50 + w, 69), (50 + w + 8, 85), (50 - w - 8, 85)], light(p.main, 0.1))
    keys = dark(p.main, 0.5) if luma(p.main) > 90 else (20, 21, 24)
    glow = p.attributes.get("graphics") == "discrete" and p.two
    for row in range(4):
        y = 70.2 + row * 2.2
        half = w - 2 + row * 1.1
        for col in range(12):
            x = 50 - half + col * half / 6
            p.poly(
                [
                    (x, y),
                    (x + half / 6 - 0.7, y),
                    (x + half / 6 - 0.6, y + 1.6),
                    (x - 0.1, y + 1.6),
                ],
                p.accent if glow and (row + col) % 3 == 0 else keys,
                0,
            )
    p.poly([(42, 79.6), (58, 79.6), (59, 84), (41, 84)], light(p.main, 0.22))
    p.poly(
        [(50 - w - 8, 85), (50 + w + 8, 85), (50 + w + 6.5, 88), (50 - w - 6.5, 88)],
        dark(p.main, 0.22),
    )
    if p.two:
        p.line([(50 - w - 6, 86.6), (50 + w + 6, 86.6)], p.accent, 0.9)
    if p.attributes.get("pen"):
        p.line([(50 + w + 6, 40), (50 + w + 6, 66)], STEEL, 1.8)
    if p.look.get("handle"):
        p.arc(50, 91, 9, 0, 180, p.accent, 3)
        for x in (50 - w, 50 + w):
            p.box(x - 2, top - 1, x + 2, top + 5, p.accent, 1)


def phone(p: Pen) -> None:
    """A phone: its back beside its front, or one with keys."""
    if p.look.get("keypad"):
        p.box(33, 8, 67, 93, p.main, 7)
        p.box(37, 14, 63, 42, (24, 26, 30), 1.5)
        p.box(39, 16, 61, 40, (170, 196, 190), 0.6, 0)
        p.box(42, 20, 58, 24, INK, 0.4, 0)
        p.box(44, 46, 56, 54, light(p.main, 0.25), 4)
        for row in range(4):
            for col in range(3):
                p.box(
                    37.5 + col * 8.8,
                    58 + row * 8,
                    45 + col * 8.8,
                    64 + row * 8,
                    light(p.main, 0.35) if luma(p.main) < 200 else dark(p.main, 0.15),
                    2,
                )
        if "SOS" in str(p.attributes) or "senior" in p.seed:
            p.box(39, 46, 61, 54, (206, 46, 46), 4)
        return
    inches = float(p.attributes.get("screen_size", 6.2))
    h = 74 + (min(inches, 6.9) - 6.2) * 14
    w = h * 0.47
    y = 50 - h / 2
    if p.look.get("fold"):
        p.box(10, 16, 90, 84, p.main, 4)
        _scene(p, 13, 19, 87, 81, 2.4)
        p.line([(50, 18), (50, 82)], (20, 24, 34), 0.7)
        return
    rugged = bool(p.look.get("rugged"))
    x = 14.0
    p.box(x, y, x + w, y + h, p.main, 3 if rugged else 6)
    if rugged:
        for cx, cy in ((x, y), (x + w - 8, y), (x, y + h - 9), (x + w - 8, y + h - 9)):
            p.box(cx - 1, cy - 1, cx + 9, cy + 10, p.accent, 3)
    lens = int(p.look.get("cams", 2))
    p.box(
        x + 3,
        y + 3,
        x + 3 + (14 if lens > 2 else 10),
        y + 5 + 8 * min(lens, 3),
        dark(p.main, 0.14),
        4,
    )
    for i in range(lens):
        cx, cy = (x + 8, y + 9 + i * 7.6) if i < 3 else (x + 14, y + 12.5)
        p.oval(cx, cy, 3.2, 3.2, (26, 28, 34))
        p.oval(cx, cy, 1.4, 1.4, (60, 84, 120), 0)
    if p.two and not rugged:
        p.line([(x + 4, y + h - 14), (x + w - 4, y + h - 20)], p.accent, 2)
    x = 86 - w
    p.box(x, y + 2, x + w, y + h + 2, dark(p.main, 0.2), 3 if rugged else 6)
    p.box(x + 1.4, y + 3.4, x + w - 1.4, y + h + 0.6, (16, 17, 20), 5, 0)
    _scene(p, x + 2.4, y + 4.4, x + w - 2.4, y + h - 0.4, 4)
    p.oval(x + w / 2, y + 7, 0.9, 0.9, (12, 12, 14), 0)
    for col in range(4):
        p.box(
            x + 5 + col * (w - 9) / 4,
            y + h - 8,
            x + 5 + (col + 0.7) * (w - 9) / 4,
            y + h - 3,
            RAINBOW[col * 2 % 7],
            1.2,
            0,
        )


def monitor(p: Pen) -> None:
    """A screen on its stand."""
    inches = float(p.attributes.get("screen_size", 24))
    portable = bool(p.look.get("portable"))
    w = 45.0 if p.look.get("wide") else 26 + (inches - 20) * 1.15 if not portable else 34.0
    h = w * (0.86 if p.look.get("wide") else 1.14)
    top = 47 - h / 2 - 4
    base = top + h
    if portable:
        p.poly([(30, base), (70, base), (78, base + 14), (22, base + 14)], dark(p.main, 0.4))
    else:
        p.poly([(46, base - 4), (54, base - 4), (55, 84), (45, 84)], dark(p.main, 0.14))
        if p.two and p.attributes.get("refresh_rate", 60) > 100:
            p.poly(
                [(48, 82), (52, 82), (76, 90), (70, 91), (50, 86), (30, 91), (24, 90)],
                dark(p.main, 0.1),
            )
            p.line([(47, 70), (53, 70)], p.accent, 1.6)
        else:
            p.box(33, 83, 67, 87, p.main, 2)
    if p.look.get("hood"):
        p.poly(
            [
                (50 - w - 4, top - 6),
                (50 + w + 4, top - 6),
                (50 + w + 4, base - 6),
                (50 - w - 4, base - 6),
            ],
            (30, 30, 34),
        )
    p.box(50 - w, top, 50 + w, base, p.main, 1.6)
    if p.look.get("paper"):
        p.box(50 - w + 2.5, top + 2.5, 50 + w - 2.5, base - 5, (226, 226, 220), 0.6)
        for i in range(9):
            p.line(
                [(50 - w + 8, top + 9 + i * 3.4), (50 + w - 8 - (i % 3) * 7, top + 9 + i * 3.4)],
                (90, 90, 92),
                0.8,
            )
    else:
        _scene(p, 50 - w + 1.5, top + 1.5, 50 + w - 1.5, base - 3.2)
    if p.look.get("cam"):
        p.box(45, top - 3, 55, top + 1, INK, 1.5)
        p.oval(50, top - 1, 1, 1, (70, 100, 150), 0)
    if p.two:
        p.line([(50 - 5, base - 1.5), (50 + 5, base - 1.5)], p.accent, 0.9)


def keyboard(p: Pen) -> None:
    """A keyboard from above, a little tilted."""
    look, layout = p.look, str(p.attributes.get("layout", ""))
    cap = light(p.main, 0.16) if luma(p.main) < 120 else light(p.main, 0.55)
    if luma(p.main) > 225:
        cap = (226, 228, 230)
    if look.get("pad"):
        p.box(31, 20, 69, 82, p.main, 3)
        for row in range(5):
            for col in range(4):
                p.box(34 + col * 8.2, 26 + row * 10.4, 41 + col * 8.2, 34.6 + row * 10.4, cap, 1.2)
        return
    if look.get("split"):
        for side in (1, -1):
            pts = [
                (50 + side * 5, 34),
                (50 + side * 44, 42),
                (50 + side * 46, 66),
                (50 + side * 30, 72),
                (50 + side * 4, 66),
            ]
            p.blob(pts, p.main)
            for row in range(4):
                for col in range(6):
                    x, y = 50 + side * (10 + col * 5.6), 40 + row * 6 + col * 1.1
                    p.box(x - 2.2, y - 2.2, x + 2.2, y + 2.2, cap, 0.8)
        return
    cols = {"full size": 18, "tenkeyless": 15, "60 percent": 13, "65 percent": 14}.get(layout, 13)
    step = {18: 5.0, 15: 5.3, 13: 5.5, 14: 5.4}[cols]
    rows = 4 if cols in (13, 14) else 5
    half, height = cols * step / 2 + 2, rows * step + 5
    y0 = 50 - height / 2
    if look.get("rest"):
        p.box(50 - half, y0 + height + 1, 50 + half, y0 + height + 10, WOOD, 3)
    if p.attributes.get("wireless") is False:
        p.curve([(50, y0), (52, y0 - 12), (64, y0 - 16), (70, 6)], INK, 1.1)
    p.box(50 - half, y0, 50 + half, y0 + height, p.main, 2.4)
    if p.attributes.get("backlight"):
        p.box(
            50 - half + 1.5,
            y0 + 1.8,
            50 + half - 1.5,
            y0 + height - 1.8,
            mix(p.main, p.accent, 0.55) if p.two else dark(p.main, 0.25),
            1.4,
            0,
        )
    for row in range(rows):
        col = 0
        while col < cols:
            wide = 1
            if row == rows - 1 and col == 3:
                wide = 6
            elif col == 0 and row in (1, 2, 3):
                wide = 2 if row == 2 and cols > 14 else 1
            x, y = 50 - half + 2.2 + col * step, y0 + 2.4 + row * step
            gap = cols > 16 and col == 13
            if not gap:
                tone = (
                    p.accent
                    if p.two and (col == 0 or (row == 1 and col == cols - 1) or wide == 6)
                    else cap
                )
                p.box(x, y, x + step * wide - 0.8, y + step - 0.8, tone, 0.9)
                if wide == 1:
                    p.box(x + 0.8, y + 0.5, x + step - 1.6, y + step - 2, light(tone, 0.18), 0.7, 0)
            col += wide


def mouse(p: Pen) -> None:
    """A mouse from above, or from the side where it stands upright."""
    look = p.look
    if look.get("cable"):
        p.curve([(50, 22), (50, 12), (58, 6), (74, 4)], INK, 1.4)
    if look.get("vertical"):
        flip = -1 if p.attributes.get("handed") == "left" else 1

        def at(points: Points) -> Points:
            return [(50 + flip * (x - 50), y) for x, y in points]

        p.blob(
            at(
                [
                    (14, 80),
                    (18, 70),
                    (30, 52),
                    (42, 28),
                    (52, 20),
                    (62, 26),
                    (70, 44),
                    (82, 66),
                    (86, 80),
                    (50, 84),
                ]
            ),
            p.main,
        )
        p.blob(
            at([(44, 30), (54, 22), (62, 30), (70, 46), (76, 62), (62, 56), (52, 44)]),
            dark(p.main, 0.25),
        )
        p.box(50 + flip * 8 - 2.4, 34, 50 + flip * 8 + 2.4, 43, p.accent if p.two else STEEL, 2)
        p.line(at([(54, 42), (74, 58)]), light(p.main, 0.3), 0.7)
        p.curve(at([(18, 78), (34, 70), (50, 66)]), light(p.main, 0.2), 1.2)
        return
    w = 24.0 if not look.get("flat") else 22.0
    game = bool(look.get("game"))
    body = [
        (50, 16),
        (50 + w * 0.7, 19),
        (50 + w, 34),
        (50 + w * (0.86 if game else 0.98), 54),
        (50 + w, 72),
        (50 + w * 0.7, 88),
        (50, 92),
    ]
    p.blob([*body, *[(100 - x, y) for x, y in reversed(body[1:-1])]], p.main)
    if look.get("ball"):
        p.oval(36, 48, 12, 12, dark(p.main, 0.5))
        p.oval(36, 48, 10, 10, p.accent)
        p.oval(32.5, 44, 2.6, 2.6, light(p.accent, 0.6), 0)
    p.curve([(50 - w + 1, 48), (50, 53), (50 + w - 1, 48)], dark(p.main, 0.3), 0.7)
    p.line([(50, 17), (50, 52)], dark(p.main, 0.3), 0.7)
    if look.get("flat"):
        p.box(49, 24, 51, 44, p.accent, 1)
    else:
        p.box(47.4, 25, 52.6, 41, dark(p.main, 0.5), 2.4)
        p.box(48.4, 27, 51.6, 39, p.accent if p.two else (150, 152, 156), 1.6)
        for y in (30, 33, 36):
            p.line([(48.4, y), (51.6, y)], INK, 0.4)
    if game:
        p.line([(42, 78), (50, 84), (58, 78)], p.accent, 1.8)
        for y in (44, 53):
            p.box(50 - w - 0.4, y, 50 - w + 3.4, y + 7, p.accent, 1)


KINDS = {
    "overear": overear, "earbuds": earbuds, "laptop": laptop, "phone": phone, "monitor": monitor,
    "keyboard": keyboard, "mouse": mouse,
}  # fmt: skip
