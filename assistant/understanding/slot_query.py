"""The words that say what is sought, and what a question is about."""

from __future__ import annotations

from assistant.understanding.intents import CONVERSATION, ORDERS, POLICY
from assistant.understanding.slot_base import Draft, compiled

_COMMANDS_EN = compiled(
    r"\b(?:i(?:'m| am)?(?: just| also| actually| really)? (?:looking|searching|shopping"
    r"|hunting|browsing)(?: for)?"
    r"|i(?:'d| would)? (?:really )?(?:like|love|want|need|prefer|wanna|am after)(?: to (?:buy"
    r"|get|see|find|order|purchase|have))?"
    r"|i'?m after|(?:can|could|would|will) you(?: please)?|(?:show|find|get|give|bring|send"
    r"|suggest|recommend|tell) me"
    r"|do you (?:have|sell|stock|carry|know|offer)|have you got|got any|is there|are there"
    r"|what about|how about|let me see|how many|how much (?:is|are|does|do)"
    r"|(?:please|pls|plz|thanks|thank you|hello|hi|hey|ok|okay|actually|well|sorry|hmm|just"
    r"|maybe|perhaps|kindly|yes|yeah)"
    r"|(?:show|find|search(?: for)?|looking for|look for|shopping for|buy|get|want|need"
    r"|recommend|suggest|add|put|remove|delete"
    r"|compare|filter|limit|see|check|order|purchase)"
    r"|(?:to|into|in|from) (?:my|the) (?:shopping )?(?:cart|basket|bag)|which (?:of|one)"
    r"|(?:to |that |which )?(?:go(?:es)?|match(?:es)?|fits?) (?:well )?(?:with )?"
    r"(?:it|them|that|those|this|these)"
    r"|do u have|(?:come|comes|available) in(?: (?:a|an))?"
    r"|what(?:'s| is| are)?|which|who|whose"
    r"|(?:stuff|things?|something|anything|some|any|ones?|other|another|a few|a couple of"
    r"|a lot of|kinds? of|sorts? of)"
    r"|(?:price|priced|prices?|cost|costs|costing|budget|range)(?: of| range)?|sizes?"
    r"|colou?rs?|brands?)\b"
)
_COMMANDS_ZH = compiled(
    r"(?:你们(?:家|这|那)?店?里?(?:的|卖的?)?(?!有|没)|(?:咱|您们?)?(?:家|店)里的?|请问|请|麻烦|你好|您好|谢谢|帮我|给我|替我|我想要?|我要|我需要|想要|(?:想|要)买[个件双条款台部只张支顶副把辆点]?|想看|想找"
    r"|需要|来[个件双条款台部只张支顶副把辆点]?|找(?:一下|找|[个件双条款台部只张支顶副把辆点])?|看(?:看|一下)|买[个件双条款台部只张支顶副把辆点]?"
    r"|换成|改成|推荐(?:一下|几[个件双条款台部只本套]?|个|点)?|搜索?(?:一下)?|查(?:一下|查)?|你们(?:这|那|家|店)?有没有|有没有|你们有|有什么|有哪些|有吗"
    r"|哪些|什么样的|什么|(?:有|要)?啥(?!时|事)|有(?=[\u4e00-\u9fff])|介绍|展示"
    r"|(?:今年)?\d{1,2}\s?(?:周?岁|个月)(?:半|大)?[的了]?"
    r"|对比(?:一下)?|比较(?:一下)?|加入?(?:到)?购物车|放(?:进|到)购物车|购物车|加到|放到|一下"
    r"|搭配的|多少钱|几块钱|怎么卖|一起加购|加购|一些|一[个件双条款台部只本套种点把张支瓶顶副枚盏辆份盒包根]|一块(?!钱)|几[个件双条款台部只本套]"
    r"|适合|可以吗|行吗|好吗|价格|价位|预算|尺码|颜色的?|品牌|牌子|吗|呢|吧|啊|呀|哦|那么"
    r"|那(?=[\u4e00-\u9fff])|还是|但是?|不过|而且|只|就|都|也行|也可以|也能接受|都行|都可以|要|把|再)"
)
_STOP = frozenset(
    [
        "a",
        "an",
        "the",
        "i",
        "i'm",
        "im",
        "i'd",
        "me",
        "my",
        "we",
        "us",
        "our",
        "you",
        "your",
        "he",
        "she",
        "his",
        "her",
        "they",
        "their",
        "it",
        "its",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "am",
        "do",
        "does",
        "did",
        "have",
        "has",
        "had",
        "will",
        "would",
        "can",
        "could",
        "should",
        "shall",
        "may",
        "might",
        "must",
        "of",
        "to",
        "in",
        "on",
        "at",
        "by",
        "as",
        "and",
        "or",
        "but",
        "so",
        "if",
        "then",
        "than",
        "that",
        "this",
        "these",
        "those",
        "there",
        "here",
        "with",
        "for",
        "from",
        "about",
        "into",
        "up",
        "out",
        "not",
        "no",
        "nor",
        "too",
        "very",
        "really",
        "also",
        "only",
        "per",
        "one",
        "ones",
        "them",
        "like",
        "please",
        "more",
        "less",
        "most",
        "least",
        "under",
        "over",
        "below",
        "above",
        "between",
        "around",
        "within",
        "max",
        "min",
        "without",
        "except",
        "but",
        "anything",
        "something",
        "how",
        "when",
        "where",
        "why",
        "s",
        "t",
        "d",
        "ll",
        "re",
        "ve",
        "m",
        "u",
        "ur",
        "else",
        "much",
        "sell",
        "sold",
        "many",
    ]
)
_NEGATED = compiled(r"(?:do|does|did|is|are|was|were|wo|ca|could|should|would|has|have)n'?t")
_EDGE = frozenset({"of", "to", "in", "on", "at", "by", "and", "or", "for", "with", "from", "about"})
_KEPT_INSIDE = frozenset({"of", "in", "and", "or", "for", "with", "to", "on"})
_PIECE = compiled(r"[a-z0-9]+(?:['.\-/+][a-z0-9]+)*\+?|[\u3400-\u9fff]+|[^\s]")
_ABOUT = compiled(
    r"\b(?:about|regarding|concerning) (?:the |your |my"
    r" )?(?P<t>[a-z][\w' -]{1,60}?)(?=\s*(?:[,.?!;]|$|\band\b))"
    r"|\b(?:what(?:'s| is| are)|how(?:'s| is)|explain|describe|tell me) (?:the |your"
    r" )(?P<t2>[a-z][\w' -]{1,40}?"
    r"(?:policy|policies|options|methods|fees?|times?|hours|guarantee|warranty|conditions))\b"
    r"|\b(?:does|do|is|are|has|have|can|will) (?:it|they|this|that|these|those|this one|that"
    r" one|the \w+ one)(?: one)?"
    r" (?:have|has|come with|include|support|fit|work with|take|need|got|be|suitable for"
    r"|compatible with|made of|for)?\s*"
    r"(?:an? |the |any )?(?P<t3>[a-z0-9][\w' -]{1,40}?)(?=\s*(?:[?.!,]|$))"
)
_ABOUT_ZH = compiled(
    r"关于(?P<t>[\u4e00-\u9fff]{2,12}?)(?:的|$|[,，。?？])"
    r"|(?P<t2>退货|退款|换货|退换货|保修|质保|配送|送货|发货|运费|付款|支付|取消|快递|发票"
    r"|隐私|会员)(?:政策|规定|方式|流程|时间|费用|条件|怎么|要|多|期|是|可以|能|吗)"
    r"|(?:它|这个|这款|这双|这件|那个|那款)(?:是|有|能|可以|会|支持|带)(?:没有|不是"
    r"|不能)?(?P<t3>[\u4e00-\u9fffa-z0-9]{1,12}?)(?:的)?(?:吗|么|呢|[?？])"
)
_TOPICAL = frozenset(
    {
        *POLICY,
        "ask_product",
        "check_availability",
        "ask_promotions",
        "ask_capabilities",
        "out_of_scope",
    }
)
_WITHOUT_QUERY = frozenset(
    {*ORDERS, *CONVERSATION, "view_cart", "place_order", "forget_me", "export_my_data"}
)
_LONE_ZH = frozenset("想要能可会给找买看啥送个件双条款台部只本套张支顶副块")
"""A verb that is left by itself says nothing of what is sought."""
_LONGEST = 300
_WITHOUT_ZH = compiled(
    r"(?:不要|不想要|别要|不带)(?!太|超|这|那|别|了|再|其他|任何|贵|便宜|给|推荐|钱|和|跟|有)"
    r"(?P<x>[\u4e00-\u9fff]{2,4}?)(?:的(?:款|那种)?(?=$|[\s,，。!！吧呢])|(?=$|[\s,，。!！吧]))"
)
_SEARCHING = frozenset(
    {None, "search_products", "refine_search", "recommend_products", "find_similar", "correct"}
    | {"deny", "ask_product", "check_availability"}
)
"""Intents, or none known, that may say what something is to be like."""


def read_query(draft: Draft) -> None:
    """Fill query, in the language it was said in, and topic."""
    if draft.language == "zh" and draft.intent in _SEARCHING:
        _read_without(draft)
    words = "" if draft.intent in _WITHOUT_QUERY else _residue(draft)
    draft.values["query"] = words
    match = (_ABOUT_ZH if draft.language == "zh" else _ABOUT).search(draft.text)
    if draft.intent is not None and draft.intent not in _TOPICAL:
        return
    if match:
        group = next(name for name in ("t", "t2", "t3") if match[name])
        said = match[group].strip()
        if said and not (
            draft.intent is None and group == "t" and draft.silent[match.start(group)]
        ):
            draft.values["topic"] = said
            return
    if draft.intent in _TOPICAL and words:
        draft.values["topic"] = words


def _read_without(draft: Draft) -> None:
    """Fill not_words: what it is to be without, where that is no value of the catalogue."""
    for match in draft.find(_WITHOUT_ZH):
        said = match["x"]
        if said and not any(draft.silent[match.start("x") : match.end("x")]):
            draft.add("not_words", said)
            draft.hide(*match.span())


def _residue(draft: Draft) -> str:
    """What is left when limits, references, commands and politeness are taken away."""
    silent = bytearray(draft.silent)
    commands = _COMMANDS_ZH if draft.language == "zh" else _COMMANDS_EN
    for match in commands.finditer(draft.text):
        # A command word inside a product's name ("hair dryer set") belongs to the name.
        if not any(draft.claimed[match.start() : match.end()]):
            silent[match.start() : match.end()] = b"\x01" * (match.end() - match.start())
    kept: list[tuple[str, int]] = []
    for match in _PIECE.finditer(draft.text):
        start, end = match.span()
        word = match[0]
        if "\u3400" <= word[0] <= "\u9fff":
            run = "".join(draft.raw[i] if not silent[i] else " " for i in range(start, end))
            for part in run.split():
                part = part.strip("的了和或与跟在是")
                if part and part not in _LONE_ZH:
                    kept.append((part, 2))
            continue
        if 2 * sum(silent[start:end]) > end - start or not word[0].isalnum():
            continue
        of_han = len(word) == 1 and "\u3400" <= draft.text[end : end + 1] <= "\u9fff"
        if (
            word in _STOP or _NEGATED.fullmatch(word)
        ) and not of_han:  # the T of T恤 is no stop word
            if word in _KEPT_INSIDE:
                kept.append((word, 0))
            continue
        kept.append((draft.text[start:end], 1))
    # Small words stay only between two words that stay.
    while kept and kept[0][1] == 0:
        kept.pop(0)
    while kept and kept[-1][1] == 0:
        kept.pop()
    words = [
        word
        for i, (word, weight) in enumerate(kept)
        if weight or (kept[i - 1][1] and kept[i + 1][1])
    ]
    return _join(words)[:_LONGEST]


def _join(words: list[str]) -> str:
    out = ""
    for word in words:
        han = "\u3400" <= word[0] <= "\u9fff"
        out += word if not out or (han and "\u3400" <= out[-1] <= "\u9fff") else f" {word}"
    return out
