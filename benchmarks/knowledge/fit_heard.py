"""Learns how the reading of a turn weighs in whether the shop's help answers it.

What `models/answers` says of the best passage alone, how the turn is put and how the classifier's
confidence is spread (`assistant.understanding.manner`) go into one logistic regression a language.
Learned from questions to four helps that the passages' own weights have not seen (the bookshop's
and the bicycle shop's fitting questions apart), and from utterances of the intent corpus that no
help page speaks of; measured on each help with that help left out, on the demo shop's by folds. The
operating point lets at most `--let-through` of the held-out questions that nothing answers have an
answer. Writes the part `heard` of models/answers/weights.json; run it after `fit_answers`.

    python -m benchmarks.knowledge.fit_heard --shop /tmp/demo [--out models/answers]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from assistant import Assistant
from assistant.skills.articles import SUBJECTS
from assistant.understanding.manner import asks_how_things_are, tells_what_happened, weighed
from benchmarks.knowledge.article_data import (
    UNASKED,
    Asked,
    Help,
    Vectors,
    help_of,
    questions,
    unasked,
    utterances,
)
from benchmarks.knowledge.fit_answers import FREE, logistic, weights_of
from db.models import Article
from knowledge.articles.concepts import lexicon
from knowledge.articles.evidence import evidence, facts_of_best, question, ranked
from knowledge.articles.model import Weighed, load_model
from knowledge.demo import open_or_build
from knowledge.demo.articles import load_articles
from knowledge.encoders import Encoders
from knowledge.shop import Shop

ASKED: Mapping[str, tuple[str, ...]] = {
    "demo": (
        "article_questions_chat.jsonl",
        "article_questions_fresh.jsonl",
        "article_questions_shopper.jsonl",
    ),
    "bookshop": ("article_questions_bookshop.jsonl",),
    "bikeshop": ("article_questions_bikeshop_fit.jsonl",),
    "plantshop": ("article_questions_plantshop.jsonl",),
}
"""Help -> questions to it."""
MANNER = ("asks", "tells", "seeks", "points", "polite", "names_kind")
KINDS = ("rules", "trouble", "goods", "acts", "talk", "foreign_intent")
PASSAGE = ("text_full", "text_sentence", "multi_full", "margin")
NAMES = {"en": ("answers", *PASSAGE, *KINDS, *MANNER), "zh": ("answers", *MANNER)}
"""Language -> what is weighed. In Chinese the classifier reads the search's own sentence vector:
with its shares held-out questions came out worse."""
ACTS = ("cancel_order", "return_item", "change_order", "track_order", "get_invoice", "place_order")
UTTERANCES = {"demo": 24}
"""Utterances of each intent that are said to a help; 8 for the others."""
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """A question to a help."""

    help: str
    asked: Asked
    said: bool
    """From the intent corpus, not written as a question to a help."""
    right: bool
    """Whether the best passage is of an article that answers."""
    facts: dict[str, float]


def rows_of(
    name: str, articles: Sequence[Article], asked: Sequence[tuple[Asked, bool]],
    assistant: Assistant, encoders: Encoders,
) -> list[Row]:  # fmt: skip
    """Each question with what is known of the best passage and of its reading."""
    model = load_model()
    vectors = Vectors(articles, encoders)
    helps = {
        language: Help([a for a in articles if a.language == language], model.topics)
        for language in ("en", "zh")
    }
    out = []
    for one, said in asked:
        help_, text = helps[one.language], one.question
        heard = assistant.understand(text, "zh" if one.language == "zh" else "en")[0]
        heard = replace(heard, text=text)
        asks = {"multi": encoders.multilingual.encode([text])[0]}
        if one.language == "en":
            asks["text"] = encoders.text.encode([text])[0]
        likely = lexicon().groups.get(SUBJECTS.get(heard.intent, ""), ())
        q = question(text, help_.table, model, asks, likely)
        near = help_.by(model).likeness(vectors, None, asks, q.topics)  # type: ignore[arg-type]
        mode = model.modes[one.language]
        found = evidence(q, help_.table, near or {})
        scores = ranked(found, mode)
        facts = facts_of_best(q, help_.table, found, scores)
        best = help_.table.pieces[int(np.argmax(scores))].article_id
        facts = {**facts, **weighed(heard), "answers": mode.answers(facts)}
        out.append(Row(name, one, said, best in one.articles, facts))
    return out


def said(count: int) -> list[tuple[Asked, bool]]:
    """Utterances that no help answers: about goods, talk, acts put as such, out of scope."""
    rng = random.Random(0)
    allowed = {one.question for one in unasked()}
    out = []
    for language in ("en", "zh"):
        for intent in (*UNASKED, *ACTS, "out_of_scope"):
            some = utterances(intent, language)
            if intent in UNASKED:
                some = [one for one in some if one.question in allowed]
            elif intent in ACTS:
                some = [one for one in some if not _may_ask(one.question)]
            rng.shuffle(some)
            out += [(one, True) for one in some[:count]]
    return out


def _may_ask(text: str) -> bool:
    return asks_how_things_are(text) or tells_what_happened(text)


def label(row: Row) -> int | None:
    """1 for a question whose best passage answers, 0 for one that nothing answers, None for a
    question that another passage answers."""
    if not row.asked.articles:
        return 0
    return 1 if row.right else None


def weight(row: Row) -> float:
    """Helps count alike, though one has more questions; utterances count less than questions."""
    if row.said:
        return 0.15 if row.help == "demo" else 0.1
    return 1.0 if row.help == "demo" else 3.0


def learn(rows: Sequence[Row], names: Sequence[str]) -> Weighed:
    """The regression over these rows."""
    kept = [row for row in rows if label(row) is not None]
    x = np.array([[row.facts[name] for name in names] for row in kept])
    y = np.array([label(row) for row in kept], float)
    w = np.array([weight(row) for row in kept])
    mean, spread = x.mean(0), x.std(0) + 1e-6
    bounds = [(0, None) if name == "answers" else FREE for name in names]
    fitted = logistic((x - mean) / spread, y, w, bounds)
    return weights_of(names, fitted, mean, spread)


def held_out(rows: Sequence[Row], names: Sequence[str]) -> list[tuple[Row, float]]:
    """Each row with the logit of a regression that has not seen it: of another help's questions,
    for the demo's with its own fold left out."""

    def fold(row: Row) -> tuple[str, int]:
        number = int(hashlib.sha256(row.asked.question.encode()).hexdigest(), 16) % FOLDS
        return row.help, number if row.help == "demo" else 0

    out = []
    for part in sorted({fold(row) for row in rows}):
        left = [row for row in rows if fold(row) == part]
        said_here = {row.asked.question for row in left}
        rest = [
            r for r in rows if fold(r) != part and not (r.said and r.asked.question in said_here)
        ]
        regression = learn(rest, names)
        out += [(row, regression.logit(row.facts)) for row in left]
    return out


def share(values: Sequence[bool]) -> float:
    """Share of what holds, rounded."""
    return round(float(np.mean(values)), 3) if len(values) else math.nan


def main() -> None:
    """Write the regressions and print what held-out questions get, help by help."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--shop", type=Path, required=True, help="a demo shop, for its readings")
    parser.add_argument("--out", type=Path, help="folder of weights.json; left as it is without")
    parser.add_argument("--let-through", type=float, default=0.06)
    chosen = parser.parse_args()
    encoders = Encoders()
    with open_or_build(chosen.shop) as shop:
        rows = _gather(shop, encoders)
    parts = {}
    for language, names in NAMES.items():
        some = [row for row in rows if row.asked.language == language]
        held = held_out(some, names)
        no = [s for row, s in held if not row.said and not row.asked.articles]
        point = float(np.quantile(no, 1 - chosen.let_through))
        regression = learn(some, names)
        parts[language] = replace(regression, bias=round(regression.bias - point, 5))
        for help_ in ASKED:
            here = [(row, s) for row, s in held if row.help == help_]
            asked = [(row, s) for row, s in here if not row.said and row.asked.articles]
            print(
                json.dumps(
                    {
                        "language": language,
                        "help": help_,
                        "answerable": len(asked),
                        "best is right": share([row.right for row, _ in asked]),
                        "of these answered": share([s >= point for r, s in asked if r.right]),
                        "by the passage alone": share(
                            [r.facts["answers"] >= 0 for r, _ in asked if r.right]
                        ),
                        "nothing answers, answered": share(
                            [
                                s >= point
                                for row, s in here
                                if not row.said and not row.asked.articles
                            ]
                        ),
                        "goods and talk, answered": share(
                            [s >= point for row, s in here if row.said]
                        ),
                    }
                )
            )
    if chosen.out is not None:
        path = chosen.out / "weights.json"
        data = json.loads(path.read_text(encoding="utf-8"))
        for language, part in parts.items():
            data["modes"][language]["heard"] = asdict(part)
        path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def _gather(shop: Shop, encoders: Encoders) -> list[Row]:
    assistant = Assistant.open(shop)
    rows = []
    for name, files in ASKED.items():
        if name == "demo":
            articles = [
                Article(id=a.id, language=a.language, title=a.title, body=a.body)
                for a in load_articles(shop.settings)
            ]
        else:
            articles = help_of(name)
        asked = [(one, False) for one in questions(*files)]
        rows += rows_of(
            name, articles, [*asked, *said(UTTERANCES.get(name, 8))], assistant, encoders
        )
    return rows


if __name__ == "__main__":
    main()
