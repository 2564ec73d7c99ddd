"""Pictures of products as coloured half cells: two pixels a character, in any terminal.

textual-image draws half cells too, but asks the terminal for its graphics as soon as it is
imported, which can swallow the first key pressed; a chat must not lose what is typed.
"""

from __future__ import annotations

import warnings
from functools import lru_cache
from pathlib import Path

from PIL import Image
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.color import Color as TextualColor
from textual.content import Content
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from assistant.chat import safe

MOST_PIXELS = 50_000_000
"""A picture that claims more is not opened."""

WHITE = (255, 255, 255)

Pixels = tuple[tuple[tuple[int, int, int], ...], ...]


@lru_cache(maxsize=256)
def pixels(path: Path, width: int, height: int) -> Pixels | None:
    """The picture fitted into `width` x `height` pixels, rows of RGB; None where it cannot be read.

    Transparency is laid on white, as a shop's page would show it. The result may be smaller in one
    direction: the shape is kept.
    """
    try:
        with warnings.catch_warnings():
            # Pillow warns of large pictures; they are refused just below.
            warnings.simplefilter("ignore")
            with Image.open(path) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    return None
                opened.draft("RGB", (width * 2, height * 2))
                picture = opened.convert("RGBA")
        picture.thumbnail((width, height), Image.Resampling.LANCZOS)
        flat = Image.new("RGB", picture.size, WHITE)
        flat.paste(picture, mask=picture.getchannel("A"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    data = flat.tobytes()
    row = flat.width * 3
    return tuple(
        tuple((data[at], data[at + 1], data[at + 2]) for at in range(top * row, (top + 1) * row, 3))
        for top in range(flat.height)
    )


class Picture(Widget):
    """One picture; where it cannot be drawn, its description in words."""

    ALLOW_SELECT = False
    can_focus = False

    def __init__(self, path: Path | None, alt: str) -> None:
        super().__init__(classes="picture")
        self._path = path
        self._alt = safe(alt, lines=False)
        self._strips: list[Strip] | None = None
        self._drawn_for: tuple[Size, TextualColor] | None = None

    def render(self) -> Content:
        """The description, for where there is no picture."""
        return Content.styled(self._alt, "italic dim")

    def render_line(self, y: int) -> Strip:
        """One row of half cells, centred."""
        ground = self.background_colors[1]
        if self._drawn_for != (self.size, ground):
            self._drawn_for = (self.size, ground)
            self._draw(Style(bgcolor=ground.rich_color))
        if self._strips is None:
            return super().render_line(y)
        return self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width)

    def _draw(self, ground: Style) -> None:
        width, height = self.size
        found = None
        if self._path is not None and width > 0 and height > 0:
            found = pixels(self._path, width, height * 2)
        if found is None:
            self._strips = None
            return
        above = ((height * 2 - len(found)) // 4) * 2
        rows: list[tuple[tuple[int, int, int] | None, ...]] = [(None,) * len(found[0])] * above
        rows += [*found]
        rows += [(None,) * len(found[0])] * (height * 2 - len(rows))
        left = (width - len(found[0])) // 2
        self._strips = [
            Strip(
                [
                    Segment(" " * left, ground),
                    *(
                        _cell(top, bottom, ground)
                        for top, bottom in zip(rows[y], rows[y + 1], strict=True)
                    ),
                    Segment(" " * (width - left - len(found[0])), ground),
                ],
                width,
            )
            for y in range(0, height * 2, 2)
        ]


def _cell(
    top: tuple[int, int, int] | None, bottom: tuple[int, int, int] | None, ground: Style
) -> Segment:
    if top is None and bottom is None:
        return Segment(" ", ground)
    if top is None:
        return Segment("▄", ground + Style(color=Color.from_rgb(*(bottom or WHITE))))
    if bottom is None:
        return Segment("▀", ground + Style(color=Color.from_rgb(*top)))
    return Segment("▀", Style(color=Color.from_rgb(*top), bgcolor=Color.from_rgb(*bottom)))
