"""Things ruled out by a name that is no category of the shop's: "not a floor lamp", "no capsules".

A kind that the shop files things under is a limit of SQL. Any other name can only be looked for in
the titles, kinds and types of what was found, and is left out by that.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from assistant.skills.base import Context, Request
from assistant.skills.cards import load_products
from assistant.skills.limits import limits_from, stated_wishes
from assistant.skills.mentions import LOOKED_AT
from assistant.understanding.types import Slots
from db.models import Product
from knowledge.index.words import english_words
from knowledge.types import ProductHit, ProductQuery

_BARRED: Final = re.compile(
    r"\b(?:not|no|nothing like|anything but|but not|except)(?: for)?(?: an?| any| the)? "
    r"(?P<what>[a-z][a-z-]{2,}(?: [a-z][a-z-]{2,})?)"
    r"(?=\s*(?:[,.;!?]|$|\b(?:and|but|or|please)\b))",
    re.IGNORECASE,
)


def with_barred(ctx: Context, request: Request, slots: Slots) -> tuple[Request, Slots]:
    """The request and its slots with the things ruled out in it among the kinds not wanted, and out
    of the words that are looked for. What no record names stays a word: nothing can be left out by
    it, and the reply says that it is not mentioned."""
    fresh = request.intent == "search_products"
    query = slots.query if fresh else str(request.args.get("added") or "")
    said = _barred(request.understanding.text, query)
    barred = [name for name in said if _found(ctx, slots, name)]
    if not barred:
        return request, slots
    gone = {word for name in barred for word in name.split()}
    left = " ".join(word for word in query.split() if word.casefold() not in gone)
    kinds = tuple(dict.fromkeys((*slots.not_categories, *barred)))
    slots = replace(slots, not_categories=kinds, query=left if fresh else slots.query)
    args = request.args if fresh else {**request.args, "added": left}
    return replace(request, slots=slots, args=args), slots


def unknown_kinds(ctx: Context, names: tuple[str, ...]) -> tuple[str, ...]:
    """Of the kinds ruled out, those that the shop files nothing under."""
    return tuple(name for name in names if name not in ctx.knowledge.vocabulary.categories)


def without_named(ctx: Context, hits: list[ProductHit], names: tuple[str, ...]) -> list[ProductHit]:
    """The hits whose record does not call the product by any of the names."""
    if not names:
        return hits
    products = load_products(ctx.session, [hit.product_id for hit in hits])
    barred = [set(english_words(name)) for name in names]
    return [
        hit
        for hit in hits
        if (product := products.get(hit.product_id)) is None
        or not any(words and words <= _called(product) for words in barred)
    ]


def _barred(text: str, query: str) -> list[str]:
    """What a text rules out of the words that are looked for."""
    words = {word.casefold() for word in query.split()}
    said = (match["what"].casefold() for match in _BARRED.finditer(text))
    return [name for name in said if set(name.split()) <= words]


def _found(ctx: Context, slots: Slots, name: str) -> bool:
    """Whether anything within the limits is called so."""
    limits = limits_from(slots, stated_wishes(ctx))
    query = ProductQuery(name, ctx.language, limits=limits, limit=LOOKED_AT)
    hits = ctx.knowledge.products.search(ctx.session, query)
    return len(without_named(ctx, hits, (name,))) < len(hits)


def _called(product: Product) -> set[str]:
    """The words of a title, a kind and what the record gives as a type."""
    types = [
        str(value)
        for name, value in product.attributes.items()
        if name.casefold().replace("_", " ").endswith(("type", "style"))
    ]
    return set(english_words(" ".join((product.title, product.category, *types))))
