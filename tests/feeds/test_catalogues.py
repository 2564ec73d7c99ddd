"""The three catalogue formats: small files made here, and the real ones where they are at hand."""

from __future__ import annotations

import json
from decimal import Decimal
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import func, select

from db.models import Article, Customer, Order, Product, Promotion, Variant
from knowledge.feeds.icecat import attribute_name
from knowledge.feeds.icecat_categories import categorize
from tests.feeds.conftest import REAL, Shop

LAPTOP = {
    "id": "1",
    "name": "X1",
    "title": 'Acme X1 Notebook Gray 35.6 cm (14") 16 GB DDR4-SDRAM 1512 GB HDD+SSD',
    "supplier": "Acme",
    "price": 79995,
    "date_released": "2020-05-08T00:00:00Z",
    "ean": ["123"],
    "attr_t_product_type": "Chromebook",
    "attr_t_product_colour": "Grey,Silver",
    "attr_n_display_diagonal": 14.0,
    "attr_n_internal_memory": 16.0,
    "attr_n_weight": 1180.0,
    "attr_n_thermal_design_power__tdp_": 15.0,
    "attr_t_optical_drive_type": "N",
    "attr_b_touchscreen": False,
    "attr_n_pallet_weight": 900.0,
}


def test_icecat_row(shop: Shop) -> None:
    assert shop.take(shop.lines("products.jsonl", LAPTOP), default_stock=7).ok
    with shop.session() as session:
        laptop = session.get_one(Product, "1")
        assert (laptop.brand, laptop.category, laptop.category_path) == (
            "Acme",
            "Notebook",
            "Computers / Notebook",
        )
        assert laptop.price == Decimal("799.95")
        assert laptop.released_at is not None
        assert laptop.released_at.year == 2020
        facts, units = laptop.attributes, laptop.attribute_units
        assert (facts["memory"], units["memory"]) == (16, "GB")
        assert (facts["storage"], units["storage"]) == (1512, "GB")
        assert sorted(facts["storage type"]) == ["HDD", "SSD"]
        assert (facts["screen size"], units["screen size"]) == (14, "in")
        assert (facts["weight"], units["weight"]) == (1.18, "kg")
        assert facts["thermal design power (tdp)"] == 15
        assert facts["touchscreen"] is False
        assert facts["product type"] == "Chromebook"
        assert facts["model"] == "X1"
        assert "optical drive type" not in facts
        assert not any("pallet" in name for name in facts)
        (variant,) = laptop.variants
        assert (variant.id, variant.color, variant.stock) == ("1", "gray", 7)


@pytest.mark.parametrize("price", [-1, 10.5, "100", None, True, [], 10**15])
def test_icecat_prices_are_whole_cents(shop: Shop, price: object) -> None:
    report = shop.take(shop.lines("products.jsonl", LAPTOP, LAPTOP | {"id": "2", "price": price}))
    assert [(r.line, r.field) for r in report.refusals] == [(2, "price")]
    assert report.added["product"] == 1


@pytest.mark.parametrize(
    ("title", "category"),
    [
        ("Acme T9 toner cartridge Original Black 6 pc(s)", "Toner Cartridge"),
        ('Acme 15" notebook case Briefcase Black', "Notebook Case"),
        ("Acme 6 ft Cat6 Snagless Patch Cable networking cable Blue", "Network Cable"),
        ('Acme E24 61 cm (24") 1920 x 1080 pixels Full HD LCD Black', "Monitor"),
        ("Acme L19 Flat Panel Monitor 48.3 cm 1440 x 900 pixels", "Monitor"),
        ("Acme Core Z5 processor 2.4 GHz 4 MB L2", "Processor"),
        ("Acme In-Ear Headphones 234", "Headphones"),
        ("Acme 1500VA uninterruptible power supply (UPS)", "Uninterruptible Power Supply"),
        ("Acme 8GB DDR3 1333 MHz memory module", "Memory Module"),
        ("Acme USB keyboard QWERTZ Black", "Keyboard"),
        ("Acme 6 Cell Li-Ion Laptop Battery", "Notebook Battery"),
        ("zzz", ""),
    ],
)
def test_categories_from_titles(title: str, category: str) -> None:
    leaf, path = categorize({}, title, "")
    assert leaf == category
    assert path.endswith(category)


def test_attribute_names_read_like_words() -> None:
    assert attribute_name("attr_n_usb_2_0_ports_quantity") == "usb 2 0 ports quantity"
    assert attribute_name("attr_t_operating_temperature__t_t_") == "operating temperature"
    assert attribute_name("attr_n_quantity_per_pallet_layer") == ""


def magento(sku: str, **more: object) -> dict[str, object]:
    return {
        "sku": sku, "parent": None, "type": "simple", "name": f"Thing {sku}", "description": "",
        "price": 30.0, "special_price": None, "qty": 5.0, "attribute_set": "Top",
        "categories": ["Women/Tops/Jackets", "Collections/Eco"], "attributes": {}, "images": [],
        "variations": [],
    } | more  # fmt: skip


def test_magento_folds_children_into_their_parent(shop: Shop) -> None:
    path = shop.lines(
        "catalogue.jsonl",
        magento(
            "J-S-Blue", parent="J", special_price=20.0, attributes={"size": "S", "color": "Blue"}
        ),
        magento("J", type="configurable", qty=0.0, attributes={"material": ["Wool&reg;", "Silk"]}),
        magento("orphan", parent="nobody"),
        magento("set", type="grouped", price=None),
        magento("belt", categories=["Gear/Belts/Collections/Eco"], attributes={"gender": ["Men"]}),
        magento("belt"),
        magento("dear", price="12,5"),
    )
    report = shop.take(path)
    assert [(r.record, r.field) for r in report.refusals] == [
        ("orphan", "parent"),
        ("set", "price"),
        ("belt", "sku"),
        ("dear", "price"),
    ]
    with shop.session() as session:
        jacket = session.get_one(Product, "J")
        assert (jacket.category, jacket.audience) == ("Jackets", "women")
        assert jacket.material == "Wool®, Silk"
        assert jacket.price == 20
        (variant,) = jacket.variants
        assert (variant.color, variant.size, variant.stock) == ("blue", "S", 5)
        assert variant.list_price == 30
        belt = session.get_one(Product, "belt")
        assert (belt.category, belt.category_path, belt.audience) == (
            "Belts",
            "Gear / Belts",
            "men",
        )


@pytest.mark.parametrize(
    ("name", "description", "category"),
    [
        ("Ann Cap", "A hat? No.", "Caps"),
        ("Ann Hat", "", "Hats"),
        ("Ann Topper", "A hat of a cap: knitted hat.", "Hats"),
        ("Ann Topper", "A cap that is no hat.", "Caps"),
        ("Ann Cap Hat", "Two caps.", "Caps"),
        ("Ann Topper", "Hatched in a capsule.", "Hats & Caps"),
    ],
)
def test_magento_category_of_two_kinds(
    shop: Shop, name: str, description: str, category: str
) -> None:
    row = magento("A", name=name, description=description, categories=["Women/Hats & Caps"])
    assert shop.take(shop.lines("catalogue.jsonl", row)).ok
    with shop.session() as session:
        product = session.get_one(Product, "A")
        assert product.category == category
        assert product.category_path.startswith("Women / Hats & Caps")


def combine(attribute: str, operator: str, value: str) -> str:
    """A serialised condition as a quoted CSV cell."""
    leaf = f'{{"attribute":"{attribute}","operator":"{operator}","value":{value}}}'
    tree = f'{{"type":"Combine","attribute":null,"conditions":[{leaf}]}}'
    return '"' + tree.replace('"', '""') + '"'


def test_magento_reviews_pages_and_rules(shop: Shop) -> None:
    shop.lines("catalogue.jsonl", magento("J"), magento("J-S", parent="J"))
    shop.write(
        "reviews.csv",
        "sku,rating_code,rating_value,title,review,reviewer,email\n"
        "J,Rating,5,a,b,Me,\nJ-S,Rating,2,a,b,Me,\nnone,Rating,3,a,b,Me,\nJ,Rating,9,a,b,Me,\n",
    )
    shop.write(
        "pages.csv",
        "title,identifier,content,is_active\n"
        '"Returns","returns","<h2>Back</h2><ul><li>One</li><li>Two</li></ul>'
        "<script>alert(1)</script><p>See {{store url=x}}<a href='javascript:x'>us</a></p>"
        '<table><tr><th>A</th></tr><tr><td>1</td></tr></table>",1\n'
        '"Home","home","",1\n',
    )
    header = "name,description,simple_action,discount_amount,is_active,"
    header += "conditions_serialized,actions_serialized"
    jackets = combine("category_ids", "()", "%url_key=jackets-women%")
    fifty = combine("base_subtotal", ">=", '"50"')
    only_j = combine("sku", "==", '"J"')
    rules = [
        f"20% off jackets,Now,by_percent,20,1,{jackets},",
        f"Spend more,Only some,by_percent,10,1,{fifty},{only_j}",
    ]
    shop.write("rules.csv", "\n".join([header, *rules]))
    report = shop.take(shop.feeds)
    assert [(r.line, r.field) for r in report.refusals] == [(4, "sku"), (5, "rating_value")]
    with shop.session() as session:
        jacket = session.get_one(Product, "J")
        assert (jacket.rating, jacket.rating_count) == (3.5, 2)
        page = session.get_one(Article, "returns.en")
        assert page.body == "## Back\n\n- One\n- Two\n\nSee us\n\n| A |\n| --- |\n| 1 |"
        assert page.topic == "returns"
        whole, half = session.scalars(select(Promotion).order_by(Promotion.title))
        assert (whole.percent_off, whole.categories) == (20, ["Jackets"])
        assert half.percent_off is None
        assert half.minimum_total == 50
    shop.take(shop.feeds / "catalogue.jsonl")
    with shop.session() as session:
        assert session.get_one(Product, "J").rating == 3.5, "a catalogue without stars keeps them"


TAU = {
    "products": {
        "7": {
            "name": "Laptop",
            "product_id": "7",
            "variants": {
                "71": {
                    "item_id": "71",
                    "options": {"color": "space grey", "ram": "16GB", "storage": "1TB SSD"},
                    "available": True,
                    "price": 999.5,
                },
                "72": {
                    "item_id": "72",
                    "options": {"color": "black", "ram": "8GB", "storage": "1TB SSD"},
                    "available": False,
                    "price": 899.5,
                },
            },
        },
        "8": {"name": "Empty", "variants": {}},
    },
    "users": {
        "ann": {
            "name": {"first_name": "Ann", "last_name": "Lee"},
            "email": "Ann@Example.com",
            "address": {"address1": "1 A St", "city": "Rome", "zip": "00100"},
            "payment_methods": {
                "c1": {"id": "c1", "source": "credit_card", "brand": "visa", "last_four": "4242"},
                "g1": {"id": "g1", "source": "gift_card", "balance": 50},
            },
        }
    },
    "orders": {
        "#W1": {
            "order_id": "#W1",
            "user_id": "ann",
            "status": "pending (item modified)",
            "address": {"address1": "2 B St"},
            "items": [
                {
                    "name": "Laptop",
                    "product_id": "7",
                    "item_id": "71",
                    "price": 999.5,
                    "options": {},
                }
            ],
            "fulfillments": [{"tracking_id": ["55"], "item_ids": ["71"]}],
            "payment_history": [
                {"transaction_type": "payment", "amount": 999.5000001, "payment_method_id": "c1"}
            ],
        }
    },
}


def test_retail_database(shop: Shop) -> None:
    path = shop.write("db.json", json.dumps(TAU))
    first = shop.take(path)
    assert [(r.kind, r.record) for r in first.refusals] == [("product", "8")]
    with shop.session() as session:
        laptop = session.get_one(Product, "7")
        assert [(v.color, v.stock, v.options["memory"]) for v in laptop.variants] == [
            ("gray", 10, "16GB"),
            ("black", 0, "8GB"),
        ]
        assert laptop.attributes["memory"] == ["8", "16"]
        assert laptop.attribute_units["memory"] == "GB"
        assert (laptop.attributes["storage"], laptop.attribute_units["storage"]) == (1000, "GB")
        assert laptop.attributes["storage type"] == "SSD"
        ann = session.get_one(Customer, "ann")
        assert ann.email == "ann@example.com"
        assert [(m.label, m.balance) for m in ann.payment_methods] == [
            ("Visa ending 4242", None),
            ("Gift card", 50),
        ]
        order = session.get_one(Order, "#W1")
        assert (order.status, order.total) == ("pending", Decimal("999.50"))
        assert order.fulfilments[0].tracking_ids == ["55"]
        assert order.history[0].detail == {"date_known": False}
        placed = order.placed_at
    assert shop.take(path).updated["order"] == 1
    with shop.session() as session:
        assert session.get_one(Order, "#W1").placed_at == placed


real = pytest.mark.skipif(not REAL.is_dir(), reason="the real catalogues are not at hand")


@real
def test_real_icecat(shop: Shop, tmp_path: Path) -> None:
    with (REAL / "icecat/products.jsonl").open(encoding="utf-8") as stream:
        rows = list(islice(stream, 3000))
    part = tmp_path / "part.jsonl"
    part.write_text("".join(rows), encoding="utf-8")
    report = shop.take(part)
    assert report.ok
    assert report.added["product"] == 3000
    with shop.session() as session:
        without = session.scalar(select(func.count()).where(Product.category == ""))
        assert without is not None
        assert without / 3000 < 0.05
        notebooks = session.scalars(select(Product).where(Product.category == "Notebook")).all()
        assert len(notebooks) > 20
        assert sum("memory" in p.attributes for p in notebooks) > len(notebooks) * 0.7


@real
def test_real_magento(shop: Shop) -> None:
    report = shop.take(REAL / "magento")
    assert report.added["product"] == 197
    assert report.added["image"] > 700
    assert not report.refused["image"]
    with shop.session() as session:
        tanks = session.scalars(
            select(Product.id)
            .join(Variant)
            .where(Variant.color == "blue", Product.audience == "women", Product.price < 40)
            .where(Product.category == "Tanks")
            .distinct()
        ).all()
        assert {"WT01", "WT04", "WT06"} <= set(tanks)


@real
def test_real_retail_database(shop: Shop) -> None:
    report = shop.take(REAL / "tau_retail/db.json")
    assert report.ok
    assert (report.added["customer"], report.added["order"]) == (500, 1000)
    with shop.session() as session:
        for order in session.scalars(select(Order)):
            goods = sum((item.price * item.quantity for item in order.items), Decimal(0))
            assert order.total == goods + order.shipping - order.discount
            assert order.id.startswith("#W")
