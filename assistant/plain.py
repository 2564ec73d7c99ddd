"""The plain mode: a line in, the reply out as lines or JSON, for programs and screen readers.

It writes words only, never colour or cursor movements, so that NO_COLOR has nothing to switch off.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from assistant.chat import (
    Chat,
    PhotoError,
    calm,
    card_line,
    new_conversation_id,
    photo_argument,
    safe,
)
from assistant.conversation import Channel, Language, Reply, Turn, to_json
from assistant.terminal.actions import BY_SLASH, commands, split_command
from assistant.terminal.strings import say

LONGEST_LINE = 1_000_000
"""Bytes of one input line that are read; the rest of it is passed over."""


class ScriptError(ValueError):
    """A script file cannot be used; the message names the file and what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a script; `image` is the path of a photo that goes with it."""

    text: str
    image: Path | None = None
    starts: bool = False
    """True for the first message of each conversation in a YAML file."""
    customer_id: str | None = None
    """Who says it, where the file tells."""


class PlainChat:
    """A conversation held line by line.

    Args:
        chat: the conversation.
        out: where replies go.
        as_json: one JSON object a reply instead of text.
        channel: "plain", or "script" where the lines come from a file.
        echo: write each message before its reply, for scripts.
    """

    def __init__(
        self,
        chat: Chat,
        out: TextIO,
        *,
        as_json: bool = False,
        channel: Channel = "plain",
        echo: bool = False,
    ) -> None:
        self._chat = chat
        self._out = out
        self._json = as_json
        self._channel = channel
        self._echo = echo and not as_json
        self._photo: bytes | None = None
        self._last: Reply | None = None
        self.language: Language = chat.language

    def attach(self, photo: bytes) -> None:
        """Let a photo go with the next message."""
        self._photo = photo

    def start(self, customer_id: str | None) -> None:
        """Begin a new conversation, held by this customer."""
        self._chat = replace(
            self._chat, conversation_id=new_conversation_id(), customer_id=customer_id
        )
        self._last = self._photo = None

    @property
    def has_photo(self) -> bool:
        """True where a photo waits for the next message."""
        return self._photo is not None

    def greet(self) -> None:
        """The opening line of a chat with a person; programs get none."""
        if not self._json:
            self._write(say("plain_hello", self.language, shop=self._chat.shop_name(self.language)))

    def replay(self, history: Iterable[tuple[str, Reply]]) -> None:
        """Show an earlier conversation; programs are not given it again."""
        for text, reply in history:
            self._last, self.language = reply, reply.language
            if not self._json:
                self._write(f"> {safe(text, lines=False)}")
                self._show(reply)

    def handle(self, text: str) -> bool:
        """Answer one line; False where it asked to leave. An empty line sends a waiting photo."""
        text = text.strip()
        if self._echo and text:
            self._write(f"> {safe(text, lines=False)}")
        command = split_command(text)
        if command is not None:
            return self._command(*command)
        text = text.removeprefix("/") if text.startswith("//") else text
        if text or self._photo is not None:
            self._send(text)
        return True

    def _send(self, text: str) -> None:
        turn = Turn(
            text=text,
            conversation_id=self._chat.conversation_id,
            customer_id=self._chat.customer_id,
            image=self._photo,
            channel=self._channel,
        )
        self._photo = None
        try:
            reply = self._chat.replies.reply(turn)
        except Exception as error:  # whatever it is, the conversation goes on
            log_fault(error)
            self._note(calm(error, self.language), intent="error")
            return
        self._last, self.language = reply, reply.language
        self._show(reply)

    def _command(self, name: str, argument: str) -> bool:
        action = BY_SLASH.get(name)
        if action is None:
            self._note(say("unknown_command", self.language, name=f"/{name}"))
        elif not action.plain:
            self._note(say("not_here", self.language, name=f"/{name}"))
        elif action.says:
            self._send(say(action.says, self.language))
        elif action.id.startswith("suggestion_"):
            offers = self._last.suggestions if self._last else ()
            if int(name) <= len(offers):
                self._send(offers[int(name) - 1].text)
            else:
                self._note(say("suggestion_none", self.language, name=f"/{name}"))
        elif action.id == "quit":
            if not self._json:
                self._write(say("goodbye", self.language))
            return False
        elif action.id == "image":
            self._image(argument)
        elif action.id == "new":
            self.start(self._chat.customer_id)
            self._note(say("new_done", self.language))
        elif action.id == "why":
            why = self._last.why if self._last else ()
            self._note("\n".join(why) or say("why_none", self.language))
        elif action.id == "help":
            self._note(help_text(self.language))
        return True

    def _image(self, argument: str) -> None:
        try:
            path, self._photo, words = photo_argument(argument, self.language)
        except PhotoError as error:
            self._note(str(error))
            return
        if words:
            self._send(words)
        else:
            name = safe(path.name, lines=False)
            self._note(say("photo_ready", self.language, name=name))

    def _note(self, text: str, intent: str = "command") -> None:
        """Something the chat itself says. A program gets it as a reply with that intent, so that
        each line it writes has one line for an answer."""
        if self._json:
            self._dump(Reply(text=safe(text), intent=intent, language=self.language))
        else:
            self._write(safe(text))

    def _show(self, reply: Reply) -> None:
        if self._json:
            self._dump(reply)
            return
        for line in reply_lines(reply):
            self._write(line)
        self._write("")

    def _dump(self, reply: Reply) -> None:
        self._write(json.dumps(_safe_json(to_json(reply)), ensure_ascii=False))

    def _write(self, line: str) -> None:
        self._out.write(line + "\n")
        self._out.flush()


def reply_lines(reply: Reply) -> list[str]:
    """A reply as lines of plain text: text, numbered products, sources, what could be said next."""
    language = reply.language
    lines = safe(reply.opening).split("\n")
    lines += [card_line(card, language) for card in reply.cards]
    lines += [f"[{safe(cited.title, lines=False)}]" for cited in reply.citations]
    if reply.closing:
        lines += ["", *safe(reply.closing).split("\n")]
    if reply.handoff is not None:
        lines.append(say("handoff", language))
    if reply.suggestions:
        separator = " | "
        labels = separator.join(safe(offer.label, lines=False) for offer in reply.suggestions)
        lines.append(say("suggestions", language, labels=labels))
    return lines


def help_text(language: Language) -> str:
    """The commands of the plain mode, one a line."""
    lines = [say("help_commands", language)]
    for action in commands(plain=True):
        usage = f"/{action.slash} {action.argument}".strip()
        lines.append(f"  {usage:<14} {action.helped(language)}")
    return "\n".join(lines)


def read_lines(stream: BinaryIO) -> Iterator[str]:
    """The lines of a byte stream: broken UTF-8 is replaced, NUL dropped, an endless line cut."""
    while raw := stream.readline(LONGEST_LINE):
        rest = raw
        while len(rest) == LONGEST_LINE and not rest.endswith(b"\n"):
            rest = stream.readline(LONGEST_LINE)
        yield raw.decode("utf-8", "replace").lstrip("\ufeff").replace("\0", "").rstrip("\r\n")


def read_prompt(plain: PlainChat) -> Iterator[str]:
    """The lines a person types, asked for one by one; ends with the input."""
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401 - gives `input` its arrow keys and history
    while True:
        try:
            yield input(say("prompt", plain.language)).replace("\0", "")
        except EOFError:
            sys.stdout.write("\n")
            return


def read_script(path: Path) -> list[Line]:
    """The messages of a script: the lines of a text file, or what is said in a YAML conversation.

    Blank lines and lines that start with `#` are passed over. A photo's path in YAML (`image`) is
    relative to the script.

    Raises:
        ScriptError: it cannot be read, or is no conversation.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ScriptError(f"{path}: {error.strerror}. Check the path.") from error
    text = data.decode("utf-8", "replace").lstrip("\ufeff")
    if path.suffix.lower() in (".yaml", ".yml"):
        return _yaml_lines(path, text)
    return [
        Line(line.strip())
        for line in text.replace("\0", "").splitlines()
        if line.strip() and not line.lstrip().startswith("#")
    ]


def _yaml_lines(path: Path, text: str) -> list[Line]:
    import yaml

    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ScriptError(f"{path}: {error}") from error
    if isinstance(found, dict):
        found = [found]
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise ScriptError(f"{path}: a scripted conversation is a list of steps, each with `say`")
    lines: list[Line] = []
    for item in found:
        if "steps" not in item:
            lines += _step(path, item)
            continue
        if not isinstance(item["steps"], list):
            raise ScriptError(f"{path}: `steps` has to be a list, each with `say`")
        customer = item.get("customer")
        said = [line for step in item["steps"] for line in _step(path, step)]
        if said:
            said[0] = replace(said[0], starts=True, customer_id=customer and str(customer))
        lines += said
    return lines


def _step(path: Path, step: object) -> list[Line]:
    """What a step says; one that only checks says nothing."""
    if not isinstance(step, dict):
        raise ScriptError(f"{path}: a step has to be a mapping with `say`, not {step!r}")
    said, image = step.get("say"), step.get("image")
    if said is None and image is None:
        return []
    return [Line("" if said is None else str(said), path.parent / str(image) if image else None)]


def log_fault(error: BaseException) -> None:
    """Record where an error came from. Its message is left out: it may quote the shopper."""
    import traceback

    import structlog

    frames = traceback.extract_tb(error.__traceback__)[-6:]
    structlog.get_logger("aisle.chat").error(
        "turn failed",
        kind=type(error).__name__,
        where=[f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames],
    )


def leave_broken_pipe() -> None:
    """Close output that nobody reads any more, so that Python does not complain on exit."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _safe_json(value: Any) -> Any:
    """Every text in `value` without control and bidi characters or lone surrogates."""
    if isinstance(value, str):
        return safe(value)
    if isinstance(value, dict):
        return {key: _safe_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_safe_json(item) for item in value]
    return value
