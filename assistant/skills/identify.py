"""Who is speaking: by the channel, by e-mail, or by name and postcode; once known it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import wraps
from itertools import pairwise
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.skills.base import Ask, Context, Outcome, Request, Skill
from assistant.understanding.slot_contact import EMAIL
from assistant.understanding.spelling import digits_of
from db import orders
from db.models import Address, Customer
from knowledge.policy import Sensitive

CustomerSkill = Callable[[Context, Request, Customer], Outcome]


def said(request: Request, name: str) -> Any:
    """What is known under a name: said in this turn, then chosen in the form, then said before."""
    now = getattr(request.understanding.slots, name, None)
    return now or request.args.get(name) or getattr(request.slots, name, None) or None


def by_email(session: Session, email: str) -> Customer | None:
    """The customer with this e-mail, in any case."""
    return session.scalar(
        select(Customer).where(
            func.lower(Customer.email) == email.strip().lower(), Customer.erased_at.is_(None)
        )
    )


def by_name_and_postcode(session: Session, name: str, postcode: str) -> Customer | None:
    """The only customer of this full name at this postcode, if there is exactly one."""
    wanted = _letters(name)
    found = {
        customer.id: customer
        for customer in _living_at(session, {_letters(postcode)})
        if wanted and wanted in _full_names(customer)
    }
    return next(iter(found.values())) if len(found) == 1 else None


def by_words(session: Session, text: str) -> Customer | None:
    """The only customer whose full name and postcode both stand in the text, if there is one."""
    # A postcode is one word or two, and Chinese runs into it without a space.
    parts = re.findall(r"[a-z0-9]+", text.casefold())
    places = {*parts, *(one + two for one, two in pairwise(parts))}
    letters = _letters(text)
    found = {
        customer.id: customer
        for customer in _living_at(session, places)
        if any(name and name in letters for name in _full_names(customer))
    }
    return next(iter(found.values())) if len(found) == 1 else None


def _living_at(session: Session, places: set[str]) -> list[Customer]:
    with_digit = sorted(place for place in places if any(char.isdigit() for char in place))
    if not with_digit:
        return []
    bare = func.replace(func.replace(func.lower(Address.postcode), " ", ""), "-", "")
    return list(
        session.scalars(
            select(Customer)
            .join(Address)
            .where(bare.in_(with_digit[:50]), Customer.erased_at.is_(None))
        )
    )


def _full_names(customer: Customer) -> tuple[str, ...]:
    first, last = _letters(customer.first_name), _letters(customer.last_name)
    return (first + last, last + first) if first and last else ()


def current(ctx: Context) -> Customer | None:
    """The customer the channel or the conversation has established."""
    return ctx.session.get(Customer, ctx.customer_id) if ctx.customer_id else None


def identify(ctx: Context, request: Request) -> Customer | Outcome:
    """The customer who is speaking, or the question that would tell, by the policy's ways.

    Whoever is established stays: another e-mail makes nobody someone else.
    """
    customer = current(ctx)
    if customer is not None:
        return customer
    ways = ctx.settings.policy.identification.ways
    by = {"ways": list(ways)}
    email, name, postcode = (said(request, each) for each in ("email", "name", "postcode"))
    if not email and (written := EMAIL.search(ctx.turn.text.lower())):
        # Said beside another ask of the same turn.
        email = written[0].rstrip(".-")
    if email and "email" in ways and (customer := by_email(ctx.session, str(email))):
        return customer
    asked = Ask("email" if "email" in ways else "name")
    if "name_and_postcode" in ways:
        # What was said before may put right either half: "oops, 85093".
        before = [
            str(request.args[each]) for each in ("name", "postcode") if request.args.get(each)
        ]
        for words in (ctx.turn.text, *(f"{ctx.turn.text} {each}" for each in before)):
            customer = by_words(ctx.session, digits_of(words))
            if customer is not None:
                return customer
        if name and postcode:
            customer = by_name_and_postcode(ctx.session, str(name), str(postcode))
            if customer is None:
                told = {"name": str(name), "postcode": str(postcode)}
                return Outcome("account.unknown_name", by, ask=asked, form_args=told)
            return customer
    if set(ways) <= {"channel"}:
        return Outcome("account.only_channel", offers=(("offer.person", {}),))
    if email and "email" in ways:
        return Outcome("account.unknown_email", by | {"email": str(email)}, ask=asked)
    return Outcome("account.ask_email", by, ask=asked)


_SAYS_WHO = re.compile(
    r"\b(?:zip|post ?code|postal|my name|i am|i'm|this is)\b|邮编|我叫|我是"
    r"|^\W*[^\W\d]{2,30} [^\W\d]{2,30}\W{1,4}\d{5}\b",
    re.IGNORECASE,
)


def told_who(ctx: Context) -> Customer | None:
    """Who a turn says is speaking, whatever else it asks: nobody has to say it twice."""
    ways = ctx.settings.policy.identification.ways
    text = ctx.turn.text
    if "email" in ways and (written := EMAIL.search(text.lower())):
        return by_email(ctx.session, written[0].rstrip(".-"))
    if "name_and_postcode" in ways and _SAYS_WHO.search(text):
        return by_words(ctx.session, digits_of(text))
    return None


_CHANGES = (
    "cancel_order",
    "change_order",
    "change_shipping_address",
    "change_payment",
    "return_item",
    "exchange_item",
    "request_refund",
)
SENSITIVE: dict[str, frozenset[Sensitive]] = {
    **dict.fromkeys(("track_order", "list_orders", "track_refund"), frozenset({"see_orders"})),
    **dict.fromkeys(_CHANGES, frozenset({"see_orders", "change_order"})),
    "get_invoice": frozenset({"see_personal"}),
    "export_my_data": frozenset({"see_personal"}),
    "edit_account": frozenset({"edit_account"}),
}
"""Intent -> what of the policy's `identification.sensitive` it comes under."""


def unproven(
    ctx: Context, request: Request, customer: Customer, needs: Collection[str]
) -> Outcome | None:
    """The question for one more proof, where the policy asks for one and none was given."""
    rule = ctx.settings.policy.identification
    if not set(needs) & set(rule.sensitive) or ctx.state.proven:
        return None
    if ctx.turn.customer_id == customer.id and "channel" in rule.ways:
        return None
    if proves(ctx, request, customer):
        return None
    if not _has_proof(ctx, customer):
        return Outcome("account.no_proof", offers=(("offer.person", {}),))
    tried = bool(request.args.get("proof_asked"))
    key = "account.proof_wrong" if tried else "account.ask_proof"
    kept = {"proof_asked": True, "email": customer.email or ""}
    first = "postcode" if "postcode" in rule.proofs else rule.proofs[0]
    return Outcome(key, {"proofs": list(rule.proofs)}, ask=Ask(first), form_args=kept)


def proves(ctx: Context, request: Request, customer: Customer) -> bool:
    """Whether what was said holds one of the policy's proofs of being this customer."""
    proofs = ctx.settings.policy.identification.proofs
    text = digits_of(f"{utterance(request)} {ctx.turn.text}")
    parts = re.findall(r"[a-z0-9]+", text.casefold())
    words = {*parts, *(one + two for one, two in pairwise(parts))}
    if "postcode" in proofs:
        words |= {_letters(str(said(request, "postcode") or ""))}
        if any(_letters(each.postcode) in words for each in customer.addresses if each.postcode):
            return True
    if "name" in proofs:
        spoken = (_letters(text), _letters(str(said(request, "name") or "")))
        if any(name in heard for name in _full_names(customer) for heard in spoken):
            return True
    if "order_id" in proofs and (number := said(request, "order_id")):
        return orders.find_order(ctx.session, customer.id, str(number)) is not None
    return False


def _has_proof(ctx: Context, customer: Customer) -> bool:
    """Whether the account holds anything that the policy takes as a proof."""
    proofs = ctx.settings.policy.identification.proofs
    return (
        ("postcode" in proofs and any(each.postcode for each in customer.addresses))
        or ("name" in proofs and bool(_full_names(customer)))
        or ("order_id" in proofs and bool(orders.orders_of(ctx.session, customer.id)))
    )


def for_customer(function: CustomerSkill) -> Skill:
    """A skill that runs only once it is known who is speaking, as surely as the policy asks."""

    @wraps(function)
    def run(ctx: Context, request: Request) -> Outcome:
        who = identify(ctx, request)
        if isinstance(who, Outcome):
            return _keeping(request, who)
        newly = current(ctx) is None
        asked = unproven(ctx, request, who, SENSITIVE.get(request.intent, ()))
        outcome = _keeping(request, asked or function(ctx, request, who))
        if proves(ctx, request, who):
            outcome = replace(outcome, proven=True)
        if newly and outcome.identified is None:
            return replace(outcome, identified=who.id)
        return outcome

    return run


def utterance(request: Request) -> str:
    """What was said now, after what the request began with."""
    return f"{request.args.get('said') or ''} {request.understanding.text}".strip()


def _keeping(request: Request, outcome: Outcome) -> Outcome:
    """A question carries the request's first words along: "return the mug" is not asked twice."""
    if outcome.ask is None:
        return outcome
    first = request.args.get("said") or request.understanding.text
    return replace(outcome, form_args={**outcome.form_args, "said": first})


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
