"""Answers from articles: is the right one among the first three, and is nothing made up.

Asks the demo shop's help, or any imported shop's, a file of questions: recall of an article that
answers at 1 and at 3 whatever its score, the share of answerable questions that get an answer with
the right article among the three, and the share of refusals where nothing answers; with 95 %
bootstrap intervals. `--chat` asks the assistant as a shopper would, each question in a conversation
of its own: replies that cite a right article, that cite one of it first, and that cite none where
nothing answers.

    python -m benchmarks.knowledge.articles --shop /tmp/demo
    python -m benchmarks.knowledge.articles --shop /tmp/other --questions FILE.jsonl --show --chat
"""

from __future__ import annotations

import argparse
import json
import uuid
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant import Assistant
from assistant.conversation import Reply, Turn
from benchmarks.knowledge.article_data import DATA, DEVELOPMENT, Asked, questions
from db.unit import read_unit
from knowledge.demo import open_or_build
from knowledge.shop import Shop


def interval(values: Sequence[bool], seed: int = 0) -> list[float]:
    """Share of what holds, and the bounds of its 95 % bootstrap interval; [] of nothing."""
    if not values:
        return []
    rng = np.random.default_rng(seed)
    drawn = rng.choice(np.array(values, float), (2000, len(values))).mean(1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return [round(float(v), 3) for v in (np.mean(values), low, high)]


def by_search(shop: Shop, rows: Sequence[Asked], show: bool) -> dict[str, list[bool]]:
    """Each measure's answers by `ArticleSearch` alone."""
    names = ("recall@1", "recall@3", "answered, right among 3", "refused")
    out: dict[str, list[bool]] = {name: [] for name in names}
    search = shop.knowledge.articles
    with read_unit(shop.engine) as session:
        for one in rows:
            hits = search.search(session, one.question, one.language, 12)
            found = list(dict.fromkeys(hit.article_id for hit in hits))[:3]
            given = bool(hits) and hits[0].score >= search.threshold
            if one.articles:
                out["recall@1"].append(bool(one.articles & set(found[:1])))
                out["recall@3"].append(bool(one.articles & set(found)))
                good = given and out["recall@3"][-1]
                out["answered, right among 3"].append(good)
            else:
                good = not given
                out["refused"].append(good)
            if show and not good:
                score = hits[0].score if hits else 0.0
                print(f"  {score:.2f} {one.question} {sorted(one.articles)} {found}")
    return out


def by_chat(assistant: Assistant, rows: Sequence[Asked], show: bool) -> dict[str, list[bool]]:
    """Each measure's answers by whole replies."""
    names = ("chat: right", "chat: right first", "chat: none")
    out: dict[str, list[bool]] = {name: [] for name in names}
    for one in rows:
        reply: Reply = assistant.reply(Turn(one.question, uuid.uuid4().hex))
        cited = [each.source_id for each in reply.citations]
        if one.articles:
            good = bool(one.articles & set(cited))
            out["chat: right"].append(good)
            out["chat: right first"].append(bool(one.articles & set(cited[:1])))
        else:
            good = not cited
            out["chat: none"].append(good)
        if show and not good:
            said = reply.text.replace("\n", " ")[:110]
            print(f"  {reply.intent} {one.question} {sorted(one.articles)} {cited} | {said}")
    return out


def main() -> None:
    """Print one JSON object a file and language."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--shop", type=Path, default=Path("/tmp/aisle-demo"))
    parser.add_argument(
        "--questions", nargs="*", default=list(DEVELOPMENT), help=f"files in {DATA.name}/"
    )
    parser.add_argument("--chat", action="store_true", help="ask the assistant, too")
    parser.add_argument("--show", action="store_true", help="print what went wrong")
    chosen = parser.parse_args()
    with open_or_build(chosen.shop) as shop:
        shop.knowledge.sync()
        assistant = Assistant.open(shop) if chosen.chat else None
        for name in chosen.questions:
            asked = questions(name)
            for language in sorted({one.language for one in asked}):
                rows = [one for one in asked if one.language == language]
                found = by_search(shop, rows, chosen.show)
                if assistant is not None:
                    found |= by_chat(assistant, rows, chosen.show)
                print(
                    json.dumps(
                        {
                            "file": name,
                            "language": language,
                            "answerable": sum(bool(one.articles) for one in rows),
                            "unanswerable": sum(not one.articles for one in rows),
                            **{key: interval(values) for key, values in found.items()},
                        }
                    )
                )


if __name__ == "__main__":
    main()
