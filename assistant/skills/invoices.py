"""An order's invoice as a document: kept in the shop folder, named in the reply."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from assistant import documents
from assistant.skills.base import Context


def keep(ctx: Context, facts: dict[str, Any]) -> str:
    """Keep the invoice that the facts state; the PDF's path, empty where nothing can be written."""
    if ctx.folder is None:
        return ""
    saved = documents.save(
        ctx.folder,
        documents.Invoice(
            shop=facts["shop"],
            order_id=facts["order_id"],
            placed_at=facts["placed_at"],
            name=facts["name"],
            address=tuple(facts["ship_to"]),
            lines=tuple(facts["lines"]),
            shipping=facts["shipping"],
            discount=facts["discount"],
            adjustment=facts["adjustment"],
            total=facts["total"],
            currency=facts["currency"],
            payments=tuple(facts["payments"]),
            language=ctx.language,
        ),
    )
    return str(saved[-1]) if saved else ""


def forget(ctx: Context, order_ids: Iterable[str]) -> None:
    """Remove the documents of orders whose buyer is forgotten."""
    if ctx.folder is not None:
        documents.forget(ctx.folder, order_ids)
