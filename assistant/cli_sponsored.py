"""`aisle sponsored`: campaigns for paid places, and figures for whoever pays for them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

import typer

from assistant.cli_records import JsonOption, ShopOption, records

sponsored_app = typer.Typer(
    no_args_is_help=True,
    help="Paid places after lists of products. Off until shop.toml turns them on.",
)


def _amount(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(0)
    if not amount.is_finite() or amount <= 0 or amount != round(amount, 2):
        raise typer.BadParameter(f"{text!r} is no amount; write one such as 0.40")
    return amount


@sponsored_app.command("add")
def add_command(
    campaign: Annotated[str, typer.Argument(help="A name for the campaign.")],
    product: Annotated[str, typer.Option("--product", help="Id of the product to show.")],
    advertiser: Annotated[str, typer.Option("--advertiser", help="Who pays.")],
    bid: Annotated[str, typer.Option("--bid", help="The most a click may cost.")],
    budget: Annotated[str, typer.Option("--budget", help="The most that a day may cost.")],
    days: Annotated[
        int | None, typer.Option("--days", min=1, help="How long it runs; by default until paused.")
    ] = None,
    shop: ShopOption = None,
) -> None:
    """Let an advertiser bid for a paid place with one product.

    Example: aisle sponsored add spring --product 1042 --advertiser Acme --bid 0.40 --budget 20
    """
    from db.models import Campaign, Product

    now = datetime.now(UTC)
    with records(shop) as (session, settings):
        if session.get(Campaign, campaign) is not None:
            typer.echo(f"There is a campaign {campaign!r} already; choose another name.", err=True)
            raise typer.Exit(1)
        if session.get(Product, product) is None:
            typer.echo(f"No product {product!r}; use an id of the catalogue.", err=True)
            raise typer.Exit(1)
        session.add(
            Campaign(
                id=campaign,
                advertiser=advertiser,
                product_id=product,
                bid=_amount(bid),
                daily_budget=_amount(budget),
                active=True,
                starts_at=now,
                ends_at=now + timedelta(days=days) if days else None,
            )
        )
    typer.echo(
        f"{campaign}: {product} may take paid places for up to {bid} a click, {budget} a day"
    )
    if not settings.sponsored.enabled:
        typer.echo("Paid places are off. Set `enabled = true` under [sponsored] in shop.toml.")


@sponsored_app.command("pause")
def pause_command(campaign: str, shop: ShopOption = None) -> None:
    """Stop a campaign until `resume`.

    Example: aisle sponsored pause spring
    """
    _switch(campaign, shop, on=False)


@sponsored_app.command("resume")
def resume_command(campaign: str, shop: ShopOption = None) -> None:
    """Let a paused campaign bid again.

    Example: aisle sponsored resume spring
    """
    _switch(campaign, shop, on=True)


@sponsored_app.command("report")
def report_command(
    days: Annotated[int, typer.Option("--days", min=1, help="How far back.")] = 30,
    shop: ShopOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what each campaign was shown, clicked and charged. It holds no personal data.

    Example: aisle sponsored report --days 7
    """
    from db.sponsored import totals

    with records(shop) as (session, settings):
        found = totals(session, datetime.now(UTC) - timedelta(days=days))
    for one in found:
        record: dict[str, Any] = {
            "campaign": one.campaign.id,
            "advertiser": one.campaign.advertiser,
            "product_id": one.campaign.product_id,
            "active": one.campaign.active,
            "shown": one.shown,
            "clicks": one.clicks,
            "cost": str(one.cost),
            "average_organic_rank": one.average_organic_rank,
        }
        if as_json:
            typer.echo(json.dumps(record, ensure_ascii=False))
            continue
        rank = one.average_organic_rank
        placed = f", unpaid it would stand {rank:.0f}. on average" if rank else ""
        typer.echo(
            f"{one.campaign.id} ({one.campaign.advertiser}, {one.campaign.product_id}):"
            f" shown {one.shown}, clicked {one.clicks}, cost {one.cost} {settings.currency}{placed}"
        )


def _switch(campaign: str, shop: ShopOption, *, on: bool) -> None:
    from db.models import Campaign

    with records(shop) as (session, _):
        row = session.get(Campaign, campaign)
        if row is None:
            typer.echo(f"No campaign {campaign!r}; `aisle sponsored report` lists them.", err=True)
            raise typer.Exit(1)
        row.active = on
    typer.echo(f"{campaign} {'bids again' if on else 'is paused'}")
