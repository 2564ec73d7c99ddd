"""Messages in languages that Aisle understands and does not speak."""

from __future__ import annotations

import pytest

from assistant.understanding.foreign import reads_foreign
from assistant.understanding.language import detect_language


@pytest.mark.parametrize(
    "text",
    [
        "wo ist meine Bestellung",
        "Je veux annuler ma commande",
        "quiero devolver los zapatos",
        "dov'è il mio ordine",
        "onde está o meu pedido",
        "het pakket is kapot",
        "ile kosztuje dostawa",
        "siparişim nerede",
        "hola",
    ],
)
def test_another_language_in_latin_letters_is_seen(text: str) -> None:
    assert reads_foreign(text)
    assert detect_language(text, "en") == "en"


@pytest.mark.parametrize(
    "text",
    [
        "where is my order",
        "no thanks",
        "Nike Air Max",
        "do you have anything by L’Oréal",
        "do you have a torch for crème brûlée",
        "XL",
        "",
        "👍",
    ],
)
def test_english_is_not_taken_for_another(text: str) -> None:
    assert not reads_foreign(text)


@pytest.mark.parametrize(
    "text",
    ["注文をキャンセルしたい", "주문 취소해 주세요", "где мой заказ", "أين طلبي", "ลืมรหัสผ่าน"],
)
def test_a_script_that_is_not_written_here_is_answered_in_english(text: str) -> None:
    assert detect_language(text, "zh") == "en"
    assert detect_language(text, "en") == "en"
