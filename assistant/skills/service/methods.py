"""Which payment method is meant: "the gift card", "my Mastercard", "the other card", "back to how I
paid"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from assistant.understanding.service.values import spaced, words_of
from db.models import Order, PaymentMethod

_KINDS = {
    "gift_card": r"\bgift[ -]?cards?\b|\bgc\b|\bvouchers?\b|礼品卡|购物卡",
    "paypal": r"\bpay ?pal\b|贝宝",
    "alipay": r"\bali ?pay\b|支付宝",
    "wechat_pay": r"\bwe ?chat(?: pay)?\b|微信",
    "bank_transfer": r"\b(?:bank|wire) transfer\b|转账|汇款",
    "credit_card": r"\b(?:credit|debit|bank) ?cards?\b|(?<!gift )(?<!gift)(?<!sd )(?<!cf )\b(?:my"
    r"|the|that|a|by|with|other) cards?\b|信用卡|银行卡|借记卡",
}
_BRANDS = r"visa|master ?card|amex|american express|discover|unionpay|银联|jcb"
_ORIGINAL = re.compile(
    r"\b(?:original|same|initial|first)(?: form of| method of)? (?:payment"
    r"|pay(?:ing)?|method|card|way|account|one\b)|\boriginal (?:one|payment)"
    r"|\bhow i(?:'d| had| have)? (?:originally )?paid|\bway i paid|\b(?:what"
    r"|whatever|wherever) i (?:paid|used)|\bback to where it came|原路|原支付|原付款"
    r"|原来的(?:支付|付款)",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:the )?(?:other|different|another|second) (?:payment |credit )?(?:card"
    r"|method|one|payment|account|option)\b|另一张|另外的?(?:卡|付款|支付)|别的(?:卡|付款|支付)",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"(?:\bnot|n't|\bno|\binstead of|\brather than|\bexcept)(?: \w+){0,3}\s*$"
    r"|(?:不要|不用|别用|不是)$",
    re.I,
)


def methods_said(
    text: str, methods: Sequence[PaymentMethod], order: Order | None = None
) -> list[PaymentMethod]:
    """The methods a text names, in the order said; what is ruled out is left out.

    "The other one" is any that the order was not paid with.
    """
    text = spaced(text)
    found: list[tuple[int, PaymentMethod]] = []
    paid = paid_with(order, methods) if order is not None else []
    for method in methods:
        for match in re.finditer(_pattern(method), text, re.I):
            other = order is not None and match[0].casefold().startswith("other ")
            if not other and not _DENIED.search(text[max(0, match.start() - 30) : match.start()]):
                found.append((match.start(), method))
                break
    exact = [each for each in found if _exactly(text, each[1])]
    if exact and len(exact) < len(found):
        kinds = {each[1].kind for each in exact}
        found = [each for each in found if each in exact or each[1].kind not in kinds]
    if order is not None:
        for match in _ORIGINAL.finditer(text):
            if not _DENIED.search(text[max(0, match.start() - 30) : match.start()]):
                found += [(match.start(), method) for method in paid]
        for match in _OTHER.finditer(text):
            others = [method for method in methods if method not in paid]
            if "card" in match[0] and any(m.kind == "credit_card" for m in others):
                others = [method for method in others if method.kind == "credit_card"]
            found += [(match.start(), method) for method in others]
    return list({method.id: method for _, method in sorted(found, key=lambda x: x[0])}.values())


def kinds_said(text: str) -> list[str]:
    """Kinds of payment that a text names, whether the shopper has one or not."""
    text = spaced(text)
    found = [
        (match.start(), kind)
        for kind, pattern in _KINDS.items()
        for match in re.finditer(pattern, text, re.I)
        if not _DENIED.search(text[max(0, match.start() - 30) : match.start()])
    ]
    brands = re.finditer(rf"\b(?:{_BRANDS})\b", text, re.I)
    found += [(match.start(), "credit_card") for match in brands]
    return list(dict.fromkeys(kind for _, kind in sorted(found)))


def paid_with(order: Order, methods: Sequence[PaymentMethod]) -> list[PaymentMethod]:
    """The methods an order was paid with, the latest payment first."""
    ids = [row.payment_method_id for row in reversed(order.payments) if row.kind == "payment"]
    own = {method.id: method for method in methods}
    return [own[each] for each in dict.fromkeys(ids) if each in own]


def covers(method: PaymentMethod, amount: Decimal) -> bool:
    """Whether a method can pay an amount; only gift cards have a balance."""
    return method.kind != "gift_card" or (method.balance or Decimal(0)) >= amount


def _exactly(text: str, method: PaymentMethod) -> bool:
    """Whether brand or number of the method is said, not merely its kind."""
    low = text.casefold()
    telling = [
        word for word in words_of(method.label) if word not in ("ending", "card", "gift", "paypal")
    ]
    return method.id.casefold() in low or any(word in words_of(low) for word in telling)


def _pattern(method: PaymentMethod) -> str:
    made = [re.escape(method.id), _KINDS.get(method.kind, re.escape(method.kind))]
    made += [
        rf"\b{word}\b"
        for word in words_of(method.label)
        if (word.isdigit() and len(word) == 4) or re.fullmatch(_BRANDS, word)
    ]
    if re.search(r"master", method.label, re.I):
        made.append(r"\bmaster ?card\b")
    if re.search(r"amex|american", method.label, re.I):
        made.append(r"\bamex\b|\bamerican express\b")
    return "|".join(made)
