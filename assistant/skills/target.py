"""Which product the shopper means: by ordinal, by "it", by a variant's words, or by name."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from rapidfuzz import fuzz
from sqlalchemy import select

from assistant.skills.base import Ask, Context, Request
from assistant.skills.best import by_sort, picked_out
from assistant.skills.cards import load_products, title_of, variant_of
from assistant.understanding.traditional import simplified
from assistant.understanding.types import Slots
from db.models import Product, Variant
from knowledge.index.words import english_words, has_chinese
from knowledge.types import Limits, ProductQuery

Target = tuple[Product, Variant]

_SHORTEST = 2
"""Characters of a part of a Chinese name that may stand for it."""
_NAMED = 80
"""Share (percent) of a product's title words that an utterance must hold to name it."""


def targets(ctx: Context, slots: Slots) -> list[Target]:
    """Every product named, in the order named; empty where nothing points anywhere."""
    if slots.products:
        return _load(ctx, [(product_id, None) for product_id in slots.products], slots)
    pairs = _by_ordinal(ctx, slots.ordinals)
    if slots.ordinals and not pairs and len(ctx.state.shown) > 1:
        return []  # "the ninth one" of six is nobody; guessing would be worse than asking
    if not pairs and slots.sort and len(ctx.state.shown) > 1:
        best = by_sort(ctx, slots.sort)  # "add the cheapest one"
        pairs = [best] if best else []
    if not pairs and (best := picked_out(ctx, ctx.turn.text)) is not None:
        pairs = [best]  # "the lighter one"
    called = () if pairs else _called(ctx, slots.query)
    if called:
        pairs = list(called)
    it = slots.deictic and ctx.state.focus.product_id and not slots.brands
    if not it:
        # "How wide is it" is about the one looked at, whatever stands in another's title.
        pairs = pairs or _by_name(ctx, slots)
    if not pairs and not ctx.state.focus.product_id:
        pairs = _by_looks(ctx, slots)
    if not pairs:
        focus = ctx.state.focus
        if focus.product_id:
            # Without a settled variant, the one on the card that was shown of it.
            shown = dict(ctx.state.shown).get(focus.product_id)
            pairs = [(focus.product_id, focus.variant_id or shown)]
        elif len(ctx.state.shown) == 1:
            pairs = [ctx.state.shown[0]]
    return _load(ctx, pairs, slots)


def one_target(ctx: Context, request: Request) -> Target | Ask:
    """The one product meant, or what to ask: which of those shown, or which product at all."""
    chosen = request.args.get("product")
    if chosen:
        shown_as = request.args.get("variant")
        found = _load(ctx, [(str(chosen), str(shown_as) if shown_as else None)], request.slots)
    else:
        found = [] if _beyond_one(ctx, request) else targets(ctx, request.slots)
    if found:
        return found[0]
    shown = load_products(ctx.session, [product for product, _ in ctx.state.shown])
    return Ask(
        "product",
        tuple(
            (product_id, title_of(shown[product_id], ctx.language))
            for product_id, _ in ctx.state.shown
            if product_id in shown
        ),
    )


def only_one(ctx: Context, slots: Slots) -> bool:
    """True where "the second one" was said of a list of one."""
    return len(ctx.state.shown) == 1 and any(place > 1 for place in slots.ordinals)


def _beyond_one(ctx: Context, request: Request) -> bool:
    # A question may be answered for the one there is, and say so; to buy it must be meant.
    return request.intent != "ask_product" and only_one(ctx, request.slots)


def match_variant(product: Product, variant: Variant, slots: Slots) -> Variant | None:
    """The variant of `product` in the colour and size said; those not said stay as in `variant`
    where such a variant exists. None where the shop has no variant like that."""
    colors = {value.casefold() for value in slots.colors}
    sizes = {value.casefold() for value in slots.sizes}
    fitting = [
        other
        for other in product.variants
        if other.active
        and (not colors or other.color.casefold() in colors)
        and (not sizes or other.size.casefold() in sizes)
    ]
    if not fitting:
        return None
    return min(
        fitting,
        key=lambda other: (
            bool(not colors and other.color != variant.color),
            bool(not sizes and other.size != variant.size),
            other.stock <= 0,
            other.price,
            other.position,
        ),
    )


def _by_ordinal(ctx: Context, ordinals: tuple[int, ...]) -> list[tuple[str, str | None]]:
    shown = ctx.state.shown
    found: list[tuple[str, str | None]] = []
    for ordinal in ordinals:
        place = ordinal - 1 if ordinal > 0 else len(shown) + ordinal
        if 0 <= place < len(shown):
            found.append(shown[place])
    return found


def _by_looks(ctx: Context, slots: Slots) -> list[tuple[str, str | None]]:
    """ "The blue one in L": the only one shown so, else the only one that comes so."""
    if not (slots.colors or slots.sizes) or len(ctx.state.shown) < 2:
        return []
    loaded = load_products(ctx.session, [product for product, _ in ctx.state.shown])
    coming = fitting(ctx, slots)
    seen = [
        (product_id, variant_id)
        for product_id, variant_id in coming
        if (variant := variant_of(loaded[product_id], variant_id)) is not None
        and (not slots.colors or variant.color.casefold() in {c.casefold() for c in slots.colors})
    ]
    return seen if len(seen) == 1 else coming if len(coming) == 1 else []


def fitting(ctx: Context, slots: Slots) -> list[tuple[str, str | None]]:
    """Of the products on show, those that come in the colour and size said."""
    loaded = load_products(ctx.session, [product for product, _ in ctx.state.shown])
    return [
        (product_id, variant_id)
        for product_id, variant_id in ctx.state.shown
        if product_id in loaded
        and (variant := variant_of(loaded[product_id], variant_id)) is not None
        and match_variant(loaded[product_id], variant, slots) is not None
    ]


def _by_name(ctx: Context, slots: Slots) -> list[tuple[str, str | None]]:
    """Shown products whose brand or title words were said, else a catalogue title said in full."""
    if not slots.query and not slots.brands and not slots.categories:
        return []
    shown = load_products(ctx.session, [product for product, _ in ctx.state.shown])
    said = " ".join((slots.query, *slots.brands)).casefold()
    named: list[tuple[str, str | None]] = []
    for product_id, variant_id in ctx.state.shown:
        product = shown.get(product_id)
        if product is None:
            continue
        title = title_of(product, ctx.language).casefold()
        by_brand = product.brand and product.brand.casefold() in (
            brand.casefold() for brand in slots.brands
        )
        by_title = len(said) >= 4 and fuzz.partial_ratio(said, title) >= 90
        if by_brand or by_title:
            named.append((product_id, variant_id))
    if named:
        return named if len(named) == 1 or not slots.deictic else named[:1]
    if not slots.query or (ctx.state.focus.product_id and not slots.brands):
        return []  # a question under one product is about it, not of a like title elsewhere
    if slots.query.casefold() in (brand.casefold() for brand in slots.brands):
        return []  # a make by itself names none of its products
    uttered = set(english_words(ctx.turn.text, stop=False))
    query = ProductQuery(
        text=slots.query, language=ctx.language, limits=Limits(brands=slots.brands), limit=3
    )
    hits = ctx.knowledge.products.search(ctx.session, query)
    found = load_products(ctx.session, [hit.product_id for hit in hits])
    for hit in hits:
        product = found.get(hit.product_id)
        if product is None:
            continue
        title = title_of(product, ctx.language).casefold()
        whole = fuzz.token_set_ratio(title, said) >= _NAMED and len(said) >= 0.5 * len(title)
        if whole or _named_without_brand(product, uttered):
            return [(hit.product_id, None)]
    return []


_BETWEEN: Final = re.compile(r"和|跟|与|以及|还有|、|[,，]")
_AROUND: Final = re.compile(
    r"^(?:把|将|那|这|个|款|双|件|条|台)+|(?:一起|一块儿?|都|各|全|加购|放|多少钱|几块钱|怎么样|的)+$"
)


def _called(ctx: Context, query: str) -> tuple[tuple[str, str | None], ...]:
    """Products that Chinese words are part of the names of, each of exactly one: "那个挖掘机",
    "挖掘机和拖车". Of those on show first, else of all that the shop has."""
    if not has_chinese(query):
        return ()
    loaded = load_products(ctx.session, [product for product, _ in ctx.state.shown])
    variants = dict(ctx.state.shown)
    found: list[tuple[str, str | None]] = []
    for part in _BETWEEN.split(query):
        name = _AROUND.sub("", _AROUND.sub("", part.strip()))
        described = ctx.knowledge.vocabulary.chinese.get(name, ())
        if len(name) < _SHORTEST or any(each.kind in _DESCRIBING for each in described):
            return ()
        on_show = [each for each, product in loaded.items() if name in product.title_zh]
        every = on_show or (_in_shop(ctx, name) if _points_at(ctx, name) else [])
        if len(every) != 1:
            return ()
        found.append((every[0], variants.get(every[0])))
    return tuple(dict.fromkeys(found))


_DESCRIBING: Final = frozenset({"color", "material", "audience", "size", "value"})


def _points_at(ctx: Context, name: str) -> bool:
    """Whether words point at a thing of that name, or ask for it: none is meant by 可收纳吗."""
    text = simplified(ctx.turn.text)
    pointed = re.search(rf"[那这](?:[个款双件条台只把辆])?的?{re.escape(name)}", text)
    return pointed is not None or re.search(r"加购|购物车|加入|来一|要买|想买", text) is not None


def _in_shop(ctx: Context, name: str) -> list[str]:
    """Up to two products whose Chinese titles hold a name."""
    named = select(Product.id).where(
        Product.active, Product.title_zh.contains(name, autoescape=True)
    )
    return list(ctx.session.scalars(named.limit(2)))


def _named_without_brand(product: Product, uttered: set[str]) -> bool:
    """Whether the title was said, the brand left out: "the Hush One" of Auralto Hush One."""
    name = set(english_words(product.title, stop=False)) - set(english_words(product.brand))
    kind = set(english_words(product.category))
    return name <= uttered and len(name - kind) >= (1 if product.brand else 2)


def _load(ctx: Context, pairs: list[tuple[str, str | None]], slots: Slots) -> list[Target]:
    products = load_products(ctx.session, [product for product, _ in pairs])
    found: list[Target] = []
    for product_id, variant_id in pairs:
        product = products.get(product_id)
        variant = variant_of(product, variant_id) if product else None
        if product is None or variant is None:
            continue
        wanted = match_variant(product, variant, replace(slots, ordinals=()))
        found.append((product, wanted or variant))
    return found
