"""Files opened as UTF-8 bytes: UTF-16 with a byte order mark (spreadsheets) is converted."""

from __future__ import annotations

import codecs
import io
from pathlib import Path
from typing import IO

UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_PIECE = 1 << 16
_BROKEN = b"\xff"
"""Stands in UTF-8 for what is no UTF-16, so that the line it is in is reported."""


def open_utf8(path: Path) -> IO[bytes]:
    """The file's bytes as UTF-8, whatever of the two it is saved as, with bounded memory.

    What is broken in it stays broken, in its line.

    Raises:
        OSError: it cannot be read.
    """
    stream = path.open("rb")
    name = UTF16.get(stream.read(2))
    if name is None:
        stream.seek(0)
        return stream
    return io.BufferedReader(_Converted(stream, name), _PIECE)


def encoding_of(path: Path) -> str | None:
    """ "utf-8" for a file that `open_utf8` converts, whatever it says of itself; else None."""
    with path.open("rb") as stream:
        return "utf-8" if stream.read(2) in UTF16 else None


class _Converted(io.RawIOBase):
    """UTF-16 as UTF-8, piece by piece."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._stream = stream
        # Lone surrogates go through as they are: they are no UTF-8 either.
        self._decoder = codecs.getincrementaldecoder(name)("surrogatepass")
        self._held = b""
        self._over = False

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill a buffer with what comes next."""
        while not self._held and not self._over:
            piece = self._stream.read(_PIECE)
            self._over = not piece
            try:
                text = self._decoder.decode(piece, self._over)
                self._held = text.encode("utf-8", "surrogatepass")
            except UnicodeDecodeError:
                # Cut off within a character: nothing follows that could be read.
                self._held, self._over = _BROKEN, True
        size = min(len(buffer), len(self._held))
        buffer[:size] = self._held[:size]
        self._held = self._held[size:]
        return size

    def close(self) -> None:
        """Close the file, too."""
        self._stream.close()
        super().close()
