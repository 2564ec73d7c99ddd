"""A stage without a shop: it answers with what was said, and raises where it is told to."""

from __future__ import annotations

from pathlib import Path

from assistant.conversation import Reply
from assistant.scripted.check import Broken
from assistant.scripted.format import Conversation
from assistant.scripted.runner import ConversationResult, Failure


class EchoStage:
    """Stands in for Stage: every reply is the words said; only `text.contains` is looked at."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def close(self) -> None:
        """Nothing is held."""

    def play(self, conversation: Conversation, _folder: Path = Path()) -> ConversationResult:
        """Fails at the first step whose words lack an expected part."""
        said: list[tuple[str, str]] = []
        for number, step in enumerate(conversation.steps, start=1):
            reply = Reply(f"you said {step.say}", "greet", "en")
            wanted = step.expect.text.contains if step.expect.text else []
            wrong = tuple(
                Broken("text.contains", part, reply.text)
                for part in wanted
                if part not in reply.text
            )
            if wrong:
                failure = Failure(number, step.say, reply, wrong, tuple(said))
                return ConversationResult(conversation.name, number, failure)
            said.append((step.say, reply.text))
        return ConversationResult(conversation.name, len(conversation.steps))


GOOD = """
- name: said back
  steps:
    - say: hello there
      expect: {text: {contains: [hello]}}
"""

BAD = """
- name: not said
  steps:
    - say: hello there
    - say: and a kettle
      expect: {text: {contains: [teapot]}}
"""
