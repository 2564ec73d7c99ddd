"""A screen to test on: no animation, no blinking, no keys file of whoever runs the tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from textual.pilot import Pilot
from textual.widgets import Static

from assistant.terminal.app import AisleApp
from assistant.terminal.cards import ProductCard
from assistant.terminal.widgets import Notice, ReplyMessage, UserMessage
from tests.terminal.fakes import FakeAssistant, chat_with


@dataclass
class Screen:
    """The running app and the fake behind it."""

    app: AisleApp
    pilot: Pilot[None]
    fake: FakeAssistant

    async def settle(self) -> None:
        """Until every turn said so far is answered and shown."""
        await self.pilot.pause()
        while True:
            await self.app.workers.wait_for_complete()
            await self.pilot.pause()
            if not [worker for worker in self.app.workers if not worker.is_finished]:
                break
        await self.pilot.pause()

    async def send(self, text: str) -> None:
        """Write a line and press Enter."""
        self.app.query_one("#input").focus()
        self.app.query_one("#input").value = text  # type: ignore[attr-defined]
        await self.pilot.press("enter")
        await self.settle()

    def log(self) -> list[str]:
        """The messages on the screen as plain text."""
        texts = []
        for message in self.app.query_one("#log").children:
            if isinstance(message, (UserMessage, Notice)):
                texts.append(text_of(message))
            elif isinstance(message, ReplyMessage):
                texts.append("\n".join(text_of(part) for part in message.query(Static)))
        return texts

    def bar(self) -> str:
        """The suggestion bar's text."""
        return text_of(self.app.query_one("#suggestions", Static))


def text_of(widget: Static) -> str:
    """What a static widget shows, without styles."""
    return str(widget.visual)


def run(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run one scenario; each has its own event loop."""
    asyncio.run(coroutine)


def cards(screen: Screen) -> list[ProductCard]:
    """The product cards on the screen, in order."""
    return list(screen.app.query(ProductCard))


OpenScreen = Callable[..., AbstractAsyncContextManager[Screen]]


@pytest.fixture
def shop_folder(tmp_path: Path) -> Path:
    """A shop folder with one picture."""
    (tmp_path / "images").mkdir()
    picture = Image.new("RGB", (64, 64), "white")
    ImageDraw.Draw(picture).rectangle((8, 24, 56, 48), fill="navy")
    picture.save(tmp_path / "images" / "shoe.png")
    return tmp_path


@pytest.fixture
def open_screen(shop_folder: Path) -> OpenScreen:
    """Run the chat on a screen of a given size."""

    @asynccontextmanager
    async def opened(
        size: tuple[int, int] = (140, 45),
        fake: FakeAssistant | None = None,
        keys: str = "",
        **options: object,
    ) -> AsyncIterator[Screen]:
        assistant = fake or FakeAssistant()
        keys_file = shop_folder / "keys.toml"
        if keys:
            keys_file.write_text(keys, encoding="utf-8")
        app = AisleApp(
            lambda: chat_with(assistant, shop_folder),
            keys_file=keys_file,
            **options,  # type: ignore[arg-type]
        )
        app.animation_level = "none"
        async with app.run_test(size=size, notifications=True) as pilot:
            screen = Screen(app, pilot, assistant)
            await screen.settle()
            yield screen

    return opened
