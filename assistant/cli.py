"""The `aisle` command line: one small function a command, heavy imports inside them."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from typing import Annotated, Any

import typer

from assistant.cli_records import JsonOption, ShopOption
from assistant.conversation import Language
from assistant.folders import shop_folder

app = typer.Typer(
    name="aisle",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A shopping assistant that a shop runs itself. Each command has --help with an example.",
)


def _print(record: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(record, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def _utterances() -> list[str]:
    data = sys.stdin.buffer.read().decode("utf-8", "replace")
    return [line for line in data.splitlines() if line.strip()]


@app.command()
def understand(
    shop: ShopOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show how utterances are understood: one a line on standard input.

    Example: echo "red shoes under 80" | aisle understand --json
    """
    from assistant.engine import Assistant
    from knowledge.demo import open_or_build

    assistant = Assistant.open(open_or_build(shop_folder(shop)))
    try:
        for text in _utterances():
            for heard in assistant.understand(text):
                record = asdict(heard)
                record["text"] = heard.written
                for name in ("follows", "said"):  # one depends on a list, one stands in the text
                    del record[name]
                record["slots"] = _said(record["slots"])
                if as_json:
                    _print(record)
                else:
                    typer.echo(f"{heard.confidence:.2f} {heard.intent}  {record['slots']}")
    finally:
        assistant.close()


def _said(slots: dict[str, Any]) -> dict[str, Any]:
    """Only the slots that were filled."""
    empty: tuple[Any, ...] = (None, (), "", False, [])
    return {name: value for name, value in slots.items() if value not in empty}


@app.command()
def recommend(
    customer: Annotated[str, typer.Option("--customer", help="Customer id.")],
    shop: ShopOption = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100)] = 10,
    language: Annotated[str, typer.Option("--language", help="en or zh.")] = "en",
    as_json: JsonOption = False,
) -> None:
    """Recommend products to a customer, with the true reasons.

    Example: aisle recommend --customer mia --limit 5 --json
    """
    from assistant.recommend.listing import recommendations
    from assistant.wording.render import wording
    from knowledge.demo import open_or_build

    spoken: Language = "zh" if language == "zh" else "en"
    words = wording(spoken)
    with open_or_build(shop_folder(shop)) as opened:
        for row in recommendations(opened, customer, limit=limit, language=spoken):
            reasons = [words.text(key, facts) for key, facts in row.ranked.reasons]
            record = {
                "query": "",
                "product_id": row.ranked.product_id,
                "title": row.title,
                "price": str(row.price),
                "score": round(row.ranked.score, 6),
                "evidence": {part.kind: round(part.worth, 6) for part in row.ranked.parts},
                "reasons": reasons,
                "sponsored": False,
            }
            if as_json:
                _print(record)
            else:
                typer.echo(f"{row.price:>10}  {row.title}  ({'; '.join(reasons)})")


@app.command()
def doctor(shop: ShopOption = None, as_json: JsonOption = False) -> None:
    """Check models, database and index of a shop, and say what to do where something is wrong.

    Example: aisle doctor --shop ./my-shop
    """
    from assistant.doctor import examine

    checks = examine(shop_folder(shop))
    for check in checks:
        if as_json:
            _print(asdict(check))
        else:
            typer.echo(f"{'ok  ' if check.ok else 'FAIL'} {check.name}: {check.detail}")
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


def main() -> None:
    """Entry point; an error fit to be shown is one line, not a traceback."""
    from assistant.commands import register
    from db.errors import DatabaseError
    from knowledge.errors import KnowledgeError
    from knowledge.settings import SettingsError

    register(app)
    try:
        app()
    except (DatabaseError, KnowledgeError, SettingsError) as error:
        typer.echo(f"aisle: {error}", err=True)
        sys.exit(2)
    except BrokenPipeError:
        # The reader went away (aisle ... | head); there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
