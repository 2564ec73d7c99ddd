"""Names in an utterance: those the shop knows, and those a speaker introduces."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from db.models import Customer

_LETTERS: Final = re.compile(r"[^\W\d_\u3400-\u9fff]+")
_HAN_RUN: Final = re.compile(r"[\u3400-\u9fff]+")

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范"
    "金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严"
)

# Names that are words of their own: alone they are read as the word, beside another name as a name.
ORDINARY: Final = frozenset(
    """
    a about add agent all am an and any are art as ask at autumn back bad be berry best big bill
    black blue bold book both bright brown bush buy by call can card carry case cash chance change
    chase chat check church clay close coin cole cook could cross cut dawn day days dean dear did
    do does drew east end even ever fair faith field fine fish for forest four fox free from frost
    gene get gift give go gold good grace grand grant gray green grey had hall hand happy has have
    he heart heath help her here him hill his hope how hunter i if ill in iris is it ivy jean join
    joy just king know lane large last law less light like lily link little long look lot love low
    mark mason may me mean mills mine miles money moon more much my name need new news nice no
    north not now of off oh old on one only open or order our out over page pan park part pay
    pearl pen penny pick please pool poor pope price prince put rain ray read red reed return rich
    ride right river robin rock rod rose ruby said sage sales sandy save say see sell send she
    ship shoe short silver size skip sky small so some song south spring star still stone store
    street strong stop sue summer sun swift take tell ten than thank that the them then they this
    to too top track true try two under up us van want was way we wear well west what when where
    white who why will win winter wise with wood work would year yes york you young your
    """.split()  # noqa: SIM905 - a block of words reads better than a list of them
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name that the shop knows; either part may be missing."""

    first: str = ""
    last: str = ""


def known_names(session: Session, text: str, customer_id: str | None = None) -> list[Name]:
    """The names of customers that may stand in a text, and the speaker's own in any case.

    Every name of the shop is looked at each time, so that one that was entered a second ago counts:
    a read of two columns, which takes 10 ms for 1,000 customers and 0.3 s for 100,000.
    """
    found: list[Name] = []
    speaker = session.get(Customer, customer_id) if customer_id else None
    if speaker is not None:
        found.append(Name(speaker.first_name, speaker.last_name))
    plain = unicodedata.normalize("NFKC", text)
    words = _LETTERS.findall(plain_letters(plain))
    said, grams = set(words), _han_grams(plain)
    if not said and not grams:
        return found
    ends: list[set[str]] = []
    for column in (Customer.first_name, Customer.last_name):
        known = set(session.scalars(select(column).where(column != "").distinct()))
        ends.append({part for name in known for part in name_parts(name)} & (said | grams))
        hits = [
            name
            for name in known
            if not said.isdisjoint(name_parts(name)) or (len(name) > 1 and name in grams)
        ]
        here = column is Customer.first_name
        found.extend(Name(first=name) if here else Name(last=name) for name in hits)
    found.extend(_whole(session, words, grams, *ends))
    return found


def _whole(
    session: Session, words: Sequence[str], grams: set[str], first: set[str], last: set[str]
) -> list[Name]:
    """Full names whose parts tell nothing alone: two ordinary words, two Chinese characters."""
    pairs = {
        pair
        for one, two in pairwise(words)
        if one in ORDINARY and two in ORDINARY
        for pair in ((one, two), (two, one))
    } | {pair for gram in grams if len(gram) == 2 for pair in ((gram[1], gram[0]), tuple(gram))}
    likely = sorted(pair for pair in pairs if pair[0] in first and pair[1] in last)
    if not likely:
        return []
    names = (Customer.first_name, Customer.last_name)
    asked = select(*names).where(tuple_(*map(func.lower, names)).in_(likely)).distinct()
    return [Name(*row) for row in session.execute(asked)]


@lru_cache(maxsize=1 << 17)
def name_parts(name: str) -> tuple[str, ...]:
    """The words of a name without case and accents, of two letters or more, and its Chinese
    characters where it has any."""
    latin = (part for part in _LETTERS.findall(plain_letters(name)) if len(part) > 1)
    return (*latin, *_HAN_RUN.findall(name))


def _han_grams(text: str) -> set[str]:
    runs = [run[0] for run in _HAN_RUN.finditer(text)]
    return {
        run[start : start + width]
        for run in runs
        for width in (1, 2, 3, 4)
        for start in range(len(run) - width + 1)
    }


def plain_letters(text: str) -> str:
    """Letters without case and accents, for comparing names."""
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in split if not unicodedata.combining(char))


def hide_names(
    text: str, names: Iterable[Name], is_word: Callable[[str], bool], placeholder: str
) -> str:
    """The text with `placeholder` for each known name.

    Any part of a name counts, in any case, unless it is an ordinary word that stands alone.
    """
    parts: set[str] = set()
    pairs: set[tuple[str, str]] = set()
    chinese: set[str] = set()
    for name in names:
        latin = [_parts(name.first), _parts(name.last)]
        parts.update(*latin)
        if latin[0] and latin[1]:
            parts.update(("".join(latin[0] + latin[1]), "".join(latin[1] + latin[0])))
            pairs.update(((latin[0][-1], latin[1][0]), (latin[1][-1], latin[0][0])))
        chinese.update(_chinese(name))
    for known in sorted(chinese, key=len, reverse=True):
        # The surname goes with the given name, known or not.
        text = re.sub(rf"[{_SURNAMES}]?" + r"[\s·]?".join(map(re.escape, known)), placeholder, text)
    return _hide_latin(text, parts, pairs, is_word, placeholder)


def _parts(name: str) -> list[str]:
    return [part for part in _LETTERS.findall(plain_letters(name)) if len(part) > 1]


def _chinese(name: Name) -> set[str]:
    first, last = ("".join(_HAN_RUN.findall(part)) for part in (name.first, name.last))
    found = {part for part in (first, last) if len(part) > 1}
    if first and last:
        found |= {last + first, first + last}
    return found


def _hide_latin(
    text: str,
    parts: set[str],
    pairs: set[tuple[str, str]],
    is_word: Callable[[str], bool],
    placeholder: str,
) -> str:
    tokens = list(_LETTERS.finditer(text))
    plain = [plain_letters(token[0]) for token in tokens]
    known = [part in parts for part in plain]
    hidden = [
        yes and part not in ORDINARY and not is_word(token[0])
        for yes, part, token in zip(known, plain, tokens, strict=True)
    ]

    def near(one: int, two: int) -> bool:
        return 0 < tokens[two].start() - tokens[one].end() <= 2

    for place in range(len(tokens) - 1):
        if (plain[place], plain[place + 1]) in pairs and near(place, place + 1):
            hidden[place] = hidden[place + 1] = True
    for order in (range(1, len(tokens)), range(len(tokens) - 2, -1, -1)):
        for place in order:
            other = place - 1 if order.step > 0 else place + 1
            if known[place] and hidden[other] and near(min(place, other), max(place, other)):
                hidden[place] = True
    for token, gone in reversed(list(zip(tokens, hidden, strict=True))):
        if gone:
            text = text[: token.start()] + placeholder + text[token.end() :]
    return text


_CAPITAL = r"[^\W\d_a-zß-ÿ\u3400-\u9fff][^\W\d_]*(?:['-][^\W\d_]+)*"
_ANY = r"[^\W\d_\u3400-\u9fff]+(?:['-][^\W\d_]+)*"
_STOP = (
    r"(?!(?:and|but|my|i|the|from|in|at|on|with|please|wrong|misspelt|misspelled|not|is|was|zip"
    r"|email|e-mail|order|to|change|it|its|correct|right)\b)"
)
_SAID = (
    re.compile(
        rf"(?P<b>\b(?i:my (?:full |first |last )?name(?: is|'s)|name\s?:|call me|recipient:?)\s+)"
        rf"(?i:{_STOP})(?:{_ANY})(?:\s+(?i:{_STOP})(?:{_ANY})){{0,2}}"
    ),
    re.compile(rf"(?P<b>\b(?i:mr|mrs|ms|miss|dr|herr|frau)\.?\s+){_CAPITAL}(?:\s+{_CAPITAL})?"),
    re.compile(
        rf"(?P<b>\b(?i:regards|sincerely|cheers|thanks),\s+){_CAPITAL}(?:\s+{_CAPITAL})?\W*$"
    ),
    re.compile(
        rf"(?P<b>\b(?:[Ii]'m|[Ii] am|[Tt]his is|[Ii]t's)\s+){_CAPITAL}(?:\s+{_CAPITAL}){{1,2}}"
    ),
    re.compile(
        r"(?P<b>(?:我叫做?|我的名字(?:是|叫)|名字(?:是|叫|:)|姓名(?:是|为|:|：)?"
        r"|收[件货]人(?:是|为|叫|:|：)?)\s*)"
        r"(?:[\u3400-\u9fff·]{2,4}?(?=$|[\s,，。.、;；!！?？的在想要和邮电手])|[A-Za-z]+(?:\s[A-Za-z]+){0,2})"
    ),
    re.compile(
        rf"(?P<b>(?<![\u3400-\u9fff])我是)[{_SURNAMES}][\u3400-\u9fff]{{1,2}}(?=$|[\s,，。.!！])"
    ),
    re.compile(rf"(?P<b>)[{_SURNAMES}][\u3400-\u9fff]{{0,2}}?(?=先生|女士|小姐|太太)"),
)


def hide_introduced(text: str, placeholder: str) -> str:
    """The text with `placeholder` for names that the speaker says are names: "my name is ..."."""
    for pattern in _SAID:
        text = pattern.sub(lambda match: f"{match['b']}{placeholder}", text)
    return text
