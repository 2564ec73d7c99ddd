"""`aisle train intents` and `aisle evaluate`: settings in, progress and figures out."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from knowledge.encoders.files import models_folder

if TYPE_CHECKING:
    from assistant.training.evaluate import LanguageReport

train_app = typer.Typer(
    no_args_is_help=True,
    help="Train Aisle's models on your own words (needs the extra: pip install 'aisle[train]').",
)

JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


@train_app.callback()
def _train() -> None:
    """Keep `aisle train` a group, so that `intents` is named."""


@train_app.command("intents")
def train_intents(
    data: Annotated[
        list[Path] | None,
        typer.Option(
            "--data",
            help="Folder of <language>/<intent>.txt, or .csv/.jsonl of text,label. May be given "
            "more than once; by default the utterances that ship with Aisle.",
        ),
    ] = None,
    with_shipped: Annotated[
        bool, typer.Option("--with-shipped", help="Train on --data and the shipped utterances.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Where the model goes; by default the models folder's intents."),
    ] = None,
    method: Annotated[
        str, typer.Option("--method", help='"lora": a 3 MB adapter; "full": a base of its own.')
    ] = "lora",
    base: Annotated[
        str, typer.Option("--base", help="BERT by folder or hub name.")
    ] = "all-MiniLM-L6-v2",
    seed: Annotated[int, typer.Option("--seed", help="Same seed, same model.")] = 7,
    epochs: Annotated[int | None, typer.Option("--epochs", help="Most passes over the data.")] = (
        None
    ),
    batch: Annotated[int | None, typer.Option("--batch", help="Rows a step.")] = None,
    rank: Annotated[int | None, typer.Option("--rank", help="Rank of the LoRA matrices.")] = None,
    learning_rate: Annotated[
        float | None, typer.Option("--learning-rate", help="Peak of the one-cycle schedule.")
    ] = None,
    threads: Annotated[int | None, typer.Option("--threads", help="CPU threads.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Train the intent classifier; the model that stood there is kept as `previous`.

    Example: aisle train intents --data my_utterances.csv --with-shipped --seed 7
    """
    from assistant.training.arguments import IntentTrainingArguments
    from assistant.training.data import CORPUS
    from assistant.training.errors import TrainingError
    from assistant.training.intents import train_intents as run
    from assistant.understanding.classifier import ClassifierError

    chosen = {
        "epochs": epochs,
        "batch": batch,
        "rank": rank,
        "learning_rate": learning_rate,
        "threads": threads,
    }
    sources = list(data or [])
    if with_shipped or not sources:
        sources.append(CORPUS)
    try:
        arguments = IntentTrainingArguments(
            method=method,  # type: ignore[arg-type]  # checked when the settings are made
            base=base,
            seed=seed,
            **{name: value for name, value in chosen.items() if value is not None},  # type: ignore[arg-type]  # as above
        )
        result = run(arguments, models_folder(), out, sources, lambda p: _progress(p, as_json))
    except (TrainingError, ClassifierError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    except KeyboardInterrupt:
        typer.echo("Stopped. The model that was there is untouched.", err=True)
        raise typer.Exit(130) from None
    if as_json:
        record = dataclasses.asdict(result)
        typer.echo(json.dumps({"done": record}, default=str))
        return
    rows = ", ".join(f"{count} {part}" for part, count in result.rows.items())
    typer.echo(f"Rows: {rows}")
    for language, accuracy in result.accuracy.items():
        typer.echo(
            f"{language}: validation accuracy {accuracy:.3f}, in scope but refused "
            f"{result.false_refusals[language]:.3f}"
        )
    typer.echo(f"Written to {result.folder} in {result.seconds:.0f} s.")


def evaluate_command(
    data: Annotated[
        list[Path],
        typer.Argument(help="Folder of <language>/<intent>.txt, or .csv/.jsonl of text,label."),
    ],
    intents: Annotated[
        Path | None, typer.Option("--intents", help="Folder of another intent model.")
    ] = None,
    mistakes: Annotated[
        bool, typer.Option("--mistakes", help="List each utterance read wrongly.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Measure the intent classifier on labelled utterances that it was not trained on.

    Example: aisle evaluate benchmarks/understanding/data/en --mistakes
    """
    from assistant.training.data import CORPUS, load_examples
    from assistant.training.errors import TrainingError
    from assistant.training.evaluate import evaluate as measure
    from assistant.training.evaluate import leaks
    from assistant.understanding.classifier import ClassifierError, IntentClassifier

    try:
        examples = load_examples(data)
        leaked = leaks(load_examples([CORPUS]), examples)
        known = {e.place for e in leaked}
        fair = [e for e in examples if e.place not in known]
        if not fair:
            raise TrainingError("Every row stands in the shipped utterances: nothing to measure.")
        reports = measure(IntentClassifier.load(models_folder(), intents=intents), fair)
    except (TrainingError, ClassifierError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    if as_json:
        for language, report in reports.items():
            typer.echo(json.dumps({"language": language, **_plain(report)}, ensure_ascii=False))
        return
    if leaked:
        typer.echo(f"{len(leaked)} rows left out: they stand in the training utterances.")
    for language, report in reports.items():
        _show(language, report, mistakes)


def _plain(report: LanguageReport) -> dict[str, Any]:
    # JSON has no NaN: a share of nothing is null.
    return {
        name: None if isinstance(value, float) and math.isnan(value) else value
        for name, value in dataclasses.asdict(report).items()
    }


def _show(language: str, report: LanguageReport, mistakes: bool) -> None:
    typer.echo(
        f"{language}: {report.rows} rows, accuracy {report.accuracy:.3f}, macro F1 "
        f"{report.macro_f1:.3f}, refusal recall {report.refusal_recall:.3f}, in scope but refused "
        f"{report.false_refusals:.3f}, calibration error {report.calibration_error:.3f}, "
        f"{report.milliseconds:.1f} ms a turn"
    )
    for label, predicted, count in report.confusions[:15]:
        typer.echo(f"  {count:3d}  {label} read as {predicted}")
    if mistakes:
        for m in report.mistakes:
            typer.echo(f"  {m.place}: {m.text} [{m.label} read as {m.predicted}, {m.confidence}]")


def _progress(progress: Any, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"progress": dataclasses.asdict(progress)}))
        return
    minutes, seconds = divmod(round(progress.seconds_left), 60)
    typer.echo(
        f"{progress.stage} {progress.epoch}/{progress.epochs}: loss {progress.loss:.3f}, "
        f"validation {progress.validation_accuracy:.3f}, "
        f"at most {minutes}:{seconds:02d} left"
    )
