"""run_chat.py as a program, on a copy of the demo shop."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.scripted.runner import demo_template

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo shop that tests may write to."""
    folder = tmp_path_factory.mktemp("shop") / "demo"
    shutil.copytree(demo_template(), folder)
    return folder


def chat(
    *options: str, said: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Run the chat with these options and this input."""
    return subprocess.run(
        [sys.executable, "run_chat.py", *options],
        input=said,
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, **environment},
        timeout=120,
        check=False,
    )


def test_json_in_a_pipe(demo: Path) -> None:
    said = "kettles under 60\n\n/why\n\ufeff水壶\n".encode() + b"\xff\xfe\x00 kettles\n"
    done = chat("--json", "--shop", str(demo), said=said, LC_ALL="C", NO_COLOR="1")
    assert done.returncode == 0, done.stderr.decode()
    lines = done.stdout.decode("utf-8").splitlines()
    replies = [json.loads(line) for line in lines]
    assert len(replies) == 4
    for reply in replies:
        assert list(reply) == [
            "text",
            "intent",
            "cards",
            "suggestions",
            "citations",
            "handoff",
            "language",
        ]
    assert replies[0]["cards"]
    assert all(float(card["price"]) <= 60 for card in replies[0]["cards"])
    assert replies[1]["intent"] == "command"
    assert replies[2]["language"] == "zh"


def test_resume_goes_on_where_it_stopped_and_a_photo_goes_alone(demo: Path) -> None:
    shop = ("--plain", "--shop", str(demo), "--customer", "somebody-new")
    first = chat(*shop, said=b"electric kettles\n")
    assert first.returncode == 0, first.stderr.decode()
    assert b"You: " not in first.stdout, "a prompt is for persons"
    assert b"\x1b" not in first.stdout
    photo = next((demo / "images").glob("*.jpg"))
    again = chat(*shop, "--resume", "--image", str(photo))
    text = again.stdout.decode()
    assert again.returncode == 0, again.stderr.decode()
    assert text.startswith("> electric kettles\n")
    shown = text.split("> electric kettles\n")[1]
    assert first.stdout.decode().strip() in shown
    assert len(shown) > len(first.stdout.decode())


def test_a_script_is_said_line_by_line(demo: Path, tmp_path: Path) -> None:
    script = tmp_path / "s.yaml"
    script.write_text(
        "- name: a\n  customer: mia\n  steps:\n  - {say: hello, expect: {intent: greet}}\n"
        "- name: b\n  steps:\n  - say: /why\n",
        encoding="utf-8",
    )
    done = chat("--shop", str(demo), "--script", str(script))
    assert done.returncode == 0, done.stderr.decode()
    lines = done.stdout.decode().splitlines()
    assert lines[0] == "> hello"
    assert lines[-2:] == ["> /why", "Nothing has been answered yet."]


def test_a_reader_that_goes_away_is_no_error(demo: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    with subprocess.Popen(
        [sys.executable, "run_chat.py", "--plain", "--shop", str(demo)],
        stdin=subprocess.PIPE,
        stdout=write,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    ) as process:
        os.close(write)
        _, errors = process.communicate(b"hello\nhello\n", timeout=120)
    assert errors == b""
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--image", "/nowhere/x.png"), b"there is no such file"),
        (("--script", "/nowhere/x.txt"), b"Check the path"),
        (("--shop", __file__), b"is a file"),
        (("--nonsense",), b"usage: run_chat.py"),
        (("--customer", " "), b"needs an id"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(
    demo: Path, options: tuple[str, ...], message: bytes
) -> None:
    shop = () if "--shop" in options else ("--shop", str(demo))
    done = chat("--plain", *shop, *options)
    assert done.returncode == 2
    assert message in done.stderr
    assert b"Traceback" not in done.stderr
    assert done.stdout == b""
