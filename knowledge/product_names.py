"""Products named in full within an utterance: "how much is the Hush One", 介绍一下智能尾灯.

A title is a name and no description: the linen of "Linen Bedside" limits nothing, and no
classifier can know what "Backyard 3" is.
"""

from __future__ import annotations

import re
import time
from collections import Counter
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
from knowledge.english import everyday_words
from knowledge.vocabulary import MAX_PHRASE_TOKENS, Surface, Vocabulary, phrase_key, stem

SMALL = 2_000
"""Products up to which their names are read within a turn."""
PROMISED = 20.0
"""Seconds for which a promise to read the names is waited for."""
BREATH = 0.004
"""Seconds between two batches of names that are read beside turns."""
_ROWS = 256
LONGEST = 80
"""Tokens of a title that are compared; people paste the long ones."""
OPENING = 6
"""Tokens that a title must begin with, and no other, to be known where it is cut short."""
log = structlog.get_logger("aisle.names")

_TOKEN = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]")
_CODE = re.compile(r"(?=.*\d)[a-z0-9]{4,}")
"""A part number: only one product bears it, and no quantity or year looks like it."""
_MEASURE = re.compile(
    r"\d{1,4}|\d+(?:[gmt]b|[mg]?hz|w|v|va|kva|wh|m?ah|[mck]?m|ft|in|[ipx]|k|nm|ppm|dpi|mbps|gbps|mbit"
    r"|ml|l|k?g|lb|oz|pcs?|pack|port|pin|bit|cores?|year|yr|days?|st|nd|rd|th)\d*|\d+x\d+"
)
_FOR_IT = re.compile(
    r"(?<!price )(?<!prices )(?<!cost )(?<!pay )(?<!charge )(?<!ask )(?<!asking )"
    r"\b(?:for|fits?|fitting|compatible (?:with|to)|works? (?:with|in))"
    r"(?:\s+(?:an?|the|my|our|your))?\s*$",
    re.IGNORECASE,
)
"""What is sought for a thing is not that thing: "ink for the iP4500"."""
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
    pointed: dict[str, str] = field(default_factory=dict)
    """What a title is without its brand, where any of its kind may be called so -> product id: "the
    Sleepband", "the noise cancelling headphones", and neither without an article."""
    codes: dict[str, str] = field(default_factory=dict)
    """Part number -> the id of the one product whose title holds it."""
    openings: dict[str, str] = field(default_factory=dict)
    """The first OPENING tokens of a long title -> product id, where no other begins so."""
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
            mention = mention or self._cut_short(session, names, tokens, at)
            mention = mention or self._by_code(session, names, text, tokens, at)
            if mention is None:
                at += 1
                continue
            first, last, product_id = mention
            found.append(Mention(tokens[first][1], tokens[last][2], product_id))
            at = last + 1
        return found

    @staticmethod
    def _cut_short(
        session: Session, names: _Names, tokens: list[tuple[str, int, int]], at: int
    ) -> tuple[int, int, str] | None:
        """A long title of which only the beginning is said, or is said in words of its own."""
        product_id = names.openings.get(
            " ".join(token for token, _, _ in tokens[at : at + OPENING])
        )
        if product_id is None:
            return None
        title = _tokens_of(session, product_id)
        last = at + OPENING - 1
        while last + 1 < len(tokens) and tokens[last + 1][0] in title:
            last += 1
        return at, last, product_id

    @staticmethod
    def _by_code(
        session: Session,
        names: _Names,
        text: str,
        tokens: list[tuple[str, int, int]],
        at: int,
    ) -> tuple[int, int, str] | None:
        """A part number, with the words of the title around it: "the OKI 43324423"."""
        product_id = names.codes.get(tokens[at][0])
        if product_id is None:
            return None
        title = _tokens_of(session, product_id)
        first = last = at
        while first > 0 and tokens[first - 1][0] in title:
            first -= 1
        while last + 1 < len(tokens) and tokens[last + 1][0] in title:
            last += 1
        return None if _FOR_IT.search(text[: tokens[first][1]]) else (first, last, product_id)

    @staticmethod
    def _at(
        names: _Names, tokens: list[tuple[str, int, int]], at: int
    ) -> tuple[int, int, str] | None:
        for last in range(min(len(tokens), at + names.longest) - 1, at - 1, -1):
            key = " ".join(token for token, _, _ in tokens[at : last + 1])
            if key in names.of:
                return at, last, names.of[key]
            if key in names.pointed and at > 0 and tokens[at - 1][0] in _ARTICLES:
                return at, last, names.pointed[key]
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
    codes: dict[str, str] = {}
    openings: dict[str, str] = {}
    borne: Counter[str] = Counter()
    columns = (Product.id, Product.title, Product.title_zh, Product.brand)
    rows = session.execute(select(*columns).where(Product.active)).all()
    for place, (id_, title, title_zh, brand) in enumerate(rows):
        if breath and place % _ROWS == 0:
            time.sleep(breath)
        for name in _names_of(title, title_zh or "", brand or ""):
            if name.count(" ") < LONGEST and _tells(name, vocabulary):
                owners.setdefault(name, set()).add(id_)
        tokens = _TOKEN.findall(title.casefold())
        borne.update(set(tokens))
        for token in set(tokens):
            if len(tokens) > 1 and _CODE.fullmatch(token) and not _MEASURE.fullmatch(token):
                codes[token] = id_ if token not in codes else ""
        if len(tokens) > OPENING:
            opening = " ".join(tokens[:OPENING])
            openings[opening] = id_ if opening not in openings else ""
    known = {name: next(iter(ids)) for name, ids in owners.items() if len(ids) == 1}
    whole = {" ".join(_TOKEN.findall(row.title.casefold())) for row in rows}
    pointed = {
        name: id_
        for name, id_ in known.items()
        if name not in whole and (" " not in name or _describes(name, vocabulary, borne))
    }
    of = {name: id_ for name, id_ in known.items() if name not in pointed}
    return _Names(
        version,
        of,
        pointed,
        {code: id_ for code, id_ in codes.items() if id_},
        {opening: id_ for opening, id_ in openings.items() if id_},
        {name.partition(" ")[0] for name in known},
        max((name.count(" ") + 1 for name in known), default=0),
    )


def _tokens_of(session: Session, product_id: str) -> frozenset[str]:
    title = session.scalar(select(Product.title).where(Product.id == product_id))
    return frozenset(_TOKEN.findall((title or "").casefold()))


def _names_of(title: str, title_zh: str, brand: str) -> Iterator[str]:
    """A title in each language, and each without the brand."""
    make = _TOKEN.findall(brand.casefold())
    for each in (title, title_zh):
        tokens = _TOKEN.findall(each.casefold())
        if tokens and tokens != make:
            yield " ".join(tokens)
        if make and tokens[: len(make)] == make and len(tokens) > len(make):
            yield " ".join(tokens[len(make) :])


def _tells(name: str, vocabulary: Vocabulary) -> bool:
    """Whether a name is more than words for a kind and what it is like: "rain jacket" is asked for
    by people who mean any."""
    tokens = name.split()
    if len(tokens) == 1:
        return _tells_alone(name, vocabulary)
    han = [token for token in tokens if token >= "\u3400"]
    if len(han) == len(tokens):
        return len(tokens) > 3 and not _kinds(vocabulary.chinese, "".join(tokens))
    if len(tokens) <= MAX_PHRASE_TOKENS and _kinds(vocabulary.english, phrase_key(name)):
        return False
    if len(tokens) > 3:
        return True
    return not all(token.isdigit() or _kinds(vocabulary.english, stem(token)) for token in tokens)


def _describes(name: str, vocabulary: Vocabulary, borne: Mapping[str, int]) -> bool:
    """Whether a name is a kind of thing with everyday words before it, or words that many titles
    bear: "noise cancelling headphones" is what people call any such."""
    tokens = name.split()
    if len(tokens) > _FEW or not _is_kind(vocabulary, stem(tokens[-1])):
        return False
    common = everyday_words()
    return all(
        token.isalpha() and (len(token) < _LISTED or token in common or borne[token] >= _MANY)
        for token in tokens
    )


_FEW = 4
_MANY = 3
"""Titles that hold a word which is then no name of any one of them."""
_LISTED = 5
"""Letters of the shortest words that `everyday_words` lists."""
_ARTICLES = frozenset({"the", "your", "this", "that"})


def _is_kind(vocabulary: Vocabulary, key: str) -> bool:
    return any(surface.kind == "category" for surface in vocabulary.english.get(key, ()))


def _tells_alone(name: str, vocabulary: Vocabulary) -> bool:
    """Whether one word is a name: no number, nothing that the shop says of its goods, and no word
    that people use for anything else."""
    if len(name) < 5 or not name.isalpha() or not name.isascii():
        return False
    return stem(name) not in vocabulary.english and name not in everyday_words()


def _kinds(surfaces: Mapping[str, tuple[Surface, ...]], key: str) -> bool:
    return any(surface.kind in _GENERIC for surface in surfaces.get(key, ()))
