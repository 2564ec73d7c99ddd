"""Product search on made catalogues whose right answers are known."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine, update

from db.models import Product, Variant
from db.unit import read_unit, turn_unit
from knowledge.errors import PictureRefused, ProductUnknown
from knowledge.shop import Knowledge
from knowledge.types import AttributeFilter, CatalogueFacts, Limits, ProductHit, ProductQuery
from tests.knowledge.made import png


class Finder:
    """Asks one shop."""

    def __init__(self, knowledge: Knowledge, engine: Engine) -> None:
        self.knowledge, self.engine = knowledge, engine

    def hits(self, query: ProductQuery) -> list[ProductHit]:
        with read_unit(self.engine) as session:
            return self.knowledge.products.search(session, query)

    def ids(self, query: ProductQuery) -> list[str]:
        return [hit.product_id for hit in self.hits(query)]

    def within(self, **limits: object) -> set[str]:
        return set(self.ids(ProductQuery(limits=Limits(**limits))))  # type: ignore[arg-type]


@pytest.fixture
def find(knowledge: Knowledge, engine: Engine) -> Finder:
    return Finder(knowledge, engine)


def test_words_find_the_product_they_name(find: Finder) -> None:
    assert find.ids(ProductQuery("hiking boots"))[0] == "hike"
    assert find.ids(ProductQuery("越野跑鞋", "zh"))[0] == "run"


def test_a_slip_of_the_finger_is_put_right(find: Finder) -> None:
    assert find.ids(ProductQuery("lether"))[0] == "hike"


def test_what_is_off_sale_is_never_found(find: Finder) -> None:
    assert "gone" not in find.ids(ProductQuery("retired running shoes", limit=100))
    assert "gone" not in find.ids(ProductQuery(limit=100))


def test_every_hit_says_what_speaks_for_it(find: Finder) -> None:
    best = find.hits(ProductQuery("hiking boots"))[0]
    assert best.evidence["keyword"] > 0
    assert 0 < best.evidence["text"] <= 1
    assert best.evidence["named"] == 1.0
    assert find.knowledge.products.weights_for(ProductQuery("boots")).keys() == {
        "field",
        "text",
        "keyword",
        "kind",
        "named",
        "only",
        "whom",
        "brand",
        "phrase",
    }


def test_the_kind_that_is_named_alone_comes_before_its_neighbours(find: Finder) -> None:
    best = find.hits(ProductQuery("hiking boots"))[0]
    assert (best.product_id, best.evidence["only"]) == ("hike", 1.0)


def test_what_is_made_for_those_named_comes_before_what_is_for_everybody(find: Finder) -> None:
    women = Limits(audiences=("women",))
    hits = find.hits(ProductQuery("shoes", limits=women))
    assert [hit.product_id for hit in hits] == ["run", "hike"]
    assert [hit.evidence.get("whom") for hit in hits] == [1.0, None]
    assert all("whom" not in hit.evidence for hit in find.hits(ProductQuery("shoes")))


def test_one_variant_must_meet_all_limits(find: Finder) -> None:
    # Navy is there, size 43 is there, stock is there: but no variant has all three.
    assert find.within(colors=("navy",), sizes=("43",)) == {"run"}
    assert find.within(colors=("navy",), sizes=("43",), in_stock=True) == set()
    assert find.within(colors=("navy",), price_min=Decimal(100)) == set()
    assert find.within(colors=("red",), price_max=Decimal(100)) == set()


def test_the_hit_is_the_variant_that_meets_the_limits(find: Finder) -> None:
    red = find.hits(ProductQuery(limits=Limits(colors=("red",))))[0]
    assert (red.variant_id, red.price) == ("run-2", Decimal(120))
    phone = find.hits(ProductQuery("pocket phone"))[0]
    assert (phone.variant_id, phone.price) == ("phone-1", Decimal(400)), "in stock comes first"


def test_colours_have_families(find: Finder) -> None:
    assert find.within(colors=("blue",)) == {"run", "tee"}
    assert find.within(colors=("navy",)) == {"run"}
    assert "run" in find.within(not_colors=("blue",)), "its red variant is not blue"
    assert (
        find.hits(ProductQuery("trail", limits=Limits(not_colors=("blue",))))[0].variant_id
        == "run-2"
    )


def test_text_limits(find: Finder) -> None:
    assert find.within(categories=("shoes",)) == {"run", "hike"}
    assert find.within(categories=("Laptops",)) == {"lap16", "lap8"}
    assert find.within(categories=("Laptops",), not_brands=("acer",)) == {"lap16"}
    assert find.within(materials=("cotton",)) == {"tee"}
    assert "hike" not in find.within(not_materials=("leather",))
    assert find.within(audiences=("women",)) == {"run", "hike"}
    assert find.within(not_categories=("Shoes", "Laptops")) == {"tee", "sleeve", "phone"}
    assert find.within(brands=("Nobody",)) == set()


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (AttributeFilter("memory", "eq", 16, "GB"), {"lap16"}),
        (AttributeFilter("memory", "min", 8000, "MB"), {"lap16", "lap8"}),
        (AttributeFilter("memory", "max", 8, "GB"), {"lap8"}),
        (AttributeFilter("storage", "min", 1000, "GB"), {"lap16"}),
        (AttributeFilter("storage", "eq", 256, "GB"), {"phone"}),
        (AttributeFilter("screen size", "eq", 14, "inch"), {"lap16"}),
        (AttributeFilter("storage type", "eq", "ssd"), {"lap16"}),
        (AttributeFilter("waterproof", "eq", "yes"), {"hike"}),
        (AttributeFilter("weight", "max", 3, "lb"), {"hike"}),
        (AttributeFilter("weight", "max", 1, "kg"), set()),
        (AttributeFilter("rating", "min", 4.8), {"hike"}),
    ],
)
def test_attribute_limits_convert_units(
    find: Finder, limit: AttributeFilter, expected: set[str]
) -> None:
    assert find.within(attributes=(limit,)) == expected


def test_an_option_is_met_by_the_variant_shown(find: Finder) -> None:
    limit = AttributeFilter("storage", "eq", 128, "GB")
    (hit,) = find.hits(ProductQuery(limits=Limits(attributes=(limit,))))
    assert hit.variant_id == "phone-0"
    assert find.within(attributes=(limit,), in_stock=True) == set()


def test_cheapest_of_a_kind_is_of_that_kind(find: Finder) -> None:
    assert find.ids(ProductQuery("laptop", sort="price_asc")) == ["lap8", "lap16"]
    assert find.ids(ProductQuery("hiking boots", sort="price_asc")) == ["hike"]


def test_sorts_go_over_the_whole_catalogue(find: Finder) -> None:
    assert find.ids(ProductQuery(sort="price_asc", limit=2)) == ["tee", "sleeve"]
    assert find.ids(ProductQuery(sort="price_desc", limit=1)) == ["lap16"]
    assert find.ids(ProductQuery(sort="rating", limit=2)) == ["hike", "run"]
    assert find.ids(ProductQuery(sort="newest", limit=2)) == ["lap16", "lap8"]


def test_a_photo_finds_what_looks_alike(find: Finder) -> None:
    assert find.ids(ProductQuery(image=png("#00007a")))[0] == "run"
    assert find.ids(ProductQuery(image=png("#90480f")))[0] == "hike"
    among = find.ids(
        ProductQuery(image=png("#00007a"), limits=Limits(categories=("Hiking Boots",)))
    )
    assert among == ["hike"]


def test_what_is_no_photo_is_refused(find: Finder) -> None:
    with pytest.raises(PictureRefused, match="not a picture"):
        find.ids(ProductQuery(image=b"GIF89a nonsense"))


def test_neighbours_leave_out_the_product_itself(find: Finder) -> None:
    near = find.ids(ProductQuery(similar_to="lap16"))
    assert near[0] == "lap8"
    assert "lap16" not in near
    with pytest.raises(ProductUnknown, match="nothing"):
        find.ids(ProductQuery(similar_to="nothing"))


def test_excluded_products_stay_out(find: Finder) -> None:
    query = ProductQuery("shoes boots", exclude=frozenset({"run"}), limit=50)
    assert "run" not in find.ids(query)
    assert "hike" in find.ids(query)


def test_nonsense_finds_nothing(find: Finder) -> None:
    assert find.ids(ProductQuery("zzqx vvbn")) == []


def test_limits_hold_although_the_index_is_behind(find: Finder, engine: Engine) -> None:
    with turn_unit(engine) as session:
        session.execute(update(Variant).where(Variant.id == "hike-0").values(price=Decimal(500)))
        session.execute(update(Product).where(Product.id == "tee").values(active=False))
    query = ProductQuery("hiking boots t-shirt", limits=Limits(price_max=Decimal(200)), limit=50)
    found = find.ids(query)
    assert "hike" not in found
    assert "tee" not in found
    assert "run" in found


def test_facts_count_the_whole_catalogue(find: Finder, engine: Engine) -> None:
    with read_unit(engine) as session:
        products = find.knowledge.products
        assert products.facts(session, Limits()) == CatalogueFacts(7, Decimal(10), Decimal(799))
        assert products.facts(session, Limits(), "laptop") == CatalogueFacts(
            2, Decimal(399), Decimal(799)
        )
        assert products.facts(session, Limits(brands=("Nobody",))) == CatalogueFacts(0, None, None)
        assert [hit.product_id for hit in products.by_ids(session, ["tee", "gone", "run"])] == [
            "tee",
            "run",
        ]


def test_articles_answer_in_the_asked_language(find: Finder, engine: Engine) -> None:
    articles = find.knowledge.articles
    with read_unit(engine) as session:
        english = articles.search(session, "what do parcels cost", "en")[0]
        chinese = articles.search(session, "包裹运费", "zh")[0]
        other = articles.search(session, "wax leather", "zh")[0]
        foreign = articles.search(session, "tournament of chess grandmasters", "en")[0]
        assert articles.search(session, "  ", "en") == []
    assert (english.article_id, english.heading) == ("ship.en", "Cost")
    assert english.passage == "Parcels cost 4 dollars."
    assert chinese.article_id == "ship.zh"
    assert (other.article_id, other.language) == ("care.en", "en"), "where there is no other"
    assert english.answer == "Parcels cost 4 dollars."
    assert english.score > foreign.score
    assert foreign.score < articles.threshold


def test_paths_of_pictures_stay_inside_the_shop(
    folder: Path, engine: Engine, knowledge: Knowledge
) -> None:
    from db.models import Media, Outbox
    from tests.knowledge.made import NOW

    (folder.parent / "secret.png").write_bytes(png("green"))
    with turn_unit(engine) as session:
        session.add(Media(product_id="tee", path="../secret.png"))
        session.add(Outbox(kind="product", record_id="tee", action="upsert", created_at=NOW))
    (line,) = knowledge.sync()
    assert "outside the shop folder" in line
