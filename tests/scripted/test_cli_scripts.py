"""`aisle run-scripts`: exit statuses, what it prints, and recording."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from assistant.commands import register
from assistant.scripted import runner
from tests.scripted.stages import BAD, GOOD, EchoStage


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two files, and a stage that needs no shop."""
    monkeypatch.setattr(runner, "Stage", EchoStage)
    monkeypatch.setattr(runner, "demo_template", lambda: tmp_path)
    (tmp_path / "good.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "bad.yml").write_text(BAD, encoding="utf-8")
    return tmp_path


def run(*arguments: object) -> Result:
    app = typer.Typer()
    register(app)
    return CliRunner().invoke(app, ["run-scripts", *map(str, arguments)])


def test_all_hold(folder: Path) -> None:
    result = run(folder / "good.yaml")
    assert result.exit_code == 0
    assert "passed  good.yaml: said back" in result.output
    assert "1 passed, 0 failed" in result.output


def test_one_is_broken_and_the_others_still_run(folder: Path) -> None:
    result = run(folder)
    assert result.exit_code == 1
    assert "FAILED  bad.yml: not said" in result.output
    assert "expected teapot" in result.output
    assert "1 passed, 1 failed" in result.output


def test_one_json_object_a_line(folder: Path) -> None:
    result = run(folder, "--json")
    assert result.exit_code == 1
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(one["name"], one["passed"]) for one in records] == [
        ("not said", False),
        ("said back", True),
    ]
    assert "teapot" in records[0]["failure"]
    assert records[1]["failure"] is None


def test_nothing_there_to_play(folder: Path) -> None:
    empty = folder / "empty"
    empty.mkdir()
    result = run(empty)
    assert result.exit_code == 2
    assert "no YAML files" in result.output


def test_a_file_that_cannot_be_read(folder: Path) -> None:
    (folder / "bad.yml").write_text("- nam: a\n", encoding="utf-8")
    result = run(folder)
    assert result.exit_code == 2
    assert "bad.yml:1: nam: no such key; did you mean 'name'?" in result.output
    assert "passed" not in result.output


def test_recording_needs_a_shop(folder: Path) -> None:
    result = run("--record", folder / "mine.yaml", folder)
    assert result.exit_code == 2
    assert "--shop" in result.output


def test_recording_from_a_shop_without_conversations(folder: Path) -> None:
    shop = folder / "shop"
    shop.mkdir()
    result = run("--record", folder / "mine.yaml", "--shop", shop, ".")
    assert result.exit_code == 2
    assert "holds no conversation" in result.output
    assert not (folder / "mine.yaml").exists()
