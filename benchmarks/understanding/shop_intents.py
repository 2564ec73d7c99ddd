"""How well the shipped intent model reads shop utterances that it was never trained on.

    python benchmarks/understanding/shop_intents.py [--json] [--mistakes]

Protocol: every row of benchmarks/understanding/data/{en,zh}/<intent>.txt, written apart from the
training corpus; rows whose text stands in the corpus too are left out and counted. One pass
through the runtime classifier as a chat uses it: ONNX Runtime, one thread, no dialogue state.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from assistant.training.data import CORPUS, load_examples
from assistant.training.evaluate import evaluate, leaks
from assistant.understanding.classifier import IntentClassifier

HERE = Path(__file__).resolve().parent
MODELS = Path(os.environ.get("AISLE_MODELS", HERE.parents[1] / "models"))


def main() -> None:
    """Print the protocol's figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
    parser.add_argument("--mistakes", action="store_true", help="list each row read wrongly")
    parser.add_argument("--intents", type=Path, help="folder of another intent model")
    given = parser.parse_args()
    examples = load_examples([HERE / "data" / "en", HERE / "data" / "zh"])
    leaked = leaks(load_examples([CORPUS]), examples)
    known = {e.place for e in leaked}
    fair = [e for e in examples if e.place not in known]
    reports = evaluate(IntentClassifier.load(MODELS, intents=given.intents), fair)
    if given.json:
        print(json.dumps({k: dataclasses.asdict(v) for k, v in reports.items()}))
        return
    print(f"Shop intents, held out: {len(fair)} rows; {len(leaked)} left out as also in the corpus")
    for language, r in reports.items():
        print(
            f"{language}: {r.rows} rows  accuracy {r.accuracy:.3f}  in scope "
            f"{r.in_scope_accuracy:.3f}  macro F1 {r.macro_f1:.3f}  top 3 {r.top3:.3f}  "
            f"refusal recall {r.refusal_recall:.3f}  false refusals {r.false_refusals:.3f}  "
            f"calibration error {r.calibration_error:.3f}  {r.milliseconds:.1f} ms a turn"
        )
        for label, predicted, count in r.confusions[:15]:
            print(f"    {count:3d}  {label} read as {predicted}")
        if given.mistakes:
            for m in r.mistakes:
                print(f"    {m.place}: {m.text!r} {m.label} -> {m.predicted} ({m.confidence})")


if __name__ == "__main__":
    main()
