"""`aisle run-scripts`: play scripted conversations and show what does not hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def run_scripts_command(
    paths: Annotated[list[Path], typer.Argument(help="YAML files, or folders of them.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    record: Annotated[
        Path | None,
        typer.Option("--record", help="Write the conversation of --shop to this file instead."),
    ] = None,
    shop: Annotated[Path | None, typer.Option("--shop", help="Shop to record from.")] = None,
    conversation: Annotated[
        str | None, typer.Option("--conversation", help="Which one; by default the newest.")
    ] = None,
) -> None:
    """Play conversations on the demo shop; exit status 1 where one does not hold.

    Example: aisle run-scripts conversations/
    Example: aisle run-scripts --record mine.yaml --shop ./shop .
    """
    from assistant.scripted.format import ScriptError, read_script
    from assistant.scripted.runner import Stage, demo_template

    if record is not None:
        _record(record, shop, conversation)
        return
    files = [file for path in paths for file in _files(path)]
    if not files:
        typer.echo("no YAML files there; name a file or a folder of conversations", err=True)
        raise typer.Exit(2)
    try:
        scripts = [(file, read_script(file)) for file in files]
    except ScriptError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    stage = Stage(demo_template())
    failed = total = 0
    try:
        for file, conversations in scripts:
            for one in conversations:
                result = stage.play(one, file.parent)
                total += 1
                failed += not result.passed
                if as_json:
                    _print_json(
                        file, result.name, result.failure.to_text() if result.failure else None
                    )
                    continue
                word = "passed" if result.passed else "FAILED"
                color = typer.colors.GREEN if result.passed else typer.colors.RED
                typer.secho(f"{word}  {file.name}: {result.name}", fg=color)
                if result.failure is not None:
                    typer.echo(result.failure.to_text())
    finally:
        stage.close()
    if not as_json:
        typer.echo(f"{total - failed} passed, {failed} failed")
    if failed:
        raise typer.Exit(1)


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.suffix in (".yaml", ".yml"))
    return [path]


def _print_json(file: Path, name: str, failure: str | None) -> None:
    record = {"file": str(file), "name": name, "passed": failure is None, "failure": failure}
    typer.echo(json.dumps(record, ensure_ascii=False))


def _record(target: Path, shop: Path | None, conversation: str | None) -> None:
    from assistant.scripted.record import NothingToRecord, record_conversation
    from db.errors import DatabaseError
    from knowledge.errors import KnowledgeError
    from knowledge.settings import SettingsError
    from knowledge.shop import Shop

    if shop is None:
        typer.echo("--record needs --shop: the shop whose conversation is written down", err=True)
        raise typer.Exit(2)
    if not shop.is_dir():
        typer.echo(f"{shop}: no such shop folder", err=True)
        raise typer.Exit(2)
    try:
        with Shop.open(shop) as opened:
            script = record_conversation(opened, conversation)
    except (NothingToRecord, KnowledgeError, DatabaseError, SettingsError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    target.write_text(script, encoding="utf-8")
    typer.echo(f"wrote {target}")
