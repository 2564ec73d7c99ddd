"""The shipped model under small changes, a subset of the behavioural benchmark."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from assistant.conversation import Language
from assistant.understanding.classifier import IntentClassifier
from assistant.understanding.intents import INTENTS
from assistant.understanding.understand import Understander
from benchmarks.understanding.checklist import LANGUAGES, Case, Reads, cases, failures, seeds, typo
from benchmarks.understanding.shop_intents import understander

MODELS = Path(__file__).resolve().parents[2] / "models"
ALLOWED = {
    "seeds": 0.05,
    "casing": 0.05,
    "punctuation": 0.05,
    "names and numbers": 0.05,
    "politeness": 0.1,
    "typos": 0.15,
    "paraphrase": 0.1,
    "negation": 0.0,
    "emoji": 0.1,
    "links": 0.15,
    "speech": 0.15,
    "spacing": 0.15,
    "mixed scripts": 0.15,
    "other languages": 0.25,
}
"""Highest share of failing tests by capability, over both languages."""


@pytest.fixture(scope="module")
def whole() -> Understander:
    return understander(IntentClassifier.load(MODELS))


@pytest.fixture(scope="module")
def tests() -> list[Case]:
    """Every fourth test, and every one of negation: it has no room for error."""
    return [each for i, each in enumerate(cases()) if i % 4 == 0 or each.capability == "negation"]


def test_few_changes_alter_what_is_understood(whole: Understander, tests: list[Case]) -> None:
    total = Counter(each.capability for each in tests)
    failed = failures(whole, tests)
    wrong = Counter(each.capability for each in failed)
    assert set(total) == set(ALLOWED)
    over = {name for name, count in total.items() if wrong[name] > ALLOWED[name] * count}
    assert not over, [each for each in failed if each.capability in over]


def test_every_language_has_tests_of_every_capability(tests: list[Case]) -> None:
    by_language = {
        language: {each.capability for each in tests if each.language == language}
        for language in LANGUAGES
    }
    assert by_language["en"] - {"casing"} == by_language["zh"] - {"mixed scripts"}


def test_the_tests_are_the_same_in_every_run_and_change_their_seed() -> None:
    first = cases()
    assert first == cases()
    assert all(each.changed != each.original for each in first if each.kind == "invariance")
    assert {each.intent for each in first} <= set(INTENTS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_seeds_cover_nearly_all_intents(language: Language) -> None:
    named = {intent for intent, _, _ in seeds(language)}
    talk = {"greet", "thank", "goodbye", "affirm", "deny", "correct", "give_product_feedback"}
    assert set(INTENTS) - named == talk


def test_a_reader_that_understands_nothing_fails(whole: Understander, tests: list[Case]) -> None:
    class Deaf:
        """Reads a part of each turn only."""

        understand = staticmethod(
            lambda text, language, _awaiting=None: whole.understand(text[:4], language)
        )

    deaf: Reads = Deaf()
    sample = [each for each in tests if each.capability == "seeds"]
    assert len(failures(deaf, sample)) > len(sample) / 2


def test_a_slip_changes_one_place_only() -> None:
    for seed in range(20):
        slipped = typo("where is my parcel", random.Random(seed))
        assert abs(len(slipped) - len("where is my parcel")) <= 1
    assert typo("a b c", random.Random(0)) == "a b c"
