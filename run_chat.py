"""The chat: `python run_chat.py` opens it full screen, `--plain` line by line."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.folders import shop_folder

# Nothing heavy up here: --help and a wrong option have to answer at once.
if TYPE_CHECKING:
    from assistant.chat import Chat
    from assistant.plain import Line, PlainChat

EXAMPLES = """\
examples:
  python run_chat.py
  python run_chat.py --customer mia --resume
  echo "red dress under 60" | python run_chat.py --plain
  python run_chat.py --plain --json --script questions.txt
"""


def parser() -> argparse.ArgumentParser:
    """The options of the chat."""
    made = argparse.ArgumentParser(
        prog="run_chat.py",
        description="Shop in a chat. A shop folder that is new gets the demo shop.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument(
        "--shop", type=Path, metavar="DIR", help="shop folder; else AISLE_SHOP, else the demo shop"
    )
    made.add_argument(
        "--customer", metavar="ID", help="who is shopping; an id that is new gets an empty profile"
    )
    made.add_argument(
        "--script", type=Path, metavar="FILE", help="say the lines of FILE (text or YAML), then end"
    )
    made.add_argument("--plain", action="store_true", help="line by line, without a screen")
    made.add_argument(
        "--json", action="store_true", help="one JSON object a reply; implies --plain"
    )
    made.add_argument(
        "--image", type=Path, metavar="FILE", help="photo that goes with the first message"
    )
    made.add_argument("--resume", action="store_true", help="continue the last conversation")
    made.add_argument("--language", choices=("en", "zh"), help="language to begin in")
    return made


def prepare(folder: Path) -> None:
    """Build the demo shop where there is no shop yet, saying so before anything else is shown."""
    if (folder / "shop.db").exists() or os.environ.get("AISLE_DATABASE_URL"):
        return
    from knowledge.demo import open_or_build

    print(
        f"Building the demo shop in {folder}; this happens once and takes a minute or two.",
        file=sys.stderr,
    )
    open_or_build(folder).close()


def open_chat(options: argparse.Namespace, folder: Path) -> Chat:
    """Open the shop and the conversation in it.

    Raises:
        DatabaseError, KnowledgeError, SettingsError: each fit to be shown.
    """
    from assistant.chat import Chat, new_conversation_id
    from assistant.engine import Assistant
    from assistant.views import last_conversation, panels
    from knowledge.demo import open_or_build

    shop = open_or_build(folder)
    if options.language:
        shop.settings = shop.settings.model_copy(update={"default_language": options.language})
    assistant = Assistant.open(shop)
    resumed = last_conversation(shop, options.customer) if options.resume else None
    settings = shop.settings
    return Chat(
        replies=assistant,
        conversation_id=resumed or new_conversation_id(),
        customer_id=options.customer,
        shop_names={"en": settings.name, "zh": settings.name_zh or settings.name},
        language=settings.default_language,
        folder=shop.folder,
        close=assistant.close,
        panels=lambda conversation_id, language: panels(
            shop, options.customer, conversation_id, language
        ),
    )


def run_plain(options: argparse.Namespace, folder: Path, script: list[Line] | None) -> int:
    """Hold the conversation line by line; gives the exit status."""
    from assistant.chat import PhotoError, read_photo
    from assistant.plain import PlainChat, read_lines, read_prompt

    chat = open_chat(options, folder)
    person = script is None and sys.stdin.isatty() and not options.json
    plain = PlainChat(
        chat,
        sys.stdout,
        as_json=options.json,
        channel="plain" if script is None else "script",
        echo=script is not None,
    )
    try:
        if options.image is not None:
            plain.attach(read_photo(options.image, plain.language))
        if options.resume:
            plain.replay(chat.replies.history(chat.conversation_id))
        if person:
            plain.greet()
        lines: Iterable[str]
        if script is None:
            lines = read_prompt(plain) if person else read_lines(sys.stdin.buffer)
        else:
            lines = _scripted(plain, script, options.customer)
        for line in lines:
            if not line.strip() and options.image is None:
                continue
            if not plain.handle(line):
                return 0
        # A photo that no words came for is a message of its own.
        if plain.has_photo:
            plain.handle("")
    except PhotoError as error:
        print(f"run_chat.py: {error}", file=sys.stderr)
        return 2
    finally:
        if chat.close is not None:
            chat.close()
    return 0


def _scripted(plain: PlainChat, script: list[Line], customer: str | None) -> Iterable[str]:
    from assistant.chat import read_photo

    for line in script:
        if line.starts and (line.customer_id or line is not script[0]):
            plain.start(customer or line.customer_id)
        if line.image is not None:
            plain.attach(read_photo(line.image, plain.language))
        yield line.text


def run_screen(options: argparse.Namespace, folder: Path) -> int:
    """Hold the conversation in the full-screen chat; gives the exit status."""
    from assistant.chat import PhotoError, read_photo
    from assistant.terminal.app import AisleApp

    try:
        photo = read_photo(options.image, options.language or "en") if options.image else None
    except PhotoError as error:
        print(f"run_chat.py: {error}", file=sys.stderr)
        return 2
    app = AisleApp(
        lambda: open_chat(options, folder),
        language=options.language or "en",
        photo=(options.image.name, photo) if photo is not None else None,
        resume=options.resume,
    )
    app.run()
    if app.chat is not None and app.chat.close is not None:
        app.chat.close()
    if app.failure is not None:
        print(f"run_chat.py: {app.failure}", file=sys.stderr)
        return 2
    return app.return_code or 0


def main(arguments: list[str] | None = None) -> int:
    """Run the chat; 0 where it ended well, 2 where it could not be held, 130 after Ctrl+C."""
    options = parser().parse_args(arguments)
    if options.customer is not None and not options.customer.strip():
        parser().error("--customer needs an id")
    folder = shop_folder(options.shop)
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr]
    if options.json:
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    try:
        return _run(options, folder)
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return 130
    except BrokenPipeError:
        from assistant.plain import leave_broken_pipe

        leave_broken_pipe()
        return 0


def _run(options: argparse.Namespace, folder: Path) -> int:
    from assistant.log import configure
    from assistant.plain import ScriptError, read_script

    configure()
    screen = sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    try:
        script = None if options.script is None else read_script(options.script)
        prepare(folder)
        configure(folder)
        if options.plain or options.json or script is not None or not screen:
            return run_plain(options, folder, script)
        return run_screen(options, folder)
    except ScriptError as error:
        print(f"run_chat.py: {error}", file=sys.stderr)
        return 2
    except Exception as error:
        if type(error).__module__.split(".")[0] not in ("assistant", "knowledge", "db"):
            raise
        print(f"run_chat.py: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
