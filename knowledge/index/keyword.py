"""Keyword search: BM25 over English stems and over Chinese character pairs, kept on disk."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import IndexDamaged
from knowledge.index.fields import FieldScores
from knowledge.index.words import chinese_pairs, english_words, has_chinese

Scores = NDArray[np.float32]
"""Float32 [number of documents], in the order of `KeywordIndex.ids`; 0 where no word matches."""

K1, B = 1.2, 0.6
MISSPELT_FROM = 5
"""Letters a word needs before it may be read as a slip for another one."""
LIKENESS = 84.0


class Document(NamedTuple):
    """One document as its words."""

    id: str
    words: Sequence[str]
    """English stems; those of weighty fields several times over."""
    pairs: Sequence[str]
    """Chinese character pairs, likewise."""
    fields: Sequence[Sequence[str]] = ()
    """English stems of the fields that are also scored each by itself."""


class KeywordIndex:
    """BM25 (Robertson and Zaragoza 2009) over documents that come as words."""

    def __init__(
        self, ids: Sequence[str], english: Any, chinese: Any, fields: FieldScores | None = None
    ) -> None:
        self.ids = list(ids)
        self.position = {id_: i for i, id_ in enumerate(self.ids)}
        self._english = english
        self._chinese = chinese
        self._fields = fields
        self._long_words: list[str] | None = None

    @classmethod
    def build(cls, documents: Iterable[Document]) -> KeywordIndex:
        """From the words of every document."""
        ids: list[str] = []
        english = _Corpus()
        chinese = _Corpus()
        fields: list[Sequence[Sequence[str]]] = []
        for id_, words, pairs, parts in documents:
            ids.append(id_)
            english.add(words)
            chinese.add(pairs)
            fields.append(parts)
        scored = FieldScores.build(fields, english.vocabulary) if any(fields) else None
        return cls(ids, english.index(), chinese.index(), scored)

    def save(self, folder: Path) -> None:
        """Write it into a new folder; `ids.json` is written last."""
        for name, part in (("en", self._english), ("zh", self._chinese)):
            if part is not None:
                part.save(str(folder / name), show_progress=False)
        if self._fields is not None:
            self._fields.save(folder / "fields")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "ids.json").write_text(json.dumps(self.ids), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> KeywordIndex:
        """Read what `save` wrote, mapped into memory rather than copied.

        Raises:
            IndexDamaged: it is incomplete or unreadable.
        """
        import bm25s

        try:
            ids = json.loads((folder / "ids.json").read_text(encoding="utf-8"))
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
        return cls(ids, parts[0], parts[1], fields)

    def terms(self, text: str) -> list[str]:
        """The different words of a query that can match, misspelt ones put right."""
        if has_chinese(text):
            known = self._known(self._chinese)
            return [pair for pair in dict.fromkeys(chinese_pairs(text)) if pair in known]
        known = self._known(self._english)
        out: dict[str, None] = {}
        for word in english_words(text):
            if word in known:
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
        part = self._chinese if chinese else self._english
        out = np.zeros((len(terms), len(self.ids)), dtype=np.float32)
        if part is not None:
            for row, term in enumerate(terms):
                out[row] = part.get_scores([term])
        return out

    def sums(self, terms: Sequence[str], *, chinese: bool) -> Scores:
        """BM25 of every document for all the terms together."""
        part = self._chinese if chinese else self._english
        known = self._known(part)
        held = [term for term in terms if term in known]
        if part is None or not held:
            return np.zeros(len(self.ids), dtype=np.float32)
        return np.asarray(part.get_scores(held), dtype=np.float32)

    def frequency(self, term: str) -> int:
        """How many documents have an English stem."""
        number = self._known(self._english).get(term)
        if number is None:
            return 0
        pointers = self._english.scores["indptr"]
        return int(pointers[number + 1] - pointers[number])

    def field_scores(self, terms: Sequence[str]) -> Scores:
        """For English terms, each counted in the one field of a document where it says most."""
        if self._fields is None:
            return np.zeros(len(self.ids), dtype=np.float32)
        known = self._known(self._english)
        return self._fields.of([known[term] for term in terms if term in known])

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

    @staticmethod
    def _known(part: Any) -> dict[str, int]:
        known: dict[str, int] = {} if part is None else part.vocab_dict
        return known

    def _nearest(self, word: str) -> str | None:
        from rapidfuzz import fuzz, process

        if self._long_words is None:
            self._long_words = [
                known for known in self._known(self._english) if len(known) >= MISSPELT_FROM - 1
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

    def index(self) -> Any:
        if not self.vocabulary:
            return None
        import bm25s
        from bm25s.tokenization import Tokenized

        model = bm25s.BM25(method="lucene", k1=K1, b=B)
        model.index(Tokenized(ids=self._documents, vocab=self.vocabulary), show_progress=False)
        return model
