"""docs/importing.md: its examples import as they stand, and it names every column."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

from db.models import Article, Customer, Order, Product
from knowledge.feeds.plain_products import COLUMNS
from tests.feeds.conftest import Shop

PAGE = (Path(__file__).resolve().parents[2] / "docs/importing.md").read_text(encoding="utf-8")


def test_the_examples_import_without_a_refusal(shop: Shop) -> None:
    examples = re.findall(r"<!-- (\S+) -->\n```\w+\n(.*?)```", PAGE, re.DOTALL)
    assert len(examples) == 7
    for name, content in examples:
        shop.write(name, content)
    report = shop.take(shop.feeds)
    assert report.ok, report.to_text()
    told = [note.text for note in report.notes if not note.text.startswith("read as ")]
    assert not told, report.to_text()
    with shop.session() as session:
        boot = session.get_one(Product, "boot")
        assert boot.category_path == "Shoes / Hiking Boots"
        assert boot.variants[0].options == {"color": "Dark Brown", "size": "40", "lacing": "hooks"}
        assert boot.variants[0].list_price == 149
        assert len(session.get_one(Product, "tee").variants) == 2
        assert session.get_one(Article, "returns.en").topic == "returns"
        assert session.get_one(Customer, "c-1").addresses[0].city == "Leeds"
        assert session.get_one(Order, "#1001").total == Decimal("133.50")


def test_every_column_is_in_the_page() -> None:
    words = set(re.findall(r"\w+", PAGE))
    assert words >= COLUMNS - {"popularity", "options"}
