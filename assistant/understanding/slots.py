"""Slot filling: what one ask names, read by small readers that claim characters in turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any, Protocol

from assistant.conversation import Language
from assistant.understanding.homophones import meant_by_sound
from assistant.understanding.slot_base import MAX_CHARACTERS, Draft, normalise
from assistant.understanding.slot_catalogue import read_catalogue
from assistant.understanding.slot_contact import read_address, read_email, read_person
from assistant.understanding.slot_counts import read_counts
from assistant.understanding.slot_dates import read_dates
from assistant.understanding.slot_features import (
    read_features,
    read_free_of,
    read_relatives,
    read_sizes,
    read_stock,
)
from assistant.understanding.slot_money import read_order_of_price, read_prices
from assistant.understanding.slot_named_numbers import (
    read_depth,
    read_laptop_fit,
    read_named_numbers,
    read_own_measures,
)
from assistant.understanding.slot_quantities import read_attributes, read_quantity, read_rating
from assistant.understanding.slot_query import read_query
from assistant.understanding.slot_reasons import read_payment, read_reason, read_sentiment
from assistant.understanding.slot_references import read_deictic, read_order_id, read_ordinals
from assistant.understanding.slot_segments import split_asks
from assistant.understanding.traditional import is_traditional, simplified
from assistant.understanding.types import Slots
from knowledge.vocabulary import Vocabulary

__all__ = ["AsWritten", "ReadsSlots", "SlotReader", "split_asks", "writes_traditional"]

_READERS: tuple[Callable[[Draft], None], ...] = (
    read_email,
    read_address,
    read_order_id,
    read_person,
    read_payment,
    read_dates,
    read_rating,
    read_reason,
    read_order_of_price,
    read_own_measures,
    read_laptop_fit,
    read_depth,
    read_attributes,
    read_named_numbers,
    read_counts,
    read_sizes,
    read_ordinals,
    read_prices,
    read_quantity,
    read_stock,
    read_relatives,
    read_free_of,
    read_catalogue,
    read_features,
    read_deictic,
    read_sentiment,
    read_query,
)
"""In this order: what has a shape of its own first, so that no number is taken twice."""


_SOUGHT = frozenset(
    {None, "search_products", "refine_search", "recommend_products", "check_availability"}
    | {"ask_product", "out_of_scope", "add_to_cart", "ask_promotions"}
)
"""Intents, or none known, whose query may name a thing."""


class ReadsSlots(Protocol):
    """Reads the slots of a text, or of a piece of a longer one."""

    def read(self, text: str, language: Language, intent: str | None = None) -> Slots:
        """See :meth:`SlotReader.read`."""
        ...


class AsWritten:
    """Reads slots of pieces of a simplified text in the traditional one it was made of, so that
    names and addresses stay as they were written and only what is matched is simplified."""

    def __init__(self, reader: SlotReader, plain: str, written: str) -> None:
        """`plain` and `written` are of one length, character by character."""
        self._reader, self._plain, self._written = reader, plain, written

    def original(self, piece: str) -> str:
        """What a piece of the simplified text was written as."""
        at = self._plain.find(piece)
        return self._written[at : at + len(piece)] if at >= 0 else piece

    def read(self, text: str, language: Language, intent: str | None = None) -> Slots:
        """See :meth:`SlotReader.read`; query, topic and spans in simplified characters."""
        slots = self._reader.read(self.original(text), language, intent)
        return replace(
            slots,
            query=simplified(slots.query),
            topic=simplified(slots.topic) if slots.topic else slots.topic,
            spans=tuple(replace(span, text=simplified(span.text)) for span in slots.spans),
        )


class SlotReader:
    """Reads slots in the words of one shop. Holds no state of its own: safe between threads."""

    def __init__(self, vocabulary: Vocabulary, currency: str, today: Callable[[], date]) -> None:
        """`currency` is the shop's ISO code; `today` is asked anew for every utterance."""
        self._vocabulary = vocabulary
        self._currency = currency
        self._today = today

    def read(self, text: str, language: Language, intent: str | None = None) -> Slots:
        """Everything `text` names; its first 2,000 characters are read. Never raises.

        `intent`, where known, settles what is ambiguous: the query of an order's utterance is
        empty, the topic is filled for questions only.
        """
        slots = self._read(text, language, intent)
        if language != "zh" or slots.categories or slots.brands or intent not in _SOUGHT:
            return slots
        meant = meant_by_sound(slots.query, self._vocabulary)
        if meant is None or slots.query not in text:
            return slots
        # Read as what it sounds like; the spans hold, since both are of one length.
        return self._read(text.replace(slots.query, meant), language, intent)

    def _read(self, text: str, language: Language, intent: str | None) -> Slots:
        raw = text[:MAX_CHARACTERS]
        draft = Draft(
            raw=raw,
            text=normalise(raw),
            language=language,
            vocabulary=self._vocabulary,
            currency=self._currency,
            today=self._today(),
            intent=intent,
        )
        for reader in _READERS:
            reader(draft)
        return _finished(draft)


@lru_cache(maxsize=4)
def _traditional(words: frozenset[str]) -> bool:
    return any(map(is_traditional, words))


def writes_traditional(vocabulary: Vocabulary) -> bool:
    """Whether the shop's own kinds of things are written in traditional characters."""
    return _traditional(frozenset(vocabulary.translations.values()))


def _finished(draft: Draft) -> Slots:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in draft.values.items()
        if not name.startswith("_")
    }
    # What is ruled out is not also wanted.
    for name in ("categories", "brands", "colors", "materials"):
        denied = values.get(f"not_{name}", ())
        if denied and name in values:
            values[name] = tuple(value for value in values[name] if value not in denied)
    return Slots(
        **values, spans=tuple(sorted(draft.spans, key=lambda span: (span.start, span.end)))
    )
