"""Which version each item becomes, from words, answers and fall-backs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.skills.service.holdings import Held, now_of, things, values_of, versions
from assistant.skills.service.tasks import Task
from assistant.skills.service.which import by_state, order_ids
from assistant.skills.service.which_words import EVERYTHING
from assistant.understanding.service.choosing import Pick, choose
from assistant.understanding.service.naming import find_mentions
from assistant.understanding.service.values import find_values
from assistant.understanding.service.wanted import Wish, overlaid, read_wish

_MARKER = re.compile(
    r"\b(?:for|to|into|with|by|as|become|be)\b(?!\s+(?:me\b|my (?:kid|child|son"
    r"|daughter|wife|husband|mom|dad)|the (?:order|difference|refund)\b|order\b|\#"
    r"|(?:please )?(?:change|exchange|swap|return|cancel|modify|replace|get|have|do|see|know"
    r"|send)\b))"
    r"|->|→|=>|[:：]\s*(?=\{)|换成|换为|改成|改为|变成|换个|换一[个件台双把条款]|换",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"\b(?:in|from|of|on|for) (?:my |the |that |this |order )?(?:another |other "
    r"|same )?(?:pending |delivered |recent )?(?:order"
    r"|orders)?\s*(?:number )?#?\s?[A-Z]{0,3}-?\d{5,}"
    r"|\((?:in|from) [^)]*\)|\bfor order\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"^\W*(?:and |but |or |also |so |then )*(?:only )?(?:if|unless|otherwise|in case"
    r"|or else|failing|as long as|provided|should|when|如果|要是|假如|否则|不然|没有的话"
    r"|没货的话|没有货的话|不行的话|实在没有)",
    re.I,
)
_PREFERENCE = re.compile(
    r"\b(?:multiple|several|more than one|both|many|all (?:are|of them)|options"
    r"|colou?rs are|choice)\b",
    re.I,
)
_ONLY_IF = re.compile(r"^\W*(?:but )?(?:only if|as long as|provided|only when|只有|只要)", re.I)
_ALTERNATIVE = re.compile(
    r"(?:[,，]|\bthen\b|\bin that case\b|那就|就)\s*(?P<alt>.+)$", re.I | re.S
)
_CHAINED = re.compile(
    r"[,;]?\s*\b(?:and|or|but)\s+(?=(?:if|otherwise|failing)\b)|[，；](?=(?:如果|要是|再))", re.I
)
"""Between one fall-back and the next."""
_DROP = re.compile(
    r"\b(?:don't|do not|no (?:exchange|change|need)|leave (?:it|the)|skip"
    r"|forget (?:it|about)|keep (?:it|the|what|that)|rather not|nothing"
    r"|only (?:exchange|change|do|swap|modify)|just (?:exchange|change|do|swap"
    r"|modify) the|stay)\b|不换|算了|保留",
    re.I,
)
_SAME_AS_OTHER = re.compile(
    r"\b(?:same (?:type|one|kind|item|model|version|variant|specs?|as)"
    r"|(?:the )?(?:type|one|kind|version|variant|item|model)(?: that(?:'s"
    r"| is)?)?)\b[^.;]{0,30}?"
    r"\b(?:in|from|as|i)\b[^.;]{0,40}?\b(?:order|received|have|bought|ordered"
    r"|pending|delivered|got|already)\b"
    r"|\bsame (?:\w+ )?as (?:my|the|that)\b[^.;]{0,30}?\b(?:ones?|pair|order|pending|delivered"
    r"|other)\b"
    r"|\b(?:match|like) (?:my|the)(?: \w+){0,2} (?:pending|delivered|other|ordered|received)\b"
    r"|(?:和|跟|与)[^，。]{1,14}(?:订单|那个|收到的|买的)[^，。]{0,8}(?:一样|相同|同款)",
    re.I,
)


_MADE = re.compile(
    r"\s*(?:in|with|should be|as)\s+(?:a |an )?(?!(?:it|that|this|the|my|me)\b)", re.I
)
"""Begins what a thing is to become where no "to" does: "the skateboard in 34 inch"."""


@dataclass(frozen=True, slots=True)
class Line:
    """One item with what it is to become."""

    held: Held
    pick: Pick
    wish: Wish
    dropped: bool = False
    """Given up by a fall-back: nothing fits, and that was to be left alone then."""
    instead: str = ""
    """What to do with it instead, in the shopper's words: "return it"."""
    at_best: str = ""
    """"cheapest" or "dearest" where no version is cheaper, or dearer, than what is had."""
    again: bool = False
    """The very same version was asked for again."""


@dataclass(frozen=True, slots=True)
class Target:
    """The words that say what one item becomes, and those for when that cannot be had."""

    held: Held
    wanted: str
    otherwise: tuple[str, ...] = ()


def split_clause(text: str, verb: str = "") -> tuple[str, str]:
    """(what names the items, what they become), for a clause with one target after its verb."""
    body = _ASIDE.sub(lambda match: " " * len(match[0]), text)
    place = body.casefold().find(verb) if verb else -1
    match = _MARKER.search(body, place + len(verb) if place >= 0 else 0)
    return (text, "") if match is None else (text[: match.start()], text[match.end() :])


def targets(task: Task, items: Sequence[Held], held: Sequence[Held]) -> list[Target]:
    """The target words of each item, from the clause that names it and all that was added."""
    clause = _ASIDE.sub(lambda match: " " * len(match[0]), task.text)
    found = find_mentions(clause, things(held))
    mine = {each.key: each for each in items}
    spans: list[tuple[int, int, list[str]]] = []
    given: set[str] = set()
    every = EVERYTHING.search(clause)
    marker = _MARKER.search(clause, every.end()) if every else None
    if marker and all(mention.start > marker.end() for mention in found):
        found = []
    for mention in found:
        keys = [key for key in mention.keys if key in mine and key not in given]
        if not keys and not (mention.another and [k for k in mention.keys if k in mine]):
            continue
        within = spans and _within_target(clause, spans[-1][1], mention.start)
        if within and not mention.another and (set(mention.keys) & set(spans[-1][2]) or not keys):
            continue
        take = keys if mention.count or mention.plural else keys[:1] or []
        if len(items) == 1 or all(k in mine for k in mention.keys):
            take = keys if not any(m.another for m in found if m.keys == mention.keys) else keys[:1]
        given |= set(take)
        spans.append((mention.start, mention.end, take))
    wanted: dict[str, str] = {}
    for place, (start, end, keys) in enumerate(spans):
        stop = spans[place + 1][0] if place + 1 < len(spans) else len(clause)
        segment = clause[end:stop]
        words = _after_marker(segment)
        if words is None and place == 0:
            words = _after_marker(_before(clause, start, task.verb))
            words = f"{words} {segment}" if words is not None else None
        if words is None and place + 1 < len(spans):
            made = _MADE.match(segment)
            words = segment[made.end() :] if made and "order" not in segment else None
        if words is None and keys and _told_values(segment, mine[keys[0]]):
            # "... the luggage set 4 piece blue and the phone ...".
            words = segment
        if words is None and not re.search(
            r"\w", re.sub(r"\b(?:and|also|the|my|then|both|too|please)\b", "", segment)
        ):
            words = None
        elif words is None and place + 1 == len(spans):
            words = segment
        for key in keys:
            wanted[key] = _trimmed(words) if words is not None else ""
    # "The bed and the chair to the cheapest one": what is said last holds for those before it.
    later = ""
    for _, _, keys in reversed(spans):
        for key in keys:
            if wanted[key].strip(" ,.;"):
                later = wanted[key]
            else:
                wanted[key] = later
    if not spans:
        whole = clause[marker.end() :] if marker else split_clause(task.text, task.verb)[1]
        wanted = dict.fromkeys(mine, whole or task.text)
    return [_with_more(task, each, wanted.get(each.key, later), items, held) for each in items]


def _told_values(segment: str, each: Held) -> bool:
    """Whether words after a name tell options that it does not have: what it is to become."""
    every = versions(each.product, each.item.quantity)
    said = find_values(segment, values_of(every, each.options))
    now = now_of(each).options
    return any(not one.denied and now.get(one.option) != one.value for one in said)


def _within_target(clause: str, end: int, start: int) -> bool:
    """Whether a name stands in the words that say what the one before it becomes."""
    between = clause[end:start]
    return bool(_MARKER.search(between)) and not re.search(
        r"(?:[,;&+]|\band\b|\balso\b|\bplus\b)\s*(?:\w+\s){0,3}$", between
    )


def _before(clause: str, start: int, verb: str) -> str:
    place = clause.casefold().find(verb) if verb else -1
    return clause[place + len(verb) : start] if 0 <= place < start else ""


def _after_marker(text: str) -> str | None:
    match = _MARKER.search(text)
    return text[match.end() :] if match else None


def _trimmed(words: str) -> str:
    """Without the conjunction and article that begin the next name."""
    return re.sub(
        r"(?:[,;]|\b(?:and|also|then|plus|the|my|a|another)\b|\s|和|还有|以及|把|我的)+$",
        "",
        words,
        flags=re.I,
    )


def _with_more(
    task: Task, each: Held, wanted: str, items: Sequence[Held], held: Sequence[Held]
) -> Target:
    """The target with conditions, preferences and later remarks that concern this item."""
    otherwise: list[str] = []
    chained = (part for each_more in task.more for part in _CHAINED.split(each_more))
    for sentence in (*task.lead, *chained, *task.shared):
        about = [
            m for m in find_mentions(sentence, things(held)) if set(m.keys) & {i.key for i in items}
        ]
        if about and not any(each.key in mention.keys for mention in about):
            continue
        alternative = _ALTERNATIVE.search(sentence)
        if _ONLY_IF.match(sentence):
            wanted = f"{wanted} ; {sentence}"
        elif _CONDITION.match(sentence) and not _PREFERENCE.search(sentence):
            if (
                sentence.casefold()
                .lstrip(" ,")
                .startswith(("otherwise", "or else", "else", "否则", "不然"))
            ):
                otherwise.append(
                    re.sub(r"^\W*(?:otherwise|or else|else|否则|不然)", "", sentence, flags=re.I)
                )
            elif alternative and re.search(
                r"\b(?:no|not|none|unavailable|isn't|aren't|can't|cannot|unless|without)\b|n't"
                r"|不|没",
                sentence[: alternative.start()],
            ):
                otherwise.append(alternative["alt"])
            elif alternative is None and re.search(r"\bnot\b|n't", sentence):
                otherwise.append(sentence)
        elif sentence not in (*task.lead, *task.shared):
            wanted = f"{wanted} ; {sentence}"
    return Target(each, wanted, tuple(otherwise))


def settle(task: Task, target: Target, held: Sequence[Held]) -> Line:
    """The version of one item: as chosen from a list, else as words tell, else by fall-back."""
    each = target.held
    every = versions(each.product, each.item.quantity)
    now = now_of(each)
    chosen = task.answers.get(f"version:{each.key}")
    if chosen:
        picked = tuple(version for version in every if version.id == chosen and version.available)
        if picked:
            return Line(each, Pick("one", picked), Wish(version_id=str(chosen)))
    values = values_of(every, each.options)
    offered = task.answers.get(f"offered:{each.key}") or []
    if offered and task.said:
        # An answer to a list is about what is on it.
        among = [version for version in every if version.id in offered and version.available]
        answer = read_wish(task.said[-1], values, each.options)
        told = choose(answer, among, now) if not answer.empty else Pick("many", ())
        if told.kind == "one":
            return Line(each, told, answer)
    wish = read_wish(target.wanted, values, each.options)
    like = _like_other(target.wanted, each, held)
    if like is not None:
        wish = replace(wish, version_id=like, same=False)
    for remark in _remarks(task, each, held):
        wish = overlaid(wish, read_wish(remark, values, each.options))
    if wish.same and not wish.version_id:
        return Line(each, Pick("none", ()), wish, again=True)
    pick = choose(wish, every, now)
    if pick.kind != "none":
        return Line(each, pick, wish, at_best=_at_best(pick, wish, now.price))
    for alternative in target.otherwise:
        if re.search(r"\b(?:return|refund|cancel|send)\b|退|取消", alternative, re.I):
            return Line(each, pick, wish, instead=alternative)
        other = overlaid(wish, read_wish(alternative, values, each.options))
        if other != wish:
            second = choose(other, every, now)
            if second.kind != "none":
                return Line(each, second, other)
        elif _DROP.search(alternative):
            return Line(each, pick, wish, dropped=True)
    return Line(each, pick, wish)


def fallen_back(line: Line, target: Target) -> Line | None:
    """The version that a fall-back asks for instead of one that costs too much, if it is one."""
    each = target.held
    every = versions(each.product, each.item.quantity)
    values = values_of(every, each.options)
    for alternative in target.otherwise:
        other = overlaid(line.wish, read_wish(alternative, values, each.options))
        if other != line.wish:
            pick = choose(other, every, now_of(each))
            if pick.kind == "one":
                return Line(each, pick, other)
    return None


def _at_best(pick: Pick, wish: Wish, price: Decimal) -> str:
    """Whether all that was asked is the cheapest, and nothing is cheaper than what is had."""
    if not wish.price or replace(wish, price=None, free=frozenset(), free_all=False) != Wish():
        return ""
    best = pick.versions[0].price
    if wish.price == "min" and best >= price:
        return "cheapest"
    return "dearest" if wish.price == "max" and best <= price else ""


def _remarks(task: Task, each: Held, held: Sequence[Held]) -> list[str]:
    """Later remarks that concern this item: those that name it, or no item at all."""
    kept = []
    for remark in task.said:
        named = find_mentions(remark, things(held))
        if not named or any(each.key in mention.keys for mention in named):
            kept.append(remark)
    return kept


def _like_other(words: str, each: Held, held: Sequence[Held]) -> str | None:
    """The version of the same product in another order: "the same type as in my pending order"."""
    if not _SAME_AS_OTHER.search(words):
        return None
    ids, _ = order_ids(words, held)
    others = [
        other
        for other in held
        if other.item.product_id == each.item.product_id
        and other.order.id != each.order.id
        and (not ids or other.order.id in ids)
    ]
    if not ids:
        others = by_state(words, others)
    found = {other.item.variant_id for other in others}
    return found.pop() if len(found) == 1 else None


def naming_part(task: Task, held: Sequence[Held]) -> str:
    """The clause without the words that say what things become, so that "the red one" in them
    describes nothing that is had."""
    clause = task.text
    found = find_mentions(clause, things(held))
    every = EVERYTHING.search(clause)
    first = _MARKER.search(clause, every.end()) if every else None
    if not found or (first and all(mention.start > first.end() for mention in found)):
        if first:
            return clause[: first.start()]
        before, after = split_clause(clause, task.verb)
        return before if after else clause
    kept: list[str] = []
    position = 0
    for place, mention in enumerate(found):
        if place and _within_target(clause, found[place - 1].end, mention.start):
            continue
        stop = next(
            (
                other.start
                for before, other in zip(found[place:], found[place + 1 :], strict=False)
                if not _within_target(clause, before.end, other.start)
            ),
            len(clause),
        )
        marker = _MARKER.search(
            _ASIDE.sub(lambda match: "_" * len(match[0]), clause), mention.end, stop
        )
        end = marker.start() if marker else stop
        kept.append(clause[mention_lead(clause, mention.start) if position else 0 : end])
        position = end
    if not _SAME_AS_OTHER.search(clause):
        kept += [f"order {each}" for each in order_ids(clause, held)[0]]
    return " , ".join(kept)


def mention_lead(clause: str, start: int) -> int:
    """Where the words that describe a name begin: after the conjunction before it."""
    last = 0
    for match in re.finditer(
        r"[,;]|(?<!that )(?<!which )\b(?:and|also|plus)\b|和|还有|以及", clause[:start]
    ):
        last = match.end()
    return last
