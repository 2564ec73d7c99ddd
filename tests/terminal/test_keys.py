"""Keys, commands and the palette of the screen; headless, on made replies."""

from __future__ import annotations

from textual.widgets import Static

from assistant.terminal.widgets import ChatInput
from tests.terminal.conftest import OpenScreen, cards, run, text_of


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
