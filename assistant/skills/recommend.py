"""Recommendations with their true reasons, feedback on them, and why something was shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from assistant.dialogue.due import asked_due
from assistant.dialogue.state import Focus
from assistant.recommend.counterfactual import score_without
from assistant.recommend.making import POOL, Maker
from assistant.recommend.relevance import fits_words
from assistant.recommend.shopper import Shopper
from assistant.recommend.types import Asker, Part, Ranked
from assistant.skills.base import Ask, Context, Outcome, Request, skill
from assistant.skills.cards import card_for, default_variant, load_products, title_of, variant_of
from assistant.skills.experiment import AS_IT_IS, tried, weights_of
from assistant.skills.limits import limit_facts, limits_from, stated_wishes
from assistant.skills.relative import with_bounds
from assistant.skills.target import one_target, targets
from assistant.skills.whom import whom, without_whom
from assistant.understanding.types import Slots
from db.models import Product, Variant
from knowledge.types import Limits, ProductQuery

PAGE: Final = 5
_WITH: Final = re.compile(
    r"\b(?:bought|buy|go(?:es)?|wear|pairs?|match\w*|fits?) "
    r"(?:well |best |nicely )?(?:together|with)\b"
    r"|\baccessor\w+ for\b|\bcomplete the (?:look|set)\b|搭配|配什么|一起(?:买|购买)|配套",
    re.IGNORECASE,
)
_DUE: Final = re.compile(
    r"\b(?:time (?:for|to (?:re)?(?:buy|order|get))|run(?:ning)? (?:low|out)|re-?order|re-?stock|"
    r"refill|replenish|used up|buy again|need (?:new|more) \w+ again|due)\b"
    r"|该(?:换|买|补)|快用完|用完了|补货|再买|回购|复购",
    re.IGNORECASE,
)


_NEW: Final = re.compile(
    r"\b(?:something|anything|things?|stuff) (?:completely |totally |really )?(?:new|different)\b"
    r"|\b(?:haven'?t|have not|never) (?:had|tried|bought|owned)\b|\bdiscover\b"
    r"|没(?:有)?(?:买|用|试|穿)过|新鲜(?:的|点)|换换口味",
    re.IGNORECASE,
)


_ANYTHING: Final = re.compile(
    r"\s*(?:(?:any|some)thing|things?|stuff|what|items?|products?|nice|good|东西|一?点|一?些|什么|好|的"
    r"|商品|产品|随便|几[款样个])*\s*",
    re.IGNORECASE,
)
"""Words that name nothing that is sought."""


@skill("recommend_products")
def recommend(ctx: Context, request: Request) -> Outcome:
    """A short list for this shopper, inside every limit, each with what moved it up."""
    said = request.understanding.text or ctx.turn.text
    slots = replace(request.slots, spans=(), ordinals=())
    if ctx.state.gift:
        slots = replace(slots, query=without_whom(slots.query))
    if _ANYTHING.fullmatch(slots.query):
        slots = replace(slots, query="")
    slots, _ = with_bounds(ctx, slots, said)
    maker = Maker(ctx.session, ctx.knowledge)
    shopper = maker.shopper(asker_of(ctx, gift=ctx.state.gift))
    if _WITH.search(said):
        found = _together(ctx, request, maker, shopper)
        if found is not None:
            return found
    due = asked_due(said)
    if due is not None or _DUE.search(said):
        return _due(ctx, maker, shopper, due or "")
    limits = limits_from(slots, {} if shopper.asker.gift else stated_wishes(ctx))
    age = whom(said).age
    new = _NEW.search(said) is not None
    made_in = [limits]
    grown_up = shopper.asker.gift and not slots.categories and {*limits.audiences} & _GROWN_UP

    def make(weights: Mapping[str, float]) -> list[Ranked]:
        if grown_up:
            made_in[0] = replace(limits, audiences=())
            return _for_another(ctx, maker, shopper, slots, limits, age)
        weighed = Maker(ctx.session, ctx.knowledge, weights) if weights else maker
        found, made_in[0] = _fitting(weighed, shopper, slots, limits, age, new)
        return found

    ranked = make(AS_IT_IS) if shopper.asker.gift else tried(ctx, make)
    limits = made_in[0]
    if not ranked:
        return Outcome("recommend.none", {"limits": limit_facts(limits, ctx.settings.currency)})
    named = bool(slots.query or slots.categories or slots.audiences)
    key = "recommend.first"
    if shopper.asker.gift:
        key = "recommend.gift"
    elif shopper.taste.known or len(shopper.history.items):
        key = "recommend.personal"
    elif named:
        key = "recommend.found"
    return _listed(
        ctx,
        ranked,
        limits,
        key,
        {
            "limits": limit_facts(limits, ctx.settings.currency),
            "what": slots.query,
            "age": age,
            "missing": "" if slots.categories or _fitting_words(ranked) else slots.query,
        },
        search=replace(slots, audiences=limits.audiences)
        if slots.categories or slots.query
        else Slots(),
    )


def _fitting_words(ranked: list[Ranked]) -> bool:
    return any(part.kind == "words" for one in ranked for part in one.parts)


def asker_of(ctx: Context, *, gift: bool = False) -> Asker:
    """Who speaks, with what they did in this very turn."""
    return Asker(
        customer_id=ctx.customer_id,
        conversation_id=ctx.turn.conversation_id,
        language=ctx.language,
        now=ctx.now,
        pending=tuple(
            (row["kind"], str(row["product_id"])) for row in ctx.events if row.get("product_id")
        ),
        said=tuple(row["detail"] for row in ctx.events if row["kind"] == "preference"),
        gift=gift,
    )


def _fitting(
    maker: Maker, shopper: Shopper, slots: Slots, limits: Limits, age: int | None, new: bool
) -> tuple[list[Ranked], Limits]:
    """The list, and the limits it was made in: whom it is for is let go where the shop does not
    say of anything whom it is for."""
    narrowed = replace(limits, in_stock=False, **_NEVER) != Limits()
    asked = _asked(slots)
    for within in (limits, replace(limits, audiences=())):
        ranked = maker.ranked(
            shopper,
            within,
            limit=PAGE,
            text=slots.query,
            diverse=not slots.categories,
            narrowed=narrowed,
            age=age,
            new=new,
            unless=asked,
        )
        if ranked or within.audiences == () or (within == limits and not limits.audiences):
            return ranked, within
    return [], limits


_ANYBODY: Final = ("", "unisex")
_GROWN_UP: Final = frozenset({"women", "men"})


def _for_another(
    ctx: Context, maker: Maker, shopper: Shopper, slots: Slots, limits: Limits, age: int | None
) -> list[Ranked]:
    """A list for somebody of whom only the kin is known: what is for anybody will do as well as
    what is for them, and nothing that is for others."""
    whole = maker.ranked(
        shopper,
        replace(limits, audiences=()),
        limit=PAGE * 6,
        text=slots.query,
        diverse=True,
        age=age,
        unless=_asked(slots),
    )
    products = load_products(ctx.session, [one.product_id for one in whole])
    theirs = {audience.casefold() for audience in limits.audiences}
    fitting = [
        one
        for one in whole
        if one.product_id in products
        and (
            products[one.product_id].audience.casefold() in _ANYBODY
            or products[one.product_id].audience.casefold() in theirs
        )
    ]
    return fitting[:PAGE]


_NEVER: Final[dict[str, Any]] = {
    "not_categories": (),
    "not_brands": (),
    "not_colors": (),
    "not_materials": (),
}


def _asked(slots: Slots) -> frozenset[str]:
    """What the shopper asks for by name: a must-not does not hold against it."""
    return frozenset(
        value.casefold()
        for values in (slots.brands, slots.colors, slots.materials, slots.categories, slots.sizes)
        for value in values
    )


def _listed(
    ctx: Context,
    ranked: list[Ranked],
    limits: Limits,
    key: str,
    facts: dict[str, Any],
    search: Slots | None = None,
) -> Outcome:
    products = load_products(ctx.session, [one.product_id for one in ranked])
    cards = []
    reasons: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {}
    for one in ranked:
        product = products.get(one.product_id)
        variant = variant_of(product, one.variant_id) if product else None
        if product is None or variant is None:
            continue
        cards.append(card_for(ctx, product, _in_wished_color(one, product, limits) or variant))
        reasons[product.id] = one.reasons
    return Outcome(
        key,
        facts,
        cards=tuple(cards),
        reasons=reasons,
        search=search,
        offers=(("offer.why", {}), ("offer.less_first", {}), ("offer.cart_first", {})),
        why=tuple(f"{one.product_id}: {sum_of(one.parts)}" for one in ranked),
    )


def sum_of(parts: tuple[Part, ...]) -> str:
    """A score with its summands, as `/why` shows it."""
    total = sum(part.worth for part in parts)
    return f"{total:.3f} = " + ", ".join(f"{part.kind} {part.worth:+.3f}" for part in parts)


def _in_wished_color(one: Ranked, product: Product, limits: Limits) -> Variant | None:
    """The variant in the colour that is its reason, so that the card shows it."""
    colors = {
        str(facts["value"]).casefold()
        for kind, facts in one.reasons
        if kind == "reason.color" or facts.get("wish") == "color"
    }
    if not colors or limits.colors:
        return None
    for variant in product.variants:
        fits = variant.active and variant.stock > 0 and variant.color.casefold() in colors
        if fits and (limits.price_max is None or variant.price <= limits.price_max):
            return variant
    return None


def _together(ctx: Context, request: Request, maker: Maker, shopper: Shopper) -> Outcome | None:
    """What others bought with a product; None where no product is meant."""
    found = one_target(ctx, request)
    if isinstance(found, Ask):
        return None
    product, _ = found
    limits = limits_from(Slots(), stated_wishes(ctx))
    ranked = maker.together(shopper, product.id, limits, limit=PAGE)
    if not ranked:
        return Outcome("recommend.nothing_together", {"title": title_of(product, ctx.language)})
    return _listed(
        ctx,
        ranked,
        limits,
        "recommend.together",
        {"title": title_of(product, ctx.language)},
        search=Slots(),
    )


def _due(ctx: Context, maker: Maker, shopper: Shopper, what: str) -> Outcome:
    """What the shopper buys again and again and will soon need, of what they name where they do."""
    limits = limits_from(Slots(), stated_wishes(ctx))
    ranked = maker.due(shopper, limits, limit=PAGE, named=what)
    if not ranked:
        return Outcome("recommend.nothing_due", {"what": what}, offers=(("offer.recommend", {}),))
    return _listed(ctx, ranked, limits, "recommend.due", {}, search=Slots())


@skill("explain_recommendation")
def explain(ctx: Context, request: Request) -> Outcome:
    """Why a product was shown: the same parts that its score is made of."""
    found = one_target(ctx, request)
    if isinstance(found, Ask):
        if not found.choices:
            return Outcome("explain.nothing")
        shown = [product for product, _ in ctx.state.shown]
        product = load_products(ctx.session, shown).get(shown[0])
    else:
        product = found[0]
    if product is None:
        return Outcome("explain.nothing")
    search = ctx.state.search
    maker = Maker(ctx.session, ctx.knowledge, weights_of(ctx))
    shopper = maker.shopper(asker_of(ctx, gift=ctx.state.gift))
    limits = limits_from(search, {} if shopper.asker.gift else stated_wishes(ctx))
    ranked = maker.explained(shopper, product.id)
    parts = ranked.shown if ranked else ()
    facts = {
        "title": title_of(product, ctx.language),
        "query": search.query if _holds(ctx, search, limits, product.id) else "",
        "limits": limit_facts(limits, ctx.settings.currency),
        "reasons": [{"kind": f"reason.{part.kind}", **part.facts} for part in parts],
    }
    return Outcome(
        "explain.reasons",
        facts,
        focus=Focus(product.id),
        offers=(("offer.less", {}), ("offer.profile", {})),
        why=(
            (
                sum_of(ranked.parts),
                *(
                    f"without {part.kind}: {score_without(maker, shopper, product.id, part):.3f}"
                    for part in parts
                ),
            )
            if ranked
            else ()
        ),
    )


def _holds(ctx: Context, search: Slots, limits: Limits, product_id: str) -> bool:
    """Whether a product has to do with the words it was looked for by."""
    if not search.query:
        return False
    query = ProductQuery(text=search.query, language=ctx.language, limits=limits, limit=POOL)
    hits = ctx.knowledge.products.search(ctx.session, query)
    return any(hit.product_id == product_id and fits_words(hit.evidence) for hit in hits)


@skill("give_product_feedback")
def feedback(ctx: Context, request: Request) -> Outcome:
    """A like or a dislike, in force from the next list on."""
    found = targets(ctx, request.slots)
    if not found and ctx.state.shown:
        ids = [product for product, _ in ctx.state.shown]
        loaded = load_products(ctx.session, ids)
        found = [
            (loaded[product_id], variant)
            for product_id in ids
            if product_id in loaded and (variant := default_variant(loaded[product_id]))
        ]
    if not found:
        return Outcome("feedback.what")
    disliked = request.slots.sentiment == "dislike"
    for product, _ in found:
        ctx.events.append(
            {"kind": "dislike" if disliked else "like", "product_id": product.id, "detail": {}}
        )
    facts = {"titles": [title_of(product, ctx.language) for product, _ in found]}
    if not disliked:
        return Outcome(
            "feedback.like",
            facts,
            focus=Focus(found[0][0].id, found[0][1].id),
            offers=(("offer.similar", {}), ("offer.add", {})),
        )
    return Outcome("feedback.dislike", facts, offers=(("offer.recommend", {}),))
