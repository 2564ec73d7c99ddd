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
        "variant_id",
        "searched",
        "changes",
        "categories",
        "limits",
        "sort",
        "kind",
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


def test_limits_said_in_a_line_hold(app: typer.Typer, folder: Path, knowledge: Knowledge) -> None:
    knowledge.close()
    asked = ["--json", "--shop", str(folder), "--explain"]
    lines = "shoes under 130\nboots, not leather\n130元以下的鞋\n"
    done = CliRunner().invoke(app, asked, input=lines)
    hits = [json.loads(line) for line in done.stdout.splitlines()]
    cheap = [hit for hit in hits if "130" in hit["query"]]
    assert {hit["query"] for hit in cheap} == {"shoes under 130", "130元以下的鞋"}
    assert all(float(hit["price"]) <= 130 for hit in cheap)
    assert all(len(hit["limits"]) == 1 for hit in hits)
    assert "hike" not in {hit["product_id"] for hit in hits if "leather" in hit["query"]}


def test_what_nothing_meets_is_said_in_words(
    app: typer.Typer, folder: Path, knowledge: Knowledge
) -> None:
    knowledge.close()
    done = CliRunner().invoke(app, ["--json", "--shop", str(folder), "boots under 1"])
    assert done.stdout == ""
    assert "$1.00" in done.stderr
    assert "Without" in done.stderr


def test_an_explanation_names_slips_and_order(
    app: typer.Typer, folder: Path, knowledge: Knowledge
) -> None:
    knowledge.close()
    done = CliRunner().invoke(app, ["--shop", str(folder), "--explain", "cheapest lether boots"])
    assert "read “lether” as “leather”" in done.stdout
    assert "sort: price_asc" in done.stdout
    assert "weights:" in done.stdout
