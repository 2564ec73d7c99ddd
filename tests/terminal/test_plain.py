"""The plain mode: lines in, lines or JSON out."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from assistant.chat import PhotoError, card_line, photo_argument, photo_path, safe
from assistant.conversation import Turn
from assistant.plain import Line, PlainChat, ScriptError, read_lines, read_script, reply_lines
from tests.terminal.fakes import HOSTILE, FakeAssistant, card, chat_with

KEYS = ["text", "intent", "cards", "suggestions", "citations", "handoff", "language"]


def talk(lines: list[str], fake: FakeAssistant | None = None, **options: bool) -> str:
    """Everything written for these lines."""
    out = io.StringIO()
    plain = PlainChat(chat_with(fake or FakeAssistant()), out, **options)  # type: ignore[arg-type]
    for line in lines:
        if not plain.handle(line):
            break
    return out.getvalue()


def test_a_reply_is_text_numbered_cards_sources_and_suggestions() -> None:
    assert talk(["red shoes"]).splitlines() == [
        "I found these 3:",
        "1. Trail Shoe (navy, M), $49.00 (was $59.00), in stock; rated 4.6 by 31 shoppers",
        "2. Road Shoe (navy, M), $49.00, out of stock",
        "3. Court Shoe (navy, M), $49.00 (was $59.00), in stock, Sponsored; "
        "rated 4.6 by 31 shoppers",
        "[Sizes]",
        "You could say: Cheaper | More",
        "",
    ]


def test_chinese_cards_read_chinese() -> None:
    assert card_line(card(1, "越野跑鞋", reasons=()), "zh") == (
        "1. 越野跑鞋（藏青、M），US$49.00（原价 US$59.00），有货"
    )


def test_json_gives_one_object_a_line_with_the_stable_keys() -> None:
    written = talk(["red shoes", "/why", "fail", "/nonsense", "鞋"], as_json=True)
    replies = [json.loads(line) for line in written.splitlines()]
    assert [list(reply) for reply in replies] == [KEYS] * 5
    assert [reply["intent"] for reply in replies] == [
        "search_products",
        "command",
        "error",
        "command",
        "search_products",
    ]
    first = replies[0]["cards"][0]
    assert first["price"] == "49.00"
    assert first["list_price"] == "59.00"
    assert first["ordinal"] == 1
    assert replies[0]["suggestions"][0] == {"label": "Cheaper", "text": "cheaper"}
    assert "找到这 3 件" in written


def test_output_carries_no_control_or_bidi_characters() -> None:
    for as_json in (False, True):
        written = talk(["hostile", "/why"], as_json=as_json)
        assert "[red]red[/red]" in written
        assert not {"\x1b", "\x07", "\u202e"} & set(written)
        assert "\\u001b" not in written
    assert HOSTILE not in written


def test_an_engine_that_fails_is_answered_calmly_and_the_chat_goes_on() -> None:
    written = talk(["fail", "busy", "hello"])
    assert written.splitlines()[0].startswith("That didn't work, nothing was changed:")
    assert "somebody@example.com" not in written
    assert "try again in a moment" in written
    assert "You said: hello" in written


def test_commands() -> None:
    fake = FakeAssistant()
    written = talk(
        ["/why", "red shoes", "/why", "/help", "/cart", "/panel", "/new", "x", "/quit", "never"],
        fake,
    )
    assert "Nothing has been answered yet." in written
    assert "search_products 0.98" in written
    assert "/image PATH" in written
    assert "/panel is for the full-screen chat." in written
    assert written.rstrip().endswith("Goodbye.")
    assert [turn.text for turn in fake.turns] == ["red shoes", "show my cart", "x"]
    assert fake.turns[0].conversation_id == "c1" != fake.turns[2].conversation_id
    assert fake.turns[0].channel == "plain"


def test_a_photo_goes_with_the_next_words_or_alone(tmp_path: Path) -> None:
    photo = tmp_path / "a shoe.png"
    photo.write_bytes(b"12345")
    fake = FakeAssistant()
    talk([f"/image {photo}", "like this", "no photo", f'/image "{photo}" in red'], fake)
    assert [turn.image for turn in fake.turns] == [b"12345", None, b"12345"]
    assert fake.turns[2].text == "in red"
    fake = FakeAssistant()
    written = talk([f"/image {photo}", ""], fake)
    assert fake.turns[0].image == b"12345"
    assert fake.turns[0].text == ""
    assert "Photo a shoe.png goes with your next message" in written
    assert "there is no such file" in talk(["/image /nowhere/x.png"])
    assert "Which photo?" in talk(["/image"])


def test_photo_paths_as_terminals_paste_them(tmp_path: Path) -> None:
    photo = tmp_path / "a shoe.png"
    photo.write_bytes(b"1")
    (tmp_path / "notes.txt").write_text("x")
    for pasted in (
        str(photo),
        f"'{photo}'",
        f'"{photo}" ',
        str(photo).replace(" ", "\\ "),
        "file://" + str(photo).replace(" ", "%20"),
    ):
        assert photo_path(pasted) == photo
    for other in ("", "hello", str(tmp_path), str(tmp_path / "notes.txt"), "a\0.png", "~x/y.png"):
        assert photo_path(other) is None
    path, data, words = photo_argument(str(photo).replace(" ", "\\ ") + " in red", "en")
    assert (path, data, words) == (photo, b"1", "in red")
    with pytest.raises(PhotoError, match="no such file"):
        photo_argument("nothing.png", "en")


def test_broken_utf8_nul_and_endless_lines_are_read() -> None:
    data = b"\xef\xbb\xbfred \xff\xfe shoes\x00\r\n" + b"x" * 2_500_000 + b"\nlast"
    first, second, third = read_lines(io.BytesIO(data))
    assert first == "red \ufffd\ufffd shoes"
    assert set(second) == {"x"}
    assert len(second) <= 1_000_000
    assert third == "last"


def test_safe_keeps_words_and_drops_what_moves_them() -> None:
    assert safe("a\tb\r\nc\x00\x1b[31m\u202e\ud800\u2066d") == "a b\nc[31md"
    assert safe("a\nb", lines=False) == "a b"
    assert safe("运动鞋 👟 naïve") == "运动鞋 👟 naïve"


def test_scripts_of_text_and_yaml(tmp_path: Path) -> None:
    text = tmp_path / "s.txt"
    text.write_bytes(b"# a comment\n\nred shoes\n  cheaper \n\xff\n")
    assert read_script(text) == [Line("red shoes"), Line("cheaper"), Line("\ufffd")]
    script = tmp_path / "s.yaml"
    script.write_text(
        "name: x\nsteps:\n- say: red shoes\n  expect: {intent: a}\n- say: like this\n"
        "  image: shoe.png\n- expect: {}\n- say: 42\n",
        encoding="utf-8",
    )
    assert read_script(script) == [
        Line("red shoes", starts=True),
        Line("like this", tmp_path / "shoe.png"),
        Line("42"),
    ]
    script.write_text(
        "- name: a\n  customer: mia\n  steps: [{say: one}, {say: two}]\n"
        "- name: b\n  steps: [{say: three}]\n"
    )
    assert read_script(script) == [
        Line("one", starts=True, customer_id="mia"),
        Line("two"),
        Line("three", starts=True),
    ]
    for bad in ("steps: 3", "- [", "just words", "- word", "- steps: [x]"):
        script.write_text(bad)
        with pytest.raises(ScriptError, match=r"s\.yaml"):
            read_script(script)
    with pytest.raises(ScriptError, match="Check the path"):
        read_script(tmp_path / "missing.txt")


def test_echo_and_replay_and_language() -> None:
    fake = FakeAssistant()
    assert talk(["hello"], fake, echo=True).splitlines()[:2] == ["> hello", "You said: hello"]
    out = io.StringIO()
    plain = PlainChat(chat_with(fake, language="zh"), out)
    plain.greet()
    assert "蕨与田" in out.getvalue()
    plain.replay(fake.history("c1"))
    assert out.getvalue().splitlines()[1:3] == ["> hello", "You said: hello"]
    assert plain.language == "en"


def test_a_handoff_is_said_and_its_summary_is_not() -> None:
    lines = reply_lines(FakeAssistant().reply(_turn("person")))
    assert lines == ["I'll fetch somebody.", "A colleague takes over from here."]


def _turn(text: str) -> Turn:

    return Turn(text, "c1")


def test_suggestions_are_said_by_number() -> None:
    fake = FakeAssistant()
    written = talk(["/1", "red shoes", "/2", "/6"], fake)
    assert [turn.text for turn in fake.turns] == ["red shoes", "show more"]
    assert "There is no suggestion /1." in written
