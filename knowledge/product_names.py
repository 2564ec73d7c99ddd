"""Products named in full within an utterance: "how much is the Hush One", 介绍一下智能尾灯.

A title is a name and no description: the linen of "Linen Bedside" limits nothing, and no
classifier can know what "Backyard 3" is.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import NamedTuple

import structlog
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from db.catalogue import catalogue_version
from db.models import Product
from db.unit import read_unit
from knowledge.vocabulary import MAX_PHRASE_TOKENS, Surface, Vocabulary, phrase_key, stem

SMALL = 2_000
"""Products up to which their names are read within a turn."""
PROMISED = 20.0
"""Seconds for which a promise to read the names is waited for."""
BREATH = 0.004
"""Seconds between two batches of names that are read beside turns."""
_ROWS = 256
LONGEST = 24
"""Tokens of a title beyond which nobody says it in full."""
log = structlog.get_logger("aisle.names")

_TOKEN = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]")
_GENERIC = frozenset({"category", "color", "material", "audience", "size", "value"})


class Mention(NamedTuple):
    """A product named at [start, end) of a text."""

    start: int
    end: int
    product_id: str


@dataclass(slots=True)
class _Names:
    version: str = ""
    of: dict[str, str] = field(default_factory=dict)
    """Tokens joined by a space -> product id; what two products are called is left out."""
    first: set[str] = field(default_factory=set)
    longest: int = 0


class ProductNames:
    """The names of one shop's products, read anew where the catalogue has changed.

    A large catalogue's are read in a thread, since no turn should wait for them: until they are
    there, the ones before count, or none.
    """

    def __init__(self, engine: Engine, vocabulary: Callable[[], Vocabulary]) -> None:
        self._engine = engine
        self._vocabulary = vocabulary
        self._names: _Names | None = None
        self._lock = Lock()
        self._reading: Thread | None = None
        self._promised_until = 0.0

    def promise(self) -> None:
        """Somebody will `prepare` them within a moment: no turn has to begin it."""
        self._promised_until = time.monotonic() + PROMISED

    def prepare(self) -> None:
        """Read the names now, with a breath for turns that are answered meanwhile."""
        vocabulary = self._vocabulary()
        with read_unit(self._engine) as session:
            self._names = _read(session, catalogue_version(session), vocabulary, breath=BREATH)

    def find(self, session: Session, text: str) -> list[Mention]:
        """Every product named in a text, in order, the longest names first."""
        names = self._current(session)
        tokens = [(match[0], *match.span()) for match in _TOKEN.finditer(text.casefold())]
        if len(text.casefold()) != len(text):
            return []  # places would not hold
        found: list[Mention] = []
        at = 0
        while at < len(tokens):
            mention = self._at(names, tokens, at) if tokens[at][0] in names.first else None
            if mention is None:
                at += 1
                continue
            last, product_id = mention
            found.append(Mention(tokens[at][1], tokens[last][2], product_id))
            at = last + 1
        return found

    @staticmethod
    def _at(names: _Names, tokens: list[tuple[str, int, int]], at: int) -> tuple[int, str] | None:
        for last in range(min(len(tokens), at + names.longest) - 1, at, -1):
            key = " ".join(token for token, _, _ in tokens[at : last + 1])
            if key in names.of:
                return last, names.of[key]
        return None

    def _current(self, session: Session) -> _Names:
        version = catalogue_version(session)
        with self._lock:
            names = self._names
            if names is not None and version and names.version == version:
                return names
            if (session.scalar(select(func.count()).select_from(Product)) or 0) <= SMALL:
                self._names = _read(session, version, self._vocabulary())
                return self._names
            if names is None and time.monotonic() < self._promised_until:
                return _Names()
            if self._reading is None or not self._reading.is_alive():
                self._reading = Thread(target=self._renew, name="product-names", daemon=True)
                self._reading.start()
            return names or _Names()

    def _renew(self) -> None:
        try:
            self.prepare()
        except Exception as error:
            # The shop may have been closed meanwhile; the next turn begins anew.
            log.warning("names of products not read", error=f"{type(error).__name__}: {error}")


def _read(session: Session, version: str, vocabulary: Vocabulary, *, breath: float = 0.0) -> _Names:
    owners: dict[str, set[str]] = {}
    columns = (Product.id, Product.title, Product.title_zh, Product.brand)
    rows = session.execute(select(*columns).where(Product.active)).all()
    for place, (id_, title, title_zh, brand) in enumerate(rows):
        if breath and place % _ROWS == 0:
            time.sleep(breath)
        for name in _names_of(title, title_zh or "", brand or ""):
            if name.count(" ") < LONGEST and _tells(name, vocabulary):
                owners.setdefault(name, set()).add(id_)
    of = {name: next(iter(ids)) for name, ids in owners.items() if len(ids) == 1}
    return _Names(
        version,
        of,
        {name.partition(" ")[0] for name in of},
        max((name.count(" ") + 1 for name in of), default=0),
    )


def _names_of(title: str, title_zh: str, brand: str) -> Iterator[str]:
    """A title in each language, and each without the brand."""
    make = _TOKEN.findall(brand.casefold())
    for each in (title, title_zh):
        tokens = _TOKEN.findall(each.casefold())
        if len(tokens) > 1:
            yield " ".join(tokens)
        if make and tokens[: len(make)] == make and len(tokens) - len(make) > 1:
            yield " ".join(tokens[len(make) :])


def _tells(name: str, vocabulary: Vocabulary) -> bool:
    """Whether a name is more than words for a kind and what it is like: "rain jacket" is asked for
    by people who mean any."""
    tokens = name.split()
    han = [token for token in tokens if token >= "\u3400"]
    if len(han) == len(tokens):
        return len(tokens) > 3 and not _kinds(vocabulary.chinese, "".join(tokens))
    if len(tokens) <= MAX_PHRASE_TOKENS and _kinds(vocabulary.english, phrase_key(name)):
        return False
    if len(tokens) > 3:
        return True
    return not all(token.isdigit() or _kinds(vocabulary.english, stem(token)) for token in tokens)


def _kinds(surfaces: Mapping[str, tuple[Surface, ...]], key: str) -> bool:
    return any(surface.kind in _GENERIC for surface in surfaces.get(key, ()))
