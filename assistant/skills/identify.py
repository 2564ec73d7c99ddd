"""Who is speaking: by the channel, by e-mail, or by name and postcode; once known it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
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
    wanted, place = _letters(name), _letters(postcode)
    if not wanted or not place:
        return None
    rows = session.execute(
        select(Customer, Address.postcode).join(Address).where(Customer.erased_at.is_(None))
    )
    found = {
        customer.id: customer
        for customer, code in rows
        if _letters(code) == place
        and wanted
        in (
            _letters(customer.first_name + customer.last_name),
            _letters(customer.last_name + customer.first_name),
        )
    }
    return next(iter(found.values())) if len(found) == 1 else None


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
    if email:
        return Outcome("account.unknown_email", {"email": str(email)}, ask=Ask("email"))
    return Outcome("account.ask_email", ask=Ask("email"))


def for_customer(function: CustomerSkill) -> Skill:
    """A skill that runs only once it is known who is speaking."""

    @wraps(function)
    def run(ctx: Context, request: Request) -> Outcome:
        who = identify(ctx, request)
        if isinstance(who, Outcome):
            return who
        newly = ctx.customer_id is None
        outcome = function(ctx, request, who)
        if newly and outcome.identified is None:
            return replace(outcome, identified=who.id)
        return outcome

    return run


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
