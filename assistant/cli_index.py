"""`aisle index`: build, look at, verify and go back in the search index of a shop."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli_records import JsonOption, ShopOption
from assistant.cli_shop import opened_shop

if TYPE_CHECKING:
    from knowledge.index.inspect import Finding, Status

index_app = typer.Typer(
    no_args_is_help=True,
    help="The search index: build it anew, look at it, verify it, go back to the one before.",
)


@index_app.command("build")
def build_command(
    shop: ShopOption = None,
    on: Annotated[
        str, typer.Option("--on", help='"here", or "ray" for encoding on a Ray cluster.')
    ] = "here",
    workers: Annotated[
        int, typer.Option("--workers", min=1, help="Pieces encoded at once on Ray.")
    ] = 2,
    as_json: JsonOption = False,
) -> None:
    """Build the index anew beside the one in use, verify it, and swap it in.

    The shop goes on serving meanwhile, from this process or another. A build that was killed goes
    on from what it had encoded; the index before is kept, see `aisle index rollback`.

    Example: aisle index build --shop ./my-shop
    """
    from db.unit import read_unit
    from knowledge.index import bar, build_aside
    from knowledge.index.upkeep import acknowledge, notes

    if on not in ("here", "ray"):
        raise typer.BadParameter('write "here" or "ray"', param_hint="--on")
    with opened_shop(shop) as opened, bar() as tell, read_unit(opened.engine) as session:
        taken = notes(session)
        if on == "ray":
            from knowledge.index.on_ray import cluster

            with cluster(opened.encoders, opened.settings.index.ray, workers) as where:
                done = build_aside(
                    opened.folder, session, opened.encoders, opened.place, tell, where
                )
        else:
            done = build_aside(opened.folder, session, opened.encoders, opened.place, tell)
        done.vectors.close()
        session.close()
        acknowledge(opened.engine, taken)
    manifest = done.manifest
    record: dict[str, Any] = {
        "generation": done.generation.name,
        "products": len(manifest.products),
        "pictures": sum(manifest.pictures.values()),
        "passages": sum(manifest.passages.values()),
        "taken_up": done.built.taken_up,
        "left_out": done.built.refused,
    }
    if as_json:
        typer.echo(json.dumps(record, ensure_ascii=False))
        return
    for line in done.built.refused:
        typer.echo(f"left out: {line}")
    if done.built.taken_up:
        typer.echo(f"{done.built.taken_up} pieces were taken over from a build that was cut short.")
    typer.echo(
        f"{record['generation']} is in use: {record['products']} products, {record['pictures']} "
        f"pictures, {record['passages']} passages, every id and vector verified."
    )


@index_app.command("status")
def status_command(shop: ShopOption = None, as_json: JsonOption = False) -> None:
    """Say what is indexed, since when, with which models, and what is waiting.

    Exit status 1 where the index cannot be used.

    Example: aisle index status --shop ./my-shop
    """
    from db.unit import read_unit
    from knowledge.index.inspect import status

    with opened_shop(shop) as opened, read_unit(opened.engine) as session:
        found = status(opened.root, session, opened.encoders, opened.place)
    if as_json:
        typer.echo(json.dumps(found.plain(), ensure_ascii=False))
    else:
        for line in _told(found):
            typer.echo(line)
    if found.trouble or found.other_models:
        raise typer.Exit(1)


def _told(found: Status) -> Iterator[str]:
    if found.generation:
        yield f"{found.generation} is in use, built {found.built or 'at an unknown time'}"
        yield (
            f"  holds {found.products} products, {found.pictures} pictures, {found.articles} "
            f"articles in {found.passages} passages; vectors {_where(found.vectors)}"
        )
    for name, version in found.models.items():
        yield f"  {name} encoder {version}"
    for line in found.other_models:
        yield f"  OTHER MODEL: {line}; it is built anew at the next start or `aisle index build`"
    if found.generation and not found.trouble:
        yield f"  {_lag(found)}"
        for name, table in found.weights.items():
            listed = ", ".join(f"{kind} {value:g}" for kind, value in table.items())
            yield f"  learned weights, {name}: {listed}"
        for note in found.learned or ["nothing learned of this shop's own: weights as shipped"]:
            yield f"  {note}"
    if found.trouble:
        yield f"TROUBLE: {found.trouble}"
        yield "  keyword search answers meanwhile"
    if found.previous:
        yield f"{found.previous}, built {found.previous_built}, can be gone back to"
    if found.building:
        yield f"a build is under way: {found.unfinished} pieces encoded"
    elif found.unfinished:
        yield (
            f"a build was cut short: {found.unfinished} pieces are encoded; `aisle index build` "
            "goes on from them"
        )
    yield "a process serves from it now" if found.in_use else "no process serves from it now"


def _where(vectors: str) -> str:
    return vectors if vectors.startswith("in ") else f"on {vectors}"


def _lag(found: Status) -> str:
    if not found.waiting and not found.behind:
        return "in line with the records"
    age = ""
    if found.oldest is not None:
        oldest = found.oldest if found.oldest.tzinfo else found.oldest.replace(tzinfo=UTC)
        seconds = max(0, int((datetime.now(UTC) - oldest).total_seconds()))
        age = f", the oldest for {seconds} s"
    return (
        f"{found.waiting} changes waiting{age}; {found.behind} records not indexed as they are "
        "now; taken up as soon as the shop is opened"
    )


@index_app.command("verify")
def verify_command(shop: ShopOption = None, as_json: JsonOption = False) -> None:
    """Verify every id, vector and content hash of the index, and the versions of its models.

    Exit status 1 where anything is not as it should be.

    Example: aisle index verify --shop ./my-shop
    """
    from db.unit import read_unit
    from knowledge.index.inspect import verify_all

    def tell(finding: Finding) -> None:
        if as_json:
            typer.echo(json.dumps(dataclasses.asdict(finding), ensure_ascii=False))
        else:
            typer.echo(f"{'ok  ' if finding.ok else 'FAIL'} {finding.name}: {finding.detail}")

    with opened_shop(shop) as opened, read_unit(opened.engine) as session:
        sound = verify_all(opened.root, session, opened.encoders, opened.place, tell)
    if not sound:
        raise typer.Exit(1)


@index_app.command("rollback")
def rollback_command(shop: ShopOption = None, as_json: JsonOption = False) -> None:
    """Put the index before the last build into use again; a second call undoes the first.

    Records that changed since are taken up as soon as the shop is opened, or at once by a shop
    that is open.

    Example: aisle index rollback --shop ./my-shop
    """
    from knowledge.index import roll_back

    with opened_shop(shop) as opened:
        generation = roll_back(opened.root, opened.encoders)
    if as_json:
        typer.echo(json.dumps({"generation": generation.name}))
    else:
        typer.echo(f"{generation.name} is in use again.")
