"""Which of the products found mention what was asked for beside their kind.

Words that are no limit only rank. So that a reply does not pass for more than it is, products whose
records hold the words are told from those that are merely near in meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from assistant.understanding.slot_base import number
from assistant.understanding.types import Slots
from db.models import Product
from knowledge.index.words import chinese_pairs, english_words, has_chinese
from knowledge.translating import translate
from knowledge.vocabulary import Vocabulary

LOOKED_AT: Final = 30
"""Products among which those that mention something are looked for."""
_CLAIMED: Final = 2
"""More words than these are a story, of which no record can be said to hold it or not."""

_KIND: Final = frozenset(
    {"categories", "brands", "colors", "sizes", "materials", "audiences", "attributes"}
)
_EMPTY: Final = frozenset(
    english_words(
        "good nice great best better cool cute pretty fancy decent quality perfect favourite new "
        "top cheap affordable budget expensive popular different other else more option options "
        "sort filter page list result results product products item items thing things stuff kind "
        "type model models brand brands price color colour size one two three pair set gift gifts "
        "present birthday christmas anniversary daughter son wife husband mum mom mother dad "
        "father friend girlfriend boyfriend kid kids child children baby man woman sister brother "
        "grandma grandpa colleague boss people person someone somebody everyday use using used "
        "first last next today tomorrow now soon quick please maybe really very much lot bit "
        "little go going come coming take taking like liked love want wanted mind idea ideas help "
        "again then match matching only besides otherwise "
        "foot feet head body tho though btw kinda sorta lookin gonna bf gf hes shes "
        "u ur im pls thx whats wheres hows whos"
    )
)
_PERSONS: Final = re.compile(
    r"\b(?P<n>\d{1,2}|two|three|four|five|six|eight|ten)[- ]"
    r"(?:people|persons?|ppl|pax|adults?|players?|man)\b"
    r"|(?P<z>\d{1,2}|[一两二三四五六八十]) ?个?人(?=用|住|睡|帐|坐|玩|份|的|$|\s)",
    re.IGNORECASE,
)
_FOR_PERSONS: Final = frozenset({"sleeps", "persons", "people", "players", "seats", "party"})
"""Attributes that say for how many people a thing is."""
_EMPTY_ZH: Final = re.compile(
    "好看|漂亮|不错|便宜|实惠|高档|质量好?|性价比高?|热门|流行|新款|经典|别的|其他|其它|商品|产品|东西|款式?|牌子|礼物|生日|"
    "圣诞节?|送给?|妈妈|爸爸|母亲|父亲|女儿|儿子|老婆|老公|妻子|丈夫|朋友|女友|男友|孩子|小孩|宝宝|同事|老师|今天|"
    r"[一二两三四五六七八九十\d]+[款个件双条只台部本]|明天|现在|一点|有点|比较"
    "|多少钱|价格|贵不贵|日常|平时|自己|我们?|你们?|他们?|她们?|用的?|看看|别人"
)


def wish_words(slots: Slots, text: str) -> str:
    """The words of `text` that ask for more than a kind, a limit or a value judgement; "" where
    there are none, or more than _CLAIMED."""
    for span in slots.spans:
        if span.slot in _KIND:
            text = re.sub(re.escape(span.text), " ", text, flags=re.IGNORECASE)
    persons = _PERSONS.search(text)
    text = _PERSONS.sub(" ", text)
    if has_chinese(text):
        runs = [run.strip("的了吗呢和是有要能可") for run in _EMPTY_ZH.sub(" ", text).split()]
        kept = [run for run in runs if len(run) > 1]  # a lone character is a measure word
        told = sum(len(run) for run in kept) <= 2 * _CLAIMED + 2
    else:
        limits = (
            *slots.categories, *slots.brands, *slots.colors, *slots.sizes, *slots.materials,
            *slots.audiences, *(f"{limit.name} {limit.value}" for limit in slots.attributes),
        )  # fmt: skip
        empty = _EMPTY | {*english_words(" ".join(limits).replace("_", " "))}
        kept = [
            word
            for word in text.split()
            if any(len(stem) > 1 and not stem.isdigit() for stem in {*english_words(word)} - empty)
        ]
        told = len(kept) <= _CLAIMED
    if persons:
        kept = [persons[0].strip(), *kept]
    return " ".join(kept) if told else ""


def joined(query: str, words: str) -> str:
    """Query words with those added that it lacks."""
    if not words:
        return query
    if has_chinese(words):
        return query if words in query else f"{query} {words}".strip()
    have = set(english_words(query))
    new = [word for word in words.split() if not set(english_words(word)) <= have]
    return " ".join((query, *new)).strip()


def without_words(query: str, words: str) -> str:
    """The query without the words of a wish; in Chinese, without its runs."""
    if has_chinese(words):
        for run in words.split():
            query = query.replace(run, " ")
        return " ".join(query.split())
    return " ".join(word for word in query.split() if word not in words.split())


def mentioning(products: Iterable[Product], words: str, vocabulary: Vocabulary) -> set[str] | None:
    """Ids of the products whose record holds all of the words; None where the records speak
    another language and the words could not be put into it."""
    persons = _PERSONS.search(words)
    words = _PERSONS.sub(" ", words).strip()
    foreign = has_chinese(words)
    put = translate(words, vocabulary) if foreign else None
    known = put is None or put.share == 1.0
    english = set(english_words(put.text if put else words))
    pairs = set(chinese_pairs(words)) if foreign else set()
    held: set[str] = set()
    sayable = not words
    for product in products:
        text = _record(product)
        own = foreign and has_chinese(text)
        sayable = sayable or own or known
        said = not words or (own and pairs <= set(chinese_pairs(text)))
        said = said or (known and bool(english) and english <= set(english_words(text)))
        if said and (persons is None or _is_for(product, text, persons)):
            held.add(product.id)
    return held if sayable else None


def _is_for(product: Product, text: str, persons: re.Match[str]) -> bool:
    """Whether the record says that it is for so many people, or more where it gives a number."""
    count = int(number(persons["n"] or persons["z"]) or 0)
    for name, value in product.attributes.items():
        if name.casefold().replace("_", " ") not in _FOR_PERSONS:
            continue
        numbers = [int(found) for found in re.findall(r"\d+", str(value))]
        if numbers:
            return (
                min(numbers) <= count <= max(numbers) if len(numbers) > 1 else (count <= numbers[0])
            )
    return (
        re.search(
            rf"(?<!\d){count}[- ](?:person|people|man|player|seater)|(?<!\d){count} ?人", text
        )
        is not None
    )


def _record(product: Product) -> str:
    """Everything that is written about a product, in one text."""
    parts: list[str] = [
        product.title, product.title_zh, product.description, product.description_zh,
        product.category_path or product.category, product.category_zh, product.brand,
        product.material, product.audience,
    ]  # fmt: skip
    for name, value in product.attributes.items():
        if value in (False, None):
            continue
        parts += [name.replace("_", " "), "" if value is True else str(value)]
    for variant in product.variants:
        parts += [str(value) for value in variant.options.values()]
    return " ".join(part for part in parts if part)
