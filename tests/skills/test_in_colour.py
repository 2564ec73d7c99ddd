"""Colour as what a thing does: limited by the records' own yes or no where the kind has one."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator

import pytest

from assistant import Assistant
from assistant.conversation import Reply, Turn
from db.engine import create_engine_for, upgrade
from knowledge.feeds import import_paths
from knowledge.shop import Shop

CATALOGUE = [
    *(
        {
            "id": f"printer-{n}",
            "title": f"Quill {n} printer",
            "category": "Printers",
            "price": 100 + n,
            "color": "black",
            "attributes": {"colour": n % 2 == 0},
        }
        for n in range(6)
    ),
    *(
        {"id": f"kite-{n}", "title": f"Gull {n} kite", "category": "Kites", "price": 20, "color": c}
        for n, c in enumerate(["multicolor", "red", "multicolor"])
    ),
]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("colour")
    feed = folder / "products.jsonl"
    feed.write_text("\n".join(json.dumps(row) for row in CATALOGUE), encoding="utf-8")
    shop = folder / "shop"
    shop.mkdir()
    engine = create_engine_for(shop)
    upgrade(engine)
    import_paths(engine, shop, [feed])
    engine.dispose()
    opened = Shop.open(shop)
    opened.knowledge.sync()
    made = Assistant.open(opened)
    yield made
    made.close()


def said(assistant: Assistant, *lines: str) -> Reply:
    conversation = uuid.uuid4().hex
    for line in lines:
        reply = assistant.reply(Turn(line, conversation))
    return reply


@pytest.mark.parametrize(
    ("lines", "even"),
    [
        (("colour printers",), True),
        (("彩色打印机",), True),
        (("printers", "only colour ones"), True),
        (("打印机", "彩色的"), True),
        (("monochrome printers",), False),
        (("黑白打印机",), False),
    ],
)
def test_printers_work_in_colour(assistant: Assistant, lines: tuple[str, ...], even: bool) -> None:
    shown = {card.product_id for card in said(assistant, *lines).cards}
    assert shown == {f"printer-{n}" for n in range(6) if (n % 2 == 0) is even}


def test_kites_have_colours(assistant: Assistant) -> None:
    assert {c.product_id for c in said(assistant, "彩色的风筝").cards} == {"kite-0", "kite-2"}


def test_a_black_printer_is_black(assistant: Assistant) -> None:
    assert len(said(assistant, "black printers").cards) == 6
