"""Tasks with names put where words stand for them: "the french press", "one of them, the other"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.skills.service.holdings import Held, things
from assistant.skills.service.tasks import Task
from assistant.understanding.service.naming import find_mentions

_OTHER = re.compile(
    r"\bthe other(?: one)?\b(?! (?:order|card|address|hand|day|shop|store|thing))"
    r"|(?:另外?一|剩下的?那)[个件台双只条把](?!订单)",
    re.IGNORECASE,
)
_ONE = re.compile(
    r"^.*?(?:\bone of (?:them|those|these)\b|其中[一1][个件台双只条把])", re.IGNORECASE | re.S
)
_BEGINS_OTHER = re.compile(rf"^\W*(?:and |but )?(?:{_OTHER.pattern})", re.IGNORECASE)
_ENDS = (
    r"(?=\s*(?:[,.:;!?]|$)|\s+(?:in|from|of|for|to|into|back|one|please|and|that|which|is|was"
    r"|there)\b)"
)


def named(tasks: Sequence[Task], held: Sequence[Held]) -> tuple[Task, ...]:
    """The tasks with pronouns and looks replaced by the names they stand for."""
    found: list[Task] = []
    for task in tasks:
        if task.kind in ("return", "swap", "cancel", "either"):
            task = _placed(replace(task, text=_by_looks(task.text, held)), held)
        last = found[-1] if found else None
        begins = task.kind == "swap" and _BEGINS_OTHER.match(task.text)
        nameless = begins and not find_mentions(_wanted_cut(task.text), things(held))
        if nameless and last is not None and last.kind == "swap":
            # "One of them to a red one, the other to a blue one": of one name, one task.
            text = f"{last.text}, {task.text}"
            found[-1] = replace(last, text=text, more=last.more + task.more)
            continue
        found.append(task)
    return tuple(_paired(task, held) if task.kind == "swap" else task for task in found)


_IN_ORDER = re.compile(
    r"\b(?:in|from|of|for|on) (?:my|the|that) (?:[\w-]+ ){0,2}(?:order|one) (?:with|containing"
    r"|that (?:has|had|holds)) (?P<what>[^,.;:]{3,60})[,:]\s*(?=\w)",
    re.IGNORECASE,
)


def _placed(task: Task, held: Sequence[Held]) -> Task:
    """ "In my order with the lamp and the mat, ...": the things that tell which order are none of
    those that something is done with."""
    said = _IN_ORDER.search(task.text)
    if said is None:
        return task
    mentions = find_mentions(said["what"], things(held))
    holding = [{each.order.id for each in held if each.key in m.keys} for m in mentions]
    orders = set.intersection(*holding) if holding else set()
    if len(orders) != 1:
        return task
    text = f"{task.text[: said.start()]}{task.text[said.end() :]}"
    return replace(task, text=text, lead=(*task.lead, f"order {orders.pop()}"))


def _wanted_cut(text: str) -> str:
    """The words before what a thing is to become."""
    return re.split(r"\b(?:for|to|into)\b|换|改", text)[0]


def _paired(task: Task, held: Sequence[Held]) -> Task:
    """ "Two of the same mat; one of them for a blue one, the other for a pink one": named each."""
    one = _ONE.match(task.text)
    if one is None or not _OTHER.search(task.text, one.end()):
        return task
    said = f"{' . '.join(task.lead)} . {one[0]}"
    mentions = find_mentions(said, things(held))
    if not mentions:
        return task
    last = mentions[-1]
    name = re.sub(r"^.*(?:two|three|same|both|两|三)\W*", "", said[last.start : last.end])
    chinese = re.search(r"[一-鿿]", name) is not None
    first, other = (
        (f"换{name}", f"另一个{name}") if chinese else (f"the {name}", f"the other {name}")
    )
    return replace(task, text=f"{first}{_OTHER.sub(other, task.text[one.end() :], count=1)}")


def _by_looks(text: str, held: Sequence[Held]) -> str:
    """ "The french press" as "the french press coffee maker", where things of one name alone have
    that option; a look that anything else is called by stays."""
    titles: dict[str, set[str]] = {}
    for each in held:
        for value in each.options.values():
            if re.fullmatch(r"[a-z][a-z -]{4,}", str(value).casefold()):
                titles.setdefault(str(value).casefold(), set()).add(each.item.title)
    for value, found in titles.items():
        match = re.search(rf"\b(?:the|my) {re.escape(value)}{_ENDS}", text, re.IGNORECASE)
        if match is None or len(found) != 1 or find_mentions(match[0], things(held)):
            continue
        title = next(iter(found))
        rest = re.sub(r"^ one\b", "", text[match.end() :], flags=re.IGNORECASE)
        text = f"{match[0]} {title}".join((text[: match.start()], rest))
    return text
