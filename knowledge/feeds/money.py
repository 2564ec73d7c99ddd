"""Amounts as shops write them: "1.234,56 €", "1,234.56 USD", "US$ 19.99"; exact, or refused."""

from __future__ import annotations

import re
from decimal import Decimal

from knowledge.feeds.clean import BadField, shown

_SIGNS = {
    "US$": "USD", "$": "", "€": "EUR", "£": "GBP", "CN¥": "CNY", "¥": "", "元": "CNY",
    "HK$": "HKD", "A$": "AUD", "C$": "CAD", "₹": "INR", "zł": "PLN", "kr": "", "￥": "CNY",
    "RMB": "CNY",
}  # fmt: skip
"""Sign -> its currency, "" where several share it."""
_NUMBER = re.compile(r"\d[\d.,'\u2019 \u00a0\u202f]*")
_GROUPED = {
    mark: re.compile(rf"\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+") for mark in ",.'’ \u00a0\u202f"
}


def amount(text: str, field: str) -> tuple[Decimal, str]:
    """The number and the currency (ISO 4217, "" where none or a shared sign is written).

    Where both separators stand, the last one is the decimal one; a lone one is decimal unless three
    digits follow it, which is refused, for it may mean either.

    Raises:
        BadField: not one amount, negative, or readable in two ways.
    """
    raw = " ".join(text.split())
    found = _NUMBER.search(raw)
    if not found:
        raise BadField(field, f"{shown(raw)!r} is not an amount", "Write one such as 19.90 USD")
    before, digits = raw[: found.start()].strip(), found[0].strip()
    after = raw[found.start() + len(found[0].rstrip()) :].strip()
    if before.endswith(("-", "−")) or before.startswith(("-", "(")):
        raise BadField(field, f"{shown(raw)!r} is negative", "Write zero or more")
    return _decimal(digits.rstrip(".,' "), raw, field), _currency(f"{before} {after}", raw, field)


def _decimal(digits: str, raw: str, field: str) -> Decimal:
    marks = [char for char in digits if not char.isdigit()]
    if not marks:
        return Decimal(digits)
    last = marks[-1]
    whole, _, part = digits.rpartition(last)
    kinds = set(marks)
    decimal = last in ",." and (
        (len(kinds) == 2 and marks.count(last) == 1) or (len(marks) == 1 and len(part) != 3)
    )
    if len(kinds) == 1 and len(marks) == 1 and len(part) == 3 and last in ",.":
        raise BadField(
            field,
            f"{shown(raw)!r} has a separator that can be read in two ways",
            "Write the decimals, such as 1299.00",
        )
    if not decimal:
        whole, part = digits, ""
    for mark in set(whole) - set("0123456789"):
        if not _GROUPED[mark].fullmatch(whole):
            raise BadField(
                field, f"{shown(raw)!r} is not a number", "Write digits with a point: 1299.00"
            )
        whole = whole.replace(mark, "")
    return Decimal(f"{whole}.{part}" if part else whole)


def _currency(rest: str, raw: str, field: str) -> str:
    rest = rest.strip()
    if not rest:
        return ""
    if re.fullmatch(r"[A-Za-z]{3}", rest):
        return {"RMB": "CNY"}.get(rest.upper(), rest.upper())
    for sign in sorted(_SIGNS, key=len, reverse=True):
        if rest == sign:
            return _SIGNS[sign]
    codes = re.findall(r"\b[A-Z]{3}\b", rest)
    if len(codes) == 1 and all(part in _SIGNS or part == codes[0] for part in rest.split()):
        return str(codes[0])
    raise BadField(
        field, f"{shown(raw)!r} holds more than an amount", "Write one such as 19.90 USD"
    )
