"""`aisle search`: one JSON object a line, in the shape that other programs read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from sqlalchemy import Engine
from typer.testing import CliRunner

from assistant.cli_search import search_command
from knowledge.encoders import Encoders
from knowledge.shop import Knowledge, Shop
from tests.knowledge.made import fake_encoders, png


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch, engine: Engine) -> typer.Typer:
    opened = Shop.open

    def with_fakes(folder: Path, **_: object) -> Shop:
        encoders: Encoders = fake_encoders()
        return opened(folder, encoders=encoders)

    monkeypatch.setattr(Shop, "open", with_fakes)
    assert engine.dialect.name == "sqlite"
    app = typer.Typer()
    app.command()(search_command)
    return app


def test_queries_come_from_the_argument_or_from_input(
    app: typer.Typer, folder: Path, knowledge: Knowledge
) -> None:
    knowledge.close()
    asked = ["--json", "--shop", str(folder), "--limit", "2", "--explain"]
    one = CliRunner().invoke(app, [*asked, "hiking boots"])
    assert one.exit_code == 0, one.output
    first = json.loads(one.stdout.splitlines()[0])
    assert first["product_id"] == "hike"
    assert first["price"] == "150.00"
    assert first.keys() == {
        "query",
        "product_id",
        "title",
        "price",
        "score",
        "evidence",
        "weights",
    }
    many = CliRunner().invoke(app, asked, input="hiking boots\n\n越野跑鞋\n")
    queries = [json.loads(line)["query"] for line in many.stdout.splitlines()]
    assert set(queries) == {"hiking boots", "越野跑鞋"}


def test_a_picture_may_stand_alone(app: typer.Typer, folder: Path, knowledge: Knowledge) -> None:
    knowledge.close()
    photo = folder / "photo.png"
    photo.write_bytes(png("#8b4513"))
    asked = ["--json", "--shop", str(folder), "--image", str(photo), "--limit", "1"]
    done = CliRunner().invoke(app, asked)
    assert json.loads(done.stdout)["product_id"] == "hike"
    photo.write_bytes(b"no picture")
    refused = CliRunner().invoke(app, asked)
    assert refused.exit_code == 1
    assert "not a picture" in refused.output
