"""Whole turns: two asks in order, long stories with the ask at their end, and corrections.

    python benchmarks/understanding/turns.py [--json] [--errors] [--intents FOLDER]

Protocol: each line of data/turns/{en,zh}.tsv names the asks expected, in order, and the turn. It is
right where the whole understanding (splitting, classifying, veto), without dialogue state, gives
just these intents in this order. "Split" counts the turns that give the right number of asks. A
greeting or thanks before an ask may be left out, since the dialogue answers the ask.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Final

os.environ.setdefault("OMP_NUM_THREADS", "1")
if __package__ in (None, ""):  # run by its path: the repository's root is not on the path yet
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from assistant.conversation import Language
from assistant.understanding.classifier import IntentClassifier
from benchmarks.understanding.checklist import Reads
from benchmarks.understanding.shop_intents import MODELS, understander

LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh")
DATA = Path(__file__).resolve().parent / "data" / "turns"
_COURTESIES: Final = frozenset({"greet", "thank"})


def turns(language: Language) -> list[tuple[tuple[str, ...], str]]:
    """(expected intents in order, turn) of each line."""
    rows = [line.split("\t") for line in (DATA / f"{language}.tsv").read_text("utf-8").splitlines()]
    return [(tuple(intents.split()), text) for intents, text in rows]


def agrees(expected: tuple[str, ...], heard: tuple[str, ...]) -> bool:
    """Whether the asks are those expected, in order; a courtesy before an ask may be missing."""
    if heard == expected:
        return True
    return len(expected) > 1 and expected[0] in _COURTESIES and heard == expected[1:]


def measure(reads: Reads, language: Language) -> tuple[Counter[str], list[str]]:
    """Counts of turns (all, one ask, two asks), right ones and rightly split ones; the errors."""
    counts: Counter[str] = Counter()
    errors = []
    for expected, text in turns(language):
        heard = tuple(each.intent for each in reads.understand(text, language))
        kind = "one ask" if len(expected) == 1 else "two asks"
        right = agrees(expected, heard)
        split = right or len(heard) == len(expected)
        counts.update({"turns": 1, kind: 1, f"{kind} right": right, "split": split, "right": right})
        if not right:
            errors.append(f"{' '.join(expected)} read as {' '.join(heard)}: {text}")
    return counts, errors


def main() -> None:
    """Print what share of turns gives the expected asks in order."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
    parser.add_argument("--errors", action="store_true", help="list each turn that went wrong")
    parser.add_argument("--intents", type=Path, help="folder of another intent model")
    given = parser.parse_args()
    whole = understander(IntentClassifier.load(MODELS, intents=given.intents))
    found = {language: measure(whole, language) for language in LANGUAGES}
    if given.json:
        print(json.dumps({language: dict(counts) for language, (counts, _) in found.items()}))
        return
    for language, (counts, errors) in found.items():
        print(
            f"{language}: {counts['turns']} turns, right {counts['right'] / counts['turns']:.3f}, "
            f"split {counts['split'] / counts['turns']:.3f}; one ask {counts['one ask right']} of "
            f"{counts['one ask']}, two asks {counts['two asks right']} of {counts['two asks']}"
        )
        if given.errors:
            print(*errors, sep="\n")


if __name__ == "__main__":
    main()
