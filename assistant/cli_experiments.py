"""`aisle experiments`: what runs, and what the log says of each arm."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from assistant.cli_records import JsonOption, ShopOption, records

experiments_app = typer.Typer(
    no_args_is_help=True,
    help="Experiments on recommendations, as [experiments.NAME] in shop.toml sets them up.",
)


@experiments_app.command("list")
def list_command(shop: ShopOption = None) -> None:
    """List the experiments of shop.toml with their arms and shares.

    Example: aisle experiments list
    """
    with records(shop) as (_, settings):
        for name, experiment in settings.experiments.items():
            arms = ", ".join(f"{arm} {one.share:.0%}" for arm, one in experiment.arms.items())
            state = "runs" if experiment.running else "stopped"
            typer.echo(f"{name}: {experiment.kind}, {state}; {arms}; reward: {experiment.reward}")
        if not settings.experiments:
            typer.echo("None. Set one up under [experiments.NAME] in shop.toml.")


@experiments_app.command("report")
def report_command(
    name: Annotated[str, typer.Argument(help="The experiment, as shop.toml calls it.")],
    shop: ShopOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what each arm earned, what an arm that never ran would earn, and a plot of both.

    Example: aisle experiments report taste
    """
    from assistant.recommend.experiments.report import ENOUGH, figures, plot, wins
    from db.experiments import shown

    with records(shop) as (session, settings):
        experiment = settings.experiments.get(name)
        if experiment is None:
            known = ", ".join(settings.experiments) or "none"
            typer.echo(f"No experiment {name!r} in shop.toml; there are: {known}.", err=True)
            raise typer.Exit(1)
        found = shown(session, name, experiment.reward)
        typer.echo(f"{name}: {len(found)} lists; reward: {experiment.reward} within a day")
        if experiment.kind == "interleave":
            won, chance = wins(found)
            for arm in experiment.arms:
                typer.echo(f"{arm}: {won[arm]} lists won")
            typer.echo(f"chance of so uneven a split by luck alone: {chance:.3f}")
            return
        made = figures(found, list(experiment.arms))
    if as_json:
        for one in made:
            typer.echo(json.dumps(asdict(one)))
        return
    rows = []
    for one in made:
        typer.echo(f"{one.arm}: {one.lists} lists for {one.people} people")
        if one.direct is not None:
            rows.append((f"{one.arm} own lists", one.direct))
        rows += [(f"{one.arm} {method}", value) for method, value in one.off_policy.items()]
    for line in plot(rows):
        typer.echo(line)
    if not rows:
        typer.echo(f"Too little to say anything: fewer than {ENOUGH} lists an arm.")
    typer.echo(
        "own lists: share of an arm's lists with a product that earned the reward. IPS, SNIPS, DR:"
        " reward of the first product had the arm made every list. Intervals are 95 %."
    )
