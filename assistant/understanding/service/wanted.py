"""Which version of a product is wanted: "the same but in red", "the cheapest with most storage".

`read_wish` turns words into a Wish over the product's options; `choosing.choose` finds the versions
that meet it. A version is settled only where exactly one meets the wish, or exactly one of those
also keeps everything that was not spoken of.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from assistant.understanding.service.degrees import Degree, or_more, read_degrees
from assistant.understanding.service.spending import without_it
from assistant.understanding.service.values import (
    Values,
    find_values,
    names_of,
    nearest_value,
    spaced,
    words_of,
)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a product, as the shop's records have it."""

    id: str
    options: dict[str, str]
    price: Decimal
    available: bool = True


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of the new version. Options not in it were not spoken of."""

    must: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Option -> the values that will do, the likeliest first."""
    never: dict[str, tuple[str, ...]] = field(default_factory=dict)
    keep: frozenset[str] = frozenset()
    keep_all: bool = False
    """Whatever is not named stays: "the same one but in red"."""
    free: frozenset[str] = frozenset()
    free_all: bool = False
    degrees: tuple[Degree, ...] = ()
    price: Literal["min", "max"] | None = None
    price_max: Decimal | None = None
    """At most this: the price itself, in the shop's currency."""
    below: bool = False
    """Strictly less than `price_max`."""
    than_now: Literal["cheaper", "dearer"] | None = None
    prefer: tuple[tuple[str, str], ...] = ()
    version_id: str | None = None
    same: bool = False
    """The very same version again."""

    @property
    def empty(self) -> bool:
        """True where nothing tells one version from another."""
        return not (
            self.must or self.never or self.degrees or self.price or self.price_max is not None
            or self.than_now or self.prefer or self.version_id or self.same
        )  # fmt: skip

    @property
    def spoken(self) -> set[str]:
        """The options of which anything was said."""
        named = {*self.must, *self.never, *self.free, *(d.option for d in self.degrees)}
        return named | {option for option, _ in self.prefer}


_CHEAPEST = re.compile(
    r"\b(?:cheapest|least expensive|least costly|lowest[- ]pric\w*|most affordable|least pricey"
    r"|most economical|lowest (?:in )?(?:price|cost)|inexpensive one"
    r"|whichever(?:'s| is| one is| of them is)? (?:the )?cheape(?:r|st)"
    r"|cheaper of (?:the|those|these) (?:two|three))\b|最便宜|最低价|价格最低"
)
_DEAREST = re.compile(
    r"\b(?:most expensive|priciest|dearest|costliest|highest[- ]pric\w*|highest price|top[- ]price"
    r"|most costly)\b|最贵|价格最高"
)
_CHEAPER = re.compile(
    r"\b(?:cheaper|less expensive|lower[- ]priced?|costs? less)\b|便宜[一点些]*的?"
)
_DEARER = re.compile(r"\b(?:more expensive|pricier|dearer|higher[- ]priced)\b|贵一[点些]")
_UNDER = re.compile(
    r"\b(?P<w>under|below|less than|cheaper than|lower than|no more than|at most"
    r"|up to|not more than"
    r"|max(?:imum)?(?: of)?|within|not over)\s*(?:us)?\s*(?:\$|usd|¥|￥|€|£)?\s*(?P<n>\d[\d,]*"
    r"(?:\.\d{1,2})?)(?!\s*(?:ml|gb|inch|hours?|pieces|%|mah|mp|ft|bar|l\b|days?|w\b))"
    r"|(?P<n2>\d+(?:\.\d{1,2})?)\s*(?:元|块|美元)?\s*(?:以下|以内|之内)"
)
_PREFER = re.compile(
    r"(?:\bif (?:there(?:'s| is| are)? )?(?:multiple|several|more than one|both|many"
    r"|all)\b[^.;]*?)?"
    r"\b(?:i(?:'d| would)?\s+)?(?:(?:also )?prefer(?:ably|red|ring|ence is|ence for|s)?|ideally"
    r"|favou?r(?:ing)?|i(?:'d| would) rather have)\b\s*(?P<x>[^.;]*)"
    r"|(?:^|[,;(]|\b(?:and|with|in|but)\b)(?P<y>[^,;.(]{2,60}?),? if (?:at all )?(?:possible"
    r"|available)\b"
    r"|(?:优先|最好是?|更?喜欢|偏好|首选)(?P<z>[^。；;,，]*)"
)
_SAME_ALL = re.compile(
    r"\b(?:every(?:thing)?|all|any|the) (?:the )?(?:other|else|remaining|rest)\b[^.;]*?\b(?:same"
    r"|identical|unchanged|as (?:it is|is|before))\b"
    r"|\b(?:without chang\w+|keep\w*|same|don't change) (?:all |any |everything )?(?:the |of the )?"
    r"(?:other|rest|else|specs?|specifications?|features|options|everything)\b"
    r"|\b(?:otherwise|else) (?:identical|the same|unchanged)\b"
    r"|\b(?:the |exact(?:ly)? )?(?:same|identical)(?: exact)? (?:one|model|thing|kind|item|product"
    r"|version)s?\b(?=[^.;]*\b(?:but|except|only|just|in|with)\b)"
    r"|\bsame\b(?=,? (?:but|only|except|just)\b)|\bnothing else\b"
    r"|其他(?:的|都)?(?:不变|一样|保持)|(?:一样|同款)(?:的)?(?:，|,)?(?:但|只)|别的不变"
)
_KEEP = re.compile(
    r"\b(?:(?:the |my )?(?:exact )?same|keep(?:ing)?|retain(?:ing)?|maintain(?:ing)?)\s+"
    r"(?P<x>[^.;]{2,60})|(?:同样的?|一样的|相同的?|保持)(?P<z>[^。；;,，]{1,20})"
)
_FREE = re.compile(
    r"\b(?:don't|do not|doesn't|does not|didn't|not) (?:really |particularly )?(?:care|mind|matter)"
    r"\b(?: about| if| for| whether)?(?P<x>[^.;]*)"
    r"|\b(?P<y>[^.;,]{0,40}?)\s+(?:doesn't|don't|does not"
    r"|do not|is not|are not|isn't|aren't|not) (?:really )?(?:matter|important)\b|\bregardless of"
    r"(?P<w>[^.;]*)|\bany (?P<v>[a-z ]{3,20}) (?:is fine|will do|works|is ok(?:ay)?)\b"
    r"|(?P<z>[^。，,；;]{0,8})(?:无所谓|都可以|随便|不重要)"
)
_ONLY_CARE = re.compile(
    r"\bonly (?:care|want|insist|interested) (?:about|on|in)?(?P<x>[^.;]*)|\bwhatever\b"
)
_ID = re.compile(r"(?<![\d#w])\d{8,12}(?!\d)")
_SAME_AGAIN = re.compile(
    r"\b(?:the |for |a |an )?(?:exact(?:ly)? (?:the )?|very )?same (?:item|one|thing|product|model"
    r"|version|specs?|specifications?|pair|set|unit|kind)(?: again)?\b"
    r"|\ba new (?:one|pair|copy|unit)\b"
    r"|\b(?:identical|brand new) (?:one|item|pair)\b|\bsame specs\b|一模一样|同款"
    r"|同样的(?:商品|一个)"
)


def read_wish(text: str, values: Values, now: dict[str, str]) -> Wish:
    """The wish in `text`; `now` holds the options of the version that is had."""
    plain = spaced(" ".join(text.replace("’", "'").split()))
    prefer: list[tuple[str, str]] = []
    hard = without_it(plain)
    for match in _PREFER.finditer(plain):
        segment = match["x"] or match["y"] or match["z"] or ""
        wanted = [
            (said.option, said.value) for said in find_values(segment, values) if not said.denied
        ]
        if match["y"] and re.search(r"\b(?:same|keep)\b", segment):
            wanted += [(name, now[name]) for name in _options_in(segment, values) if name in now]
        if wanted:
            prefer += wanted
            hard = hard.replace(match[0], " ; ")
    free, free_all, hard = _free(hard, values)
    keep, keep_all, hard_for_values = _kept(hard, values, now)
    degrees = [degree for degree, _, _ in read_degrees(hard, values)]
    spans = [
        (start, end)
        for degree, start, end in read_degrees(hard, values)
        if degree.amount is not None
    ]
    price, price_max, below, than_now = _prices(hard)
    must: dict[str, list[str]] = {}
    never: dict[str, list[str]] = {}
    for said in find_values(hard_for_values, values):
        if any(said.start < end and start < said.end for start, end in spans):
            continue
        way = or_more(hard_for_values.casefold(), said.end)
        if said.denied:
            never.setdefault(said.option, []).append(said.value)
        elif way:
            degrees.append(Degree(said.option, way, inclusive=True, start=said.value))
        else:
            must.setdefault(said.option, []).append(said.value)
    for option, named in list(must.items()):
        _without_now(option, named, now)
    _another(hard, values, now, must, never)
    _foreign(hard_for_values, values, must, never, free)
    _loosely(hard, values, must, never, degrees, prefer)
    id_said = _ID.search(hard)
    degrees = [each for each in degrees if each.option not in must or each.inclusive]
    return Wish(
        must={option: tuple(dict.fromkeys(named)) for option, named in must.items()},
        never={option: tuple(dict.fromkeys(named)) for option, named in never.items()},
        keep=frozenset(keep - set(must) - {each.option for each in degrees}),
        keep_all=keep_all,
        free=frozenset(free),
        free_all=free_all,
        degrees=tuple(dict.fromkeys(degrees)),
        price=price,
        price_max=price_max,
        below=below,
        than_now=than_now,
        prefer=tuple(dict.fromkeys(prefer)),
        version_id=id_said[0] if id_said else None,
        same=bool(_SAME_AGAIN.search(hard.casefold())) and not must and not degrees and not never,
    )


def overlaid(first: Wish, later: Wish) -> Wish:
    """A wish after a later remark: an option named anew takes the place of the old one."""
    spoken = {*later.must, *(degree.option for degree in later.degrees), *later.keep}
    spoken |= {option for option, _ in later.prefer}
    price = later.price or first.price
    return Wish(
        must={**{o: v for o, v in first.must.items() if o not in spoken}, **later.must},
        never={
            **{
                o: tuple(x for x in v if x not in later.must.get(o, ()))
                for o, v in first.never.items()
            },
            **later.never,
        },
        keep=frozenset(
            (first.keep - set(later.must) - {d.option for d in later.degrees}) | later.keep
        ),
        keep_all=first.keep_all or later.keep_all,
        free=first.free | later.free,
        free_all=first.free_all or later.free_all,
        degrees=(*(d for d in first.degrees if d.option not in spoken), *later.degrees),
        price=price,
        price_max=later.price_max if later.price_max is not None else first.price_max,
        below=later.below if later.price_max is not None else first.below,
        than_now=later.than_now or first.than_now,
        prefer=(*later.prefer, *first.prefer),
        version_id=later.version_id or first.version_id,
        same=later.same if later.empty is False else first.same,
    )


_ANOTHER = re.compile(
    r"\b(?:another|an? different|different|(?:some|any) other|other than this) (?P<x>[a-z]+(?:"
    r" [a-z]+)?)"
    r"|(?:另一[种个款]|别的|其[他它]|换[一]?[个种])(?P<z>[^，。的]{1,6})"
)
_COLOURS = frozenset(
    {"black", "white", "red", "blue", "green", "yellow", "orange", "purple", "pink", "brown"}
    | {"beige", "navy", "gold", "silver", "grey", "gray", "turquoise", "teal", "maroon", "violet"}
    | {"cream", "ivory", "khaki", "olive", "bronze", "copper", "burgundy", "lavender", "lilac"}
)
_COLOURS_ZH = re.compile(r"(黑|白|红|蓝|绿|黄|橙|紫|粉|棕|米|灰|金|银|咖啡|卡其|藏青)色")
_SIZE = re.compile(
    r"\bsize (?P<a>\d{1,3}(?:\.5)?|x{0,3}[sml])\b|\b(?:an? |in |to )(?P<b>x{1,3}[sl])\b"
    r"|(?P<z>\d{1,3}(?:\.5)?|x{0,3}[sml]) ?码"
)


def _another(
    text: str,
    values: Values,
    now: dict[str, str],
    must: dict[str, list[str]],
    never: dict[str, list[str]],
) -> None:
    """ "Another colour": any but the one that is had."""
    for match in _ANOTHER.finditer(text.casefold()):
        for option in _options_in(match["x"] or match["z"], values) - set(must):
            if option in now:
                never.setdefault(option, []).append(now[option])


def _foreign(
    text: str,
    values: Values,
    must: dict[str, list[str]],
    never: dict[str, list[str]],
    free: set[str],
) -> None:
    """A colour or a size that no version has is asked for all the same, so that none fits."""
    low = text.casefold()
    colour = next((option for option in values if re.search(r"colou?r$", option)), None)
    known = {word for option in values for value in values[option] for word in words_of(value)}
    spoken = must.keys() | never.keys() | free
    if colour is not None and colour not in spoken:
        said = [word for word in words_of(low) if word in _COLOURS and word not in known]
        chinese = [] if said else [m[0] for m in _COLOURS_ZH.finditer(low)]
        if said or (chinese and not find_values(chinese[0], values)):
            must[colour] = [said[0] if said else chinese[0]]
    if "size" in values and "size" not in spoken and (match := _SIZE.search(low)) is not None:
        must["size"] = [next(group for group in match.groups() if group)]


def _without_now(option: str, named: list[str], now: dict[str, str]) -> None:
    """ "The blue one in red": what is had only describes it, unless it is all that is said."""
    had = now.get(option)
    if had in named and len(set(named)) > 1:
        named[:] = [value for value in named if value != had]


def _loosely(
    text: str,
    values: Values,
    must: dict[str, list[str]],
    never: dict[str, list[str]],
    degrees: Sequence[Degree],
    prefer: Sequence[tuple[str, str]],
) -> None:
    """An option that is named without a value of its own takes the nearest one: "a fancy theme"."""
    low = text.casefold()
    spoken = {*must, *never, *(each.option for each in degrees), *(option for option, _ in prefer)}
    for option, known in values.items():
        if option in spoken or any(any(char.isdigit() for char in value) for value in known):
            continue
        name = re.search(
            rf"\b{re.escape(words_of(option)[-1])}\b" if words_of(option) else "$^", low
        )
        if name is None:
            continue
        near = low[max(0, name.start() - 24) : name.start()]
        value = nearest_value(near, option, known)
        if value is not None and "same" not in near:
            must[option] = [value]


def _free(text: str, values: Values) -> tuple[set[str], bool, str]:
    free: set[str] = set()
    free_all = False
    rest = text
    only = _ONLY_CARE.search(text)
    if only:
        free_all = True
    for match in _FREE.finditer(text):
        segment = next((match[g] for g in ("x", "y", "w", "v", "z") if match[g]), "")
        named = _options_in(segment, values) | {s.option for s in find_values(segment, values)}
        free |= named
        if not named:
            free_all = True
        rest = rest.replace(match[0], " ; ")
    return free, free_all, rest


def _kept(text: str, values: Values, now: dict[str, str]) -> tuple[set[str], bool, str]:
    """Options that stay, whether all stay, and the text without values that only say so."""
    low = text.casefold()
    keep: set[str] = set()
    keep_all = bool(_SAME_ALL.search(low))
    for match in _KEEP.finditer(low):
        segment = re.split(
            r"\bbut\b|\bexcept\b|\bchange\b|,\s*(?:and )?(?:with|in|for)\b",
            match["x"] or match["z"],
        )[0]
        keep |= _options_in(segment, values)
        keep |= {
            said.option
            for said in find_values(segment, values)
            if now.get(said.option) == said.value
        }
    return keep, keep_all, text


def _options_in(text: str, values: Values) -> set[str]:
    """Options whose name, or its telling word, is in the text."""
    words = {word.rstrip("s").replace("colour", "color") for word in words_of(text)}
    found = set()
    for option in values:
        names = [name.rstrip("s") for name in names_of(option)]
        if any(
            name in words or any(w.startswith(name) for w in words if len(name) >= 4)
            for name in names
        ):
            found.add(option)
    return found


def _prices(
    text: str,
) -> tuple[Literal["min", "max"] | None, Decimal | None, bool, Literal["cheaper", "dearer"] | None]:
    low = text.casefold()
    price: Literal["min", "max"] | None = None
    if _CHEAPEST.search(low):
        price = "min"
    elif _DEAREST.search(low):
        price = "max"
    limit, below = None, False
    under = _UNDER.search(low)
    if under:
        limit = Decimal((under["n"] or under["n2"]).replace(",", ""))
        below = under["w"] in ("under", "below", "less than", "cheaper than", "lower than")
    than_now: Literal["cheaper", "dearer"] | None = None
    if price is None and limit is None:
        if _CHEAPER.search(low):
            than_now = "cheaper"
        elif _DEARER.search(low):
            than_now = "dearer"
    return price, limit, below, than_now
