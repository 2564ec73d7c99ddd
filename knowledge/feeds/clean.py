"""Values of feeds made safe and exact: text, ids, prices, counts, times. Bad ones say why."""

from __future__ import annotations

import html
import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

MOST_MONEY = Decimal(100_000_000)
ID_LENGTH = 128
TITLE_LENGTH = 500
TEXT_LENGTH = 50_000
VALUE_LENGTH = 2_000

# Controls, soft hyphens, zero-width marks, bidi overrides and isolates, tags, lone surrogates.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_SPACES = re.compile(r"[ \t\r\f\v\u00a0\u2000-\u200a\u3000]+")
_TAG = re.compile(r"<(?:!--.*?--|/?[a-zA-Z][^<>]*)>", re.DOTALL)
_PLAIN_PRICE = re.compile(r"[0-9]+(?:\.[0-9]+)?")


class BadField(ValueError):
    """A value cannot be taken: `field`, `reason` and `hint` go into the report."""

    def __init__(self, field: str, reason: str, hint: str) -> None:
        super().__init__(f"{field}: {reason}. {hint}")
        self.field = field
        self.reason = reason
        self.hint = hint


def clean_text(value: str, *, multiline: bool = False) -> str:
    """`value` in NFC without control and bidi characters, tags or runs of spaces.

    One line unless `multiline`, where line breaks stay (never more than one empty line).
    """
    if value.isascii() and value.isprintable() and "  " not in value and "<" not in value:
        # Most values are of this kind; entities still have to be resolved.
        return (html.unescape(value) if "&" in value else value).strip()
    if "&" in value:
        value = html.unescape(value)
    if "<" in value:
        value = _TAG.sub(" ", value)
    value = _UNSAFE.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    value = unicodedata.normalize("NFC", value)
    if not multiline:
        return _SPACES.sub(" ", value.replace("\n", " ")).strip()
    lines = [_SPACES.sub(" ", line).strip() for line in value.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def clean_markdown(value: str) -> str:
    """Markdown without control and bidi characters or HTML tags; indentation stays."""
    value = _UNSAFE.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    value = unicodedata.normalize("NFC", _TAG.sub("", value))
    return re.sub(r"\n{3,}", "\n\n", value).strip()


def shown(value: object, most: int = 40) -> str:
    """`value` short and harmless enough to quote in a report."""
    text = value if isinstance(value, str) else repr(value)
    text = clean_text(text[: most * 4])
    return text if len(text) <= most else text[: most - 1] + "…"


def text_of(
    row: Mapping[str, Any],
    field: str,
    *,
    required: bool = False,
    limit: int = TEXT_LENGTH,
    multiline: bool = False,
) -> str:
    """The text of `field`, cleaned; "" where it is missing.

    Raises:
        BadField: not a text, longer than `limit` characters, or missing though `required`.
    """
    value = row.get(field)
    if value is None:
        value = ""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise BadField(
            field, f"text was expected, not {type_name(value)}", "Write it as a plain text"
        )
    text = str(value)
    if len(text) > limit:
        raise BadField(
            field, f"{len(text)} characters, at most {limit} fit", "Shorten it or move it elsewhere"
        )
    text = clean_text(text, multiline=multiline)
    if required and not text:
        raise BadField(field, "empty", f"Give every row a {field}")
    return text


def id_of(row: Mapping[str, Any], field: str = "id") -> str:
    """The identifier in `field`: 1 to 128 characters, numbers taken as they are written."""
    value = row.get(field)
    if isinstance(value, float | Decimal):
        raise BadField(field, f"{shown(value)} is not an id", "Write ids as text or whole numbers")
    return text_of(row, field, required=True, limit=ID_LENGTH)


def type_name(value: object) -> str:
    """What a JSON value is called in a report."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes or no"
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, str):
        return "a text"
    return "a number"


def exact(value: object) -> Decimal | None:
    """A finite Decimal of a JSON number or plain text, or None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        return Decimal(repr(value)) if math.isfinite(value) else None
    if not isinstance(value, int | str | Decimal):
        return None
    try:
        number = Decimal(value)
    except (InvalidOperation, ValueError):
        return None
    return number if number.is_finite() and -400 < number.adjusted() < 400 else None


def price_of(row: Mapping[str, Any], field: str = "price", *, what: str = "price") -> Decimal:
    """A non-negative amount with at most two decimals.

    Raises:
        BadField: missing, text, negative, not finite, a fraction of a cent, or too large.
    """
    value = row.get(field)
    if value is None or (isinstance(value, str) and not value.strip()):
        raise BadField(field, f"no {what}", "Write an amount such as 19.90")
    if isinstance(value, str):
        text = value.strip()
        if not _PLAIN_PRICE.fullmatch(text):
            raise BadField(field, _price_reason(text), "Write digits with a point, such as 1299.00")
        value = text
    amount = exact(value)
    if amount is None:
        raise BadField(field, f"{shown(value)} is not a {what}", "Write an amount such as 19.90")
    if amount < 0:
        raise BadField(field, f"{shown(str(amount))} is negative", "Write zero or more")
    if amount > MOST_MONEY:
        raise BadField(
            field, f"{shown(str(amount))} is too large", f"Amounts go up to {MOST_MONEY}"
        )
    cents = amount.quantize(Decimal("0.01"))
    if cents != amount:
        raise BadField(
            field,
            f"{shown(str(amount))} has more than two decimals",
            "Round it to whole cents",
        )
    return cents


def _price_reason(text: str) -> str:
    quoted = f"{shown(text)!r}"
    if re.fullmatch(r"-\s*[0-9][0-9.,]*", text):
        return f"{quoted} is negative"
    if re.fullmatch(r"[0-9][0-9.,' ]*", text):
        return f"{quoted} has separators that can be read in two ways"
    if re.search(r"[0-9]", text) and re.search(r"[^\w\s.,'-]|[A-Za-z]{2,3}", text):
        return f"{quoted} holds more than an amount"
    return f"{quoted} is not a number"


def optional_price(row: Mapping[str, Any], field: str) -> Decimal | None:
    """Like `price_of`, None where the field is missing or empty."""
    value = row.get(field)
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    return price_of(row, field)


def count_of(row: Mapping[str, Any], field: str, default: int, most: int = 1_000_000_000) -> int:
    """A whole number from 0 to `most`; `default` where it is missing or empty."""
    value = row.get(field)
    if value is None or (isinstance(value, str) and not value.strip()):
        return default
    number = exact(value.strip() if isinstance(value, str) else value)
    if number is None or number != number.to_integral_value():
        raise BadField(field, f"{shown(value)} is not a whole number", "Write a count such as 12")
    if not 0 <= number <= most:
        raise BadField(field, f"{shown(str(number))} is out of range", f"Write 0 to {most}")
    return int(number)


def number_of(row: Mapping[str, Any], field: str, low: float, high: float) -> float | None:
    """A number from `low` to `high`; None where it is missing or empty."""
    value = row.get(field)
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    number = exact(value.strip() if isinstance(value, str) else value)
    if number is None or not low <= number <= high:
        raise BadField(
            field,
            f"{shown(value)} is not a number from {low:g} to {high:g}",
            "Mend it or leave it empty",
        )
    return float(number)


def time_of(row: Mapping[str, Any], field: str) -> datetime | None:
    """An instant in UTC from ISO 8601 ("2026-05-01", "2026-05-01T10:00:00+02:00"); a time without
    a zone is taken as UTC; None where it is missing or empty."""
    text = text_of(row, field, limit=64)
    if not text:
        return None
    try:
        when = datetime.fromisoformat(text)
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadField(
            field, f"{shown(text)!r} is not a date", "Write dates as 2026-05-01T10:00:00Z"
        ) from None


def truth_of(row: Mapping[str, Any], field: str, default: bool = False) -> bool:
    """A yes or no, written true/false, yes/no or 1/0; `default` where missing or empty."""
    value = row.get(field)
    if isinstance(value, bool):
        return value
    text = text_of(row, field, limit=16).casefold()
    if not text:
        return default
    if text in {"true", "yes", "y", "1"}:
        return True
    if text in {"false", "no", "n", "0"}:
        return False
    raise BadField(field, f"{shown(text)!r} is neither yes nor no", "Write yes or no")
