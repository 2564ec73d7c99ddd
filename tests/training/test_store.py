"""A model is put in place in one step; the one before can be had back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from assistant.commands import register
from assistant.training.errors import OutOfSpace, TrainingError
from assistant.training.store import adopt, install, rollback, seal, stored, working


def _model(folder: Path, mark: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "labels.json").write_text(
        json.dumps({"method": "lora", "labels": ["greet", "deny"]}), encoding="utf-8"
    )
    (folder / "adapter.safetensors").write_text(mark, encoding="utf-8")
    seal(folder)
    return folder


def _marks(out: Path) -> list[str]:
    return [
        (folder / "adapter.safetensors").read_text(encoding="utf-8")
        for folder in (out, out / "previous")
        if folder.is_dir()
    ]


def test_the_model_before_is_kept_one_deep(tmp_path: Path) -> None:
    out = tmp_path / "intents"
    for mark in ("one", "two", "three"):
        install(_model(tmp_path / "new", mark), out)
        assert not (tmp_path / "new").exists()
    assert _marks(out) == ["three", "two"]
    assert not (out / "previous" / "previous").exists()
    assert [m.name for m in stored(out)] == ["serving", "previous"]
    assert [m.damage for m in stored(out)] == [(), ()]


def test_rolling_back_twice_changes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "intents"
    for mark in ("one", "two"):
        install(_model(tmp_path / "new", mark), out)
    rollback(out)
    assert _marks(out) == ["one", "two"]
    rollback(out)
    assert _marks(out) == ["two", "one"]


def test_there_may_be_nothing_to_go_back_to(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no model before it"):
        rollback(_model(tmp_path / "intents", "one"))


def test_a_damaged_model_is_never_put_in_place(tmp_path: Path) -> None:
    out = tmp_path / "intents"
    for mark in ("one", "two"):
        install(_model(tmp_path / "new", mark), out)
    (out / "previous" / "adapter.safetensors").write_text("damaged", encoding="utf-8")
    assert stored(out)[1].damage == ("adapter.safetensors: differs from the manifest",)
    with pytest.raises(TrainingError, match="is damaged"):
        rollback(out)
    other = _model(tmp_path / "other", "three")
    (other / "labels.json").unlink()
    with pytest.raises(TrainingError, match=r"no labels\.json"):
        adopt(other, out)
    assert (out / "adapter.safetensors").read_text(encoding="utf-8") == "two"


def test_a_reader_sees_a_whole_model_at_every_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "intents"
    install(_model(tmp_path / "new", "one"), out)
    import os
    import shutil

    seen = []
    for module, name in ((os, "replace"), (os, "link"), (shutil, "rmtree"), (shutil, "copy2")):
        real = getattr(module, name)

        def watched(*given: object, _real: object = real, **named: object) -> object:
            seen.append(_marks(out)[0])
            result = _real(*given, **named)  # type: ignore[operator]  # any of the four
            seen.append(_marks(out)[0])
            return result

        monkeypatch.setattr(module, name, watched)
    install(_model(tmp_path / "new", "two"), out)
    assert set(seen) == {"one", "two"}
    assert seen == sorted(seen)  # once over, never back


def test_a_disk_that_fills_up_during_the_swap_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os
    import shutil

    out = tmp_path / "intents"
    install(_model(tmp_path / "new", "one"), out)

    def full(*given: object, **named: object) -> None:  # noqa: ARG001 - as the real ones
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "link", full)
    monkeypatch.setattr(shutil, "copy2", full)
    with pytest.raises(OutOfSpace, match="No space left on device"):
        install(_model(tmp_path / "new", "two"), out)
    assert _marks(out) == ["one"]


def test_what_a_killed_run_left_is_cleared_by_the_next(tmp_path: Path) -> None:
    out = tmp_path / "intents"
    left = tmp_path / ".intents-work-abc"
    left.mkdir()
    with working(out) as work:
        assert work.is_dir()
        assert not left.exists()
    assert not work.exists()


def test_the_commands_list_go_back_and_put_in(tmp_path: Path) -> None:
    app = typer.Typer()
    register(app)
    runner = CliRunner()
    out = tmp_path / "intents"
    where = ["--out", str(out)]
    nothing = runner.invoke(app, ["models", "list", *where])
    assert nothing.exit_code == 1
    assert "holds no intent model" in nothing.output
    for mark in ("one", "two"):
        install(_model(tmp_path / "new", mark), out)
    listed = runner.invoke(app, ["models", "list", "--json", *where])
    rows = [json.loads(line) for line in listed.output.splitlines()]
    assert [(r["name"], r["method"], r["labels"]) for r in rows] == [
        ("serving", "lora", 2),
        ("previous", "lora", 2),
    ]
    back = runner.invoke(app, ["models", "rollback", *where])
    assert back.exit_code == 0
    assert _marks(out) == ["one", "two"]
    none = tmp_path / "no-scripts"
    put = runner.invoke(
        app,
        ["models", "use", str(_model(tmp_path / "mine", "mine")), *where, "--conversations",
         str(none)],
    )  # fmt: skip
    assert put.exit_code == 0
    assert "not compared" in put.output
    assert _marks(out) == ["mine", "one"]
    assert (tmp_path / "mine" / "labels.json").is_file()
