"""Find products, refine the search, find similar ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select

from assistant.conversation import Card
from assistant.dialogue.answers import length
from assistant.dialogue.looking_words import WANTS_KIND
from assistant.dialogue.merge import refined
from assistant.dialogue.recommended import THING_WITH
from assistant.dialogue.state import Focus, Listed
from assistant.skills.barred import unknown_kinds, with_barred, without_named
from assistant.skills.base import Ask, Context, Outcome, Request, skill
from assistant.skills.cards import card_for, cards_for, load_products, title_of, variant_of
from assistant.skills.in_colour import works_in_colour
from assistant.skills.left import PAGE, how_many, lacking, without_facts, without_limits
from assistant.skills.limits import (
    LEFT_OUT,
    RELAXABLE,
    limit_facts,
    limits_from,
    stated_wishes,
    without,
)
from assistant.skills.mentions import LOOKED_AT, joined, mentioning, wish_words, without_words
from assistant.skills.naming import named
from assistant.skills.overall import overall
from assistant.skills.photos import encode_photo, has_pictures, of_kind_shown, photo_of
from assistant.skills.relative import against, measure_asked, with_bounds
from assistant.skills.silent import Unspoken, unspoken
from assistant.skills.target import one_target
from assistant.skills.unmet import past_unmet
from assistant.understanding.types import Slots
from db.models import Product
from knowledge.errors import PictureRefused
from knowledge.index.words import has_chinese
from knowledge.translating import lexicon
from knowledge.types import Limits, ProductHit, ProductQuery, Sort
from knowledge.vocabulary import translate_value

_NEAR = 0.5
"""Evidence of its kind below which a product has nothing to do with what was asked for."""
_KINDS = 8
"""Kinds of things named where it is told what the shop has."""
CLOSEST = 3
"""Products shown where none is called what was asked for."""

Found = dict[ProductQuery, list[ProductHit]]
"""What was searched for in this turn already, and found."""


@skill("search_products", "refine_search")
def search(ctx: Context, request: Request) -> Outcome:
    """Products for the words, the photo and every limit stated so far."""
    if request.slots.direction == "back" and ctx.state.before is not None:
        return _back(ctx, ctx.state.before)
    if request.slots.direction == "again" and ctx.state.shown:
        return _back(ctx, Listed(ctx.state.listed, ctx.state.shown))
    try:
        photo = photo_of(ctx, request)
    except PictureRefused as refusal:
        return Outcome("search.bad_photo", {"reason": refusal.reason})
    if request.slots.direction == "drop":
        rest = past_unmet(ctx, ctx.state.search, Slots())
        if rest is None:
            return what_then(ctx)
        request = replace(request, slots=rest.slots)
        return _without(ctx, request, rest, photo, {})
    if request.slots.direction == "anew":
        return replace(what_then(ctx), search=Slots(), search_image="")
    heard = request.understanding
    if photo and ctx.turn.image is None:
        request = replace(request, slots=of_kind_shown(ctx, request.slots))
    slots, measured = with_bounds(ctx, request.slots, heard.text, heard.slots)
    slots = works_in_colour(ctx, slots, heard.text)
    if not photo:
        request, slots = with_barred(ctx, request, slots)
    if measured:
        # What became a limit is no longer a word to look for.
        request = replace(request, args={**request.args, "added": ""})
    if not slots.query and not photo and replace(slots, spans=(), direction=None) == Slots():
        return what_then(ctx)
    if not photo:
        told = overall(ctx, request, slots)
        if told is not None:
            return told
    found: Found = {}
    if request.intent == "search_products" and not photo:
        narrowed = _narrowed(ctx, request, found)
        if narrowed is not None:
            return narrowed
    outcome = _searched(ctx, request, slots, photo, found)
    if ctx.state.shown and not measured and "unmeasured" in outcome.facts:
        asked = measure_asked(slots, request.understanding.text)
        outcome = replace(outcome, facts=outcome.facts | {"unmeasured": asked})
    return outcome


def _back(ctx: Context, before: Listed) -> Outcome:
    """The list that was on show before this one, as the records now stand."""
    limits = limits_from(before.search, stated_wishes(ctx))
    return Outcome(
        "search.back",
        {"limits": limit_facts(limits, ctx.settings.currency)},
        cards=card_list(ctx, before.shown),
        search=before.search,
        offers=_refinements(before.search),
    )


def _hits(ctx: Context, query: ProductQuery, found: Found) -> list[ProductHit]:
    """What a query finds, asked for once a turn."""
    if query not in found:
        found[query] = ctx.knowledge.products.search(ctx.session, query)
    return found[query]


def _narrowed(ctx: Context, request: Request, found: Found) -> Outcome | None:
    """Words that name no kind of thing in this shop, said while some kind is looked at, are a wish
    about that kind; None where they stand for themselves."""
    said, running = request.slots, ctx.state.search
    if not running.categories or not said.query or said.categories or said.brands:
        return None
    if said.query in lexicon() and WANTS_KIND.search(request.understanding.text):
        return None  # "have you got rice cookers" under watches
    if THING_WITH.search(request.understanding.text):
        return None  # a thing beside what is looked at
    limits = limits_from(said, stated_wishes(ctx))
    # As `_searched` would ask where the words stand for themselves.
    query = ProductQuery(text=said.query, language=ctx.language, limits=limits, limit=PAGE)
    cards = cards_for(ctx, _hits(ctx, query, found)[:CLOSEST])
    called = named(said, cards, ctx.knowledge.vocabulary)
    if called and not _fragment(request):
        return None
    merged = replace(refined(running, said), query=running.query)
    again = Request("refine_search", merged, request.understanding, {"added": said.query})
    outcome = _searched(ctx, again, merged, None, found)
    limited = bool(outcome.cards) and replace(said, query="", wish="", spans=()) != Slots()
    limited = limited and not called
    return outcome if outcome.key == "search.mentioned" or limited else None


_FRAGMENT = 2
"""Words that ask for nothing new under a list: "4k", "shielded", "usb 3"."""


def _fragment(request: Request) -> bool:
    text = request.understanding.text
    return length(text) <= _FRAGMENT and not WANTS_KIND.search(text) and not has_chinese(text)


def _without(
    ctx: Context, request: Request, rest: Unspoken, photo: bytes | None, found: Found
) -> Outcome:
    """The search without a limit that nothing met, which the reply names."""
    past = replace(ctx, state=replace(ctx.state, unmet=""))
    outcome = _searched(past, request, rest.slots, photo, found)
    return replace(outcome, facts=outcome.facts | {"let_go": rest.facts})


def _searched(
    ctx: Context, request: Request, slots: Slots, photo: bytes | None, found: Found
) -> Outcome:
    wishes = stated_wishes(ctx)
    limits = limits_from(slots, wishes)
    more = slots.direction == "more"
    added = str(request.args.get("added") or "")
    heard = replace(slots, spans=request.understanding.slots.spans)
    fresh = request.intent == "search_products"
    barred = unknown_kinds(ctx, slots.not_categories)
    new = "" if photo else wish_words(heard, slots.query if fresh else added)
    old = "" if fresh else slots.wish
    text = joined(slots.query, joined(old, new))
    query = ProductQuery(
        text=text,
        language=ctx.language,
        image=photo,
        limits=limits,
        sort=_sort(slots),
        limit=LOOKED_AT
        if barred or slots.not_words or ((new or old) and slots.categories)
        else PAGE,
        exclude=frozenset(ctx.state.seen) if more else frozenset(),
    )
    hits = without_named(ctx, _hits(ctx, query, found), barred)
    if not hits and not more:
        rest = unspoken(ctx, slots)
        if rest is not None:
            outcome = _searched(ctx, request, rest.slots, photo, found)
            return replace(outcome, facts=outcome.facts | {"unspoken": rest.facts})
        going_on = request.intent == "refine_search"
        rest = past_unmet(ctx, slots, request.understanding.slots) if going_on else None
        if rest is not None:
            return _without(ctx, request, rest, photo, found)
    told: bool | None = None
    wish = old
    if slots.categories:
        hits, still = _mentioned(ctx, hits, old)
        hits, told = _mentioned(ctx, hits, new)
        # Words that no record mentions would only drag along.
        words = text if told else slots.query
        wish = joined(old if still else "", new if told else "")
        words = words if still is not False else without_words(words, old)
        told, claimed = (told, new) if new else (still, old)
    else:
        words, claimed = slots.query, ""
    hits, unheard = lacking(ctx, hits, slots.not_words)
    hits = hits[: how_many(request.understanding.text) if slots.sort else PAGE]
    ctx.events.append(
        {"kind": "search", "product_id": None, "detail": {"category": list(slots.categories)}}
    )
    kept = replace(slots, query=words, wish=wish, direction=None, ordinals=(), spans=())
    encoded = encode_photo(photo) if ctx.turn.image is not None else None
    if request.intent == "search_products" and encoded is None:
        encoded = ""
    if not hits:
        if photo and (limits == Limits() or not ctx.knowledge.index.health()[0]):
            pictures = {"pictures": has_pictures(ctx)}
            return Outcome("search.photo_unusable", pictures, search=kept, search_image=encoded)
        nothing = _nothing(ctx, kept, limits, more=more)
        without = [*nothing.facts["limits"], *without_facts(slots, unheard)]
        nothing = replace(nothing, facts=nothing.facts | {"limits": without})
        return replace(nothing, search=kept, search_image=encoded)
    # Without pictures in the index a photo speaks for nothing, and the reply must not say it does.
    by_photo = photo is not None and any("image" in hit.evidence for hit in hits)
    facts = _facts(ctx, kept, limits)
    bare = without_limits(heard, kept.query)
    facts["what"] = bare
    facts["shown"] = len(hits)
    facts["limits"] += without_facts(slots, unheard)
    if unheard:
        facts["untold"] = "、".join(unheard) if ctx.language == "zh" else ", ".join(unheard)
    if slots.categories and new and told is None:
        facts["untold"] = new  # ranked by its meaning, and no record could be looked up for it
    # Words rank but do not limit, so a count over the catalogue is only true without them.
    plain = not barred and not slots.not_words and told is None
    counts = plain and slots.categories and _words_are_kind(kept)
    facts["total"] = ctx.knowledge.products.facts(ctx.session, limits).count if counts else None
    cards = cards_for(ctx, hits)
    if photo and not by_photo:
        facts["pictures"] = has_pictures(ctx)
        key = "search.photo_unused"
    else:
        key = "search.more" if more else ("search.photo" if photo else "search.found")
    if key == "search.found" and not slots.categories:
        # Without a kind everything is ranked; what has nothing to do with it is left out.
        near = [hit for hit in hits if _near(ctx, kept, hit, cards)]
        if near and len(near) < len(hits):
            hits, cards, facts["shown"] = near, cards_for(ctx, near), len(near)
    if (
        key == "search.found"
        and wish_words(heard, slots.query)
        and not named(replace(kept, query=bare), cards, ctx.knowledge.vocabulary)
    ):
        near = [hit for hit in hits[:CLOSEST] if hit.evidence.get("kind", 0.0) >= _NEAR]
        cards = cards_for(ctx, near)
        key, facts["shown"] = "search.closest", len(cards)
        facts["kinds"] = () if near else kinds_sold(ctx)
    if told is not None and key in ("search.found", "search.more"):
        # What a wish is said of: some records hold it, or none that fit does.
        key = "search.mentioned" if told else "search.unmentioned"
        facts |= {"wish": claimed, "more": more}
    return Outcome(
        key,
        facts,
        cards=cards,
        search=kept,
        search_image=encoded,
        focus=_singled_out(request, cards),
        offers=_refinements(kept),
        why=_why(hits),
    )


_THE_ONE = re.compile(
    r"\b(?:which|what)(?:'?s| is)? (?:the|one)\b"
    r"|^\W*(?:(?:and|ok|so)[ ,]+)?the [\w -]{4,20} one\W*$|哪",
    re.IGNORECASE,
)


def _singled_out(request: Request, cards: tuple[Card, ...]) -> Focus | None:
    """The first of a list that was asked for as the one: "what's the cheapest with 16 GB"."""
    heard = request.understanding
    if not (cards and heard.slots.sort and _THE_ONE.search(heard.text)):
        return None
    return Focus(cards[0].product_id, cards[0].variant_id)


def _mentioned(
    ctx: Context, hits: list[ProductHit], wish: str
) -> tuple[list[ProductHit], bool | None]:
    """The hits whose record mentions the wish, else all of them; and whether any does (None where
    nothing was wished for, or cannot be told)."""
    if not wish or not hits:
        return hits, None
    products = load_products(ctx.session, [hit.product_id for hit in hits])
    held = mentioning(products.values(), wish, ctx.knowledge.vocabulary)
    if held is None:
        return hits, None
    return [hit for hit in hits if hit.product_id in held] or hits, bool(held)


@skill("find_similar")
def similar(ctx: Context, request: Request) -> Outcome:
    """More like one product, or like the photo, inside any limit stated with it."""
    if ctx.turn.image is not None:
        return search(ctx, request)
    text = request.understanding.text
    if request.slots.query and not request.slots.ordinals and not _ALIKE.search(text):
        # "Show me the Hush One" names it, and asks for nothing like it.
        return search(ctx, replace(request, intent="search_products"))
    found = one_target(ctx, request)
    if isinstance(found, Ask):
        return Outcome("similar.which", ask=found) if found.choices else what_then(ctx)
    product, variant = found
    said = replace(request.slots, query="", ordinals=(), deictic=False, spans=())
    said = against(said, variant.price)
    limits = limits_from(said, stated_wishes(ctx))
    hits = ctx.knowledge.products.search(
        ctx.session,
        ProductQuery(
            language=ctx.language,
            similar_to=product.id,
            limits=limits,
            sort=_sort(said),
            limit=PAGE,
        ),
    )
    facts = {
        "title": title_of(product, ctx.language),
        "limits": limit_facts(limits, ctx.settings.currency),
    }
    if not hits:
        return Outcome("similar.none", facts)
    return Outcome(
        "similar.found",
        facts,
        cards=cards_for(ctx, hits),
        search=replace(said, categories=(product.category,) if product.category else ()),
        why=_why(hits),
    )


def what_then(ctx: Context) -> Outcome:
    """What is sought? With what the shop has most of, so that there is something to choose from."""
    return Outcome("search.what", {"kinds": kinds_sold(ctx)}, offers=_starters())


def kinds_sold(ctx: Context) -> tuple[str, ...]:
    """The kinds of things that the shop has most of, in the shopper's language."""
    rows = ctx.session.execute(
        select(Product.category, func.max(Product.category_zh))
        .where(Product.active, Product.category != "")
        .group_by(Product.category)
        .order_by(func.count().desc(), Product.category)
        .limit(_KINDS)
    )
    return tuple(
        (chinese or translate_value(name, "zh")) if ctx.language == "zh" else name
        for name, chinese in rows
    )


def _sort(slots: Slots) -> Sort:
    return slots.sort or "relevance"


def _words_are_kind(slots: Slots) -> bool:
    """True where the query words only name the category."""
    words = {word.rstrip("s") for word in slots.query.casefold().split()}
    named = {word.rstrip("s") for kind in slots.categories for word in kind.casefold().split()}
    return words <= named or len(words) <= 1


_ALIKE = re.compile(
    r"\b(?:like|alike|similar|same|alternatives?|close|resembl\w*|match\w*|comparable|related|else"
    r"|instead|others?|another|more|different)\b|像|类似|相似|差不多|同款|一样|同类|替代|别的|其他|换",
    re.IGNORECASE,
)


def _near(ctx: Context, slots: Slots, hit: ProductHit, cards: tuple[Card, ...]) -> bool:
    card = next((card for card in cards if card.product_id == hit.product_id), None)
    near = hit.evidence.get("kind", 0.0) >= _NEAR
    return near or (card is not None and named(slots, (card,), ctx.knowledge.vocabulary))


def _facts(ctx: Context, slots: Slots, limits: Limits) -> dict[str, Any]:
    return {
        "what": slots.query,
        "categories": list(slots.categories),
        "limits": limit_facts(limits, ctx.settings.currency),
        "sort": slots.sort or "",
        **dict.fromkeys(LEFT_OUT, ""),
    }


def _nothing(ctx: Context, slots: Slots, limits: Limits, *, more: bool) -> Outcome:
    """Nothing left: say so, and name the one limit that, dropped, brings something back."""
    facts = _facts(ctx, slots, limits)
    if more:
        return Outcome("search.no_more", facts)
    for kind in RELAXABLE:
        if getattr(limits, kind) == getattr(Limits(), kind):
            continue
        relaxed = without(limits, kind)
        hits = ctx.knowledge.products.search(
            ctx.session,
            ProductQuery(text=slots.query, language=ctx.language, limits=relaxed, limit=1),
        )
        if not hits:
            continue
        found = ctx.knowledge.products.facts(ctx.session, relaxed)
        facts |= {
            "dropped": limit_facts(_only(limits, kind), ctx.settings.currency),
            "count": found.count if slots.categories else None,
            "low": found.price_min if slots.categories else None,
            "currency": ctx.settings.currency,
        }
        return Outcome("search.none_but", facts, offers=(("offer.drop", {}),), unmet=kind)
    return Outcome("search.none", facts, offers=_starters())


def _only(limits: Limits, kind: str) -> Limits:
    return replace(Limits(), **{kind: getattr(limits, kind)})


def _refinements(slots: Slots) -> tuple[tuple[str, dict[str, Any]], ...]:
    offers: list[tuple[str, dict[str, Any]]] = [("offer.cheaper", {}), ("offer.more", {})]
    offers.append(("offer.compare", {}))
    if slots.in_stock is None:
        offers.append(("offer.in_stock", {}))
    return tuple(offers)


def _starters() -> tuple[tuple[str, dict[str, Any]], ...]:
    return (("offer.recommend", {}), ("offer.promotions", {}), ("offer.help", {}))


def _why(hits: list[ProductHit]) -> tuple[str, ...]:
    return tuple(
        f"{hit.product_id}: {hit.score:.3f} = "
        + ", ".join(f"{name} {value:.3f}" for name, value in sorted(hit.evidence.items()))
        for hit in hits
    )


def card_list(ctx: Context, products: Sequence[tuple[str, str | None]]) -> tuple[Card, ...]:
    """Cards for (product, variant) ids, in order; what has left the shop is passed over."""
    loaded = load_products(ctx.session, [product for product, _ in products])
    cards = []
    for product_id, variant_id in products:
        product = loaded.get(product_id)
        variant = variant_of(product, variant_id) if product else None
        if product and variant:
            cards.append(card_for(ctx, product, variant))
    return tuple(cards)
