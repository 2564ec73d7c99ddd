"""Product records become cards, in the shopper's language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from assistant.conversation import Card
from assistant.skills.base import Context
from db.models import Media, Product, Variant
from knowledge.types import ProductHit
from knowledge.vocabulary import translate_value


def load_products(session: Session, ids: Iterable[str]) -> dict[str, Product]:
    """Active products by id, variants and media with them."""
    wanted = list(ids)
    if not wanted:
        return {}
    rows = session.scalars(
        select(Product)
        .where(Product.id.in_(wanted), Product.active)
        .options(selectinload(Product.variants), selectinload(Product.media))
    )
    return {product.id: product for product in rows}


def title_of(product: Product, language: str) -> str:
    """The product's name in the shopper's language, else as the shop wrote it."""
    return product.title_zh if language == "zh" and product.title_zh else product.title


def category_of(product: Product, language: str) -> str:
    """The product's category in the shopper's language where there is one."""
    if language == "zh":
        return product.category_zh or translate_value(product.category, "zh")
    return product.category


_LETTER_SIZES = ("xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl")
_SIZE_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def size_order(size: str) -> tuple[int, float, str]:
    """Sort key that puts sizes as a shelf does: XS before S before L, 9 before 10.5; children's
    sizes (10.5K, 2Y) before grown-ups'."""
    name = size.casefold()
    if name in _LETTER_SIZES:
        return (0, _LETTER_SIZES.index(name), name)
    number = _SIZE_NUMBER.match(name)
    if number is None:
        return (5, 0.0, name)
    rank = {"k": 1, "y": 2, "": 3}.get(name[number.end() :], 4)
    return (rank, float(number[0]), name)


def default_variant(product: Product) -> Variant | None:
    """The variant to show where none was chosen: in stock first, then cheapest."""
    active = [variant for variant in product.variants if variant.active]
    return min(active, key=lambda v: (v.stock <= 0, v.price, v.position), default=None)


def variant_of(product: Product, variant_id: str | None) -> Variant | None:
    """The variant of that id, else the default one."""
    for variant in product.variants:
        if variant.id == variant_id:
            return variant
    return default_variant(product)


def _picture(product: Product, variant: Variant) -> Media | None:
    for media in product.media:
        if media.variant_id == variant.id:
            return media
    by_color = {
        other.id for other in product.variants if variant.color and other.color == variant.color
    }
    for media in product.media:
        if media.variant_id in by_color:
            return media
    return product.media[0] if product.media else None


def card_for(ctx: Context, product: Product, variant: Variant) -> Card:
    """One card; the picture is the variant's own, or one of the same colour, or the product's."""
    media = _picture(product, variant)
    return Card(
        product_id=product.id,
        variant_id=variant.id,
        title=title_of(product, ctx.language),
        price=variant.price,
        currency=product.currency,
        brand=product.brand,
        category=category_of(product, ctx.language),
        list_price=variant.list_price
        if variant.list_price and variant.list_price > variant.price
        else None,
        in_stock=variant.stock > 0,
        options={key: str(value) for key, value in variant.options.items()},
        image_path=media.path if media else None,
        image_alt=media.alt if media else "",
    )


def cards_for(ctx: Context, hits: Sequence[ProductHit]) -> tuple[Card, ...]:
    """Cards in the order of the hits; hits that have left the shop since are passed over."""
    products = load_products(ctx.session, [hit.product_id for hit in hits])
    cards = []
    for hit in hits:
        product = products.get(hit.product_id)
        variant = variant_of(product, hit.variant_id) if product else None
        if product is not None and variant is not None:
            cards.append(card_for(ctx, product, variant))
    return tuple(cards)
