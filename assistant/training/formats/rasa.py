"""Rasa NLU YAML: the examples of each intent, with entity markup taken off."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from assistant.training.formats.base import RawRow, Tell

_NLU = re.compile(r"^nlu\s*:", re.MULTILINE)
# [shown](entity), [shown](entity:value), [shown]{"entity": …}, [shown][{"entity": …}, …]
_ENTITY = re.compile(r"\[([^\[\]]+)\](?:\([^()]*\)|\{[^{}]*\}|\[\s*\{[^\[\]]*\}\s*\])")
_ITEM = re.compile(r"^\s*[-*]\s+")
SKIPPED = ("lookup", "regex", "synonym")


class RasaReader:
    """A YAML mapping with `nlu:`, a list of `- intent: name` with `examples: |`."""

    name = "Rasa NLU YAML"

    def recognises(self, suffix: str, text: str) -> bool:
        """By `nlu:` at the start of a line: a Rasa project holds other YAML files too."""
        return suffix != ".txt" and _NLU.search(text) is not None

    def read(self, text: str, stem: str, problem: Tell, note: Tell) -> Iterator[RawRow]:  # noqa: ARG002 - as the protocol has it
        """Each example of each intent; lookup, regex and synonym sections are noted."""
        try:
            # Nodes instead of values: they know their lines, and build no objects.
            root = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            at = error.problem_mark or error.context_mark
            problem(at.line + 1 if at else 1, f"not YAML: {error.problem or error.context}")
            return
        except (yaml.YAMLError, RecursionError) as error:
            problem(1, f"not YAML: {error}")
            return
        sections = _get(root, "nlu")
        if not isinstance(sections, yaml.SequenceNode):
            problem(1, "no list under nlu: the file is no Rasa NLU data")
            return
        for section in sections.value:
            line = section.start_mark.line + 1
            skipped = next((kind for kind in SKIPPED if _get(section, kind) is not None), None)
            if skipped is not None:
                note(line, f"{skipped} section left out: only intents are trained")
                continue
            intent = _get(section, "intent")
            if not isinstance(intent, yaml.ScalarNode):
                problem(line, "a section under nlu without an intent")
                continue
            examples = _get(section, "examples")
            if examples is None:
                problem(line, f"intent {intent.value!r} has no examples")
                continue
            yield from _examples(examples, str(intent.value).strip(), problem)


def strip_markup(text: str) -> str:
    """`ship to [Oslo](city)` -> `ship to Oslo`."""
    return _ENTITY.sub(r"\1", text)


def _examples(node: yaml.Node, label: str, problem: Tell) -> Iterator[RawRow]:
    if isinstance(node, yaml.SequenceNode):  # the long form, with metadata beside each text
        for item in node.value:
            text = item if isinstance(item, yaml.ScalarNode) else _get(item, "text")
            if isinstance(text, yaml.ScalarNode):
                yield from _lines(text, label)
            else:
                problem(item.start_mark.line + 1, "an example without text")
    elif isinstance(node, yaml.ScalarNode):
        yield from _lines(node, label)
    else:
        problem(node.start_mark.line + 1, "examples must be a list, written as `examples: |`")


def _lines(node: yaml.ScalarNode, label: str) -> Iterator[RawRow]:
    # A block scalar's text starts on the line after its `|`.
    first = node.start_mark.line + (2 if node.style in ("|", ">") else 1)
    for offset, line in enumerate(str(node.value).split("\n")):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        # A dash with nothing behind it is an empty example, and is told as one.
        bare = "" if line.strip() == "-" else _ITEM.sub("", line)
        yield RawRow(first + offset, strip_markup(bare), label)


def _get(node: yaml.Node | None, name: str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value == name:
                return value  # type: ignore[no-any-return]  # the stubs leave pairs untyped
    return None
