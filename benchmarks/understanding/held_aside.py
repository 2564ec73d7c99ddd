"""Lines of fresh readings that were kept out of the corpus, read by the whole understanding.

    python -m benchmarks.understanding.held_aside [--errors] [--intents FOLDER]

Protocol: six readings of all intents and one of denied acts were written to find classes of error;
four fifths of their lines, and more of the same classes, then went into the corpus. Those of
data/aside/{en,zh} are of the fifth that did not, less what stands in the corpus all the same. They
share their author with much of the corpus, so the blind set (shop_intents) tells more. A line
counts as read rightly where one of its asks is of an intent named above it ("@one|another": either
is right). No dialogue state, no seed.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

os.environ.setdefault("OMP_NUM_THREADS", "1")

from assistant.conversation import Language
from assistant.training.data import CORPUS, load_examples
from assistant.training.settle import row_key
from assistant.understanding.classifier import IntentClassifier
from assistant.understanding.intents import INTENTS
from benchmarks.understanding.shop_intents import MODELS, understander

LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh")
DATA: Final = Path(__file__).resolve().parent / "data" / "aside"


def labelled(path: Path) -> Iterator[tuple[frozenset[str], str]]:
    """Each line with the intents it may be read as.

    Raises:
        ValueError: a heading names what is no intent, or a line stands above the first.
    """
    meant: frozenset[str] = frozenset()
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.startswith("@"):
            meant = frozenset(line[1:].split("|"))
        if not meant or not meant <= {*INTENTS}:
            raise ValueError(f"{path}:{number}: {line!r}: put @intent above it, of those there are")
        if not line.startswith("@"):
            yield meant, line


def main() -> None:
    """Print how many of the lines are read rightly, by language."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--errors", action="store_true", help="list each line read otherwise")
    parser.add_argument("--intents", type=Path, help="folder of another intent model")
    given = parser.parse_args()
    whole = understander(IntentClassifier.load(MODELS, intents=given.intents))
    trained_on = {row_key(row.text) for row in load_examples([CORPUS])}
    for language in LANGUAGES:
        rows = [
            row for row in labelled(DATA / f"{language}.txt") if row_key(row[1]) not in trained_on
        ]
        right = 0
        for meant, text in rows:
            read = [heard.intent for heard in whole.understand(text, language)]
            right += not meant.isdisjoint(read)
            if given.errors and meant.isdisjoint(read):
                print(f"  {'|'.join(sorted(meant))} read as {'+'.join(read)}: {text}")
        print(f"{language}: {right} of {len(rows)} read rightly ({right / len(rows):.3f})")


if __name__ == "__main__":
    main()
