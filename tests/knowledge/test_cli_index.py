"""`aisle index`: the commands as an operator runs them, and the page that explains them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import typer
from sqlalchemy import Engine, update
from typer.testing import CliRunner

from assistant.cli_index import index_app
from db import outbox
from db.models import Product
from db.unit import turn_unit
from knowledge.settings import IndexSettings
from tests.knowledge.made import NOW, fake_encoders

PAGE = (Path(__file__).resolve().parents[2] / "docs/index.md").read_text(encoding="utf-8")


def test_an_index_from_build_to_rollback(
    folder: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge.shop.encoders_of", lambda *_: fake_encoders())

    def run(*given: str, status: int = 0) -> str:
        done = CliRunner().invoke(index_app, [*given, "--shop", str(folder)])
        assert done.exit_code == status, done.output
        return done.stdout

    assert "nothing is indexed yet" in run("status", status=1)
    assert "nothing is indexed yet" in run("verify", status=1)
    assert "g000001 is in use: 7 products, 3 pictures, 4 passages" in run("build")
    told = json.loads(run("status", "--json"))
    assert told["generation"] == "g000001"
    assert (told["products"], told["passages"], told["behind"]) == (7, 4, 0)
    assert set(told["models"]) == {"text", "multilingual", "image"}
    assert not told["in_use"]
    assert "in line with the records" in run("status")
    found = [json.loads(line) for line in run("verify", "--json").splitlines()]
    assert all(one["ok"] for one in found)
    assert {"models", "records", "keywords", "products_text"} <= {one["name"] for one in found}
    with turn_unit(engine) as session:
        session.execute(
            update(Product).where(Product.id == "tee").values(title="Jersey", content_hash="x")
        )
        outbox.put(session, "product", ["tee"], "upsert", NOW)
    said = run("status")
    assert "1 changes waiting" in said
    assert "1 records not indexed" in said
    assert "FAIL records" in run("verify", status=1)
    assert json.loads(run("build", "--json"))["generation"] == "g000002"
    assert "g000001, built" in run("status")
    assert "g000001 is in use again" in run("rollback")
    assert json.loads(run("rollback", "--json")) == {"generation": "g000002"}
    assert "ok   records" in run("verify")


def test_an_unknown_place_is_refused(folder: Path) -> None:
    done = CliRunner().invoke(index_app, ["build", "--on", "moon", "--shop", str(folder)])
    assert done.exit_code == 2
    assert "ray" in done.output


def test_a_folder_without_a_shop_is_named(tmp_path: Path) -> None:
    done = CliRunner().invoke(index_app, ["status", "--shop", str(tmp_path / "none")])
    assert "holds no shop yet" in str(done.exception)
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("command", ["build", "status", "verify", "rollback"])
def test_every_command_has_an_example_and_is_explained(command: str) -> None:
    group = typer.main.get_group(index_app)
    assert f"aisle index {command}" in (group.commands[command].help or "")
    assert f"aisle index {command}" in PAGE


def test_every_setting_and_variable_is_explained() -> None:
    for name in IndexSettings.model_fields:
        assert re.search(rf"\b{name} = ", PAGE)
    for name in ("AISLE_CHROMA_URL", "AISLE_CHROMA_TOKEN", "AISLE_RAY_ADDRESS", "--undo", "--data"):
        assert name in PAGE
