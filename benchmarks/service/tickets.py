"""Whether past tickets answer where they should: python -m benchmarks.service.tickets --shop DEMO

Questions in other words than the demo shop's tickets, and as many that no ticket answers (T and N).
Counted by hand-given kind only: that the right ticket came first is checked by reading --all.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

from db.unit import read_unit
from knowledge.shop import Shop

LINES = Path(__file__).parent / "data" / "ticket_questions.tsv"


def main() -> None:
    """Print how many were answered that should be, and that should not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shop", type=Path, required=True)
    parser.add_argument("--split", choices=("validation", "test"), default="test")
    parser.add_argument("--all", action="store_true", help="Show each question with its hit.")
    given = parser.parse_args()
    with LINES.open(encoding="utf-8", newline="") as file:
        lines = [
            row for row in csv.reader(file, delimiter="\t", quoting=3) if row[0] == given.split
        ]
    print(f"past tickets, {given.split} lines of {LINES.name}")
    with Shop.open(given.shop) as shop, read_unit(shop.engine) as session:
        tickets = shop.knowledge.tickets
        counts = {(lang, kind): [0, 0] for lang in ("en", "zh") for kind in "TN"}
        for _, language, kind, text in lines:
            best = tickets.search(session, text, language, 1)[0]
            told = best.score >= tickets.threshold[language]
            counts[language, kind][0] += told
            counts[language, kind][1] += 1
            if given.all:
                print(f"  {kind} {best.score:.3f} {text} -> {best.question}")
    for language in ("en", "zh"):
        hit, answerable = counts[language, "T"]
        wrong, other = counts[language, "N"]
        print(f"{language}: answered {hit}/{answerable}, wrongly {wrong}/{other}")


if __name__ == "__main__":
    main()
