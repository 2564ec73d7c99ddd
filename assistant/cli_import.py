"""`aisle import`: take a shop's own files into its database, then bring search up to date."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer


def import_command(
    paths: Annotated[
        list[Path], typer.Argument(metavar="DIR_OR_FILE...", help="Files, or folders of them.")
    ],
    images: Annotated[
        Path | None,
        typer.Option("--images", help="Folder of the pictures; by default beside each file."),
    ] = None,
    shop: Annotated[
        Path | None,
        typer.Option("--shop", help="Shop folder; by default AISLE_SHOP, else the demo shop."),
    ] = None,
    stock: Annotated[
        int, typer.Option("--stock", min=0, help="Pieces of what comes without a stock.")
    ] = 10,
    replace: Annotated[
        bool, typer.Option("--replace", help="Switch off products that the files lack.")
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Show matched columns and what is refused; write nothing."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Import products, articles, customers and orders; bad rows are reported, good rows taken.

    The report is also written to import-report.json in the shop folder. Exit status 1 where a whole
    file was refused or nothing was imported.

    Example: aisle import ./catalogue ./help --images ./photos --shop ./my-shop
    """
    from assistant.folders import shop_folder
    from assistant.recommend.recommender import prepare
    from db.engine import create_engine_for, upgrade
    from knowledge.errors import KnowledgeError
    from knowledge.feeds import import_paths
    from knowledge.index import bar
    from knowledge.settings import load_settings
    from knowledge.shop import SETTINGS_FILE, Shop

    folder = shop_folder(shop)
    settings = load_settings(folder / SETTINGS_FILE)
    engine = create_engine_for(folder, os.environ.get("AISLE_DATABASE_URL"))
    try:
        upgrade(engine)
        with bar() as tell:

            def progress(done: int, total: int | None, label: str) -> None:
                # A document of unknown length is told of once it is done.
                if total is not None:
                    tell(label, done, total)

            report = import_paths(
                engine,
                folder,
                paths,
                images,
                settings,
                progress,
                default_stock=stock,
                replace=replace,
                dry_run=dry_run,
            )
    finally:
        engine.dispose()
    trouble = ""
    if (report.taken or report.deactivated) and not dry_run:
        try:
            with Shop.open(folder) as opened, bar() as tell:
                for line in opened.knowledge.sync(tell):
                    report.note("", line)
                prepare(opened)
            report.write(folder)
        except KnowledgeError as error:
            # What was imported is safe in SQL; keyword search finds it meanwhile.
            trouble = f"imported, but search could not be brought up to date: {error}"
    if as_json:
        sys.stdout.write(report.to_json() + "\n")
    else:
        for note in report.read_as:
            typer.echo(f"{note.file}: {note.text}")
        if dry_run:
            typer.echo("Nothing was written; an import would give:")
        typer.echo(report.to_text())
    if trouble:
        typer.echo(f"aisle: {trouble}", err=True)
    if trouble or report.refused["file"] or not report.taken:
        raise typer.Exit(1)
