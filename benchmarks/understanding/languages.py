"""Understanding of the languages that Aisle hears and does not speak.

    python -m benchmarks.understanding.languages [--json] [--intents FOLDER] [--mistakes]

Protocol: benchmarks/understanding/data/languages.csv, 21 asks in each of 14 languages (those of
the multilingual encoder besides English and simplified Chinese), written by hand, one author, of
20 intents; none stands in the corpus, which is in English and simplified Chinese only. The whole
understanding reads each line as the first message of a conversation in an English shop.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
from collections import Counter, defaultdict
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

if __package__ in (None, ""):  # run by its path: the repository's root is not on the path yet
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from assistant.understanding.classifier import IntentClassifier
from assistant.understanding.intents import OUT_OF_SCOPE
from benchmarks.understanding.shop_intents import MODELS, understander

LINES = Path(__file__).resolve().parent / "data" / "languages.csv"


def main() -> None:
    """Print accuracy by language, what is refused, and how replies would be worded."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
    parser.add_argument("--intents", type=Path, help="folder of another intent model")
    parser.add_argument("--mistakes", action="store_true", help="print what was read wrongly")
    given = parser.parse_args()
    whole = understander(IntentClassifier.load(MODELS, intents=given.intents))
    with LINES.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    right: dict[str, list[bool]] = defaultdict(list)
    spoken: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    refused = {True: 0, False: 0}
    for row in rows:
        first = whole.understand(row["text"], "en")[0]
        right[row["language"]].append(first.intent == row["label"])
        # Traditional Chinese is answered in Chinese, every other language in English.
        spoken[f"{first.language} for {'zh' if row['language'] == 'zh-Hant' else 'en'}"] += 1
        refused[row["label"] == OUT_OF_SCOPE] += first.intent == OUT_OF_SCOPE
        if first.intent != row["label"]:
            pairs[row["label"], first.intent] += 1
            if given.mistakes:
                print(f"  {row['language']} {row['text']!r}: {row['label']} -> {first.intent}")
    outside = sum(row["label"] == OUT_OF_SCOPE for row in rows)
    result = {
        "rows": len(rows),
        "accuracy": round(sum(map(sum, right.values())) / len(rows), 4),
        "by language": {name: round(sum(hits) / len(hits), 3) for name, hits in right.items()},
        "out of scope refused": round(refused[True] / outside, 3),
        "in scope but refused": round(refused[False] / (len(rows) - outside), 3),
        "answered in, for": dict(spoken),
    }
    if given.json:
        print(json.dumps(result))
        return
    for name, value in result.items():
        print(f"{name}: {value}")
    for (meant, said), count in pairs.most_common(10):
        print(f"  {count} x {meant} read as {said}")


if __name__ == "__main__":
    main()
