"""Prices: bounds, ranges and "around", in two languages; and what is asked for first or last."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from assistant.understanding.slot_base import NUMBER_EN, NUMBER_ZH, Draft, compiled, number
from assistant.understanding.slot_bounds import denied_start
from assistant.understanding.slot_counts import counts_things

_TOLERANCE = Decimal("0.15")
_CENT = Decimal("0.01")
_CEILING = Decimal(10) ** 9

_PREFIX = r"(?:(?:us\s?\$|us\$|[$€£¥]|\b(?:usd|eur|gbp|rmb|cny)\b)\s?)"
_SUFFIX_EN = (
    r"(?:\s?(?:us\s)?(?:dollars?|bucks|usd|euros?|eur|quid|gbp|pounds? sterling|yuan|rmb|cny)\b"
    r"|\s?[$€£])"
)
_SUFFIX_ZH = (
    r"(?:\s?(?:块钱|块|元钱|元|人民币|美元|美金|欧元|欧(?!洲|式|码)|英镑|刀|rmb|usd|[$€£]))"
)
_NO_UNIT_EN = (
    r"(?![\d.]*\d)(?!\s?-?\s?(?:%|percent\b|km\b|miles?\b|degrees?\b|of (?:each|the)\b"
    r"|gb\b|tb\b|mb\b|g\b|kg\b|lbs?\b|oz\b|l\b|ml\b|cm\b|mm\b"
    r"|m\b|inch|in\b(?=\s*(?:screen|display))|\"|ft\b|feet|foot|w\b|watt|hz|mah|mp\b|megap|cores?\b"
    r"|days?\b|hours?\b|hrs?\b|minutes?\b|mins?\b|weeks?\b|months?\b|years?\b|stars?\b|people"
    r"|persons?\b|pieces?\b|pcs\b|pairs?\b|items?\b|of them|of those|of these|times\b|x\b"
    r"|reviews?\b|products?\b|orders?\b|nd\b|th\b|rd\b|st\b|o'clock|am\b|pm\b|ports?\b|pages?\b))"
)
_NO_UNIT_ZH = (
    r"(?!\s?(?:公里|件|个|双|条|只|台|部|本|套|寸|英寸|公斤|千克|斤|克|kg|g\b|gb|tb|mb|升|毫升"
    r"|ml|l\b"
    r"|厘米|公分|毫米|cm|mm|米|码|号|核|瓦|天|小时|分钟|周|星|颗|分(?!钱)|岁|年|月|日|楼|折|%"
    r"|款|人|次|位"
    r"|mah|毫安|像素|万像素|寸屏|点(?!钱)))"
)

_EN = rf"{_PREFIX}?{NUMBER_EN}(?:{_SUFFIX_EN}|\b)"
_ZH = rf"(?:[¥$€£]\s?)?{NUMBER_ZH}"
_EN_MARKED = rf"(?:{_PREFIX}{NUMBER_EN}(?:{_SUFFIX_EN})?|{NUMBER_EN}{_SUFFIX_EN})"

_MAX_WORDS = (
    r"not? (?:more|higher|over|above|exceeding)(?: than)?|nothing (?:over|above|more than)"
    r"|not (?:to )?exceed(?:ing)?|don'?t (?:want to )?(?:spend|pay) (?:more than|over)"
    r"|less than|lower than|(?:cheaper|less expensive) than"
    r"|fewer than|up to|at most|at the most|max(?:imum)?(?: of)?"
    r"|below|under|beneath|within|no dearer than|<=?|≤"
)
_MIN_WORDS = (
    r"not? (?:less|lower|cheaper|under|below)(?: than)?|at least|more than|higher than|over|above"
    r"|upwards of|min(?:imum)?(?: of)?|starting (?:at|from)|north of"
    r"|(?:dearer|more expensive|pricier) than|from|>=?|≥"
)
_ABOUT_EN = r"around|about|roughly|approximately|approx\.?|circa|near|close to|in the region of|~"


_RANGE_EN = (
    compiled(rf"\b(?:between|from)\s+(?P<a>{_EN})\s*(?:and|to|-)\s*(?P<b>{_EN}){_NO_UNIT_EN}"),
    compiled(rf"(?P<a>{_EN_MARKED})\s*(?:-|to)\s*(?P<b>{_EN}){_NO_UNIT_EN}"),
    compiled(rf"(?<![\w.-])(?P<a>{_EN})\s*(?:-|to)\s*(?P<b>{_EN_MARKED})"),
    compiled(
        rf"\b(?:price|priced|budget|cost(?:s|ing)?)\D{{0,12}}?(?P<a>{_EN})\s*(?:-"
        rf"|to)\s*(?P<b>{_EN})"
        rf"{_NO_UNIT_EN}"
    ),
)
_RANGE_ZH = (
    compiled(
        rf"(?P<a>{_ZH}){_SUFFIX_ZH}?\s*(?:-|到|至)\s*(?P<b>{_ZH}){_SUFFIX_ZH}(?:之间|以内|左右)?"
    ),
    compiled(
        rf"(?:价格|预算|价位)\D{{0,6}}?(?P<a>{_ZH})\s*(?:-|到"
        rf"|至)\s*(?P<b>{_ZH})(?:之间)?{_NO_UNIT_ZH}"
    ),
    compiled(rf"(?P<a>{_ZH})\s*(?:-|到|至|和)\s*(?P<b>{_ZH}){_SUFFIX_ZH}?\s*之间"),
    compiled(
        r"(?P<a>[一二两三四五六七八九][百千万][一二三四五六七八九]?)\s*(?:到|至|-)\s*"
        rf"(?P<b>[一二两三四五六七八九][百千万][一二三四五六七八九]?)(?=的|$"
        rf"|[,。，!吧]){_NO_UNIT_ZH}"
    ),
)
_MAX = (
    compiled(rf"(?:\b(?:{_MAX_WORDS})|(?<=\s)[<≤]=?)\s*(?P<a>{_EN}){_NO_UNIT_EN}"),
    compiled(rf"(?P<a>{_EN_MARKED})\s*(?:or (?:less|under|below|cheaper)|max(?:imum)?\b|tops\b)"),
    compiled(
        rf"(?<![\w.-])(?P<a>{_EN})\s*(?:or (?:less|under|below|cheaper)|max(?:imum)?\b|tops\b)"
    ),
    compiled(
        rf"\b(?:budget|spend|afford|pay|spending)\b(?:\s+(?:is|of|up to|only|can|about|just|:|a))*"
        rf"\s*(?P<a>{_EN}){_NO_UNIT_EN}"
    ),
    compiled(rf"(?P<a>{_EN_MARKED}|(?<![\w.-]){NUMBER_EN})\s+budget\b"),
    compiled(rf"\bfor\s+(?P<a>{_EN_MARKED})"),
    compiled(
        rf"(?:不超过|不要超过|别超过|不能超过|不高于|不大于|不多于|低于|少于|小于|最多|最高"
        rf"|顶多|至多|不到|<=?|≤|≦)"
        rf"\s*(?P<a>{_ZH}){_SUFFIX_ZH}?{_NO_UNIT_ZH}"
    ),
    compiled(
        rf"(?P<a>{_ZH}){_SUFFIX_ZH}?\s*(?:以下|以内|之内|之下|封顶|内(?=的|$|,|，)|一下(?=的|$|[,，。吧]))"
    ),
    compiled(
        rf"(?:预算|花)(?:是|为|在|大概|大约|只有|就|最多)*\s*(?P<a>{_ZH}){_SUFFIX_ZH}?{_NO_UNIT_ZH}"
    ),
)
_MIN = (
    compiled(rf"(?:\b(?:{_MIN_WORDS})|(?<=\s)[>≥]=?)\s*(?P<a>{_EN}){_NO_UNIT_EN}"),
    compiled(rf"(?P<a>{_EN_MARKED})\s*(?:or (?:more|above|over|up)|and (?:up|above|over)|\+)"),
    compiled(rf"(?<![\w.-])(?P<a>{_EN})\s*(?:or (?:more|above|over)\b|and (?:up|above|over)\b)"),
    compiled(
        rf"(?:不低于|不少于|不小于|高于|大于|多于|至少|最少|最低|超过|起码|>=?|≥)"
        rf"\s*(?P<a>{_ZH}){_SUFFIX_ZH}?{_NO_UNIT_ZH}"
    ),
    compiled(rf"(?P<a>{_ZH}){_SUFFIX_ZH}?\s*(?:以上|之上|起(?=的|$|,|，))"),
)
_ABOUT = (
    compiled(rf"(?:\b(?:{_ABOUT_EN})|(?<=\s)-)\s*(?P<a>{_EN}){_NO_UNIT_EN}"),
    compiled(
        rf"(?P<a>{_EN_MARKED}|(?<![\w.-])\d{{1,6}})(?:\s?-?ish\b|\s+or so\b|\s+or thereabouts\b)"
    ),
    compiled(
        rf"(?P<a>(?:大概|大约|差不多|约"
        rf"|接近)?(?:[¥$€£]\s?)?{NUMBER_ZH}){_SUFFIX_ZH}?\s*(?:左右|上下|附近)"
    ),
    compiled(rf"(?:大概|大约|差不多|约)\s*(?P<a>{_ZH}){_SUFFIX_ZH}"),
    compiled(rf"(?P<a>{_ZH})(?:多|来)?{_SUFFIX_ZH}(?!以)"),
    compiled(rf"(?P<a>{_EN_MARKED})"),
)
_MARKED = compiled(r"[$€£¥元块刀]|dollar|buck|euro|yuan|usd|eur|gbp|rmb")
_AMOUNT = compiled(rf"{NUMBER_ZH}|{NUMBER_EN}")
_CURRENCIES = (
    ("USD", compiled(r"usd|us\s?\$|dollars?|bucks|美元|美金|刀")),
    ("EUR", compiled(r"€|euros?\b|\beur\b|欧")),
    ("GBP", compiled(r"£|quid|gbp|pounds?|英镑")),
    ("CNY", compiled(r"¥|yuan|rmb|cny|人民币")),
)
# "not under 5 pounds of flour": pounds are money only where the shop's money is pounds.
_POUNDS = compiled(r"\s?pounds?\b")


def _amount(text: str) -> Decimal | None:
    match = _AMOUNT.search(text)
    value = number(match[0]) if match else None
    return value if value is not None and 0 < value < _CEILING else None


def _round(value: Decimal) -> Decimal:
    rounded = value.quantize(_CENT, ROUND_HALF_UP)
    return rounded.to_integral_value() if rounded == rounded.to_integral_value() else rounded


def _said_currency(draft: Draft, text: str) -> None:
    for code, pattern in _CURRENCIES:
        if pattern.search(text):
            draft.values.setdefault("currency", code)
            return
    if "$" in text:
        # The dollar sign is the shop's own currency where that is written with one.
        own = draft.currency if draft.currency in ("USD", "CAD", "AUD", "NZD", "SGD", "HKD") else ""
        draft.values.setdefault("currency", own or "USD")
    elif re.search(r"元|块", text):
        # People say 元 and 块 for whatever the shop's money is.
        draft.values.setdefault("currency", draft.currency)


def read_prices(draft: Draft) -> None:
    """Fill price_min, price_max and currency."""
    if not any(char.isdigit() for char in draft.text) and not re.search(
        r"[一二两三四五六七八九十百千万]|\b(?:hundred|thousand|grand|one|two|three|four|five"
        r"|six|seven"
        r"|eight|nine|ten|eleven|twelve|\w+teen|\w+ty)\b",
        draft.text,
    ):
        return
    for pattern in (*_RANGE_EN, *_RANGE_ZH):
        for match in draft.find(pattern):
            low, high = _amount(match["a"]), _amount(match["b"])
            if low is None or high is None:
                continue
            if low < 10 <= high and re.search(r"[k千万]", match["b"]):
                # "1-2k": the unit belongs to both.
                low *= high // (_amount(re.sub(r"[k千万]", "", match["b"])) or high)
            _set(draft, match, min(low, high), max(low, high))
            return
    for patterns, upper in ((_MAX, True), (_MIN, False)):
        for pattern in patterns:
            for match in draft.find(pattern):
                _read_bound(draft, match, upper=upper)
    low, high = draft.values.get("price_min"), draft.values.get("price_max")
    if low is not None and high is not None and low > high:
        draft.values["price_min"], draft.values["price_max"] = high, low
    if low is not None or high is not None:
        return
    for pattern in _ABOUT:
        for match in draft.find(pattern):
            value = _amount(match["a"])
            if value is None or _too_small(match, value) or _counts(draft, match):
                continue
            _set(draft, match, _round(value * (1 - _TOLERANCE)), _round(value * (1 + _TOLERANCE)))
            return


def _read_bound(draft: Draft, match: re.Match[str], *, upper: bool) -> None:
    """One bound of a price; "it shouldn't cost more than 100" is an upper one."""
    value = _amount(match["a"])
    if value is None or _denied(draft, match):
        return
    if not _MARKED.search(match[0]) and counts_things(draft, match.end()):
        return
    turned = denied_start(draft.text, match.start())
    upper = upper if turned is None else not upper
    if ("price_max" if upper else "price_min") in draft.values:
        return
    _set(draft, match, None if upper else value, value if upper else None)
    if turned is not None:
        draft.hide(turned, match.start())


def _denied(draft: Draft, match: re.Match[str]) -> bool:
    """ "不是五十以上": the bound is named only to be taken back."""
    return draft.text[: match.start()].rstrip().endswith(("不是", "而非"))


def _counts(draft: Draft, match: re.Match[str]) -> bool:
    """ "一块手表", "两块肥皂": 块 counts things where a noun follows a Chinese number."""
    after = draft.text[match.end() : match.end() + 2]
    return re.search(r"[一二两三四五六七八九]\s?块$", match[0]) is not None and (
        re.match(r"[一-鿿](?<![左上下以之内钱的吗呢吧多到])", after) is not None
    )


def _too_small(match: re.Match[str], value: Decimal) -> bool:
    """ "about 2" says no price unless money is named."""
    return value < 10 and not _MARKED.search(match[0])


def _set(draft: Draft, match: re.Match[str], low: Decimal | None, high: Decimal | None) -> None:
    end = match.end()
    pounds = _POUNDS.match(draft.text, end)
    if pounds and draft.currency == "GBP":
        end = pounds.end()
    elif pounds:
        return
    if low is not None:
        draft.values["price_min"] = low
    if high is not None:
        draft.values["price_max"] = high
    text = draft.text[match.start() : end]
    _said_currency(draft, text)
    slot = "price_min" if high is None else "price_max" if low is None else "price"
    draft.claim(slot, match.start(), end)


_SORTS = (
    (
        "price_asc",
        compiled(
            r"\bfrom (?:the )?cheapest to (?:the )?(?:dearest|priciest|most expensive)\b"
            r"|\b(?:the )?(?:cheapest|least expensive|lowest[- ]priced?|most affordable|lowest"
            r" price|costs? (?:the )?least|(?:sells?|goes|go) for (?:the )?least)\b"
            r"|\b(?:price )?low(?:est)? to high(?:est)?\b"
            r"|\b(?:sort|order|rank)(?:ed)?(?: them| these| it| those)? by (?:the )?price\b"
            r"(?!.*(?:desc|high(?:est)? (?:first|to)|down))|按?价格(?:来)?排(?:序|列)?"
            r"|最便宜|价格最低|最低价|从低到高|由低到高|最实惠|最划算"
        ),
    ),
    (
        "price_desc",
        compiled(
            r"\b(?:the )?(?:most expensive|priciest|dearest|highest[- ]priced?|most premium"
            r"|costs? (?:the )?most)\b"
            r"|\b(?:price )?high(?:est)? to low(?:est)?\b|最贵|价格最高|从高到低|由高到低"
        ),
    ),
    (
        "rating",
        compiled(
            r"\b(?:the )?(?:best|highest|top)[- ](?:rated|reviewed|rating)\b|\bbest reviews?\b"
            r"|\bmost highly rated\b|\brated (?:the )?(?:highest|best)\b|\bhighest ratings?\b"
            r"|\bby (?:rating|reviews?|stars)\b"
            r"|\b(?:with|has|have) (?:good|great|the best|top|decent|high) (?:reviews?|ratings?)\b"
            r"|\b(?:well|highly)[- ](?:rated|reviewed)\b"
            r"|评分最高|评价最好|口碑最好|好评最多|好评(?:的|高)|评价(?:好|高)的?|口碑好"
            r"|评分最好|按评分"
        ),
    ),
    (
        "newest",
        compiled(
            r"\b(?:the )?(?:newest|latest|most recent(?:ly released)?|new arrivals?|just in)\b"
            r"(?! order| invoice| parcel| package| delivery| purchase)"
            r"|最新(?!订单|的订单)|新品|新到|刚上架|新款"
        ),
    ),
)
_DIRECTIONS = (
    (
        "middle",
        compiled(
            r"\bmid(?:dle)?[- ]?(?:range|priced?|tier|market)\b|\bmiddle of the (?:range|road)\b"
            r"|\b(?:medium|average|moderate(?:ly)?)[- ]?(?:priced?|cost)\b"
            r"|中等价位|中档|价位适中|中端"
        ),
    ),
    (
        "cheaper",
        compiled(
            r"\bcheaper(?! than (?:about |around )?[$€£¥]?\d)(?: ones?)?\b"
            r"|\b(?:less|not so|not as) (?:expensive|pricey|costly)\b"
            r"|\blower[- ](?:priced?|cost)\b|\bmore (?:affordable|budget[- ]friendly)\b"
            r"|\btoo (?:expensive|pricey|dear|much money)\b|\bout of my (?:budget|price range)\b"
            r"|便宜一?点|便宜一?些|更便宜|便宜的|太贵|有点贵|贵了|实惠点|实惠一点|价格低一?点|低价"
        ),
    ),
    (
        "dearer",
        compiled(
            r"\b(?:more (?:expensive(?! than [$€£¥]?\d)"
            r"|upmarket|premium|high[- ]end|upscale|luxurious)"
            r"|(?:fancier|pricier|higher[- ]end|posher|dearer)|too cheap)\b"
            r"|贵一?点|贵一?些|更贵|更(?:高档|高级|上档次)|高档一?点|高级一?点|更高端|高端一?点"
            r"|更好一点"
        ),
    ),
    (
        "more",
        compiled(
            r"\b(?:show|give|see|find|load|display|got)(?: me)? (?:some |a few |any"
            r" )?more\b(?! info"
            r"| detail| about)|\b(?:more|other|further) (?:options?|results?|choices?|ones"
            r"|products)\b"
            r"|\banything else\b(?=\s*(?:\?|$|like|in this|similar))|\bwhat else\b"
            r"|(?<!it )(?<!them )(?<!that )(?<!this )(?<!one )\bany"
            r" (?:more|others?)\b|(?<!\w )\bmore of (?:these|those|the same)\b"
            r"|^\s*(?:more|next|next page|keep going|more please|others)[\s.!?]*$|\bnext page\b"
            r"|还有(?:吗|没有|别的|其他|更多)|更多|再来(?:几|一些|点)|换一批|下一页|再看看"
            r"|再给我看|别的(?:吗|款)|继续看|多看几"
        ),
    ),
)


def read_order_of_price(draft: Draft) -> None:
    """Fill sort ("the cheapest") and direction ("cheaper", "show me more")."""
    for slot, table in (("sort", _SORTS), ("direction", _DIRECTIONS)):
        for name, pattern in table:
            match = next(draft.find(pattern), None)
            if match and not _denied(draft, match):
                draft.values[slot] = name
                draft.claim(slot, *match.span())
                break
