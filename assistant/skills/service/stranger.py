"""Things spoken of as bought that no order of the shopper holds: "my toaster" of who has none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

from assistant.skills.service.holdings import Held
from db.models import Product
from knowledge.index.words import has_chinese
from knowledge.translating import lexicon, things_named
from knowledge.vocabulary import Vocabulary, phrase_key, words

_OWNED: Final = re.compile(
    r"\b(?:my|the|this|that|those|these)\s+(?P<what>(?:[a-z-]+\s+){0,3}?[a-z-]+)"
    r"(?=\s*(?:$|[.,;!?]|\b(?:i|we|you|that|which|from|in|for|to|came|arrived|is|are|was|were|has"
    r"|have|had|stopped|broke|doesn'?t|don'?t|won'?t|isn'?t|order|and|with|because|please|since"
    r"|as|it|back)\b))",
    re.IGNORECASE,
)
_OWNED_ZH: Final = re.compile(
    r"(?:我的|那个|那台|那件|那双|这个|这台|这件|这双|(?:退|换)掉?(?:那个|这个|我的)?|买的(?:那个)?)(?P<what>[\u4e00-\u9fff]{2,6}?)"
    r"(?=$|[，。！？,.!?\s]|坏|破|碎|有|不|是|退|换|想|要|了|的)"
    r"|^(?P<first>[\u4e00-\u9fff]{2,6}?)(?=坏|破|碎|有问题|不能用|用不了)"
)
_NO_THINGS: Final = frozenset(
    {"set", "kit", "size", "order", "color", "colour", "price", "box", "gift", "present", "return"}
    | {"refund", "card", "address", "home", "office", "case", "package", "parcel", "item", "bag"}
)


def strange_thing(text: str, held: Iterable[Held], vocabulary: Vocabulary) -> str:
    """The kind of thing that is named as the shopper's and that none of what they have is, in
    their words; "" where there is none, or it cannot be told."""
    chinese = has_chinese(text)
    owned = [(each.item.title, each.product) for each in held]
    categories = {product.category for _, product in owned if product is not None}
    for match in (_OWNED_ZH if chinese else _OWNED).finditer(text):
        said = next(group for group in match.groups() if group)
        what = said if chinese else " ".join(said.casefold().split()[-2:])
        for name in (what,) if chinese else (what, what.rpartition(" ")[2]):
            surfaces = (vocabulary.chinese if chinese else vocabulary.english).get(
                name if chinese else phrase_key(name), ()
            )
            kinds = {surface.name for surface in surfaces if surface.kind == "category"}
            if not kinds and (surfaces or not _names_thing(name, chinese=chinese)):
                continue
            if kinds & categories or _stands_in(name, owned, chinese=chinese):
                return ""
            return name
    return ""


def _stands_in(name: str, owned: Sequence[tuple[str, Product | None]], *, chinese: bool) -> bool:
    """Whether the records of what is owned speak of it."""
    records = " ".join(
        f"{title} {product.title} {product.title_zh} {product.category_path} {product.category} "
        f"{product.category_zh} {product.description} {product.description_zh}"
        if product is not None
        else title
        for title, product in owned
    ).casefold()
    keys = phrase_key(records)
    put = lexicon().get(name, "") if chinese else ""
    return any(
        part and (part in records if has_chinese(part) else phrase_key(part) in keys)
        for part in (name, put)
    )


def _names_thing(name: str, *, chinese: bool) -> bool:
    """Whether a word names a kind of thing at all, in any shop."""
    if name in _NO_THINGS:
        return False
    return name in lexicon() if chinese else phrase_key(name) in _things()


@cache
def _things() -> frozenset[str]:
    """Keys of English names of kinds of things; what only describes them is left out."""
    table = words()
    describing = {
        phrase_key(phrase)
        for kind in ("colors", "materials")
        for group in table[kind]
        for phrase in group["en"]
    }
    return things_named() - describing
