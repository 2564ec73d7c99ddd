"""Keyword search: BM25 over English stems and over Chinese character pairs, kept on disk."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import IndexDamaged
from knowledge.index.changed import Document, Postings, Statistics, bm25, idf, load_changes
from knowledge.index.fields import FieldBuilder, FieldScores
from knowledge.index.words import chinese_pairs, english_words, has_chinese

Scores = NDArray[np.float32]
"""Float32 [number of documents], in the order of `KeywordIndex.ids`; 0 where no word matches."""

K1, B = 1.2, 0.6
MISSPELT_FROM = 5
"""Letters a word needs before it may be read as a slip for another one."""
LIKENESS = 84.0


class KeywordBuilder:
    """Takes documents one by one, so that a catalogue need not be held in memory."""

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._english, self._chinese = _Corpus(), _Corpus()
        self._fields = FieldBuilder()

    def add(self, document: Document) -> None:
        """Take one more document."""
        self._ids.append(document.id)
        self._english.add(document.words)
        self._chinese.add(document.pairs)
        self._fields.add(document.fields)

    def done(self) -> KeywordIndex:
        """The index of all that was added."""
        return KeywordIndex(
            self._ids,
            self._english.index(),
            self._chinese.index(),
            self._fields.done(self._english.vocabulary),
            {"en": self._english.statistics(), "zh": self._chinese.statistics()},
        )


class KeywordIndex:
    """BM25 (Robertson and Zaragoza 2009) over documents that come as words."""

    def __init__(
        self,
        ids: Sequence[str],
        english: Any,
        chinese: Any,
        fields: FieldScores | None,
        statistics: Mapping[str, Statistics],
    ) -> None:
        self.ids = list(ids)
        self.position = {id_: i for i, id_ in enumerate(self.ids)}
        self._english = english
        self._chinese = chinese
        self._fields = fields
        self._statistics = dict(statistics)
        self._long_words: list[str] | None = None
        self._count = len(self.ids)
        self.changes: dict[str, Document | None] = {}
        """Documents put over the index since it was made; None for those that are gone."""
        self._over: dict[str, Postings] = {}

    @classmethod
    def build(cls, documents: Iterable[Document]) -> KeywordIndex:
        """From the words of every document."""
        builder = KeywordBuilder()
        for document in documents:
            builder.add(document)
        return builder.done()

    def save(self, folder: Path) -> None:
        """Write it into a new folder, without what was put over it; `ids.json` is written last."""
        for name, part in (("en", self._english), ("zh", self._chinese)):
            if part is not None:
                part.save(str(folder / name), show_progress=False)
        if self._fields is not None:
            self._fields.save(folder / "fields")
        folder.mkdir(parents=True, exist_ok=True)
        told = {
            "ids": self.ids[: self._count],
            "statistics": {name: asdict(one) for name, one in self._statistics.items()},
        }
        (folder / "ids.json").write_text(json.dumps(told), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> KeywordIndex:
        """Read what `save` wrote, mapped into memory rather than copied.

        Raises:
            IndexDamaged: it is incomplete or unreadable.
        """
        import bm25s

        try:
            told = json.loads((folder / "ids.json").read_text(encoding="utf-8"))
            ids = told["ids"]
            statistics = {name: Statistics(**one) for name, one in told["statistics"].items()}
            parts = [
                bm25s.BM25.load(str(folder / name), mmap=True, show_progress=False)
                if (folder / name).is_dir()
                else None
                for name in ("en", "zh")
            ]
        except Exception as error:
            raise IndexDamaged(
                f"{folder}: the keyword index cannot be read ({error}); it will be built anew."
            ) from error
        scored = folder / "fields"
        fields = FieldScores.load(scored, len(ids)) if scored.is_dir() else None
        return cls(ids, parts[0], parts[1], fields, statistics)

    # --- changes put over it ----------------------------------------------------------------------

    def with_changes_of(self, path: Path) -> KeywordIndex:
        """The same index under the changes that a file holds; see :meth:`changed`."""
        return self.changed(load_changes(path))

    def changed(self, changes: Mapping[str, Document | None]) -> KeywordIndex:
        """The same index with documents in place of those they name, added, or taken out (None).

        Files and arrays are shared. Scores of the changed documents rest on the statistics of this
        index; words that it has not seen count as rare.
        """
        out = KeywordIndex(
            self.ids[: self._count],
            self._english,
            self._chinese,
            self._fields,
            self._statistics,
        )
        out.changes = {**self.changes, **changes}
        dead: list[int] = []
        rows: list[tuple[int, Document]] = []
        for id_, document in out.changes.items():
            row = out.position.get(id_)
            if row is not None:
                dead.append(row)
            elif document is not None:
                row = out.position[id_] = len(out.ids)
                out.ids.append(id_)
            if document is not None and row is not None:
                rows.append((row, document))
        gone, size = np.asarray(dead, np.int64), len(out.ids)
        for name, read in (("en", _words), ("zh", _pairs)):
            part = self._english if name == "en" else self._chinese
            held = self._statistics[name]
            told = [(row, read(document)) for row, document in rows]
            rarity = out._rarity(part, held, [words for _, words in told])
            # A shop that had no such words yet has no mean either: their own stands in.
            length = held.length or float(np.mean([len(words) for _, words in told] or [1]))
            out._over[name] = Postings.of(
                gone, size, ((row, bm25(words, rarity, length, K1, B)) for row, words in told)
            )
        fields = self._fields or FieldScores.none(self._count)
        known = self._known(self._english)
        out._over["fields"] = Postings.of(
            gone, size, ((row, fields.scored(document.fields, known)) for row, document in rows)
        )
        return out

    def _rarity(
        self, part: Any, held: Statistics, told: Sequence[Sequence[str]]
    ) -> dict[str, float]:
        known = self._known(part)
        pointers = () if part is None else part.scores["indptr"]
        among = Counter(word for words in told for word in set(words))
        count = max(held.documents, len(told))
        out = {}
        for word, own in among.items():
            number = known.get(word)
            seen = 0 if number is None else int(pointers[number + 1] - pointers[number])
            out[word] = idf(count, seen or own)
        return out

    def _laid(self, name: str, scores: NDArray[np.float32], terms: Iterable[str]) -> Scores:
        over = self._over.get(name)
        return scores if over is None else over.over(scores, terms)

    # --- searching --------------------------------------------------------------------------------

    def terms(self, text: str) -> list[str]:
        """The different words of a query that can match, misspelt ones put right."""
        if has_chinese(text):
            return [p for p in dict.fromkeys(chinese_pairs(text)) if self._knows("zh", p)]
        out: dict[str, None] = {}
        for word in english_words(text):
            if self._knows("en", word):
                out[word] = None
            elif len(word) >= MISSPELT_FROM and not any(c.isdigit() for c in word):
                near = self._nearest(word)
                if near:
                    out[near] = None
        return list(out)

    def scores(self, text: str) -> Scores:
        """BM25 of every document for the text."""
        rows = self.term_scores(self.terms(text), chinese=has_chinese(text))
        return np.asarray(rows.sum(axis=0), dtype=np.float32)

    def term_scores(self, terms: Sequence[str], *, chinese: bool) -> NDArray[np.float32]:
        """BM25 of every document for each term: float32 [terms, documents]."""
        out = np.zeros((len(terms), len(self.ids)), dtype=np.float32)
        for row, term in enumerate(terms):
            out[row] = self.sums([term], chinese=chinese)
        return out

    def sums(self, terms: Sequence[str], *, chinese: bool) -> Scores:
        """BM25 of every document for all the terms together."""
        part = self._chinese if chinese else self._english
        known = self._known(part)
        held = [term for term in terms if term in known]
        if part is None or not held:
            scores = np.zeros(self._count, dtype=np.float32)
        else:
            scores = np.asarray(part.get_scores(held), dtype=np.float32)
        return self._laid("zh" if chinese else "en", scores, terms)

    def frequency(self, term: str) -> int:
        """How many documents have an English stem."""
        number = self._known(self._english).get(term)
        if self._over and self._over["en"].held.get(term) is not None:
            return int(np.count_nonzero(self.sums([term], chinese=False)))
        if number is None:
            return 0
        pointers = self._english.scores["indptr"]
        return int(pointers[number + 1] - pointers[number])

    def field_scores(self, terms: Sequence[str]) -> Scores:
        """For English terms, each counted in the one field of a document where it says most."""
        if self._fields is None:
            return self._laid("fields", np.zeros(self._count, dtype=np.float32), terms)
        known = self._known(self._english)
        return self._laid(
            "fields", self._fields.of([known[term] for term in terms if term in known]), terms
        )

    def coverage(self, text: str) -> Scores:
        """How much of the text's weight (rare words weigh more) each document has, 0 to 1.

        Words the index has never seen count as rare, so that they lower it.
        """
        chinese = has_chinese(text)
        asked = list(dict.fromkeys(chinese_pairs(text) if chinese else english_words(text)))
        terms = self.terms(text)
        if not terms:
            return np.zeros(len(self.ids), dtype=np.float32)
        matched = self.term_scores(terms, chinese=chinese) > 0
        frequency = matched.sum(axis=1)
        weight = np.log1p((len(self.ids) + 1) / (frequency + 0.5)).astype(np.float32)
        unseen = max(0, len(asked) - len(terms)) * float(np.log1p((len(self.ids) + 1) / 0.5))
        total = float(weight.sum()) + 0.5 * unseen
        return np.asarray((matched * weight[:, None]).sum(axis=0) / total, dtype=np.float32)

    def _knows(self, name: str, term: str) -> bool:
        part = self._english if name == "en" else self._chinese
        return term in self._known(part) or (name in self._over and term in self._over[name].held)

    @staticmethod
    def _known(part: Any) -> dict[str, int]:
        known: dict[str, int] = {} if part is None else part.vocab_dict
        return known

    def _nearest(self, word: str) -> str | None:
        from rapidfuzz import fuzz, process

        if self._long_words is None:
            new = self._over["en"].held if self._over else {}
            self._long_words = [
                known
                for known in dict.fromkeys([*self._known(self._english), *new])
                if len(known) >= MISSPELT_FROM - 1
            ]
        found = process.extractOne(word, self._long_words, scorer=fuzz.ratio, score_cutoff=LIKENESS)
        return None if found is None else str(found[0])


class _Corpus:
    """Documents as word ids, the form bm25s takes."""

    def __init__(self) -> None:
        self.vocabulary: dict[str, int] = {}
        self._documents: list[list[int]] = []

    def add(self, words: Sequence[str]) -> None:
        vocabulary = self.vocabulary
        self._documents.append([vocabulary.setdefault(w, len(vocabulary)) for w in words])

    def statistics(self) -> Statistics:
        count = len(self._documents)
        return Statistics(count, sum(map(len, self._documents)) / count if count else 0.0)

    def index(self) -> Any:
        if not self.vocabulary:
            return None
        import bm25s
        from bm25s.tokenization import Tokenized

        model = bm25s.BM25(method="lucene", k1=K1, b=B)
        model.index(Tokenized(ids=self._documents, vocab=self.vocabulary), show_progress=False)
        return model


def _words(document: Document) -> Sequence[str]:
    return document.words


def _pairs(document: Document) -> Sequence[str]:
    return document.pairs
