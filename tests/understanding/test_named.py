"""Utterances with the names of products out of sight."""

from __future__ import annotations

from assistant.conversation import Language
from assistant.understanding.named import understand_named
from assistant.understanding.types import Slots, Understanding
from knowledge.product_names import Mention


class Reader:
    """Reads everything as one intent, and tells what it was given."""

    def __init__(self, intent: str, confidence: float = 0.9) -> None:
        self._intent, self._confidence = intent, confidence
        self.given: list[str] = []

    def understand(
        self, text: str, language: Language, awaiting: str | None = None
    ) -> list[Understanding]:
        assert awaiting is None
        self.given.append(text)
        slots = Slots(query="left", deictic=True)
        return [Understanding(text, language, self._intent, self._confidence, slots=slots)]


def read(reader: Reader, text: str, name: str) -> list[Understanding] | None:
    start = text.index(name)
    return understand_named(reader, text, [Mention(start, start + len(name), "p1")], "en")


def test_a_name_is_pointed_at_and_its_words_mean_nothing() -> None:
    reader = Reader("ask_product")
    (heard,) = read(reader, "how much is the Linen Bedside?", "Linen Bedside") or []
    assert reader.given == ["how much is this product?"]
    assert (heard.intent, heard.slots.products, heard.slots.query) == ("ask_product", ("p1",), "")


def test_chinese_points_in_chinese() -> None:
    reader = Reader("check_availability")
    (heard,) = read(reader, "把智能尾灯加入购物车", "智能尾灯") or []
    assert reader.given == ["把这个商品加入购物车"]
    assert heard.language == "zh"


def test_a_name_by_itself_asks_about_the_product() -> None:
    reader = Reader("out_of_scope")
    (heard,) = read(reader, "Slim Hour?", "Slim Hour") or []
    assert reader.given == []
    assert (heard.intent, heard.slots.products) == ("ask_product", ("p1",))


def test_what_is_foreign_to_a_shop_is_asked_of_the_product_that_is_named() -> None:
    (heard,) = read(Reader("out_of_scope"), "can the Slim Hour swim", "Slim Hour") or []
    assert heard.intent == "ask_product"


def test_what_is_asked_of_orders_is_read_with_its_names() -> None:
    assert read(Reader("return_item"), "return the Slim Hour", "Slim Hour") is None
    assert read(Reader("file_complaint"), "the Slim Hour broke", "Slim Hour") is None
