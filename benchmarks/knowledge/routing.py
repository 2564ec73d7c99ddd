"""What reaches the articles in a chat: questions should, and asks for goods or acts should not.

Utterances of intents that no help page speaks of, and acts on orders, held back from the weights of
the answers (`article_data.held_back`), each as the first turn of a conversation. Told is the share
that gets a passage before the skill's own answer, taken the share that gets one in its place.

    python -m benchmarks.knowledge.routing --shop /tmp/demo --each 40
"""

from __future__ import annotations

import argparse
import json
import uuid
from collections import Counter
from pathlib import Path

from assistant import Assistant
from assistant.conversation import Turn
from benchmarks.knowledge.article_data import UNASKED, held_back, utterances
from knowledge.demo import open_or_build

ACTS = (
    *("cancel_order", "return_item", "exchange_item", "change_order", "change_shipping_address"),
    *("change_payment", "request_refund", "track_order", "track_refund", "list_orders"),
    *("get_invoice", "place_order", "set_preference", "check_availability", "contact_human"),
)
"""Intents that have an act or a record for an answer."""


def main() -> None:
    """Print one JSON object an intent and language."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--shop", type=Path, default=Path("/tmp/aisle-demo"))
    parser.add_argument("--each", type=int, default=40, help="utterances an intent")
    parser.add_argument("--show", action="store_true", help="print what was taken")
    chosen = parser.parse_args()
    total: Counter[str] = Counter()
    with open_or_build(chosen.shop) as shop:
        shop.knowledge.sync()
        assistant = Assistant.open(shop)
        for language in ("en", "zh"):
            for intent in (*UNASKED, *ACTS):
                kept = [one.question for one in utterances(intent, language)]
                kept = [text for text in kept if held_back(text)][: chosen.each]
                told = taken = 0
                for text in kept:
                    reply = assistant.reply(Turn(text, uuid.uuid4().hex))
                    first = reply.citations[0] if reply.citations else None
                    if first is None or not first.source_id.endswith((".en", ".zh")):
                        continue
                    told += 1
                    last = reply.text.strip().splitlines()[-1]
                    taken += last in first.passage or last.startswith(("See also", "另见"))
                    if chosen.show:
                        print(f"  {intent} {text} | {reply.text[:160]!r}")
                total.update({"asked": len(kept), "told": told, "taken": taken})
                if told:
                    row = {"intent": intent, "language": language, "asked": len(kept)}
                    print(json.dumps({**row, "told": told, "taken": taken}), flush=True)
    print(json.dumps(dict(total)))


if __name__ == "__main__":
    main()
