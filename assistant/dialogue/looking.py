"""What a turn means while products are on show: which card, what about it, or one more wish.

The classifier reads an utterance by itself. Under a list, "for video editing" is a wish about the
kind that is looked at and no new search, "the third, then" picks a card, and "not a fan of green"
is said of what one wants to see. Each reading below is tried in turn; the first that holds counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from assistant.dialogue import looking_words as words
from assistant.dialogue.answers import length
from assistant.dialogue.certainty import MONEY
from assistant.dialogue.on_show import (
    asked_price,
    both_taken,
    extreme,
    of_focus,
    of_makes,
    one_more_in,
    over_list,
    sought_by_name,
    stock_of,
    taken,
    taken_back,
    the_other,
    without_pattern,
)
from assistant.dialogue.overall import asks_over_all
from assistant.dialogue.recommended import again, disliked_by_another, under_recommendations
from assistant.dialogue.short_asks import short_ask
from assistant.dialogue.state import State
from assistant.dialogue.turning import turned
from assistant.dialogue.wishes import FIELDS, gone_off, statement, turned_away
from assistant.understanding.attribute_words import attributes_named
from assistant.understanding.slot_features import names_feature
from assistant.understanding.slot_named_numbers import named_zh
from assistant.understanding.types import Slots, Understanding
from knowledge.translating import lexicon, things_named
from knowledge.vocabulary import phrase_key

Reading = Callable[[Understanding, State], tuple[Understanding, ...] | None]

_SEEKS: Final = frozenset({"search_products", "refine_search", "recommend_products"})
_SMALL_TALK: Final = frozenset({"affirm", "deny", "greet", "thank", "correct", "out_of_scope"})
_DISLIKES: Final = frozenset({"give_product_feedback", "deny", "correct"})
_OF_CART: Final = ("add_to_cart", "update_cart")
_STATED: Final = frozenset({"brands", "colors", "sizes", "materials", "audiences", "attributes"})
_UNSURE: Final = 0.7
"""Below this confidence small talk may be a wish about the list."""
_LIKELY: Final = 0.1
"""A reading with this confidence may be what a word or two mean under a list."""
_FOREIGN: Final = 0.9
"""From here on what is out of scope is, whatever is on show."""
_PICKED: Final = 5
"""Words of an utterance that does no more than pick a card."""


def of_list(heard: Understanding, state: State) -> tuple[Understanding, ...]:
    """The same, read in the light of what is on show; as it was where that changes nothing. A
    dislike of a colour, brand, material or kind is remembered, and the list then made anew."""
    if heard.slots.products:
        return (heard,)  # what is named in full needs no list
    readings = _ANYWHERE
    waiting = state.pending is not None or (state.form is not None and not state.form.light)
    if not waiting and (state.shown or state.focus.product_id or state.sought):
        readings += _BY_A_LIST
    for reading in readings:
        found = reading(heard, state)
        if found is not None:
            return found
    return (heard,)


def asks_range(text: str) -> bool:
    """Whether it is asked what the shop sells at all."""
    return words.RANGE.search(text) is not None


def _of_shop(heard: Understanding, _: State) -> tuple[Understanding, ...] | None:
    """ "What do you sell?" asks for no kind of thing, "which brands do you have" for its makes."""
    of_all = asks_over_all(heard.text)
    everything = of_all == "count" and words.EVERYTHING.search(heard.text)
    if (of_all == "brands" or everything) and heard.intent not in MONEY:
        return _meant(heard, "search_products")
    seeks = heard.intent in (*_SEEKS, *_SMALL_TALK, "ask_product")
    return _meant(heard, "ask_capabilities") if seeks and asks_range(heard.text) else None


def _recommended(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    found = under_recommendations(heard, state)
    return None if found is None else (found,)


def _by_another(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    found = disliked_by_another(heard, state)
    return None if found is None else (found,)


def _coupon(heard: Understanding, _: State) -> tuple[Understanding, ...] | None:
    unsure = heard.confidence < _UNSURE or heard.intent == "out_of_scope"
    return _meant(heard, "ask_promotions") if heard.slots.coupon and unsure else None


def _compared(heard: Understanding, _: State) -> tuple[Understanding, ...] | None:
    """ "Compare the cheapest two laptops" looks like a search for them."""
    kinds = heard.slots.categories and heard.intent in _SEEKS
    compared = kinds and words.COMPARES.search(heard.text)
    return _meant(heard, "compare_products") if compared else None


_NEVER_GOODS: Final = frozenset({"ask_promotions", "compare_products", "find_similar"})


def _wanted(heard: Understanding, _: State) -> tuple[Understanding, ...] | None:
    """ "Do you have mice", "beauty?", 有耳机吗: a kind of thing named in the words of somebody who
    wants it, or by itself, is sought, whatever it looks like to who does not know the shop."""
    slots = heard.slots
    if slots.ordinals or slots.deictic or heard.acts:
        return None
    if not slots.categories:
        return _wanted_elsewhere(heard)
    if heard.intent in MONEY or (heard.intent in (*_SEEKS, *_NEVER_GOODS) and _sure(heard)):
        return None
    if words.OF_VERSIONS.search(heard.text):
        return None  # "the wrap dress in other colours" is one that is known
    named = [span for span in slots.spans if span.slot == "categories"]
    left = heard.text.casefold()
    for span in slots.spans:
        left = left.replace(span.text.casefold(), " ", 1)
    alone = bool(named) and not re.sub(r"[\W_的]", "", left)
    asked = named and words.WANTS_KIND.search(heard.text) and not attributes_named(left)
    return _meant(heard, "search_products") if alone or asked else None


def _wanted_elsewhere(heard: Understanding) -> tuple[Understanding, ...] | None:
    """A thing that shops sell and this one may not: "have you got rice cookers" looks for them."""
    thing = heard.slots.query
    named = thing in lexicon() or phrase_key(thing) in things_named()
    unsure = heard.confidence < _UNSURE and heard.intent not in (*MONEY, *_SEEKS)
    asked = unsure and named and words.WANTS_KIND.search(heard.text)
    return _meant(heard, "search_products") if asked else None


def _present(heard: Understanding, _: State) -> tuple[Understanding, ...] | None:
    """A present for somebody is recommended, and not looked for by that word."""
    seeks = heard.intent in ("search_products", "refine_search", "out_of_scope")
    present = seeks and words.PRESENT.search(heard.text)
    return _meant(heard, "recommend_products") if present else None


def _sure(heard: Understanding) -> bool:
    return heard.confidence >= _UNSURE


def _of_nothing_shown(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    """ "I hate pink" where nothing is on show is said for good."""
    if state.shown or state.focus.product_id:
        return None
    if heard.intent != "give_product_feedback":
        judged = heard.slots.sentiment is not None or gone_off(heard.text)
        if _sure(heard) or not judged or heard.intent not in ("set_preference", *_SMALL_TALK):
            return None
    lasting = statement(heard.text, heard.slots)
    return _meant(heard, "set_preference") if lasting else None


def _recounted(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    """A number after something went into the cart is the cart's."""
    counts = heard.slots.quantity is not None and state.last_intent in _OF_CART
    return (heard,) if counts else None


def _turned(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    turning = turned(heard, state)
    return (turning,) if turning is not None else None


def _reviewed(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    """ "Reviews?" wants to read them; a rating given would write one."""
    asked = state.shown and words.REVIEWS.search(heard.text) and not heard.slots.rating
    return _meant(heard, "ask_product") if asked else None


def _advised(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    """Which of them we would take: the one that shoppers rate best."""
    slots = heard.slots
    if len(state.shown) < 2 or slots.categories or not words.YOUR_PICK.search(heard.text):
        return None
    rated = replace(slots, query="", deictic=False, sort="rating")
    return _meant(replace(heard, slots=rated), "compare_products")


def _cheaper(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    """ "The cheaper one" is one of those on show."""
    if not state.shown or not words.THE_CHEAPER.search(heard.text):
        return None
    if len(state.shown) == 1:
        return _meant(replace(heard, slots=Slots(ordinals=(1,))), "ask_product")
    by_price = replace(heard.slots, query="", direction=None, deictic=False, sort="price_asc")
    return _meant(replace(heard, slots=by_price), "compare_products")


def _in_size(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    chosen = heard.intent in _OF_CART and _sure(heard)
    if not state.shown or heard.intent in MONEY or chosen or not words.OF_SIZE.search(heard.text):
        return None
    return _meant(replace(heard, slots=replace(heard.slots, query="")), "check_availability")


def _made_again(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    """A list that was made for somebody is made for them again, within what is now said."""
    if state.last_intent != "recommend_products" or not _changes_list(heard):
        return None
    return (again(heard, state, replace(heard.slots, query="")),)


def _for_whom(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    """ "Who is it for?" was asked with the first list."""
    asked = state.last_intent == "recommend_products" and heard.confidence < _UNSURE
    answers = asked and heard.intent in (*_SEEKS, *_SMALL_TALK) and _says_whom(heard.slots)
    return _meant(heard, "recommend_products") if answers else None


def _why(heard: Understanding, _: State) -> tuple[Understanding, ...] | None:
    seeks = heard.intent in (*_SEEKS, "ask_product", "out_of_scope")
    asked = seeks and words.WHY.search(heard.text)
    return _meant(heard, "explain_recommendation") if asked else None


def _ruled_out(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    """A dislike said of the list: remembered, and the list made without it."""
    slots = heard.slots
    looks = ("search_products", "recommend_products", "out_of_scope")
    for_good = heard.intent in looks and turned_away(heard.text)
    disliked = heard.intent in (*_DISLIKES, "set_preference") or for_good
    if not state.sought or not disliked or slots.ordinals or slots.deictic:
        return None
    barred = statement(heard.text, slots).get("must_not")
    if not barred or not (for_good or slots.sentiment == "dislike" or gone_off(heard.text)):
        return None
    without: dict[str, Any] = {f"not_{FIELDS[field][0]}": tuple(barred[field]) for field in barred}
    return (
        *_meant(heard, "set_preference"),
        *_meant(replace(heard, slots=Slots(**without)), "refine_search"),
    )


def _of_part(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    """ "A bigger screen": a measure of what is looked at, whose name is a kind of thing, too."""
    slots = heard.slots
    measured = replace(heard, slots=replace(slots, categories=(), query="", spans=()))
    if state.sought and heard.intent in _SEEKS and words.OF_PART.search(heard.text):
        return _meant(measured, "refine_search")
    named = {span.text.casefold() for span in slots.spans if span.slot == "categories"}
    of_shown = state.shown and named and all(attributes_named(name) for name in named)
    if not of_shown or set(slots.categories) & set(state.search.categories):
        return None
    if heard.intent in ("compare_products", "ask_product"):
        return (replace(heard, slots=replace(slots, categories=())),)
    return None


def _of_attribute(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    unsure = state.shown and heard.confidence < _UNSURE and heard.intent not in (*MONEY, *_SEEKS)
    if any(limit.operator in ("min", "max") for limit in heard.slots.attributes):
        return None  # a limit of the list, and no question about it
    if unsure and words.ASKS.search(heard.text) and attributes_named(heard.text.casefold()):
        return _meant(heard, "ask_product")
    looked_at = state.shown or state.focus.product_id
    if not looked_at or heard.intent != "out_of_scope" or heard.confidence >= _FOREIGN:
        return None
    named = any(word in heard.text for word in named_zh() if len(word) > 1)
    if (named and words.ASKS.search(heard.text)) or words.WHETHER.search(heard.text):
        return _meant(heard, "ask_product")
    return None


def _limited(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    """ "Women", "HP ones", "what about Sony": limits of the list that name nothing themselves."""
    slots = heard.slots
    if not state.sought or slots.categories or not _limits_only(heard):
        return None
    if slots.brands and not state.search.categories:
        return None  # a make by itself may be what is sought
    return _meant(replace(heard, slots=replace(slots, query="")), "refine_search")


def _another_kind(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    """ "And a bag for it" asks for bags; none can go into the cart before one is chosen."""
    slots = heard.slots
    if heard.intent != "add_to_cart" or not slots.categories or slots.ordinals:
        return None
    other = not set(slots.categories) & set(state.search.categories)
    if other and state.search.categories and words.ANOTHER_KIND.search(heard.text):
        return _meant(replace(heard, slots=replace(slots, deictic=False)), "search_products")
    return None


def _as_it_is(heard: Understanding, _: State) -> tuple[Understanding, ...] | None:
    """Who names a kind or a make asks for it."""
    return (heard,) if heard.slots.categories or heard.slots.brands else None


def _of_card(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    """A place in the list named by itself, or asked about in words that look like a search."""
    slots = heard.slots
    if heard.intent == "compare_products":
        alone = len(slots.ordinals) == 1 and not words.BESIDE.search(heard.text)
        single = len(state.shown) == 1 and not slots.ordinals
        return _meant(heard, "ask_product") if alone or single else None
    if not slots.ordinals:
        return None
    if words.PLACE.fullmatch(heard.text):
        # "The 2nd 1" does nothing with it.
        return _meant(replace(heard, slots=replace(slots, query="")), "ask_product")
    return _picked(heard)


def _picked(heard: Understanding) -> tuple[Understanding, ...]:
    slots = heard.slots
    unsure = heard.confidence < _UNSURE and heard.intent in ("ask_product", "check_availability")
    if unsure or heard.intent in ("search_products", "refine_search"):
        of_version = bool(slots.colors or slots.sizes)
        return _meant(heard, "check_availability" if of_version else "ask_product")
    bare = not (slots.query or slots.reason or slots.sentiment) and length(heard.text) <= _PICKED
    guessed = heard.confidence < _UNSURE and heard.intent not in MONEY
    if bare and (guessed or heard.intent in (*_SMALL_TALK, "give_product_feedback")):
        return _meant(heard, "ask_product")
    return (heard,)


def _better(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    asked = len(state.shown) > 1 and heard.intent in _SEEKS and words.BETTER.search(heard.text)
    return _meant(heard, "compare_products") if asked else None


def _of_versions(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    if not state.focus.product_id or heard.intent in MONEY:
        return None
    asked = words.OF_VERSION.search(heard.text)
    return _meant(heard, "check_availability") if asked else None


def _alike(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    points = heard.slots.deictic or state.focus.product_id
    alike = heard.intent in (*_SEEKS, *_DISLIKES) and words.LIKE_IT.search(heard.text)
    return _meant(heard, "find_similar") if points and alike else None


def _of_it(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    """ "It" is a product on show, whatever else a question about it looks like."""
    if not heard.slots.deictic:
        return None
    if heard.intent in ("search_products", "refine_search"):
        return _picked(heard) if words.OF_ONE.search(heard.text) else (heard,)
    unsure = heard.confidence < _UNSURE or heard.intent == "out_of_scope"
    looked_at = unsure and state.shown and heard.intent not in MONEY
    asked = looked_at and words.OF_IT.search(heard.text)
    return _meant(heard, "ask_product") if asked else None


def _of_search(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    """One more wish about what is looked for."""
    if not state.sought:
        return None
    slots = heard.slots
    seeks = heard.intent in (*_SEEKS, "find_similar")
    told = heard.intent == "ask_product" and not words.OF_ONE.search(heard.text)
    # A like or dislike says so; 意式的 only names a wish.
    told = told or (heard.intent == "give_product_feedback" and slots.sentiment is None)
    unsure = told or (heard.confidence < _UNSURE and heard.intent not in MONEY)
    if seeks and words.ELSE.search(heard.text) and not slots.ordinals and not slots.deictic:
        more = replace(slots, query="", direction=slots.direction or "more")
        return _meant(replace(heard, slots=more), "refine_search")
    any_one = bool(slots.query and words.ANY_ONE.search(heard.text))
    of_one = slots.deictic or state.focus.product_id
    if heard.intent == "check_availability" and (any_one or not of_one):
        limited = replace(slots, query="", wish="", spans=(), topic=None, in_stock=None) != Slots()
        limited = limited or any_one
        return _meant(heard, "refine_search") if limited else (heard,)
    if seeks and names_feature(slots.query):
        return _meant(heard, "refine_search")
    if heard.intent == "leave_review" and slots.sort and length(heard.text) <= _PICKED:
        return _meant(heard, "refine_search")
    likely = {heard.intent, *(name for name, share in heard.alternatives if share >= _LIKELY)}
    if unsure and slots.query and length(heard.text) <= 2 and likely & {"refine_search"}:
        return _meant(heard, "refine_search")
    if heard.intent == "recommend_products" and state.last_intent == "recommend_products":
        return (heard,)
    if (seeks or unsure) and slots.query and words.GOES_ON.search(heard.text):
        if heard.intent == "recommend_products" and not unsure:
            return (heard,)
        return _meant(heard, "refine_search")
    return None


_ANYWHERE: Final[tuple[Reading, ...]] = (
    short_ask,
    _of_shop,
    _recommended,
    _coupon,
    _compared,
    _wanted,
    _present,
    _of_nothing_shown,
    sought_by_name,
)
_BY_A_LIST: Final[tuple[Reading, ...]] = (
    *(
        _by_another,
        _recounted,
        taken_back,
        the_other,
        one_more_in,
        both_taken,
        _turned,
        of_focus,
        over_list,
        stock_of,
        asked_price,
        extreme,
        of_makes,
        taken,
    ),
    *(without_pattern, _reviewed, _advised, _cheaper, _in_size, _made_again, _for_whom, _why),
    *(_ruled_out, _of_part, _of_attribute, _limited, _another_kind, _as_it_is, _of_card),
    *(_better, _of_versions, _alike, _of_it, _of_search),
)
"""In the order of precedence."""


def _changes_list(heard: Understanding) -> bool:
    """Whether no more is said than what the list is to be like: "cheaper", "under 20"."""
    slots = heard.slots
    seeks = heard.intent in ("refine_search", "search_products")
    if not seeks or slots.categories or slots.direction in ("more", "less"):
        return False
    priced = slots.price_max is not None or slots.price_min is not None
    return bool(slots.direction or (priced and not slots.query) or _limits_only(heard))


def _limits_only(heard: Understanding) -> bool:
    """Whether a search says nothing but whose make it is to be, for whom, in what."""
    asks = heard.intent == "ask_product" and words.TOO.search(heard.text) is not None
    if heard.intent not in _SEEKS and not asks and heard.confidence >= _UNSURE:
        return False
    left, stated = heard.slots.query, False
    for span in heard.slots.spans:
        if span.slot in _STATED:
            stated = True
            left = re.sub(re.escape(span.text), " ", left, flags=re.IGNORECASE)
    return stated and not left.strip(" 的吗呢?？")


def _says_whom(slots: Slots) -> bool:
    return bool(slots.audiences) and not (slots.categories or slots.ordinals or slots.deictic)


def _meant(heard: Understanding, intent: str) -> tuple[Understanding, ...]:
    return (heard.meant(intent),)
