"""Who is speaking: by the channel, by e-mail, or by name and postcode; once known it stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from itertools import pairwise
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.skills.base import Ask, Context, Outcome, Request, Skill
from db.models import Address, Customer

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
    """The customer who is speaking, or the question that would tell.

    Whoever is established stays: another e-mail makes nobody someone else.
    """
    customer = current(ctx)
    if customer is not None:
        return customer
    email, name, postcode = (said(request, each) for each in ("email", "name", "postcode"))
    if email and (customer := by_email(ctx.session, str(email))):
        return customer
    if name and postcode:
        customer = by_name_and_postcode(ctx.session, str(name), str(postcode))
        if customer is not None:
            return customer
        return Outcome("account.unknown_name", ask=Ask("email"))
    customer = by_words(ctx.session, request.understanding.text)
    if customer is not None:
        return customer
    if email:
        return Outcome("account.unknown_email", {"email": str(email)}, ask=Ask("email"))
    return Outcome("account.ask_email", ask=Ask("email"))


def for_customer(function: CustomerSkill) -> Skill:
    """A skill that runs only once it is known who is speaking."""

    @wraps(function)
    def run(ctx: Context, request: Request) -> Outcome:
        who = identify(ctx, request)
        if isinstance(who, Outcome):
            return _keeping(request, who)
        newly = current(ctx) is None
        outcome = _keeping(request, function(ctx, request, who))
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
