"""The service desk: takes up what is asked, gathers what is missing, proposes, never writes.

Tasks live in the form or the proposal that waits for the shopper. Each turn they are held against
the records anew, so that an answer, a remark ("only the lamp", "use PayPal") or a further task
changes what is proposed, and nothing that was said is asked again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from assistant.dialogue.answers import length
from assistant.skills.base import Context, Outcome, Proposal, Request, skill
from assistant.skills.identify import SENSITIVE, current, identify, proves, unproven
from assistant.skills.service import proposing  # noqa: F401  registers its commit
from assistant.skills.service.addresses import ground_address
from assistant.skills.service.back import ground_cancel, ground_either, ground_return
from assistant.skills.service.base import Desk, Grounded, Write, asks
from assistant.skills.service.change import ground_payment, ground_swap
from assistant.skills.service.claims import same_again, with_photo
from assistant.skills.service.holdings import holdings, things
from assistant.skills.service.joining import joined
from assistant.skills.service.meant import of_spoken
from assistant.skills.service.proposing import after, only_told, proposed
from assistant.skills.service.reorder import ground_reorder
from assistant.skills.service.reported import ground_claim
from assistant.skills.service.revising import KINDS, first_words, plain, revised, taken_up
from assistant.skills.service.spoken import named
from assistant.skills.service.tasks import Task, dump
from assistant.skills.service.which_words import ONE_OF
from assistant.understanding.service.naming import find_mentions
from db.models import Customer
from knowledge.policy import Sensitive

_MOST_BACK = re.compile(
    r"\b(?:saves?|gives?|gets?) (?:me )?(?:the )?most\b|\bmost money\b|省得?最多|退得?最多", re.I
)

_WORD_OR_TWO = 2
"""So short a remark is hardly a change."""


@skill(*KINDS)
def serve(ctx: Context, request: Request) -> Outcome:
    """Everything that changes an order: see the module."""
    tasks, unusable = with_photo(ctx, taken_up(ctx, request))
    who = identify(ctx, request)
    asked = who if isinstance(who, Outcome) else None
    if isinstance(who, Customer):
        asked = unproven(ctx, request, who, _needs(request.intent, tasks))
    if asked is not None or isinstance(who, Outcome):
        asked = asked or Outcome("account.nobody")
        kept = {"plan": dump(replace(task, answers=plain(task)) for task in tasks)}
        outcome = replace(
            asked, form_args={**asked.form_args, **kept, "said": first_words(request)}
        )
        newly = isinstance(who, Customer) and current(ctx) is None
        return (
            replace(outcome, identified=who.id) if newly and isinstance(who, Customer) else outcome
        )
    held = tuple(holdings(ctx, who))
    before = tasks
    tasks = revised(tasks, request, held)
    if before and not tasks:
        # All of it was taken back.
        return Outcome("dialogue.declined")
    desk = Desk(ctx, who, held, ctx.state.focus.order_id)
    tasks = named(tuple(of_spoken(desk, task) for task in tasks), held)
    outcome = settled(desk, tasks, frozenset(request.args.get("told") or ()))
    if unusable is not None:
        outcome = after([unusable], outcome)
    if outcome.proposal is not None and request.args.get("refused") == outcome.proposal.args_key():
        # "No" with words that change nothing is a no.
        outcome = Outcome("dialogue.declined")
    elif outcome.proposal is not None and _unmoved(request, outcome.proposal):
        # Said so, lest a yes be given to what was not understood.
        outcome = after([Outcome("orders.as_it_was")], outcome)
    if proves(ctx, request, who):
        outcome = replace(outcome, proven=True)
    if current(ctx) is None and outcome.identified is None:
        outcome = replace(outcome, identified=who.id)
    return outcome


def _unmoved(request: Request, proposal: Proposal) -> bool:
    """Whether words about a proposal changed nothing in it."""
    said = request.understanding.text
    return request.args.get("before") == proposal.args_key() and length(said) > _WORD_OR_TWO


def at_desk(request: Request) -> bool:
    """Whether a request under another skill's intent brings tasks of this desk."""
    return bool(request.understanding.acts) or "plan" in request.args


def _needs(intent: str, tasks: Sequence[Task]) -> frozenset[Sensitive]:
    """What of the policy's sensitive operations the tasks come under."""
    needs = SENSITIVE.get(intent, frozenset())
    if any(task.kind == "reorder" for task in tasks):
        needs |= {"see_orders", "pay"}
    if any(task.kind == "claim" for task in tasks):
        needs |= {"see_orders", "change_order"}
    if any(task.kind not in ("reorder", "claim") for task in tasks):
        needs |= SENSITIVE["change_order"]
    return needs


def settled(desk: Desk, tasks: Sequence[Task], before_told: frozenset[str]) -> Outcome:
    """Every task against the records: the first question, else one proposal for all writes. What
    was told along with an earlier question of the same tasks is not told again."""
    told: list[Outcome] = []
    writes: list[Write] = []
    live: list[Task] = []
    asked: Outcome | None = None
    before: Grounded | None = None
    queue = list(tasks)
    stuck: list[str] = []
    while queue:
        task = queue.pop(0)
        if task.when == "if_not" and before is not None and not before.failed:
            continue
        if task.when == "if_done" and (before is None or before.failed):
            continue
        task = _of_those(_inheriting(task, live), stuck, desk)
        if queue and _whole_instead(task, queue[0]):
            # "If it can't be taken off, cancel the whole order": that is the proposal then.
            task = replace(
                task, said=(*task.said, queue.pop(0).text), answers={**task.answers, "whole": "yes"}
            )
        grounded = _ground(desk, task)
        follows = bool(queue) and queue[0].when == "if_not"
        slot = grounded.ask.ask.slot if grounded.ask is not None and grounded.ask.ask else ""
        stuck = [slot.removeprefix("version:")] if slot.startswith("version:") else []
        told += grounded.told
        before = grounded
        live.append(task)
        queue = [*grounded.tasks, *queue]
        if (
            follows
            and grounded.ask is not None
            and grounded.ask.key == "orders.swap.no_such_variant"
        ):
            told.append(Outcome("orders.swap.none_left", grounded.ask.facts))
        if grounded.ask is not None and not (grounded.soft and follows):
            asked = asked or grounded.ask
            about = grounded.ask.focus
            if about is not None and about.order_id:
                desk = replace(desk, recent=about.order_id)
        writes = joined(desk, writes, grounded.writes)
        if grounded.writes and grounded.writes[-1].order_id:
            # "That order", "the same order": the one just spoken of.
            desk = replace(desk, recent=grounded.writes[-1].order_id)
    if asked is not None:
        marks = {_mark(outcome): outcome for outcome in told}
        known = {"plan": dump(tasks), "told": sorted({*before_told, *marks})}
        ask = replace(asked, form_args={**asked.form_args, **known})
        return after([told for mark, told in marks.items() if mark not in before_told], ask)
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


def _mark(outcome: Outcome) -> str:
    """What is told, as a short name."""
    return hashlib.sha256(f"{outcome.key} {outcome.facts}".encode()).hexdigest()[:12]


def _either_or(desk: Desk, tasks: Sequence[Task], writes: list[Write]) -> list[Write] | Outcome:
    """An order that something goes back from can't have an exchange as well, nor the other way
    round: the one that was chosen, or the question which, with what each gives back."""
    kinds = ("return_items", "exchange_items", "replace_items")
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


def _of_those(task: Task, stuck: Sequence[str], desk: Desk) -> Task:
    """A fall-back that names nothing is about what could not be had: "else just return them"."""
    back = task.kind in ("return", "either", "refund")
    if task.when != "if_not" or not back or not stuck or "item_ids" in task.answers:
        return task
    by_name = find_mentions(task.text, things(desk.held))
    return task if by_name else replace(task, answers={**task.answers, "item_ids": list(stuck)})


def _gives_back(write: Write) -> Decimal:
    """What a return or an exchange gives back; negative where it costs more."""
    if write.kind == "return_items":
        return Decimal(write.args["amount"])
    if write.kind == "replace_items":
        return Decimal(0)
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
        if same_again(task):
            # "Replace it, it came broken": the same anew is no exchange for another version.
            kept = {**task.answers, "resolution": "replacement"}
            return ground_claim(desk, replace(task, answers=kept))
        return ground_swap(desk, task)
    if task.kind == "address":
        return ground_address(desk, task)
    if task.kind == "payment":
        return ground_payment(desk, task)
    if task.kind == "reorder":
        return ground_reorder(desk, task)
    if task.kind == "claim":
        return ground_claim(desk, task)
    if task.kind == "undo":
        return Grounded(told=(Outcome("orders.undo_refused", offers=(("offer.person", {}),)),))
    return Grounded(told=(Outcome("orders.add_refused", offers=(("offer.person", {}),)),))


def _inheriting(task: Task, before: Sequence[Task]) -> Task:
    """A fall-back speaks of what the task before it was about: "cancel the whole order then"."""
    if not before or (task.when == "" and (task.lead or not ONE_OF.search(task.text))):
        return task
    last = before[-1]
    return replace(task, lead=(*last.lead, last.text, *task.lead))
