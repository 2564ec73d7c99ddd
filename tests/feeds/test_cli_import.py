"""`aisle import`: its report, its exit status, and an index brought up to date."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from assistant.cli_import import import_command
from knowledge.shop import Knowledge


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer()
    app.command("import")(import_command)
    return app


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[Knowledge]:
    """What was brought up to date; building one has tests of its own."""
    calls: list[Knowledge] = []

    def sync(knowledge: Knowledge, *_: object) -> list[str]:
        calls.append(knowledge)
        return []

    monkeypatch.setattr(Knowledge, "sync", sync)
    monkeypatch.setattr(Knowledge, "start", lambda *_: None)
    return calls


def test_a_catalogue_with_a_bad_row(
    app: typer.Typer, tmp_path: Path, synced: list[Knowledge]
) -> None:
    feed = tmp_path / "products.csv"
    feed.write_text("id,title,price\na,One,1\nb,Two,-2\n", encoding="utf-8")
    result = CliRunner().invoke(app, [str(feed), "--shop", str(tmp_path / "s"), "--json"])
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert report["added"]["product"] == 1
    assert report["refusals"][0]["line"] == 3
    assert (tmp_path / "s/import-report.json").is_file()
    assert len(synced) == 1


def test_nothing_to_import(app: typer.Typer, tmp_path: Path, synced: list[Knowledge]) -> None:
    feed = tmp_path / "products.csv"
    feed.write_text("id;titel;price\n", encoding="utf-8")
    result = CliRunner().invoke(app, [str(feed), "--shop", str(tmp_path / "s")])
    assert result.exit_code == 1
    assert "nearest column: 'titel'" in result.stdout
    assert not synced
