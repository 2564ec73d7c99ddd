"""Feeds of shop systems, one contract over all readers: the same shirt, whatever system it left."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from db.models import Article, Product, Variant
from knowledge.feeds.clean import BadField
from knowledge.feeds.detect import detect
from knowledge.feeds.money import amount
from tests.feeds.conftest import Shop

DATA = Path(__file__).parent / "data"
GOOGLE_XML = (DATA / "google.xml").read_text(encoding="utf-8")
JSON_LD = json.dumps(
    {
        "@context": "https://schema.org",
        "@graph": [
            {
                "@type": "ProductGroup",
                "productGroupID": "shirt",
                "name": "Harbour shirt",
                "description": "Woven & soft",
                "brand": {"@type": "Brand", "name": "Northfold"},
                "category": "Clothes > Shirts",
                "audience": {"@type": "PeopleAudience", "suggestedGender": "male"},
                "hasVariant": [
                    {
                        "@type": "Product",
                        "sku": "s-1",
                        "color": "Navy",
                        "size": "S",
                        "offers": {
                            "@type": "Offer",
                            "price": 999.0,
                            "priceCurrency": "USD",
                            "availability": "https://schema.org/InStock",
                        },
                    },
                    {
                        "@type": "Product",
                        "sku": "s-2",
                        "color": "Red",
                        "size": {"@type": "SizeSpecification", "name": "M"},
                        "offers": [
                            {"price": "900", "priceCurrency": "EUR"},
                            {
                                "price": "1029.50",
                                "priceCurrency": "USD",
                                "availability": "OutOfStock",
                            },
                        ],
                    },
                    {
                        "@type": "Product",
                        "sku": "s-3",
                        "offers": {"price": "20", "priceCurrency": "EUR"},
                    },
                ],
            }
        ],
    }
)
FEEDS = {
    "google": ("feed.tsv", (DATA / "google.tsv").read_text(encoding="utf-8")),
    "google_xml": ("feed.xml", GOOGLE_XML),
    "shopify": ("export.csv", (DATA / "shopify.csv").read_text(encoding="utf-8")),
    "woocommerce": ("wc.csv", (DATA / "woocommerce.csv").read_text(encoding="utf-8")),
    "json_ld": ("shirt.json", JSON_LD),
    "json_ld_page": (
        "shirt.html",
        f'<html><body><script type="application/ld+json">{JSON_LD}</script></body></html>',
    ),
    "json_ld_lines": ("shirt.jsonl", JSON_LD + "\n"),
}


@pytest.mark.parametrize("name", FEEDS)
def test_one_shirt_out_of_every_system(name: str, shop: Shop) -> None:
    file, text = FEEDS[name]
    path = shop.write(file, text)
    for _ in range(2):  # a second import doubles nothing
        report = shop.take(path)
        with shop.session() as session:
            (shirt,) = session.scalars(select(Product)).all()
            assert (shirt.id, shirt.title, shirt.brand) == ("shirt", "Harbour shirt", "Northfold")
            assert shirt.category == "Shirts"
            assert "soft" in shirt.description
            assert "alert" not in shirt.description
            variants = {v.id: v for v in session.scalars(select(Variant)).all()}
        assert set(variants) == {"s-1", "s-2"}
        assert variants["s-1"].price == Decimal("999.00")
        assert variants["s-1"].color == "navy"
        assert variants["s-1"].size == "S"
        assert variants["s-1"].stock > 0
        assert variants["s-2"].price == Decimal("1029.50")
        assert variants["s-2"].stock == 0
        assert report.refused["product"] == 1, "the third size has no price in the shop's currency"
        assert report.refusals[0].record == "s-3" or name == "shopify"
        assert report.refusals[0].field
    if not name.startswith("json_ld"):
        if name != "shopify" and name != "woocommerce":
            assert shirt.audience == "men"
        assert variants["s-1"].list_price == Decimal("1029.50")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", FEEDS)
def test_what_a_spreadsheet_saves_is_read(name: str, encoding: str, shop: Shop) -> None:
    file, text = FEEDS[name]
    wide = text.replace('encoding="UTF-8"', 'encoding="UTF-16"')
    path = shop.write(file, ("\ufeff" + wide).encode(encoding))
    report = shop.take(path)
    assert report.added["variant"] == 2, report.to_text()
    with shop.session() as session:
        assert {v.id for v in session.scalars(select(Variant))} == {"s-1", "s-2"}
        before = session.get_one(Product, "shirt").content_hash
    again = shop.take(shop.write(file, text))
    assert not again.added["variant"]
    with shop.session() as session:
        assert session.get_one(Product, "shirt").content_hash == before, "the same in UTF-8"


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_cut_off_anywhere_is_taken_or_named(name: str, shop: Shop) -> None:
    file, text = FEEDS[name]
    data = text.encode()
    for number, cut in enumerate(range(1, len(data), max(1, len(data) // 12))):
        for part in (data[:cut], data[cut:], data[:cut] + b"\xff\x00" + data[cut:]):
            path = shop.write(f"{number}/{file}", part)
            report = shop.take(path, dry_run=True)
            told = sum(report.refused.values()) + sum(report.added.values())
            assert told or report.notes, f"nothing is said of {part[:80]!r}"
            for refusal in report.refusals:
                assert refusal.file.endswith(file)
                assert refusal.reason
                assert refusal.hint


def test_what_a_feed_no_longer_has_is_switched_off(shop: Shop) -> None:
    file, text = FEEDS["google"]
    lines = text.splitlines(keepends=True)
    shop.take(shop.write(file, text))
    other = shop.write("more/" + file, "".join(lines[:2]).replace("shirt", "scarf"))
    report = shop.take(other, replace=True)
    with shop.session() as session:
        on_sale = {p.id for p in session.scalars(select(Product).where(Product.active))}
    assert "shirt" not in on_sale, report.to_text()
    shop.take(shop.write(file, text))
    with shop.session() as session:
        assert session.get_one(Product, "shirt").active, "listed again, sold again"


def test_entities_are_refused(shop: Shop) -> None:
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
        '<rss xmlns:g="http://base.google.com/ns/1.0"><item><g:id>&b;</g:id></item></rss>'
    )
    report = shop.take(shop.write("feed.xml", bomb))
    assert report.refused["file"] == 1
    assert "DOCTYPE" in report.refusals[0].hint


def test_broken_xml_names_its_line(shop: Shop) -> None:
    report = shop.take(shop.write("feed.xml", GOOGLE_XML.replace("</channel>", "</chanel>")))
    assert report.refused["file"] == 1
    assert "line" in report.refusals[0].reason
    assert not report.taken


@pytest.mark.parametrize(
    ("text", "number", "currency"),
    [
        ("1.234,56 €", "1234.56", "EUR"),
        ("1,234.56 USD", "1234.56", "USD"),
        ("US$ 19.99", "19.99", "USD"),
        ("19,90", "19.90", ""),
        ("CHF 1'299.50", "1299.50", "CHF"),
        ("1 299,00 kr", "1299.00", ""),
        ("1,234,567.89", "1234567.89", ""),
        ("¥128", "128", ""),
    ],
)
def test_amounts_are_exact(text: str, number: str, currency: str) -> None:
    assert amount(text, "price") == (Decimal(number), currency)


@pytest.mark.parametrize("text", ["", "abc", "-5", "10 - 20 USD", "1.299", "1,299 EUR", "1.2.3,4"])
def test_what_may_mean_two_things_is_refused(text: str) -> None:
    with pytest.raises(BadField):
        amount(text, "price")


def test_help_in_html_and_in_questions(shop: Shop) -> None:
    shop.write(
        "help/postage.html",
        '<html lang="en"><head><title>Shop - Postage</title><script>steal()</script></head><body>'
        "<nav>Home</nav><h1>Postage</h1><h2>Costs</h2><p onclick=x()>Three dollars.</p>"
        "<iframe src=//evil></iframe></body></html>",
    )
    shop.write("help/faq.csv", "question,answer\nWhen do you open?,At nine.\n多久发货？,两天内。\n")
    shop.write("help/plain.md", "# Gift boxes\n\nWe wrap for free.\n")
    shop.write("help/README.md", "# How this folder works\n\nNot for shoppers.\n")
    report = shop.take(shop.feeds / "help")
    assert report.added["article"] == 4, report.to_text()
    with shop.session() as session:
        articles = {a.title: a for a in session.scalars(select(Article)).all()}
    assert set(articles) == {"Postage", "When do you open?", "多久发货？", "Gift boxes"}
    assert articles["多久发货？"].language == "zh"
    body = articles["Postage"].body
    assert "## Costs" in body
    assert "Three dollars." in body
    assert not any(bad in body for bad in ("steal", "onclick", "iframe", "Home", "<"))


def test_systems_are_told_apart(tmp_path: Path) -> None:
    for name, (file, text) in FEEDS.items():
        (tmp_path / file).write_text(text, encoding="utf-8")
        expected = "schema_org" if name.startswith("json") else name.removesuffix("_xml")
        assert detect(tmp_path / file) == expected


def test_a_dry_run_shows_columns_and_writes_nothing(shop: Shop) -> None:
    path = shop.write("wc.csv", FEEDS["woocommerce"][1])
    report = shop.take(path, dry_run=True)
    with shop.session() as session:
        assert session.scalars(select(Product)).all() == []
    assert not (shop.folder / "import-report.json").exists()
    assert report.added["product"] == 1
    assert report.refused["product"] == 1
    (line,) = [note.text for note in report.read_as]
    assert line.startswith("read as woocommerce")
    assert "name → title" in line
    assert "parent → variant_of" in line
