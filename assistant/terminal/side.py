"""The side panel: the cart and what is remembered, as they stand after the last reply."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from assistant.chat import price, safe, value_word
from assistant.conversation import Language
from assistant.terminal.strings import say
from assistant.views import CartView, Panels, ProfileView, Wish


class SidePanel(VerticalScroll):
    """Cart above profile."""

    can_focus = False

    def compose(self) -> ComposeResult:
        """Both panels, empty until the shop is open."""
        yield Static("", id="cart", classes="panel", markup=False)
        yield Static("", id="profile", classes="panel", markup=False)

    def display_panels(self, panels: Panels | None, language: Language) -> None:
        """Show this cart and this profile."""
        if panels is None:
            return
        cart = self.query_one("#cart", Static)
        cart.border_title = Content(
            say("cart_count", language, count=panels.cart.count)
            if panels.cart.count
            else say("cart", language)
        )
        cart.update(cart_content(panels.cart, language))
        profile = self.query_one("#profile", Static)
        profile.border_title = Content(say("profile", language))
        profile.update(profile_content(panels.profile, language))


def cart_content(cart: CartView, language: Language) -> Content:
    """The cart's lines and what they come to."""
    if not cart.lines:
        return Content.styled(say("cart_empty", language), "dim")
    comma = say("comma", language)
    lines = []
    for line in cart.lines:
        options = comma.join(safe(option, lines=False) for option in line.options)
        lines.append(
            Content.assemble((f"{line.quantity} × ", "bold"), safe(line.title, lines=False))
        )
        detail = price(line.total, cart.currency, language)
        lines.append(
            Content.styled(f"    {options}{comma}{detail}" if options else f"    {detail}", "dim")
        )
    shipping = (
        price(cart.shipping, cart.currency, language)
        if cart.shipping
        else say("shipping_free", language)
    )
    colon = say("colon", language)
    lines += [
        Content(""),
        Content(
            f"{say('subtotal', language)}{colon}{price(cart.subtotal, cart.currency, language)}"
        ),
        Content(f"{say('shipping', language)}{colon}{shipping}"),
        Content.styled(
            f"{say('total', language)}{colon}{price(cart.total, cart.currency, language)}", "bold"
        ),
    ]
    return Content("\n").join(lines)


def profile_content(profile: ProfileView, language: Language) -> Content:
    """What is remembered, what was said apart from what was concluded."""
    if profile.customer_id is None:
        return Content.styled(say("profile_guest", language), "dim")
    lines = [Content.styled(safe(profile.name or profile.customer_id, lines=False), "bold")]
    if not profile.stated and not profile.inferred:
        lines.append(Content.styled(say("profile_empty", language), "dim"))
    if profile.stated:
        lines.append(Content.styled(say("you_said", language), "dim"))
        lines += [Content(f"· {_wish(wish, language)}") for wish in profile.stated]
    if profile.inferred:
        lines.append(Content.styled(say("seems", language), "dim"))
        comma, colon = say("comma", language), say("colon", language)
        lines += [
            Content(safe(f"· {_kind(kind, language)}{colon}{comma.join(values)}", lines=False))
            for kind, values in profile.inferred
        ]
    return Content("\n").join(lines)


def _kind(kind: str, language: Language) -> str:
    if kind == "price_band":
        return say("price_band", language)
    return value_word(kind.replace("_", " "), language)


def _wish(wish: Wish, language: Language) -> str:
    values = safe(say("comma", language).join(wish.values), lines=False)
    key = "wish_prefer" if wish.prefer else "wish_never"
    return say(key, language, kind=_kind(wish.kind, language), values=values)
