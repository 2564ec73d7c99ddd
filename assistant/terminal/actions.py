"""The one registry of what a shopper can do: keys, key bar, palette, help and slash commands."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final, Literal

from assistant.conversation import Language

Scope = Literal["app", "card", "input"]

SUGGESTION_KEYS: Final = 6
"""Suggestions that have a key of their own."""


@dataclass(frozen=True, slots=True)
class ChatAction:
    """Something a shopper can do.

    `id` names it in keys.toml; `call` is the method's name and argument, as Textual spells
    actions. What a slash command says to the assistant instead stands in `says`, a key of the
    interface's strings.
    """

    id: str
    call: str
    label: tuple[str, str]
    """English and Chinese, a word or two."""
    help: tuple[str, str]
    keys: str = ""
    """Default keys, joined by commas; empty: none."""
    slash: str = ""
    """Name after the slash; empty: no command."""
    argument: str = ""
    says: str = ""
    scope: Scope = "app"
    bar: bool = False
    """Shown in the key bar."""
    palette: bool = True
    plain: bool = False
    """Works in the plain mode too."""

    def labelled(self, language: Language) -> str:
        """The label in the reader's language."""
        return self.label[language == "zh"]

    def helped(self, language: Language) -> str:
        """The help line in the reader's language."""
        return self.help[language == "zh"]


ACTIONS: Final = (
    ChatAction(
        "help", "help", ("Help", "帮助"), ("show keys and commands", "显示按键和命令"),
        keys="f1", slash="help", bar=True, plain=True,
    ),
    *(
        ChatAction(
            f"suggestion_{place}", f"suggest({place})",
            (f"Suggestion {place}", f"建议 {place}"),
            (f"say suggestion {place}", f"说出第 {place} 条建议"),
            # No Alt with a digit: terminals send it as a letter of its own.
            keys=f"f{place + 1}", slash=str(place), palette=False, plain=True,
        )
        for place in range(1, SUGGESTION_KEYS + 1)
    ),
    ChatAction(
        "panel", "toggle_panel", ("Side panel", "侧栏"),
        ("show or hide cart and profile at the side", "显示或隐藏侧栏"),
        keys="f8", slash="panel", bar=True,
    ),
    ChatAction(
        "theme", "toggle_theme", ("Light or dark", "明暗"), ("switch light and dark", "切换明暗"),
        keys="f9", slash="theme", bar=True,
    ),
    ChatAction(
        "cart", "speak('say_cart')", ("My cart", "购物车"),
        ("ask what is in the cart", "看看购物车里有什么"), slash="cart", says="say_cart",
        plain=True,
    ),
    ChatAction(
        "profile", "speak('say_profile')", ("What is remembered", "记住了什么"),
        ("ask what the shop remembers of you", "看看店里记住了您什么"),
        slash="profile", says="say_profile", plain=True,
    ),
    ChatAction(
        "image", "image", ("Send a photo", "发照片"),
        ("take a photo along with the next words", "让照片随下一句话发送"),
        slash="image", argument="PATH", palette=False, plain=True,
    ),
    ChatAction(
        "why", "why", ("Why this reply", "为什么这样回答"),
        ("explain the last reply", "解释上一条回复"), slash="why", plain=True,
    ),
    ChatAction(
        "new", "new", ("New conversation", "新对话"),
        ("start a new conversation; the old one stays saved", "开始新对话，旧的仍然保存"),
        keys="ctrl+n", slash="new", plain=True,
    ),
    ChatAction(
        "copy", "copy_reply", ("Copy the reply", "复制回复"),
        ("copy the last reply", "复制上一条回复"), keys="ctrl+y", slash="copy",
    ),
    ChatAction(
        "scroll_up", "scroll_log(-1)", ("Scroll up", "向上翻"),
        ("scroll the chat up", "向上翻看对话"),
        keys="pageup", palette=False,
    ),
    ChatAction(
        "scroll_down", "scroll_log(1)", ("Scroll down", "向下翻"),
        ("scroll the chat down", "向下翻看对话"), keys="pagedown", palette=False,
    ),
    ChatAction(
        "write", "write", ("Back to writing", "回到输入"),
        ("go back to the input line", "回到输入行"), keys="escape", palette=False,
    ),
    ChatAction(
        "interrupt", "interrupt", ("Copy or quit", "复制或退出"),
        ("copy what is selected; pressed twice: quit", "复制所选内容；按两次退出"),
        keys="ctrl+c", palette=False,
    ),
    ChatAction(
        "quit", "quit", ("Quit", "退出"), ("leave; everything said is saved", "离开，对话都已保存"),
        keys="ctrl+q", slash="quit", bar=True, plain=True,
    ),
    ChatAction(
        "palette", "command_palette", ("All commands", "全部命令"),
        ("find a command by name", "按名称查找命令"), keys="ctrl+p", palette=False, bar=True,
    ),
    ChatAction(
        "card_open", "open", ("About this product", "了解商品"),
        ("on a product: hear more about it", "在商品上：了解详情"),
        keys="enter", scope="card", palette=False,
    ),
    ChatAction(
        "card_add", "add", ("Put into the cart", "加入购物车"),
        ("on a product: put it into the cart", "在商品上：加入购物车"),
        keys="a", scope="card", palette=False,
    ),
    ChatAction(
        "card_next", "go(1)", ("Next product", "下一个商品"),
        ("on a product: the next one", "在商品上：下一个"),
        keys="right,down", scope="card", palette=False,
    ),
    ChatAction(
        "card_previous", "go(-1)", ("Previous product", "上一个商品"),
        ("on a product: the one before", "在商品上：上一个"),
        keys="left,up", scope="card", palette=False,
    ),
    ChatAction(
        "earlier", "earlier", ("Earlier message", "上一条输入"),
        ("in the input line: what you wrote before", "在输入行：之前写过的话"),
        keys="up", scope="input", palette=False,
    ),
    ChatAction(
        "later", "later", ("Later message", "下一条输入"),
        ("in the input line: back to the present", "在输入行：回到现在"),
        keys="down", scope="input", palette=False,
    ),
)  # fmt: skip

BY_ID: Final[Mapping[str, ChatAction]] = {action.id: action for action in ACTIONS}
BY_SLASH: Final[Mapping[str, ChatAction]] = {
    action.slash: action for action in ACTIONS if action.slash
}


def split_command(text: str) -> tuple[str, str] | None:
    """(name, argument) of a line that is a slash command, else None; "//" starts plain text."""
    if not text.startswith("/") or text.startswith("//"):
        return None
    name, _, argument = text[1:].partition(" ")
    if not name or not name.replace("-", "").isalnum() or not name.isascii():
        return None
    return name.lower(), argument.strip()


def commands(*, plain: bool = False) -> list[ChatAction]:
    """The actions that are slash commands, in the order they are shown."""
    return [action for action in BY_SLASH.values() if action.plain or not plain]


def key_name(key: str) -> str:
    """How a key is shown: "ctrl+q" as "Ctrl+Q", "f1" as "F1"."""
    names = {"escape": "Esc", "pageup": "PgUp", "pagedown": "PgDn"}
    return "+".join(names.get(part, part.capitalize()) for part in key.split("+"))


def keys_of(action: ChatAction, keymap: Mapping[str, str]) -> list[str]:
    """The keys of an action as they are now, shown names."""
    return [key_name(key) for key in keymap.get(action.id, action.keys).split(",") if key]


def load_keymap(path: Path) -> tuple[dict[str, str], list[str]]:
    """The shopper's own keys: (action id -> keys, problems fit to be shown).

    The file holds a table `[keys]` of action ids and keys, such as `quit = "ctrl+x"`. A file that
    is missing gives nothing; a bad entry is left out and named, the others hold.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}, []
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return {}, [f"{path}: {error}"]
    table = data.get("keys", {})
    if not isinstance(table, dict):
        return {}, [f"{path}: [keys] has to be a table of action names and keys"]
    keymap: dict[str, str] = {}
    problems = [f"{path}: {name!r} is not known; only [keys] is" for name in data if name != "keys"]
    for name, keys in table.items():
        if name not in BY_ID:
            problems.append(f"{path}: no action is called {name!r}{_nearest(name, BY_ID)}")
        elif not isinstance(keys, str) or not all(part.strip() for part in keys.split(",")):
            problems.append(f'{path}: {name} needs keys as text, such as "ctrl+x" or "f5,alt+4"')
        else:
            keymap[name] = ",".join(part.strip().lower() for part in keys.split(","))
    return keymap, problems


def _nearest(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
