"""The cart: put in, change, look, and the hand-over of a guest's cart to the customer they are."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.conversation import Card
from assistant.dialogue.state import Focus
from assistant.skills.base import Ask, Context, Outcome, Request, skill
from assistant.skills.cards import card_for, load_products, size_order, title_of
from assistant.skills.limits import stated_wishes
from assistant.skills.search import search
from assistant.skills.target import Target, fitting, match_variant, one_target, targets
from assistant.understanding.types import Slots
from db.models import CartLine, Variant
from knowledge.translating import lexicon, things_named
from knowledge.vocabulary import phrase_key

MOST_PER_LINE = 99
"""Pieces of one variant a cart takes."""


def cart_lines(session: Session, owner: str) -> list[CartLine]:
    """The lines of a cart in the order they were put in."""
    return list(
        session.scalars(
            select(CartLine).where(CartLine.owner == owner).order_by(CartLine.added_at, CartLine.id)
        )
    )


def merge_carts(session: Session, guest: str, customer: str) -> None:
    """Move a guest's lines into the customer's cart; the same variant adds up."""
    mine = {line.variant_id: line for line in cart_lines(session, customer)}
    for line in cart_lines(session, guest):
        same = mine.get(line.variant_id)
        if same is None:
            line.owner = customer
        else:
            same.quantity = min(same.quantity + line.quantity, MOST_PER_LINE)
            session.delete(line)
    session.flush()


def cart_facts(ctx: Context, lines: list[CartLine]) -> dict[str, Any]:
    """What a cart holds and comes to, shipping included, by the shop's own rules."""
    subtotal = sum((line.price * line.quantity for line in lines), Decimal(0))
    policy = ctx.settings.policy
    free = policy.delivery.free_from is not None and subtotal >= policy.delivery.free_from
    shipping = Decimal(0) if free or not lines else policy.delivery.fee
    return {
        "lines": [
            {
                "title": title_of(line.variant.product, ctx.language),
                "options": {k: str(v) for k, v in line.variant.options.items()},
                "quantity": line.quantity,
                "price": line.price,
                "sum": line.price * line.quantity,
            }
            for line in lines
        ],
        "count": sum(line.quantity for line in lines),
        "subtotal": subtotal,
        "shipping": shipping,
        "total": subtotal + shipping,
        "currency": ctx.settings.currency,
        "free_from": policy.delivery.free_from,
    }


def cart_cards(ctx: Context, lines: list[CartLine]) -> tuple[Card, ...]:
    """A card a line, so that "remove the second" counts in the cart that is shown."""
    return tuple(card_for(ctx, line.variant.product, line.variant) for line in lines)


def _names_another(ctx: Context, slots: Slots) -> bool:
    """Whether a kind of thing is named that is not on show."""
    if slots.ordinals or slots.deictic or not slots.query:
        return False
    shown = load_products(ctx.session, [product for product, _ in ctx.state.shown]).values()
    if slots.categories:
        return not {product.category for product in shown} & set(slots.categories)
    return slots.query in lexicon() or phrase_key(slots.query) in things_named()


@skill("add_to_cart")
def add_to_cart(ctx: Context, request: Request) -> Outcome:
    """Put a variant into the cart; asks for the one option that is still open. Of several that are
    named or pointed at, one after the other."""
    if "rest" in request.args:
        first = _put_in(ctx, request)
        return _and_the_rest(ctx, request, first, list(request.args["rest"]))
    several = _several(ctx, request)
    if not several:
        return _put_in(ctx, request)
    asked = any(_open_option(ctx, each, request.slots) is not None for each in several)
    if not asked and all(variant.stock > 0 for _, variant in several):
        return _all_added(ctx, request, several)
    return _and_the_rest(ctx, request, None, [product.id for product, _ in several])


def _and_the_rest(
    ctx: Context, request: Request, first: Outcome | None, rest: list[str]
) -> Outcome:
    """Put one product in after the other, until one has an option open: that is asked, and the
    others wait for the answer. `first` is what came of the one before them."""
    rows: list[tuple[str, dict[str, Any]]] = []
    outcome = first
    while outcome is None or (outcome.ask is None and rest):
        if outcome is not None:
            rows.append((outcome.key, outcome.facts))
        product_id, *rest = rest
        outcome = _put_in(ctx, _for_one(ctx, request, product_id, answered=first is not None))
    rows.append((outcome.key, outcome.facts))
    if outcome.ask is not None:
        waiting = {**outcome.form_args, "rest": rest}
        outcome = replace(outcome, again=(outcome.key, outcome.facts), form_args=waiting)
    return replace(outcome, key="cart.each", facts={"rows": rows}) if len(rows) > 1 else outcome


def _for_one(ctx: Context, request: Request, product_id: str, *, answered: bool) -> Request:
    """The request for one of several; what was `answered` for the one before is not said of it."""
    slots = replace(request.slots, products=(), ordinals=(), query="", deictic=False)
    if answered:
        slots = replace(slots, sizes=(), colors=())
    shown = [product for product, _ in ctx.state.shown]
    if product_id in shown:  # in the colour that its card shows
        slots = replace(slots, ordinals=(shown.index(product_id) + 1,))
        return replace(request, slots=slots, args={})
    return replace(request, slots=slots, args={"product": product_id})


def _put_in(ctx: Context, request: Request) -> Outcome:
    found = one_target(ctx, request)
    if isinstance(found, Ask):
        if found.choices:
            slots = request.slots
            if _names_another(ctx, slots):
                # "And two pairs of socks" under a list of headphones.
                return search(ctx, replace(request, intent="search_products"))
            if (slots.colors or slots.sizes) and not fitting(ctx, slots):
                return Outcome("cart.none_such", {"asked": [*slots.colors, *slots.sizes]})
            return Outcome("cart.which", ask=found)
        if request.slots.categories or request.slots.query:
            # "I want two pairs of socks" asks for socks first.
            return search(ctx, replace(request, intent="search_products"))
        return Outcome("cart.nothing_in_focus", offers=(("offer.recommend", {}),))
    product, shown = found
    slots = _with_answers(request)
    open_option = _open_option(ctx, found, slots)
    if open_option is not None:
        return _keep_product(open_option, product.id, shown.id)
    variant = match_variant(product, shown, slots)
    facts: dict[str, Any] = {"title": title_of(product, ctx.language)}
    if variant is None:
        facts["asked"] = [*slots.colors, *slots.sizes]
        return Outcome("cart.no_such", facts, focus=Focus(product.id))
    quantity = slots.quantity or 1
    line = ctx.session.scalar(
        select(CartLine).where(CartLine.owner == ctx.cart_owner, CartLine.variant_id == variant.id)
    )
    wanted = quantity + (line.quantity if line else 0)
    facts |= {
        "options": {key: str(value) for key, value in variant.options.items()},
        "quantity": quantity,
        "price": variant.price,
        "currency": product.currency,
        "stock": variant.stock,
    }
    focus = Focus(product.id, variant.id)
    if variant.stock <= 0:
        return Outcome("cart.out_of_stock", facts, focus=focus, offers=(("offer.similar", {}),))
    if wanted > min(variant.stock, MOST_PER_LINE):
        facts["in_cart"] = line.quantity if line else 0
        return Outcome("cart.too_many", facts, focus=focus)
    if line is None:
        ctx.session.add(
            CartLine(
                owner=ctx.cart_owner,
                variant_id=variant.id,
                quantity=wanted,
                price=variant.price,
                added_at=ctx.now,
            )
        )
    else:
        line.quantity = wanted
    ctx.session.flush()
    ctx.events.append({"kind": "cart_add", "product_id": product.id, "detail": {}})
    facts["cart"] = cart_facts(ctx, cart_lines(ctx.session, ctx.cart_owner))
    return Outcome(
        "cart.added", facts, focus=focus, offers=(("offer.checkout", {}), ("offer.cart", {}))
    )


_BOTH = re.compile(
    r"\b(?:both|all (?:of )?(?:them|these|those|two|three|four))\b"
    r"|两[个款件双条台]?都|[都全]部?(?:要|加|买|放)|俩都",
    re.I,
)
_MOST_AT_ONCE = 4


def _several(ctx: Context, request: Request) -> list[Target]:
    """The products meant, where they are several: "the first and the third", "both"; else none."""
    slots = request.slots
    if request.args.get("product") or request.args.get("answered"):
        return []
    pointed = len(slots.ordinals) > 1 or len(slots.products) > 1
    shown = len(ctx.state.shown)
    if _BOTH.search(request.understanding.text) and not slots.ordinals and shown > 1:
        two = re.search(r"both|two|[两俩]", request.understanding.text, re.IGNORECASE)
        if shown <= (2 if two else _MOST_AT_ONCE):
            slots, pointed = replace(slots, ordinals=tuple(range(1, shown + 1)), query=""), True
    found = targets(ctx, slots) if pointed or _BETWEEN.search(slots.query) else []
    return found if len(found) > 1 else []


_BETWEEN = re.compile(r"和|跟|与|、|以及|还有")


def _all_added(ctx: Context, request: Request, several: list[Target]) -> Outcome:
    """Each of them put into the cart, as many of each as were asked for."""
    outcomes = []
    for product, variant in several:
        chosen = replace(
            request.slots,
            ordinals=(),
            products=(product.id,),
            query="",
            colors=request.slots.colors or ((variant.color,) if variant.color else ()),
            sizes=request.slots.sizes or ((variant.size,) if variant.size else ()),
        )
        outcomes.append(add_to_cart(ctx, replace(request, slots=chosen)))
    added = [each for each in outcomes if each.key == "cart.added"]
    if len(added) < len(outcomes):
        return next(each for each in outcomes if each.key != "cart.added")
    lines = [
        {name: each.facts[name] for name in ("title", "options", "quantity", "price")}
        for each in added
    ]
    facts = added[-1].facts | {"lines": lines}
    return replace(added[-1], key="cart.all_added", facts=facts)


@skill("view_cart")
def view_cart(ctx: Context, request: Request) -> Outcome:
    """The cart with its sum, shipping and total."""
    lines = cart_lines(ctx.session, ctx.cart_owner)
    if not lines:
        return Outcome("cart.empty", offers=(("offer.recommend", {}),))
    return Outcome(
        "cart.view",
        cart_facts(ctx, lines),
        cards=cart_cards(ctx, lines),
        offers=(("offer.checkout", {}),),
    )


@skill("update_cart")
def update_cart(ctx: Context, request: Request) -> Outcome:
    """Change how many, or take out: one line, or everything."""
    lines = cart_lines(ctx.session, ctx.cart_owner)
    if not lines:
        return Outcome("cart.empty", offers=(("offer.recommend", {}),))
    text = request.understanding.text.casefold()
    if _says_all(text) and request.slots.quantity is None:
        for every in lines:
            ctx.session.delete(every)
        ctx.session.flush()
        return Outcome("cart.emptied")
    line = _line_meant(ctx, request, lines)
    if line is None:
        labels = tuple(
            (each.variant_id, title_of(each.variant.product, ctx.language)) for each in lines
        )
        return Outcome("cart.which_line", ask=Ask("line", labels))
    product = line.variant.product
    facts: dict[str, Any] = {
        "title": title_of(product, ctx.language),
        "options": {key: str(value) for key, value in line.variant.options.items()},
        "currency": product.currency,
    }
    slots = request.slots
    swap = _swap(line, slots)
    quantity = slots.quantity
    if quantity is None and swap is None:
        quantity = 0
    if swap is not None:
        return _swapped(ctx, line, swap, facts)
    assert quantity is not None
    if quantity > min(line.variant.stock, MOST_PER_LINE):
        facts |= {"stock": line.variant.stock, "quantity": quantity, "in_cart": line.quantity}
        return Outcome("cart.too_many", facts)
    if quantity <= 0:
        ctx.session.delete(line)
        ctx.events.append({"kind": "cart_remove", "product_id": product.id, "detail": {}})
        key = "cart.removed"
    else:
        line.quantity = quantity
        facts["quantity"] = quantity
        key = "cart.updated"
    ctx.session.flush()
    facts["cart"] = cart_facts(ctx, cart_lines(ctx.session, ctx.cart_owner))
    return Outcome(key, facts, offers=(("offer.checkout", {}), ("offer.cart", {})))


def _swap(line: CartLine, slots: Slots) -> Variant | None:
    if not slots.colors and not slots.sizes:
        return None
    other = match_variant(line.variant.product, line.variant, slots)
    return other if other is not None and other.id != line.variant_id else None


def _swapped(ctx: Context, line: CartLine, other: Variant, facts: dict[str, Any]) -> Outcome:
    facts |= {
        "options": {key: str(value) for key, value in other.options.items()},
        "stock": other.stock,
        "quantity": line.quantity,
        "in_cart": line.quantity,
    }
    if other.stock < line.quantity:
        return Outcome("cart.too_many", facts)
    line.variant_id, line.price = other.id, other.price
    ctx.session.flush()
    ctx.session.refresh(line)
    facts["cart"] = cart_facts(ctx, cart_lines(ctx.session, ctx.cart_owner))
    return Outcome("cart.swapped", facts, focus=Focus(other.product_id, other.id))


def _line_meant(ctx: Context, request: Request, lines: list[CartLine]) -> CartLine | None:
    chosen = request.args.get("line")
    by_variant = {line.variant_id: line for line in lines}
    if chosen in by_variant:
        return by_variant[str(chosen)]
    in_cart_view = tuple(pair[1] for pair in ctx.state.shown) == tuple(by_variant)
    for ordinal in request.slots.ordinals:
        place = ordinal - 1 if ordinal > 0 else len(lines) + ordinal
        if in_cart_view and 0 <= place < len(lines):
            return lines[place]
    if request.slots.products:
        # What is named and not in the cart is none of its lines, not even of the only one.
        named_ids = request.slots.products
        return next((line for line in lines if line.variant.product_id in named_ids), None)
    if len(lines) == 1:
        return lines[0]
    said = replace(request.slots, colors=(), sizes=())
    query = said.query.casefold()
    named = [
        line
        for line in lines
        if query and all(word.rstrip("s") in _haystack(line) for word in query.split())
    ]
    if len(named) == 1:
        return named[0]
    kinds = {kind.casefold() for kind in said.categories}
    named = [line for line in lines if line.variant.product.category.casefold() in kinds]
    if len(named) == 1:
        return named[0]
    focus = by_variant.get(ctx.state.focus.variant_id or "")
    return focus if focus is not None and (said.deictic or not query) else None


def _haystack(line: CartLine) -> str:
    product = line.variant.product
    return f"{product.title} {product.title_zh} {product.brand} {product.category}".casefold()


def _says_all(text: str) -> bool:
    return any(
        words in text
        for words in (
            "empty",
            "everything",
            "clear",
            "remove all",
            "清空",
            "全部",
            "都不要",
            "都删",
        )
    )


def _with_answers(request: Request) -> Slots:
    """The slots with a colour or size that was asked for and answered by number."""
    slots = request.slots
    if request.args.get("colors"):
        slots = replace(slots, colors=_tuple(request.args["colors"]))
    if request.args.get("sizes"):
        slots = replace(slots, sizes=_tuple(request.args["sizes"]))
    return slots


def _tuple(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _open_option(ctx: Context, found: Target, slots: Slots) -> Outcome | None:
    """The question for size, then colour, where the product comes in several and none is settled.

    What was settled before counts: the variant in focus, a size in the running search or profile.
    """
    product, shown = found
    settled = (
        ctx.state.form is None  # while the size is being asked for, it is not settled
        and ctx.state.focus.variant_id == shown.id
        and ctx.state.last_intent in ("check_availability", "add_to_cart")
    )
    if settled:
        return None
    for option, said, searched in (
        ("sizes", slots.sizes, ctx.state.search.sizes),
        ("colors", slots.colors, ctx.state.search.colors),
    ):
        name = option[:-1]
        values = sorted(
            {
                getattr(variant, name)
                for variant in product.variants
                if variant.active
                and variant.stock > 0
                and getattr(variant, name)
                and (option == "colors" or variant.color in (slots.colors or (shown.color,)))
            },
            key=size_order,
        )
        if said or len(values) < 2:
            continue
        if option == "sizes" and not ctx.state.gift and shown.size in _own_sizes(ctx):
            # The card shows the size that the shopper asked to remember.
            continue
        if searched and getattr(shown, name) in searched:
            continue
        if option == "colors":
            # The card shows one colour; that colour was chosen by pointing at it.
            continue
        facts = {"title": title_of(product, ctx.language), "option": name}
        return Outcome(
            f"cart.ask_{name}",
            facts,
            ask=Ask(option, tuple((value, value) for value in values)),
            focus=Focus(product.id, shown.id),
        )
    return None


def _own_sizes(ctx: Context) -> tuple[str, ...]:
    """Sizes that the shopper asked to remember as theirs."""
    prefer = stated_wishes(ctx).get("prefer") or {}
    return tuple(str(size) for size in prefer.get("size") or ())


def _keep_product(outcome: Outcome, product_id: str, variant_id: str) -> Outcome:
    """Remember which product the question is about while it waits for its answer."""
    return replace(outcome, form_args={"product": product_id, "variant": variant_id})
