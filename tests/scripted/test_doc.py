"""The manual of scripted conversations is true: its example is valid, and it names every key."""

from __future__ import annotations

import re
from pathlib import Path

from assistant.scripted import format as scripts
from assistant.understanding.intents import INTENTS

ROOT = Path(__file__).resolve().parents[2]
DOC = (ROOT / "docs/scripted-conversations.md").read_text(encoding="utf-8")


def test_the_example_is_a_script(tmp_path: Path) -> None:
    example = re.search(r"```yaml\n(.*?)```", DOC, re.DOTALL)
    assert example is not None
    file = tmp_path / "example.yaml"
    file.write_text(example[1], encoding="utf-8")
    assert [one.customer for one in scripts.read_script(file)] == ["mia"]


def test_every_key_is_explained() -> None:
    models = (
        scripts.Conversation,
        scripts.Step,
        scripts.Expect,
        scripts.Products,
        scripts.Every,
        scripts.Cart,
        scripts.CartItem,
        scripts.OrderState,
        scripts.Profile,
        scripts.HandoffTo,
        scripts.Sql,
        scripts.Text,
    )
    for model in models:
        for key in model.model_fields:
            assert f"`{key}`" in DOC, key


def test_shipped_conversations_cover_every_intent_in_both_languages() -> None:
    files = sorted((ROOT / "conversations").glob("*.yaml"))
    conversations = [one for file in files for one in scripts.read_script(file)]
    expected: set[str] = set()
    for conversation in conversations:
        for step in conversation.steps:
            intent = step.expect.intent
            expected.update([intent] if isinstance(intent, str) else intent or [])
    assert expected == set(INTENTS)
    assert len(conversations) >= 40
    assert sum(one.language == "zh" for one in conversations) * 4 >= len(conversations)
