"""What to do next: a pure function of the state and what was understood.

`decide` gives one Action; `advance.advance` gives the state after its outcome. Neither reads a
clock, a database or a file. The order of `decide` is the order of precedence:

1. a proposed write waits: yes commits it, no drops it, new facts change it;
2. a form waits for an answer: the answer fills it, "never mind" drops it;
3. a question which of two readings is meant: whatever settles it is done for what was said first;
4. the turn's own intent, if sure enough; else one short question, or an honest "not understood".

A digression (another ask while 1 or 2 wait) is answered and then the waiting question is put again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from assistant.dialogue.answers import (
    AGAINST,
    NEITHER,
    SAID_ANEW,
    YES,
    choice_of,
    echoed,
    length,
)
from assistant.dialogue.certainty import MONEY, judge, offered, readings
from assistant.dialogue.confirm import (
    SURE,
    adds_to_no,
    asks_rather,
    awaits_photo,
    changes,
    confirms,
    digresses,
    remarks,
    says_no,
    written,
    yes_or_no,
)
from assistant.dialogue.looking_words import PLACE
from assistant.dialogue.merge import overlay, refined, search_part
from assistant.dialogue.overall import asks_over_all
from assistant.dialogue.state import Form, Pending, Question, State
from assistant.understanding.intents import CONVERSATION, ORDERS, OUT_OF_SCOPE, PROFILE, SHOPPING
from assistant.understanding.types import Slots, Understanding

MAX_ATTEMPTS = 2
"""Wrong answers to one question before a person is offered."""

FREE_TEXT = frozenset({"address", "text", "topic", "complaint", "review", "address_text", "name"})
"""Asked things that any words may answer."""

DOUBTED = 0.7
"""Under this confidence in out_of_scope, goods or limits that were named speak for a search."""
LISTING = ("search_products", "recommend_products", "find_similar")
"""Intents that are answered by a list of products."""
_WANTING = ("search_products", "recommend_products")
_ASKED_OF_ALL = frozenset(
    {"recommend_products", "ask_product", "check_availability", "compare_products", "list_orders"}
    | {"ask_promotions", "refine_search", "view_cart", "search_products", "ask_delivery"}
    | {"ask_payment_methods", "ask_warranty", OUT_OF_SCOPE}
)
"""Intents that "how many kettles do you have" and "the cheapest kettle" are read as."""
_COMPARES = re.compile(r"\bcompar|\bversus\b|\bvs\b|\bdifferen|比较|对比|区别|不同", re.IGNORECASE)
_WHICH = re.compile(r"\bwhich\b|\bwhat(?:'?s| is) the\b|哪", re.IGNORECASE)
_VERSIONS = re.compile(r"\b(?:options|variants|versions)\b|款式", re.IGNORECASE)
"""What one product comes in, and not how many products there are."""
_WHOLE_SHOP = re.compile(
    r"\b(?:you|u|they) (?:guys )?(?:sell|have|carry|stock|got)\b|\bin (?:the|your) (?:shop|store)\b"
    r"|店里|你们(?:家|店)?(?:卖|有)",
    re.IGNORECASE,
)
"""Said of everything, whatever is on show."""
_SETS_QUANTITY = re.compile(r"\b(make it|make that|change it to)\b|改成|改为|换成", re.IGNORECASE)

_NOT_THAT = re.compile(
    r"^\W*(?:我)?(?:不是|不要|不想)(?:要|想)?(?:投诉|退货?|取消|换货?|退款)[，,。 ]*(?:我|是|而)"
    r"|\bnot (?:a|an) (?:complaint|return|refund|cancellation)\b",
    re.IGNORECASE,
)
_PUTS_RIGHT = ("correct", "deny", "update_cart")
"""What a number said after something went into the cart may be read as."""

_ASKED = re.compile(
    r"^\W*(?:(?:and|so|but|ok)[ ,]+)*(?:what|which|how|is|are|does|do|has|have|where|when|why)\b"
    r"|[?？]\W*$|[吗呢]\W*$|多少|哪",
    re.IGNORECASE,
)
_LEANS, _LEANS_SHARE = 0.25, 0.75
"""An answer in other words settles a question where one reading has this much confidence, and this
share of what both have."""
_ANOTHER = 0.9
"""From this confidence on, a sentence after a question is another ask and no answer."""
_HINTED = 0.04
"""What a correction must leave for other readings, for one of them to be asked about."""
ASKING = ("dialogue.whether", "dialogue.which")
"""The question about one reading, and between two."""

_LOOKING = frozenset(
    {"search_products", "refine_search", "find_similar", "compare_products", "ask_product"}
    | {"check_availability", "recommend_products"}
)
"""After these, what is ruled out is ruled out of the list."""
_DIGRESSION_STOPS = frozenset({"contact_human", "goodbye", "switch_account", "forget_me"})
_WITH_PICTURE = frozenset(
    {"find_similar", "file_complaint", "return_item", "exchange_item", "request_refund"}
)


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do.

    run: call the skill of `intent`; commit: carry out `pending`; say: word `key` alone.
    """

    kind: Literal["run", "commit", "say"]
    intent: str
    slots: Slots = field(default_factory=Slots)
    args: dict[str, Any] = field(default_factory=dict)
    key: str = ""
    pending: Pending | None = None
    options: tuple[str, ...] = ()
    """The one or two intents asked about, where `key` is one of ASKING."""
    heard: Understanding | None = None
    """What the action is for, where that was said in an earlier turn."""
    keep: bool = False
    """True for a digression: a waiting form or proposal stays and is put again."""
    attempts: int = 1


def decide(
    state: State, heard: Understanding, *, image: bool = False, may_ask: bool = True
) -> Action:
    """The next action. `image` tells that the turn carries a picture; without `may_ask` it is not
    asked which reading is meant, as where this turn asked already."""
    if state.pending is not None:
        return _with_pending(state, state.pending, heard, image)
    if state.form is not None:
        return _with_form(state, state.form, heard, image)
    if state.question is not None and not image:
        return _with_question(state, state.question, heard)
    return _fresh(state, heard, image, may_ask=may_ask)


def _with_pending(state: State, pending: Pending, heard: Understanding, image: bool) -> Action:
    planned = "plan" in pending.args
    if image and planned and awaits_photo(pending.args):
        return _planned(pending.intent, pending.args, heard)
    if planned and heard.acts and not confirms(pending, heard):
        return _planned(pending.intent, pending.args, heard)
    if confirms(pending, heard):
        return Action("commit", pending.intent, key=pending.kind, pending=pending)
    if says_no(heard) and not changes(replace(heard.slots, reason=None)):
        if planned and adds_to_no(heard):
            return _planned(pending.intent, pending.args, heard, refused=True)
        return Action("say", "deny", key="dialogue.declined", pending=pending)
    if planned and remarks(heard):
        return _planned(pending.intent, pending.args, heard, refused=says_no(heard))
    if heard.intent in (pending.intent, "correct", "deny", "affirm") and changes(heard.slots):
        return Action("run", pending.intent, slots=heard.slots, args=dict(pending.args))
    action = _fresh(replace(state, pending=None), heard, image)
    if heard.text.strip().isdigit():
        return Action("say", heard.intent, heard.slots, key="dialogue.yes_or_no", keep=True)
    if action.key in (*ASKING, "dialogue.not_understood"):
        if planned:
            return _planned(pending.intent, pending.args, heard)
        return replace(action, key="dialogue.yes_or_no", options=(), keep=True)
    return replace(action, keep=action.intent not in _DIGRESSION_STOPS | MONEY)


def _planned(
    intent: str, args: dict[str, Any], heard: Understanding, *, refused: bool = False
) -> Action:
    """The plan again with what was said; `refused` where that begins as a no."""
    before = {"before": written(args)} | ({"refused": written(args)} if refused else {})
    return Action("run", intent, slots=heard.slots, args={"plan": args["plan"], **before})


def _with_form(state: State, form: Form, heard: Understanding, image: bool) -> Action:
    planned = "plan" in form.args
    if heard.acts and _NOT_THAT.search(heard.text):
        # "It is no complaint, I want an exchange": what was begun is given up.
        return _fresh(replace(state, form=None), heard, image)
    if image and planned and (form.asking == "photo" or awaits_photo(form.args)):
        args = {**form.args, "answered": False, "asking": form.asking}
        return Action("run", form.intent, slots=form.slots, args=args)
    other_act = any(act.kind != "cancel" for act in heard.acts)
    whole = form.asking.startswith("whole:") and not other_act
    literal = yes_or_no(heard) if whole else None
    if form.asking == "photo" and says_no(heard):
        literal = "none"
    if not (form.asking.startswith("whole:") and other_act) and not _of_place(form, heard):
        literal = literal or choice_of(form.choices, form.asking, heard)
    if literal is None and len(form.choices) == 1 and _plain_yes(heard):
        # Only one thing is offered: a yes takes it.
        literal = form.choices[0][0]
    elsewhere = asks_rather(heard) and heard.intent != form.intent and not heard.acts
    if planned and literal is None and elsewhere:
        return _fresh(replace(state, form=None), heard, image)
    if form.light and literal is None and not says_no(heard):
        return _fresh(replace(state, form=None), heard, image)
    dropped = says_no(heard) and not heard.slots.ordinals and form.asking != "reason"
    if dropped and literal is None and not (planned and (adds_to_no(heard) or heard.acts)):
        return Action("say", "deny", key="dialogue.dropped")
    args = {**form.args, "answered": False, "asking": form.asking}
    if form.asking in ("email", "name") and heard.acts and not planned:
        # "me@shop.example, cancel order W1": who is speaking, and at once what they want.
        return _fresh(replace(state, form=None), heard, image)
    if heard.acts and not planned and literal is None and form.intent in SHOPPING:
        # "Then change the shirt I ordered" answers no question of the cart's.
        return _fresh(replace(state, form=None), heard, image)
    if planned and heard.acts and literal is None:
        slots = overlay(form.slots, replace(heard.slots, query="", ordinals=()))
        return Action("run", form.intent, slots=slots, args=args)
    sure = heard.confidence >= SURE
    which = form.asking == "product" and form.intent == "add_to_cart" and literal is None
    if which and _ASKED.search(heard.text) and not heard.slots.ordinals:
        # "What's the cheapest?" asks and puts nothing into a cart.
        return _fresh(replace(state, form=None), heard, image)
    answer = literal or _answer(form, heard)
    other = (
        sure
        and heard.confidence >= 0.7
        and heard.intent not in (form.intent, "affirm", "deny", "correct", OUT_OF_SCOPE)
    )
    if planned and other and form.asking != "email":
        other = digresses(form, heard)
    if answer is not None and not (other and _strong_switch(form, heard)):
        said = replace(heard.slots, query="", ordinals=())
        return Action(
            "run",
            form.intent,
            slots=overlay(form.slots, said),
            args={**args, form.asking: answer, "answered": True},
        )
    if heard.intent == form.intent and sure:
        return Action("run", form.intent, slots=overlay(form.slots, heard.slots), args=args)
    if other and not (form.asking in FREE_TEXT and not _strong_switch(form, heard)):
        action = _fresh(replace(state, form=None), heard, image)
        stops = _DIGRESSION_STOPS | (MONEY if form.intent in MONEY else frozenset())
        # What is asked last is what an answer is taken for: a question of its own drops the form.
        # Numbers under a new list are the list's, not those of a question about another product.
        left = bool(form.choices) and form.intent in SHOPPING and action.intent in LISTING
        return replace(action, keep=not (action.options or left or action.intent in stops))
    said = overlay(form.slots, replace(heard.slots, query="", ordinals=()))
    wrong = 0 if says_no(heard) else 1
    return Action("run", form.intent, slots=said, args=args, attempts=form.attempts + wrong)


_OF_ONE = frozenset(
    {"update_cart", "ask_product", "check_availability", "compare_products", "find_similar"}
    | {"give_product_feedback", "explain_recommendation"}
)
"""What is done with a place in a list, other than to choose it."""


def _of_place(form: Form, heard: Understanding) -> bool:
    """Whether a place is named to do something else with it than what the form asks: "take out the
    first" while it is asked which to put into the cart."""
    if form.intent not in SHOPPING or not heard.slots.ordinals or heard.intent == form.intent:
        return False
    sure = heard.intent in _OF_ONE and heard.confidence >= _ANOTHER
    return sure and PLACE.fullmatch(heard.text) is None


def _strong_switch(form: Form, heard: Understanding) -> bool:
    """True where the shopper plainly asks for something else rather than answers."""
    if _of_place(form, heard):
        return True
    if heard.intent in _DIGRESSION_STOPS:
        return True
    if form.asking == "email" and heard.slots.postcode:
        return False
    if form.asking not in FREE_TEXT and getattr(heard.slots, form.asking, None):
        return False  # exactly what was asked for is in it
    if form.asking == "address" and heard.confidence >= _ANOTHER and not heard.slots.address:
        return re.search(r"\d", heard.text) is None  # an address has a number
    if form.asking in FREE_TEXT:
        return heard.confidence >= 0.9 and heard.text.rstrip().endswith(("?", "？"))
    # A short answer such as "the second one" may look like any intent; a sentence does not.
    return heard.confidence >= 0.9 and length(heard.text) > 4


def _answer(form: Form, heard: Understanding) -> Any | None:
    """The value this utterance gives to what the form asks, or None."""
    choice = choice_of(form.choices, form.asking, heard)
    if choice is not None:
        return choice
    value = getattr(heard.slots, form.asking, None)
    if value not in (None, (), ""):
        return value
    if form.asking == "email" and (heard.slots.name or heard.slots.postcode):
        return ""
    if form.asking in FREE_TEXT and heard.text.strip() and not _plain_yes(heard):
        return heard.written.strip()
    return None


def _with_question(state: State, question: Question, heard: Understanding) -> Action:
    """The answer to "do you want this or that?": a place, its words, a yes to the only reading,
    the ask said anew, or something else altogether."""
    names = [name for name, _ in question.options]
    sure = heard.confidence >= _ANOTHER and heard.intent not in (*names, *CONVERSATION)
    if sure and length(heard.text) >= SAID_ANEW and heard.intent != OUT_OF_SCOPE:
        return _fresh(state, heard, image=False, may_ask=False)
    against = AGAINST.search(heard.text) is not None
    chosen = choice_of(question.options, "intent", heard) or echoed(question.options, heard)
    if chosen is None and len(names) == 1 and _plain_yes(heard):
        chosen = names[0]
    if chosen is not None and against:
        # "Not the first one" leaves the other, where there is one.
        others = [name for name in names if name != chosen]
        chosen = others[0] if others else None
    elif chosen is None:
        chosen = _leaning(names, heard, against)
    if chosen is not None:
        return _settled(state, question, chosen, heard)
    if NEITHER.search(heard.text) or (says_no(heard) and heard.intent not in names):
        return Action("say", "deny", key="dialogue.neither")
    if _plain_yes(heard) and state.failures < 2:
        return Action("say", "affirm", key="dialogue.own_words")
    return _fresh(state, heard, image=False, may_ask=False)


def _plain_yes(heard: Understanding) -> bool:
    said = heard.intent == "affirm" and heard.confidence >= SURE
    return (said or YES.match(heard.text) is not None) and length(heard.text) <= 3


def _leaning(names: list[str], heard: Understanding, against: bool) -> str | None:
    """The reading that an answer in other words speaks for: "cancel it", "just the rules"."""
    told = {name: confidence for name, confidence in readings(heard) if name in names}
    if not told or heard.intent not in (*names, *CONVERSATION, OUT_OF_SCOPE):
        return None
    best = max(told, key=lambda name: told[name])
    if against and (best in MONEY or best != heard.intent):
        return None  # "don't cancel it" may look like cancelling
    clear = told[best] >= _LEANS and told[best] >= _LEANS_SHARE * sum(told.values())
    return best if clear else None


def _settled(state: State, question: Question, intent: str, heard: Understanding) -> Action:
    """What was said first, done in the reading chosen, with what the answer adds."""
    first = question.heard
    said = replace(heard.slots, query="", ordinals=(), spans=(), topic=None)
    anew = length(heard.text) > SAID_ANEW or (heard.confidence >= SURE and heard.slots.topic)
    if heard.intent == intent and anew:
        first, said = heard, overlay(first.slots, heard.slots)
    else:
        said = overlay(first.slots, said)
    meant = replace(first, intent=intent, confidence=1.0, alternatives=(), slots=said)
    return replace(_fresh(state, meant, image=False), heard=meant)


def _fresh(state: State, heard: Understanding, image: bool, *, may_ask: bool = True) -> Action:
    intent, sure = _settle(state, heard, image)
    if not sure:
        verdict = judge(heard)
        if verdict == "act" or intent == "correct" or (not may_ask and _good_enough(heard)):
            pass
        elif intent in _WANTING and heard.slots.query and _searching(state):
            pass  # to look for it costs nothing, and what is found says what was looked for
        elif verdict == "ask" and may_ask:
            options = _offered(state, heard)
            key = ASKING[len(options) - 1]
            return Action("say", heard.intent, heard.slots, key=key, options=options)
        else:
            return Action("say", heard.intent, heard.slots, key="dialogue.not_understood")
    slots = heard.slots
    if intent == "refine_search":
        slots = replace(
            refined(state.search, slots),
            query=state.search.query,
            direction=slots.direction,
            ordinals=slots.ordinals,
        )
    if intent == "correct":
        return _corrected(state, heard, may_ask)
    added = {"added": heard.slots.query} if intent == "refine_search" else {}
    return Action("run", intent, slots=slots, args=added)


def _offered(state: State, heard: Understanding) -> tuple[str, ...]:
    """The one or two intents to ask about; there is nothing to narrow where nothing is sought."""
    searching = _searching(state)
    names = (
        "search_products" if name == "refine_search" and not searching else name
        for name in offered(heard)
    )
    return tuple(dict.fromkeys(names))


def _good_enough(heard: Understanding) -> bool:
    """True for what may be tried where it cannot be asked about: likely, and nothing costly."""
    return heard.confidence >= SURE and heard.intent not in MONEY


def _settle(state: State, heard: Understanding, image: bool) -> tuple[str, bool]:
    """The intent, with what the conversation knows put to use, and whether that settles it."""
    intent, slots = heard.intent, heard.slots
    if image and intent not in _WITH_PICTURE:
        again = intent == "refine_search" and state.search_image
        return ("refine_search" if again else "search_products"), True
    sets = slots.quantity is not None and _SETS_QUANTITY.search(heard.text)
    if intent in ("add_to_cart", "update_cart") and sets and not slots.ordinals:
        # "Make it two" after putting one in is a new number, not two more.
        return "update_cart", True
    counts = slots.quantity is not None and not slots.ordinals and not slots.categories
    if intent in _PUTS_RIGHT and counts and state.last_intent in ("add_to_cart", "update_cart"):
        return "update_cart", True
    searching = _searching(state)
    names_kind = bool(slots.categories)
    about_goods = intent in SHOPPING and (slots.sort or asks_over_all(heard.text))
    named = names_kind or not state.shown
    if about_goods and slots.sort and _WHOLE_SHOP.search(heard.text) and not names_kind:
        return "search_products", True
    counted = asks_over_all(heard.text) == "count" and slots.query and not slots.deictic
    over_all = (names_kind and asks_over_all(heard.text)) or counted
    side_by_side = intent == "compare_products" and _COMPARES.search(heard.text)
    of_one = state.focus.product_id and not names_kind and not state.shown
    of_versions = intent == "check_availability" and (_VERSIONS.search(heard.text) or of_one)
    if (
        intent in _ASKED_OF_ALL
        and not (side_by_side or of_versions)
        and ((about_goods and named) or over_all)
    ):
        # Of all that the shop has, not of what happens to be in focus.
        return "search_products", True
    of_these = not names_kind and not _limits(replace(slots, sort=None))
    if slots.sort and len(state.shown) > 1 and of_these and _WHICH.search(heard.text):
        # "Which is the cheapest?" under a list asks about that list.
        return "compare_products", True
    if intent == OUT_OF_SCOPE and heard.confidence < DOUBTED and (names_kind or _limits(slots)):
        # Goods and limits are not foreign to a shop, however they are wrapped.
        shopping = (name for name, _ in heard.alternatives if name in _WANTING)
        return next(shopping, "search_products"), True
    if intent == "refine_search" and (names_kind or not searching):
        # A new kind of thing begins a new search, whatever the wording looked like.
        same = set(slots.categories) <= set(state.search.categories)
        intent = "refine_search" if searching and same else "search_products"
    elif intent == "search_products" and searching and not names_kind and not slots.query:
        intent = "refine_search"
    elif intent in ("deny", "correct") and searching and _rules_out(state, slots):
        # "Not Samsung" under a list of monitors is a limit on that list.
        intent = "refine_search"
    # Naming goods or limits is evidence of its own.
    names_goods = names_kind or (searching and _limits(slots))
    if intent in ("search_products", "refine_search") and names_goods:
        return intent, True
    return intent, False


def _searching(state: State) -> bool:
    return state.search != Slots() or bool(state.search_image)


def _limits(slots: Slots) -> bool:
    return search_part(replace(slots, query="")) != Slots()


def _rules_out(state: State, slots: Slots) -> bool:
    """Whether something is ruled out while products are being looked at."""
    looking = state.last_intent in _LOOKING
    return looking and bool(
        slots.not_brands or slots.not_colors or slots.not_materials or slots.not_categories
    )


def _corrected(state: State, heard: Understanding, may_ask: bool) -> Action:
    """ "No, I meant the red one": the last task again with what is now said. Where another task is
    hinted at, "no, I meant the invoice", that one is asked about."""
    slots = heard.slots
    if state.last_intent in ("search_products", "refine_search", "find_similar"):
        if slots.categories:
            kept = replace(state.search, categories=slots.categories, query=slots.query)
            return Action("run", "search_products", slots=overlay(kept, slots))
        if _limits(slots):
            merged = refined(state.search, slots)
            return Action("run", "refine_search", replace(merged, query=state.search.query))
    if state.last_intent in (*SHOPPING, *ORDERS, *PROFILE) and not slots.is_empty():
        return Action("run", state.last_intent, slots=slots)
    meant = tuple(name for name in _offered(state, heard) if name != state.last_intent)
    hinted = sum(confidence for name, confidence in readings(heard) if name in meant)
    if may_ask and meant and hinted >= _HINTED:
        key = ASKING[len(meant) - 1]
        return Action("say", heard.intent, slots, key=key, options=meant)
    return Action("run", "correct", slots=slots)
