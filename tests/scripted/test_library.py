"""What the shipped conversations cover."""

from __future__ import annotations

from pathlib import Path

from assistant.scripted.format import Conversation, read_script
from assistant.understanding.intents import INTENTS

FOLDER = Path(__file__).resolve().parents[2] / "conversations"


def shipped() -> list[Conversation]:
    return [one for file in sorted(FOLDER.rglob("*.yaml")) for one in read_script(file)]


def test_every_intent_is_expected_somewhere_and_no_other() -> None:
    expected: set[str] = set()
    for conversation in shipped():
        for step in conversation.steps:
            intent = step.expect.intent
            expected.update([intent] if isinstance(intent, str) else intent or [])
    assert expected == set(INTENTS)


def test_there_are_many_and_a_quarter_is_chinese() -> None:
    conversations = shipped()
    assert len(conversations) >= 40
    assert sum(one.language == "zh" for one in conversations) * 4 >= len(conversations)


def test_each_has_a_name_of_its_own_and_expects_something() -> None:
    conversations = shipped()
    names = [one.name for one in conversations]
    assert sorted(set(names)) == sorted(names)
    idle = [
        one.name
        for one in conversations
        if not any(step.expect.model_fields_set for step in one.steps)
    ]
    assert idle == []
