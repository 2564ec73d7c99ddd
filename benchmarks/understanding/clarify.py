"""When to act, when to ask which reading is meant: limits fitted on validation utterances.

    python benchmarks/understanding/clarify.py [--json] [--intents FOLDER]

Protocol: the validation part of the shipped utterances (those that the model's training held back,
by its seen.json), read by the runtime classifier. Limits are chosen from a grid, per language, to
cost the least by the table below; what is printed for them is then also measured on
benchmarks/understanding/data, which took no part in the choice. To use what is printed, write it
into LIMITS of assistant/dialogue/certainty.py.

Costs of one utterance, in turns lost: acting rightly 0; acting wrongly 1.5, or 5 where a wrong
write to an order or to money is begun; a question that offers what is meant 0.35; one that does
not 1.2; "not understood" 0.8, or 0.1 where it is out of scope. The floor for money stops at 0.9,
since a write is confirmed by a yes in any case.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from assistant.conversation import Language
from assistant.dialogue.certainty import ALIKE, LIMITS, MONEY, Limits, judge, offered
from assistant.training.data import CORPUS, load_examples
from assistant.training.evaluate import leaks
from assistant.training.settle import read_seen, row_key
from assistant.understanding.classifier import IntentClassifier
from assistant.understanding.intents import OUT_OF_SCOPE
from assistant.understanding.types import Understanding

HERE = Path(__file__).resolve().parent
MODELS = Path(os.environ.get("AISLE_MODELS", HERE.parents[1] / "models"))
GRID = {
    "sure": (0.4, 0.45, 0.5, 0.55, 0.6),
    "money": (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9),
    "margin": (0.0, 0.05, 0.1, 0.15, 0.2, 0.3),
    "money_margin": (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6),
    "floor": (0.2, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8),
}
Row = tuple[str, Understanding]


def _right(label: str, intent: str) -> bool:
    return label == intent or any({label, intent} <= group for group in ALIKE)


def cost(rows: Sequence[Row], limits: Limits) -> float:
    """Turns lost, per utterance."""
    total = 0.0
    for label, heard in rows:
        verdict = judge(heard, limits)
        if verdict == "act":
            wrong = 5.0 if heard.intent in MONEY else 1.5
            total += 0.0 if _right(label, heard.intent) else wrong
        elif verdict == "ask":
            total += 0.35 if any(_right(label, name) for name in offered(heard)) else 1.2
        else:
            total += 0.1 if label == OUT_OF_SCOPE else 0.8
    return total / max(len(rows), 1)


def fit(rows: Sequence[Row]) -> Limits:
    """The limits of the grid that cost least; of equals, the most careful with money."""
    # The limits act on different rows but for `floor`: one at a time, twice, is a search of all.
    best = Limits(**{name: values[len(values) // 2] for name, values in GRID.items()})
    for name in (*GRID, *GRID):
        tried = [
            Limits(**{**{n: getattr(best, n) for n in GRID}, name: value})
            for value in (reversed(GRID[name]) if "money" in name else GRID[name])
        ]
        best = min(tried, key=lambda limits: round(cost(rows, limits), 6))
    return best


def measure(rows: Sequence[Row], limits: Limits) -> dict[str, float]:
    """What these limits do on utterances, as shares of all of them unless named otherwise."""
    verdicts = [(label, heard, judge(heard, limits)) for label, heard in rows]
    acted = [(label, heard) for label, heard, verdict in verdicts if verdict == "act"]
    asked = [(label, heard) for label, heard, verdict in verdicts if verdict == "ask"]
    wrong = [heard for label, heard in acted if not _right(label, heard.intent)]
    inside = sum(any(_right(label, name) for name in offered(heard)) for label, heard in asked)
    count = max(len(rows), 1)
    return {
        "rows": len(rows),
        "cost": round(cost(rows, limits), 4),
        "acted": round(len(acted) / count, 4),
        "right_where_acted": round(1 - len(wrong) / max(len(acted), 1), 4),
        "asked": round(len(asked) / count, 4),
        "offered_what_is_meant": round(inside / max(len(asked), 1), 4),
        "wrong_money_begun": sum(heard.intent in MONEY for heard in wrong),
    }


def main() -> None:
    """Fit, print, and measure on held-out utterances."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--intents", type=Path, help="folder of another intent model")
    given = parser.parse_args()
    corpus = load_examples([CORPUS])
    _, keys = read_seen(given.intents or MODELS / "intents")
    validation = [row for row in corpus if row_key(row.text) in keys]
    held = load_examples([HERE / "data" / "en", HERE / "data" / "zh"])
    known = {row.place for row in leaks(corpus, held)}
    classifier = IntentClassifier.load(MODELS, intents=given.intents)
    languages: tuple[Language, ...] = ("en", "zh")
    for language in languages:
        parts: dict[str, list[Row]] = {}
        for name, examples in (
            ("validation", validation),
            ("held out", [row for row in held if row.place not in known]),
        ):
            rows = [row for row in examples if row.language == language]
            parts[name] = []
            for batch in itertools.batched(rows, 64) if hasattr(itertools, "batched") else [rows]:
                texts = [row.text for row in batch]
                read = classifier.predict(texts, [language] * len(texts))
                parts[name] += [
                    (
                        row.label,
                        Understanding(row.text, language, p.intent, p.confidence, p.alternatives),
                    )
                    for row, p in zip(batch, read, strict=True)
                ]
        fitted = fit(parts["validation"])
        for which, limits in (("fitted", fitted), ("in use", LIMITS[language])):
            for part, rows_read in parts.items():
                figures = measure(rows_read, limits)
                if given.json:
                    print(
                        json.dumps({"language": language, "limits": which, "part": part, **figures})
                    )
                else:
                    shown = "  ".join(f"{key} {value}" for key, value in figures.items())
                    print(f"{language} {which:7} {part:10} {shown}")
            if not given.json:
                print(f"   {limits}")


if __name__ == "__main__":
    main()
