"""Line breaks for text that mixes Chinese and English.

Textual breaks lines at spaces, which Chinese does not write: a sentence after an English name would
begin a line of its own and leave the one before nearly empty.
"""

from __future__ import annotations

from rich.cells import cell_len

_NOT_FIRST = frozenset("，。、；：？！）】》」』”’%…—·,.;:?!)]}")
"""What a line does not begin with."""
_NOT_LAST = frozenset("（【《「『“‘([{")
"""What a line does not end with."""


def fold(text: str, width: int) -> str:
    """`text` with line breaks so that no line is wider than `width` cells, where that can be done
    between words or beside a Chinese character. Text without Chinese is left alone."""
    if width < 8 or not any(_wide(char) for char in text):
        return text
    return "\n".join(_fold_line(line, width) for line in text.split("\n"))


def _fold_line(line: str, width: int) -> str:
    lines: list[str] = []
    current, used = "", 0
    for piece in _pieces(line):
        size = cell_len(piece)
        if current and used + cell_len(piece.rstrip()) > width:
            lines.append(current.rstrip())
            current, used = "", 0
            piece = piece.lstrip()
            size = cell_len(piece)
        current += piece
        used += size
    return "\n".join([*lines, current.rstrip()])


def _pieces(line: str) -> list[str]:
    """The parts of a line between which it may be broken."""
    pieces: list[str] = []
    for char in line:
        if pieces and not _break_between(pieces[-1][-1], char):
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces


def _break_between(before: str, after: str) -> bool:
    if after in _NOT_FIRST or before in _NOT_LAST or after == " ":
        return False
    return before == " " or _wide(before) or _wide(after)


def _wide(char: str) -> bool:
    return char >= "\u2e80" and cell_len(char) == 2
