"""`aisle pricing`: rounds of dynamic pricing, their approval, and the record of every change."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli_records import JsonOption, ShopOption, records

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from db.models import PriceChange
    from knowledge.settings import ShopSettings

pricing_app = typer.Typer(
    no_args_is_help=True,
    help="Prices that follow demand, one a product for everybody. Off until shop.toml turns it on.",
)

AT_ONCE = 50
"""Products priced in one transaction."""
AllOption = Annotated[bool, typer.Option("--all", help="All of them.")]


@contextmanager
def _records(shop: Path | None) -> Iterator[tuple[Session, ShopSettings]]:
    """A shop's records; a refused change ends the command with its reason."""
    from db.errors import PricingError

    try:
        with records(shop) as opened:
            yield opened
    except PricingError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def _now() -> datetime:
    return datetime.now(UTC)


@pricing_app.command("run")
def run_command(shop: ShopOption = None, as_json: JsonOption = False) -> None:
    """Count what sold since the last round and decide prices anew; call it daily, as from cron.

    With mode "approve" (the default) changes wait for `aisle pricing approve`.

    Example: aisle pricing run --shop ./my-shop
    """
    from assistant.recommend.pricing.run import priced, run

    with _records(shop) as (session, settings):
        if not settings.pricing.enabled:
            typer.echo(
                "Pricing is off. Set `enabled = true` under [pricing] in shop.toml first.", err=True
            )
            raise typer.Exit(1)
        ids = priced(session)
    if not ids:
        typer.echo("No product has known costs: aisle pricing bounds costs.csv", err=True)
    now = _now()
    for start in range(0, len(ids), AT_ONCE):
        with _records(shop) as (session, settings):
            looked = run(session, ids[start : start + AT_ONCE], settings.pricing, now)
        for one in looked:
            record = {
                "product_id": one.product_id,
                "reason": one.decision.reason,
                "visitors": one.visitors,
                "sales": one.sales,
                "prices": {id_: str(price) for id_, price in one.decision.prices.items()},
                "change": one.change_id,
                "status": one.status,
            }
            if as_json:
                typer.echo(json.dumps(record, ensure_ascii=False))
            else:
                prices = ", ".join(str(price) for price in one.decision.prices.values())
                change = f" -> {prices} ({one.status}, change {one.change_id})" if prices else ""
                typer.echo(
                    f"{one.product_id}: {one.sales} of {one.visitors} bought;"
                    f" {one.decision.reason}{change}"
                )


@pricing_app.command("list")
def list_command(
    every: AllOption = False, shop: ShopOption = None, as_json: JsonOption = False
) -> None:
    """Show the changes that wait for approval; with --all the whole record.

    Example: aisle pricing list --all
    """
    from sqlalchemy import select

    from db.models import PriceChange

    with _records(shop) as (session, _):
        query = select(PriceChange).order_by(PriceChange.id)
        if not every:
            query = query.where(PriceChange.status == "proposed")
        for change in session.scalars(query):
            typer.echo(json.dumps(_record(change)) if as_json else _line(change))


@pricing_app.command("approve")
def approve_command(
    changes: Annotated[list[int] | None, typer.Argument(metavar="[CHANGE]...")] = None,
    every: AllOption = False,
    shop: ShopOption = None,
) -> None:
    """Make changes that wait; a price that moved or a rail that broke meanwhile refuses them.

    Example: aisle pricing approve 12 13
    """
    from assistant.recommend.pricing.run import approve
    from db.errors import PricingError

    failed = False
    with _records(shop) as (session, settings):
        for number in _chosen(session, changes, every=every):
            try:
                typer.echo(_line(approve(session, number, settings.pricing, _now())))
            except PricingError as error:
                typer.echo(str(error), err=True)
                failed = True
    if failed:
        raise typer.Exit(1)


@pricing_app.command("reject")
def reject_command(
    changes: Annotated[list[int] | None, typer.Argument(metavar="[CHANGE]...")] = None,
    every: AllOption = False,
    shop: ShopOption = None,
) -> None:
    """Turn down changes that wait.

    Example: aisle pricing reject 12
    """
    from db.pricing import reject, waiting

    with _records(shop) as (session, _):
        for number in _chosen(session, changes, every=every):
            change = waiting(session, number)
            reject(session, change, _now())
            typer.echo(_line(change))


@pricing_app.command("freeze")
def freeze_command(products: list[str], shop: ShopOption = None) -> None:
    """Keep the prices of products as they are until `unfreeze`.

    Example: aisle pricing freeze 1042 1043
    """
    _freeze(products, shop, on=True)


@pricing_app.command("unfreeze")
def unfreeze_command(products: list[str], shop: ShopOption = None) -> None:
    """Let the prices of products move again.

    Example: aisle pricing unfreeze 1042
    """
    _freeze(products, shop, on=False)


@pricing_app.command("bounds")
def bounds_command(file: Path, shop: ShopOption = None) -> None:
    """Read costs, competitors' prices, floors and ceilings: a CSV with a row a variant.

    Columns: variant_id, and any of cost, competitor, floor, ceiling. Bad rows are named and left
    out; the good ones are taken.

    Example: aisle pricing bounds costs.csv --shop ./my-shop
    """
    from sqlalchemy import select

    from db.models import Variant
    from db.pricing import set_bounds
    from knowledge.feeds.bounds import read_bounds
    from knowledge.feeds.lines import FileRefused

    with _records(shop) as (session, _):
        try:
            read = read_bounds(file, set(session.scalars(select(Variant.id))))
        except (FileRefused, OSError) as error:
            typer.echo(f"{file}: {error}", err=True)
            raise typer.Exit(1) from error
        set_bounds(session, read.rows)
    for line in read.refused:
        typer.echo(line, err=True)
    typer.echo(f"{len(read.rows)} variants bounded, {len(read.refused)} rows refused")
    if read.refused:
        raise typer.Exit(1)


def _freeze(products: list[str], shop: Path | None, *, on: bool) -> None:
    from db.pricing import freeze

    with _records(shop) as (session, _):
        found = freeze(session, products, _now(), on=on)
    typer.echo(f"{found} of {len(products)} products {'frozen' if on else 'free to move'}")
    if found < len(set(products)):
        raise typer.Exit(1)


def _chosen(session: Session, changes: list[int] | None, *, every: bool) -> list[int]:
    from sqlalchemy import select

    from db.models import PriceChange

    if every:
        waiting = select(PriceChange.id).where(PriceChange.status == "proposed")
        return list(session.scalars(waiting.order_by(PriceChange.id)))
    if not changes:
        typer.echo("Name the numbers of changes, or say --all.", err=True)
        raise typer.Exit(2)
    return changes


def _record(change: PriceChange) -> dict[str, Any]:
    return {
        "change": change.id,
        "product_id": change.product_id,
        "before": change.before,
        "after": change.after,
        "status": change.status,
        "created_at": change.created_at.isoformat(),
        "decided_at": change.decided_at.isoformat() if change.decided_at else None,
        "decided_by": change.decided_by,
        "reason": change.reason,
    }


def _line(change: PriceChange) -> str:
    moves = ", ".join(
        f"{id_} {change.before.get(id_)} -> {price}" for id_, price in change.after.items()
    )
    why = change.reason
    held = f", held by {why['held_by']}" if why.get("held_by") else ""
    return (
        f"{change.id} {change.status}: {moves}; {why.get('sales')} of {why.get('visitors')} bought"
        f", elasticity {why.get('elasticity')}{held}"
    )
