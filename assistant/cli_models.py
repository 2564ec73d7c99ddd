"""`aisle models`: which intent models there are, going back to the one before, putting one in."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli_train import JsonOption, gate
from knowledge.encoders.files import models_folder

if TYPE_CHECKING:
    from assistant.training.store import StoredModel

models_app = typer.Typer(
    no_args_is_help=True,
    help="The intent models: list them, go back to the one before, put one in.",
)

OutOption = Annotated[
    Path | None,
    typer.Option("--out", help="A model's folder; by default the models folder's intents."),
]


@models_app.command("list")
def list_command(out: OutOption = None, as_json: JsonOption = False) -> None:
    """List the intent model that serves, the one before, and one that was refused.

    Example: aisle models list
    """
    from assistant.training.store import stored

    folder = out or models_folder() / "intents"
    found = stored(folder)
    if not found:
        typer.echo(f"{folder} holds no intent model. Train one: aisle train intents", err=True)
        raise typer.Exit(1)
    for model in found:
        if as_json:
            typer.echo(json.dumps(dataclasses.asdict(model), ensure_ascii=False, default=str))
        else:
            _show(model)


@models_app.command("rollback")
def rollback_command(out: OutOption = None) -> None:
    """Put the intent model before in place again; a second call undoes the first.

    Example: aisle models rollback
    """
    from assistant.training.errors import TrainingError
    from assistant.training.store import rollback, stored

    folder = out or models_folder() / "intents"
    try:
        rollback(folder)
    except TrainingError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    _show(stored(folder)[0])
    typer.echo("Programs that run already keep their model until they are started again.")


@models_app.command("use")
def use_command(
    model: Annotated[Path, typer.Argument(help="Folder of a trained intent model.")],
    out: OutOption = None,
    conversations: Annotated[
        Path | None,
        typer.Option("--conversations", help="Scripted conversations that must go on holding."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Put the model in even where a conversation broke.")
    ] = False,
) -> None:
    """Put a trained model in place; refused where a scripted conversation gets worse.

    Example: aisle models use ./trained-elsewhere
    """
    from assistant.training.errors import SwapRefused, TrainingError
    from assistant.training.store import LABELS, adopt

    folder = out or models_folder() / "intents"
    try:
        judge = gate(conversations, as_json=False)
        worse = judge(folder, model) if judge and (folder / LABELS).is_file() else []
        if worse and not force:
            raise SwapRefused(worse, "Look at what broke; where it is meant, repeat with --force.")
        adopt(model, folder)
    except TrainingError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    if worse:
        typer.echo("Put in place by force, although these conversations no longer hold:")
        for broken in worse:
            typer.echo(broken)
    typer.echo(f"{folder} is now the model of {model}.")


def _show(model: StoredModel) -> None:
    accuracy = model.report.get("validation", {}).get("accuracy", {})
    figures = ", ".join(f"{language} {value:.3f}" for language, value in accuracy.items())
    typer.echo(
        f"{model.name}: {model.method}, {model.labels} labels, made {model.made:%Y-%m-%d %H:%M} UTC"
        f", weights {model.sha256[:12]}"
        + (f", validation {figures}" if figures else "")
        + (f"; DAMAGED: {'; '.join(model.damage)}" if model.damage else "")
    )
