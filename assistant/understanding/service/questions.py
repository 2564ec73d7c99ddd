"""Questions about a shopper's own orders and money, and about the versions a product comes in."""

from __future__ import annotations

import re
from typing import Final, Literal

About = Literal[
    "how_many_versions",
    "versions",
    "balance",
    "money_back",
    "money_due",
    "spent",
    "rest",
    "orders",
    "under_way",
]

_ASKING = (
    r"(?:what|which|how|when|where|is|are|was|were|do|does|did|can|could|will|would"
    r"|tell|check|confirm"
    r"|know|see|give|show|find out|list)"
)
_PATTERNS: Final[tuple[tuple[About, re.Pattern[str]], ...]] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))  # type: ignore[misc]
    for name, pattern in (
        (
            "how_many_versions",
            r"\bhow many\b[^.?]*\b(?:options?|variants?|versions?|kinds|types|colou?rs"
            r"|models|available"
            r"|in stock|do you (?:have|sell|carry))\b|\bnumber of [^.?]*\b(?:options"
            r"|variants|versions)\b"
            r"|(?<![来看要给挑拿发推荐这那哪前后])(?:多少|几)(?:种|款|个)"
            r"(?![^，。？]*订单)(?!单|包裹|快递|人|小?时|月|星期|礼拜|工作日|账号|地址|券)",
        ),
        (
            "balance",
            r"\b(?:balance|how much (?:money )?(?:is|do i have"
            r"|have i)(?: \w+){0,3} (?:left )?(?:on|in))\b"
            r"[^.?]*\bgift ?card\b|\bgift ?card(?:'s)? balance\b"
            r"|\bgift ?card\b[^.?]*\b(?:left|balance)\b|\b(?:what(?:'s)?|how much)\b[^.?]*\bleft\b"
            r"[^.?]*\bgift ?card\b"
            r"|礼品卡[^，。]*(?:余额|多少钱|还剩)",
        ),
        (
            "money_back",
            r"\b(?:how much|what|total|amount)\b[^.?]*\b(?:get(?:ting)? back|refund(?:ed|s)?"
            r"|back in total"
            r"|receive back|(?<!have )saved?|save)\b|\brefund (?:total|amount)\b"
            r"|\bhow much (?:money )?(?:(?:do|will|would|did|can|should) )?i (?:then )?get\b"
            r"(?! (?:for|if|off)\b)"
            r"|(?:退|退款)[^，。]*(?:多少"
            r"|总共|一共)|总共退",
        ),
        (
            "money_due",
            r"\bhow much\b[^.?]*\b(?:(?:have|need) to pay|owe|will (?:i|it) (?:pay|cost)"
            r"|pay (?:today|in total|now)"
            r"|be charged)\b|\bwhat (?:would|will|does|is) (?:that|it|this"
            r"|all (?:of )?(?:this|that))"
            r" (?:all )?(?:cost|come to)\b|要(?:补|付)多少|一共要付",
        ),
        (
            "rest",
            r"\b(?:remaining|rest of the|other|left(?:over)?) (?:items?|things"
            r"|products)\b[^.?]*|剩下的[^，。]*多少",
        ),
        (
            "spent",
            r"\b(?:total|how much)\b[^.?]*\b(?:all|every)\b[^.?]*\b(?:bought|ordered"
            r"|purchased|in (?:my )?previous orders|spent)\b"
            r"|\bhow much (?:have|did) i spen[dt]\b|一共花了多少",
        ),
        (
            "under_way",
            r"(?:退货|换货|退换货?)的?(?:进度|进展|处理|办理|办|审核)?"
            r"(?:到哪|怎么样|如何|什么情况|好了|完成|到了|进度|状态|[得到]了?(?:哪|怎))",
        ),
        (
            "versions",
            r"\b(?:what|which|list|tell me|know|show)\b[^.?]*\b(?:options|variants"
            r"|versions)\b[^.?]*"
            r"|\bcheapest\b[^.?]*\b(?:available|in stock|right now|you have|you sell)\b"
            r"|\b(?:most expensive)\b[^.?]*\b(?:available|you have|you sell)\b|哪些款式|有什么款"
            r"|最便宜的[^，。]*(?:有货|是哪)",
        ),
        (
            "orders",
            rf"\b{_ASKING}\b[^.?]*\b(?:tracking(?: number| id| info)?|(?:address"
            rf"|where) (?:was|is|did)[^.?]*\b(?:order|sent|ship)\w*"
            r"|in transit|most expensive (?:item|thing|product|one)|total (?:price|cost"
            r"|amount|(?:of|for) (?:it|that|this|the order))|how much did (?:i pay|(?:the|my)"
            r" [^.?]*cost)"
            r"|(?:did|have) i (?:order|buy|bought|ordered|purchase|pay|paid)|i (?:ordered"
            r"|bought|received|paid|purchased)\b"
            r"|(?:in|from|of) (?:my|that|the) (?:\w+ )?orders?|order #?\w*\d{4,})\b"
            r"|\border\b[^.?]*\b(?:arriv(?:e|ing)|status|cost|price|total)\b|运单号|快递单号"
            r"|(?:几|多少)个[^，。？]{0,4}(?:发货|送达|取消|收到|在途)[^，。？]*订单|我(?:买"
            r"|订)了?[^，。]{1,14}(?:花|用|付)了?多少"
            r"|我的订单[^，。]*(?:多少|哪|什么)|我(?:买|订)的[^，。]*(?:多少|哪|什么)",
        ),
    )
)
_INTENTS: Final[dict[About, str]] = {
    "how_many_versions": "check_availability",
    "versions": "check_availability",
    "balance": "list_orders",
    "money_back": "track_refund",
    "money_due": "list_orders",
    "spent": "list_orders",
    "rest": "list_orders",
    "orders": "track_order",
    "under_way": "track_order",
}
_POLICY = re.compile(
    r"\b(?:policy|how (?:long|do|does|can)|window|usually|in general|rules?"
    r"|take to)\b|政策|规则|多久|怎么",
    re.I,
)
_ELSEWHERE = re.compile(
    r"\b(?:bought|ordered|got|purchased)\b[^.?!]{0,24}\b(?:elsewhere|somewhere else|(?:at|from|in)"
    r" (?:another|a different|some other) (?:shop|store|site|place|company|seller))\b"
    r"|(?:别家|别处|别的店|其他店|其它店)(?:那里|那儿)?(?:买|订)",
    re.I,
)
"""What another shop sold is none of this one's records."""
_LOOSE = frozenset({"money_back", "rest", "versions", "orders"})


_OPERATION_EN = r"return|send|bring|give|exchange|swap|refund"
_WINDOWS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
    (intent, re.compile(pattern, re.IGNORECASE))
    for intent, pattern in (
        (
            "ask_return_policy",
            rf"\b(?:can|could|may|am|are|do|does|is|will|would)\b[^.?!]*\bstill\b[^.?!]*"
            rf"\b(?:{_OPERATION_EN})\w*\b"
            rf"|\b(?:too late|still time|in time|time left|days? left|long left|deadline"
            rf"|last day)\b"
            rf"[^.?!]*\b(?:{_OPERATION_EN})\w*\b"
            rf"|\b(?:{_OPERATION_EN})\w*\b[^.?!]*\b(?:too late|still open|still possible|days? left"
            r"|time left)\b"
            r"|\b(?:return|refund|exchange)s? (?:window|period|deadline|time ?frame)\b[^.?!]*"
            r"\b(?:open|over|close[ds]?|ends?|left|expired?|pass(?:ed)?|still|run out|missed)\b"
            r"|\b(?:is|has|did|when (?:does|is|did|will)|how long is)\b[^.?!]*\bmy (?:return|refund"
            r"|exchange)s? (?:window|period|deadline)\b"
            rf"|\b(?:until when|by when|how (?:long|many days))\b[^.?!]*\b(?:i|we)\b[^.?!]*"
            rf"\b(?:{_OPERATION_EN})\w*\b"
            r"|(?:还|是否|来得及)[^，。？?]{0,8}(?:退|换)(?!款)[^，。]{0,6}[吗么？?]|(?:退"
            r"|换)[^，。]{0,6}来得及"
            r"|(?:退|换)货?(?:期限?|时间|窗口|截止)[^，。]{0,8}(?:过|到|还|剩|什么|没)"
            r"|(?:还(?:剩|有)(?:几|多少)天|最晚|几号之前|什么时候之前|多久之内)[^，。]{0,10}(?:退"
            r"|换)",
        ),
        (
            "ask_cancellation_policy",
            r"\b(?:can|could|may|am|is|are)\b[^.?!]*\bstill\b[^.?!]*\bcancel\w*\b"
            r"|\btoo late\b[^.?!]*\bcancel\w*\b"
            r"|(?:还|是否|来得及)[^，。？?]{0,8}取消[^，。]{0,6}[吗么？?]|取消[^，。]{0,6}来得及"
            r"|(?:能|可以)(?:不能|不可以)?取消(?:掉)?[^，。？?]{1,12}[吗么？?]",
        ),
    )
)


_SUPPOSED = re.compile(
    r"\b(?:how much|what)\b(?P<a>[^.?!]*?)\bif (?:i|we|you|i were to|i was to)"
    r"(?: just| simply| only)? (?:were to |was to |would |could |should |did |decided to )?"
    r"(?=(?:return|send|sent|give|exchang|swap|replac|chang|switch|modif|upgrad|cancel)\w*)"
    r"(?P<act>[^?!]+)"
    r"|\bif (?:i|we|you)(?: just| simply| only)? (?:were to |was to |would |could )?"
    r"(?=(?:return|send|sent|give|exchang|swap|replac|chang|switch|modif|upgrad|cancel)\w*)"
    r"(?P<act2>[^?!]+?),? (?:then )?(?:how much|what)\b(?P<b>[^.?!]*)"
    r"|\b(?:how much|what)(?P<c>[^.?!]*?)\b(?:difference|cost|charge)\b[^.?!]*?\b(?:to|for) "
    r"(?=(?:exchang|swap|replac|chang|switch|modif|upgrad)\w*)(?P<act3>[^?!]+)",
    re.IGNORECASE,
)
_IS_THERE = re.compile(
    r"\b(?:is|are) there (?P<one>a |an |any |another )(?P<what>[^.?!,]{3,50}?)(?: that| which)?"
    r" (?:i"
    r"|we|you)"
    r" (?:can|could|may|might) (?P<verb>change|swap|exchange|switch)"
    r" (?P<thing>(?:it|that|this|(?:my|the) [\w -]{2,30}?))(?: to| for| with)?\s*(?=[?.!,]|$)",
    re.IGNORECASE,
)
"""Whether there is another version, for the one that is had."""
_SAME_IN = re.compile(
    r"(?P<thing>\bmy [\w -]{2,40}?|\b(?:the|those|these) [\w' -]{2,40}?"
    r" (?:that |which )?(?:i(?:'ve)?|you) (?:just |recently )?(?:got|bought|ordered|received"
    r"|sent(?: me)?))"
    r"(?=\s*[,.;:]|\s+(?:is|are|was|were|looks?|feels?|seems?|do(?:es)?n't|don't|that|which|from|in)\b)"
    r"(?P<mid>[^?!]{0,90}?)[,.]? *(?:and |so |but )*"
    r"(?:do you (?:also )?(?:have|sell|do)|can i (?:get|have)|could i (?:get|have)"
    r"|would you have|is there"
    r"|are there|(?:do|does)(?= (?:it|they|that one) (?:also )?come)) (?:it|them|they"
    r"|that one|those|the"
    r" same(?: (?:one|ones|thing|model|kind))?)(?: also)?(?: come)?(?P<new> (?:in|with) [^.?!]+)\?"
    r"(?: *(?:(?:and |then |so )*i(?:'d| would)? (?:like|want|love) to"
    r"|if so,? (?:please )?(?:i(?:'d| would)"
    r" like to)?|please|can you|could you) ?(?:swap|exchange|change|switch) (?:it|them"
    r"|those)[^,.!?]*)?",
    re.IGNORECASE,
)
"""Whether there is another version of what is had: "my shoes are loud; do they come in black?" """
_WANTS = (
    r"i(?:'d| would) (?:like|rather have|prefer)(?: to have)?|i want|(?:can|could) i (?:have|get)"
    r"|(?:please )?give me"
)
_RATHER = re.compile(
    rf"\binstead of (?P<old>(?:my [^,.;]{{2,40}}?|(?:the|those) [^,.;]{{2,40}}? i(?:'ve)?"
    rf" (?:just )?(?:ordered|bought|got|received|have))),? (?:{_WANTS})"
    r" (?P<new>[^.;?]+)"
    rf"|\b(?:{_WANTS}) (?P<new2>(?:the|an?) [^.;?]{{2,60}}?) instead of (?P<old2>my"
    rf" [^,.;?]{{2,40}})",
    re.IGNORECASE,
)
"""What is wanted for what is had, with no verb of it; what is only looked at is not had."""
_ELIGIBLE = re.compile(
    r"\b(?:(?:can|could) you )?(?:please )?(?:check|see|tell me|confirm|let me know)? ?"
    r"(?:if|whether) (?:i'm|i am|i can|it's|it is|i'd be) ?(?:still )?(?:eligible|able|possible"
    r"|allowed)?"
    r" ?(?:for me )?(?:to )?(?P<verb>return|exchange|cancel) (?P<thing>(?:my|the|this|that)"
    r" [^?.!]{2,60})"
    r"\??",
    re.IGNORECASE,
)
"""Whether something may be done, asked of a thing of one's own: the proposal is the answer."""
_MONEY_BACK = re.compile(
    r"\b(?:get(?:ting)?|receive|be|is|have)?\b[^.?!]*\b(?:back|refund\w*|receive|save)\b", re.I
)
_MONEY_MORE = re.compile(r"\b(?:difference|cost|pay|owe|charged?|extra|more)\b", re.I)
_PAST = {"returned": "return", "sent": "send", "gave": "give", "swapped": "swap",
         "exchanged": "exchange", "replaced": "replace", "changed": "change",
         "switched": "switch", "modified": "modify", "upgraded": "upgrade",
         "cancelled": "cancel", "canceled": "cancel"}  # fmt: skip
_OWN_THING = re.compile(
    r"\b(?:my|the|it|them|both|all|everything|this|that|these|those)\b|#?\w*\d{4}", re.I
)


def supposed(text: str) -> str | None:
    """The act of "how much would I get back if I returned the lamp?", as it would be asked for:
    the proposal that it leads to tells the sum, and writes nothing. None for any other text."""
    there = _IS_THERE.search(text)
    if there is not None:
        one = "another" if there["one"] == "another " else "a"
        asked = f"{there['verb']} {there['thing']} to {one} {there['what']}"
        return f"{text[: there.start()]}{asked}{text[there.end() :]}"
    same = _SAME_IN.search(text)
    if same is not None:
        asked = f"Exchange {same['thing']} for one{same['new']}"
        before, after = text[: same.start()].rstrip(), text[same.end() :]
        before = re.sub(r"[,;]? *\b(?:and|also)$", ".", before)
        return f"{before} {asked}{after}".strip()
    rather = _RATHER.search(text)
    if rather is not None:
        old, new = rather["old"] or rather["old2"], rather["new"] or rather["new2"]
        before, after = text[: rather.start()], text[rather.end() :]
        return f"{before}Exchange {old} for {new}{after}"
    eligible = _ELIGIBLE.search(text)
    if eligible is not None:
        act = f"{eligible['verb']} {eligible['thing']}"
        before, after = text[: eligible.start()], text[eligible.end() :].lstrip(" ?.")
        return f"{before}{act[0].upper()}{act[1:]}.{f' {after}' if after else ''}"
    match = _SUPPOSED.search(text)
    if match is None:
        return None
    said = match["act"] or match["act2"] or match["act3"]
    asked = match["a"] or match["b"] or match["c"] or ""
    first = said.split()[0].casefold()
    verb = _PAST.get(first, first)
    swaps = not verb.startswith(("return", "send", "give", "cancel"))
    gets = match["act2"] is not None and re.search(r"\bget\b", asked, re.IGNORECASE)
    back = _MONEY_BACK.search(asked) or gets
    about = match["act3"] is not None or (_MONEY_MORE.search(asked) if swaps else back)
    if not about or not _OWN_THING.search(said):
        return None
    act = f"{verb}{said[len(first) :]}".strip(" .,")
    before, after = text[: match.start()], text[match.end() :]
    return (
        f"{before}{act[0].upper()}{act[1:]}.{after.lstrip(' ?!.') and ' ' + after.lstrip(' ?!.')}"
    )


_WISHED = re.compile(r"\b(?:exchange|swap)\b.*\b(?:for|to|into)\b|换成|换为", re.IGNORECASE)
"""What is wanted for it: then it is asked for, and not asked about."""


def time_left(text: str) -> str | None:
    """The intent of a question whether there is still time to send something back, or to cancel:
    one sentence that asks and wants nothing done. None for any other text."""
    if len(re.findall(r"[.!?。！？](?=\s*\S)", text)) > 1 or _WISHED.search(text):
        return None
    return next((intent for intent, pattern in _WINDOWS if pattern.search(text)), None)


def question_about(text: str) -> About | None:
    """What a question is about; None for any other text."""
    if _ELSEWHERE.search(text):
        return None
    for name, pattern in _PATTERNS:
        if pattern.search(text):
            if name in _LOOSE and _POLICY.search(text):
                continue
            return name
    return None


def intent_of(about: About) -> str:
    """The intent whose skill answers it."""
    return _INTENTS[about]
