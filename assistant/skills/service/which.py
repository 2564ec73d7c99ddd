"""Which items and orders are meant: by number, by name, by looks, by price, by where they went."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.skills.service.holdings import Held, things, values_of, versions
from assistant.understanding.service.naming import ALL, Mention, find_mentions
from assistant.understanding.service.places import place_words, stands_for
from assistant.understanding.service.values import find_values
from db.orders import normal_id

_ORDER_ID = re.compile(
    r"(?<![A-Za-z0-9_.])(?:#\s?[A-Za-z]{0,3}-?\d{1,12}|[A-Za-z]{0,3}-?\d{4,12}(?:-\d{1,8})?)(?![A-Za-z0-9_])"
)
EVERYTHING = re.compile(
    r"\b(?:everything|every ?(?:single )?(?:[\w-]+ ){0,2}(?:item|thing|product|order)"
    r"|all (?:of )?(?:the |my |these |those |possible |pending |delivered |received "
    r"|remaining |other |open )*"
    r"(?:items?|things?|stuff|products?|orders?|goods|purchases)"
    r"|both (?:of )?(?:the |my |these |those )?(?:\w+ )?orders"
    r"|all (?:pending|delivered|open)|anything i(?:'ve| have)?|all i(?:'ve"
    r"| have)? (?:ordered|bought))\b"
    r"|全部|所有|都(?=退|取消|换|不要)",
    re.I,
)
_ALL_OF_IT = re.compile(
    r"\b(?:all of (?:it|them|that|this)|them all|it all|both of them|the lot)\b", re.I
)
_THAT_ORDER = re.compile(
    r"\b(?:that|this|the same|same|the|said) (?:\w+ )?order\b(?! (?:with|that|which"
    r"|of|containing|sent|number|id))|这个订单|该订单|那个订单",
    re.I,
)
_EXCEPT = re.compile(
    r"\b(?:except(?: for)?|but not|apart from|other than|besides|excluding"
    r"|aside from|save for|with the exception of"
    r"|but keep|and keep|keep(?:ing)?|leave (?=(?:the|my)\b)|everything but|all but"
    r"|not (?=(?:the|my)\b))\b|除了|除去|不包括|留下|保留",
    re.IGNORECASE,
)
_PENDING = re.compile(
    r"\b(?:pending|not (?:yet )?(?:shipped|arrived|delivered|received|sent)"
    r"|haven't (?:received|got)|unshipped|still processing)\b|未发货|没发货|待发货|还没(?:到|收到)",
    re.I,
)
_DELIVERED = re.compile(
    r"\b(?:delivered|received|arrived|came (?:in|with)|got (?:it|them|delivered))\b"
    r"|收到|到货|已送达|签收",
    re.I,
)
_CHEAPER = re.compile(
    r"\b(?:cheaper|less expensive|cheapest|least expensive|lower[- ]priced"
    r"|less costly)\b|便宜的?那?",
    re.I,
)
_DEARER = re.compile(
    r"\b(?:more expensive|dearer|pricier|most expensive|priciest|higher[- ]priced"
    r"|expensive one|more costly)\b|贵的?那?",
    re.I,
)
_ALONGSIDE = re.compile(
    r"\b(?:received|ordered|bought|came|arrived|got|purchased|together|along"
    r"|delivered|order)\b[^,.;]{0,20}?\bwith (?:the|my|a|an)?\s*$"
    r"|\b(?:order|purchase|package|parcel) (?:with|of|containing|for|that (?:has|had"
    r"|contains|included)|having|including) (?:the|my|a|an)?\s*$"
    r"|\bin the same order as (?:the|my|a)?\s*$|\bthat goes with (?:the|my)\s*$"
    r"|\b(?:same as|like) (?:the|my)\s*$",
    re.IGNORECASE,
)
_OTHER_ORDER = re.compile(r"\b(?:another|other|different|second) orders?\b|另一个订单", re.I)
_SAME_ORDER = re.compile(r"\bsame order\b|同一个?订单", re.I)


@dataclass(frozen=True, slots=True)
class Which:
    """Items that are meant, in the order said; or those among which one has to be chosen."""

    items: tuple[Held, ...] = ()
    unsure: tuple[Held, ...] = ()
    """More than one answers to a name and nothing tells them apart."""
    unsure_count: int = 1
    named: bool = False
    """Whether anything was named at all."""
    everything: bool = False
    unknown_orders: tuple[str, ...] = ()
    """Order numbers that are not on this account."""
    orders: tuple[str, ...] = ()
    """Ids of the shopper's orders that were named."""


def order_ids(text: str, held: Sequence[Held]) -> tuple[list[str], list[str]]:
    """(ids of the shopper's orders, numbers that are none of theirs) in the order said."""
    own = {normal_id(each.order.id): each.order.id for each in held}
    variants = {version.id for each in held for version in versions(each.product)}
    products = {each.item.product_id for each in held}
    found: list[str] = []
    unknown: list[str] = []
    for match in _ORDER_ID.finditer(text):
        said = match[0].strip()
        wanted = normal_id(said)
        if wanted in own:
            found.append(own[wanted])
            continue
        letters = any(char.isalpha() or char == "#" for char in said)
        named = re.search(
            r"\border(?:s)?(?: (?:number|no\.?|id))?(?: is)?[\s:#]*$|订单号?\s*$",
            text[: match.start()],
            re.I,
        )
        if said in variants or said in products:
            continue
        if letters or named:
            with_letters = [
                full
                for norm, full in own.items()
                if norm.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == wanted
            ]
            if len(with_letters) == 1:
                found.append(with_letters[0])
            else:
                unknown.append(said)
    return list(dict.fromkeys(found)), list(dict.fromkeys(unknown))


def told_apart(text: str) -> tuple[str, str]:
    """What is meant and what is left out: "everything | except the lamp"."""
    match = _EXCEPT.search(text)
    if match is None:
        return text, ""
    return text[: match.start()], text[match.end() :]


def in_states(held: Sequence[Held], states: Sequence[str]) -> list[Held]:
    """Lines of orders in one of these states."""
    return [each for each in held if each.order.status in states]


def which_items(
    text: str,
    context: str,
    held: Sequence[Held],
    *,
    likely: Sequence[Held],
    focus: str | None = None,
) -> Which:
    """The items that `text` means.

    Args:
        text: the words that name them, without what they are to become.
        context: everything else said of the task, such as which order.
        held: every line of the shopper's.
        likely: those the act is allowed for; names are looked up here first.
        focus: the order under discussion.
    """
    ids, unknown = order_ids(text, held)
    if not ids:
        ids, more_unknown = order_ids(context, held)
        unknown += more_unknown
    wanted, left_out = told_apart(text)
    scope = [each for each in held if each.order.id in ids] if ids else list(likely)
    if not ids:
        scope = by_state(text, scope)
        scope = _by_place(f"{text} {context}", scope)
    found = find_mentions(wanted, things(scope))
    if not found and scope is not held:
        # A name that only an order in another state has: so that what forbids it can be said.
        found = [] if EVERYTHING.search(wanted) else find_mentions(wanted, things(held))
        scope = list(held) if found and not ids else scope
    out = {key for mention in find_mentions(left_out, things(scope)) for key in mention.keys}
    hints = [m for m in found if _ALONGSIDE.search(wanted[: m.start])]
    mentions = _merged([m for m in found if m not in hints])
    everything = bool(EVERYTHING.search(wanted) or _ALL_OF_IT.search(wanted))
    if (
        everything
        and focus
        and not ids
        and (_THAT_ORDER.search(wanted) or not EVERYTHING.search(wanted))
    ):
        scope = [each for each in scope if each.order.id == focus] or scope
    base = Which(unknown_orders=tuple(unknown), orders=tuple(ids), everything=everything)
    if hints and scope:
        orders_with = [{each.order.id for each in scope if each.key in hint.keys} for hint in hints]
        common = set.intersection(*orders_with)
        narrowed = [each for each in scope if each.order.id in common]
        if narrowed and not all(
            each.key in {k for h in hints for k in h.keys} for each in narrowed
        ):
            scope = narrowed
    numbered = _by_number(wanted, scope, held)
    if numbered and not mentions:
        return replace(base, items=tuple(numbered), named=True)
    if mentions:
        return _named(wanted, mentions, scope, out, base, focus)
    if everything or (left_out and out):
        chosen = [each for each in scope if each.key not in out]
        return replace(base, items=tuple(chosen), everything=True)
    if not base.orders:
        # "Cancel the whole order then": the one that what was said before is about.
        earlier = find_mentions(context, things(scope))
        keys = {key for mention in earlier for key in mention.keys}
        about = list(dict.fromkeys(each.order.id for each in scope if each.key in keys))
        if len(about) == 1:
            return replace(base, orders=tuple(about))
    return base


def _by_number(text: str, scope: Sequence[Held], held: Sequence[Held]) -> list[Held]:
    """Items called by the number of their version or of their product."""
    numbers = set(re.findall(r"(?<![\w#])\d{6,12}(?!\w)", text))
    if not numbers:
        return []
    found = [each for each in scope if each.item.variant_id in numbers]
    found = found or [each for each in scope if each.item.product_id in numbers]
    return found or [each for each in held if each.item.variant_id in numbers]


def by_state(text: str, held: list[Held]) -> list[Held]:
    """Narrowed to what is on its way or has come, where that was said and leaves anything."""
    kept = held
    if _PENDING.search(text):
        kept = [each for each in held if each.order.status in ("pending", "processed", "shipped")]
    elif _DELIVERED.search(text):
        kept = [
            each
            for each in held
            if each.order.status not in ("pending", "processed", "shipped", "cancelled")
        ]
    return kept or held


def _by_place(text: str, held: list[Held]) -> list[Held]:
    """Narrowed to orders sent to a place that was named: "the order sent to Texas"."""
    if not re.search(r"\border|\bsent\b|\bship|\bdeliver|订单|寄", text, re.I):
        return held
    kept = [each for each in held if stands_for(text, each.order.ship_to)]
    others = {each.order.id for each in held} - {each.order.id for each in kept}
    return kept if kept and others and place_words(text) else held


def _merged(mentions: list[Mention]) -> list[Mention]:
    """Said twice is meant once, unless another one is meant."""
    kept: list[Mention] = []
    for mention in mentions:
        same = next((each for each in kept if set(each.keys) == set(mention.keys)), None)
        if same is None or mention.another:
            kept.append(mention)
    return kept


def _named(
    text: str,
    mentions: list[Mention],
    scope: list[Held],
    out: set[str],
    base: Which,
    focus: str | None,
) -> Which:
    by_key = {each.key: each for each in scope}
    candidates = [
        [by_key[key] for key in mention.keys if key in by_key and key not in out]
        for mention in mentions
    ]
    together = _orders_together(candidates)
    chosen: list[Held] = []
    for place, mention in enumerate(mentions):
        fitting = candidates[place]
        if mention.another:
            fitting = [each for each in fitting if each not in chosen] or fitting
        narrowed = _narrowed(text, mentions, place, fitting)
        live = [each for each in narrowed if each.order.status != "cancelled"]
        narrowed = live or narrowed
        count = mention.count
        plural = mention.plural and not _plural_name(fitting)
        if len(narrowed) > 1 and not (count == ALL or (plural and count is None)):
            narrowed = _in_one_order(narrowed, together, focus, count or 1)
        if count == ALL or (plural and count is None) or len(narrowed) == (count or 1):
            chosen += [each for each in narrowed if each not in chosen]
        elif narrowed and _alike(narrowed) and len(narrowed) > (count or 1):
            chosen += [each for each in narrowed if each not in chosen][: count or 1]
        elif len(narrowed) > 1:
            return replace(
                base,
                items=tuple(chosen),
                unsure=tuple(narrowed),
                unsure_count=count or 1,
                named=True,
            )
        elif narrowed:
            chosen += [each for each in narrowed if each not in chosen]
    return replace(base, items=tuple(chosen), named=True)


def _plural_name(held: list[Held]) -> bool:
    """Boots and headphones are one thing."""
    return any(each.item.title.casefold().rstrip().endswith("s") for each in held)


def _alike(held: list[Held]) -> bool:
    """Pieces that cannot be told apart: the same version in the same order."""
    return len({(each.order.id, each.item.variant_id) for each in held}) == 1


def _orders_together(candidates: list[list[Held]]) -> list[str]:
    """Orders by how many of the names they hold, most first; only where one holds several."""
    if len(candidates) < 2:
        return []
    counts: dict[str, int] = {}
    for found in candidates:
        for order_id in {each.order.id for each in found}:
            counts[order_id] = counts.get(order_id, 0) + 1
    return [order_id for order_id, n in sorted(counts.items(), key=lambda x: -x[1]) if n > 1]


def _in_one_order(
    found: list[Held], together: list[str], focus: str | None, count: int
) -> list[Held]:
    for order_id in (*together[:1], *([focus] if focus else ())):
        kept = [each for each in found if each.order.id == order_id]
        if kept and len(kept) >= count:
            return kept
    return found


def _narrowed(text: str, mentions: list[Mention], place: int, found: list[Held]) -> list[Held]:
    """Those of `found` that look as was said around their name, then by price."""
    if len(found) < 2:
        return found
    mention = mentions[place]
    start = mentions[place - 1].end if place else 0
    stop = mentions[place + 1].start if place + 1 < len(mentions) else len(text)
    before = re.split(r"\b(?:and|then|to|for)\b|[,;]", text[start : mention.start])[-1]
    around = f"{before} {text[mention.start : stop]}"
    scored = []
    for each in found:
        known = values_of(versions(each.product), each.options, *(o.options for o in found))
        said = find_values(around, known)
        named = {(one.option, one.value) for one in said if not one.denied}
        ruled_out = {(one.option, one.value) for one in said if one.denied}
        fits = sum(each.options.get(option) == value for option, value in named)
        against = sum(each.options.get(option) == value for option, value in ruled_out)
        scored.append((fits - against, each))
    best = max(score for score, _ in scored)
    kept = [each for score, each in scored if score == best]
    if len(kept) > 1 and len({each.item.price for each in kept}) > 1:
        if _DEARER.search(around):
            top = max(each.item.price for each in kept)
            kept = [each for each in kept if each.item.price == top]
        elif _CHEAPER.search(around):
            low = min(each.item.price for each in kept)
            kept = [each for each in kept if each.item.price == low]
    return kept
