"""How well the shipped intent model reads shop utterances that it was never trained on.

    python benchmarks/understanding/shop_intents.py [--json] [--mistakes] [--pairs FILE]

Protocol: every row of benchmarks/understanding/data/{en,zh} (held out: written apart from the
training corpus, seen by those who write it) and of data/blind/{en,zh} (blind: written by someone
who never read the corpus, and never read by those who do; look at its pairs, not its rows). Rows
whose text stands in the corpus too are left out and counted. One pass through the runtime
classifier: ONNX Runtime, one thread, no dialogue state. "Wrong money" counts rows of other intents
read as one that moves money or an order. The time of a turn is that of the whole understanding,
splitting, classifying and slots, one utterance at a time, over the words of the slots' shop.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

if __package__ in (None, ""):  # run by its path: the repository's root is not on the path yet
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from assistant.training.data import CORPUS, Example, load_examples
from assistant.training.evaluate import LanguageReport, evaluate, leaks
from assistant.understanding.classifier import IntentClassifier
from assistant.understanding.polarity import MONEY
from assistant.understanding.understand import Understander
from benchmarks.understanding.slots import shop_vocabulary

HERE = Path(__file__).resolve().parent
MODELS = Path(os.environ.get("AISLE_MODELS", HERE.parents[1] / "models"))
SETS = {
    "held out": (HERE / "data" / "en", HERE / "data" / "zh"),
    "blind": (HERE / "data" / "blind" / "en", HERE / "data" / "blind" / "zh"),
}
TIMED = 200


def understander(classifier: IntentClassifier) -> Understander:
    """The whole understanding around a classifier, over the slots benchmark's shop."""
    vocabulary = shop_vocabulary()
    return Understander(classifier, lambda: vocabulary, "USD", lambda: date(2026, 11, 23))


def turn_times(classifier: IntentClassifier, examples: Sequence[Example]) -> dict[str, float]:
    """Milliseconds to understand one turn: p50 and p95 over a fixed sample, after a warm-up."""
    whole = understander(classifier)
    sample = examples[:: max(1, len(examples) // TIMED)][:TIMED]
    for example in sample[:10]:
        whole.understand(example.text, example.language)
    spent = []
    for example in sample:
        start = time.perf_counter()
        whole.understand(example.text, example.language)
        spent.append((time.perf_counter() - start) * 1e3)
    p50, p95 = np.percentile(spent, [50, 95])
    return {"p50": round(float(p50), 2), "p95": round(float(p95), 2)}


def wrong_money(report: LanguageReport) -> int:
    """Rows of a harmless intent read as one that moves money or an order."""
    return sum(n for label, said, n in report.confusions if said in MONEY and label not in MONEY)


def main() -> None:
    """Print the protocol's figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
    parser.add_argument("--mistakes", action="store_true", help="held-out rows read wrongly")
    parser.add_argument("--intents", type=Path, help="folder of another intent model")
    parser.add_argument("--pairs", type=Path, help="write the blind set's confusion pairs there")
    given = parser.parse_args()
    classifier = IntentClassifier.load(MODELS, intents=given.intents)
    corpus = load_examples([CORPUS])
    found: dict[str, dict[str, LanguageReport]] = {}
    left_out: dict[str, int] = {}
    times: dict[str, dict[str, float]] = {}
    for name, folders in SETS.items():
        examples = load_examples(folders)
        known = {(e.language, e.place) for e in leaks(corpus, examples)}
        left_out[name] = len(known)
        fair = [e for e in examples if (e.language, e.place) not in known]
        found[name] = evaluate(classifier, fair)
        times[name] = turn_times(classifier, fair)
    if given.pairs:
        given.pairs.write_text("\n".join(_pairs(found["blind"])) + "\n", encoding="utf-8")
    if given.json:
        print(json.dumps(_plain(found, left_out, times)))
        return
    for name, reports in found.items():
        rows = sum(r.rows for r in reports.values())
        print(
            f"Shop intents, {name}: {rows} rows; {left_out[name]} left out as also in the corpus; "
            f"understand one turn p50 {times[name]['p50']} ms, p95 {times[name]['p95']} ms"
        )
        for language, r in reports.items():
            print(
                f"{language}: {r.rows} rows  accuracy {r.accuracy:.3f}  in scope "
                f"{r.in_scope_accuracy:.3f}  macro F1 {r.macro_f1:.3f}  top 3 {r.top3:.3f}  "
                f"refusal recall {r.refusal_recall:.3f}  false refusals {r.false_refusals:.3f}  "
                f"calibration error {r.calibration_error:.3f}  wrong money {wrong_money(r)}  "
                f"classify {r.milliseconds:.1f} ms"
            )
            for label, predicted, count in r.confusions[:15]:
                print(f"    {count:3d}  {label} read as {predicted}")
            if given.mistakes and name != "blind":
                for m in r.mistakes:
                    print(f"    {m.place}: {m.text!r} {m.label} -> {m.predicted} ({m.confidence})")


def _pairs(reports: dict[str, LanguageReport]) -> list[str]:
    return [
        f"{language}\t{count}\t{label}\t{predicted}"
        for language, report in reports.items()
        for label, predicted, count in report.confusions
    ]


def _plain(
    found: dict[str, dict[str, LanguageReport]],
    left_out: dict[str, int],
    times: dict[str, dict[str, float]],
) -> dict[str, object]:
    return {
        name: {
            "left_out": left_out[name],
            "turn_ms": times[name],
            "languages": {
                language: {
                    **{k: v for k, v in dataclasses.asdict(r).items() if k != "mistakes"},
                    "wrong_money": wrong_money(r),
                }
                for language, r in reports.items()
            },
        }
        for name, reports in found.items()
    }


if __name__ == "__main__":
    main()
