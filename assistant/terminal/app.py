"""The full-screen chat: workers ask the engine, messages carry, handlers change the screen."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

from platformdirs import user_config_path
from textual.app import App, ComposeResult, SystemCommand
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from assistant.chat import (
    Chat,
    PhotoError,
    about_card,
    add_card,
    calm,
    new_conversation_id,
    photo_argument,
    safe,
)
from assistant.conversation import Language, Reply, Turn
from assistant.plain import log_fault
from assistant.terminal.actions import (
    ACTIONS,
    BY_ID,
    BY_SLASH,
    keys_of,
    load_keymap,
    split_command,
)
from assistant.terminal.bindings import bindings
from assistant.terminal.help import TextScreen, help_content
from assistant.terminal.messages import (
    Answered,
    CardChosen,
    Failed,
    LaidOut,
    Opened,
    OpenFailed,
    PhotoPasted,
    Typed,
)
from assistant.terminal.side import SidePanel
from assistant.terminal.strings import say
from assistant.terminal.widgets import (
    ChatInput,
    ChatLog,
    HeaderLine,
    KeyBar,
    Notice,
    ReplyMessage,
    SuggestionBar,
    UserMessage,
)
from assistant.views import Panels

MOST_MESSAGES = 60
"""Messages kept on the screen; older ones stay in the database."""
MOST_RESUMED = 12
"""Turns of an earlier conversation that are shown again."""
INTERRUPT_SECONDS = 3.0
"""Within which a second Ctrl+C leaves."""


class AisleApp(App[None], inherit_bindings=False):
    """The chat of one shopper with one shop.

    Args:
        open_chat: opens the shop; called in a thread, so that the screen is there at once.
        language: of the interface until the shop is open.
        photo: (name, bytes) that goes with the first message.
        resume: show the conversation's earlier turns.
        keys_file: the shopper's own keys; by default keys.toml in the user's config folder.
    """

    CSS_PATH = "aisle.tcss"
    BINDINGS = bindings("app")
    COMMAND_PALETTE_BINDING = "ctrl+p"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - as Textual declares it
    VERTICAL_BREAKPOINTS = [(0, "-low"), (28, "-high"), (40, "-tall")]  # noqa: RUF012 - likewise

    def __init__(
        self,
        open_chat: Callable[[], Chat],
        *,
        language: Language = "en",
        photo: tuple[str, bytes] | None = None,
        resume: bool = False,
        keys_file: Path | None = None,
    ) -> None:
        super().__init__()
        self.language: Language = language
        self.failure: str | None = None
        """Why the shop could not be opened, where it could not."""
        self.chat: Chat | None = None
        self.last_reply: Reply | None = None
        self._open_chat = open_chat
        self._resume = resume
        self._photo = photo
        self._panels: Panels | None = None
        self._queue: deque[tuple[Turn, UserMessage]] = deque()
        self._busy = False
        self._interrupted = False
        self._reveals = True
        self._asked: UserMessage | None = None
        """The message that is being answered, or was answered last."""
        self._newest: ReplyMessage | None = None
        self._keys_file = keys_file or user_config_path("aisle") / "keys.toml"
        self._keys, self._key_problems = load_keymap(self._keys_file)

    # --- the screen -------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Header, chat beside cart and profile, suggestions, input, keys."""
        yield HeaderLine("", id="header", markup=False)
        with Horizontal(id="main"):
            yield ChatLog(id="log")
            yield SidePanel(id="side")
        yield SuggestionBar()
        yield ChatInput()
        yield KeyBar("", id="keys", markup=False)

    def on_mount(self) -> None:
        """Show the room and open the shop in the background."""
        self.set_keymap(self._keys)
        self._suggestions.use_keys(self._keys)
        self._reveals = self.animation_level != "none"
        self._input.cursor_blink = self._reveals
        # Only text is revealed bit by bit. A scroll that is still gliding when the next message
        # arrives would end in the wrong place.
        self.animation_level = "none"
        self._chat_log.anchor()
        self._translate()
        self._input.focus()
        for problem in self._key_problems:
            self.notify(safe(problem), severity="warning", markup=False)
        self._suggestions.busy(say("opening", self.language))
        self.run_worker(self._open, thread=True, exit_on_error=False)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:  # noqa: ARG002 - Textual's signature
        """The palette: the registry's actions in the reader's language."""
        for action in ACTIONS:
            if action.palette and action.scope == "app":
                yield SystemCommand(
                    action.labelled(self.language),
                    action.helped(self.language),
                    partial(self.call_later, self.run_action, action.call),
                )

    @property
    def _chat_log(self) -> ChatLog:
        return self.screen_stack[0].query_one("#log", ChatLog)

    @property
    def _input(self) -> ChatInput:
        return self.screen_stack[0].query_one("#input", ChatInput)

    @property
    def _suggestions(self) -> SuggestionBar:
        return self.screen_stack[0].query_one("#suggestions", SuggestionBar)

    def _translate(self) -> None:
        """Put everything that is not a message into the language spoken."""
        base = self.screen_stack[0]
        shop = self.chat.shop_name(self.language) if self.chat else "Aisle"
        base.query_one("#header", HeaderLine).show(shop, self._customer(), self.language)
        base.query_one("#keys", KeyBar).show(self.language, self._keys)
        base.query_one("#side", SidePanel).display_panels(self._panels, self.language)
        self._input.placeholder = say("placeholder", self.language)

    def _customer(self) -> str:
        known = self._panels.profile if self._panels else None
        if known is not None and known.customer_id is not None:
            return known.name or known.customer_id
        given = self.chat.customer_id if self.chat else None
        return given or say("guest", self.language)

    def _add(
        self,
        *messages: UserMessage | ReplyMessage | Notice,
        before: Widget | None = None,
        after: Widget | None = None,
    ) -> None:
        """Put messages at the end, or beside one that is still on the screen."""
        log = self._chat_log
        if after is not None and after.parent is log:
            log.mount_all(messages, after=after)
        else:
            log.mount_all(messages, before=before)
        surplus = len(log.children) - MOST_MESSAGES
        if surplus > 0:
            for old in log.children[:surplus]:
                old.remove()

    def _notice(self, text: str, *, trouble: bool = False, after: Widget | None = None) -> None:
        self._chat_log.anchor()
        self._add(Notice(text, trouble=trouble), after=after)

    # --- opening ----------------------------------------------------------------------------------

    def _open(self) -> None:
        try:
            chat = self._open_chat()
            history = chat.replies.history(chat.conversation_id) if self._resume else []
            panels = self._read_panels(chat, chat.language)
        except Exception as error:
            log_fault(error)
            self.post_message(OpenFailed(_reason(error, self.language)))
        else:
            self.post_message(Opened(chat, history, panels))

    def on_opened(self, message: Opened) -> None:
        """The shop is open: welcome, or take up the last conversation."""
        self.chat = message.chat
        self.language = message.chat.language
        self._panels = message.panels
        # What was written meanwhile comes after what is older.
        written = next(iter(self._chat_log.children), None)
        if message.history:
            self._add(Notice(say("resumed", message.history[-1][1].language)), before=written)
            for text, reply in message.history[-MOST_RESUMED:]:
                asked = UserMessage(text, "", reply.language)
                self._add(asked, before=written)
                self._show_reply(reply, asked, reveal=False)
        else:
            lines = [say("welcome", self.language), say("welcome_keys", self.language)]
            if self._resume:
                lines.insert(0, say("resume_none", self.language))
            self._add(Notice("\n".join(lines)), before=written)
            self._suggestions.offer(())
        self._translate()
        if self._photo is not None:
            self._photo_ready()
        self._next()

    def on_open_failed(self, message: OpenFailed) -> None:
        """Nothing can be done here; the reason is for the shell."""
        self.failure = message.reason
        self.exit(return_code=2)

    # --- one turn ---------------------------------------------------------------------------------

    def speak(self, text: str) -> None:
        """Say something: it is answered in its order, however busy the assistant is."""
        name, photo = self._photo or ("", None)
        self._photo = None
        # The conversation is filled in when the turn's time comes: the shop may not be open yet.
        turn = Turn(text=text, conversation_id="", image=photo)
        waiting = self._busy or self.chat is None
        shown = UserMessage(text, name, self.language, waiting=waiting)
        self._chat_log.anchor()
        self._add(shown)
        self._queue.append((turn, shown))
        self._next()

    def _next(self) -> None:
        if self._busy or self.chat is None or not self._queue:
            return
        turn, shown = self._queue.popleft()
        turn = replace(
            turn,
            conversation_id=self.chat.conversation_id,
            customer_id=self.chat.customer_id,
        )
        self._busy = True
        self._asked = shown
        shown.waiting(False)
        self._suggestions.busy(say("thinking", self.language))
        self.run_worker(partial(self._work, self.chat, turn), thread=True, exit_on_error=False)

    def _work(self, chat: Chat, turn: Turn) -> None:
        try:
            reply = chat.replies.reply(turn)
        except Exception as error:  # whatever it is, the conversation goes on
            log_fault(error)
            self.post_message(Failed(turn, error))
        else:
            self.post_message(Answered(turn, reply, self._read_panels(chat, reply.language)))

    def _read_panels(self, chat: Chat, language: Language) -> Panels | None:
        if chat.panels is None:
            return None
        try:
            return chat.panels(chat.conversation_id, language)
        except Exception as error:  # the reply stands, with or without what is beside it
            log_fault(error)
            return None

    def on_answered(self, message: Answered) -> None:
        """Show the reply, what could be said next, and how things stand."""
        self._busy = False
        self._panels = message.panels or self._panels
        self.language = message.reply.language
        self._translate()
        self._show_reply(message.reply, self._asked, reveal=self._reveals)
        self._next()

    def on_failed(self, message: Failed) -> None:
        """A turn came to nothing: say so calmly, and go on."""
        self._busy = False
        self._notice(calm(message.error, self.language), trouble=True, after=self._asked)
        self._suggestions.offer(self.last_reply.suggestions if self.last_reply else ())
        self._next()

    def _show_reply(self, reply: Reply, asked: UserMessage | None, *, reveal: bool) -> None:
        # Children of the log only: a search of the whole screen grows with the chat.
        for shown in self._chat_log.children:
            if not isinstance(shown, ReplyMessage):
                continue
            shown.finish()
            if any(card.ordinal for card in reply.cards) and shown.card_list is not None:
                for card in shown.card_list.cards:
                    card.retire()
        self.last_reply = reply
        message = ReplyMessage(reply, self.chat.folder if self.chat else None, reveal=reveal)
        self._newest = message
        self._asked = asked
        self._add(message, after=asked)
        self._suggestions.offer(reply.suggestions)

    def on_laid_out(self, message: LaidOut) -> None:
        """The newest reply comes into view; one taller than the window is read from its top, with
        what was asked above it."""
        log = self._chat_log
        if message.shown is not self._newest:
            return
        if message.shown.outer_size.height + 2 > log.size.height:
            log.release_anchor()
            asked = self._asked
            top = asked if asked is not None and asked.parent is log else message.shown
            log.scroll_to_widget(top, top=True, animate=False)
        else:
            log.anchor()

    # --- what widgets ask for ---------------------------------------------------------------------

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: a command, a message, or a photo alone."""
        text = safe(event.value, lines=False).strip()
        self._input.clear()
        self._input.remember(text)
        command = split_command(text)
        if command is not None:
            self._command(*command)
        elif text or self._photo is not None:
            self.speak(text.removeprefix("/") if text.startswith("//") else text)

    def on_typed(self, message: Typed) -> None:
        """Writing goes on in the input line."""
        self._input.focus()
        self._input.insert_text_at_cursor(message.text)

    def on_card_chosen(self, message: CardChosen) -> None:
        """A card was opened or put into the cart."""
        words = add_card if message.add else about_card
        self.speak(words(message.card, self.language))
        # What comes next may be a question, such as for the size.
        self._input.focus()

    def on_photo_pasted(self, message: PhotoPasted) -> None:
        """The path of a picture was pasted."""
        self._take_photo(message.path)

    def _command(self, name: str, argument: str) -> None:
        action = BY_SLASH.get(name)
        if action is None:
            self._notice(say("unknown_command", self.language, name=f"/{name}"), trouble=True)
        elif action.id == "image":
            self._take_photo(argument)
        else:
            self.call_later(self.run_action, action.call)

    def _take_photo(self, argument: str) -> None:
        try:
            path, photo, words = photo_argument(argument, self.language)
        except PhotoError as error:
            self._notice(str(error), trouble=True)
            return
        self._photo = (path.name, photo)
        if words:
            self.speak(words)
        else:
            self._photo_ready()

    def _photo_ready(self) -> None:
        assert self._photo is not None
        name = safe(self._photo[0], lines=False)
        self._notice(say("photo_ready", self.language, name=name))

    # --- actions of the registry ------------------------------------------------------------------

    def action_help(self) -> None:
        """Show keys and commands."""
        content = help_content(
            self.language, self._keys, str(self._keys_file), names=self.size.width >= 90
        )
        self._page(say("help_title", self.language), content)

    def action_why(self) -> None:
        """Explain the last reply."""
        why = self.last_reply.why if self.last_reply else ()
        if not why:
            self._notice(say("why_none", self.language))
            return
        content = Content("\n\n").join(Content(safe(line)) for line in why)
        self._page(say("why_title", self.language), content)

    def _page(self, title: str, content: Content) -> None:
        if len(self.screen_stack) == 1:
            self.push_screen(TextScreen(title, content, say("help_close", self.language)))

    def action_suggest(self, place: int) -> None:
        """Say a suggestion."""
        offers = self._suggestions.offers
        if len(self.screen_stack) == 1 and 0 < place <= len(offers):
            self.speak(offers[place - 1].text)

    def action_speak(self, key: str) -> None:
        """Say what an action says."""
        self.speak(say(key, self.language))

    def action_toggle_panel(self) -> None:
        """Show or hide cart and profile."""
        narrow = self.screen_stack[0].has_class("-narrow")
        self.screen_stack[0].query_one("#side").toggle_class("-asked" if narrow else "-hidden")

    def action_toggle_theme(self) -> None:
        """Light or dark."""
        dark = self.theme == "textual-dark"
        self.theme = "textual-light" if dark else "textual-dark"

    def action_new(self) -> None:
        """Start a new conversation."""
        if self.chat is None or self._busy or self._queue:
            return
        self.chat = replace(self.chat, conversation_id=new_conversation_id())
        self.last_reply = None
        self._photo = None
        self._chat_log.remove_children()
        self._suggestions.offer(())
        self._notice(say("new_done", self.language))

    def action_copy_reply(self) -> None:
        """Copy the last reply."""
        if self.last_reply is not None:
            self._copy(safe(self.last_reply.text))

    def action_scroll_log(self, direction: int) -> None:
        """A page up or down, wherever the focus is."""
        if direction < 0:
            self._chat_log.release_anchor()
            self._chat_log.scroll_page_up(animate=False)
        else:
            self._chat_log.scroll_page_down(animate=False)

    def action_write(self) -> None:
        """Back to the input line."""
        self._input.focus()

    def action_interrupt(self) -> None:
        """Copy what is selected; with nothing selected, the second press leaves."""
        selected = self.screen.get_selected_text() or self._input.selected_text
        if selected:
            self._copy(selected)
            self.screen.clear_selection()
        elif self._interrupted:
            self.exit()
        else:
            self._interrupted = True
            self.set_timer(INTERRUPT_SECONDS, self._forget_interrupt)
            key = keys_of(BY_ID["interrupt"], self._keys)[0]
            self.notify(
                say("quit_again", self.language, pressed=key),
                timeout=INTERRUPT_SECONDS,
                markup=False,
            )

    def _forget_interrupt(self) -> None:
        self._interrupted = False

    def _copy(self, text: str) -> None:
        self.copy_to_clipboard(text)
        self.notify(say("copied", self.language), timeout=1.5, markup=False)


def _reason(error: Exception, language: Language) -> str:
    own = (type(error).__module__ or "").split(".")[0] in ("assistant", "knowledge", "db")
    if own and str(error):
        return safe(str(error))
    logging.getLogger(__name__).debug("the shop could not be opened", exc_info=error)
    return f"{type(error).__name__}: {say('fault', language)}"
