"""The screen while talking: messages, replies, trouble, what came before; on made replies."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path

from textual import events
from textual.widgets import Static
from textual.worker import WorkerCancelled

from assistant.chat import Chat
from assistant.terminal.app import MOST_MESSAGES, AisleApp
from assistant.terminal.widgets import ChatInput
from db.errors import DatabaseUnusable
from tests.terminal.conftest import OpenScreen, Screen, cards, run, text_of
from tests.terminal.fakes import HOSTILE, FakeAssistant


def test_sending_shows_message_and_reply(open_screen: OpenScreen) -> None:
    async def scenario() -> None:
        async with open_screen() as screen:
            await screen.pilot.press(*"hello", "enter")
            await screen.settle()
            assert screen.fake.turns[0].text == "hello"
            assert screen.fake.turns[0].conversation_id == "c1"
            assert screen.fake.turns[0].customer_id == "mia"
            assert [line for line in screen.log() if "hello" in line] == [
                "You  hello",
                "You said: hello",
            ]
            assert screen.app.query_one("#input", ChatInput).value == ""

    run(scenario())


def test_hostile_text_is_shown_as_it_is_written(open_screen: OpenScreen) -> None:
    async def scenario() -> None:
        async with open_screen() as screen:
            await screen.send("[/] [bold]me[/bold]")
            assert screen.log()[-2] == "You  [/] [bold]me[/bold]"
            await screen.send("hostile")
            shown = screen.log()[-1]
            assert "[/] [red]red[/red] [@click=app.quit]x[/]" in shown
            assert "\x1b" not in shown
            assert "\u202e" not in shown
            await screen.pilot.press("f2")
            await screen.settle()
            assert screen.app.is_running
            await screen.send("hostile")
            await screen.send("/why")
            page = screen.app.screen.query_one("#page Static", Static)
            assert "[red]red[/red]" in text_of(page)
            await screen.pilot.press("escape")
            assert HOSTILE not in screen.bar()

    run(scenario())


def test_an_engine_that_fails_leaves_a_calm_line(open_screen: OpenScreen) -> None:
    async def scenario() -> None:
        async with open_screen() as screen:
            await screen.send("busy")
            assert screen.log()[-1] == (
                "That didn't work, nothing was changed: "
                "the shop's database is busy; try again in a moment"
            )
            await screen.send("fail")
            assert screen.log()[-1].startswith("That didn't work, nothing was changed:")
            assert "somebody@example.com" not in screen.log()[-1]
            await screen.send("hello")
            assert screen.log()[-1] == "You said: hello"

    run(scenario())


def test_input_while_busy_is_answered_in_order(open_screen: OpenScreen) -> None:
    async def scenario() -> None:
        fake = FakeAssistant()
        async with open_screen(fake=fake) as screen:
            fake.gate = threading.Event()
            for text in ("one", "fail", "three"):
                await screen.pilot.press(*text, "enter")
            assert sum("(waiting)" in line for line in screen.log()) == 2
            fake.gate.set()
            await screen.settle()
            assert [turn.text for turn in fake.turns] == ["one", "fail", "three"]
            assert not any("(waiting)" in line for line in screen.log())
            assert screen.log()[-6:] == [
                "You  one",
                "You said: one",
                "You  fail",
                screen.log()[-3],
                "You  three",
                "You said: three",
            ]
            assert screen.log()[-3].startswith("That didn't work")

    run(scenario())


def test_what_is_typed_before_the_shop_is_open_is_answered_then() -> None:
    async def scenario() -> None:
        fake = FakeAssistant()
        gate = threading.Event()
        from tests.terminal.fakes import chat_with

        def slowly() -> Chat:
            assert gate.wait(10)
            return chat_with(fake)

        app = AisleApp(slowly, keys_file=Path("/nonexistent/keys.toml"))
        app.animation_level = "none"
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.press(*"hi", "enter")
            assert fake.turns == []
            gate.set()
            await Screen(app, pilot, fake).settle()
            assert [turn.text for turn in fake.turns] == ["hi"]
            log = Screen(app, pilot, fake).log()
            assert log[0].startswith("Ask for anything")
            assert log[1:] == ["You  hi", "You said: hi"]
            assert fake.turns[0].conversation_id == "c1"

    run(scenario())


def test_a_shop_that_cannot_be_opened_ends_with_its_reason() -> None:
    async def scenario() -> None:
        def never() -> Chat:
            raise DatabaseUnusable("shop.db: file is not a database. Check it.")

        app = AisleApp(never, keys_file=Path("/nonexistent/keys.toml"))
        async with app.run_test() as pilot:
            with contextlib.suppress(WorkerCancelled):
                # The app may be gone before the wait begins.
                await app.workers.wait_for_complete()
            await pilot.pause()
        assert app.failure == "shop.db: file is not a database. Check it."
        assert app.return_code == 2

    run(scenario())


def test_chinese_turns_the_interface_chinese(open_screen: OpenScreen) -> None:
    async def scenario() -> None:
        async with open_screen() as screen:
            await screen.send("鞋")
            app = screen.app
            assert "蕨与田" in text_of(app.query_one("#header", Static))
            assert "帮助" in text_of(app.query_one("#keys", Static))
            assert str(app.query_one("#cart").border_title) == "购物车（2）"
            assert "小计" in text_of(app.query_one("#cart", Static))
            assert "颜色：藏青色" in text_of(app.query_one("#profile", Static))
            assert "有货" in text_of(cards(screen)[0].query_one(".card-text", Static))
            await screen.pilot.press("tab", "enter")
            await screen.settle()
            assert screen.fake.turns[-1].text == "介绍一下第1个"

    run(scenario())


def test_photo_by_command_by_paste_and_alone(open_screen: OpenScreen, shop_folder: Path) -> None:
    photo = shop_folder / "images" / "my shoe.png"
    photo.write_bytes((shop_folder / "images" / "shoe.png").read_bytes())

    async def scenario() -> None:
        async with open_screen() as screen:
            await screen.send(f"/image {photo}")
            assert screen.fake.turns == []
            assert "my shoe.png" in screen.log()[-1]
            await screen.send("like this")
            assert screen.fake.turns[-1].image == photo.read_bytes()
            assert "[Photo: my shoe.png] like this" in screen.log()[-2]
            await screen.send("and now without")
            assert screen.fake.turns[-1].image is None
            screen.app.query_one("#input").post_message(events.Paste(f"'{photo}'\n"))
            await screen.pilot.pause()
            await screen.send("")
            assert screen.fake.turns[-1].image == photo.read_bytes()
            assert screen.fake.turns[-1].text == ""
            await screen.send("/image /nowhere/at all.png")
            assert "there is no such file" in screen.log()[-1]
            screen.app.query_one("#input").post_message(events.Paste("two\nlines"))
            await screen.pilot.pause()
            assert screen.app.query_one("#input", ChatInput).value == "two lines"

    run(scenario())


def test_resume_shows_the_conversation_again(open_screen: OpenScreen) -> None:
    async def scenario() -> None:
        fake = FakeAssistant()
        async with open_screen(fake=fake) as screen:
            await screen.send("hello")
            await screen.send("red shoes")
        async with open_screen(fake=fake, resume=True) as screen:
            log = screen.log()
            assert log[0] == "Your last conversation, continued."
            assert log[1:3] == ["You  hello", "You said: hello"]
            assert len(cards(screen)) == 3
            await screen.pilot.press("f2")
            await screen.settle()
            assert fake.turns[-1].text == "cheaper"
            assert fake.turns[-1].conversation_id == "c1"

    run(scenario())


def test_old_messages_leave_the_screen(open_screen: OpenScreen) -> None:
    async def scenario() -> None:
        async with open_screen() as screen:
            for place in range(MOST_MESSAGES // 2 + 5):
                screen.app.speak(f"message {place}")
            await screen.settle()
            log = screen.log()
            assert len(log) <= MOST_MESSAGES
            assert log[-1] == f"You said: message {MOST_MESSAGES // 2 + 4}"
            assert "You  message 0" not in log

    run(scenario())


def test_a_long_reply_is_read_from_its_top(open_screen: OpenScreen) -> None:
    async def scenario() -> None:
        async with open_screen(size=(100, 30)) as screen:
            await screen.send("many")
            await screen.pilot.pause()
            log = screen.app.query_one("#log")
            reply = log.children[-1]
            assert log.region.y <= log.children[-2].region.y < reply.region.y <= log.region.y + 4
            await screen.pilot.press("pagedown")
            await screen.pilot.pause()
            assert reply.region.y < log.region.y - 5
            await screen.send("next")
            await screen.pilot.pause()
            last = log.children[-1]
            assert log.region.y <= last.region.y < log.region.bottom

    run(scenario())


def test_text_is_revealed_bit_by_bit_and_whole_in_the_end(open_screen: OpenScreen) -> None:
    async def scenario() -> None:
        from textual.content import Content

        from assistant.terminal.widgets import ReplyText

        async with open_screen() as screen:
            message = ReplyText("word " * 100, reveal=True)
            screen.app.query_one("#log").mount(message)
            await screen.pilot.pause()
            hidden = []
            for _ in range(3):
                message.reveal()
                content = message.content
                assert isinstance(content, Content)
                hidden += [span.end - span.start for span in content.spans]
            assert hidden == sorted(hidden, reverse=True)
            assert len(set(hidden)) == 3, "each step hides less of the text"
            message.finish()
            content = message.content
            assert isinstance(content, Content)
            assert not content.spans

    run(scenario())
