"""The shopper's account: made, edited, left, exported, erased."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import replace
from typing import Any

from assistant.recommend import snapshot
from assistant.review.forget import forget_name
from assistant.skills import invoices
from assistant.skills.base import Ask, Context, Offers, Outcome, Proposal, Request, commit, skill
from assistant.skills.identify import (
    by_email,
    current,
    for_customer,
    identify,
    proves,
    said,
    unproven,
)
from assistant.skills.order_changes import account_address
from assistant.skills.order_parts import UNDER_WAY
from db import orders
from db.erase import erase_conversation, erase_customer, export_customer
from db.models import Conversation, Customer
from db.models import Request as StaffRequest

FIELDS = {
    "en": (("name", "Name"), ("email", "E-mail"), ("address", "Address")),
    "zh": (("name", "姓名"), ("email", "邮箱"), ("address", "地址")),
}
GUEST = "guest"
ONLY_THIS = {"en": "No account, just this conversation", "zh": "没有账户，只删这段对话"}
_LEAVE = ("unsubscribe", "stop", "cancel", "remove", "no more", "opt out", "don't", "take me off")
_LEAVE_ZH = ("退订", "取消", "不要", "别再", "不想", "停止")


@skill("create_account")
def create(ctx: Context, request: Request) -> Outcome:
    """A new account under an e-mail that has none yet."""
    if (known := current(ctx)) is not None and known.email:
        return Outcome("account.create.already", {"email": known.email})
    email = str(said(request, "email") or "").strip().lower()
    if not email:
        return Outcome("account.create.ask_email", ask=Ask("email"))
    if by_email(ctx.session, email) is not None:
        return Outcome("account.create.taken", {"email": email})
    first, last = split_name(str(said(request, "name") or ""))
    if known is None:
        known = Customer(id=f"c-{uuid.uuid4().hex[:12]}", language=ctx.language, created_at=ctx.now)
        ctx.session.add(known)
    known.email = email
    known.first_name, known.last_name = first or known.first_name or "", last or ""
    ctx.session.flush()
    facts = {"email": email, "name": first}
    return Outcome("account.create.done", facts, identified=known.id, proven=True)


@skill("edit_account")
@for_customer
def edit(ctx: Context, request: Request, customer: Customer) -> Outcome:
    """Another name, e-mail or address, after a confirmation."""
    heard = request.understanding.slots
    field = str(request.args.get("field") or _field_in(request.understanding.text))
    new_email = str(heard.email or "").lower()
    if ctx.customer_id and new_email and new_email != (customer.email or ""):
        if by_email(ctx.session, new_email) is not None:
            return Outcome(
                "account.edit.email_taken",
                {"email": new_email},
                ask=Ask("email"),
                form_args={"field": "email"},
            )
        return _propose_edit("email", new_email)
    if heard.address or field == "address":
        return account_address(request)
    if field == "email":
        return Outcome("account.edit.ask_email", ask=Ask("email"), form_args={"field": "email"})
    name = str(heard.name or (request.args.get("name") if field == "name" else "") or "")
    if ctx.customer_id and name:
        return _propose_edit("name", " ".join(name.split()))
    if field == "name":
        return Outcome("account.edit.ask_name", ask=Ask("name"), form_args={"field": "name"})
    return Outcome("account.edit.ask_field", ask=Ask("field", FIELDS[ctx.language]))


_FIELD_WORDS = (
    ("email", re.compile(r"\be-?mail|邮箱|邮件", re.IGNORECASE)),
    ("address", re.compile(r"(?<!mail )\baddress|地址", re.IGNORECASE)),
    ("name", re.compile(r"\b(?:sur|last |first |full )?name\b|姓名|名字", re.IGNORECASE)),
)


def _field_in(text: str) -> str:
    """What of the account is named in the words, if anything."""
    return next((name for name, pattern in _FIELD_WORDS if pattern.search(text)), "")


def _propose_edit(field: str, value: str) -> Outcome:
    proposal = Proposal("edit_account", {"field": field, "value": value})
    return Outcome(f"account.edit.confirm_{field}", {"value": value}, proposal=proposal)


@commit("edit_account")
def edited(ctx: Context, args: dict[str, Any]) -> Outcome:
    """Write the confirmed name or e-mail."""
    customer = current(ctx)
    if customer is None:
        return Outcome("account.nobody")
    value = str(args["value"])
    if args["field"] == "email":
        other = by_email(ctx.session, value)
        if other is not None and other.id != customer.id:
            return Outcome("account.create.taken", {"email": value})
        customer.email = value.lower()
    else:
        customer.first_name, customer.last_name = split_name(value)
    ctx.session.flush()
    return Outcome(f"account.edit.done_{args['field']}", {"value": value})


@skill("forget_me", "delete_account")
def forget(ctx: Context, request: Request) -> Outcome:
    """What will be erased, for a yes; a guest has this conversation only."""
    email = said(request, "email")
    if current(ctx) is None and request.intent == "forget_me":
        if email == GUEST:
            return Outcome("account.forget.confirm_guest", proposal=Proposal("forget_me", {}))
        if not email and not said(request, "name"):
            choice = ((GUEST, ONLY_THIS[ctx.language]),)
            return Outcome("account.forget.ask_email", ask=Ask("email", choice))
    who = identify(ctx, request)
    if isinstance(who, Outcome):
        return who
    newly = who.id if ctx.customer_id is None else None
    asked = unproven(ctx, request, who, ("erase",))
    if asked is not None:
        return replace(asked, identified=newly)
    open_orders = [
        order.id for order in orders.orders_of(ctx.session, who.id) if order.status in UNDER_WAY
    ]
    return Outcome(
        "account.forget.confirm",
        {"email": who.email or "", "open_orders": open_orders},
        proposal=Proposal("forget_me", {"customer_id": who.id}),
        identified=newly,
        proven=proves(ctx, request, who),
    )


@commit("forget_me")
def forgotten(ctx: Context, args: dict[str, Any]) -> Outcome:
    """Erase the customer, or the guest's conversation, with all that was said."""
    customer_id = args.get("customer_id")
    if not customer_id:
        erase_conversation(ctx.session, ctx.turn.conversation_id)
        _uncount(ctx)
        ctx.events.clear()
        return Outcome("account.forget.done_guest", identified="")
    customer = current(ctx)
    if customer is None or customer.id != customer_id:
        return Outcome("account.nobody")
    conversation = ctx.session.get(Conversation, ctx.turn.conversation_id)
    if conversation is not None:
        # Ties this conversation to them, so that it goes too.
        conversation.customer_id = customer_id
    bought = [order.id for order in orders.orders_of(ctx.session, customer_id)]
    kept = len(bought)
    invoices.forget(ctx, bought)
    forget_name(ctx.session, customer)
    erase_customer(ctx.session, customer_id, ctx.now)
    _uncount(ctx)
    ctx.events.clear()
    return Outcome("account.forget.done", {"orders": kept}, identified="")


def _uncount(ctx: Context) -> None:
    """What was counted of them goes from the disk at once; it is counted anew without them."""
    if ctx.folder is not None:
        snapshot.remove(ctx.folder)


@skill("export_my_data")
@for_customer
def export(ctx: Context, request: Request, customer: Customer) -> Outcome:
    """All that is stored about the customer, as JSON they can keep."""
    data = export_customer(ctx.session, customer.id)
    for conversation in data["conversations"]:
        # Earlier replies repeat these records, an earlier export all of them.
        conversation["turns"] = [
            {key: turn[key] for key in ("created_at", "text")} for turn in conversation["turns"]
        ]
        conversation.pop("state", None)
    facts = {
        "orders": len(data["orders"]),
        "conversations": len(data["conversations"]),
        "data": json.dumps(data, ensure_ascii=False, indent=1),
    }
    return Outcome("account.export", facts)


@skill("recover_password")
def recover(ctx: Context, request: Request) -> Outcome:
    """Passed to staff; the answer is the same whether there is an account or not."""
    customer = current(ctx)
    email = customer.email if customer else None
    email = email or said(request, "email")
    if not email:
        return Outcome("account.recover.ask_email", ask=Ask("email"))
    _note(ctx, "password_reset", {"email": str(email).lower()})
    return Outcome("account.recover.done", {"email": str(email)})


@skill("registration_problem")
def registration(ctx: Context, request: Request) -> Outcome:
    """Passed to staff, with the way round it: Aisle can make the account itself."""
    email = said(request, "email")
    if not email:
        return Outcome("account.registration.ask_email", ask=Ask("email"))
    if by_email(ctx.session, str(email)) is not None:
        return Outcome("account.registration.exists", {"email": str(email)})
    detail = {"email": str(email).lower(), "text": request.understanding.text}
    _note(ctx, "registration", detail)
    offers: Offers = (("offer.create_account", {}),)
    return Outcome("account.registration.done", {"email": str(email)}, offers=offers)


@skill("switch_account")
def switch(ctx: Context, request: Request) -> Outcome:
    """Nobody is signed in any more; only the channel can put someone else in its own place."""
    if ctx.turn.customer_id:
        return Outcome("account.switch.fixed")
    return Outcome("account.switch.done", identified="")


@skill("newsletter")
def newsletter(ctx: Context, request: Request) -> Outcome:
    """On or off, as asked."""
    text = str(request.args.get("said") or request.understanding.text).casefold()
    joins = not any(word in text for word in (*_LEAVE, *_LEAVE_ZH))
    customer = current(ctx)
    email = said(request, "email")
    if customer is None and email:
        customer = by_email(ctx.session, str(email))
    if customer is None and not email:
        kept = {"said": text}
        return Outcome("account.newsletter.ask_email", ask=Ask("email"), form_args=kept)
    verb = "joined" if joins else "left"
    if customer is not None:
        customer.newsletter = joins
        facts = {"email": customer.email or ""}
        return Outcome(f"account.newsletter.{verb}", facts)
    _note(ctx, "newsletter", {"email": str(email).lower(), "action": verb})
    return Outcome(f"account.newsletter.{verb}", {"email": str(email)})


def split_name(name: str) -> tuple[str, str]:
    """First and last name; a Chinese name of two to four characters begins with the last."""
    parts = name.split()
    if len(parts) == 1 and 2 <= len(name) <= 4 and all("一" <= char <= "鿿" for char in name):
        return name[1:], name[0]
    if len(parts) < 2:
        return name.strip(), ""
    return " ".join(parts[:-1]), parts[-1]


def _note(ctx: Context, kind: str, detail: dict[str, Any]) -> None:
    """A request for staff."""
    ctx.session.add(
        StaffRequest(
            kind=kind,
            customer_id=ctx.customer_id,
            conversation_id=ctx.turn.conversation_id,
            detail=detail,
            created_at=ctx.now,
        )
    )
    ctx.session.flush()
