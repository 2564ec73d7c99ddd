"""`aisle review`: label what was understood unsurely, write it out for training, compare models."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from assistant.review.compare import Comparison
    from assistant.review.files import Labelled
    from assistant.review.report import Pair, Report

_IN_WORDS = {
    "greet": ("say hello", "问候"),
    "thank": ("say thanks", "道谢"),
    "goodbye": ("say goodbye", "告别"),
    "affirm": ("say yes", "肯定"),
    "deny": ("say no", "否定"),
    "correct": ("say that it was misunderstood", "纠正"),
    "ask_capabilities": ("know what Aisle can do", "问能做什么"),
    "out_of_scope": ("no business of a shop", "与商店无关"),
}


def review_command(
    shop: Annotated[
        Path | None,
        typer.Option("--shop", help="Shop folder; by default AISLE_SHOP, else the demo shop."),
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", help="Only utterances in this one: en or zh.")
    ] = None,
    reason: Annotated[
        str | None,
        typer.Option(
            "--reason",
            help="Only these: corrected, chosen, rephrased, asked, unsure or refused.",
        ),
    ] = None,
    export: Annotated[
        Path | None,
        typer.Option("--export", help="Write labelled utterances as JSON lines for training."),
    ] = None,
    report: Annotated[
        bool, typer.Option("--report", help="Counts, near-duplicates and conflicts.")
    ] = False,
    corpus: Annotated[
        Path | None,
        typer.Option(
            "--corpus",
            help="Utterances that --report holds labels against; by default those shipped.",
        ),
    ] = None,
    compare: Annotated[
        tuple[str, str] | None,
        typer.Option(
            "--compare",
            metavar="OLD NEW",
            help="Two intent models side by side: folders, or serving or previous.",
        ),
    ] = None,
    on: Annotated[
        list[Path] | None,
        typer.Option("--on", help="With --compare: labelled utterances held out from training."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Label utterances that were understood unsurely or wrongly; they hold no personal data.

    Example: aisle review --shop ./my-shop, then aisle review --shop ./my-shop --export mine.jsonl
    """
    from assistant.review.queue import REASONS, ReviewError

    if language not in (None, "en", "zh"):
        raise typer.BadParameter("en or zh", param_hint="--language")
    if reason is not None and reason not in REASONS:
        raise typer.BadParameter(", ".join(REASONS), param_hint="--reason")
    engine = _engine(shop)
    try:
        if export is not None:
            _export(engine, export)
        elif report:
            _report(engine, corpus, as_json)
        elif compare is not None:
            _compare(engine, compare, on or [], as_json)
        else:
            _label(engine, language, reason)
    except ReviewError as error:
        typer.echo(f"aisle review: {error}", err=True)
        raise typer.Exit(1) from error
    finally:
        engine.dispose()


def _engine(shop: Path | None) -> Engine:
    from assistant.folders import shop_folder
    from db.engine import create_engine_for, upgrade

    folder, url = shop_folder(shop), os.environ.get("AISLE_DATABASE_URL")
    if not url and not (folder / "shop.db").is_file():
        typer.echo(f"aisle review: {folder} holds no shop; name one with --shop.", err=True)
        raise typer.Exit(1)
    engine = create_engine_for(folder, url)
    upgrade(engine)
    return engine


def names() -> dict[str, tuple[str, ...]]:
    """How each label is said in words, in both languages, the English first."""
    from assistant.understanding.intents import INTENTS
    from assistant.wording.render import wording

    return {
        name: _IN_WORDS[name]
        if name in _IN_WORDS
        else (wording("en").text(f"intent.{name}", {}), wording("zh").text(f"intent.{name}", {}))
        for name in INTENTS
    }


def _label(engine: Engine, language: str | None, reason: str | None) -> None:
    from assistant.review.desk import Desk

    with contextlib.suppress(ImportError):
        import readline  # noqa: F401 - gives `input` editing that knows wide characters

    done = Desk(engine, input, typer.echo, names(), language, reason).run()
    typer.echo(f"{done.labelled} labelled, {done.skipped} skipped, {done.deleted} deleted.")
    if done.labelled:
        typer.echo("For training: aisle review --export mine.jsonl")


def _export(engine: Engine, path: Path) -> None:
    from assistant.review.files import export
    from assistant.review.queue import labelled
    from db.unit import turn_unit

    with turn_unit(engine) as session:
        items = labelled(session)
        if not items:
            typer.echo("Nothing is labelled yet; label with aisle review.", err=True)
            raise typer.Exit(1)
        count = export(items, path)
        for item in items:
            item.exported = True
    typer.echo(f"{count} labelled utterances written to {path}.")
    typer.echo(f"Train on them: aisle train intents --data {path} --with-shipped")


def _report(engine: Engine, corpus: Path | None, as_json: bool) -> None:
    from assistant.review.report import report
    from db.unit import read_unit

    with read_unit(engine) as session:
        found = report(session, _corpus(corpus))
    if as_json:
        pairs = {
            name: [asdict(pair) | {"conflict": pair.conflict} for pair in getattr(found, name)]
            for name in ("among", "against")
        }
        typer.echo(json.dumps(asdict(found) | pairs, ensure_ascii=False))
        return
    _show_report(found)


def _corpus(given: Path | None) -> Sequence[Labelled]:
    from assistant.review.files import read

    # The utterances lie beside the training code, which a chat is installed without.
    shipped = Path(__file__).resolve().parent / "training" / "corpus"
    if given is None and not shipped.is_dir():
        return ()
    return read(given or shipped)


def _show_report(found: Report) -> None:
    waits, done = found.statuses.get("open", 0), found.statuses.get("labelled", 0)
    typer.echo(f"{waits} utterances wait for a label; they were said {found.said} times.")
    for counts in (found.reasons, found.languages):
        if counts:
            typer.echo("  " + ", ".join(f"{name} {count}" for name, count in counts.items()))
    typer.echo(
        f"{done} are labelled, {found.unexported} of them not written out yet; "
        f"{found.statuses.get('dropped', 0)} were deleted."
    )
    for name, count in found.labels.items():
        typer.echo(f"  {count:4d}  {name}")
    _show_pairs("Among the labelled", found.among)
    _show_pairs("Against the corpus", found.against)


def _show_pairs(where: str, pairs: Sequence[Pair]) -> None:
    conflicts = sum(pair.conflict for pair in pairs)
    if not pairs:
        typer.echo(f"{where}: no near-duplicates.")
        return
    typer.echo(f"{where}: {conflicts} conflicts, {len(pairs) - conflicts} other near-duplicates.")
    for pair in pairs[:30]:
        typer.echo(
            f"  {'CONFLICT' if pair.conflict else '        '} {pair.likeness:5.1f}  "
            f"{pair.one.text} [{pair.one.label}]  ~  {pair.other.text} [{pair.other.label}] "
            f"{pair.other.place}"
        )
    if len(pairs) > 30:
        typer.echo(f"  ... and {len(pairs) - 30} more; --json lists all of them.")


def _compare(engine: Engine, models: tuple[str, str], held: Sequence[Path], as_json: bool) -> None:
    from assistant.review.compare import compare
    from assistant.review.files import of_item, read
    from assistant.review.queue import ReviewError, labelled
    from db.unit import read_unit

    with read_unit(engine) as session:
        items = labelled(session)
    sets: dict[str, Sequence[Labelled]] = {
        "labelled, never written out": [of_item(item) for item in items if not item.exported],
        "labelled, written out for training": [of_item(item) for item in items if item.exported],
        **{str(path): read(path) for path in held},
    }
    sets = {name: rows for name, rows in sets.items() if rows}
    if not sets:
        raise ReviewError("Nothing to compare on: label utterances first, or name a file with --on")
    old, new = _classifiers(models)
    for name, rows in sets.items():
        _show_comparison(name, compare(rows, old, new), as_json)


def _classifiers(models: tuple[str, str]) -> tuple[Any, Any]:
    from assistant.review.queue import ReviewError
    from assistant.understanding.classifier import ClassifierError, IntentClassifier
    from knowledge.encoders.files import models_folder

    serving = models_folder() / "intents"
    known = {"serving": serving, "previous": serving / "previous"}
    opened = []
    for name in models:
        try:
            model = IntentClassifier.load(models_folder(), intents=known.get(name, Path(name)))
            model.predict(["hello"], ["en"])
        except ClassifierError as error:
            raise ReviewError(str(error)) from error
        except KeyError as error:
            raise ReviewError(f"{name} was made for another version: it lacks {error}.") from error
        opened.append(model)
    return opened[0], opened[1]


def _show_comparison(name: str, found: Comparison, as_json: bool) -> None:
    if as_json:
        record = {"set": name, **asdict(found), "better": found.better, "worse": found.worse}
        typer.echo(json.dumps(record | {"chance": found.chance}, ensure_ascii=False))
        return
    typer.echo(f"{name}: {found.rows} utterances")
    typer.echo(
        f"  right: old {found.old_right / found.rows:.3f}, new {found.new_right / found.rows:.3f}; "
        f"in scope but refused: old {found.old_refused}, new {found.new_refused}"
    )
    typer.echo(
        f"  {len(found.changes)} read differently: {found.better} better, {found.worse} worse "
        f"(so uneven by chance: {found.chance:.3f})"
    )
    worst_first = ("worse", "neither", "better")
    changes = sorted(found.changes, key=lambda change: worst_first.index(change.verdict))
    for change in changes[:40]:
        typer.echo(
            f"  {change.verdict:7}  {change.row.text} [{change.row.label}]: "
            f"{change.old.intent} {change.old.confidence:.2f} -> "
            f"{change.new.intent} {change.new.confidence:.2f}"
        )
