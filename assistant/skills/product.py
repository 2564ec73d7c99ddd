"""Questions about one product: its properties, its stock, its variants; and comparing several."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from assistant.dialogue.looking_words import BEST
from assistant.dialogue.state import Focus
from assistant.skills.attributes import (
    Fact,
    asked_facts,
    described,
    in_unit_asked,
    record_facts,
    sentences_about,
)
from assistant.skills.base import Ask, Context, Offers, Outcome, Request, skill
from assistant.skills.best import best_of
from assistant.skills.cards import card_for, load_products, size_order, title_of, variant_of
from assistant.skills.limits import limits_from, stated_wishes
from assistant.skills.search import search
from assistant.skills.service.facts import about_versions
from assistant.skills.target import Target, match_variant, one_target, only_one, targets
from assistant.understanding.attribute_words import attributes_named
from assistant.understanding.types import AttributeLimit
from db.models import Product, Variant
from knowledge.types import ProductQuery

_MOST_COMPARED = 4
_MOST_ROWS = 8
_PRICE_WORDS = (
    "price",
    "cost",
    "how much",
    "多少钱",
    "价格",
    "价钱",
    "几块钱",
    "几多钱",
    "什么价",
    "啥价",
    "怎么卖",
    "咋卖",
)


@skill("ask_product")
def ask_product(ctx: Context, request: Request) -> Outcome:
    """What the record says about a product, or an honest "the record does not say"."""
    found = one_target(ctx, request)
    if isinstance(found, Ask):
        heard = request.understanding.text
        prices = _asks_price(heard) and not attributes_named(heard.casefold())
        if found.choices and prices and not request.args:
            return _each_price(ctx)
        return _of_each(ctx, request) or _which(request, found)
    product, variant = found
    question = request.args.get("question") or request.understanding.text
    slots = request.slots
    facts = _named(ctx, product, variant) | {"only": only_one(ctx, slots)}
    answers = asked_facts(product, variant, question, slots)
    common: dict[str, Any] = {
        "cards": (card_for(ctx, product, variant),),
        "listed": False,
        "focus": Focus(product.id, variant.id),
        "why": (f"product {product.id}: {', '.join(fact.name for fact in answers) or 'nothing'}",),
    }
    _viewed(ctx, product)
    verdict = _verdict(answers, slots.attributes)
    if answers:
        answers = [in_unit_asked(fact, question) for fact in answers]
        facts |= {"answers": [_stated(fact) for fact in answers], "verdict": verdict}
        return Outcome("product.answer", facts, **common)
    if _asks_price(question):
        return Outcome("product.price", facts, **common)
    if _asks_opinion(question):
        facts |= {"rating": product.rating, "count": product.rating_count}
        return Outcome("product.rated" if product.rating else "product.unrated", facts, **common)
    sentence = sentences_about(product, question, ctx.language)
    if sentence:
        facts["sentence"] = sentence
        return Outcome("product.quote", facts, **common)
    if (slots.query or slots.topic) and not _asks_generally(question, slots.query):
        facts["known"] = [
            fact.name.replace("_", " ") for fact in described(record_facts(product, variant))
        ][:6]
        return Outcome("product.unknown", facts, offers=(("offer.person", {}),), **common)
    facts |= {"rating": product.rating, "count": product.rating_count}
    facts["answers"] = [
        _stated(fact) for fact in described(record_facts(product, variant))[:_MOST_ROWS]
    ]
    facts["description"] = (
        product.description_zh if ctx.language == "zh" and product.description_zh else ""
    ) or product.description
    return Outcome("product.about", facts, **common)


@skill("check_availability")
def check_availability(ctx: Context, request: Request) -> Outcome:
    """Stock of a product in the colour and size asked, and what else there is."""
    told = about_versions(ctx, request)
    if told is not None:
        return told
    slots = request.slots
    found = one_target(ctx, request)
    if isinstance(found, Ask):
        if slots.categories or slots.query:
            # "Do you have any red kettles?" asks for the goods, not about one of them.
            return search(
                ctx,
                Request("search_products", replace(slots, in_stock=True), request.understanding),
            )
        if found.choices and not (slots.colors or slots.sizes or slots.ordinals or request.args):
            return _each_stock(ctx)
        return _which(request, found)
    product, shown = found
    variant = match_variant(product, shown, slots)
    facts = _named(ctx, product, variant or shown)
    active = [other for other in product.variants if other.active]
    pool = [
        other
        for other in active
        if other.stock > 0
        and (
            not slots.colors
            or other.color.casefold() in {color.casefold() for color in slots.colors}
        )
    ]
    facts |= {
        "asked": [*slots.colors, *slots.sizes],
        "sizes": sorted({other.size for other in pool if other.size}, key=size_order),
        "colors": list(
            dict.fromkeys(other.color for other in active if other.stock > 0 and other.color)
        ),
        "stock": variant.stock if variant else 0,
    }
    _viewed(ctx, product)
    chosen = variant or shown
    # Asked about in general, no variant is settled: "add it" still has to ask for the size.
    settled = variant is not None and (slots.sizes or len({v.size for v in active}) < 2)
    common: dict[str, Any] = {
        "cards": (card_for(ctx, product, chosen),),
        "listed": False,
        "focus": Focus(product.id, chosen.id if settled else None),
    }
    if variant is None:
        return Outcome("availability.no_such", facts, **common)
    if not slots.sizes and not slots.colors and len(active) > 1 and facts["colors"]:
        return Outcome("availability.overview", facts, **common)
    if variant.stock > 0:
        offers: Offers = (("offer.add", {}),)
        return Outcome("availability.yes", facts, offers=offers, **common)
    return Outcome("availability.no", facts, offers=(("offer.similar", {}),), **common)


@skill("compare_products")
def compare(ctx: Context, request: Request) -> Outcome:
    """Two to four products side by side: price, stock and every attribute in which they differ."""
    listed = not (request.slots.ordinals or request.slots.products)
    if listed and len(ctx.state.shown) > 1:
        best = best_of(ctx, request)
        if best is None and BEST.search(request.understanding.text):
            # "The best screen" is for the shopper to say; what each has is told.
            best = _of_each(ctx, request)
        if best is not None:
            return best
    named = request.slots.ordinals or request.slots.query or request.slots.products
    chosen = targets(ctx, request.slots) if named else []
    if len(chosen) < 2:
        pairs: list[tuple[str, str | None]] = list(ctx.state.shown)
        if len(chosen) == 1:
            looked_at = ctx.state.focus
            if looked_at.product_id:  # "is it lighter than the first?"
                pairs.insert(0, (looked_at.product_id, looked_at.variant_id))
            named_one = chosen[0][0].id
            others = [pair for pair in pairs if pair[0] != named_one]
            pairs = [*others[:1], (named_one, chosen[0][1].id), *others[1:]]
        loaded = load_products(ctx.session, [product for product, _ in pairs])
        chosen = [
            (loaded[product_id], variant)
            for product_id, variant_id in pairs[: 2 if len(chosen) == 1 else 3]
            if product_id in loaded
            and (variant := variant_of(loaded[product_id], variant_id)) is not None
        ]
    if (len(chosen) < 2 and not ctx.state.shown) or _names_others(ctx, request):
        chosen = _found(ctx, request) or chosen
    chosen = chosen[:_MOST_COMPARED]
    if len(chosen) < 2:
        return Outcome("compare.what", offers=(("offer.recommend", {}),))
    facts = {
        "titles": [title_of(product, ctx.language) for product, _ in chosen],
        "prices": [variant.price for _, variant in chosen],
        "currency": chosen[0][0].currency,
        "in_stock": [variant.stock > 0 for _, variant in chosen],
        "rows": _differences(chosen),
        "cheapest": min(range(len(chosen)), key=lambda place: chosen[place][1].price) + 1,
        "ratings": [product.rating for product, _ in chosen],
    }
    for product, _ in chosen:
        _viewed(ctx, product)
    return Outcome(
        "compare.table",
        facts,
        cards=tuple(card_for(ctx, product, variant) for product, variant in chosen),
    )


def _names_others(ctx: Context, request: Request) -> bool:
    """Whether kinds or brands are named that the list is not of."""
    slots, search = request.slots, ctx.state.search
    new = set(slots.categories) - set(search.categories)
    return bool(new) and not slots.ordinals and not slots.deictic


def _found(ctx: Context, request: Request) -> list[Target]:
    """Products to compare that are named by kind and limits: "the two cheapest laptops"."""
    slots = replace(request.slots, ordinals=(), spans=())
    if not slots.categories and not slots.brands:
        return []
    several = re.search(r"\b(?:three|3|four|4)\b|[三四34][个款台]", request.understanding.text)
    hits = ctx.knowledge.products.search(
        ctx.session,
        ProductQuery(
            language=ctx.language,
            limits=limits_from(slots, stated_wishes(ctx)),
            sort=slots.sort or "relevance",
            limit=3 if several else 2,
        ),
    )
    loaded = load_products(ctx.session, [hit.product_id for hit in hits])
    return [
        (loaded[hit.product_id], variant)
        for hit in hits
        if hit.product_id in loaded
        and (variant := variant_of(loaded[hit.product_id], hit.variant_id)) is not None
    ]


def _differences(chosen: list[Target]) -> list[dict[str, Any]]:
    records = [
        {fact.name: _stated(fact) for fact in described(record_facts(product, variant))}
        for product, variant in chosen
    ]
    names = dict.fromkeys(name for record in records for name in record)
    if any(
        len({other.size for other in product.variants if other.active}) > 1 for product, _ in chosen
    ):
        names.pop("size", None)  # the size on a card is the first of many
    rows: list[dict[str, Any]] = []
    for name in names:
        values = [record[name]["value"] if name in record else None for record in records]
        stated = sum(value is not None for value in values)
        told = any(row["values"] == values for row in rows)  # some feeds state it under two names
        if not told and stated >= min(2, len(values)) and len({str(v) for v in values}) > 1:
            rows.append({"name": name.replace("_", " "), "values": values})
    return rows[:_MOST_ROWS]


def _of_each(ctx: Context, request: Request) -> Outcome | None:
    """What the record of each product on show says, where no one is pointed at; None where none of
    them says anything."""
    slots = request.slots
    if slots.ordinals or len(ctx.state.shown) < 2 or request.args:
        return None
    loaded = load_products(ctx.session, [product for product, _ in ctx.state.shown])
    rows: list[dict[str, Any]] = []
    said: list[dict[str, dict[str, Any]]] = []
    for place, (product_id, variant_id) in enumerate(ctx.state.shown, start=1):
        product = loaded.get(product_id)
        variant = variant_of(product, variant_id) if product else None
        if product is None or variant is None:
            continue
        text = request.understanding.text
        facts = [in_unit_asked(fact, text) for fact in asked_facts(product, variant, text, slots)]
        said.append({fact.name: _stated(fact) for fact in facts})
        rows.append({"place": place, "id": product_id, "title": title_of(product, ctx.language)})
    if _asks_opinion(request.understanding.text):
        return _ratings(ctx, rows, loaded)
    # Of what several are asked at once, the one attribute that most of them state.
    stated = Counter(name for each in said for name in each)
    name, times = max(stated.items(), key=lambda item: item[1], default=("", 0))
    firsts = {next(iter(each)) for each in said if each}
    if not attributes_named(request.understanding.text.casefold()):
        # A word or two in common with one record's odd attribute is no answer.
        if times < 2 or (len(firsts) > 1 and 2 * times < len(rows)):
            return None
    elif not stated:
        return Outcome("compare.unknown", {"sort": ""})
    answered = [row | {"answer": each.get(name)} for row, each in zip(rows, said, strict=True)]
    return Outcome("product.of_each", {"rows": answered})


def _each_price(ctx: Context) -> Outcome:
    """What each product on show costs, as its card shows it."""
    return Outcome("product.prices", {"rows": [_priced(*row) for row in _on_show(ctx)]})


def _each_stock(ctx: Context) -> Outcome:
    """Which of the products on show there are, in the version that its card shows."""
    rows = [_priced(*row) | {"in_stock": row[2].stock > 0} for row in _on_show(ctx)]
    return Outcome("availability.each", {"rows": rows})


def _on_show(ctx: Context) -> list[tuple[int, str, Variant]]:
    """(place, title, variant) of each product on show."""
    loaded = load_products(ctx.session, [product for product, _ in ctx.state.shown])
    return [
        (place, title_of(loaded[product_id], ctx.language), variant)
        for place, (product_id, variant_id) in enumerate(ctx.state.shown, start=1)
        if product_id in loaded
        and (variant := variant_of(loaded[product_id], variant_id)) is not None
    ]


def _priced(place: int, title: str, variant: Variant) -> dict[str, Any]:
    return {
        "place": place,
        "title": title,
        "price": variant.price,
        "currency": variant.product.currency,
    }


def _ratings(
    ctx: Context, rows: list[dict[str, Any]], products: Mapping[str, Product]
) -> Outcome | None:
    """How each product on show is rated; None where none is."""
    rated = [
        row | {"rating": products[row["id"]].rating, "count": products[row["id"]].rating_count}
        for row in rows
    ]
    known = any(row["rating"] for row in rated)
    return Outcome("product.ratings", {"rows": rated}) if known else None


def _which(request: Request, ask: Ask) -> Outcome:
    if ask.choices:
        return Outcome("product.which", {"question": request.understanding.text}, ask=ask)
    return Outcome("product.none_in_focus", offers=(("offer.recommend", {}),))


def _named(ctx: Context, product: Product, variant: Variant) -> dict[str, Any]:
    return {
        "title": title_of(product, ctx.language),
        "price": variant.price,
        "currency": product.currency,
        "options": {key: str(value) for key, value in variant.options.items()},
    }


def _stated(fact: Fact) -> dict[str, Any]:
    value = fact.value
    if isinstance(value, bool):
        shown: Any = value
    elif isinstance(value, float):
        shown = f"{value:g}"
    elif isinstance(value, list):
        shown = ", ".join(str(item) for item in value)
    else:
        shown = str(value)
    if fact.unit and not isinstance(shown, bool):
        shown = f"{shown} {fact.unit}"
    return {"name": fact.name.replace("_", " "), "value": shown}


def _verdict(answers: list[Fact], asked: tuple[AttributeLimit, ...]) -> bool | None:
    """Yes or no where the question named a value and the record states the attribute."""
    for limit in asked:
        for fact in answers:
            if fact.name.casefold() != limit.name.casefold():
                continue
            if isinstance(fact.value, bool):
                return fact.value == (str(limit.value).casefold() not in ("false", "no"))
            if isinstance(limit.value, (int, float)) and isinstance(fact.value, (int, float)):
                if fact.unit.casefold() != limit.unit.casefold():
                    return None
                return {
                    "eq": fact.value == limit.value,
                    "ne": fact.value != limit.value,
                    "min": fact.value >= limit.value,
                    "max": fact.value <= limit.value,
                }[limit.operator]
            has = str(limit.value).casefold() in str(fact.value).casefold()
            return has if limit.operator != "ne" else not has
    return None


def _asks_price(question: str) -> bool:
    return any(word in question.casefold() for word in _PRICE_WORDS)


_OPINION = re.compile(
    r"\breviews?\b|\bratings?\b|\brated\b|\bstars?\b|\bfeedback\b"
    r"|\b(?:people|others|customers|buyers|shoppers|users) (?:say|think|like|feel|rate)"
    r"|\bany good\b|评价|评分|口碑|好评|差评|买家|大家(?:怎么|觉得)",
    re.IGNORECASE,
)


def _asks_opinion(question: str) -> bool:
    return _OPINION.search(question) is not None


_HOW_IT_IS = re.compile(
    r"(?:how|good|great|nice|any|worth(?: it| buying)?|decent"
    r"|怎么样|咋样|如何|好不好|好用?|值得(?:买)?|吗|呢|的|\s)+"
)


def _asks_generally(question: str, left: str) -> bool:
    """Whether all of it is asked about; `left` is the question without what it points at."""
    return _HOW_IT_IS.fullmatch(left.casefold()) is not None or any(
        word in question.casefold()
        for word in ("about", "tell me more", "details", "describe", "介绍", "详细", "详情", "说说")
    )


def _viewed(ctx: Context, product: Product) -> None:
    ctx.events.append({"kind": "view", "product_id": product.id, "detail": {}})
