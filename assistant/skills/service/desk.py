"""The service desk: takes up what is asked, gathers what is missing, proposes, never writes.

Tasks live in the form or the proposal that waits for the shopper. Each turn they are held against
the records anew, so that an answer, a remark ("only the lamp", "use PayPal") or a further task
changes what is proposed, and nothing that was said is asked again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from assistant.skills.base import Context, Outcome, Request, skill
from assistant.skills.identify import SENSITIVE, current, identify, proves, unproven
from assistant.skills.order_parts import item_label
from assistant.skills.service import proposing  # noqa: F401  registers its commit
from assistant.skills.service.addresses import ground_address
from assistant.skills.service.back import ground_cancel, ground_either, ground_return
from assistant.skills.service.base import Desk, Grounded, Write, asks
from assistant.skills.service.change import ground_payment, ground_swap
from assistant.skills.service.holdings import Held, holdings, things
from assistant.skills.service.proposing import after, only_told, proposed
from assistant.skills.service.tasks import Task, dump, from_acts, load
from assistant.understanding.service.naming import find_mentions
from db import orders
from db.models import Customer

KINDS = {
    "cancel_order": "cancel",
    "return_item": "return",
    "exchange_item": "swap",
    "change_order": "swap",
    "change_shipping_address": "address",
    "change_payment": "payment",
    "request_refund": "refund",
}
_FURTHER = re.compile(
    r"\b(?:also|as well|too|another|additionally|in addition|plus|besides|one more"
    r"|add|and then|furthermore)\b|还有|另外|也|再",
    re.I,
)
_MOST_BACK = re.compile(
    r"\b(?:saves?|gives?|gets?) (?:me )?(?:the )?most\b|\bmost money\b|省得?最多|退得?最多", re.I
)
_ONLY = re.compile(r"\b(?:only|just)\b|(?:只|仅)", re.I)
_INSTEAD = re.compile(
    r"\b(?:instead|rather|actually|changed my mind|on second thought|no,|wait|sorry"
    r"|not the|i meant|scratch that)\b|改主意|还是|不是|算了|应该是",
    re.I,
)
_WITHOUT = re.compile(
    r"\b(?:without|not|except|leave out|drop|remove|forget(?: about)?|skip|keep"
    r"|don't (?:return|cancel|exchange|change|include))\b|不要|除了|去掉|保留|不(?:退|换|取消)",
    re.I,
)


@skill(*KINDS)
def serve(ctx: Context, request: Request) -> Outcome:
    """Everything that changes an order: see the module."""
    tasks = _taken_up(ctx, request)
    who = identify(ctx, request)
    asked = who if isinstance(who, Outcome) else None
    if isinstance(who, Customer):
        asked = unproven(ctx, request, who, SENSITIVE.get(request.intent, ()))
    if asked is not None or isinstance(who, Outcome):
        asked = asked or Outcome("account.nobody")
        kept = {"plan": dump(replace(task, answers=_plain(task)) for task in tasks)}
        outcome = replace(
            asked, form_args={**asked.form_args, **kept, "said": _first_words(request)}
        )
        newly = isinstance(who, Customer) and current(ctx) is None
        return (
            replace(outcome, identified=who.id) if newly and isinstance(who, Customer) else outcome
        )
    held = tuple(holdings(ctx, who))
    tasks = _revised(tasks, request, held)
    desk = Desk(ctx, who, held, ctx.state.focus.order_id)
    outcome = settled(desk, tasks)
    if outcome.proposal is not None and request.args.get("refused") == outcome.proposal.args_key():
        # "No" with words that change nothing is a no.
        outcome = Outcome("dialogue.declined")
    if proves(ctx, request, who):
        outcome = replace(outcome, proven=True)
    if current(ctx) is None and outcome.identified is None:
        outcome = replace(outcome, identified=who.id)
    return outcome


def settled(desk: Desk, tasks: Sequence[Task]) -> Outcome:
    """Every task against the records: the first question, else one proposal for all writes."""
    told: list[Outcome] = []
    writes: list[Write] = []
    live: list[Task] = []
    asked: Outcome | None = None
    before: Grounded | None = None
    queue = list(tasks)
    while queue:
        task = queue.pop(0)
        if task.when == "if_not" and before is not None and not before.failed:
            continue
        if task.when == "if_done" and (before is None or before.failed):
            continue
        task = _inheriting(task, live)
        if queue and _whole_instead(task, queue[0]):
            # "If it can't be taken off, cancel the whole order": that is the proposal then.
            task = replace(
                task, said=(*task.said, queue.pop(0).text), answers={**task.answers, "whole": "yes"}
            )
        grounded = _ground(desk, task)
        follows = bool(queue) and queue[0].when == "if_not"
        told += grounded.told
        before = grounded
        live.append(task)
        queue = [*grounded.tasks, *queue]
        if grounded.ask is not None and not (grounded.soft and follows):
            asked = asked or grounded.ask
        writes = _joined(desk, writes, grounded.writes)
        if grounded.writes and grounded.writes[-1].order_id:
            # "That order", "the same order": the one just spoken of.
            desk = replace(desk, recent=grounded.writes[-1].order_id)
    if asked is not None:
        ask = replace(asked, form_args={**asked.form_args, "plan": dump(tasks)})
        return after(told, ask)
    either = _either_or(desk, tasks, writes)
    if isinstance(either, Outcome):
        return after(told, replace(either, form_args={**either.form_args, "plan": dump(tasks)}))
    writes = either
    if writes:
        # Changed items may rule out what an order could have before.
        writes.sort(key=lambda write: write.kind in ("change_items", "exchange_items"))
        return proposed(writes, told, tasks)
    if not told:
        return Outcome("orders.nothing_to_do")
    return only_told(told)


def _either_or(desk: Desk, tasks: Sequence[Task], writes: list[Write]) -> list[Write] | Outcome:
    """An order that something goes back from can't have an exchange as well, nor the other way
    round: the one that was chosen, or the question which, with what each gives back."""
    kinds = ("return_items", "exchange_items")
    for order_id in dict.fromkeys(write.order_id for write in writes):
        both = [write for write in writes if write.order_id == order_id and write.kind in kinds]
        if len({write.kind for write in both}) < 2:
            continue
        slot = f"one:{order_id}"
        chosen = next((t.answers[slot] for t in reversed(tasks) if slot in t.answers), None)
        if chosen is None and any(_MOST_BACK.search(t.all_words) for t in tasks):
            chosen = max(both, key=_gives_back).kind
        if chosen is None:
            facts = {
                "order_id": order_id,
                "lines": [(f"orders.line.{write.kind}", write.facts) for write in both],
            }
            words = {"return_items": "Return", "exchange_items": "Exchange"}
            if desk.ctx.language == "zh":
                words = {"return_items": "退货", "exchange_items": "换货"}
            choices = tuple((write.kind, words[write.kind]) for write in both)
            task = next(task for task in tasks if task.number == both[0].task)
            return asks(task, slot, "orders.either_or", facts, choices)
        writes = [
            w for w in writes if w.order_id != order_id or w.kind in (chosen, "") or w not in both
        ]
    return writes


def _gives_back(write: Write) -> Decimal:
    """What a return or an exchange gives back; negative where it costs more."""
    if write.kind == "return_items":
        return Decimal(write.args["amount"])
    return -Decimal(write.args["difference"])


def _whole_instead(task: Task, then: Task) -> bool:
    return (
        then.when == "if_not"
        and task.kind == then.kind == "cancel"
        and bool(
            re.search(r"\b(?:whole|entire|full|complete|all|order)\b|整|全部", then.text, re.I)
        )
    )


def _ground(desk: Desk, task: Task) -> Grounded:
    if task.kind == "cancel":
        return ground_cancel(desk, task)
    if task.kind == "return":
        return ground_return(desk, task)
    if task.kind in ("either", "refund"):
        return ground_either(desk, task)
    if task.kind == "swap":
        return ground_swap(desk, task)
    if task.kind == "address":
        return ground_address(desk, task)
    if task.kind == "payment":
        return ground_payment(desk, task)
    if task.kind == "undo":
        return Grounded(told=(Outcome("orders.undo_refused", offers=(("offer.person", {}),)),))
    return Grounded(told=(Outcome("orders.add_refused", offers=(("offer.person", {}),)),))


def _inheriting(task: Task, before: Sequence[Task]) -> Task:
    """A fall-back speaks of what the task before it was about: "cancel the whole order then"."""
    if task.when == "" or not before:
        return task
    last = before[-1]
    return replace(task, lead=(*last.lead, last.text, *task.lead))


def _joined(desk: Desk, writes: list[Write], new: Sequence[Write]) -> list[Write]:
    """An order is changed once: lines of the same act on the same order are one write."""
    joined = list(writes)
    for write in new:
        place = next(
            (
                index
                for index, other in enumerate(joined)
                if other.kind == write.kind and other.order_id == write.order_id and write.order_id
            ),
            None,
        )
        if place is None or write.kind not in ("return_items", "exchange_items", "change_items"):
            if place is not None:
                joined[place] = write
            else:
                joined.append(write)
            continue
        joined[place] = _merged(desk, joined[place], write)
    return joined


def _merged(desk: Desk, one: Write, other: Write) -> Write:
    facts = dict(one.facts)
    args = dict(one.args)
    if one.kind == "return_items":
        ids = [*one.args["item_ids"], *other.args["item_ids"]]
        lines = [each for each in desk.held if each.item.id in ids]
        found = orders.return_sum(
            desk.ctx.session,
            lines[0].order,
            [each.item for each in lines],
            desk.ctx.settings.policy,
            reason=args["reason"],
        )
        args["item_ids"] = [each.item.id for each in lines]
        args["amount"] = str(found.amount)
        facts["items"] = [item_label(desk.ctx, each.item) for each in lines]
        facts["amount"], facts["fee"] = found.amount, found.fee or None
    else:
        args["swaps"] = {**one.args["swaps"], **other.args["swaps"]}
        if len(args["swaps"]) == len(one.args["swaps"]):
            return other if set(other.args["swaps"]) == set(one.args["swaps"]) else one
        difference = Decimal(one.args["difference"]) + Decimal(other.args["difference"])
        args["difference"] = str(difference)
        facts["lines"] = [*one.facts["lines"], *other.facts["lines"]]
        facts["difference"] = abs(difference)
        facts["costs"] = "more" if difference > 0 else "less" if difference < 0 else "same"
    said = other.facts.get("chosen", True) or not one.facts.get("chosen", True)
    if said and other.args["payment_method"] != one.args["payment_method"]:
        args["payment_method"] = other.args["payment_method"]
        facts["label"] = other.facts["label"]
    return replace(one, args=args, facts=facts)


def _taken_up(ctx: Context, request: Request) -> tuple[Task, ...]:
    """The tasks so far, with the answer to what was asked, and the acts of this turn."""
    args = request.args
    tasks = load(args.get("plan"))
    heard = request.understanding
    tasks = _answered(tasks, args)
    number = max((task.number for task in tasks), default=0) % 100 + 1
    new = from_acts(heard.acts, heard.shared, number)
    literal = heard.slots.address or ""
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
        return tasks
    text = _first_words(request)
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
    return (Task(1, KINDS[request.intent], text, shared=heard.shared, answers=answers),)


def _first_words(request: Request) -> str:
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


def _revised(tasks: tuple[Task, ...], request: Request, held: Sequence[Held]) -> tuple[Task, ...]:
    """New acts beside, or in the place of, those they revise; remarks with what they are about."""
    fresh = [task for task in tasks if task.answers.get("new")]
    old = [task for task in tasks if not task.answers.get("new")]
    fresh = [replace(task, answers=_plain(task)) for task in fresh]
    heard = request.understanding
    if fresh and old:
        at = request.args.get("at")
        return _beside(_given_up(old, fresh, at, held), fresh, held)
    if fresh:
        return tuple(fresh)
    args = request.args
    in_words = args.get("asking") in ("payment_method", "address", "order_id")
    if "plan" not in args or not heard.text.strip() or (args.get("answered") and not in_words):
        return tuple(old)
    if args.get("asking") in ("email", "name") or "proof_asked" in args:
        return tuple(old)
    return _remarked(old, heard.text, args.get("at"), held, str(args.get("asking") or ""))


def _given_up(old: list[Task], fresh: list[Task], at: Any, held: Sequence[Held]) -> list[Task]:
    """Without the task that was asked about, where another act on the same thing is asked for
    instead: "then cancel the whole order", "I'd rather return it"."""
    asked = next((task for task in old if task.number == at), None)
    if asked is None or len(fresh) != 1 or _FURTHER.search(fresh[0].text):
        return old
    new = fresh[0]
    if new.kind == asked.kind or new.kind not in ("cancel", "return", "either", "refund"):
        return old
    names = {m.keys for m in find_mentions(new.text, things(held))}
    before = {m.keys for m in find_mentions(asked.words, things(held))}
    if names and not names & before:
        return old
    fresh[0] = replace(new, lead=(*asked.lead, asked.text, *new.lead))
    return [task for task in old if task is not asked]


def _plain(task: Task) -> dict[str, Any]:
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
    """ "Only the lamp": the answers with the items cut down to those named."""
    keys = [key for mention in find_mentions(text, things(held)) for key in mention.keys]
    return {**task.answers, "only": keys} if keys else task.answers


def _remarked(
    tasks: list[Task], text: str, at: Any, held: Sequence[Held], asking: str
) -> tuple[Task, ...]:
    """A remark goes to the task that was asked about, else to those whose things it names, else
    to all."""
    named = find_mentions(text, things(held))
    if _ONLY.search(text) and named:
        return tuple(
            replace(t, said=(*t.said, text), answers=_narrow(t, text, held)) for t in tasks
        )
    if _WITHOUT.search(text) and named and at is None:
        out = [key for mention in named for key in mention.keys]
        return tuple(
            replace(t, answers={**t.answers, "without": [*t.answers.get("without", []), *out]})
            for t in tasks
        )
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
