"""Documents a shopper keeps: an order's invoice as text and as PDF, saved in the shop folder.

Chinese is set in STSong-Light, one of the PDF standard's own fonts for it: viewers bring it along,
so that a file stays small and no font of many megabytes ships. All else is embedded.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.numbers import format_currency

from assistant.conversation import Language

FOLDER = Path("documents", "invoices")
"""Below the shop folder."""
LOCALES: dict[Language, str] = {"en": "en_US", "zh": "zh_Hans_CN"}
WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "invoice": "Invoice",
        "order": "Order",
        "date": "Date of order",
        "to": "Bill to",
        "item": "Item",
        "pieces": "Pieces",
        "price": "Price",
        "sum": "Sum",
        "shipping": "Delivery",
        "discount": "Discount",
        "adjustment": "Exchanges",
        "total": "Total",
        "payment": "Paid",
        "refund": "Refunded",
        "pending": "pending",
    },
    "zh": {
        "invoice": "发票",
        "order": "订单",
        "date": "下单日期",
        "to": "收件人",
        "item": "商品",
        "pieces": "数量",
        "price": "单价",
        "sum": "金额",
        "shipping": "运费",
        "discount": "优惠",
        "adjustment": "换货差价",
        "total": "合计",
        "payment": "已付",
        "refund": "已退",
        "pending": "处理中",
    },
}
_CHINESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\u3000-\u303f]+")
_LATIN, _SONG = "Vera", "STSong-Light"
_LEFT, _RIGHT, _TOP, _BOTTOM = 56.0, 539.0, 786.0, 70.0
"""Margins of an A4 page in points."""


@dataclass(frozen=True, slots=True)
class Invoice:
    """What an invoice states. `lines` and `payments` are as the outcome's facts have them."""

    shop: str
    order_id: str
    placed_at: datetime | None
    name: str
    address: tuple[str, ...]
    lines: tuple[dict[str, Any], ...]
    shipping: Decimal
    discount: Decimal | None
    adjustment: Decimal | None
    total: Decimal
    currency: str
    payments: tuple[dict[str, Any], ...]
    language: Language

    def money(self, amount: Decimal) -> str:
        """An amount in the reader's notation."""
        return str(format_currency(amount, self.currency, locale=LOCALES[self.language]))

    def head(self) -> list[str]:
        """Lines above the table."""
        words = WORDS[self.language]
        told = [self.shop, f"{words['order']} {self.order_id}"]
        if self.placed_at is not None:
            day = format_date(self.placed_at.date(), "long", LOCALES[self.language])
            told.append(f"{words['date']}: {day}")
        to = ", ".join(part for part in (self.name, *self.address) if part)
        return [*told, f"{words['to']}: {to}"] if to else told

    def sums(self) -> list[tuple[str, str]]:
        """Lines below the table, in order; the last of the amounts before payments is the total."""
        words = WORDS[self.language]
        rows = [(words["shipping"], self.money(self.shipping))]
        if self.discount:
            rows.append((words["discount"], self.money(-self.discount)))
        if self.adjustment:
            rows.append((words["adjustment"], self.money(self.adjustment)))
        rows.append((words["total"], self.money(self.total)))
        for each in self.payments:
            label = f" ({each['label']})" if each["label"] else ""
            pending = f", {words['pending']}" if each["pending"] else ""
            rows.append((f"{words[each['kind']]}{label}{pending}", self.money(each["amount"])))
        return rows

    def table(self) -> list[tuple[str, str, str, str]]:
        """Item, pieces, price, sum; the first row names the columns."""
        words = WORDS[self.language]
        rows = [(words["item"], words["pieces"], words["price"], words["sum"])]
        for line in self.lines:
            options = f" ({line['options']})" if line["options"] else ""
            rows.append(
                (
                    f"{line['title']}{options}",
                    str(line["quantity"]),
                    self.money(line["price"]),
                    self.money(line["sum"]),
                )
            )
        return rows


def as_text(invoice: Invoice) -> str:
    """The invoice as plain text."""
    rows = [WORDS[invoice.language]["invoice"], *invoice.head(), ""]
    rows += ["  ".join(cells) for cells in invoice.table()]
    rows += ["", *(f"{name}: {amount}" for name, amount in invoice.sums())]
    return "\n".join(rows) + "\n"


def as_pdf(invoice: Invoice) -> bytes:
    """The invoice as a PDF of one or more A4 pages; the same invoice gives the same bytes."""
    from reportlab.pdfgen.canvas import Canvas

    _register_fonts()
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595.0, 842.0), invariant=1, pageCompression=1)
    words = WORDS[invoice.language]
    canvas.setTitle(f"{words['invoice']} {invoice.order_id}")
    canvas.setAuthor(invoice.shop)
    page = _Page(canvas)
    page.row([(words["invoice"], _LEFT, False)], size=20, after=14)
    for line in invoice.head():
        for part in _wrapped(line, 10, _RIGHT - _LEFT):
            page.row([(part, _LEFT, False)])
    page.gap(10)
    for place, (item, pieces, price, value) in enumerate(invoice.table()):
        parts = _wrapped(item, 10, 280)
        page.row([(parts[0], _LEFT, False), (pieces, 375, True), (price, 455, True),
                  (value, _RIGHT, True)])  # fmt: skip
        for more in parts[1:]:
            page.row([(more, _LEFT + 10, False)])
        if place == 0:
            page.rule()
    page.rule()
    for name, amount in invoice.sums():
        page.row([(name, 455, True), (amount, _RIGHT, True)])
    canvas.save()
    return buffer.getvalue()


def save(folder: Path, invoice: Invoice) -> tuple[Path, Path] | None:
    """Write the invoice below the shop folder as text and PDF.

    Returns:
        Both paths, the PDF's last; None where the folder cannot be written.
    """
    text, pdf = paths(folder, invoice.order_id, invoice.language)
    try:
        text.parent.mkdir(parents=True, exist_ok=True)
        text.write_text(as_text(invoice), encoding="utf-8")
        pdf.write_bytes(as_pdf(invoice))
    except OSError:
        return None
    return text, pdf


def paths(folder: Path, order_id: str, language: Language) -> tuple[Path, Path]:
    """Where an order's invoice lies, as text and as PDF."""
    name = "".join(char if char.isalnum() or char == "-" else "" for char in order_id)
    stem = folder / FOLDER / f"{name}-{language}"
    return stem.with_suffix(".txt"), stem.with_suffix(".pdf")


def forget(folder: Path, order_ids: Iterable[str]) -> None:
    """Remove the invoices of these orders."""
    for order_id in order_ids:
        for language in LOCALES:
            for path in paths(folder, order_id, language):
                path.unlink(missing_ok=True)


class _Page:
    """A canvas written from top to bottom; a new page begins where one is full."""

    def __init__(self, canvas: Any) -> None:
        self._canvas = canvas
        self._y = _TOP

    def row(self, cells: list[tuple[str, float, bool]], size: int = 10, after: float = 5) -> None:
        """Texts at their places; True sets one to the left of its place."""
        if self._y - size < _BOTTOM:
            self._canvas.showPage()
            self._y = _TOP
        self._y -= size
        for text, x, right in cells:
            self._text(text, x - _width(text, size) if right else x, size)
        self._y -= after

    def rule(self) -> None:
        self._canvas.line(_LEFT, self._y, _RIGHT, self._y)
        self._y -= 6

    def gap(self, points: float) -> None:
        self._y -= points

    def _text(self, text: str, x: float, size: int) -> None:
        for run, font in _runs(text):
            self._canvas.setFont(font, size)
            self._canvas.drawString(x, self._y, run)
            x += _run_width(run, font, size)


def _runs(text: str) -> Iterator[tuple[str, str]]:
    """Pieces of a text with the font that has their letters."""
    text = unicodedata.normalize("NFC", text)
    at = 0
    for found in _CHINESE.finditer(text):
        if found.start() > at:
            yield text[at : found.start()], _LATIN
        yield found[0], _SONG
        at = found.end()
    if at < len(text):
        yield text[at:], _LATIN


def _width(text: str, size: int) -> float:
    return sum(_run_width(run, font, size) for run, font in _runs(text))


def _run_width(run: str, font: str, size: int) -> float:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(stringWidth(run, font, size))


def _wrapped(text: str, size: int, room: float) -> list[str]:
    """Lines that fit, broken at spaces or between Chinese characters."""
    lines = [""]
    for word in re.findall(r"[\u2e80-\u9fff\uff00-\uffef]|\S+?(?=[\u2e80-\u9fff]|\s|$)|\s+", text):
        if lines[-1] and _width(lines[-1] + word, size) > room:
            lines.append("")
        lines[-1] += word if lines[-1] else word.lstrip()
    return [line.rstrip() for line in lines if line.strip()] or [""]


def _register_fonts() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.ttfonts import TTFont

    known = pdfmetrics.getRegisteredFontNames()
    if _LATIN not in known:
        pdfmetrics.registerFont(TTFont(_LATIN, "Vera.ttf"))
    if _SONG not in known:
        pdfmetrics.registerFont(UnicodeCIDFont(_SONG))
