"""Conversation itself: greetings, thanks, a yes or no to nothing, abilities, refusing."""

from __future__ import annotations

from assistant.dialogue.looking import asks_range
from assistant.skills.base import Context, Offers, Outcome, Request, skill
from assistant.skills.identify import identify
from assistant.skills.search import what_then
from db.models import Customer

_START: Offers = (("offer.recommend", {}), ("offer.promotions", {}), ("offer.orders", {}))


@skill("greet")
def greet(ctx: Context, request: Request) -> Outcome:
    """A greeting, by name where the customer is known or says who they are."""
    slots = request.understanding.slots
    asked = request.args.get("asking") in ("email", "name")
    if ctx.customer_id is None and (asked or slots.email or (slots.name and slots.postcode)):
        who = identify(ctx, request)
        if isinstance(who, Outcome):
            return who
        facts = {"name": who.first_name, "shop": _shop(ctx)}
        return Outcome("talk.known", facts, offers=_START, identified=who.id)
    customer = ctx.session.get(Customer, ctx.customer_id) if ctx.customer_id else None
    name = customer.first_name if customer else ""
    return Outcome("talk.greet", {"name": name, "shop": _shop(ctx)}, offers=_START)


@skill("thank")
def thank(ctx: Context, request: Request) -> Outcome:
    """Thanks answered."""
    return Outcome("talk.thank")


@skill("goodbye")
def goodbye(ctx: Context, request: Request) -> Outcome:
    """A farewell."""
    return Outcome("talk.goodbye", {"shop": _shop(ctx)})


@skill("affirm")
def affirm(ctx: Context, request: Request) -> Outcome:
    """A yes to no question of ours."""
    return Outcome("talk.affirm", offers=_START)


@skill("deny")
def deny(ctx: Context, request: Request) -> Outcome:
    """A no to no question of ours."""
    return Outcome("talk.deny")


@skill("correct")
def correct(ctx: Context, request: Request) -> Outcome:
    """A correction that says that something was wrong but not what would be right."""
    return Outcome("talk.correct")


@skill("ask_capabilities")
def capabilities(ctx: Context, request: Request) -> Outcome:
    """What Aisle does, and that it is a program; or what the shop sells, where that is asked."""
    if asks_range(request.understanding.text):
        return what_then(ctx)
    return Outcome("talk.capabilities", {"shop": _shop(ctx)}, offers=_START)


@skill("out_of_scope")
def out_of_scope(ctx: Context, request: Request) -> Outcome:
    """Not a shop's business: said so, with what is."""
    return Outcome("talk.out_of_scope", {"shop": _shop(ctx)}, offers=_START)


def _shop(ctx: Context) -> str:
    if ctx.language == "zh" and ctx.settings.name_zh:
        return ctx.settings.name_zh
    return ctx.settings.name
