"""Guarded intents read into turns that deny, suppose or report them: none may be left.

    python benchmarks/understanding/negation.py [--json] [--errors] [--intents FOLDER]

Protocol: each line of data/negation/{en,zh}.txt goes through the whole understanding (splitting,
classifying, veto) without dialogue state; it counts as wrong where any of its asks is read as one
of assistant.understanding.polarity.GUARDED (money intents, forgetting, closing an account). The
rules of the veto were shaped on these lines. Those of data/negation/fresh were written when the
rules were done and read once with them; what that reading left shaped the rules further. Those of
data/negation/last were written after that, read once, and shaped them too. Those of
data/negation/unshaped were written after that, and no rule has been shaped on them.
The lines of data/negation/asks hold a denial and do ask: a veto there is counted as wrong too.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Final

os.environ.setdefault("OMP_NUM_THREADS", "1")
if __package__ in (None, ""):  # run by its path: the repository's root is not on the path yet
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from assistant.conversation import Language
from assistant.understanding.classifier import IntentClassifier
from assistant.understanding.polarity import GUARDED, only_spoken_of
from benchmarks.understanding.shop_intents import MODELS, understander

LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh")
DATA = Path(__file__).resolve().parent / "data" / "negation"


def main() -> None:
    """Print guarded readings before and after the veto, and vetoes of plain asks."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
    parser.add_argument("--errors", action="store_true", help="list each line that went wrong")
    parser.add_argument("--intents", type=Path, help="folder of another intent model")
    given = parser.parse_args()
    classifier = IntentClassifier.load(MODELS, intents=given.intents)
    whole = understander(classifier)
    figures: dict[str, dict[str, int]] = {}
    for folder in (DATA, DATA / "fresh", DATA / "last", DATA / "unshaped"):
        for language in LANGUAGES:
            texts = (folder / f"{language}.txt").read_text("utf-8").splitlines()
            plain = classifier.predict(texts, [language] * len(texts))
            wrong = []
            for text in texts:
                heard = [each.intent for each in whole.understand(text, language)]
                if GUARDED.intersection(heard):
                    wrong.append(f"{text!r} read as {', '.join(heard)}")
            figures[f"{folder.name} {language}"] = {
                "lines": len(texts),
                "guarded by the model alone": sum(each.intent in GUARDED for each in plain),
                "wrong": len(wrong),
            }
            if given.errors:
                print(*wrong, sep="\n")
    for language in LANGUAGES:
        rows = (DATA / "asks" / f"{language}.tsv").read_text("utf-8").splitlines()
        vetoed = [
            row
            for intent, text in (row.split("\t") for row in rows)
            if only_spoken_of(text, language, intent)
            for row in [text]
        ]
        figures[f"asks {language}"] = {"lines": len(rows), "wrong": len(vetoed)}
        if given.errors:
            print(*vetoed, sep="\n")
    if given.json:
        print(json.dumps(figures))
        return
    for name, counts in figures.items():
        print(f"{name}: " + ", ".join(f"{what} {count}" for what, count in counts.items()))


if __name__ == "__main__":
    main()
