"""CLINC150's JSON files: lists of [text, label] pairs by part, out-of-scope rows in their own."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

from assistant.training.formats.base import PART_NAMES, Part, RawRow, Tell
from assistant.understanding.intents import OUT_OF_SCOPE

_SPACE = re.compile(r"[ \t\r\n]*")
_KEY = re.compile(r'"(?:oos_)?(?:train|val|test)"\s*:\s*\[')
OOS = "oos"


class ClincReader:
    """`{"train": [[text, label], …], "oos_val": …}`; the label oos becomes out_of_scope."""

    name = "CLINC150"

    def recognises(self, suffix: str, text: str) -> bool:  # noqa: ARG002 - the content tells
        """By a JSON object one of whose keys is a part that holds a list."""
        return text.lstrip().startswith("{") and _KEY.search(text) is not None

    def read(self, text: str, stem: str, problem: Tell, note: Tell) -> Iterator[RawRow]:  # noqa: ARG002 - as the protocol has it
        """Each pair of each part, with the line that it starts on."""
        starts = [0, *(match.end() for match in re.finditer("\n", text))]

        def line(place: int) -> int:
            return bisect_right(starts, min(place, len(text)))

        try:
            for key, place, value in _walk(text):
                part = _part_of(key)
                if part is None:
                    note(line(place), f"part {key!r} is left out: neither train, val nor test")
                elif (
                    not isinstance(value, list)
                    or len(value) != 2
                    or not all(isinstance(v, str) for v in value)
                ):
                    problem(line(place), "not a [text, label] pair of strings")
                else:
                    label = OUT_OF_SCOPE if value[1].strip() == OOS else value[1].strip()
                    yield RawRow(line(place), value[0], label, part)
        except json.JSONDecodeError as error:
            problem(error.lineno, f"not JSON: {error.msg}")
        except RecursionError:
            problem(1, "not JSON that can be read: nested too deep")


def _part_of(key: str) -> Part | None:
    return PART_NAMES.get(key.removeprefix("oos_").lower())


def _walk(text: str) -> Iterator[tuple[str, int, Any]]:
    """(key, position, element) of each list in the outer object; a foreign key comes once.

    The standard parser tells no positions, and a message without a line helps nobody.
    """
    decoder = json.JSONDecoder()
    place = _expect(text, 0, "{")
    while not text.startswith("}", place):
        if not text.startswith('"', place):
            raise json.JSONDecodeError("a key in double quotes was expected", text, place)
        opened = place
        key, place = decoder.raw_decode(text, place)
        place = _expect(text, _skip(text, place), ":")
        if _part_of(key) is None or not text.startswith("[", place):
            _, place = decoder.raw_decode(text, place)
            yield key, opened, None
        else:
            place = _skip(text, place + 1)
            while not text.startswith("]", place):
                began = place
                value, place = decoder.raw_decode(text, place)
                yield key, began, value
                place = _comma(text, place, "]")
            place += 1
        place = _comma(text, place, "}")


def _skip(text: str, place: int) -> int:
    match = _SPACE.match(text, place)
    return match.end() if match else place


def _expect(text: str, place: int, sign: str) -> int:
    place = _skip(text, place)
    if not text.startswith(sign, place):
        raise json.JSONDecodeError(f"{sign!r} was expected", text, place)
    return _skip(text, place + 1)


def _comma(text: str, place: int, end: str) -> int:
    """Past a comma, or at `end`."""
    place = _skip(text, place)
    return place if text.startswith(end, place) else _expect(text, place, ",")
