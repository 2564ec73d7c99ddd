"""Turns that name a product by its whole title: is it that product that the reply is about?

    python -m benchmarks.understanding.named [--shop FOLDER] [--products 60] [--seed 3] [--errors]

Protocol: products on sale are drawn by seed; each is named by its whole title in nine English turns
and, where it has one, by its Chinese title in six, each in a conversation of its own. A turn counts
where a card of the reply is that product, or where it asked to add it to the cart and the reply
names it. The names are read before the first turn, as a chat does in its first quiet seconds.
Conversations are kept with the shop: give a copy of one that is in use. The turns were written by
those who wrote the rules. Without a folder it is the demo shop.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import uuid
from collections import Counter
from pathlib import Path
from typing import Final

from sqlalchemy import select

from assistant.conversation import Reply, Turn
from assistant.engine import Assistant
from db.models import Product
from db.unit import read_unit
from knowledge.demo import open_or_build

ENGLISH: Final = (
    "how much is the {}", "is the {} in stock", "tell me about {}", "{} reviews",
    "add the {} to my cart", "do you have the {}", "what colors does the {} come in",
    "whats the weight of {}", "{}",
)  # fmt: skip
CHINESE: Final = (
    "{}多少钱", "{}有货吗", "介绍一下{}", "{}评价怎么样", "把{}加入购物车", "{}有什么颜色",
)  # fmt: skip
ADDS: Final = ("add ", "把")
_ENOUGH: Final = 12
"""Characters of a title by which a reply about the cart names it."""


def about(reply: Reply, product_id: str, title: str, text: str) -> bool:
    """Whether a reply to this turn is about the product."""
    if any(card.product_id == product_id for card in reply.cards):
        return True
    return text.startswith(ADDS) and title.casefold()[:_ENOUGH] in reply.text.casefold()


def main() -> None:
    """Print how many turns of each kind were about the product they name."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shop", type=Path, help="a shop's folder; the demo shop without it")
    parser.add_argument("--products", type=int, default=60, help="how many are drawn")
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--errors", action="store_true", help="list each turn that went elsewhere")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        assistant = Assistant.open(open_or_build(given.shop or Path(folder)))
        assistant.shop.knowledge.names.prepare()
        with read_unit(assistant.shop.engine) as session:
            names = select(Product.id, Product.title, Product.title_zh).where(Product.active)
            products = sorted(tuple(row) for row in session.execute(names))
        random.seed(given.seed)
        drawn = random.sample(products, min(given.products, len(products)))
        asked, right = Counter[str](), Counter[str]()
        for product_id, title, title_zh in drawn:
            for turns, name in ((ENGLISH, title), (CHINESE, title_zh)):
                for form in turns if name else ():
                    asked[form] += 1
                    text = form.format(name)
                    turn = Turn(text, uuid.uuid4().hex, channel="plain")
                    reply = assistant.reply(turn)
                    right[form] += about(reply, product_id, name, text)
                    if given.errors and not about(reply, product_id, name, text):
                        print(f"  {text} ({reply.intent}): {reply.text[:100]!r}")
        assistant.close()
    for form in (*ENGLISH, *CHINESE):
        print(f"{right[form]:4} of {asked[form]:4}  {form}")
    total = asked.total()
    print(f"{right.total()} of {total} turns, {len(drawn)} of {len(products)} products")


if __name__ == "__main__":
    main()
