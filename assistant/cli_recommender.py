"""`aisle train recommender`: learn from the shop's own events how to rank for its shoppers."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer


def train_recommender(
    shop: Annotated[
        Path | None,
        typer.Option("--shop", help="Shop folder; by default AISLE_SHOP, else the demo shop."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Same seed, same ranker.")] = 0,
    windows: Annotated[
        int, typer.Option("--windows", min=1, max=12, help="Most stretches of time to learn from.")
    ] = 5,
    always: Annotated[
        bool, typer.Option("--always", help="Put it in place even where it is no better.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the card as JSON.")] = False,
) -> None:
    """Train the ranker of recommendations on the shop's events, judged on the newest fifth of time.

    It is put in place (recommender/ranker.json in the shop folder, with a card) only where it beats
    the one that serves. Exit status 1 where there are too few events or it was no better.

    Example: aisle train recommender --shop ./my-shop
    """
    from assistant.folders import shop_folder
    from assistant.recommend.training import TooFewEvents, train
    from knowledge.demo import open_or_build

    def tell(line: str) -> None:
        typer.echo(line, err=True)

    with open_or_build(shop_folder(shop)) as opened:
        try:
            report = train(opened, seed=seed, windows=windows, always=always, tell=tell)
        except TooFewEvents as error:
            typer.echo(f"aisle: too few events to train on: {error}", err=True)
            raise typer.Exit(1) from error
    placed = f"in place: {report.path}" if report.placed else "no better: the old one serves on"
    if as_json:
        body = {"placed": report.placed, "path": str(report.path), "card": report.trained.card}
        sys.stdout.write(json.dumps(body, ensure_ascii=False, default=str) + "\n")
    else:
        quality, before = report.trained.quality, report.trained.before
        typer.echo(
            f"hit rate at 10: {quality.hit:.4f} ± {quality.hit_within:.4f} "
            f"(before {before.hit:.4f}); nDCG at 10: {quality.ndcg:.4f} ± "
            f"{quality.ndcg_within:.4f} (before {before.ndcg:.4f})"
        )
        typer.echo(placed)
    if not report.placed:
        raise typer.Exit(1)
