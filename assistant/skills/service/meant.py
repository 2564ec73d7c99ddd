"""The items and orders a task is about: chosen from a list, or named, or the question which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from assistant.skills.base import Outcome
from assistant.skills.order_parts import allows, item_title, refused_state
from assistant.skills.service.base import Desk, Grounded, asks, item_choices, order_list, orders_in
from assistant.skills.service.holdings import Held, things
from assistant.skills.service.stranger import strange_thing
from assistant.skills.service.swaps import naming_part
from assistant.skills.service.tasks import Task
from assistant.skills.service.which import Which, by_state, order_ids, which_items
from assistant.skills.service.which_words import EVERYTHING, ONE
from assistant.understanding.service.naming import find_mentions
from assistant.understanding.service.values import words_of
from db.models import Order

_COURTESY = re.compile(
    r"请|麻烦|帮我|给我|我|想|要|把|那|就|可以|能|\b(?:please|then|ok|okay|so)\b", re.I
)
_IN_EACH = re.compile(
    r"\b(?:in|from|of|for) (?:both|each|all)(?: of)?(?: my| the| those| these)? (?:\w+ )?orders?\b"
    r"|两个订单(?:里)?(?:的)?都",
    re.IGNORECASE,
)
_IT = re.compile(r"\b(?:it|that|this|that one|this one)\b|它|这个|那个", re.I)


def of_spoken(desk: Desk, task: Task) -> Task:
    """The task with the thing just spoken of, where it names none: "what did the lamp cost?" -
    "exchange it for a black one"."""
    spoken = desk.ctx.state.focus
    if task.kind not in ("swap", "return") or task.answers or not spoken.product_id:
        return task
    begins = _COURTESY.sub("", task.text).strip(" ,，").casefold()
    bare = bool(task.verb) and begins.startswith(task.verb)
    if not (bare or _IT.search(task.text)) or EVERYTHING.search(task.text):
        return task
    if order_ids(task.words, desk.held)[0] or find_mentions(task.text, things(desk.held)):
        return task
    lines = [each for each in desk.held if each.item.product_id == spoken.product_id]
    lines = [each for each in lines if each.order.id == spoken.order_id] or lines
    return task.answered("item_ids", [lines[0].key]) if len(lines) == 1 else task


def to_change(desk: Desk, task: Task, likely: Sequence[Held]) -> Which | Grounded:
    """The items that are to become others: named now or before, or the only one that has what is
    to be changed ("for the order with the watch, change the strap to metal")."""
    words = naming_part(task, desk.held)
    if _IN_EACH.search(task.text) and not find_mentions(task.text, things(desk.held)):
        # "I got the same boots twice. I need size 8 in both orders."
        before = find_mentions(" . ".join(task.lead), things(likely))
        keys = {key for mention in before for key in mention.keys}
        if keys:
            return Which(items=tuple(each for each in likely if each.key in keys), named=True)
    found = which_of(desk, task, likely, words)
    if isinstance(found, Grounded) or found.items or found.named or found.everything:
        return found
    one = named_before(task, likely, words)
    if one is not None:
        return one
    lines = [each for each in likely if not found.orders or each.order.id in found.orders]
    about = [each for each in lines if _has_option(task.text, each)]
    if len(found.orders) == 1 and len(about) == 1:
        return replace(found, items=tuple(about), named=True)
    return found


def named_before(task: Task, likely: Sequence[Held], words: str) -> Which | None:
    """The thing that was named before: "Cancel the grey chair." - "Then change the grey one"."""
    before = " . ".join(task.lead)
    keys = {key for mention in find_mentions(before, things(likely)) for key in mention.keys}
    earlier = [each for each in likely if each.key in keys]
    if len({each.item.title for each in earlier}) != 1 or not ONE.search(task.text):
        return None
    return which_items(f"the {earlier[0].item.title} {words}", "", earlier, likely=earlier)


def _has_option(text: str, each: Held) -> bool:
    """Whether a text names what a thing can be chosen by: "the strap", "the size"."""
    words = {word.rstrip("s") for word in words_of(text)}
    names = (word.rstrip("s") for option in each.options for word in words_of(option))
    return any(len(name) >= 4 and name in words for name in names)


def which_of(
    desk: Desk, task: Task, likely: Sequence[Held], text: str | None = None
) -> Which | Grounded:
    """The items meant, or the question which; cut down by later remarks."""
    which = _which(desk, task, likely, text)
    only, without = task.answers.get("only"), task.answers.get("without") or []
    if isinstance(which, Grounded) or not (only or without) or not which.items:
        return which
    kept = tuple(
        each for each in which.items if (not only or each.key in only) and each.key not in without
    )
    apart = which.kept | frozenset(without)
    return replace(which, items=kept, kept=apart) if kept else Grounded()


def _which(desk: Desk, task: Task, likely: Sequence[Held], text: str | None) -> Which | Grounded:
    chosen = task.answers.get("item_ids")
    if isinstance(chosen, list):
        kept = tuple(each for each in desk.held if each.key in chosen)
        if kept:
            return Which(items=kept, named=True)
    order_id = task.answers.get("order_id")
    context = " . ".join((*task.lead, *task.more, *task.told_which, *task.said))
    if order_id:
        context = f"{context} . order {order_id}"
    shared = " . ".join(task.shared)
    which = which_items(
        text or task.text,
        f"{context} . {shared}",
        desk.held,
        likely=list(likely),
        focus=desk.recent or desk.focus,
    )
    remarks = (*task.told_which, *task.said)
    if not which.named and not which.everything and remarks:
        # Named only when asked: "the kettle", "all of it".
        later = which_items(
            " . ".join(task.said), f"{task.words} . order {order_id}" if order_id else task.words,
            desk.held, likely=list(likely), focus=desk.recent or desk.focus,
        )  # fmt: skip
        if later.items or later.unsure:
            which = later
    if which.unknown_orders and not which.orders and not order_id:
        found = orders_in(list(likely))
        missing = {"order_id": which.unknown_orders[0]}
        return Grounded(
            ask=asks(
                task,
                "order_id",
                "orders.not_found",
                missing,
                order_list(desk.ctx, found),
                not_found=True,
            )
        )
    known = which.items or which.unsure or which.named or which.everything or which.orders
    if not known and not order_id and not remarks:
        thing = strange_thing(text or task.text, desk.held, desk.ctx.knowledge.vocabulary)
        if thing:
            found = orders_in(list(likely)) or orders_in(desk.held)
            known_orders = order_list(desk.ctx, found)
            said = {"thing": thing}
            return Grounded(ask=asks(task, "order_id", "orders.no_such_thing", said, known_orders))
    if which.unsure and _IN_EACH.search(task.all_words):
        which = replace(which, items=(*which.items, *which.unsure), unsure=())
    if which.unsure:
        again = _by_remarks(task, which)
        if again is not None:
            return again
        facts: dict[str, Any] = {
            "count": len(which.unsure),
            "title": item_title(desk.ctx, which.unsure[0].item),
            "pieces": which.unsure_count,
        }
        choices = list(item_choices(desk.ctx, which.unsure))
        if len(which.unsure) > 1:
            choices.append(("all", all_words(desk)))
        named = [each.key for each in which.items]
        among = [each.key for each in which.unsure]
        return Grounded(
            ask=asks(
                task,
                "item_ids",
                "orders.ask_which_item",
                facts,
                choices,
                chosen_items=named,
                among=among,
            )
        )
    return which


def _by_remarks(task: Task, which: Which) -> Which | None:
    """An unsure name told apart by a later remark: "the 15-inch one", "the dearer one", "both"."""
    for remark in (*reversed(task.told_which), *reversed(task.said)):
        if re.search(r"\b(?:both|all)\b|都|全部", remark, re.I):
            return replace(which, items=(*which.items, *which.unsure), unsure=())
        title = which.unsure[0].item.title
        again = which_items(f"the {title} {remark}", "", which.unsure, likely=which.unsure)
        if again.items and not again.unsure:
            return replace(which, items=(*which.items, *again.items), unsure=())
    return None


def orders_meant(desk: Desk, task: Task, which: Which, action: str) -> list[Order] | Grounded:
    """The orders of the items, or those named, or the one that fits; else the question which."""
    if which.items:
        return orders_in(list(which.items))
    named = [order for each in which.orders if (order := desk.order(each)) is not None]
    if named:
        return named
    answered = desk.order(str(task.answers.get("order_id") or ""))
    if answered is not None:
        return [answered]
    every = orders_in(desk.held)
    if not every:
        return Grounded(told=(Outcome("orders.none", offers=(("offer.recommend", {}),)),))
    fitting = [order for order in every if _fits(desk, order, action)]
    likely = orders_in(by_state(task.text, list(desk.held)))
    fitting = [order for order in fitting if order in likely] or fitting
    focused = desk.order(desk.recent or desk.focus or "")
    if focused is not None and (focused in fitting or not fitting):
        return [focused]
    if len(fitting) == 1:
        return fitting
    if not fitting:
        return Grounded(
            told=(refused_state(desk.ctx, action if action != "refund" else "return", every[0]),)
        )
    facts: dict[str, Any] = {"action": action, "count": len(fitting)}
    return Grounded(
        ask=asks(task, "order_id", "orders.ask_order_id", facts, order_list(desk.ctx, fitting))
    )


def _fits(desk: Desk, order: Order, action: str) -> bool:
    if action == "refund":
        return allows(desk.ctx, order, "cancel") or allows(desk.ctx, order, "return")
    if action == "cancel":
        return allows(desk.ctx, order, "cancel")
    return allows(desk.ctx, order, "return")


def all_words(desk: Desk) -> str:
    """ "All of them", as a choice."""
    return "全部" if desk.ctx.language == "zh" else "All of them"
