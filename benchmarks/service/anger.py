"""How well anger is told from plain speech: python -m benchmarks.service.anger [--split validation]

Hand-written lines in both languages, half of the calm ones with words of anger about something else
(bins, toys, prices). The detector was set on the validation lines and only measured on the test
lines. One hand wrote both and the detector, so strangers' words will be met less often.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

from assistant.understanding.anger import angry

LINES = Path(__file__).parent / "data" / "anger.tsv"


def rows(split: str) -> list[tuple[str, bool, str]]:
    """(language, angry, text) of a split."""
    with LINES.open(encoding="utf-8", newline="") as file:
        return [
            (language, label == "angry", text)
            for part, language, label, text in csv.reader(file, delimiter="\t", quoting=3)
            if part == split
        ]


def measure(split: str, language: str) -> tuple[int, int, int, int]:
    """(angry and found, angry, calm and taken for angry, calm) of a language."""
    found = [(is_angry, angry(text)) for lang, is_angry, text in rows(split) if lang == language]
    return (
        sum(truth and told for truth, told in found),
        sum(truth for truth, _ in found),
        sum(told and not truth for truth, told in found),
        sum(not truth for truth, _ in found),
    )


def main() -> None:
    """Print recall and false alarms a language."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=("validation", "test"), default="test")
    parser.add_argument("--errors", action="store_true", help="Show what was judged wrongly.")
    given = parser.parse_args()
    print(f"anger, {given.split} lines of {LINES.name}")
    for language in ("en", "zh"):
        hit, all_angry, alarms, calm = measure(given.split, language)
        print(f"{language}: found {hit}/{all_angry} angry, {alarms}/{calm} false alarms")
    if given.errors:
        for language, truth, text in rows(given.split):
            if angry(text) != truth:
                print(f"  {language} {'missed' if truth else 'alarm'}: {text}")


if __name__ == "__main__":
    main()
