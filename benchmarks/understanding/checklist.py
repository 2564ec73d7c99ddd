"""Behaviour of the understanding under changes that should not, or should, alter its reading.

    python benchmarks/understanding/checklist.py [--json] [--failures] [--intents FOLDER]

After CheckList (Ribeiro et al. 2020, arXiv:2005.04118). Seeds are the lines of
data/checklist/{en,zh}.tsv: intent, sentence, paraphrase. "Seeds" is their own failure rate. An
invariance test fails where a changed sentence is read as another intent than the unchanged one; a
directional test (negation) where a turn that denies an act is still read as asking for any write.
"Other languages" are whole sentences of data/checklist/languages.tsv in the other languages of the
multilingual encoder, read as their intent without knowing the language.
Changes are drawn by a generator seeded with the sentence, so that every run makes the same ones.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Protocol

os.environ.setdefault("OMP_NUM_THREADS", "1")
if __package__ in (None, ""):  # run by its path: the repository's root is not on the path yet
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from assistant.conversation import Language
from assistant.understanding.polarity import MONEY
from assistant.understanding.traditional import SIMPLE
from assistant.understanding.types import Understanding

DATA = Path(__file__).resolve().parent / "data" / "checklist"
LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh")
Kind = Literal["seed", "invariance", "directional"]


class Reads(Protocol):
    """What is tested: one turn's text to its asks."""

    def understand(
        self, text: str, language: Language, awaiting: str | None = None
    ) -> list[Understanding]:
        """See assistant.understanding.understand.Understands."""
        ...


@dataclass(frozen=True, slots=True)
class Case:
    """One test: `changed` is compared with `original`, or with `intent` where it is a seed."""

    capability: str
    language: Language
    kind: Kind
    intent: str
    original: str
    changed: str


_FILLERS: Final = (
    {"order": "W4471902", "city": "Berlin", "n": "3"},
    {"order": "90318822", "city": "Madrid", "n": "12"},
    {"order": "#W7700415", "city": "Nairobi", "n": "47"},
)
_FILLERS_ZH: Final = (
    {"order": "W4471902", "city": "北京", "n": "三"},
    {"order": "90318822", "city": "成都", "n": "12"},
    {"order": "#W7700415", "city": "哈尔滨", "n": "47"},
)
_SLIPS_ZH: Final = {
    "的": "得",
    "在": "再",
    "账": "帐",
    "吗": "嘛",
    "哪": "那",
    "那": "哪",
    "做": "作",
}
_POLITE: Final[dict[Language, tuple[str, ...]]] = {
    "en": ("hi, {}", "excuse me, {}", "{} please", "{}, thanks in advance", "hello there! {}"),
    "zh": ("你好,{}", "麻烦你,{}", "{}谢谢", "请问{}", "亲,{}"),
}
_EMOJI: Final = ("{} 🙏", "😤 {}", "{}😊", "🙂 {} 👍")
_LINKED: Final[dict[Language, tuple[str, ...]]] = {
    "en": ("{} https://shop.example/p/8821?ref=mail", "http://bit.example/x9 {}"),
    "zh": ("{} https://shop.example/p/8821?ref=mail", "http://bit.example/x9 {}"),
}
_SPOKEN: Final[dict[Language, tuple[str, ...]]] = {
    "en": ("um so {}", "uh hi yeah {} you know", "okay so basically {}", "like {} right"),
    "zh": ("嗯那个{}", "呃就是{}啊", "那什么我说一下{}", "喂你好就是{}哈"),
}
_ENGLISH_IN_ZH: Final = (
    ("订单", "order"),
    ("退款", "refund"),
    ("购物车", "cart"),
    ("发票", "invoice"),
    ("邮箱", "email"),
    ("密码", "password"),
    ("优惠", "coupon"),
    ("推荐", "recommend"),
    ("礼物", "gift"),
    ("地址", "address"),
    ("账户", "account"),
    ("账号", "account"),
    ("客服", "service"),
    ("快递", "delivery"),
    ("库存", "stock"),
)
_TRADITIONAL: Final = {ord(simple): chr(code) for code, simple in reversed(SIMPLE.items())}
_DENIED: Final[dict[Language, dict[str, tuple[str, ...]]]] = {
    "en": {
        "cancel_order": ("don't cancel {o}", "I never asked you to cancel {o}"),
        "return_item": ("I don't want to return {o}", "we are not returning {o}"),
        "request_refund": ("I don't want a refund for {o}", "no refund for {o}, please"),
        "exchange_item": ("don't exchange {o}", "I don't want {o} exchanged"),
        "change_order": ("please don't change {o}", "leave {o} as it is"),
        "place_order": ("don't place the order yet", "I'm not ready to check out"),
    },
    "zh": {
        "cancel_order": ("别取消{o}", "我没说要取消{o}"),
        "return_item": ("{o}我不退货", "不用退{o}"),
        "request_refund": ("{o}不用退款", "我没有要{o}的退款"),
        "exchange_item": ("{o}不换货", "不要换{o}"),
        "change_order": ("别改{o}", "{o}保持原样"),
        "place_order": ("先别下单", "我还不想结账"),
    },
}
_OBJECTS: Final[dict[Language, tuple[str, ...]]] = {
    "en": ("it", "my order", "order W4471902", "the shoes I bought"),
    "zh": ("它", "我的订单", "订单W4471902", "我买的鞋子"),
}


def typo(text: str, chance: random.Random) -> str:
    """One slip of the hand: two letters swapped, one lost or doubled; in Chinese a like sound."""
    if re.search(r"[\u3400-\u9fff]", text):
        spots = [i for i, char in enumerate(text) if char in _SLIPS_ZH]
        if not spots:
            return text
        spot = chance.choice(spots)
        return text[:spot] + _SLIPS_ZH[text[spot]] + text[spot + 1 :]
    words = list(re.finditer(r"[a-z]{5,}", text))
    if not words:
        return text
    word = chance.choice(words)
    at = chance.randrange(word.start() + 1, word.end() - 1)
    how = chance.randrange(3)
    if how == 0:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + (text[at + 1 :] if how == 1 else text[at] + text[at:])


def _changes(language: Language, text: str) -> Iterator[tuple[str, str]]:
    chance = random.Random(text)
    for _ in range(2):
        yield "typos", typo(text, chance)
    if language == "en":
        yield "casing", text.upper()
        yield "casing", text.lower()
        yield "casing", text.title()
    for end in ("?", "!!", "...", " .") if language == "en" else ("？", "！！", "。。。", "～"):
        yield "punctuation", text + end
    for frame in _POLITE[language]:
        yield "politeness", frame.format(text)


def spoken(text: str) -> str:
    """As a speech recogniser writes it: small letters, no marks but the apostrophe."""
    return " ".join(re.sub(r"[^\w\s'#@.-]|[.?!,]+(?=\s|$)", " ", text.lower()).split())


def _noise(language: Language, text: str) -> Iterator[tuple[str, str]]:
    """What keyboards, pasted links and microphones add to a turn."""
    chance = random.Random(text)
    for frame in _EMOJI:
        yield "emoji", frame.format(text)
    for frame in _LINKED[language]:
        yield "links", frame.format(text)
    for frame in _SPOKEN[language]:
        yield "speech", frame.format(spoken(text) if language == "en" else text.rstrip("。？！?!"))
    if language == "en":
        gaps = [match.start() for match in re.finditer(r"(?<=[a-z]) (?=[a-z])", text)]
        if gaps:
            at = chance.choice(gaps)
            yield "spacing", text[:at] + text[at + 1 :]
        yield "spacing", text.replace(" ", "  ")
        return
    yield "spacing", " ".join(text)
    yield "mixed scripts", text.translate(_TRADITIONAL)
    for chinese, english in _ENGLISH_IN_ZH:
        if chinese in text:
            yield "mixed scripts", text.replace(chinese, english)


def others() -> list[Case]:
    """Sentences of the multilingual encoder's other languages, as they reach an English shop."""
    rows = (DATA / "languages.tsv").read_text("utf-8").splitlines()
    found = []
    for row in rows:
        name, intent, text = row.split("\t")
        language: Language = "zh" if name.startswith("zh") else "en"
        found.append(Case("other languages", language, "seed", intent, text, text))
    return found


def seeds(language: Language) -> list[tuple[str, str, str]]:
    """(intent, sentence, paraphrase) lines, unfilled."""
    rows = (DATA / f"{language}.tsv").read_text("utf-8").splitlines()
    return [(a, b, c) for a, b, c in (row.split("\t") for row in rows)]


def cases() -> list[Case]:
    """All tests of both languages, the same in every run."""
    found: list[Case] = []
    for language in LANGUAGES:
        fillers = _FILLERS if language == "en" else _FILLERS_ZH
        for intent, sentence, paraphrase in seeds(language):
            text = sentence.format(**fillers[0])
            found.append(Case("seeds", language, "seed", intent, text, text))
            pairs = [*_changes(language, text), *_noise(language, text)]
            pairs.append(("paraphrase", paraphrase.format(**fillers[0])))
            pairs += [("names and numbers", sentence.format(**f)) for f in fillers[1:]]
            found += [
                Case(capability, language, "invariance", intent, text, changed)
                for capability, changed in pairs
                if changed != text
            ]
        for intent, frames in _DENIED[language].items():
            texts = dict.fromkeys(f.format(o=o) for f in frames for o in _OBJECTS[language])
            found += [Case("negation", language, "directional", intent, t, t) for t in texts]
    return found + others()


def failures(reads: Reads, tests: Sequence[Case]) -> list[Case]:
    """The tests that fail."""
    known: dict[tuple[str, Language], tuple[str, ...]] = {}

    def intents(text: str, language: Language) -> tuple[str, ...]:
        key = text, language
        if key not in known:
            known[key] = tuple(each.intent for each in reads.understand(text, language))
        return known[key]

    judges: dict[Kind, Callable[[Case], bool]] = {
        "seed": lambda c: c.intent in intents(c.original, c.language),
        "invariance": lambda c: (
            set(intents(c.original, c.language)) <= set(intents(c.changed, c.language))
        ),
        "directional": lambda c: not MONEY.intersection(intents(c.changed, c.language)),
    }
    return [case for case in tests if not judges[case.kind](case)]


def main() -> None:
    """Print failure rates by capability and language."""
    from assistant.understanding.classifier import IntentClassifier
    from benchmarks.understanding.shop_intents import MODELS, understander

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
    parser.add_argument("--failures", action="store_true", help="list each failing test")
    parser.add_argument("--intents", type=Path, help="folder of another intent model")
    given = parser.parse_args()
    tests = cases()
    failed = failures(understander(IntentClassifier.load(MODELS, intents=given.intents)), tests)
    total = Counter((case.capability, case.language) for case in tests)
    wrong = Counter((case.capability, case.language) for case in failed)
    if given.json:
        rates = {f"{a} {b}": [wrong[a, b], count] for (a, b), count in total.items()}
        print(json.dumps(rates))
        return
    print("capability          language  failed  tests  rate")
    for (capability, language), count in sorted(total.items()):
        bad = wrong[capability, language]
        print(f"{capability:18}  {language:8}  {bad:6}  {count:5}  {bad / count:.3f}")
    if given.failures:
        for case in failed:
            print(f"{case.capability} [{case.language}] {case.intent}: {case.changed!r}")


if __name__ == "__main__":
    main()
