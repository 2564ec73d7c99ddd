"""Another address for orders or for the account: a task against the records."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from assistant.skills.base import Outcome
from assistant.skills.order_parts import allows, focus, forbids, refused
from assistant.skills.service.base import Desk, Grounded, Write, asks, order_list, orders_in
from assistant.skills.service.holdings import things
from assistant.skills.service.tasks import Task
from assistant.skills.service.which import in_states, order_ids
from assistant.understanding.service.naming import find_mentions
from assistant.understanding.service.places import parse_address, stands_for
from db.models import Order, TurnRecord
from db.orders import ADDRESS_FIELDS

_DEFAULT = re.compile(
    r"\b(?:default|profile|user|account|personal|registered|on file|home"
    r"|main) (?:[\w-]+ )?address|\baddress (?:in|on|of) (?:my|the) (?:profile"
    r"|account|file)"
    r"|\bmy (?:default|profile)\b|默认地址|账户地址|个人资料",
    re.IGNORECASE,
)
_DEFAULT_SOURCE = re.compile(
    r"\bat (?:my )?(?:home|house|place)\b|"
    r"\b(?:my |the )?(?:default|profile|account|user|usual|home|main"
    r"|registered) (?:[\w']+ )?(?:address|home|place|one|house)?\b"
    r"|\bin my (?:user )?profile\b|\bon file\b|\bmy (?:own )?home\b|\bmy own (?:address|place|house"
    r"|flat|apartment)\b"
    r"|\baddress (?:that )?(?:you(?:'ve| have)?|i have|is|i gave)(?: got"
    r"| you)?(?: for me)? (?:in|on"
    r"|with|under|saved|registered)\b|\baddress (?:in|on|of|under|from) my account\b"
    r"|默认|我自己的?(?:地址|家)|账户里的|账号里的",
    re.IGNORECASE,
)
_ALL_ORDERS = re.compile(
    r"\b(?:all|every|both|each)(?: of)?(?: (?:my|the|these|those|possible|pending"
    r"|open|other))* ?orders?(?:'s?)?\b|\ball (?:possible |pending |order "
    r"|of my )+address|\border addresses\b|\b(?:the|my|these|those) (?:pending "
    r"|open )?orders\b|\b(?:both|all|the two|two|three|all three) (?:of (?:them|those|these|my"
    r"|the) ?)?(?:\w+ )?(?:parcels|packages|deliveries|shipments)\b|\b(?:both|all"
    r"|the two) of (?:them"
    r"|those|these)\b|\bthem (?:both|all)\b|所有(?:的)?订单|全部订单"
    r"|两个(?:订单|包裹|单子)都?|都寄",
    re.IGNORECASE,
)
_ONE_ORDER = re.compile(
    r"\border\b|\bit\b|\bparcel\b|\bpackage\b|\bdelivery\b|\bshipment\b|\bshipping\b"
    r"|订单|包裹|收货|送货",
    re.I,
)
_OF_ORDER = re.compile(r"\border\b|\bparcel\b|\bpackage\b|\bshipment\b|订单|包裹|收货|送货", re.I)
_TO = re.compile(
    r"\b(?:to|be|into|as|with|for(?! (?:the|my|that|this)(?: [\w-]+){0,3} orders?\b)|use)\b(?!-\d)"
    r"(?! (?:change|update|modify|correct|edit|all"
    r"|both|my (?:pending|order)|the order)\b)|\bat (?=(?:my |the )?(?:home|house|place|office"
    r"|work)\b)|改成|改为|改到|换成"
    r"|寄到|送到|发到|是|为|[:：]|->|=>|→",
    re.I,
)
_DOOR = re.compile(r"\b(?:suite|apartment|apt\.?|unit|flat)\s+#?[\w-]+", re.I)
_THE_SAID = re.compile(
    r"^\W*(?:that|it|this|the same|the new)(?: (?:new )?(?:one|address|place))?(?: too| as well|"
    r" please)?\W*$"
    r"|^(?:那个|这个|同一个|刚才(?:说的|那个)?|新)(?:地址)?$",
    re.I,
)
_MAKE_IT = re.compile(
    r"\b(?:make|use|set|save|keep|put) (?:that|it|this)(?: (?:one|address))?\b[^.]*"
    r"\b(?:default|profile|account)\b|(?:也)?(?:设|存|改)(?:成|为)(?:我的)?默认",
    re.I,
)
"""Where an address was written a little before."""
_LOOKED_BACK = 8
_ORIGINAL = re.compile(
    r"\b(?:original|old|previous|former|last|earlier)(?: (?:one|address|default"
    r"|home))?\b|\bback to (?:what|how|the way) it was\b|\b(?:what|how"
    r"|as) it was(?: before)?\b|\b(?:undo|revert)\b|原来|之前|以前的",
    re.I,
)
_OTHER = re.compile(
    r"\b(?:other|another|different|one of (?:my|the)(?: other)?) orders?\b"
    r"|\bsame as\b|另一个|和.{1,10}一样",
    re.I,
)


def ground_address(desk: Desk, task: Task) -> Grounded:
    """Which orders (or the account), and which address: said, the account's, or another order's."""
    ctx = desk.ctx
    wanted_orders, default, ask = _targets(desk, task)
    if ask is not None:
        return Grounded(ask=ask)
    told: list[Outcome] = []
    open_orders: list[Order] = []
    for order in wanted_orders:
        rule = forbids(ctx, order, "change_address")
        if rule is None:
            open_orders.append(order)
        elif not _ALL_ORDERS.search(task.words):
            told.append(refused(ctx, "change_address", rule))
    if not open_orders and not default:
        return Grounded(told=tuple(told))
    found = _source(desk, task, open_orders, default)
    if isinstance(found, Outcome):
        return Grounded(told=tuple(told), ask=found)
    address = found
    writes: list[Write] = []
    for order in open_orders:
        if same_address(order.ship_to, address):
            told.append(
                Outcome("orders.address.same", {"order_id": order.id, "address": one_line(address)})
            )
            continue
        facts = {"order_id": order.id, "address": one_line(address)}
        args: dict[str, Any] = {"order_id": order.id, "address": dict(address)}
        writes.append(
            Write("change_address", args, "orders.address.confirm", facts, order.id, task.number)
        )
    if default:
        facts = {"address": one_line(address)}
        args = {"address": dict(address)}
        writes.append(
            Write("change_default_address", args, "account.address.confirm", facts, "", task.number)
        )
    return Grounded(tuple(writes), tuple(told))


def _targets(desk: Desk, task: Task) -> tuple[list[Order], bool, Outcome | None]:
    """(orders, whether the account's address too, what to ask)."""
    ctx = desk.ctx
    open_states = ctx.settings.policy.change_address.states
    naming, source = _halves(task.text)
    naming = f"{' . '.join(task.lead)} . {naming}" if task.lead else naming
    answered = str(task.answers.get("order_id") or "")
    if answered == "default":
        return [], True, None
    extra = " . ".join((*task.more, *task.said))
    default = bool(_DEFAULT.search(naming)) or bool(
        re.search(
            rf"\b(?:and|also|as well as|along with|plus|including)\b[^.]*?(?:{_DEFAULT.pattern})",
            f"{source} {extra}",
            re.I,
        )
    )
    if (order := desk.order(answered)) is not None:
        return [order], default, None
    ids, unknown = order_ids(naming, desk.held)
    if not ids:
        behind, _ = order_ids(f"{source}", desk.held)
        # "Same address as order W2" names where it comes from, not what is changed.
        ids = [] if _OTHER.search(source) else behind
        ids = ids if not re.search(r"\b(?:as|of|from|in|like)\b[^.]*#?\w*\d{4}", source) else []
    named = [order for each in ids if (order := desk.order(each)) is not None]
    if named:
        return named, default, None
    pending = orders_in(
        [
            each
            for each in in_states(desk.held, open_states)
            if allows(ctx, each.order, "change_address")
        ]
    )
    besides = re.search(r"\b(?:and|also|as well as|including|plus)\b.*|以及.*|和.*", source, re.I)
    if _ALL_ORDERS.search(f"{naming} . {besides[0] if besides else ''} . {extra}"):
        return pending, default, None
    items = find_mentions(_without_source(naming), things(in_states(desk.held, open_states)))
    if items:
        keys = {key for mention in items for key in mention.keys}
        holding = orders_in(
            [each for each in desk.held if each.key in keys and each.order in pending]
        )
        if len(holding) == 1:
            return holding, default, None
    placed = [order for order in pending if stands_for(naming, order.ship_to)]
    if placed and len(placed) < len(pending):
        return placed, default, None
    if default and not _ONE_ORDER.search(naming):
        return [], True, None
    if unknown:
        missing = {"order_id": unknown[0]}
        return (
            [],
            False,
            asks(
                task,
                "order_id",
                "orders.not_found",
                missing,
                order_list(ctx, pending),
                not_found=True,
            ),
        )
    focused = desk.order(desk.recent or desk.focus or "")
    if not pending:
        lines = [*in_states(desk.held, open_states), *desk.held]
        closed = focused or next(iter(orders_in(lines)), None)
        it = focused is not None and re.search(r"\b(?:it|them)\b|它", task.text, re.I)
        if closed is not None and not default and (it or _OF_ORDER.search(task.text)):
            return [closed], False, None
        return [], True, None
    if focused is not None and focused in pending:
        return [focused], default, None
    if len(pending) == 1:
        return pending, default, None
    facts: dict[str, Any] = {"action": "change", "count": len(pending)}
    choices = (
        *order_list(ctx, pending),
        ("default", "默认地址" if ctx.language == "zh" else "The default address of my account"),
    )
    return [], default, asks(task, "order_id", "orders.ask_order_id", facts, choices)


def _halves(text: str) -> tuple[str, str]:
    """(what is changed, where it is to go)."""
    last = None
    for match in _TO.finditer(text):
        before = text[: match.start()]
        if match[0] in ":：" and not re.search(r"address|order|地址|订单", before, re.I):
            continue
        if match[0] in ("寄到", "送到", "发到") or re.search(
            r"\b(?:address(?:es)?|order|orders|it|them|this|that|ship|send|deliver|home"
            r"|地址)\b|地址|#?\w*\d{5,}",
            before,
            re.I,
        ):
            last = match
            break
    if last is None:
        return text, ""
    return text[: last.start()], text[last.end() :]


def _without_source(text: str) -> str:
    return re.sub(r"\bsame (?:address )?as\b.*$", "", text, flags=re.I)


def _source(
    desk: Desk, task: Task, changing: list[Order], default: bool
) -> Mapping[str, Any] | Outcome:
    """The address meant, or the question."""
    answered = task.answers.get("address")
    if isinstance(answered, Mapping):
        return answered
    known = _known(desk)
    if isinstance(answered, str) and answered in known:
        return known[answered]
    _, target = _halves(task.text)
    parts = [*reversed(task.said), target, *task.more, *task.shared, *task.lead]
    if isinstance(answered, str) and answered.strip():
        parts.insert(0, answered)
    for part in (*parts, task.text):
        parsed = said_address(part)
        if parsed is not None:
            return parsed
    if (
        isinstance(answered, str)
        and re.search(r"\d+[a-z]?\s+[^\W\d]+|[一-鿿].*\d|\d.*[一-鿿]|[^\W\d]+,? \d", answered, re.I)
        and not re.search(r"\b(?:zip|my name|i am|i'm)\b", answered, re.I)
    ):
        code = re.search(r"(?<!\d)\d{4,6}(?!\d)|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b", answered)
        line = " ".join(answered.split()).strip(" ,;.。")
        return {"line1": line, "postcode": code[0] if code else ""}
    moved = _other_door(" . ".join((*task.said, task.text, *task.more, *task.lead)), desk, changing)
    if moved is not None:
        return moved
    words = " . ".join(part for part in parts if part)
    said_before = _THE_SAID.search(target) or _MAKE_IT.search(task.text)
    if said_before and (told := _told_before(desk)) is not None:
        return told
    ids, _ = order_ids(words, desk.held)
    others = [
        order for each in ids if (order := desk.order(each)) is not None and order not in changing
    ]
    if others:
        return dict(others[0].ship_to)
    if default and (_ORIGINAL.search(words) or _ORIGINAL.search(task.text)):
        before = [row for row in desk.customer.addresses if not row.is_default]
        if before:
            return _row(before[-1])
    candidates = {
        key: address
        for key, address in known.items()
        if not all(same_address(order.ship_to, address) for order in changing) or not changing
    }
    if default and not changing:
        candidates = {k: a for k, a in candidates.items() if k != "default"}
    for text in (target, words):
        fitting = {key: address for key, address in candidates.items() if stands_for(text, address)}
        if fitting and len(_distinct(fitting)) == 1:
            return next(iter(fitting.values()))
        if _DEFAULT_SOURCE.search(text) and not default and "default" in candidates:
            return candidates["default"]
    if _DEFAULT_SOURCE.search(target) and not default and "default" in known:
        # It goes there already, which is said.
        return known["default"]
    # "The new home, where the luggage set went": an order that is named by what is in it.
    named = {
        each.order.id
        for mention in find_mentions(words, things(desk.held))
        for each in desk.held
        if each.key in mention.keys and each.order not in changing
    }
    by_item = {key: address for key, address in candidates.items() if key in named}
    if len(_distinct(by_item)) == 1:
        return next(iter(by_item.values()))
    if (_OTHER.search(words) or _looks_up(words)) and len(_distinct(candidates)) == 1:
        return next(iter(candidates.values()))
    if _OTHER.search(words) or _looks_up(words):
        rows = _distinct(by_item or candidates)
        choices = tuple((key, one_line(address)) for key, address in rows.items())
        if choices:
            return asks(
                task, "address", "orders.address.which", _ask_facts(changing, default), choices
            )
    facts = _ask_facts(changing, default)
    ask = asks(task, "address", "orders.address.ask" if changing else "account.address.ask", facts)
    return replace(ask, focus=focus(changing[0])) if changing else ask


def _other_door(text: str, desk: Desk, changing: list[Order]) -> dict[str, Any] | None:
    """The address had with another suite or flat: "Suite 12 instead of Suite 2, same street"."""
    doors = [] if parse_address(text) is not None else list(_DOOR.finditer(text))
    had = [dict(order.ship_to) for order in changing] or [dict(_known(desk).get("default") or {})]
    base = had[0]
    if not doors or not base.get("line1") or not all(same_address(base, each) for each in had):
        return None
    now = str(base.get("line2") or "").casefold()
    new = [match[0] for match in doors if match[0].casefold() != now]
    return {**base, "line2": new[0][0].upper() + new[0][1:]} if len(new) == 1 else None


def _told_before(desk: Desk) -> dict[str, str] | None:
    """The last whole address that was written earlier in this conversation."""
    rows = desk.ctx.session.scalars(
        select(TurnRecord.text)
        .where(TurnRecord.conversation_id == desk.ctx.turn.conversation_id)
        .order_by(TurnRecord.id.desc())
        .limit(_LOOKED_BACK)
    )
    parts = (part for text in rows for part in (_halves(text)[1], text))
    return next((found for part in parts if (found := said_address(part)) is not None), None)


def _looks_up(words: str) -> bool:
    return bool(
        re.search(
            r"\b(?:look (?:it )?up|in my (?:other )?orders?|in one of|you (?:can"
            r"|should) (?:find|see|have)|on record|in (?:the|my) (?:system|profile)"
            r"|new (?:home|place|house|address)|previous)\b",
            words,
            re.I,
        )
    )


def _ask_facts(changing: list[Order], default: bool) -> dict[str, Any]:
    return {"order_id": ", ".join(order.id for order in changing), "default": default}


def _known(desk: Desk) -> dict[str, Mapping[str, Any]]:
    """Every address on record: "default", then by order id."""
    known: dict[str, Mapping[str, Any]] = {}
    for row in desk.customer.addresses:
        if row.is_default:
            known["default"] = _row(row)
    for order in orders_in(desk.held):
        if order.ship_to.get("line1"):
            known[order.id] = dict(order.ship_to)
    return known


def _row(row: Any) -> dict[str, str]:
    return {name: str(getattr(row, name) or "") for name in ADDRESS_FIELDS}


def _distinct(found: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    kept: dict[str, Mapping[str, Any]] = {}
    for key, address in found.items():
        if not any(same_address(address, other) for other in kept.values()):
            kept[key] = address
    return kept


def said_address(text: str) -> dict[str, str] | None:
    """The address in a text as the fields that are stored; None where there is none.

    Only one whose state is known is taken apart; any other stays the one line it was said in.
    """
    parsed = parse_address(text)
    if parsed is not None and parsed["state"]:
        return parsed
    return None


def same_address(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two addresses are one."""
    return all(
        str(one.get(name) or "").casefold().strip() == str(other.get(name) or "").casefold().strip()
        for name in ("line1", "line2", "city", "postcode")
    )


def one_line(address: Mapping[str, Any]) -> str:
    """An address in one line, nothing twice."""
    parts: list[str] = []
    for name in ADDRESS_FIELDS:
        part = str(address.get(name) or "")
        if part and not any(part in other for other in parts):
            parts.append(part)
    return ", ".join(parts)
