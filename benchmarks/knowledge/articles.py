"""Answers from articles: is the right one among the first three, and is nothing made up.

Asks the demo shop's help, or any imported shop's, a file of questions: recall of an article that
answers at 1 and at 3 whatever its score, the share of answerable questions that get an answer with
the right article among the three, and the share of refusals where nothing answers.

    python -m benchmarks.knowledge.articles --shop /tmp/demo
    python -m benchmarks.knowledge.articles --shop /tmp/other --questions FILE.jsonl --show
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from benchmarks.knowledge.article_data import DATA, DEVELOPMENT, questions
from db.unit import read_unit
from knowledge.demo import open_or_build


def main() -> None:
    """Print one JSON object a file and language."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--shop", type=Path, default=Path("/tmp/aisle-demo"))
    parser.add_argument(
        "--questions", nargs="*", default=list(DEVELOPMENT), help=f"files in {DATA.name}/"
    )
    parser.add_argument("--show", action="store_true", help="print what went wrong")
    chosen = parser.parse_args()
    with open_or_build(chosen.shop) as shop, read_unit(shop.engine) as session:
        shop.knowledge.sync()
        search = shop.knowledge.articles
        for name in chosen.questions:
            asked = questions(name)
            for language in sorted({one.language for one in asked}):
                first = third = answered = refused = 0
                rows = [one for one in asked if one.language == language]
                for one in rows:
                    hits = search.search(session, one.question, language, 12)
                    found = list(dict.fromkeys(hit.article_id for hit in hits))[:3]
                    given = bool(hits) and hits[0].score >= search.threshold
                    if not one.articles:
                        refused += not given
                        good = not given
                    else:
                        first += bool(one.articles & set(found[:1]))
                        third += bool(one.articles & set(found))
                        good = given and bool(one.articles & set(found))
                        answered += good
                    if chosen.show and not good:
                        score = hits[0].score if hits else 0.0
                        print(f"  {score:.2f} {one.question} {sorted(one.articles)} {found}")
                yes = sum(bool(one.articles) for one in rows)
                print(
                    json.dumps(
                        {
                            "file": name,
                            "language": language,
                            "answerable": yes,
                            "recall@1": round(first / max(1, yes), 3),
                            "recall@3": round(third / max(1, yes), 3),
                            "answered, right among 3": round(answered / max(1, yes), 3),
                            "unanswerable": len(rows) - yes,
                            "refused": round(refused / max(1, len(rows) - yes), 3),
                        }
                    )
                )


if __name__ == "__main__":
    main()
