"""Words of the shop's own catalogue in an utterance: categories, brands, colours and the like."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from assistant.understanding.slot_base import Draft, compiled
from assistant.understanding.slot_features import (
    FEATURE_FAMILIES,
    MATERIAL_NOUNS,
    feature_before,
)
from assistant.understanding.slot_homographs import stands_for_goods
from knowledge.english import everyday_words
from knowledge.translating import things_named
from knowledge.vocabulary import MAX_PHRASE_TOKENS, Kind, Surface, stem, words

_WORD = compiled(r"[a-z0-9]+(?:'s\b)?")
_GAP = compiled(r"[\s\-'&./+]{0,3}")
_ORDER: tuple[Kind, ...] = ("size", "audience", "category", "color", "material", "brand", "value")
_SLOTS: dict[Kind, str] = {
    "brand": "brands",
    "color": "colors",
    "category": "categories",
    "material": "materials",
    "audience": "audiences",
    "size": "sizes",
}
_DENIABLE = frozenset({"brands", "colors", "categories", "materials"})

_ACCESSORY = frozenset(
    {"bag", "case", "cover", "sleeve", "stand", "charger", "cable", "adapter", "battery", "strap"}
    | {"mount", "holder", "rack", "cartridge", "ink", "toner", "lock", "band", "dock", "cleaner"}
    | {"kit", "accessory", "accessori", "protector", "sticker", "skin", "pouch", "lace", "insole"}
    | {"hanger", "polish", "part", "repair", "memory", "ram", "arm", "shade", "filter", "brush"}
    | {"hook", "tray", "cabl", "batteri", "cas", "sleev", "charg", "tabl", "backpack", "cord"}
    | {"storage", "organizer", "drawer", "wipe", "spray", "cushion", "chair", "desk"}
)
_ACCESSORY_ZH = compiled(
    r"包(?!邮|装|裹)|壳|套(?!装)|膜|支架|充电器|贴|配件|架|数据线|电池|电源|桌|椅|孔|号|码"
)
_RULED_OUT_ZH = compiled(r"(?:不含|不要|不带|除了|不是)有?$")
_SKIN_ZH = compiled(r"(?:油|干|混合?|敏感?|中性|面|脸)皮$")
"""Of a face, and not of a hide: 油皮 is oily skin."""
_HAN_NEXT = compiled(r"[\u3400-\u9fff]")
_A_BAG = compiled(r"[^\d一二三四五两几面打承礼荷红沙不没还书钱]?包[的,。?!吗呢有]?")
"""The character for bag also packs, includes and counts: a bag stands at the end of its phrase."""
_FOR = compiled(
    r"\b(?:for|fits?|to fit|compatible with)\s+(?:(?:my|a|an|the|our|his|her|this)\s+)?$"
)
_HAS = compiled(
    r"\b(?:with|has|have|having|without|needs?|includ(?:es|ing)|uses?|using)"
    r" +(?:(?!(?:and|or|a pair|pairs)\b)[a-z'-]+ +){0,3}$"
)
_MADE_OF = compiled(r"\bmade (?:of|from|in|with)\s+$")
_NOT_EN = compiled(
    r"\b(?:any(?:thing|one|where)?(?: \w+)? but|everything but|all but|skip|ditch|leave out|hide"
    r"|filter out|(?:do not|don'?t|does not|doesn'?t|didn'?t)"
    r" (?:really )?"
    r"(?:want|like|need|care for|buy|wear|show(?: me)?|give me|include)(?: any(?:thing)?)?|not"
    r"|non|except(?: for)?|excluding|exclude"
    r"|neither|(?:that|which|they) (?:aren'?t|isn'?t)|other than|apart from|without|avoid|hate"
    r"|dislike|can'?t stand|instead of|rather than"
    r"|(?<!has )(?<!have )(?<!got )no|never|allergic to|sick of|nothing)"
    r"(?=[\s-])(?! longer| only| sure| problem| idea| more| less| under| over| too| matter|"
    r" worries)"
)
_LINK_EN = compiled(
    r"[\s-]*(?:(?:an?|any|the|in|from|by|of|made|brand|branded|colou?red?|colou?r|want|things?"
    r"|ones?|made from|buy|wear|wearing|use|using"
    r"|anything|with|that|is|are|be|it|to|for|really|please|something|products?|my)[\s-]+)*"
)
_AND_EN = compiled(r"(?:'s|s)?\s*(?:,\s*)?(?:or|and|nor|&|/)\s+(?:(?:an?|any|the|in|from|by)\s+)?")
_HAS_ZH = compiled(r"(?:带|有|配|含|自带|附带)[\u4e00-\u9fff]{0,3}$")
_FREE_EN = compiled(r"[\s-]free\b")
_NOT_ZH = compiled(
    r"(?<!要)不要|不想要?|别要|不喜欢|除了|除开|除去|排除|(?<!是)不是|不含|不带|不买|不用|不看"
    r"|不考虑|讨厌|别给我看?|不太喜欢|从来?不(?:再)?(?:穿|用|买|戴|吃|要)?|不穿|不戴|不吃"
    r"|(?<![除平常])非(?!常|得)|避开|别推荐|不爱"
)
_LINK_ZH = compiled(
    r"(?:的|是|有|任何|那种|这种|带|用|牌子?|品牌|含|穿|买|要|什么|那些|这些|我|看|\s)*"
)
_AND_ZH = compiled(r"(?:色|的|牌)*\s*(?:和|或者?|跟|与|、|以及|还有|,)\s*")
_INSTEAD_ZH = compiled(r"色?的\s*,\s*")
_NAMED_ZH = compiled(r"色?的(?!(?:也|都|就)?(?:不|算了|免了))")
"""After a comma, "不要黑的,白的" names what is wanted; "不要黑色、白色的" rules out both."""
_AFTER_ZH = compiled(
    r"(?:的|色)*(?:就|都|也|我)?(?:算了|免了|pass|(?:不要|不行|不喜欢|不考虑)(?=了|吧|$|[\s,.;!?、])"
    r"|除外|以外|之外|过敏)"
)
"""What stands before is denied; in "双肩包不要皮的" the denial goes on to what follows."""
_NEVER = compiled(
    r"(?:的|色)*(?:东西|衣服|料子)?\s*(?:我|咱|我们|本人)?(?:"
    r"(?:从来?都?|向来|一向|一律|坚决|绝对|打死[也都]?)不(?:再)?(?:穿|用|买|戴|吃|要|碰|看|考虑|喜欢)"
    r"|一?[穿戴用碰](?:了|着|上)?(?:就|会|都)?(?:身上)?很?(?:痒|过敏|扎|起疹))"
    r"|\s*(?:[,?:-]\s*)?(?:(?:is|are)(?: just)? (?:a (?:definite |hard |big )?no(?:[ -]?go)?\b"
    r"|not for me\b|out of the question)"
    r"|i (?:never|will never|won'?t|can'?t|don'?t|refuse to) (?:ever |really )?(?:wear|buy|use|eat"
    r"|stand|touch|like|do)\b|never\b(?! mind)|makes me itch|gives me (?:a rash|hives))"
)
"""What is never taken: 皮的我从来不买, "leather I never buy"."""
_ANY_MORE = compiled(r"[^,.;!?]{0,16}\b(?:any ?more|any longer)\b")


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    word: str
    key: str


@dataclass(slots=True)
class _Hit:
    start: int
    end: int
    surfaces: tuple[Surface, ...]
    denied: bool = False

    @property
    def kind(self) -> Kind:
        return self.surfaces[0].kind


def tokens_of(draft: Draft) -> list[_Token]:
    """Latin words of the utterance with their stem, slips of the shop's words mended."""
    tokens = []
    for match in _WORD.finditer(draft.text):
        word = match[0].removesuffix("'s")
        if len(word) > 40:
            continue
        tokens.append(_Token(match.start(), match.start() + len(word), word, _mended(draft, word)))
    return tokens


def _mended(draft: Draft, word: str) -> str:
    key = stem(word)
    vocabulary = draft.vocabulary
    if len(word) < 5 or not word.isalpha() or len(word) > 20:
        return key
    common = words()["common_words"]
    if word in everyday_words() or key in everyday_words():
        return key
    if key in vocabulary.words or word in common or key in common or key in vocabulary.english:
        return key
    best, distance, tie = key, 3, False
    for candidate in vocabulary.tokens.get(word[0], ()):
        if abs(len(candidate) - len(key)) > 2:
            continue
        found = OSA.distance(key, candidate, score_cutoff=2)
        if found < distance:
            best, distance, tie = candidate, found, False
        elif found == distance:
            tie = True
    if distance > (1 if len(word) < 8 else 2) or tie:
        return key
    kinds = {surface.kind for surface in vocabulary.english.get(best, ())}
    if (
        kinds
        and kinds <= {"brand", "value", "size"}
        and (max(len(word), len(best)) < 6 or distance > 1)
    ):
        return key
    if kinds <= {"color", "material"} and max(len(key), len(best)) < 6:
        return key
    return best


def read_catalogue(draft: Draft) -> None:
    """Fill categories, brands, colors, materials, audiences, sizes, their `not_` twins, and
    attributes said by a text of the catalogue."""
    hits = sorted([*_english(draft), *_chinese(draft)], key=lambda hit: hit.start)
    hits = [hit for hit in hits if not _belongs_to_another(draft, hit, hits)]
    _deny(draft, hits)
    for hit in hits:
        if hit.kind == "value":
            from_value = hit.surfaces[0]
            draft.add("_values", (from_value.attribute, from_value.name, hit.denied))
            draft.claim("attributes", hit.start, hit.end, keep=not hit.denied)
            continue
        slot = _SLOTS[hit.kind]
        if hit.denied and slot in _DENIABLE:
            slot = f"not_{slot}"
        for surface in hit.surfaces:
            draft.add(slot, surface.name)
        draft.claim(slot, hit.start, hit.end, keep=not hit.denied and hit.kind != "size")


_PART_OF = compiled(
    r"[\s-]+(?:pegs?|cases?|straps?|stands?|covers?|chargers?|cables?|holders?|mounts?|polish|laces"
    r"|insoles?|protectors?|adapters?|docks?|racks?|hangers?|cleaners?|skins?|sleeves?|parts?"
    r"|accessor(?:y|ies)|pads?|mats?|papers?|toners?|inks?|ribbons?|drums?|refills?|filters?|cartridges?|batter(?:y|ies))\b"
    r"|(?:壳|套(?!装)|膜|贴膜|带(?![着了有])|表带|支?架|底?座|绳|地钉|配件|充电器|充电线|数据线|垫|罩|袋|贴纸|盖|保护|清洁|电池|滤芯|滤网|墨盒|鞋垫|鞋带)"
)
"""What belongs to a thing and is sold apart: "tent pegs" are no tents."""


def _belongs_to_another(draft: Draft, hit: _Hit, hits: list[_Hit]) -> bool:
    """Whether a kind of thing only says what another is for: "tent pegs", 笔记本电脑包."""
    if hit.kind != "category":
        return False
    # The thing comes last in both languages: "printer paper", 笔记本电脑包.
    has = _HAS_ZH.search(draft.text[max(0, hit.start - 6) : hit.start]) is not None
    between = ("", " ", "-", "的") if has else ("", " ", "-")
    if any(
        other.kind == "category" and draft.text[hit.end : other.start] in between
        for other in hits
        if other.start >= hit.end
    ):
        return True
    part = _PART_OF.match(draft.text, hit.end)
    return part is not None and not any(
        other.start < part.end() and hit.end < other.end and other.kind == "category"
        for other in hits
    )


def _english(draft: Draft) -> list[_Hit]:
    tokens = tokens_of(draft)
    english = draft.vocabulary.english
    hits: list[_Hit] = []
    i = 0
    while i < len(tokens):
        length = 1
        while (
            length < MAX_PHRASE_TOKENS
            and i + length < len(tokens)
            and _GAP.fullmatch(
                draft.text[tokens[i + length - 1].end : tokens[i + length].start].removeprefix("'s")
            )
        ):
            length += 1
        for n in range(length, 0, -1):
            last = tokens[i + n - 1]
            surfaces = english.get(" ".join(token.key for token in tokens[i : i + n]))
            if not surfaces or not draft.free(tokens[i].start, last.end):
                continue
            chosen = _choose(draft, surfaces, tokens, i, n)
            if chosen and chosen[0].kind == "category" and any(h.kind == "category" for h in hits):
                # "Paper for my printer" asks for paper, "a laptop with a battery" for a laptop.
                before = draft.text[: tokens[i].start]
                chosen = () if _FOR.search(before[-16:]) or _HAS.search(before[-48:]) else chosen
            if chosen:
                hits.append(_Hit(tokens[i].start, last.end, chosen))
                i += n - 1
                break
        i += 1
    return hits


def _choose(
    draft: Draft, surfaces: tuple[Surface, ...], tokens: list[_Token], i: int, n: int
) -> tuple[Surface, ...]:
    """The reading of a phrase that its neighbours allow; all categories of one phrase count."""
    order = _ORDER
    if _MADE_OF.search(draft.text[: tokens[i].start][-12:]):
        order = ("material", *_ORDER)  # what is made of paper is not filed under it
    for kind in order:
        found = tuple(surface for surface in surfaces if surface.kind == kind)
        if found and not stands_for_goods(kind, draft.text, tokens[i].start, tokens[i + n - 1].end):
            continue
        if found and _allowed(draft, found, tokens, i, n):
            return found if kind in ("category", "brand") else found[:1]
    return ()


def _allowed(
    draft: Draft, found: tuple[Surface, ...], tokens: list[_Token], i: int, n: int
) -> bool:
    kind = found[0].kind
    after = tokens[i + n] if i + n < len(tokens) else None
    before = tokens[i - 1] if i else None
    if after and draft.text[tokens[i + n - 1].end : after.start].strip(" -'s"):
        after = None
    if before and draft.text[before.end : tokens[i].start].strip(" -'s"):
        before = None
    word = tokens[i].word
    if kind == "category":
        if n == 1 and before is not None and _another_thing(draft, before, tokens[i]):
            return False
        singular = tokens[i + n - 1].word == tokens[i + n - 1].key or n == 1
        return not (after and after.key in _ACCESSORY and singular)
    if kind == "brand":
        return _is_brand(draft, tokens, i, n, before, after)
    if kind == "material":
        name = tokens[i + n - 1].word
        if name not in MATERIAL_NOUNS or before is None:
            return True
        return before.word in _MADE or bool(after and after.word not in _HALTS)
    if kind == "value":
        attribute = found[0].attribute.replace("_", " ").lower()
        return len(found) == 1 and (attribute in FEATURE_FAMILIES or _lists_features(attribute))
    if kind == "audience" and word in ("baby", "child", "man", "woman", "lady") and before:
        return before.word not in ("my", "oh", "hey")
    return True


def _lists_features(attribute: str) -> bool:
    """Whether a shop lists under an attribute what a thing has: each value is a wish."""
    return re.match(r"(?:special |key |product |other )?features?\b", attribute) is not None


_BROAD_HEADS = frozenset({"bag", "board", "stick", "box", "ball", "paper", "book", "mat"})
"""Words that name quite different things with a word before them: a sleeping bag is no bag."""


def _another_thing(draft: Draft, before: _Token, head: _Token) -> bool:
    """Whether two words together name a thing of its own that this shop has no kind for."""
    if head.key not in _BROAD_HEADS:
        return False
    both = f"{before.key} {head.key}"
    return both not in draft.vocabulary.english and both in things_named()


_MADE = frozenset(
    {"in", "of", "from", "with", "not", "no", "without", "non", "or", "and", "but", "a"}
)
_HALTS = frozenset(
    {"under", "for", "please", "with", "and", "or", "in", "below", "that", "to", "is"}
)
_OWNERS = frozenset({"my", "his", "her", "our", "your", "their", "the", "a", "an", "to"})


def _is_brand(
    draft: Draft, tokens: list[_Token], i: int, n: int, before: _Token | None, after: _Token | None
) -> bool:
    """ "Brother printer" is a maker, "my brother" is not."""
    said = [token.word for token in tokens[i : i + n]]
    common = words()["common_words"]
    if not all(word in common or len(word) == 1 or word.isdigit() for word in said):
        return True
    if before and before.word in ("by", "from", "brand", "for"):
        return True
    if draft.language == "zh" and draft.raw[tokens[i].start].isupper():
        return True
    if before and before.word in _OWNERS - {"the", "a", "an"}:
        return False
    raw = draft.raw[tokens[i].start]
    if raw.isupper() and tokens[i].start > 0 and not draft.raw.isupper():
        return True
    if n > 1 and after is None and before is None:
        return True
    surfaces = draft.vocabulary.english.get(after.key, ()) if after else ()
    return any(surface.kind == "category" for surface in surfaces)


def _chinese(draft: Draft) -> list[_Hit]:
    text, chinese = draft.text, draft.vocabulary.chinese
    table = words()["categories_zh"]
    hits: list[_Hit] = []
    longest = min(draft.vocabulary.longest_chinese, 12)
    i = 0
    while i < len(text):
        if not (
            "\u3400" <= text[i] <= "\u9fff" or (text[i] == "t" and text[i + 1 : i + 2] == "恤")
        ):
            i += 1
            continue
        step = 1
        for n in range(min(max(longest, 5), len(text) - i), 0, -1):
            word = text[i : i + n]
            # A shop may write its own categories in traditional characters.
            surfaces = chinese.get(word) or chinese.get(draft.raw[i : i + n])
            if surfaces is None:
                if n > 1 and word in table and not any(c.isspace() for c in word):
                    # A product word of something this shop lacks: its parts mean nothing.
                    step = n
                    break
                continue
            if draft.free(i, i + n):
                kinds = {surface.kind for surface in surfaces}
                kind = next(kind for kind in _ORDER if kind in kinds)
                found = tuple(surface for surface in surfaces if surface.kind == kind)
                if kind == "value" and not _tells_itself(found):
                    continue
                if _allowed_zh(draft, kind, i, n):
                    # 无线耳机 says what the headphones do as well.
                    start = feature_before(text, i, i + n) if kind == "category" else i
                    said_alone = chinese.get(text[start : i + n], ())
                    if not any(surface.kind == "category" for surface in said_alone):
                        start = i
                    hits.append(_Hit(start, i + n, found))
                    step = n
                    break
        i += step
    return hits


def _tells_itself(found: tuple[Surface, ...]) -> bool:
    """Whether a value says its attribute: the record's own word, or one like "striped"."""
    attribute = found[0].attribute.replace("_", " ").lower()
    own = any("\u3400" <= char <= "\u9fff" for char in found[0].name)
    return own or (len(found) == 1 and attribute in FEATURE_FAMILIES)


def _allowed_zh(draft: Draft, kind: Kind, i: int, n: int) -> bool:
    text = draft.text
    rest = text[i + n : i + n + 8]
    if not stands_for_goods(kind, text, i, i + n):
        return False
    if kind == "category":
        if text[i : i + n] == "包" and not _A_BAG.fullmatch(text, max(0, i - 1), i + 2):
            return False
        return not (_ACCESSORY_ZH.match(rest) and not _category_at(draft, i + n, 2))
    if kind == "material" and _SKIN_ZH.search(text[max(0, i - 2) : i + n]):
        return False
    if n > 1 or kind not in ("color", "material"):
        return True
    if rest.startswith(("的", "色", "质", "制")) and not rest.startswith("的话"):
        return True
    if _RULED_OUT_ZH.search(text[max(0, i - 3) : i]) and not _HAN_NEXT.match(rest):
        return True
    return _category_at(draft, i + n, 1)


def _category_at(draft: Draft, start: int, least: int) -> bool:
    for n in range(6, least - 1, -1):
        surfaces = draft.vocabulary.chinese.get(draft.text[start : start + n], ())
        if any(surface.kind == "category" for surface in surfaces):
            return True
    return False


def _wanted(draft: Draft, gap: str, hit: _Hit) -> bool:
    """Whether a value after a comma is what the shopper would rather have."""
    return bool(_INSTEAD_ZH.fullmatch(gap) and _NAMED_ZH.match(draft.text, hit.end))


def _deny(draft: Draft, hits: list[_Hit]) -> None:
    """Mark what the shopper rules out: the values right after "not", "except", 不要, 除了."""
    for cues, link, joint in ((_NOT_EN, _LINK_EN, _AND_EN), (_NOT_ZH, _LINK_ZH, _AND_ZH)):
        for cue in cues.finditer(draft.text):
            position, first = cue.end(), True
            kind: Kind | None = None
            for hit in hits:
                if hit.start < position:
                    continue
                gap = draft.text[position : hit.start]
                if first:
                    if not link.fullmatch(gap):
                        break
                elif gap.strip(" 的") == "" and hit.kind != "category":
                    pass
                elif not joint.fullmatch(gap) or hit.kind != kind or _wanted(draft, gap, hit):
                    break
                if hit.kind == "category" and _ANY_MORE.match(draft.text, hit.end):
                    break  # "I don't need the lamp any more" is a reason, not a limit
                hit.denied = True
                kind = hit.kind
                position, first = hit.end, False
            if not first:
                draft.hide(cue.start(), position)
    for hit in hits:
        if _FREE_EN.match(draft.text, hit.end) or _AFTER_ZH.match(draft.text, hit.end):
            hit.denied = True
        hit.denied |= hit.kind != "category" and bool(_NEVER.match(draft.text, hit.end))
