"""What a product can or cannot do, how big it is and for whom: waterproof, 防水, size 42, 女儿."""

from __future__ import annotations

import re

from assistant.understanding.slot_base import Draft, compiled
from assistant.understanding.slot_homographs import is_a_size
from assistant.understanding.types import AttributeLimit
from knowledge.units import truth

FEATURE_FAMILIES = frozenset(
    {
        "pattern",
        "connectivity",
        "connectivity technology",
        "neckline",
        "sleeve",
        "fit",
        "switch type",
    }
)
"""Attributes whose texts are understood without naming the attribute ("striped", "wired")."""

MATERIAL_NOUNS = frozenset(
    {"paper", "glass", "rubber", "plastic", "metal", "steel", "wood", "iron", "foam", "oak", "down"}
    | {"walnut", "copper", "bamboo", "titanium", "carbon", "fur", "clear", "mesh", "knit", "marble"}
)
"""Materials that are things of their own ("photo paper"): only as a modifier do they count."""

_FEATURES = (
    ("waterproof", r"water[- ]?proof|防水"),
    (
        "wireless",
        r"wireless|cordless|(?:without|no) (?:a |any )?(?:cables?|cords?|wires?)|无线|无绳|不带线",
    ),
    ("rechargeable", r"rechargeable|可充电|充电式"),
    ("foldable", r"foldable|folding|collapsible|可折叠|折叠"),
    ("touchscreen", r"touch[- ]?screen|触摸?屏"),
    ("noise cancelling", r"noise[- ]cancell?(?:ing|ation)|anc\b|主动降噪|降噪"),
    ("organic", r"organic(?! cotton)|有机(?!棉)"),
    ("vegan", r"vegan|纯素"),
    ("recycled", r"recycled|再生|环保"),
    ("machine washable", r"machine[- ]washable|washable|可?机洗|(?:可以?|能)(?:水|拆)?洗(?!碗)"),
    ("dishwasher safe", r"dishwasher[- ]safe|可?洗碗机"),
    ("backlit", r"backlit|back-?light(?:ing)?|背光"),
    ("bluetooth", r"bluetooth|蓝牙"),
    ("hooded", r"hooded|with (?:a )?hood|带帽"),
    ("induction", r"induction(?:[- ]safe)?|电磁炉"),
    ("dimmable", r"dimmable|可?调光"),
    ("adjustable", r"adjustable|可调节?"),
)
_FEATURE_PATTERNS = tuple(
    (name, compiled(rf"\b(?:{p})\b|(?:{p})" if p.isascii() else p)) for name, p in _FEATURES
)
_ALIASES = {
    "bluetooth": ("bluetooth", "wireless"),
    "waterproof": ("waterproof", "water resistant", "water resistance"),
    "noise cancelling": ("noise cancelling", "noise cancellation", "anc"),
    "touchscreen": ("touchscreen", "touch screen"),
    "backlit": ("backlit", "backlight"),
    "machine washable": ("machine washable", "washable"),
    "induction": ("induction", "induction safe", "induction compatible"),
}
_DENIED = compiled(
    r"(?:\bnot(?: be)?(?: an?)?|\bnon|\bwithout(?: any)?|\bno|不要|不带|不需要|非)[\s-]*$"
)

_SIZE_WORDS = {
    "xxs": ("XXS",),
    "xs": ("XS", "extra small"),
    "s": ("S", "small"),
    "m": ("M", "medium"),
    "l": ("L", "large"),
    "xl": ("XL", "extra large"),
    "xxl": ("XXL", "2XL", "extra extra large"),
    "xxxl": ("XXXL", "3XL"),
}
_SAME = {
    "2xl": "xxl",
    "3xl": "xxxl",
    "small": "s",
    "medium": "m",
    "large": "l",
    "extra small": "xs",
    "extra-small": "xs",
    "x-small": "xs",
    "extra large": "xl",
    "extra-large": "xl",
    "x-large": "xl",
    "xx-large": "xxl",
    "小": "s",
    "中": "m",
    "大": "l",
    "加小": "xs",
    "加大": "xl",
    "特大": "xl",
    "加加大": "xxl",
    "超大": "xxl",
    "均": "one size",
}
_LETTERS = r"(?:xxs|xs|xxxl|xxl|xl|[2-5]xl|s|m|l)"
_NAMES = r"(?:extra[- ]small|x-small|extra[- ]large|x{1,2}-large|small|medium|large)"
_NUMBER = r"\d{1,3}(?:\.5)?(?:[ky]\b)?"
_SIZES = (
    compiled(r"(?:\bsizes?|尺码|尺寸)\s*(?:是|为|:)?\s*(?P<s>[a-z]\d{1,2})(?!\w)"),
    compiled(r"(?<!\w)(?P<s>[a-z]\d{1,2})\s?码(?!头)"),
    compiled(
        rf"\bsizes?\b\s*:?(?:\s+(?:is|of|to|a|in)\b)*\s*(?:eu|uk|us)?\s*(?P<s>{_LETTERS}|{_NAMES}"
        rf"|one size|"
        rf"\d{{2}}\s?[x/]\s?\d{{2}}|{_NUMBER})(?![\w.]\w)(?!\w)"
    ),
    compiled(rf"\b(?P<s>(?:eu|uk|us)\s?{_NUMBER})(?!\w)"),
    compiled(r"(?<![\w.])(?P<s>\d{2}\s?x\s?\d{2})(?![\w.])"),
    compiled(r"\b(?:waist|w)\s?(?P<s>\d{2})(?!\w)"),
    compiled(r"(?<![\w.$€£])(?P<s>\d{2})[- ]?(?:inch(?:es)? |\" ?|in )?waist\b"),
    compiled(r"(?<![\w'-])(?P<s>xxs|xs|xxxl|xxl|xl|[2-5]xl)(?![\w-])"),
    compiled(rf"(?<![\w.])(?P<s>{_NUMBER})\s?码"),
    compiled(rf"(?P<s>{_LETTERS}|加加大|加大|加小|特大|超大|大|中|小|均)[号码](?!店)"),
    compiled(rf"(?:尺码|码数|尺寸|号码)(?:是|为|要|:)?\s*(?P<s>{_LETTERS}(?!\w)|{_NUMBER})"),
    compiled(r"(?P<s>加大)(?!号|码)"),
    compiled(
        rf"\b(?:in|an?|the)\s+(?P<s>{_NAMES})(?=\s*(?:$|[,.?!;]|please\b|and\b|or\b|size\b"
        rf"|instead\b|if\b))"
    ),
)
_LETTER = compiled(r"(?<![\w'.&+-])(?P<s>[SML])(?![\w'&+-])")
_IN_NUMBER = compiled(
    rf"\bin (?:a |an )?(?P<s>{_NUMBER})(?=\s*(?:$|[,.?!;]|please\b|and\b|or\b))"
    r"|(?<![\d.])(?P<z>\d{2}(?:\.5)?)的(?=[吗么有呢,。?]|$)"
)
_TRAILING = compiled(r"[,，]\s*(?P<s>\d{2}(?:\.5)?)\s*(?=$|[,，.。!]\s|[。！])")
"""A bare number after a comma is a size where the shop has it: "white trainers, 43"."""
_OR_SIZE = compiled(
    rf"\s*(?:or|and|/|或者?|和)\s*(?:size\s*)?(?P<s>{_LETTERS}|{_NAMES}"
    rf"|{_NUMBER})(?!\w)(?!\s*[x.$€£%])"
)

_RELATIVES = (
    (
        "women",
        r"wife|girlfriend|mom|mum|mother|sister|grandma|grandmother|aunt|fianc[eé]e"
        r"|mother-in-law|niece",
        "老婆|妻子|太太|妈妈|母亲|女朋友|女友|姐姐|妹妹|奶奶|外婆|婆婆|丈母娘|闺蜜|媳妇",
    ),
    (
        "men",
        r"husband|boyfriend|dad|father|brother|grandpa|grandfather|uncle|fianc[eé]"
        r"|father-in-law|nephew",
        "老公|丈夫|先生|爸爸|父亲|男朋友|男友|哥哥|弟弟|爷爷|外公|岳父|老爸",
    ),
    ("girls", r"daughter|granddaughter|little girl", "女儿|闺女|孙女|小姑娘"),
    ("boys", r"son|grandson|little boy", "儿子|孙子"),
    ("kids", r"kids?|children|child|toddler|baby", "孩子|小孩|宝宝|娃"),
)
_RELATIVE_PATTERNS = tuple(
    (
        name,
        compiled(
            rf"\b(?:for|to|get|gift for)\s+(?:my|our|his|her|a|the)\s+(?:\w+[ -]){{0,2}}?(?:{en})\b"
            + (r"|\bfor her(?=\s*(?:$|[,.?!;]))" if name == "women" else "")
            + (r"|\bfor him(?=\s*(?:$|[,.?!;]))" if name == "men" else "")
            + rf"|(?:给|送|帮|为)(?:我|咱)?(?:们)?(?:的)?(?:家)?"
            rf"(?:(?:\d{{1,2}}|[一二两三四五六七八九十]{{1,3}})(?:周?岁|个月)半?(?:大)?的?)?(?:{zh})"
            rf"|(?<![一-鿿])我(?:的|家)?(?:{zh})"
            rf"(?=下|上|这|明|快|要|今年|的?生日|过生日|[,，。 ]|\d)"
        ),
    )
    for name, en, zh in _RELATIVES
)
_IN_STOCK = compiled(
    r"\b(?:in[- ]stock|available(?: now| today)?|ready to ship)\b|有现?货|现货|有库存|有没有货"
)


def names_feature(text: str) -> bool:
    """Whether a text says what a thing can do and names no thing: "wireless", 防水的."""
    bare = text.strip().rstrip("的").casefold()
    return any(pattern.fullmatch(bare) for _, pattern in _FEATURE_PATTERNS)


def feature_before(text: str, start: int, end: int) -> int:
    """Where the thing itself begins in a word of [start, end) that opens with what it can do."""
    for _, pattern in _FEATURE_PATTERNS:
        match = pattern.match(text, start, end)
        if match and match.end() < end:
            return match.end()
    return start


def read_features(draft: Draft) -> None:
    """Fill attributes from yes-or-no features, where the catalogue records them at all."""
    own = draft.vocabulary.attribute_names
    for attribute, value, denied in draft.values.pop("_values", ()):
        draft.add("attributes", AttributeLimit(attribute, "ne" if denied else "eq", value))
    for name, pattern in _FEATURE_PATTERNS:
        attribute = next((own[a] for a in _ALIASES.get(name, (name,)) if a in own), None)
        if attribute is None:
            continue
        match = next(draft.find(pattern), None)
        if match:
            values = draft.vocabulary.values.get(attribute, {})
            if values and all(truth(value) is None for value in values):
                continue
            denied = _DENIED.search(draft.text[max(0, match.start() - 12) : match.start()])
            value = next((text for text in values if text.lower() == "yes"), "yes")
            draft.add("attributes", AttributeLimit(attribute, "ne" if denied else "eq", value))
            start = match.start() - (len(denied[0]) if denied else 0)
            draft.claim("attributes", start, match.end(), keep=not denied)


_WITHOUT = compiled(r"\b(?:without|no)\s+(?:any |an? |added )?(?P<what>[a-z]{3,})\b")


def read_free_of(draft: Draft) -> None:
    """ "Without fragrance", where the shop records what is fragrance free."""
    for match in draft.find(_WITHOUT):
        name = draft.vocabulary.attribute_names.get(f"{match['what']} free")
        if name is not None:
            draft.add("attributes", AttributeLimit(name, "eq", "yes"))
            draft.claim("attributes", *match.span())


_ABOUT_ONE = ("check_availability", "add_to_cart")
"""Intents that are about one product, of which a bare number can only be the size."""


def read_sizes(draft: Draft) -> None:
    """Fill sizes, spelt as the shop spells them where it has such a size."""
    own = {size.lower().replace(" ", ""): size for size in draft.vocabulary.sizes}
    for pattern in _SIZES:
        for match in draft.find(pattern):
            _take_size(draft, own, match)
    for match in draft.find(_IN_NUMBER):
        said = match["s"] or match["z"]
        # "In 42?" asks for a size even where this shop has none of that number.
        asked = draft.intent in _ABOUT_ONE and 20 <= float(said.rstrip("ky")) <= 60
        if said in own or (asked and any(size[0].isdigit() for size in own)):
            draft.add("sizes", own.get(said, said))
            draft.claim("sizes", *match.span())
    for match in draft.find(_TRAILING):
        whole = match["s"].removesuffix(".5")
        if match["s"] in own or (match["s"].endswith(".5") and whole in own):
            draft.add("sizes", own.get(match["s"], match["s"]))
            draft.claim("sizes", *match.span("s"))
    shouting = draft.raw.isupper() and len(draft.raw) > 6
    if not shouting:
        for match in _LETTER.finditer(draft.raw):
            if draft.free(*match.span()) and match.start() < len(draft.text):
                _take_size(draft, own, match)


def _take_size(draft: Draft, own: dict[str, str], match: re.Match[str]) -> None:
    if draft.text[: match.start()].rstrip().endswith(("不是", "不要", " not", "instead of")):
        draft.hide(*match.span())
        return
    if not is_a_size(draft.text, *match.span()):
        return
    draft.add("sizes", _size(own, match["s"]))
    draft.claim("sizes", *match.span())
    more = _OR_SIZE.match(draft.text, match.end())
    if more and draft.free(*more.span()) and draft.text[match.end() : more.end()].strip():
        draft.add("sizes", _size(own, more["s"]))
        draft.claim("sizes", *more.span())


def _size(own: dict[str, str], said: str) -> str:
    said = re.sub(r"\s*/\s*", "x", said.lower().strip())
    letter = _SAME.get(said, said)
    for name in _SIZE_WORDS.get(letter, (letter,)):
        if name.lower().replace(" ", "") in own:
            return own[name.lower().replace(" ", "")]
    if letter in _SIZE_WORDS:
        return _SIZE_WORDS[letter][0]
    compact = said.replace(" ", "")
    if compact in own:
        return own[compact]
    return re.sub(r"^(?:eu|uk|us)\s?", "", compact)


def read_relatives(draft: Draft) -> None:
    """Fill audiences from whom it is for: "for my wife", 给女儿."""
    own = {name.lower(): name for name in draft.vocabulary.audiences}
    for name, pattern in _RELATIVE_PATTERNS:
        for match in draft.find(pattern):
            canonical = own.get(name) or (own.get("kids") if name in ("girls", "boys") else None)
            draft.hide(*match.span())
            if canonical:
                draft.add("audiences", canonical)
                draft.claim("audiences", *match.span(), keep=False)


def read_stock(draft: Draft) -> None:
    """Fill in_stock."""
    match = next(draft.find(_IN_STOCK), None)
    if match:
        draft.values["in_stock"] = True
        draft.claim("in_stock", *match.span())
