"""Model cards and the sha256 manifest of the models folder."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

MANIFEST = "manifest.json"


def file_sha256(path: Path) -> str:
    """Hex sha256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_atomically(path: Path, text: str) -> None:
    """Replace `path` by `text` (UTF-8) in one step: a reader sees the old file or the new one."""
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)


def write_manifest(models: Path) -> dict[str, str]:
    """Record the sha256 of each file under `models` in its manifest.json, and return it by path."""
    sums = {
        path.relative_to(models).as_posix(): file_sha256(path)
        for path in sorted(models.rglob("*"))
        if path.is_file()
        and path.name != MANIFEST
        and not any(
            part.startswith(".") or part == "previous" for part in path.relative_to(models).parts
        )
    }
    text = json.dumps({"sha256": sums}, indent=2, sort_keys=True) + "\n"
    write_atomically(models / MANIFEST, text)
    return sums


def check_manifest(models: Path) -> list[str]:
    """Files under `models` that are missing or differ from the manifest, as shown lines."""
    recorded = json.loads((models / MANIFEST).read_text(encoding="utf-8"))["sha256"]
    wrong = []
    for name, expected in sorted(recorded.items()):
        path = models / name
        if not path.is_file():
            wrong.append(f"{name}: missing")
        elif file_sha256(path) != expected:
            wrong.append(f"{name}: differs from the manifest")
    return wrong


def write_card(
    path: Path, title: str, lead: str, sections: Mapping[str, Sequence[str]], files: Sequence[Path]
) -> None:
    """Write a model card: a title, what it is, sections of lines, and the files' sha256."""
    lines = [f"# {title}", "", lead, ""]
    for heading, body in sections.items():
        lines += [f"## {heading}", "", *body, ""]
    lines += ["## Files", ""]
    lines += [f"- `{file.name}`: sha256 `{file_sha256(file)}`" for file in files]
    write_atomically(path, "\n".join(lines) + "\n")
