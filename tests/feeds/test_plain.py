"""The plain formats: products, articles, customers and orders as a shop owner writes them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from db.models import (
    Article,
    Customer,
    Order,
    OrderEvent,
    Outbox,
    Product,
    Variant,
)
from knowledge.feeds.detect import has_front_matter
from tests.feeds.conftest import Shop

HEADER = "id,title,price,stock,color,size,variant_of,attr:weight (kg),attr:waterproof\n"


def test_products_with_variants(shop: Shop) -> None:
    path = shop.write(
        "products.csv",
        HEADER
        + "b1,Alpine Boot,,,,,,1.2,yes\n"
        + "b1-40,Alpine Boot,129.90,3,Dark Brown,40,b1,,\n"
        + "b1-41,Alpine Boot,119.90,0,Navy Blue,41,b1,,\n"
        + '"c1","Cap, ""wool""",9,5,grey,,,,no\n',
    )
    report = shop.take(path)
    assert report.ok, report.to_text()
    with shop.session() as session:
        boot = session.get_one(Product, "b1")
        assert [(v.id, v.color, v.size, v.stock) for v in boot.variants] == [
            ("b1-40", "brown", "40", 3),
            ("b1-41", "navy", "41", 0),
        ]
        assert boot.price == Decimal("119.90")
        assert boot.attributes == {"weight": 1.2, "waterproof": True}
        assert boot.attribute_units == {"weight": "kg"}
        cap = session.get_one(Product, "c1")
        assert cap.title == 'Cap, "wool"'
        assert cap.variants[0].color == "gray"
        assert cap.variants[0].options == {"color": "grey"}


def test_a_second_import_changes_nothing_and_tells_the_index_nothing(shop: Shop) -> None:
    path = shop.write("products.csv", "id,title,price\na,One,1\nb,Two,2\n")
    shop.take(path)
    with shop.session() as session:
        before = session.scalar(select(func.count(Outbox.id)))
    report = shop.take(path)
    assert report.updated["product"] == 2
    assert not report.added["product"]
    with shop.session() as session:
        assert session.scalar(select(func.count(Outbox.id))) == before == 2
        assert session.scalar(select(func.count(Variant.id))) == 2


def test_a_changed_title_reaches_the_index_and_a_changed_price_only_sql(shop: Shop) -> None:
    shop.take(shop.write("products.csv", "id,title,price\na,One,1\nb,Two,2\n"))
    shop.take(shop.write("products.csv", "id,title,price\na,Uno,1\nb,Two,3\n"))
    with shop.session() as session:
        told = session.scalars(select(Outbox.record_id).order_by(Outbox.id)).all()
        assert told == ["a", "b", "a"]
        assert session.get_one(Product, "b").price == 3


def test_missing_products_stay_unless_the_import_replaces(shop: Shop) -> None:
    shop.take(shop.write("products.csv", "id,title,price\na,One,1\nb,Two,2\nc,Three,3\n"))
    path = shop.write("products.csv", "id,title,price\na,One,1\nc,Three,oops\n")
    shop.take(path)
    with shop.session() as session:
        assert session.get_one(Product, "b").active
    report = shop.take(path, replace=True)
    assert report.deactivated == 1
    with shop.session() as session:
        assert not session.get_one(Product, "b").active
        assert session.get_one(Product, "c").active, "its row was refused, so it stays as it was"
        last = session.scalars(select(Outbox).order_by(Outbox.id.desc())).first()
        assert last is not None
        assert (last.record_id, last.action) == ("b", "delete")


def test_a_refused_file_switches_nothing_off(shop: Shop) -> None:
    shop.take(shop.write("products.csv", "id,title,price\na,One,1\n"))
    good = shop.write("more.csv", "id,title,price\nz,New,1\n")
    report = shop.take(shop.write("products.csv", ""), good, replace=True)
    assert report.deactivated == 0
    with shop.session() as session:
        assert session.get_one(Product, "a").active


def test_a_variant_that_is_gone_cannot_be_bought(shop: Shop) -> None:
    row = {"id": "p", "title": "P", "price": 1}
    one, two = {"id": "p1", "price": 1, "stock": 4}, {"id": "p2", "price": 2, "stock": 4}
    shop.take(shop.lines("products.jsonl", row | {"variants": [one, two]}))
    shop.take(shop.lines("products.jsonl", row | {"variants": [two]}))
    with shop.session() as session:
        gone = session.get_one(Variant, "p1")
        assert (gone.active, gone.stock) == (False, 0)
        assert session.get_one(Variant, "p2").active
        assert session.get_one(Product, "p").price == 2


def test_articles_from_markdown_and_csv(shop: Shop) -> None:
    page = shop.write(
        "returns.zh.md", "---\ntitle: 退货\ntopic: returns\n---\n# 退货\n\n三十天内可退货。\n"
    )
    table = shop.write("articles.csv", 'title,body\nShipping,"Two days.\n\nBy bike."\n')
    assert shop.take(page, table).ok
    with shop.session() as session:
        chinese = session.get_one(Article, "returns.zh")
        assert (chinese.language, chinese.topic, chinese.body) == (
            "zh",
            "returns",
            "三十天内可退货。",
        )
        assert session.get_one(Article, "shipping.en").topic == "shipping"
        assert session.get_one(Article, "shipping.en").body == "Two days.\n\nBy bike."


CUSTOMER = {
    "id": "ada",
    "email": "Ada@Example.com",
    "first_name": "Ada",
    "addresses": [{"line1": "1 Main St", "city": "Paris", "postcode": "75001"}],
    "payment_methods": [{"id": "g1", "kind": "gift_card", "balance": 20}],
}
ORDER = {
    "id": "#1",
    "customer_id": "ada",
    "status": "delivered",
    "placed_at": "2026-01-02",
    "delivered_at": "2026-01-05T10:00:00+01:00",
    "items": [{"product_id": "p", "title": "P", "price": 5, "quantity": 2}],
    "shipping": 1,
}


def test_customers_and_orders(shop: Shop) -> None:
    # Given the other way round: the import puts customers before their orders.
    orders, people = shop.lines("orders.jsonl", ORDER), shop.lines("customers.jsonl", CUSTOMER)
    for _ in range(2):
        assert shop.take(orders, people).ok
        with shop.session() as session:
            ada = session.get_one(Customer, "ada")
            assert ada.email == "ada@example.com"
            assert [a.postcode for a in ada.addresses] == ["75001"]
            assert [(m.label, str(m.balance)) for m in ada.payment_methods] == [
                ("Gift card", "20.00")
            ]
            order = session.get_one(Order, "#1")
            assert order.total == Decimal("11.00")
            assert [event.kind for event in order.history] == ["placed", "delivered"]
            assert order.delivered_at is not None
            assert order.delivered_at.hour == 9
            assert len(order.items) == 1


def test_an_order_changed_in_a_conversation_is_kept(shop: Shop) -> None:
    people, orders = shop.lines("customers.jsonl", CUSTOMER), shop.lines("orders.jsonl", ORDER)
    shop.take(people, orders)
    with shop.session() as session:
        order = session.get_one(Order, "#1")
        order.status = "return_requested"
        order.history.append(
            OrderEvent(kind="return_requested", turn_id="t1", created_at=order.placed_at)
        )
        session.commit()
    report = shop.take(people, orders)
    assert report.kept["order"] == 1
    with shop.session() as session:
        assert session.get_one(Order, "#1").status == "return_requested"


def test_a_customer_who_was_forgotten_does_not_come_back(shop: Shop) -> None:
    people, orders = shop.lines("customers.jsonl", CUSTOMER), shop.lines("orders.jsonl", ORDER)
    shop.take(people)
    with shop.session() as session:
        ada = session.get_one(Customer, "ada")
        ada.erased_at, ada.email, ada.first_name = ada.created_at, None, ""
        session.commit()
    report = shop.take(people, orders)
    assert report.refused == {"customer": 1, "order": 1}
    with shop.session() as session:
        assert session.get_one(Customer, "ada").first_name == ""
        assert session.get(Order, "#1") is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"total": 12}, "total"),
        ({"items": []}, "items"),
        ({"items": {}}, "items"),
        ({"status": "lost"}, "status"),
        ({"customer_id": "nobody"}, "customer_id"),
        ({"placed_at": "yesterday"}, "placed_at"),
        ({"currency": "EUR"}, "currency"),
        ({"payments": [{"amount": -1, "payment_method_id": "g1"}]}, "amount"),
        ({"ship_to": "Paris"}, "ship_to"),
    ],
)
def test_bad_orders_are_refused_by_field(shop: Shop, change: dict[str, object], field: str) -> None:
    shop.take(shop.lines("customers.jsonl", CUSTOMER))
    report = shop.take(shop.lines("orders.jsonl", ORDER, ORDER | {"id": "#2"} | change))
    assert [(r.record, r.field, r.line) for r in report.refusals] == [("#2", field, 2)]
    assert report.added["order"] == 1


def test_a_whole_card_number_is_refused(shop: Shop) -> None:
    method = {"id": "c", "kind": "credit_card", "label": "4111 1111 1111 1111"}
    report = shop.take(shop.lines("customers.jsonl", CUSTOMER | {"payment_methods": [method]}))
    assert [r.field for r in report.refusals] == ["label"]
    assert "4111" not in report.to_json()


def test_rules_beside_a_desks_database_are_no_help_page(tmp_path: Path) -> None:
    page = tmp_path / "policy.md"
    page.write_text("# Rules\n\nNever tell a shopper.\n")
    assert has_front_matter(page)
    (tmp_path / "db.json").write_text("{}")
    assert not has_front_matter(page)
