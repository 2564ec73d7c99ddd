"""What is asked of all that is on show, or of the one that stands out: the lightest, both.

Readings of the same kind as in `looking`, which tries them in order: an ask in, what it means under
the list out, or None.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from assistant.dialogue.answers import length
from assistant.dialogue.certainty import MONEY
from assistant.dialogue.overall import kind_named
from assistant.dialogue.state import State
from assistant.dialogue.wishes import gone_off
from assistant.understanding.superlatives import extreme_of, stands_out
from assistant.understanding.types import Slots, Understanding
from knowledge.index.words import has_chinese

_UNSURE: Final = 0.7
_SURE: Final = 0.9
_HOW_MUCH: Final = re.compile(
    r"\bhow much (?:is|are|was|were|does|do|did|would|for|again)\b|\bhow much\W*$"
    r"|\bwhat(?:'?s| is| was| are| were) the (?:price|cost)\b"
    r"|\bwhat (?:does|do|did|would) .{1,40} cost\b"
    r"|多少钱|什么价|价格(?:是|呢)",
    re.IGNORECASE,
)
_OF_ALL_MONEY: Final = re.compile(
    r"\b(?:total|altogether|together|in all|carts?|baskets?|owe|everything|deliver\w*|ship\w*"
    r"|post\w*"
    r"|returns?|refunds?|fees?|gift[- ]wrap\w*|wrapping|wrapped|tax"
    r"|vat|duty|customs|discount\w*|off|save|both|orders?|all"
    r"|insurance|install\w*|pay|points)\b|一共|总共|合计|购物车|运费|邮费|订单|退|税|优惠|全部",
    re.IGNORECASE,
)
"""Of what else than a product the price may be asked."""
_NO_NAME: Final = re.compile(
    r"[^\w\s-]|\b(?:the|an?|one|ones|again|is|are|was|please|and|so|ok|then|for|that|this|it|now"
    r"|exactly|currently)\b",
    re.IGNORECASE,
)
_MAY_BE_PRICE: Final = frozenset(
    {"view_cart", "out_of_scope", "ask_delivery", "compare_products", "search_products"}
    | {"refine_search", "ask_promotions", "recommend_products", "get_invoice"}
)
_OVER_LIST: Final = re.compile(
    r"\b(?:price range|range of prices?|prices? (?:range|span))\b(?! (?:is|of) (?:it|this)\b)"
    r"|\bhow many"
    r"(?: of (?:those|these|them)| (?:different )?(?:ones|options|results|models|kinds))?"
    r" (?:are there|do you (?:guys )?(?:have|sell|stock|carry)|have you got|in total|match)\b"
    r"|^\W*(?:and )?how many(?: of (?:those|these|them))?\W*$"
    r"|^\W*(?:and |so )?(?:what|which) (?:brands?|makes)\b(?! (?:is|was|one))"
    r"|价位|价格(?:范围|区间)"
    r"|(?:一共)?有(?:多少|几)(?:款|种|个)(?!.*(?:颜色|尺码|口))|有(?:什么|哪些)(?:牌子|品牌)",
    re.IGNORECASE,
)
_STOCK: Final = re.compile(
    r"\bhow many (?:(?:of (?:it|them|those|these)|pieces|units) )?(?:are|is|do you have)"
    r"(?: there)?(?: still)? (?:left|in stock|available|remaining)\b"
    r"|还剩(?:多少|几)|还有(?:多少|几)[个件双条台](?:货|存)?",
    re.IGNORECASE,
)
_BESIDE: Final = re.compile(
    r"\bcompar|\bversus\b|\bvs\b|\bdiffer|\bthan\b|\bbetter\b|\bbest\b|\bwhich\b|\bbetween\b"
    r"|[比较对差]|区别|哪",
    re.IGNORECASE,
)
_BEST: Final = re.compile(
    r"^\W*(?:(?:and|ok|okay|so|but|then)[ ,]+)*which (?:one |of (?:these|those|them) )?"
    r"(?:is|are|would be|'s)(?: the)? best\W*$|^\W*(?:and |so )?(?:what'?s|what is) the best"
    r"(?: one| of (?:them|these|those))?\W*$|^\W*哪(?:一)?[个款件台双]最好\W*$",
    re.IGNORECASE,
)
_MADE_BY: Final = re.compile(
    r"^\W*(?:(?:and|or|but|ok|okay|only|just|maybe|preferably|anything|something|ones?)[ ,]+)*"
    r"(?:from|by|made by|of)\b",
    re.IGNORECASE,
)
_TAKE: Final = 0.2
"""An unsure reading of the orders' kind with this much of "put it in the cart" is the cart's."""


def asked_price(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    """ "How much is that", "the gritstone one, how much": of a product on show, and of no cart."""
    slots = heard.slots
    may_be = heard.intent in _MAY_BE_PRICE or (
        heard.confidence < _UNSURE and heard.intent not in MONEY
    )
    if not may_be or not (state.shown or state.focus.product_id):
        return None
    if not _HOW_MUCH.search(heard.text) or _OF_ALL_MONEY.search(heard.text):
        return None
    if slots.sort and len(state.shown) > 1:
        return (heard.meant("compare_products", replace(slots, query="")),)
    plural = re.search(r"\bhow much (?:do|are) (?:your|the) [\w -]+s\b", heard.text, re.I)
    if plural and slots.categories:
        return None  # asked of all of a kind
    if not slots.query and not slots.deictic:
        left = " ".join(_NO_NAME.sub(" ", _HOW_MUCH.sub(" ", heard.text)).split())
        slots = replace(slots, query=left)
    return (heard.meant("ask_product", slots),)


def over_list(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    """How many of those there are, from what price to what price, of which makes."""
    slots = heard.slots
    if not state.sought or slots.categories or slots.ordinals or heard.intent in MONEY:
        return None
    if _OVER_LIST.search(heard.text) is None or heard.intent in ("list_orders", "view_cart"):
        return None
    if has_chinese(heard.text) and kind_named(slots.query):
        return None  # 防晒有几款 asks of another kind
    kept = replace(slots, query="", deictic=False, topic=None, spans=(), in_stock=None)
    return (heard.meant("refine_search", kept),)


def stock_of(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    """ "How many are left?" is no word to look for."""
    if not state.shown or _STOCK.search(heard.text) is None or heard.intent in MONEY:
        return None
    return (heard.meant("check_availability", replace(heard.slots, query="", in_stock=None)),)


def extreme(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    """ "And the lightest?", "which is best": the one of those on show that is so."""
    if len(state.shown) < 2 or heard.intent in MONEY or heard.slots.categories:
        return None
    slots = replace(heard.slots, query="", deictic=False, direction=None)
    if _BEST.search(heard.text):
        return (heard.meant("compare_products", replace(slots, sort="rating")),)
    asks = heard.intent in ("refine_search", "search_products", "ask_product", "out_of_scope")
    if asks and stands_out(heard.text):
        found = extreme_of(heard.text)
        sort = slots.sort or (found.sort if found else None)
        return (heard.meant("compare_products", replace(slots, sort=sort)),)
    return None


def of_makes(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    """ "From Brother or Epson" compares nothing."""
    slots = heard.slots
    stated = slots.brands and not (slots.categories or slots.ordinals)
    if not stated or not state.search.categories or heard.intent != "compare_products":
        return None
    if _BESIDE.search(heard.text) or not _MADE_BY.search(heard.text):
        return None
    return (heard.meant("refine_search", replace(slots, query="")),)


def taken(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    """ "The first one in yellow, please" looks like an exchange to who sees no list."""
    slots = heard.slots
    if not state.shown or not slots.ordinals or heard.confidence >= _UNSURE or heard.acts:
        return None
    share = dict(heard.alternatives).get("add_to_cart", 0.0)
    if heard.intent not in MONEY or heard.intent == "add_to_cart" or share < _TAKE:
        return None
    return (heard.meant("add_to_cart", replace(slots, query="")),)


def without_pattern(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    """ "I hate polka dots": no field of a profile, and a limit of the list all the same."""
    barred = tuple(limit for limit in heard.slots.attributes if limit.operator == "ne")
    disliked = heard.slots.sentiment == "dislike" or gone_off(heard.text)
    if not state.sought or not barred or not disliked or heard.slots.ordinals:
        return None
    if heard.intent not in ("set_preference", "give_product_feedback", "deny", "out_of_scope"):
        return None
    return (heard.meant("refine_search", Slots(attributes=barred)),)


def both_taken(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    """ "Ok, both please" under two that were compared."""
    if len(state.shown) != 2 or heard.intent in MONEY or heard.slots.ordinals:
        return None
    if _BOTH_PLEASE.fullmatch(heard.text) is None:
        return None
    return (heard.meant("add_to_cart", replace(heard.slots, query="")),)


_BOTH_PLEASE: Final = re.compile(
    r"\W*(?:(?:ok|okay|yes|then|so|just)[ ,]+)*"
    r"(?:(?:i'?ll (?:take|have)|give me|i(?:'d like| want)|take)"
    r" (?:them )?both(?: of (?:them|those))?"
    r"|(?:them )?both(?: of (?:them|those))?,? (?:please|then))(?: please| then)?\W*"
    r"|(?:那就?)?两个都要\W*",
    re.IGNORECASE,
)


def one_more_in(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    """ "And the second one too", after something went into the cart."""
    slots = heard.slots
    after = state.last_intent == "add_to_cart" and state.shown and slots.ordinals
    if not after or heard.intent in MONEY or not _TOO.search(heard.text):
        return None
    return (heard.meant("add_to_cart", replace(slots, query="", topic=None)),)


_TOO: Final = re.compile(r"\b(?:too|as well|also)\W*$|^\W*and\b|也(?:要|来|加)", re.IGNORECASE)


def the_other(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    """ "The other one, please": of two, the one that is not looked at."""
    shown = [product for product, _ in state.shown]
    if len(shown) != 2 or state.focus.product_id not in shown or heard.slots.ordinals:
        return None
    if not _OTHER_ONE.search(heard.text) or heard.slots.categories or heard.acts:
        return None
    place = 2 - shown.index(state.focus.product_id)
    slots = replace(heard.slots, query="", deictic=False, direction=None, ordinals=(place,))
    buys = heard.intent == "add_to_cart" or _TAKES.search(heard.text)
    asks = heard.intent in ("ask_product", "check_availability")
    return (heard.meant("add_to_cart" if buys and not asks else "ask_product", slots),)


_OTHER_ONE: Final = re.compile(r"\bthe other(?: one)?\b(?! \w+s\b)|另(?:外)?一?[个款件双台]", re.I)
_TAKES: Final = re.compile(
    r"\b(?:add|take|buy|i'?ll have|i want|give me|put)\b|^\W*(?:ok |no )?the other one(?: then)?"
    r"[, ]+please\W*$|[买要加]",
    re.IGNORECASE,
)


def of_focus(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    """ "How many pages does it print", "does it have good ratings": asked of the one looked at,
    whatever kinds and orders its words name."""
    asked = state.focus.product_id and _DOES_IT.search(heard.text)
    if not asked or heard.intent not in _LOOKS or _WITH_IT.search(heard.text):
        return None
    slots = replace(heard.slots, categories=(), sort=None, ordinals=(), direction=None)
    return (heard.meant("ask_product", slots),)


def taken_back(heard: Understanding, state: State) -> tuple[Understanding, ...] | None:
    """ "Forget the 4K", "never mind the brand": the search without what is named."""
    said = _NEVER_MIND.search(heard.text)
    if said is None or not state.sought or heard.acts:
        return None
    what, was = said["what"].casefold().strip(), state.search
    fields = next((names for pattern, names in _FIELDS if re.search(pattern, what)), ())
    without = replace(was, **dict.fromkeys(fields, None if "price_max" in fields else ()))
    if not fields:
        words = what.split()
        held = f"{was.wish} {was.query}".casefold().split()
        if not set(words) <= set(held):
            return None
        left = (word for word in was.query.split() if word.casefold() not in words)
        kept = (word for word in was.wish.split() if word.casefold() not in words)
        without = replace(was, query=" ".join(left), wish="")
        without = replace(without, query=" ".join((without.query, *kept)).strip())
    return (heard.meant("search_products", without),) if without != was else None


_NEVER_MIND: Final = re.compile(
    r"^\W*(?:(?:ok|okay|well|then|actually|no|hm+|and|please)[ ,]+)*"
    r"(?:forget|never ?mind|drop|skip|scrap|ignore|leave out)(?: about)?"
    r" (?:the |that |my )?(?P<what>[\w-]+(?: [\w-]+)?)(?: thing| part| bit)?(?: then| please)?\W*$",
    re.IGNORECASE,
)
_FIELDS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (r"^(?:brands?|makes?)$", ("brands", "not_brands")),
    (r"^colou?rs?$", ("colors", "not_colors")),
    (r"^(?:price(?: limit)?|budget|price range)$", ("price_min", "price_max")),
    (r"^sizes?$", ("sizes",)),
    (r"^(?:materials?|fabrics?)$", ("materials", "not_materials")),
)
_LOOKS: Final = frozenset(
    {"search_products", "refine_search", "recommend_products", "find_similar", "compare_products"}
    | {"ask_product"}
)
_DOES_IT: Final = re.compile(
    r"\b(?:does|is|has|can|will|did|would) (?:it|this|that)\b(?! one)", re.IGNORECASE
)
_WITH_IT: Final = re.compile(
    r"\b(?:go(?:es)?|fits?|match\w*|works?|come|comes|wear|for|than|like|with|similar to)"
    r" (?:well )?(?:with |to )?(?:it|this|that)\b|\b(?:better|cheaper|compare\w*|than|differ\w*)\b",
    re.IGNORECASE,
)


def sought_by_name(heard: Understanding, _: State) -> tuple[Understanding, ...] | None:
    """ "Do you have playstations?" asks a shop for goods, whether it has such or not."""
    unsure = heard.intent == "out_of_scope" and heard.confidence < _SURE
    if not unsure or not heard.slots.query or length(heard.text) > _FEW:
        return None
    share = dict(heard.alternatives).get("search_products", 0.0)
    asked = _DO_YOU_SELL.search(heard.text) is not None and share >= _SOME
    return (heard.meant("search_products"),) if asked else None


_FEW: Final = 8
_SOME: Final = 0.1
_DO_YOU_SELL: Final = re.compile(
    r"^\W*(?:(?:and|so|ok|hi|hello)[ ,]+)*do (?:you|u|ya) (?:guys )?(?:have|sell|stock|carry)\b"
    r"|^\W*(?:你们|店里)?(?:有没有|有|卖)",
    re.IGNORECASE,
)
