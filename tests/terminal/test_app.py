"""The full-screen chat, driven by keys."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Static
from textual.worker import WorkerCancelled

from assistant.chat import Chat
from assistant.terminal.app import MOST_MESSAGES, AisleApp
from assistant.terminal.cards import ProductCard
from assistant.terminal.picture import Picture
from assistant.terminal.widgets import ChatInput
from db.errors import DatabaseUnusable
from tests.terminal.conftest import OpenScreen, Screen, text_of
from tests.terminal.fakes import HOSTILE, FakeAssistant


def run(coroutine: object) -> None:
    """Run one scenario; each has its own event loop."""
    asyncio.run(coroutine)  # type: ignore[arg-type]


def cards(screen: Screen) -> list[ProductCard]:
    return list(screen.app.query(ProductCard))


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


def test_cards_state_everything_in_words(open_screen: OpenScreen) -> None:
    async def scenario() -> None:
        async with open_screen() as screen:
            await screen.send("red shoes")
            first, second, third = (
                text_of(card.query_one(".card-text", Static)) for card in cards(screen)
            )
            for part in ("1. Trail Shoe", "Fern", "$49.00", "was $59.00", "navy, M", "in stock"):
                assert part in first
            assert "rated 4.6 by 31 shoppers" in first
            assert "out of stock" in second
            assert "was" not in second
            assert "Sponsored" in third
            assert "Sponsored" not in first
            assert "[source: Sizes]" in screen.log()[-1]

    run(scenario())


def test_pictures_are_half_cells_or_words(open_screen: OpenScreen, shop_folder: Path) -> None:
    async def scenario() -> None:
        async with open_screen() as screen:
            await screen.send("red shoes")
            picture = screen.app.query(Picture).first()
            middle = picture.render_line(picture.size.height // 2)
            assert "▀" in middle.text
            colors = {
                segment.style.color.triplet
                for segment in middle
                if segment.style and segment.style.color and segment.style.color.triplet
            }
            assert any(blue > red + 60 for red, _, blue in colors)
        (shop_folder / "images" / "shoe.png").write_bytes(b"not a picture at all")
        from assistant.terminal.picture import pixels

        pixels.cache_clear()
        async with open_screen() as screen:
            await screen.send("red shoes")
            picture = screen.app.query(Picture).first()
            assert "a navy shoe" in " ".join(
                picture.render_line(y).text for y in range(picture.size.height)
            )

    run(scenario())


def test_a_picture_outside_the_shop_folder_is_not_opened(shop_folder: Path) -> None:
    from assistant.terminal.cards import _picture_path
    from tests.terminal.fakes import card

    inside = shop_folder / "images" / "shoe.png"
    assert _picture_path(card(1), shop_folder) == inside.resolve()
    assert _picture_path(card(1, image_path="../secret.png"), shop_folder) is None
    assert _picture_path(card(1, image_path="/etc/passwd"), shop_folder) is None
    assert _picture_path(card(1, image_path=None), shop_folder) is None


def test_suggestion_keys_and_commands(open_screen: OpenScreen) -> None:
    async def scenario() -> None:
        async with open_screen() as screen:
            await screen.send("red shoes")
            assert "F2" in screen.bar()
            assert "Cheaper" in screen.bar()
            await screen.pilot.press("f2")
            await screen.settle()
            assert screen.fake.turns[-1].text == "cheaper"
            await screen.send("red shoes")
            await screen.send("/2")
            assert screen.fake.turns[-1].text == "show more"
            said = len(screen.fake.turns)
            await screen.pilot.press("f7")
            await screen.settle()
            assert len(screen.fake.turns) == said

    run(scenario())


def test_cards_are_walked_opened_and_added_by_keys(open_screen: OpenScreen) -> None:
    async def scenario() -> None:
        async with open_screen() as screen:
            await screen.send("red shoes")
            await screen.pilot.press("tab")
            assert screen.app.focused is cards(screen)[0]
            await screen.pilot.press("right", "enter")
            await screen.settle()
            assert screen.fake.turns[-1].text == "tell me about number 2"
            line = screen.app.query_one("#input", ChatInput)
            assert line.has_focus
            await screen.pilot.press("tab", "right", "left", "a")
            await screen.settle()
            assert screen.fake.turns[-1].text == "add number 1 to my cart"
            await screen.pilot.press("tab", "escape")
            assert line.has_focus
            await screen.pilot.press("tab", "h", "i")
            assert line.has_focus
            assert line.value == "hi"

    run(scenario())


def test_the_newest_reply_is_seen_wherever_the_keys_were(open_screen: OpenScreen) -> None:
    async def scenario() -> None:
        async with open_screen(size=(60, 24)) as screen:
            await screen.send("red shoes")
            await screen.pilot.press("tab", "down", "up", "a")
            await screen.settle()
            log = screen.app.query_one("#log")
            assert log.children[-2].region.y < log.region.bottom
            last = log.children[-1]
            assert log.region.y <= last.region.y
            assert last.region.bottom <= log.region.bottom

    run(scenario())


def test_cards_of_an_older_list_lose_their_numbers(open_screen: OpenScreen) -> None:
    async def scenario() -> None:
        async with open_screen() as screen:
            await screen.send("red shoes")
            await screen.send("blue shoes")
            assert [card.can_focus for card in cards(screen)] == [False] * 3 + [True] * 3
            await screen.pilot.press("tab")
            assert screen.app.focused is cards(screen)[3]

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


def test_the_side_shows_cart_and_profile(open_screen: OpenScreen) -> None:
    async def scenario() -> None:
        async with open_screen() as screen:
            await screen.send("hello")
            cart = text_of(screen.app.query_one("#cart", Static))
            assert "2 × Court Shoe [red]" in cart
            assert "Subtotal: $60.00" in cart
            assert "Shipping: $5.00" in cart
            assert "Total: $65.00" in cart
            profile = text_of(screen.app.query_one("#profile", Static))
            assert "Mia Field" in profile
            assert "color: navy" in profile
            assert "Mia Field" in text_of(screen.app.query_one("#header", Static))

    run(scenario())


@pytest.mark.parametrize(
    ("size", "side"), [((140, 45), True), ((99, 45), False), ((60, 24), False)]
)
def test_the_side_gives_way_on_a_narrow_screen(
    open_screen: OpenScreen, size: tuple[int, int], side: bool
) -> None:
    async def scenario() -> None:
        async with open_screen(size=size) as screen:
            await screen.send("red shoes")
            panel = screen.app.query_one("#side")
            assert panel.display is side
            first, second, _ = cards(screen)
            beside = first.region.y == second.region.y
            assert beside is (size[0] > 90)
            assert first.region.right <= size[0]
            assert screen.app.query_one("#input").region.height >= 1
            assert screen.app.query_one("#log").region.height >= size[1] - 8
            await screen.pilot.press("f8")
            await screen.pilot.pause()
            assert panel.display is not side

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


def test_ctrl_c_asks_before_it_leaves_and_copies_a_selection(open_screen: OpenScreen) -> None:
    async def scenario() -> None:
        async with open_screen() as screen:
            app = screen.app
            await screen.pilot.press(*"word", "ctrl+shift+a", "ctrl+c")
            await screen.pilot.pause()
            assert app.clipboard == "word"
            assert app.is_running
            await screen.pilot.press("end", "ctrl+c")
            await screen.pilot.pause()
            assert not app._exit
            assert any("Ctrl+C again" in note.message for note in app._notifications)
            await screen.pilot.press("ctrl+c")
            await screen.pilot.pause()
            assert app._exit

    run(scenario())


def test_copy_and_new_and_theme_and_help(open_screen: OpenScreen) -> None:
    async def scenario() -> None:
        async with open_screen() as screen:
            app = screen.app
            await screen.send("hello")
            await screen.send("/copy")
            assert app.clipboard == "You said: hello"
            await screen.pilot.press("f9")
            assert app.theme == "textual-light"
            await screen.pilot.press("f1")
            await screen.pilot.pause()
            page = text_of(app.screen.query_one("#page Static", Static))
            for part in ("F2", "/image PATH", "Ctrl+Q", "keys.toml"):
                assert part in page
            await screen.pilot.press("f2")
            await screen.pilot.press("escape")
            await screen.send("/cart")
            assert screen.fake.turns[-1].text == "show my cart"
            await screen.send("/new")
            assert screen.log() == ["A new conversation."]
            await screen.send("again")
            assert screen.fake.turns[-1].conversation_id != "c1"
            await screen.send("/nonsense [red]")
            assert "There is no command /nonsense" in screen.log()[-1]
            await screen.send("//etc is a path")
            assert screen.fake.turns[-1].text == "/etc is a path"

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


def test_history_of_the_input_line(open_screen: OpenScreen) -> None:
    async def scenario() -> None:
        async with open_screen() as screen:
            await screen.send("first")
            await screen.send("second")
            line = screen.app.query_one("#input", ChatInput)
            await screen.pilot.press(*"dra", "up")
            assert line.value == "second"
            await screen.pilot.press("up", "up")
            assert line.value == "first"
            await screen.pilot.press("down", "down")
            assert line.value == "dra"

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


def test_every_key_can_be_changed_and_mistakes_are_named(open_screen: OpenScreen) -> None:
    async def scenario() -> None:
        keys = '[keys]\nhelp = "f12"\nsuggestion_1 = "ctrl+g"\nhelpp = "f3"\ncard_add = "plus"\n'
        async with open_screen(keys=keys) as screen:
            notes = [note.message for note in screen.app._notifications]
            assert any("'helpp'; did you mean 'help'?" in note for note in notes)
            await screen.pilot.press("f1")
            assert len(screen.app.screen_stack) == 1
            await screen.pilot.press("f12")
            await screen.pilot.pause()
            assert len(screen.app.screen_stack) == 2
            await screen.pilot.press("escape")
            await screen.send("red shoes")
            assert "Ctrl+G" in screen.bar()
            await screen.pilot.press("ctrl+g")
            await screen.settle()
            assert screen.fake.turns[-1].text == "cheaper"
            await screen.pilot.press("tab", "a")
            await screen.settle()
            assert screen.fake.turns[-1].text == "cheaper"
            assert screen.app.query_one("#input", ChatInput).value == "a"
            await screen.pilot.press("tab", "plus")
            await screen.settle()
            assert screen.fake.turns[-1].text == "add number 1 to my cart"

    run(scenario())


def test_the_palette_offers_the_registry_in_the_language_spoken(open_screen: OpenScreen) -> None:
    async def scenario() -> None:
        async with open_screen() as screen:
            await screen.send("鞋")
            names = {command.title for command in screen.app.get_system_commands(screen.app.screen)}
            assert {"帮助", "新对话", "退出", "明暗"} <= names

    run(scenario())
