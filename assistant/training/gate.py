"""The gate before a swap: frozen scripted conversations, played with the old model and the new."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from assistant.training.errors import TrainingError

PACKAGED = Path(__file__).resolve().parents[2] / "conversations"
"""The conversations that come with the source; an installed package has none."""

# The player runs as a shop does, where the training libraries are not installed.
_PLAYER = """
import sys
for name in ("torch", "transformers", "peft"):
    sys.modules[name] = None
import typer
from assistant.commands import register
app = typer.Typer()
register(app)
app(["run-scripts", "--json", *sys.argv[1:]])
"""


@dataclass(frozen=True, slots=True)
class Frozen:
    """Scripted conversations that hold with the model that serves, and must go on holding."""

    scripts: Path
    """A YAML file or a folder of them."""
    models: Path
    """The models folder whose encoders both sides share."""

    def worse(self, old: Path, new: Path) -> list[str]:
        """Conversations that hold with the intent model in `old` and not with that in `new`.

        Each is told with the step that broke. A conversation that broke before may break still.

        Raises:
            TrainingError: the conversations cannot be played.
        """
        before, after = self.play(old), self.play(new)
        return [
            f"{name}:\n{after[name]}"
            for name, broke in before.items()
            if broke is None and after.get(name) is not None
        ]

    def play(self, intents: Path) -> dict[str, str | None]:
        """Every conversation, by file and name, with what broke in it, under one intent model.

        Raises:
            TrainingError: they cannot be played.
        """
        with tempfile.TemporaryDirectory(prefix="aisle-gate-") as work:
            for entry in self.models.iterdir():
                if entry.name != "intents" and not entry.name.startswith("."):
                    (Path(work) / entry.name).symlink_to(entry.resolve())
            (Path(work) / "intents").symlink_to(intents.resolve())
            done = subprocess.run(
                [sys.executable, "-c", _PLAYER, str(self.scripts)],
                env={**os.environ, "AISLE_MODELS": work, "PYTHONIOENCODING": "utf-8"},
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                check=False,
            )
        results: dict[str, str | None] = {}
        for line in done.stdout.splitlines():
            try:
                row = json.loads(line)
                file = Path(row["file"])
                shown = file.relative_to(self.scripts) if file != self.scripts else file.name
                results[f"{shown}: {row['name']}"] = row["failure"]
            except (ValueError, KeyError, TypeError):
                continue
        if done.returncode not in (0, 1) or not results:
            told = done.stderr.strip().splitlines()[-1:] or ["nothing was played"]
            raise TrainingError(
                f"The scripted conversations in {self.scripts} cannot be played: {told[0]}"
            )
        return results
