"""Learns what models/answers holds: topics of a question, weights of evidence, when to answer.

Reads the development questions only (article_data.DEVELOPMENT), and ways of asking from asked.toml.
The ranking is a conditional logit over passages; the decision whether the best passage answers is a
logistic regression, learned on the whole help and on random parts of it, so that questions whose
article is missing stand among those that nothing answers. The operating point is the least
probability at which at most `--let-through` of the questions that no help answers get one. All by
cross-validation over questions. What `fit_heard` learned before is dropped: run it afterwards.
Needs the extra `train` (scikit-learn).

    python -m benchmarks.knowledge.fit_answers --out models/answers
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from benchmarks.knowledge.article_data import (
    DEVELOPMENT,
    HELPS,
    Asked,
    Help,
    Vectors,
    bank,
    foreign,
    help_of,
    questions,
    unasked,
)
from db.models import Article
from knowledge.articles.concepts import concepts
from knowledge.articles.evidence import evidence, facts_of_best, question, ranked
from knowledge.articles.model import AnswerModel, Mode, Weighed
from knowledge.demo.articles import load_articles
from knowledge.encoders import Encoders
from knowledge.settings import ShopSettings, load_settings

MULTI = ["multi_full", "multi_head", "multi_sentence", "multi_topics", "multi_subject"]
TEXT = ["text_full", "text_head", "text_sentence", "text_topics", "text_subject"]
WORDS = ["words", "value", "concepts", "head_concepts", "topic"]
RANK = {
    "en": [*TEXT, *MULTI, *WORDS],
    "zh": [*MULTI, *WORDS],
    "other": [*MULTI, "value", "concepts", "head_concepts", "topic"],
    "words": WORDS,
    "bare": WORDS[:-1],
}
ANSWER = ["foreign", "score", "margin", "cc", "has", "miss", "covered", "surest", "uncovered"]
COVERAGE = ["cov", "known"]
FOR = ("score", "margin", "cc", "covered", "cov", "known")
AGAINST = ("foreign", "miss", "uncovered")
"""Whatever the sample says, these never speak the other way."""
FREE = (None, None)
TOPICAL = ("foreign", "covered", "surest", "uncovered")
FOREIGN = 300
"""Foreign utterances among the questions that nothing answers, a mode; as many about goods."""
PARTS = (8, 15, 25, 40)
"""Articles of the random parts of the help."""


def demo_settings() -> ShopSettings:
    """The demo shop's settings, whose policy its articles state."""
    return load_settings(Path(str(resources.files("knowledge.demo") / "shop.toml")))


def topic_model(encoders: Encoders) -> tuple[AnswerModel, dict[str, AnswerModel]]:
    """Regressions to topics and to what is no shop's business.

    Also gives, for each text they are learned from, the model that its fold of five was left out
    of: what a model says of a text it has seen would not hold of a shopper's.
    """
    asked = bank()
    topics = sorted(asked["en"])
    rows = [(t, q) for t in topics for some in asked.values() for q in some[t]]
    # What names a concept may be asked of some shop or other; the rest is of no shop.
    rows += [("", one.question) for one in [*foreign(), *unasked()]]
    texts = [q for _, q in rows]
    x = encoders.multilingual.encode(texts).astype(float)
    known = np.array([bool(t) for t, _ in rows])
    y = np.array([topics.index(t) if t else -1 for t, _ in rows])
    goods = {one.question for one in unasked()}
    alien = np.array([not t and (q in goods or not concepts(q)) for t, q in rows])
    fold = np.array([int(hashlib.sha256(t.encode()).hexdigest(), 16) % 5 for t in texts])

    english = np.array([t.isascii() for t in texts])
    text = np.zeros((len(texts), 384))
    text[english] = encoders.text.encode([t for t in texts if t.isascii()])

    def learn(some: Any) -> AnswerModel:
        use = some & (known | alien)
        apart = LogisticRegression(C=10, max_iter=1000, class_weight="balanced").fit(
            x[use], alien[use]
        )
        both = [
            regression(vectors[which], y[which], len(topics))
            for vectors, which in ((x, some & known), (text, some & known & english))
        ]
        return AnswerModel(
            {},
            topics,
            both[0][:, :-1],
            both[0][:, -1],
            np.concatenate([apart.coef_[0], apart.intercept_]),
            both[1],
        )

    without = [learn(fold != part) for part in range(5)]
    unseen = {text: without[part] for text, part in zip(texts, fold, strict=True)}
    return learn(np.ones(len(rows), bool)), unseen


def regression(x: Any, y: Any, count: int) -> Any:
    """[count, D + 1] of a multinomial regression; classes that have no row get a low bias."""
    fitted = LogisticRegression(C=10, max_iter=1000).fit(x, y)
    out = np.zeros((count, x.shape[1] + 1))
    out[:, -1] = -20.0
    out[fitted.classes_] = np.concatenate([fitted.coef_, fitted.intercept_[:, None]], axis=1)
    return out


class Fit:
    """One mode's tables and questions."""

    def __init__(
        self, mode: str, articles: Sequence[Article], vectors: Vectors, encoders: Encoders,
        model: AnswerModel, unseen: dict[str, AnswerModel], rng: np.random.Generator,
    ) -> None:  # fmt: skip
        self.mode, self.model, self._unseen, self.rng = mode, model, unseen, rng
        self._articles, self._vectors, self._encoders = articles, vectors, encoders
        self._encoded: dict[str, dict[str, Any]] = {}

    def _vector(self, text: str) -> dict[str, Any]:
        if text not in self._encoded:
            self._encoded[text] = {
                "multi": self._encoders.multilingual.encode([text])[0],
                "text": self._encoders.text.encode([text])[0],
            }
        found = self._encoded[text]
        return found if text.isascii() else {"multi": found["multi"]}

    def look(self, help_: Help, asked: Asked) -> tuple[Any, Any, Any]:
        """(question, table, evidence) of one question over one collection."""
        table, text = help_.table, asked.question
        vectors = self._vector(text)
        model = self._unseen.get(text, self.model)
        q = question(text, table, model, {} if self.mode == "bare" else vectors)
        near = None
        if self.mode not in ("words", "bare"):
            near = help_.by(model).likeness(self._vectors, None, vectors, q.topics)
        return q, table, evidence(q, table, near or {})

    def tables(self, language: str, ids: set[str] | None = None) -> Help:
        """The passages of a language, or of some of its articles."""
        some = [a for a in self._articles if a.language == language and (not ids or a.id in ids)]
        return Help(some, self.model.topics)

    def ranking(self, looked: Sequence[tuple[Any, Any, Any, frozenset[str]]]) -> dict[str, float]:
        """Weights by conditional logit with a ridge."""
        names = RANK[self.mode]
        data = []
        for _, table, found, gold in looked:
            y = np.array([p.article_id in gold for p in table.pieces])
            if y.any():
                data.append((np.stack([found[n] for n in names], 1), y))

        def loss(w: Any) -> tuple[float, Any]:
            total, gradient = 0.0, np.zeros_like(w)
            for x, y in data:
                s = x @ w
                p = np.exp(s - s.max())
                p /= p.sum()
                inside = p[y].sum() + 1e-12
                total -= np.log(inside)
                gradient -= (np.where(y, p, 0) / inside - p) @ x
            n = len(data)
            return total / n + 0.003 * (w**2).sum(), gradient / n + 0.006 * w

        start = np.ones(len(names))
        fitted = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(names))
        return {n: round(float(w), 4) for n, w in zip(names, fitted.x, strict=True)}

    def decision(
        self,
        rank: dict[str, float],
        looked: Sequence[Any],
        whole: int,
        written: set[str],
        let_through: float,
    ) -> tuple[Mode, dict[str, float]]:
        """The regression and its operating point; what it does on questions left out of it.

        The first `whole` rows are over the whole help; the point is set on those of them that were
        written for it."""
        bare = Mode(rank, Weighed({}, {}, {}, 0.0))
        names = [*RANK[self.mode], *ANSWER, *([] if self.mode == "other" else COVERAGE)]
        if self.mode == "bare":
            names = [name for name in names if name not in TOPICAL]
        x, kinds, groups = [], [], []
        for q, table, found, _, kind, text in looked:
            facts = facts_of_best(q, table, found, ranked(found, bare))
            x.append([facts[n] for n in names])
            kinds.append(kind)
            groups.append(int(hashlib.sha256(text.encode()).hexdigest(), 16) % 5)
        rows, kind, group = np.array(x), np.array(kinds), np.array(groups)
        mean, spread = rows.mean(0), rows.std(0) + 1e-6
        z = (rows - mean) / spread
        y = (kind == "yes").astype(int)
        weight = np.where(kind == "without", 0.4, np.where(kind == "no", 1.5, 1.0))

        bounds = [
            (0, None) if n in FOR or n in RANK[self.mode] else (None, 0) if n in AGAINST else FREE
            for n in names
        ]

        def learn(some: Any) -> Any:
            return logistic(z[some], y[some], weight[some], bounds)

        held = np.zeros(len(y))
        for fold in range(5):
            w = learn(group != fold)
            held[group == fold] = z[group == fold] @ w[:-1] + w[-1]
        first = np.arange(len(y)) < whole
        hand = first & np.array([row[5] in written for row in looked])
        point = float(np.quantile(held[hand & (kind == "no")], 1 - let_through))
        fitted = learn(np.ones(len(y), bool))
        report = {
            "answered": float((held[first & (kind == "yes")] >= point).mean()),
            "in parts of the help": float((held[~first & (kind == "yes")] >= point).mean()),
            "nothing answers, answered": float((held[hand & (kind == "no")] >= point).mean()),
            "foreign, answered": float((held[first & ~hand & (kind == "no")] >= point).mean()),
            "its article missing, answered": float((held[kind == "without"] >= point).mean()),
        }
        return (
            Mode(rank, weights_of(names, fitted, mean, spread, point)),
            {name: round(value, 3) for name, value in report.items()},
        )


def logistic(x: Any, y: Any, weight: Any, bounds: list[Any]) -> Any:
    """Logistic regression with a ridge and signs that are known: weights, then the bias."""

    def loss(w: Any) -> tuple[float, Any]:
        s = x @ w[:-1] + w[-1]
        p = 1 / (1 + np.exp(-s))
        error = weight * (p - y)
        value = (weight * (np.logaddexp(0, s) - y * s)).sum() + 5 * (w[:-1] ** 2).sum()
        return value, np.append(error @ x + 10 * w[:-1], error.sum())

    start = np.zeros(x.shape[1] + 1)
    return minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[*bounds, FREE]).x


def weights_of(
    names: Sequence[str], fitted: Any, mean: Any, spread: Any, point: float = 0.0
) -> Weighed:
    """What `logistic` fitted to these facts, with `point` put at one half."""

    def by_name(values: Any) -> dict[str, float]:
        return {n: round(float(v), 5) for n, v in zip(names, values, strict=True)}

    bias = round(float(fitted[-1]) - point, 5)
    return Weighed(by_name(fitted[:-1]), by_name(mean), by_name(spread), bias)


def gather(fit: Fit, asked: Sequence[Asked]) -> tuple[list[Any], list[Any]]:
    """Questions compared with a whole help, and with parts of it."""
    whole: dict[str, Any] = {}
    looked: list[Any] = []
    for one in asked:
        table_language = one.language
        gold = one.articles
        if fit.mode == "other":
            table_language = "zh" if one.language == "en" else "en"
            gold = frozenset(f"{id_.rpartition('.')[0]}.{table_language}" for id_ in gold)
        if table_language not in whole:
            whole[table_language] = fit.tables(table_language)
        q, table, found = fit.look(whole[table_language], one)
        looked.append((q, table, found, gold, "yes" if gold else "no", one.question))
    more: list[Any] = []
    for language, tables in whole.items():
        every = sorted({p.article_id for p in tables.table.pieces})
        rows = [row for row in looked if row[1] is tables.table]
        collections = [
            set(fit.rng.choice(every, size=min(size, len(every)), replace=False)) for size in PARTS
        ]
        for ids in collections:
            part = fit.tables(language, ids)
            for _, _, _, gold, kind, text in rows:
                here = "yes" if gold & ids else "without" if gold else kind
                q, table, found = fit.look(part, Asked(text, language, gold))
                more.append((q, table, found, gold, here, text))
        for gold in {row[3] for row in rows if row[3]}:
            part = fit.tables(language, set(every) - gold)
            for text in [row[5] for row in rows if row[3] == gold]:
                q, table, found = fit.look(part, Asked(text, language, gold))
                more.append((q, table, found, gold, "without", text))
    return looked, more


def fit_mode(
    fits: Sequence[tuple[Fit, Sequence[Asked]]], let_through: float
) -> tuple[Mode, dict[str, float]]:
    """Ranking, then decision, of one mode over several helps."""
    gathered = [gather(fit, asked) for fit, asked in fits]
    first = [row for looked, _ in gathered for row in looked]
    more = [row for _, some in gathered for row in some]
    # A small help has few questions, which count as much as those of a large one.
    few = [row for looked, some in gathered[1:] for row in looked]
    parts = [row for _, some in gathered[1:] for row in some]
    fit = fits[0][0]
    rank = fit.ranking([row[:4] for row in [*first, *few * 2]])
    written = {one.question for one in questions(*DEVELOPMENT)}
    return fit.decision(
        rank, [*first, *more, *few * 4, *parts * 4], len(first), written, let_through
    )


def main() -> None:
    """Write the weights and print, for each mode, what held-out questions get."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--let-through", type=float, default=0.04)
    parser.add_argument("--helps", nargs="*", default=list(HELPS), help="other shops to learn from")
    parser.add_argument("--modes", nargs="*", default=list(RANK), choices=list(RANK))
    chosen = parser.parse_args()
    encoders = Encoders()
    articles = [
        Article(id=a.id, language=a.language, title=a.title, body=a.body)
        for a in load_articles(demo_settings())
    ]
    vectors = Vectors(articles, encoders)
    helps = [(name, help_of(name)) for name in chosen.helps]
    others = [(name, some, Vectors(some, encoders)) for name, some in helps]
    model, unseen = topic_model(encoders)
    covered = Help([a for a in articles if a.language == "en"], model.topics).table.covered
    silent = [
        Asked(text, language, frozenset())
        for language, some in bank().items()
        for topic, texts in some.items()
        if covered[model.topics.index(topic)] == 0
        for text in texts
    ]
    print(json.dumps({"asked of topics that the help is silent on": len(silent)}))
    modes: dict[str, Any] = {}
    for name in chosen.modes:
        rng = np.random.default_rng(chosen.seed)

        def of_mode(rows: Sequence[Asked], mode: str = name) -> list[Asked]:
            return [a for a in rows if mode in ("other", "words", "bare") or a.language == mode]

        fit = Fit(name, articles, vectors, encoders, model, unseen, rng)
        strangers = [
            some[n]
            for some in (of_mode(foreign()), of_mode(unasked()))
            for n in rng.permutation(len(some))[:FOREIGN]
        ]
        some = of_mode([*questions(*DEVELOPMENT), *silent])
        some += strangers
        both = [(fit, some)]
        for shop, pages, kept in others if name != "other" else ():
            second = Fit(name, pages, kept, encoders, model, unseen, rng)
            asked = of_mode(questions(HELPS[shop]))
            both.append((second, [*asked, *strangers[::5]]))
        mode, report = fit_mode(both, chosen.let_through)
        modes[name] = {"rank": mode.rank, "answer": asdict(mode.answer)}
        print(json.dumps({"mode": name, "rank": mode.rank, **report}), flush=True)
    chosen.out.mkdir(parents=True, exist_ok=True)
    save_file(
        {
            "weight": np.ascontiguousarray(model.weight, "f4"),
            "bias": np.ascontiguousarray(model.bias, "f4"),
            "foreign": np.ascontiguousarray(model.foreign, "f4"),
            "english": np.ascontiguousarray(model.english, "f4"),
        },
        chosen.out / "topics.safetensors",
    )
    (chosen.out / "weights.json").write_text(
        json.dumps({"topics": model.topics, "modes": modes}, indent=1) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
