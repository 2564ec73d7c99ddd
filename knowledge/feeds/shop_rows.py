"""What the readers of shop systems share: rows brought to the names of the plain product format."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from knowledge.feeds.clean import BadField, clean_text, shown, text_of
from knowledge.feeds.html_markdown import to_markdown
from knowledge.feeds.money import amount
from knowledge.feeds.plain_products import Entry, grouped
from knowledge.feeds.reading import Context
from knowledge.feeds.records import ProductRecord, Refusal

COLOR = re.compile(r"colou?r|farbe|couleur|颜色|颜色分类", re.IGNORECASE)
SIZE = re.compile(r"size|größe|taille|尺码|尺寸", re.IGNORECASE)
MATERIAL = re.compile(r"material|fabric|材质|面料", re.IGNORECASE)


def price_fields(
    context: Context, regular: Any, sale: Any, fields: tuple[str, str] = ("price", "sale price")
) -> dict[str, Any]:
    """`price` and, where a sale price is lower, `list_price`; exact, in the shop's currency.

    Raises:
        BadField: an amount that cannot be read, or one in another currency.
    """
    found: list[Decimal | None] = []
    for value, field in ((regular, fields[0]), (sale, fields[1])):
        text = "" if value is None else str(value).strip()
        if not text:
            found.append(None)
            continue
        number, currency = amount(text, field)
        if currency and currency != context.currency:
            raise BadField(
                field,
                f"{currency!r}, but the shop sells in {context.currency}",
                "Convert the price, or set currency in shop.toml",
            )
        found.append(number)
    full, reduced = found
    if full is None and reduced is None:
        raise BadField(fields[0], "no price", "Write an amount such as 19.90")
    if full is not None and reduced is not None and reduced < full:
        return {"price": reduced, "list_price": full}
    return {"price": full if full is not None else reduced}


def option_fields(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Options of a variant: colour and size under their own names, all others as `option:NAME`."""
    out: dict[str, Any] = {}
    for name, value in pairs:
        name, value = clean_text(name), clean_text(value)
        if not name or not value:
            continue
        if COLOR.fullmatch(name) and "color" not in out:
            out["color"] = value[:64]
        elif SIZE.fullmatch(name) and "size" not in out:
            out["size"] = value[:64]
        else:
            out[f"option:{name.casefold()}"] = value
    return out


def plain_html(value: Any) -> str:
    """A description that may be HTML as text: nothing active, no markup."""
    text = "" if value is None else str(value)
    if "<" not in text and "&" not in text:
        return text
    return re.sub(r"(?m)^#{1,6} ", "", to_markdown(text))


def local_pictures(values: Iterable[str], context: Context, told: set[str]) -> str:
    """Pictures that are files, joined as the plain format has them; addresses are told of once."""
    kept = []
    for value in values:
        value = value.strip()
        if not value:
            continue
        if re.match(r"(?:https?:)?//", value, re.IGNORECASE):
            if "pictures" not in told:
                told.add("pictures")
                context.note(
                    "pictures are named by web address; nothing is downloaded, so products come "
                    "without them: save them beside the feed and name the files"
                )
            continue
        kept.append(value)
    return "|".join(kept)


def category_fields(path: str) -> dict[str, Any]:
    """`category_path` and `category` of "A > B > C"."""
    parts = [clean_text(part) for part in re.split(r"\s*>\s*", path) if part.strip()]
    if not parts:
        return {}
    return {"category_path": " > ".join(parts), "category": parts[-1][:128]}


def unique(entries: Iterable[Entry | Refusal], context: Context) -> Iterator[Entry | Refusal]:
    """Entries with ids not seen before; a second one is refused."""
    seen: dict[str, int] = {}
    for entry in entries:
        if isinstance(entry, Refusal):
            yield entry
            continue
        if entry.id in seen:
            problem = BadField(
                "id", f"{entry.id!r} stands in line {seen[entry.id]} already", "Keep one of the two"
            )
            yield context.refusal(problem, entry.line, entry.id, "product")
            continue
        seen[entry.id] = entry.line
        yield entry


def products_of(
    entries: Iterable[Entry | Refusal], context: Context
) -> Iterator[ProductRecord | Refusal]:
    """Products from entries in any order, refusals passed on."""
    kept: list[Entry] = []
    for entry in unique(entries, context):
        if isinstance(entry, Refusal):
            yield entry
        else:
            kept.append(entry)
    yield from grouped(kept, context)


def field(values: Mapping[str, Any], *names: str, limit: int = 50_000) -> str:
    """The first of these columns that holds something, cleaned."""
    for name in names:
        if values.get(name) not in (None, ""):
            found = text_of(values, name, limit=limit, multiline=True)
            if found:
                return found
    return ""


def id_in(values: Mapping[str, Any], *names: str) -> str:
    """The identifier in the first of these columns that holds one.

    Raises:
        BadField: none does, or it is too long.
    """
    text = field(values, *names)
    if not text:
        raise BadField(names[0], "empty", f"Give every row a {names[0]}")
    if len(text) > 128:
        raise BadField(names[0], f"{shown(text)!r} is longer than 128 characters", "Shorten it")
    return text
