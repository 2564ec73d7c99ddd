"""`aisle train retrieval`: fine-tune the text encoder on the shop's own questions and answers."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli_records import JsonOption, ShopOption
from assistant.cli_shop import opened_shop

if TYPE_CHECKING:
    from assistant.training.loop import Progress


def train_retrieval(
    shop: ShopOption = None,
    data: Annotated[
        list[Path] | None,
        typer.Option(
            "--data",
            help="CSV, TSV or JSON lines with question and answer, or query and product_id. May "
            "be given more than once; tickets, help pages and clicks of the shop are always read.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Same seed, same adapter.")] = 7,
    epochs: Annotated[int, typer.Option("--epochs", min=1, max=100)] = 4,
    threads: Annotated[int, typer.Option("--threads", min=1, help="Of PyTorch.")] = 1,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Start anew where an unfinished run could go on.")
    ] = False,
    undo: Annotated[
        bool,
        typer.Option("--undo", help="Put the encoder before in place; a second call undoes it."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Fine-tune the text encoder for a shop; it is put in place only where it answers better.

    A part of the pairs is held back. Only where their questions find their answers better, by more
    than chance (paired bootstrap), the adapter goes into retrieval/ of the shop folder, the one
    before is kept, and the index is built with it. Exit status 1 where it is refused.

    Example: aisle train retrieval --shop ./my-shop --data ./questions.csv
    """
    from assistant.training.errors import TrainingError

    try:
        if undo:
            _undo(shop, as_json)
        else:
            _train(shop, data or [], seed, epochs, threads, fresh, as_json)
    except TrainingError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def _train(
    shop: Path | None,
    data: list[Path],
    seed: int,
    epochs: int,
    threads: int,
    fresh: bool,
    as_json: bool,
) -> None:
    from assistant.training.retrieval import RetrievalArguments
    from assistant.training.retrieval import train_retrieval as run
    from assistant.training.retrieval_pairs import collect
    from db.unit import read_unit
    from knowledge.encoders.files import models_folder
    from knowledge.encoders.retrieval import FOLDER

    def tell(progress: Progress) -> None:
        if progress.loss is None or progress.share < 1:
            return
        if as_json:
            typer.echo(json.dumps(dataclasses.asdict(progress)))
        else:
            typer.echo(
                f"epoch {progress.epoch}/{progress.epochs}: loss {progress.loss:.4f}, "
                f"{progress.seconds_left:.0f} s left"
                + (" (taken over from an unfinished run)" if progress.resumed else ""),
                err=True,
            )

    with opened_shop(shop) as opened:
        with read_unit(opened.engine) as session:
            pairs = collect(session, data)
        arguments = RetrievalArguments(seed=seed, epochs=epochs, threads=threads)
        result = run(pairs, opened.folder / FOLDER, models_folder(), arguments, tell, fresh=fresh)
    if result.placed:
        _rebuild(shop)
    judged = result.judged
    if as_json:
        typer.echo(json.dumps({"done": dataclasses.asdict(result)}, default=str))
    else:
        typer.echo(
            f"{result.train} pairs learned from, {result.held} held back: mean reciprocal rank "
            f"{judged.before:.3f} before, {judged.after:.3f} after, difference {judged.low:+.3f} "
            f"to {judged.high:+.3f}; answer first {judged.recall_before:.3f} before, "
            f"{judged.recall_after:.3f} after."
        )
        typer.echo(
            f"In place: {result.folder}; the index was built with it. Programs that run already "
            "keep the encoder before until they are started again."
            if result.placed
            else "Not better by more than chance: nothing was put in place."
        )
    if not result.placed:
        raise typer.Exit(1)


def _undo(shop: Path | None, as_json: bool) -> None:
    from assistant.training.retrieval_store import undo
    from knowledge.encoders.retrieval import FOLDER

    with opened_shop(shop) as opened:
        told = undo(opened.folder / FOLDER)
    _rebuild(shop)
    typer.echo(json.dumps({"in_place": told}) if as_json else f"In place again: {told}.")


def _rebuild(shop: Path | None) -> None:
    from db.unit import read_unit
    from knowledge.index import bar, build_aside

    with opened_shop(shop) as opened, bar() as tell, read_unit(opened.engine) as session:
        build_aside(opened.folder, session, opened.encoders, opened.place, tell).vectors.close()
