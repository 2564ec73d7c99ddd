"""Article search: the passage of the shop's own help that answers a question, or none."""

from __future__ import annotations

import numpy as np
from sqlalchemy.orm import Session

from db.models import Article
from knowledge.encoders import Encoders
from knowledge.errors import ModelError
from knowledge.index import Index
from knowledge.index.documents import Passage, passages
from knowledge.index.words import has_chinese
from knowledge.types import PassageHit

POOL = 40
"""Passages looked at of each kind of evidence."""
MEANING = 0.7
"""Share of meaning in the score; the rest is how much of the question's words a passage has."""
OTHER_LANGUAGE = 0.15
"""Taken off a passage that is not in the asked language, so that it wins only where none is."""
FIRST = 0.03
"""Added, for the order alone, to the section that opens an article: what it says in general goes
before its exceptions where both fit about as well."""


class ArticleSearch:
    """Finds passages. Scores run from 0 to 1 and are comparable between questions."""

    threshold: float = 0.35
    """Under this score nothing answers the question. Set from questions that the demo shop's
    articles answer and ones they do not; benchmarks/knowledge/articles.py prints both."""
    threshold_multilingual: float = 0.25
    """The same for questions that go through the multilingual encoder, whose scores run lower."""
    keyword_threshold: float = 0.5
    """The same where only words are compared, because the index is not usable."""

    def __init__(self, index: Index, encoders: Encoders) -> None:
        self._index = index
        self._encoders = encoders

    def threshold_for(self, language: str) -> float:
        """The score from which a passage answers a question in this language."""
        return self.threshold if language == "en" else self.threshold_multilingual

    def search(
        self, session: Session, text: str, language: str, limit: int = 3
    ) -> list[PassageHit]:
        """At most `limit` passages, best first, whatever their score; compare with `threshold`.

        Passages in `language` come first; one in another language is given where it is so much
        better that the asked language has nothing to say.
        """
        text = text.strip()
        if not text or limit <= 0:
            return []
        snapshot = self._index.snapshot()
        keyword = snapshot.passages
        coverage = keyword.coverage(text)
        rows = np.argsort(-coverage, kind="stable")[:POOL]
        words = {keyword.ids[int(row)]: float(coverage[row]) for row in rows if coverage[row] > 0}
        near: dict[str, float] = {}
        usable = snapshot.vectors is not None
        if usable:
            english = language == "en" and not has_chinese(text)
            encoder = self._encoders.text if english else self._encoders.multilingual
            collection = "passages_text" if english else "passages_multi"
            try:
                vector = encoder.encode([text])[0]
                near = self._index.nearest(snapshot, collection, vector, POOL)
                missing = [id_ for id_ in words if id_ not in near]
                if near and missing:
                    near |= self._index.nearest(snapshot, collection, vector, len(missing), missing)
            except ModelError:
                usable = False
        scores: dict[str, float] = {}
        for id_ in near.keys() | words.keys():
            share = min(1.0, words.get(id_, 0.0))
            if near:
                score = MEANING * max(0.0, near.get(id_, 0.0)) + (1 - MEANING) * share
            else:
                # Words alone: mapped so that the same threshold holds.
                score = share * self.threshold_for(language) / self.keyword_threshold
            scores[id_] = min(1.0, score)
        return self._hits(session, scores, language, limit)

    def _hits(
        self, session: Session, scores: dict[str, float], language: str, limit: int
    ) -> list[PassageHit]:
        found: dict[str, list[Passage]] = {}
        ranked: list[tuple[float, float, Passage]] = []
        for id_, score in scores.items():
            article_id, _, ordinal = id_.rpartition("#")
            if article_id not in found:
                # SQL is the truth: an article that changed since is quoted as it is now.
                article = session.get(Article, article_id)
                found[article_id] = passages(article) if article is not None else []
            if int(ordinal) < len(found[article_id]):
                passage = found[article_id][int(ordinal)]
                if passage.language != language:
                    score = max(0.0, score - OTHER_LANGUAGE)
                ranked.append((score + FIRST * (ordinal == "0"), score, passage))
        ranked.sort(key=lambda item: (-round(item[0], 9), item[2].id))
        return [
            PassageHit(
                passage.article_id,
                passage.title,
                passage.heading,
                passage.text,
                passage.language,
                round(score, 4),
            )
            for _, score, passage in ranked[:limit]
        ]
