"""The registry of actions, the shopper's own keys, and what importing costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from assistant.terminal.actions import ACTIONS, BY_ID, commands, load_keymap, split_command
from assistant.terminal.strings import STRINGS

ROOT = Path(__file__).resolve().parents[2]


def test_ids_keys_and_commands_are_unique_and_worded_in_both_languages() -> None:
    ids = [action.id for action in ACTIONS]
    assert len(set(ids)) == len(ids)
    keys = [key for action in ACTIONS if action.scope == "app" for key in action.keys.split(",")]
    keys = [key for key in keys if key]
    assert len(set(keys)) == len(keys)
    slashes = [action.slash for action in ACTIONS if action.slash]
    assert len(set(slashes)) == len(slashes)
    for action in ACTIONS:
        assert all(action.label)
        assert all(action.help)


def test_both_languages_fill_the_same_blanks() -> None:
    import string

    for key, texts in STRINGS.items():
        blanks = [{name for _, name, _, _ in string.Formatter().parse(t) if name} for t in texts]
        assert blanks[0] == blanks[1], key


def test_every_action_is_documented() -> None:
    page = (ROOT / "docs" / "chat.md").read_text(encoding="utf-8")
    for action in ACTIONS:
        name = "suggestion_1" if action.id.startswith("suggestion_") else action.id
        assert f"`{name}`" in page, f"docs/chat.md does not speak of {action.id}"
    for action in commands():
        assert f"`/{action.slash}" in page


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("/why", ("why", "")),
        ("/IMAGE  a b.png ", ("image", "a b.png")),
        ("//etc", None),
        ("/", None),
        ("/ why", None),
        ("hello /why", None),
        ("/usr/bin", None),
        ("/价格", None),
    ],
)
def test_commands_are_told_from_words(text: str, parts: tuple[str, str] | None) -> None:
    assert split_command(text) == parts


def test_keymap(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    assert load_keymap(path) == ({}, [])
    path.write_text('[keys]\nquit = "Ctrl+X, f4"\nquitt = "f3"\ntheme = 3\nhelp = ""\n[colour]\n')
    keymap, problems = load_keymap(path)
    assert keymap == {"quit": "ctrl+x,f4"}
    assert len(problems) == 4
    assert any("did you mean 'quit'?" in problem for problem in problems)
    for bad in (b"[keys", b"\xff\xfe", b"keys = 3"):
        path.write_bytes(bad)
        keymap, problems = load_keymap(path)
        assert keymap == {}
        assert len(problems) == 1
        assert str(path) in problems[0]
    assert "quit" in BY_ID


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("assistant.engine", ("textual", "torch", "transformers")),
        ("assistant.views", ("textual", "torch", "transformers")),
        ("assistant.plain", ("textual", "torch", "sqlalchemy", "onnxruntime", "chromadb")),
        ("assistant.terminal.app", ("torch", "transformers", "textual_image")),
        ("run_chat", ("textual", "torch", "sqlalchemy", "structlog", "PIL")),
    ],
)
def test_importing_loads_only_what_is_needed(module: str, absent: tuple[str, ...]) -> None:
    code = f"import sys, {module}; print([n for n in {absent!r} if n in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "[]"
