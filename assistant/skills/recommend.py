"""Recommendations with their true reasons, feedback on them, and why something was shown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from assistant.dialogue.due import asked_due
from assistant.dialogue.recommended import NOT_THAT, OWNED, WITH
from assistant.recommend.making import Maker
from assistant.recommend.shopper import Shopper
from assistant.recommend.types import Asker, Part, Ranked
from assistant.skills.base import Ask, Context, Outcome, Request, skill
from assistant.skills.cards import card_for, load_products, title_of, variant_of
from assistant.skills.experiment import AS_IT_IS, tried
from assistant.skills.limits import limit_facts, limits_from, stated_wishes
from assistant.skills.mentions import mentioning, wish_words
from assistant.skills.naming import named
from assistant.skills.relative import with_bounds
from assistant.skills.target import one_target
from assistant.skills.whom import whom, without_whom
from assistant.understanding.types import Slots
from db.models import Product, Variant
from knowledge.matching import GROWN, GROWN_UPS
from knowledge.types import Limits

PAGE: Final = 5
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
_QUALITY: Final = re.compile(
    r"\b(?:some|any)?things?\b|\bstuff\b|\bones?\b|\b(?:loves?|likes?|enjoys?|into|fan of|crazy"
    r" about|keen on|hobb\w+|interested in)\b|东西|商品|的[?？。！! ]*$|喜欢|热爱|爱好|[爱迷]",
    re.IGNORECASE,
)
"""What is named beside these is how it should be or what somebody likes, and no kind of thing."""
_POPULAR: Final = re.compile(
    r"\b(?:(?:most )?popular|trending|best-?sell\w*|(?:most )?(?:bought|sold)|hot right now)\b"
    r"|(?:最)?(?:热门|热销|畅销|受欢迎|火)(?:的)?|大家都(?:在)?(?:买|喜欢)",
    re.IGNORECASE,
)
"""Asks what others like, and not what fits the shopper."""
_MEASURE: Final = re.compile(r"^[一两几]?[双件条个款只台套顶副对把张](?=..)")
_ANYTHING: Final = re.compile(
    r"(?:\s|(?:any|some)thing|things?|stuff|what|items?|products?|nice|good|now|then|me|myself|for"
    r"|could|can|would|should|might|give|get|buy|her|him|them|turn(?:s|ing)?|becomes?"
    r"|surprise|anyhow|whatever|next|today|please|in|the|here|your|shops?|stores?|店里?|这里|东西|一?点|一?些|什么|好|的|商品|产品|随便|几?[款样个]|自己|现在|那)*",
    re.IGNORECASE,
)
"""Words that name nothing that is sought."""


@skill("recommend_products")
def recommend(ctx: Context, request: Request) -> Outcome:
    """A short list for this shopper, inside every limit, each with what moved it up."""
    said = request.understanding.text or ctx.turn.text
    slots, _ = with_bounds(ctx, request.slots, said)
    more = slots.direction == "more"
    slots = replace(slots, spans=(), ordinals=(), deictic=False, direction=None)
    if ctx.state.gift:
        slots = replace(slots, query=without_whom(slots.query))
    if _ANYTHING.fullmatch(slots.query):
        slots = replace(slots, query="")
    maker = Maker(ctx.session, ctx.knowledge)
    popular = _POPULAR.search(said) is not None and not ctx.state.gift
    shopper = maker.shopper(asker_of(ctx, gift=ctx.state.gift or popular))
    if popular:
        left = " ".join(_POPULAR.sub(" ", slots.query).split())
        slots = replace(slots, query="" if _ANYTHING.fullmatch(left) else left)
    if WITH.search(said) or request.args.get("together"):
        found = _together(ctx, request, maker, shopper)
        if found is not None:
            return found
    due = asked_due(said)
    if due is not None or _DUE.search(said):
        return _due(ctx, maker, shopper, due or "")
    limits = limits_from(slots, {} if ctx.state.gift else stated_wishes(ctx))
    age = ctx.state.age if ctx.state.gift else whom(said).age
    if age is not None and age < GROWN and not slots.categories:
        young = tuple(_YOUNG.get(each, each) for each in limits.audiences)
        limits = replace(limits, audiences=young or ("kids",))
    exclude = (*(ctx.state.seen if more else ()), *_owned(maker, said))
    new = _NEW.search(said) is not None
    made_in = [limits]
    grown_up = ctx.state.gift and not slots.categories and {*limits.audiences} & GROWN_UPS

    def make(weights: Mapping[str, float]) -> list[Ranked]:
        if grown_up:
            made_in[0] = replace(limits, audiences=())
            return _for_another(ctx, maker, shopper, slots, limits, age, exclude)
        weighed = Maker(ctx.session, ctx.knowledge, weights) if weights else maker
        found, made_in[0] = _fitting(weighed, shopper, slots, limits, age, new, exclude)
        return found

    ranked = make(AS_IT_IS) if shopper.asker.gift else tried(ctx, make)
    for word in slots.not_words:
        products = load_products(ctx.session, [one.product_id for one in ranked])
        held = mentioning(products.values(), word, ctx.knowledge.vocabulary) or ()
        ranked = [one for one in ranked if one.product_id not in held]
    limits = made_in[0]
    if not ranked:
        key = "recommend.no_more" if more else "recommend.none"
        return Outcome(key, {"limits": limit_facts(limits, ctx.settings.currency)})
    sought = bool(slots.query or slots.categories or slots.audiences)
    key = "recommend.first"
    if ctx.state.gift:
        key = "recommend.gift"
    elif popular:
        key = "recommend.popular"
    elif shopper.taste.known or len(shopper.history.items):
        key = "recommend.personal"
    elif sought:
        key = "recommend.found"
    missing = "" if slots.categories or _fitting_words(ranked) else _MEASURE.sub("", slots.query)
    made = _listed(
        ctx,
        ranked,
        limits,
        key,
        {
            "limits": [
                *limit_facts(limits, ctx.settings.currency),
                *([{"kind": "not_words", "values": [*slots.not_words]}] if slots.not_words else []),
            ],
            "what": slots.query,
            "age": age,
            "missing": missing,
        },
        search=replace(slots, audiences=slots.audiences if grown_up else limits.audiences),
    )
    if missing or request.understanding.follows or not _lacking(ctx, request.slots, slots, made):
        return made
    # What was named is not sold here: the list says so, and then stands on its own.
    facts = {**made.facts, "what": _MEASURE.sub("", slots.query)}
    reasons = {
        product_id: tuple(reason for reason in given if reason[0] != "reason.words")
        for product_id, given in made.reasons.items()
    }
    kept = replace(slots, query="")
    return replace(made, key="recommend.lacking", facts=facts, reasons=reasons, search=kept)


def _lacking(ctx: Context, heard: Slots, slots: Slots, made: Outcome) -> bool:
    """Whether a kind of thing was asked for that none of the products on the list is called."""
    if not slots.query or slots.categories or _QUALITY.search(ctx.turn.text):
        return False
    words = wish_words(replace(heard, query=slots.query), slots.query)
    return bool(words) and not named(slots, made.cards, ctx.knowledge.vocabulary)


def _owned(maker: Maker, said: str) -> tuple[str, ...]:
    """Products called what somebody is said to have already, or what is not to be shown."""
    found = OWNED.search(said)
    if found:
        return maker.called(found["en"] or found["zh"])
    ruled_out = NOT_THAT.search(said)
    return maker.called(ruled_out["en"]) if ruled_out else ()


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
    maker: Maker,
    shopper: Shopper,
    slots: Slots,
    limits: Limits,
    age: int | None,
    new: bool,
    exclude: Sequence[str],
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
            exclude=exclude,
            age=age,
            new=new,
            unless=asked,
        )
        if ranked or within.audiences == () or (within == limits and not limits.audiences):
            return ranked, within
    return [], limits


_ANYBODY: Final = ("", "unisex")
_YOUNG: Final = {"women": "girls", "men": "boys"}


def _for_another(
    ctx: Context,
    maker: Maker,
    shopper: Shopper,
    slots: Slots,
    limits: Limits,
    age: int | None,
    exclude: Sequence[str],
) -> list[Ranked]:
    """A list for somebody of whom only the kin is known: what is for anybody will do as well as
    what is for them, and nothing that is for others."""
    whole = maker.ranked(
        shopper,
        replace(limits, audiences=()),
        limit=PAGE * 6,
        text=slots.query,
        diverse=True,
        exclude=exclude,
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
        cards.append(card_for(ctx, product, _as_wished(ctx, one, product, limits) or variant))
        # That it also comes in a colour that was just ruled out is no reason to anybody.
        reasons[product.id] = tuple(
            (key, facts)
            for key, facts in one.reasons
            if key != "reason.color" or facts.get("value") not in limits.not_colors
        )
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


def _as_wished(ctx: Context, one: Ranked, product: Product, limits: Limits) -> Variant | None:
    """The variant in the colour that is its reason and in the shopper's own size, as far as there
    is one, so that the card shows what the words say."""
    prefer = {} if ctx.state.gift else dict(stated_wishes(ctx).get("prefer") or {})
    colors = (
        ()
        if limits.colors
        else tuple(
            str(facts["value"])
            for kind, facts in one.reasons
            if kind == "reason.color" or facts.get("wish") == "color"
        )
    )
    sizes = () if limits.sizes else tuple(map(str, prefer.get("size") or ()))
    for wished in ((colors, sizes), (colors, ()), ((), sizes)):
        if not any(wished) or (wished[0] and not colors) or (wished[1] and not sizes):
            continue
        within = replace(
            limits,
            colors=wished[0] or limits.colors,
            sizes=wished[1] or limits.sizes,
            in_stock=True,
        )
        hits = ctx.knowledge.products.by_ids(ctx.session, [product.id], within)
        if hits:
            return variant_of(product, hits[0].variant_id)
    return None


def _together(ctx: Context, request: Request, maker: Maker, shopper: Shopper) -> Outcome | None:
    """What others bought with a product; None where no product is meant."""
    found = one_target(ctx, request)
    if isinstance(found, Ask):
        if not found.choices:
            return None
        return Outcome("recommend.together_which", ask=found, form_args={"together": True})
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
