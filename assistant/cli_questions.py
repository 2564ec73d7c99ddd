"""`aisle questions`: what shoppers asked and nothing answered, for staff to write about."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer


def questions_command(
    shop: Annotated[
        Path | None,
        typer.Option("--shop", help="Shop folder; by default AISLE_SHOP, else the demo shop."),
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", help="Only questions in this one: en or zh.")
    ] = None,
    answered: Annotated[
        int | None,
        typer.Option("--answered", help="Take this one off the list, by its number."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List questions that neither articles nor past tickets answered, the most asked first.

    They hold no personal data.

    Example: aisle questions --shop ./my-shop --json
    """
    from assistant.folders import shop_folder
    from assistant.review import unanswered
    from db.unit import read_unit, turn_unit
    from knowledge.demo import open_or_build

    with open_or_build(shop_folder(shop)) as opened:
        if answered is not None:
            with turn_unit(opened.engine) as session:
                known = unanswered.answered(session, answered)
            if not known:
                typer.echo(f"aisle: no question {answered}; `aisle questions` lists them", err=True)
                raise typer.Exit(1)
            return
        with read_unit(opened.engine) as session:
            for row in unanswered.waiting(session, language):
                record = {
                    "id": row.id,
                    "question": row.text,
                    "language": row.language,
                    "intent": row.intent,
                    "count": row.count,
                    "first_seen": row.first_seen.isoformat(),
                    "last_seen": row.last_seen.isoformat(),
                }
                if as_json:
                    sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
                else:
                    typer.echo(f"{row.id:>5}  {row.count:>4} x  {row.text}  [{row.intent}]")
