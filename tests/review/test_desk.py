"""Labelling: keys do what they say, each is kept at once, and quitting loses nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
import typer
from sqlalchemy import Engine, select
from typer.testing import CliRunner

from assistant.cli_review import names, review_command
from assistant.review.compare import compare, mcnemar
from assistant.review.desk import Desk, Tally
from assistant.review.files import Labelled
from assistant.review.queue import Note, record
from assistant.understanding.classifier import Prediction
from assistant.understanding.intents import INTENTS
from db.models import ReviewItem
from db.unit import read_unit, turn_unit
from tests.db.conftest import engine

__all__ = ["engine"]

BEST = (("cancel_order", 0.5), ("ask_cancellation_policy", 0.3), ("deny", 0.1))


@pytest.fixture
def filled(engine: Engine) -> Engine:
    with turn_unit(engine) as session:
        for text, times, meant in (("aa bb", 3, "deny"), ("cc dd", 2, ""), ("取消吧", 1, "")):
            language = "zh" if text == "取消吧" else "en"
            for _ in range(times):
                said = Note(text, language, "cancel_order", 0.5, BEST, "asked", meant)
                record(session, said, date(2026, 11, 2))
    return engine


def sit(
    engine: Engine,
    keys: Sequence[str],
    language: str | None = None,
    reason: str | None = None,
) -> tuple[Tally, str, dict[str, str]]:
    """A session with these lines typed; what was shown, and the label or status of each text."""
    typed, shown = iter(keys), []

    def ask(prompt: str) -> str:
        shown.append(prompt)
        try:
            return next(typed)
        except StopIteration:
            raise EOFError from None

    tally = Desk(engine, ask, shown.append, names(), language, reason).run()
    with read_unit(engine) as session:
        items = session.scalars(select(ReviewItem).order_by(ReviewItem.id))
        found = {item.text or "(gone)": item.label or item.status for item in items}
    return tally, "\n".join(shown), found


@pytest.mark.parametrize(
    ("keys", "labels"),
    [
        (["2"], ["ask_cancellation_policy", "open", "open"]),
        ([""], ["deny", "open", "open"]),
        (["o"], ["out_of_scope", "open", "open"]),
        (["track_refund"], ["track_refund", "open", "open"]),
        (["get a refund", "1"], ["request_refund", "open", "open"]),
        (["发票", "1"], ["get_invoice", "open", "open"]),
        (["9", "zzz", "?", "l", "1"], ["cancel_order", "open", "open"]),
        (["s", "1", "2", "q"], ["open", "cancel_order", "ask_cancellation_policy"]),
        (["1", "u", "3"], ["deny", "open", "open"]),
        (["1", "1", "u", "u", "3", "q"], ["deny", "open", "open"]),
        (["u", "q"], ["open", "open", "open"]),
        (["1", "2", "3", "1"], ["cancel_order", "ask_cancellation_policy", "deny"]),
    ],
    ids=" ".join,
)
def test_keys_do_what_they_say(filled: Engine, keys: list[str], labels: list[str]) -> None:
    assert list(sit(filled, keys)[2].values()) == labels


def test_deleting_takes_the_text_and_undo_brings_it_back(filled: Engine) -> None:
    assert "(gone)" in sit(filled, ["d"])[2]
    assert sit(filled, ["d", "u", "q"])[2]["cc dd"] == "open"


def test_the_end_of_input_keeps_what_was_labelled(filled: Engine) -> None:
    tally, shown, labels = sit(filled, ["1", "s"])
    assert tally == Tally(labelled=1, skipped=1, deleted=0)
    assert labels["aa bb"] == "cancel_order"
    assert "3 to go" in shown


def test_only_one_language_or_reason(filled: Engine) -> None:
    assert sit(filled, ["1"], language="zh")[2]["取消吧"] == "cancel_order"
    assert "Nothing waits" in sit(filled, [], reason="refused")[1]


@pytest.mark.parametrize(
    ("typed", "label"),
    [("refund", "request_refund"), ("退货", "return_item"), ("cancel", "cancel_order"),
     ("invoise", "get_invoice"), ("human", "contact_human"), ("track", "track_order")],
)  # fmt: skip
def test_a_label_is_found_by_its_words(engine: Engine, typed: str, label: str) -> None:
    found = Desk(engine, input, print, names()).search(typed)
    assert label in found[:4]


def test_every_label_is_said_in_words() -> None:
    assert set(names()) == set(INTENTS)
    assert all(len(said) == 2 and all(said) for said in names().values())


class Model:
    """Predicts what it is told to, else out_of_scope."""

    def __init__(self, **told: str) -> None:
        self.told = told

    def predict(self, texts: list[str], languages: list[str]) -> list[Prediction]:
        """The told intent of each text."""
        assert len(texts) == len(languages)
        return [Prediction(self.told.get(text, "out_of_scope"), 0.9, ()) for text in texts]


def test_two_models_side_by_side() -> None:
    rows = [Labelled(text, "deny", "en") for text in ("a", "b", "c", "d")]
    found = compare(rows, Model(a="deny", b="deny", c="greet"), Model(b="deny", c="deny", d="deny"))
    assert (found.old_right, found.new_right, found.better, found.worse) == (2, 3, 2, 1)
    assert (found.old_refused, found.new_refused) == (1, 1)
    assert {change.row.text: change.verdict for change in found.changes} == {
        "a": "worse",
        "c": "better",
        "d": "better",
    }


@pytest.mark.parametrize(
    ("better", "worse", "chance"), [(0, 0, 1.0), (5, 5, 1.0), (10, 0, 0.001953), (8, 1, 0.039063)]
)
def test_the_chance_is_that_of_the_exact_test(better: int, worse: int, chance: float) -> None:
    assert mcnemar(better, worse) == pytest.approx(chance, abs=1e-6)


@pytest.fixture
def aisle() -> typer.Typer:
    app = typer.Typer()
    app.command()(review_command)
    return app


@pytest.mark.usefixtures("filled")
def test_label_export_and_report_by_command(aisle: typer.Typer, tmp_path: Path) -> None:
    runner, out = CliRunner(), tmp_path / "mine.jsonl"
    shop = ["--shop", str(tmp_path)]
    done = runner.invoke(aisle, shop, input="1\n2\nq\n")
    assert "2 labelled, 0 skipped, 0 deleted." in done.output
    assert runner.invoke(aisle, [*shop, "--export", str(out)]).exit_code == 0
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert rows[0] == {"text": "aa bb", "label": "cancel_order", "language": "en"}
    shown = runner.invoke(aisle, [*shop, "--report"]).output
    assert "1 utterances wait" in shown
    assert "2 are labelled, 0 of them not written out yet" in shown
    told = json.loads(runner.invoke(aisle, [*shop, "--report", "--json"]).output)
    assert told["statuses"] == {"labelled": 2, "open": 1}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--language", "fr"], "en or zh"),
        (["--reason", "odd"], "corrected"),
        (["--compare", "serving", "nowhere"], "Nothing to compare on"),
        (["--export", "x.jsonl"], "Nothing is labelled"),
    ],
)
@pytest.mark.usefixtures("engine")
def test_what_cannot_be_done_is_said(
    aisle: typer.Typer, tmp_path: Path, arguments: list[str], said: str
) -> None:
    done = CliRunner().invoke(aisle, ["--shop", str(tmp_path), *arguments])
    assert done.exit_code != 0
    assert said in done.output


def test_a_folder_without_a_shop_is_said(aisle: typer.Typer, tmp_path: Path) -> None:
    done = CliRunner().invoke(aisle, ["--shop", str(tmp_path / "none")])
    assert (done.exit_code, "holds no shop" in done.output) == (1, True)
    assert not (tmp_path / "none").exists()
