"""Frozen conversations tell a new model that does worse, without the training libraries."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from assistant.training.errors import TrainingError
from assistant.training.gate import Frozen

MODELS = Path(__file__).resolve().parents[2] / "models"

SCRIPT = """\
- name: a search is a search
  steps:
    - say: show me running shoes
      expect: {intent: search_products}
- name: what nobody can hold
  steps:
    - say: show me running shoes
      expect: {intent: goodbye}
"""


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped model with a gate so low that everything is out of scope."""
    folder = tmp_path_factory.mktemp("worse") / "intents"
    shutil.copytree(MODELS / "intents", folder)
    settings = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    for calibration in settings["calibration"].values():
        calibration["refuse_bias"] = 1e6
    (folder / "labels.json").write_text(json.dumps(settings), encoding="utf-8")
    return folder


def test_what_held_before_and_breaks_now_is_told_with_its_step(
    refusing: Path, tmp_path: Path
) -> None:
    script = tmp_path / "mine.yaml"
    script.write_text(SCRIPT, encoding="utf-8")
    frozen = Frozen(script, MODELS)
    (worse,) = frozen.worse(MODELS / "intents", refusing)
    assert worse.startswith("mine.yaml: a search is a search:\n")
    assert "show me running shoes   <-- step 1" in worse


def test_conversations_that_cannot_be_played_are_an_error(tmp_path: Path) -> None:
    script = tmp_path / "bad.yaml"
    script.write_text("- conversation: x\n  nonsense: 1\n", encoding="utf-8")
    with pytest.raises(TrainingError, match="cannot be played"):
        Frozen(script, MODELS).worse(MODELS / "intents", MODELS / "intents")
