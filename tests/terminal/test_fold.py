"""Line breaks in mixed text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from assistant.terminal.fold import fold


def test_english_is_left_to_the_widget() -> None:
    text = "a long line of English words that is wider than the room it has"
    assert fold(text, 20) == text


def test_chinese_goes_on_after_an_english_name() -> None:
    assert fold("Tarnfell Puddlejump 儿童防水跑鞋（绿色）缺货。", 26).split("\n") == [
        "Tarnfell Puddlejump 儿童防",
        "水跑鞋（绿色）缺货。",
    ]


def test_no_line_begins_with_closing_punctuation() -> None:
    assert fold("一二三四五，六七", 10).split("\n") == ["一二三四", "五，六七"]
    assert fold("一二三（四五）", 8).split("\n") == ["一二三", "（四五）"]


@given(st.text(alphabet="ab 鞋码大\n", max_size=80), st.integers(min_value=8, max_value=40))
def test_nothing_is_lost_and_lines_fit(text: str, width: int) -> None:
    folded = fold(text, width)
    assert "".join(folded.split()) == "".join(text.split())
    if any(char >= "\u2e80" for char in text):
        for line in folded.split("\n"):
            words = line.translate(str.maketrans("鞋码大", "   ")).split()
            longest = max((len(word) for word in words), default=0)
            assert cell_len(line) <= width or longest > width, "only a word has no room"
