"""Which items and orders are meant: by number, by name, by looks, by price, by where they went."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.skills.service.holdings import Held, now_of, things, values_of, versions
from assistant.skills.service.which_words import (
    ALL_OF_IT,
    ALONGSIDE,
    AN_ORDER,
    BUT,
    CHEAPER,
    DEARER,
    DELIVERED,
    EVERYTHING,
    EXCEPT,
    EXCEPT_FIRST,
    EXCEPT_ZH,
    HAVING_ZH,
    KEPT_FIRST,
    KEPT_LAST,
    ONE_OF,
    ONES,
    ORDER_ID,
    OTHER_ORDER,
    PENDING,
    PRICED,
    SAME_ORDER,
    THAT_ORDER,
    THE_ONE_ZH,
)
from assistant.understanding.service.degrees import rank, read_degrees
from assistant.understanding.service.naming import ALL, Mention, find_mentions
from assistant.understanding.service.places import place_words, stands_for
from assistant.understanding.service.values import find_values, spaced
from db.orders import normal_id


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
    kept: frozenset[str] = frozenset()
    """Keys of the lines that are left out of everything."""


def order_ids(text: str, held: Sequence[Held]) -> tuple[list[str], list[str]]:
    """(ids of the shopper's orders, numbers that are none of theirs) in the order said."""
    own = {normal_id(each.order.id): each.order.id for each in held}
    variants = {version.id for each in held for version in versions(each.product)}
    products = {each.item.product_id for each in held}
    found: list[str] = []
    unknown: list[str] = []
    for match in ORDER_ID.finditer(text):
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
    kept = KEPT_FIRST.match(text)
    if kept is not None:
        # "Keep the speaker, return the charger": what is kept is said first.
        return text[kept.end() :], kept["what"] or kept["zh"]
    last = KEPT_LAST.search(text)
    if last is not None:
        return f"{text[: last.start()]} {text[last.end() :]}", last["what"] or last["zh"]
    between = EXCEPT_ZH.search(text)
    if between is not None:
        return f"{text[: between.start()]}{text[between.end() :]}", between["what"]
    first = EXCEPT_FIRST.match(text)
    if first is not None and EVERYTHING.search(text, first.end()):
        return text[first.end() :], first["what"]
    match = EXCEPT.search(text)
    every = EVERYTHING.search(text)
    if every is not None:
        but = BUT.search(text, every.end())
        match = min((each for each in (match, but) if each), key=lambda m: m.start(), default=None)
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
    wanted, left_out = told_apart(text)
    ids, unknown = order_ids(wanted, held)
    apart = set(order_ids(left_out, held)[0])
    if not ids:
        ids, more_unknown = order_ids(context, held)
        unknown += more_unknown
    scope = [each for each in held if each.order.id in ids] if ids else list(likely)
    in_state = scope
    if not ids:
        scope = in_state = by_state(text, scope)
        scope = _by_place(f"{text} {context}", scope)
        if focus and SAME_ORDER.search(wanted):
            together = [each for each in scope if each.order.id == focus]
            scope = together if find_mentions(wanted, things(together)) else scope
    found = find_mentions(wanted, things(scope))
    if not found and scope is not held:
        # A name that only an order in another state has: so that what forbids it can be said.
        found = [] if EVERYTHING.search(wanted) else find_mentions(wanted, things(held))
        scope = list(held) if found and not ids else scope
    out = {key for mention in find_mentions(left_out, things(scope)) for key in mention.keys}
    if AN_ORDER.search(left_out):
        # "All but the one with the lamp": the whole order that holds it is left out.
        apart |= {each.order.id for each in scope if each.key in out}
        apart |= {each.order.id for each in scope if _placed_at(left_out, each)}
    out |= {each.key for each in scope if each.order.id in apart}
    hints = [
        m
        for m in found
        if ALONGSIDE.search(wanted[: m.start])
        or (HAVING_ZH.search(wanted[: m.start]) and THE_ONE_ZH.match(wanted, m.end))
    ]
    for one, two in pairwise(found):
        # "In my order with the keyboard and the charger": both tell which order.
        joined = re.fullmatch(
            r"\W*(?:and|with|,|和|、|及)\W*(?:the|my|a|an)?\W*", wanted[one.end : two.start]
        )
        if one in hints and two not in hints and joined:
            hints.append(two)
    mentions = _merged([m for m in found if m not in hints])
    everything = bool(EVERYTHING.search(wanted) or ALL_OF_IT.search(wanted))
    if (
        everything
        and focus
        and not ids
        and (THAT_ORDER.search(wanted) or not EVERYTHING.search(wanted))
    ):
        scope = [each for each in scope if each.order.id == focus] or scope
    base = Which(unknown_orders=tuple(unknown), orders=tuple(ids), everything=everything)
    common: set[str] = set()
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
        return _named(wanted, mentions, scope, out, base, focus, held)
    if hints and ONE_OF.search(wanted):
        # "In my order with two puzzles the beginner one": one of those named.
        return _named(wanted, hints, scope, out, base, focus, held)
    if hints and not everything:
        return replace(base, orders=base.orders or (tuple(common) if len(common) == 1 else ()))
    if ids and ONES.search(wanted) and not everything:
        # "I have two orders with boots. Change the ones in W1": named before, in this order.
        earlier = _merged(find_mentions(context, things(scope)))
        if len(earlier) == 1:
            return _named(context, earlier, scope, out, base, focus, held)
    dearest = _by_price(wanted, scope)
    if dearest is not None and not everything:
        return replace(base, items=(dearest,), named=True)
    if everything or (left_out and out and (ids or AN_ORDER.search(wanted))):
        chosen = [each for each in scope if each.key not in out]
        return replace(base, items=tuple(chosen), everything=True, kept=frozenset(out))
    at = {each.order.id for each in scope}
    if not base.orders and len(at) == 1 and len(scope) < len(in_state):
        # "The order going to Dallas": the only one there.
        return replace(base, orders=tuple(at))
    if not base.orders:
        # "Cancel the whole order then": the one that what was said before is about.
        earlier = find_mentions(context, things(scope))
        keys = {key for mention in earlier for key in mention.keys}
        about = list(dict.fromkeys(each.order.id for each in scope if each.key in keys))
        if len(about) == 1:
            return replace(base, orders=tuple(about))
    return base


def order_meant(text: str, held: Sequence[Held]) -> str | None:
    """The one order that words in answer to "which order?" tell: by what it holds, or where it
    goes."""
    mentions = find_mentions(text, things(held))
    holding = [{each.order.id for each in held if each.key in m.keys} for m in mentions]
    found = set.intersection(*holding) if holding else set()
    if not mentions:
        found = {each.order.id for each in held if _placed_at(text, each)}
    live = {
        each.order.id for each in held if each.order.id in found and each.item.status == "ordered"
    }
    open_ones = {each.order.id for each in by_state(text, [h for h in held if h.order.id in live])}
    return open_ones.pop() if len(open_ones) == 1 else None


def _by_price(text: str, scope: Sequence[Held]) -> Held | None:
    """The most expensive, or the cheapest, of all that may be meant: "the priciest item"."""
    said = PRICED.search(text)
    lines = [each for each in scope if each.item.status == "ordered"]
    if said is None or not lines:
        return None
    found = _at_price_end(lines, dear=bool(said["dear"] or said["zh"] == "最贵"))
    return found[0] if len(found) == 1 else None


def _at_price_end(found: Sequence[Held], *, dear: bool) -> list[Held]:
    """The dearest of them, or the cheapest."""
    best = (max if dear else min)(each.item.price for each in found)
    return [each for each in found if each.item.price == best]


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
    if PENDING.search(text):
        kept = [each for each in held if each.order.status in ("pending", "processed", "shipped")]
    elif DELIVERED.search(text):
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
    kept = [each for each in held if _placed_at(text, each)]
    others = {each.order.id for each in held} - {each.order.id for each in kept}
    return kept if kept and others else held


def _placed_at(text: str, each: Held) -> bool:
    """Whether a text names where an order goes: "the Dallas one", "going to dallas"."""
    if not stands_for(text, each.order.ship_to):
        return False
    city = re.escape(str(each.order.ship_to.get("city") or "\0"))
    return place_words(text) or bool(
        re.search(
            rf"\b(?:to|in|at|from|the|my) {city}\b|\b{city} (?:one|order|address)\b", text, re.I
        )
    )


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
    held: Sequence[Held],
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
        stop = mentions[place + 1].start if place + 1 < len(mentions) else len(text)
        if chosen and OTHER_ORDER.search(text[mention.end : stop]):
            told = {each.order.id for each in chosen}
            titles = {each.item.title for each in fitting}
            fitting = [
                each
                for each in (*fitting, *held)
                if each.item.title in titles and each.order.id not in told
            ] or fitting
            fitting = list(dict.fromkeys(fitting))
            together_now: list[str] = []
        else:
            together_now = together
        narrowed = _narrowed(text, mentions, place, fitting)
        live = [each for each in narrowed if each.order.status != "cancelled"]
        narrowed = live or narrowed
        count = mention.count
        plural = mention.plural and not _plural_name(fitting)
        if len(narrowed) > 1 and not (count == ALL or (plural and count is None)):
            narrowed = _in_one_order(narrowed, together_now, focus, count or 1)
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
    around = spaced(f"{before} {text[mention.start : stop]}")
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
    if len(kept) > 1:
        kept = _by_degree(around, kept)
    if len(kept) > 1 and len({each.item.price for each in kept}) > 1:
        if DEARER.search(around):
            kept = _at_price_end(kept, dear=True)
        elif CHEAPER.search(around):
            kept = _at_price_end(kept, dear=False)
    return kept


def _by_degree(text: str, found: list[Held]) -> list[Held]:
    """The smaller, the taller, the one with more storage, of several of one name."""
    if len({each.item.product_id for each in found}) > 1:
        return found
    had = [now_of(each) for each in found]
    for degree, _, _ in read_degrees(text, values_of(had)):
        if degree.amount is None:
            known = [each.options[degree.option] for each in had if degree.option in each.options]
            ranks = [rank(each.options.get(degree.option, ""), known) for each in had]
            if all(each is not None for each in ranks) and len(set(ranks)) > 1:
                best = (max if degree.way == "up" else min)(
                    each for each in ranks if each is not None
                )
                return [each for each, at in zip(found, ranks, strict=True) if at == best]
    return found
