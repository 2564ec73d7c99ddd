"""What the shop's articles say beside another skill's answer, or instead of one that is none.

How things go in a shop is asked in words that look like any intent: "can I send back headphones I
have opened?" like a return, "how do I wash wool?" like nothing a shop does, "the water no longer
beads off my jacket" like a search. So wherever a skill has no answer, or can only ask for an e-mail
or a number, the articles are looked in, too; and before a skill that shows products, where
something is asked or told that no product answers. An act or goods that are plainly asked for are
never answered by one.

Whether a passage answers is weighed with how the turn is put and read (`looked_up`, `manner`). The
limits on that were chosen on questions and utterances held back from its weights:
`python -m benchmarks.knowledge.routing` prints what each costs.
"""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.dialogue.answers import length
from assistant.dialogue.due import asked_due
from assistant.skills.articles import looked_up
from assistant.skills.base import Context, Outcome
from assistant.skills.cards import load_products
from assistant.skills.whom import whom
from assistant.understanding.attribute_words import attributes_named
from assistant.understanding.intents import ORDERS
from assistant.understanding.manner import (
    asks_how_things_are,
    points_at,
    seeks_goods,
    tells_what_happened,
)
from assistant.understanding.types import Understanding
from knowledge.index.words import has_chinese
from knowledge.vocabulary import translate_value

HELPLESS = frozenset(
    {
        "talk.out_of_scope",
        "dialogue.not_understood",
        "requests.not_understood",
        "product.none_in_focus",
        "product.which",
        "product.unknown",
        "compare.what",
        "compare.unknown",
        "talk.correct",
        "search.what",
        "search.none",
        "search.closest",
        "search.unmentioned",
        "recommend.none",
        "promotion.none",
        "cart.empty",
        "cart.nothing_in_focus",
        "explain.nothing",
        "feedback.what",
        "profile.what_to_remember",
        "profile.nobody",
    }
)
"""Outcomes that tell the shopper nothing: an article stands in for them."""
CHOOSING = frozenset({"dialogue.whether", "dialogue.which"})
"""Outcomes that ask which of two readings is meant."""
INSTEAD = 0.5
"""Score from which an article stands in for an outcome that tells nothing."""
ABOUT_GOODS = 0.65
"""The same where the question may be about a product that was not named."""
POINTING = 0.85
"""The same where it points at something, which an article cannot know."""
BESIDE = 0.5
"""Score from which an article is told before a question that a skill asks."""
BEFORE_FACTS = 0.6
"""The same before an answer that may be about something else, or where one's own is asked for."""
BEFORE_ACT = 0.75
"""The same before what an act on an order asks, where something is told and nothing asked."""

TROUBLE = frozenset(
    {"report_payment_issue", "registration_problem", "file_complaint", "recover_password"}
    | {"newsletter"}
)
"""Here what is said is rarely put as a question, and what can be done at once helps anyway."""
OWN = frozenset({"track_order", "list_orders", "track_refund", "view_profile"})
"""Mostly about the shopper's own things, which no article knows."""
GENERAL = frozenset({"ask_promotions", "ask_contact", "ask_capabilities"})
"""Answered from records; a question about how things go may be read as one of these."""
GOODS = frozenset(
    {"search_products", "refine_search", "check_availability", "recommend_products"}
    | {"find_similar", "ask_product", "compare_products"}
)
"""Intents whose skills show products and keep nothing."""
_SURE = 0.8
"""Confidence from which a search is one, where it names a kind of thing."""
_SHORT = 3
_HOW = re.compile(
    r"\b(?:how|when|why|where|what (?:if|happens)|should|can i|may i|do i|am i|will i|is it)\b"
    r"|怎|如何|为什么|为啥|能不能|可不可以|可以|会不会|多久|要不要|需要",
    re.IGNORECASE,
)
"""Words of a question about how things go."""
RATHER = 0.75
"""Score from which an article is told and no product shown, nor the cart."""


def instead(ctx: Context, outcome: Outcome, heard: Understanding) -> Outcome:
    """The outcome, or what the shop's articles say where it tells nothing and they surely do."""
    if outcome.key not in HELPLESS or ctx.turn.image is not None:
        return outcome
    kind, sure = outcome.key.partition(".")[0], INSTEAD
    if kind in ("product", "compare", "cart", "search"):
        sure = ABOUT_GOODS if kind in ("product", "compare") else RATHER
        sure = POINTING if points_at(heard.text) else sure
    of_kind = _CARE.search(heard.text) or _SIZING.search(heard.text)
    cared = of_kind if kind in ("product", "compare") else None
    found = _cared_for(ctx, outcome, heard) if cared else looked_up(ctx, heard, sure=sure)
    if found is None:
        return outcome
    return replace(found, cards=outcome.cards, listed=outcome.listed, focus=outcome.focus)


_CARE = re.compile(
    r"[洗烫熨晒垢]|清洁|保养|掉色|褪色|缩水|起球|打理|护理"
    r"|\b(?:wash|clean|care|iron|shrink|descal\w*|maintain)\w*\b",
    re.IGNORECASE,
)
"""How a thing is cared for: each kind in its own way."""
_SIZING = re.compile(
    r"尺码(?:该)?(?:怎么|如何)?(?:选|挑|买)|[选买穿]\S{0,3}(?:多大|什么|哪个|几)[号码尺]|多大码"
    r"|尺码(?:表|对照)|\b(?:what|which) size (?:should|do|would|shall|fits)\b"
    r"|\bsize (?:guide|chart)\b",
    re.IGNORECASE,
)
_SIZES = re.compile(r"[尺鞋]码|\bsiz", re.IGNORECASE)
_NAMES_LITTLE = 2


def _cared_for(ctx: Context, outcome: Outcome, heard: Understanding) -> Outcome | None:
    """How the kind of thing that is looked at is cared for, or which size of it fits; what is said
    of another kind is no answer."""
    looked_at = [each.product_id for each in outcome.cards]
    if not looked_at and ctx.state.focus.product_id:
        looked_at = [ctx.state.focus.product_id]
    looked_at = looked_at or [shown for shown, _ in ctx.state.shown]
    products = load_products(ctx.session, looked_at)
    sizing = _SIZING.search(heard.text) is not None
    chart = "尺码对照" if ctx.language == "zh" else "size chart"
    asked = chart if sizing else heard.text
    for product in products.values():
        chinese = ctx.language == "zh"
        kind = (product.category_zh if chinese else "") or product.category
        made = translate_value(product.material, ctx.language) if product.material else ""
        for name, within in ((kind, ("title", "passage")), (made, ("title",))):
            found = looked_up(ctx, heard, text=f"{name} {asked}") if name else None
            about = found is not None and _speaks_of(found, name, within)
            if found is not None and (about or (sizing and _SIZES.search(found.facts["title"]))):
                return found
    return None


def _speaks_of(found: Outcome, name: str, within: tuple[str, ...]) -> bool:
    """Whether what an article says is about a kind or a material."""
    text = " ".join(str(found.facts[each]) for each in within).casefold()
    if has_chinese(name):
        return name in text or any(
            name[place : place + _NAMES_LITTLE] in text
            for place in range(len(name) - _NAMES_LITTLE + 1)
        )
    return any(word[:5] in text for word in name.casefold().split() if len(word) > _NAMES_LITTLE)


def rather(ctx: Context, intent: str, heard: Understanding) -> Outcome | None:
    """What the articles surely say where products would be shown for something else: to be told
    in place of a skill. None where goods are sought, or an answer is waited for."""
    if intent not in GOODS or ctx.turn.image is not None:
        return None
    if intent == "recommend_products" and heard.confidence >= _SURE and whom(heard.text).other:
        return None  # what to give somebody
    if ctx.state.form is not None or ctx.state.pending is not None or seeks_goods(heard.text):
        return None
    slots = heard.slots
    barred = slots.not_brands or slots.not_colors or slots.not_materials or slots.not_categories
    if barred or slots.products or asked_due(heard.text) is not None or _plainly_goods(heard):
        return None
    placed = bool(heard.slots.sort or heard.slots.ordinals)  # "the cheaper one"
    pointing = placed or points_at(heard.text)
    # "Waterproof?" under a card is about what is on it.
    pointing = pointing or (
        length(heard.text) <= _SHORT and bool(attributes_named(heard.text.casefold()))
    )
    if (ctx.state.shown or ctx.state.focus.product_id) and pointing:
        return None
    if asks_how_things_are(heard.text) or tells_what_happened(heard.text):
        return looked_up(ctx, heard, sure=POINTING if pointing else RATHER)
    return None


def _plainly_goods(heard: Understanding) -> bool:
    """Whether a kind of thing is surely sought: "any waterproof jackets"."""
    seeks = heard.intent in ("search_products", "refine_search") and heard.confidence >= _SURE
    return seeks and bool(heard.slots.categories) and _HOW.search(heard.text) is None


def aside(ctx: Context, intent: str, outcome: Outcome, heard: Understanding) -> Outcome | None:
    """What the articles say, to be told before an outcome that asks for something, or that may be
    about something else; None where they are silent or it would only be noise."""
    called = outcome.handoff is not None and intent not in TROUBLE
    if outcome.citations or outcome.proposal is not None or called:
        return None
    if ctx.turn.image is not None or ctx.state.form is not None or ctx.state.pending is not None:
        return None
    if outcome.ask is not None and outcome.ask.slot == "product" and heard.slots.deictic:
        return None  # "is it on sale?" is about a product, whichever it be
    asks = asks_how_things_are(heard.text)
    unsure = outcome.key in CHOOSING
    if not (asks or tells_what_happened(heard.text) or unsure or intent in TROUBLE):
        return None  # an act that is asked for
    if any(act.kind != "claim" for act in heard.acts) and not asks:
        return None
    if outcome.ask is not None or unsure:
        if intent in ORDERS and not (asks or unsure):
            return looked_up(ctx, heard, sure=BEFORE_ACT)
        return looked_up(ctx, heard, sure=BEFORE_FACTS if intent in OWN else BESIDE)
    if intent == "ask_promotions" and heard.slots.categories:
        return None  # which goods are reduced, no article knows
    if intent in GENERAL | TROUBLE:
        return looked_up(ctx, heard, sure=BEFORE_FACTS if intent in GENERAL else BESIDE)
    return None
