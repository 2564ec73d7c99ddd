"""Tasks across turns: taken up from what is said, answered, revised by remarks, given up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from assistant.dialogue.answers import SAID_ANEW, length
from assistant.skills.base import Context, Request
from assistant.skills.service.holdings import Held, things
from assistant.skills.service.tasks import Task, from_acts, load
from assistant.skills.service.which import order_ids, order_meant, told_apart
from assistant.skills.service.which_words import AN_ORDER, KEPT_FIRST, ONE
from assistant.understanding.service.act_words import CONDITION, SPLIT
from assistant.understanding.service.claim_words import fault_of, resolution_of
from assistant.understanding.service.naming import Mention, find_mentions

KINDS = {
    "cancel_order": "cancel",
    "return_item": "return",
    "exchange_item": "swap",
    "change_order": "swap",
    "change_shipping_address": "address",
    "change_payment": "payment",
    "request_refund": "refund",
}
"""Intent -> the kind of task it begins, where no act was read in the words."""
_FURTHER = re.compile(
    r"\b(?:also|as well|too|another|additionally|in addition|plus|besides|one more"
    r"|add|and then|furthermore)\b|还有|另外|也|再",
    re.I,
)
_ONLY = re.compile(r"\b(?:only|just)\b|(?:只|仅)", re.I)
_INSTEAD = re.compile(
    r"\b(?:instead|rather|actually|changed my mind|on second thought|no,|wait|sorry"
    r"|not the|i meant|scratch that)\b|改主意|还是|不是|算了|应该是",
    re.I,
)
_WITHOUT = re.compile(
    r"\b(?:without|not|except|leave out|drop|remove|forget(?: about)?|skip|keep"
    r"|don't (?:return|cancel|exchange|change|include))\b|不要|除了|去掉|保留|留着|留下"
    r"|不(?:退|换|取消)",
    re.I,
)
_LEFT_ALONE = re.compile(
    r"\b(?:forget(?: about)?|not|never ?mind|leave|skip|keep|without|drop|except|cancel)"
    r"(?: the| my| that| about)* *$|(?:不要|不换|别管|保留|除了|算了)(?:那个|我的)?$",
    re.I,
)
"""Before a name: that thing is not meant."""
_KEEPS = re.compile(
    r"\bnone of (?:those|these|them)\b|\bneither\b|\bnever ?mind\b|\b(?:forget|skip) (?:it|that"
    r"|about"
    r" (?:it|that))\b"
    r"|\b(?:i(?:'ll| will|'d rather)?|just|then|let me|otherwise|else|rather|to|no,?) (?:just"
    r" )?(?:keep|leave)"
    r" (?:it|them|that|those|what i have|mine|the (?:old|current|original)"
    r"(?: ones?)?|as (?:it is|is))\b"
    r"|^\W*(?:just )?(?:keep|leave) (?:it|them|that|mine)\b"
    r"|\b(?:don't|do not) (?:change|exchange|swap) (?:it|that|them)\b"
    r"|都不(?:要|行|合适)|算了|不换了|那就不换|保持原样",
    re.I,
)


_WHO = ("email", "name", "postcode")
"""Asked to know who is speaking."""


def taken_up(ctx: Context, request: Request) -> tuple[Task, ...]:
    """The tasks so far, with the answer to what was asked, and the acts of this turn."""
    args = request.args
    tasks = load(args.get("plan"))
    heard = request.understanding
    tasks = _answered(tasks, args)
    number = max((task.number for task in tasks), default=0) % 100 + 1
    named = _named_way(args, heard.text, heard.slots.address)
    if named is not None:
        at, wanted, way = named
        return tuple(t.answered(wanted, way) if t.number == at else t for t in tasks)
    # "The same again", chosen from a list, asks for nothing further.
    chosen = bool(args.get("answered")) and length(heard.text) <= SAID_ANEW
    new = () if chosen else from_acts(heard.acts, heard.shared, number)
    # An order's number before the "to" is no house number.
    literal = re.sub(r"^[\w#-]*\d{4,} (?:to|into) (?=\d)", "", heard.slots.address or "")
    if re.match(r"\s*\d|.*[一-鿿]", literal):
        # An address of another country stays the line it was said in.
        new = tuple(
            task.answered("address", literal)
            if task.kind == "address" and literal in task.text
            else task
            for task in new
        )
    if new:
        marked = tuple(replace(task, answers={**task.answers, "new": True}) for task in new)
        return (*tasks, *marked)
    if tasks:
        number_said = heard.slots.order_id
        if number_said and (args.get("asking") in _WHO or "proof_asked" in args):
            # Which order, said while it is asked who is speaking.
            return tuple(
                task
                if number_said in task.all_words
                else replace(task, said=(*task.said, f"order {number_said}"))
                for task in tasks
            )
        return tasks
    parts = [part.strip() for part in SPLIT.split(first_words(request)) if part.strip()]
    more = tuple(part for part in parts[1:] if CONDITION.match(part))
    text = " ".join(part for part in parts if part not in more)
    slots = request.slots
    answers: dict[str, Any] = {}
    for name in ("order_id", "reason", "payment_method", "address"):
        value = args.get(name) or getattr(slots, name, None)
        if value and name == "payment_method":
            text = f"{text} {str(value).replace('_', ' ')}"
        elif value and name == "order_id":
            text = f"{text} order {value}"
        elif value:
            answers[name] = value
    if slots.quantity:
        answers["quantity"] = slots.quantity
    kind = KINDS[request.intent]
    return (Task(1, kind, text, more=more, shared=heard.shared, answers=answers),)


def _named_way(args: dict[str, Any], text: str, address: str | None) -> tuple[Any, str, str] | None:
    """(task, slot, value) where words answer what is wrong with a thing, what is wanted for it, or
    where it goes: "send me the same again" asks for no order then, nor "change it to 1 Oak St"
    for another change."""
    if args.get("asking") == "address" and address and args.get("at") is not None:
        return args["at"], "address", address
    read = {"resolution": resolution_of, "fault": fault_of}.get(str(args.get("asking")))
    if read is None:
        return None
    value = args.get(str(args["asking"])) if args.get("answered") else read(text)
    return (args.get("at"), str(args["asking"]), str(value)) if value is not None else None


def first_words(request: Request) -> str:
    return str(request.args.get("said") or request.understanding.text)


def _answered(tasks: tuple[Task, ...], args: dict[str, Any]) -> tuple[Task, ...]:
    """The tasks with the answer that the form brings."""
    at, slot = args.get("at"), str(args.get("asking") or "")
    offered = args.get("offered")
    if at is not None and isinstance(offered, dict):
        tasks = tuple(
            replace(task, answers={**task.answers, **offered}) if task.number == at else task
            for task in tasks
        )
    if not slot or slot not in args or at is None or not args.get("answered"):
        return tasks
    value = args[slot]
    if slot == "item_ids":
        if value == "all":
            value = args.get("among") or "all"
        chosen = list(args.get("chosen_items") or [])
        value = [*chosen, *(value if isinstance(value, list) else [str(value)])]
        if value == ["all"]:
            return tuple(
                replace(task, text=f"{task.text} , all of it") if task.number == at else task
                for task in tasks
            )
    return tuple(
        task.answered(slot, value)
        if task.number == at or (slot == "reason" and slot not in task.answers)
        else task
        for task in tasks
    )


def revised(tasks: tuple[Task, ...], request: Request, held: Sequence[Held]) -> tuple[Task, ...]:
    """New acts beside, or in the place of, those they revise; remarks with what they are about."""
    fresh = [task for task in tasks if task.answers.get("new")]
    old = [task for task in tasks if not task.answers.get("new")]
    fresh = [replace(task, answers=plain(task)) for task in fresh]
    heard = request.understanding
    if fresh and old:
        fresh[0], out = _kept_first(fresh[0], held)
        if out:
            old = _leaving_out(old, out)
        old = _without_withdrawn(old, heard.text, held)
        at = request.args.get("at")
        if request.args.get("not_found"):
            # An order that isn't there is let go where something else is asked for.
            old = [t for t in old if t.number != at or t.kind in {new.kind for new in fresh}]
        old = _given_up(old, fresh, at, held) if at is not None else _otherwise(old, fresh, held)
        return _beside(old, fresh, held)
    if fresh:
        return tuple(fresh)
    args = request.args
    in_words = args.get("asking") in ("payment_method", "address", "order_id")
    if "plan" not in args or not heard.text.strip() or (args.get("answered") and not in_words):
        return tuple(old)
    if args.get("asking") in _WHO or "proof_asked" in args:
        return tuple(old)
    kept = _without_withdrawn(old, heard.text, held)
    if len(kept) < len(old):
        return tuple(kept)
    return _remarked(old, heard.text, args.get("at"), held, str(args.get("asking") or ""))


_WITHDRAWS = re.compile(
    r"\b(?:don't|do not|no need to|(?:don't|do not|no longer) want (?:to|you to)|never ?mind"
    r"|instead of"
    r"|rather than|forget(?: about)?|stop|skip)(?: (?:the|actually|really|please|that))*"
    r" (?P<k>cancel|return|exchang|swap|chang)\w*\b"
    r"(?! (?:of )?(?:the |my )?(?:whole|entire|full|rest|others?|everything"
    r"|all))(?P<rest>[^.,;!?]*)"
    r"|(?:不要?|别|不用|不想)(?:再)?(?P<z>取消|退|换)(?:掉|货)?(?P<zrest>[^，。；！？]*)",
    re.IGNORECASE,
)
_WITHDRAWN_KINDS = {
    "cancel": {"cancel", "either"}, "取消": {"cancel", "either"},
    "return": {"return", "either", "refund"}, "退": {"return", "either", "refund"},
    "exchang": {"swap"}, "swap": {"swap"}, "chang": {"swap"}, "换": {"swap"},
}  # fmt: skip


def _kept_first(task: Task, held: Sequence[Held]) -> tuple[Task, list[str]]:
    """ "Keep the speaker, return the charger instead": the task without what is kept, and that."""
    kept = KEPT_FIRST.match(task.text)
    if kept is None:
        return task, []
    named = find_mentions(kept["what"] or kept["zh"] or "", things(held))
    keys = [key for mention in named for key in mention.keys]
    return replace(task, text=task.text[kept.end() :]), keys


def _without_withdrawn(old: list[Task], text: str, held: Sequence[Held]) -> list[Task]:
    """Without what is taken back: "wait, don't cancel, change the watch instead". Where the words
    name a thing, only that thing is left out, which is another matter."""
    kinds: set[str] = set()
    for match in _WITHDRAWS.finditer(text.replace("’", "'")):
        if not find_mentions(match["rest"] or match["zrest"] or "", things(held)):
            kinds |= _WITHDRAWN_KINDS[(match["k"] or match["z"]).casefold()]
    return [task for task in old if task.kind not in kinds]


def _given_up(old: list[Task], fresh: list[Task], at: Any, held: Sequence[Held]) -> list[Task]:
    """Without the task that was asked about, where another act on the same thing is asked for
    instead: "then cancel the whole order", "I'd rather return it"."""
    asked = next((task for task in old if task.number == at), None)
    if asked is None or len(fresh) != 1 or _FURTHER.search(fresh[0].text):
        return old
    new = fresh[0]
    other_way = new.kind in ("cancel", "return", "either", "refund")
    if new.kind == asked.kind or not (other_way or (asked.kind, new.kind) == ("cancel", "swap")):
        return old
    names = {m.keys for m in find_mentions(new.text, things(held))}
    before = {m.keys for m in find_mentions(asked.words, things(held))}
    if names and not names & before:
        return old
    fresh[0] = replace(new, lead=(*asked.lead, asked.text, *new.lead))
    return [task for task in old if task is not asked]


def _otherwise(old: list[Task], fresh: list[Task], held: Sequence[Held]) -> list[Task]:
    """What was proposed without the things that are now to be exchanged rather than sent back, or
    sent back rather than exchanged: "great, exchange it then"."""
    if len(fresh) != 1 or _FURTHER.search(fresh[0].text) or fresh[0].kind not in ("swap", "return"):
        return old
    new = fresh[0]
    named = {key for m in find_mentions(new.text, things(held)) for key in m.keys}
    kept: list[Task] = []
    for task in old:
        if {task.kind, new.kind} != {"return", "swap"}:
            kept.append(task)
            continue
        before = {key for m in find_mentions(task.words, things(held)) for key in m.keys}
        if not named and ONE.search(new.text) and len(old) == 1:
            fresh[0] = replace(new, lead=(*task.lead, task.text, *new.lead))
        elif not named or not named & before:
            kept.append(task)
        elif before - named:
            kept += _leaving_out([task], sorted(named & before))
    return kept


def plain(task: Task) -> dict[str, Any]:
    return {key: value for key, value in task.answers.items() if key != "new"}


def _beside(old: list[Task], fresh: list[Task], held: Sequence[Held]) -> tuple[Task, ...]:
    kept = list(old)
    for task in fresh:
        names = {m.keys for m in find_mentions(task.text, things(held))}
        alike = [
            other
            for other in kept
            if other.kind == task.kind
            or {other.kind, task.kind} <= {"return", "either", "refund", "cancel"}
        ]
        same_things = [
            other
            for other in alike
            if names and names & {m.keys for m in find_mentions(other.words, things(held))}
        ]
        if _FURTHER.search(task.text) and not same_things:
            kept.append(task)
        elif _ONLY.search(task.text) and alike:
            kept = [
                replace(
                    other, said=(*other.said, task.text), answers=_narrow(other, task.text, held)
                )
                if other in alike
                else other
                for other in kept
            ]
        elif same_things and not _FURTHER.search(task.text):
            last = same_things[-1]
            carried = replace(
                task,
                lead=(*last.lead, *task.lead),
                shared=(*last.shared, *task.shared),
                answers={k: v for k, v in last.answers.items() if k in ("order_id", "reason")},
            )
            kept = [
                carried if other is last else other
                for other in kept
                if other is last or other not in same_things
            ]
        elif alike and not names and (_INSTEAD.search(task.text) or len(task.text.split()) <= 8):
            last = alike[-1]
            kept = [
                replace(other, said=(*other.said, task.text)) if other is last else other
                for other in kept
            ]
        else:
            kept.append(task)
    return tuple(kept)


def _narrow(task: Task, text: str, held: Sequence[Held]) -> dict[str, Any]:
    """ "Only the lamp, I keep the phone": the answers with the items cut down to those named."""
    keys = _lines_meant(text, held, _meant(text, held))
    return {**task.answers, "only": keys} if keys else task.answers


def _meant(text: str, held: Sequence[Held]) -> list[Mention]:
    """What a remark names, without what it says is left alone."""
    named = find_mentions(text, things(held))
    kept = re.split(r"[,;.，。；]|\b(?:just|only)\b|只", told_apart(text)[1])[0]
    apart = {key for mention in find_mentions(kept, things(held)) for key in mention.keys}
    return [
        each
        for each in named
        if not _LEFT_ALONE.search(text[: each.start]) and not set(each.keys) <= apart
    ]


def _lines_meant(text: str, held: Sequence[Held], named: Sequence[Mention]) -> list[str]:
    """Keys of the lines that words name: things, and whole orders by number or by a thing in them
    ("the one with the lamp")."""
    keys = [key for mention in named for key in mention.keys]
    whole = set(order_ids(text, held)[0])
    if AN_ORDER.search(text):
        whole |= {each.order.id for each in held if each.key in keys}
    return keys + [each.key for each in held if each.order.id in whole and each.key not in keys]


def _leaving_out(tasks: Iterable[Task], keys: Sequence[str]) -> list[Task]:
    """The tasks without these things."""
    return [t.answered("without", [*t.answers.get("without", []), *keys]) for t in tasks]


def _remarked(
    tasks: list[Task], text: str, at: Any, held: Sequence[Held], asking: str
) -> tuple[Task, ...]:
    """A remark goes to the task that was asked about, else to those whose things it names, else
    to all."""
    if asking == "order_id" and (order := order_meant(text, held)) is not None:
        return tuple(
            task.answered("order_id", order) if task.number in (at, at // 100) else task
            for task in tasks
        )
    named = find_mentions(text, things(held))
    if asking.startswith("version:") and _gives_up(text, named, asking.removeprefix("version:")):
        # "None of those, keep them": what was asked about is left alone, the rest goes on.
        key = asking.removeprefix("version:")
        return tuple(_leaving_out(tasks, [key]))
    named = _meant(text, held)
    if _ONLY.search(text) and _lines_meant(text, held, named):
        return tuple(
            replace(t, said=(*t.said, text), answers=_narrow(t, text, held)) for t in tasks
        )
    left = find_mentions(told_apart(text)[1], things(held)) or find_mentions(text, things(held))
    if _WITHOUT.search(text) and at is None and (out := _lines_meant(text, held, left)):
        return tuple(_leaving_out(tasks, out))
    if at is None and (more := _one_more(tasks, text, named, held)) is not None:
        return more
    if at is not None:
        return tuple(
            _told(task, text, asking) if task.number in (at, at // 100) else task for task in tasks
        )
    about = [
        task
        for task in tasks
        if named
        and {m.keys for m in named} & {m.keys for m in find_mentions(task.text, things(held))}
    ]
    chosen = about or tasks
    return tuple(
        _forgetting(replace(t, said=(*t.said, text)), text) if t in chosen else t for t in tasks
    )


def _one_more(
    tasks: list[Task], text: str, named: Sequence[Mention], held: Sequence[Held]
) -> tuple[Task, ...] | None:
    """The tasks with a further thing for the last: "and the boots too". None where the remark
    adds none, or where it would have to say what the thing becomes."""
    last = tasks[-1]
    if not named or not _FURTHER.search(text) or last.kind not in ("return", "either", "cancel"):
        return None
    had = {key for m in find_mentions(last.words, things(held)) for key in m.keys}
    if any(set(each.keys) & had for each in named):
        return None
    number = max(task.number for task in tasks) + 1
    return (*tasks, Task(number, last.kind, text, verb=last.verb, shared=last.shared))


def _gives_up(text: str, named: Sequence[Mention], key: str) -> bool:
    """Whether an answer to "which version?" says that the thing shall stay as it is."""
    if named and all(key not in mention.keys for mention in named):
        return bool(_ONLY.search(text))
    left = any(key in each.keys and _LEFT_ALONE.search(text[: each.start]) for each in named)
    return left or bool(_KEEPS.search(text))


def _told(task: Task, text: str, asking: str) -> Task:
    """A remark in answer to a question: one of which thing says nothing of what it becomes."""
    if asking in ("item_ids", "order_id"):
        return replace(task, told_which=(*task.told_which, text))
    return replace(task, said=(*task.said, text))


def _forgetting(task: Task, text: str) -> Task:
    """A remark on the proposal goes before what was chosen earlier of the same kind."""
    of_payment = re.search(
        r"\b(?:pay\w*|card|refund|visa|master\w*|amex|account)\b|卡|付款|支付", text, re.I
    )
    dropped = "payment_method" if of_payment else "version:"
    answers = {key: value for key, value in task.answers.items() if not key.startswith(dropped)}
    return replace(task, answers=answers)
