"""Drawn pictures: every product has one a colour, of its colour, and unlike its neighbours'."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

from PIL import Image, ImageStat

from knowledge.demo.catalogue import DemoProduct, load_demo
from knowledge.demo.pictures import KINDS, draw, write_all
from knowledge.demo.pictures.canvas import GROUND, PALETTE, SIZE

PRODUCTS = load_demo()


def one_of_each_kind() -> list[DemoProduct]:
    return list({product.kind: product for product in PRODUCTS}.values())


def test_every_kind_and_colour_can_be_drawn() -> None:
    assert {product.kind for product in PRODUCTS} <= set(KINDS)
    names = {n for p in PRODUCTS for s in p.swatches for n in (s.name, s.accent) if n}
    assert names <= set(PALETTE)


def test_a_picture_is_square_and_stands_on_a_plain_ground() -> None:
    for product in one_of_each_kind():
        picture = draw(product, product.swatches[0])
        assert picture.size == (SIZE, SIZE)
        assert picture.mode == "RGB"
        corner = picture.getpixel((3, SIZE - 4))
        assert isinstance(corner, tuple)
        assert max(abs(a - b) for a, b in zip(corner, GROUND, strict=True)) < 12, product.record.id


def test_the_product_fills_a_fair_part_of_its_picture() -> None:
    for product in one_of_each_kind():
        picture = draw(product, product.swatches[0])
        ground = Image.new("L", picture.size, round(sum(GROUND) / 3))
        other = sum(
            abs(a - b) > 6
            for a, b in zip(picture.convert("L").tobytes(), ground.tobytes(), strict=True)
        )
        assert other / SIZE**2 > 0.04, product.record.id


def test_the_same_product_is_drawn_the_same() -> None:
    product = PRODUCTS[17]
    first = draw(product, product.swatches[0])
    assert draw(product, product.swatches[0]).tobytes() == first.tobytes()


def test_colours_of_a_product_look_different() -> None:
    for product in one_of_each_kind():
        pictures = [draw(product, swatch).tobytes() for swatch in product.swatches]
        assert len(set(pictures)) == len(pictures), product.record.id


def test_a_red_thing_is_red_and_a_blue_thing_is_blue() -> None:
    plain = {"mug", "tshirt", "hoodie", "dress", "flask", "ball"}
    seen = 0
    for product in PRODUCTS:
        for swatch in product.swatches:
            if product.kind not in plain or swatch.name not in ("red", "blue"):
                continue
            red, _, blue = ImageStat.Stat(draw(product, swatch).crop((130, 150, 254, 300))).mean
            assert (red > blue + 20) == (swatch.name == "red"), (product.record.id, swatch.name)
            seen += 1
    assert seen >= 5


def test_most_products_of_a_kind_do_not_share_a_picture() -> None:
    seen: dict[str, Counter[bytes]] = defaultdict(Counter)
    for product in PRODUCTS:
        picture = draw(product, product.swatches[0]).reduce(4)
        seen[product.kind][picture.tobytes()] += 1
    twins = sum(times - 1 for kind in seen.values() for times in kind.values())
    assert twins <= len(PRODUCTS) * 0.08


def test_alt_text_names_product_and_colour() -> None:
    for product in PRODUCTS:
        for swatch in product.swatches:
            assert product.record.title in swatch.alt
            assert swatch.name in swatch.alt


def test_writing_draws_only_what_is_missing(tmp_path: Path) -> None:
    some = PRODUCTS[:3]
    count = sum(len(product.swatches) for product in some)
    assert write_all(some, tmp_path) == count
    (tmp_path / some[0].swatches[0].path).unlink()
    assert write_all(some, tmp_path) == 1
    assert not list(tmp_path.rglob("*.part"))
    with Image.open(tmp_path / some[0].swatches[0].path) as picture:
        assert picture.size == (SIZE, SIZE)
