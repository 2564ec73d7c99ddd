"""A denied, supposed or reported act is no ask; a denial in form alone is."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from assistant.conversation import Language
from assistant.understanding.classifier import IntentClassifier, Prediction
from assistant.understanding.intents import INTENTS
from assistant.understanding.polarity import GUARDED, MONEY, only_spoken_of, stance
from assistant.understanding.understand import settled
from benchmarks.understanding.shop_intents import understander

DATA: Final = Path(__file__).resolve().parents[2] / "benchmarks/understanding/data/negation"
LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh")

SPOKEN_OF: Final[tuple[tuple[Language, str, str], ...]] = (
    ("en", "cancel_order", "don't cancel it, just tell me where it is"),
    ("en", "cancel_order", "dont cancel my order"),
    ("en", "cancel_order", "I NEVER SAID CANCEL IT"),
    ("en", "cancel_order", "if I cancelled, would I be charged?"),
    ("en", "return_item", "what would happen if I returned it?"),
    ("en", "return_item", "I don't want it returned"),
    ("en", "request_refund", "I haven’t asked for a refund"),
    ("en", "exchange_item", "no need to swap it"),
    ("en", "change_order", "leave my order as it is"),
    ("en", "place_order", "don't place the order yet"),
    ("zh", "cancel_order", "别取消，告诉我到哪了"),
    ("zh", "return_item", "如果我退货运费谁出？"),
    ("zh", "request_refund", "我没说要退钱"),
    ("zh", "change_shipping_address", "地址不用改"),
    ("zh", "place_order", "先别下单"),
)
ASKED: Final[tuple[tuple[Language, str, str], ...]] = (
    ("en", "cancel_order", "I don't want it any more, cancel it"),
    ("en", "cancel_order", "i dont want it cancel it"),
    ("en", "cancel_order", "why don't you cancel it"),
    ("en", "cancel_order", "can't you just cancel it"),
    ("en", "cancel_order", "if it hasn't shipped, cancel it please"),
    ("en", "cancel_order", "don't change anything, just cancel it"),
    ("en", "request_refund", "it never arrived, I want a refund"),
    ("en", "return_item", "I don't want a refund for the lamp, I want to return the chair"),
    ("en", "change_shipping_address", "don't send it to work but to my home"),
    ("zh", "cancel_order", "不想要了，取消吧"),
    ("zh", "cancel_order", "你就不能直接给我取消吗"),
    ("zh", "cancel_order", "如果还没发货就帮我取消"),
    ("zh", "request_refund", "不要换货，我要退款"),
)


@pytest.mark.parametrize(("language", "intent", "text"), SPOKEN_OF)
def test_an_act_that_is_denied_or_supposed_is_only_spoken_of(
    language: Language, intent: str, text: str
) -> None:
    assert only_spoken_of(text, language, intent)


@pytest.mark.parametrize(("language", "intent", "text"), ASKED)
def test_an_act_that_is_asked_for_beside_a_denial_stays(
    language: Language, intent: str, text: str
) -> None:
    assert not only_spoken_of(text, language, intent)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_plain_ask_of_the_measured_ones_is_vetoed(language: Language) -> None:
    rows = (DATA / "asks" / f"{language}.tsv").read_text("utf-8").splitlines()
    pairs = [row.split("\t") for row in rows]
    assert len(pairs) > 50
    assert [text for intent, text in pairs if only_spoken_of(text, language, intent)] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", ["blind", "."])
def test_money_utterances_without_denial_are_hardly_ever_vetoed(
    language: Language, part: str
) -> None:
    rows = [
        (file.stem, text)
        for file in sorted((DATA.parent / part / language).glob("*.txt"))
        if file.stem in MONEY
        for text in file.read_text("utf-8").splitlines()
    ]
    vetoed = [text for intent, text in rows if only_spoken_of(text, language, intent)]
    assert len(rows) > 20
    assert len(vetoed) <= len(rows) // 50, vetoed


def test_other_intents_are_never_touched() -> None:
    text = "don't cancel it, don't return it, no refund, what if I changed it?"
    assert {intent for intent in INTENTS if only_spoken_of(text, "en", intent)} <= GUARDED
    assert stance(text, "en", "track_order") == "unnamed"


def test_a_vetoed_reading_falls_to_the_next_and_shares_its_probability() -> None:
    heard = Prediction("cancel_order", 0.8, (("return_item", 0.1), ("track_order", 0.05)))
    left = settled(heard, "don't cancel it, just tell me where it is", "en")
    assert left.intent == "track_order"
    assert left.confidence == pytest.approx(0.5)  # 0.05 of the 0.1 that is not struck
    assert left.alternatives == ()


def test_another_act_that_is_asked_for_by_name_may_follow_a_veto() -> None:
    heard = Prediction("exchange_item", 0.7, (("request_refund", 0.2), ("deny", 0.1)))
    assert settled(heard, "不要换货，我要退款", "zh").intent == "request_refund"


def test_where_nothing_is_left_the_turn_is_not_understood() -> None:
    left = settled(Prediction("cancel_order", 1.0, ()), "please do not cancel my order", "en")
    assert (left.intent, left.confidence) == ("out_of_scope", 0.0)


def test_a_plain_ask_keeps_its_prediction_untouched() -> None:
    heard = Prediction("cancel_order", 0.8, (("track_order", 0.1),))
    assert settled(heard, "cancel my order", "en") is heard


def test_long_and_odd_texts_are_read_without_trouble() -> None:
    for text in ("not " * 3_000, "?" * 3_000, "不" * 3_000, "", "if " * 800 + "cancel"):
        for language in LANGUAGES:
            assert stance(text, language, "cancel_order") in ("asked", "spoken of", "unnamed")


@pytest.mark.parametrize(
    ("language", "intent", "text"),
    [
        ("en", "delete_account", "don't delete my account"),
        ("en", "delete_account", "what happens to my points if I close the account"),
        ("en", "forget_me", "please don't erase my data"),
        ("zh", "delete_account", "别注销我的账号"),
        ("zh", "forget_me", "我不希望你们删我任何东西"),
        ("zh", "request_refund", "我沒說要退錢"),
        ("en", "cancel_order", "who cancelled W7788?"),
        ("en", "return_item", "my colleague sent hers back last week, is there a limit"),
    ],
)
def test_forgetting_and_closing_are_guarded_and_facts_ask_for_nothing(
    language: Language, intent: str, text: str
) -> None:
    assert only_spoken_of(text, language, intent)


def test_no_reader_of_a_turn_passes_a_denied_or_supposed_act_by() -> None:
    whole = understander(IntentClassifier.load(DATA.parents[3] / "models"))
    for text in (
        "I decided against cancelling it",
        "let's say I cancel, how soon is the money back",
        "would it cost me anything to cancel?",
        "nothing needs changing on my order",
    ):
        heard = {each.intent for each in whole.understand(text, "en")}
        assert not GUARDED & heard, text


def test_what_is_not_wanted_any_more_is_the_reason_of_a_plain_request() -> None:
    assert stance("帮我取消吧，不想要了", "zh", "cancel_order") == "asked"
    assert stance("取消？不用了", "zh", "cancel_order") != "asked"


@pytest.mark.parametrize(
    ("language", "intent", "text"),
    [
        ("en", "exchange_item", "can you change the battery in it"),
        ("en", "cancel_order", "can I cancel the alarm on it?"),
        ("en", "return_item", "I always return things that are too tight"),
        ("en", "return_item", "that's one I'd return"),
        ("zh", "exchange_item", "刀头可以换吗"),
        ("zh", "exchange_item", "能换电池吗"),
        ("zh", "return_item", "这款八成得退"),
        ("zh", "return_item", "快递把我的件退回去了也没人说"),
        ("zh", "cancel_order", "你们没经过我同意就取消订单"),
        ("zh", "return_item", "说好能退现在又不给退"),
        ("zh", "exchange_item", "换来的还是坏的"),
    ],
)
def test_what_goods_can_do_and_what_others_did_asks_for_nothing(
    language: Language, intent: str, text: str
) -> None:
    assert only_spoken_of(text, language, intent)


@pytest.mark.parametrize(
    ("language", "intent", "text"),
    [
        ("en", "change_order", "can you change the size of it"),
        ("en", "change_shipping_address", "can you change the address on it"),
        ("zh", "exchange_item", "电池坏了，能给我换一个吗"),
        ("zh", "return_item", "快递刚把货送到，我要退货"),
    ],
)
def test_a_like_turn_that_asks_is_heard(language: Language, intent: str, text: str) -> None:
    assert not only_spoken_of(text, language, intent)
