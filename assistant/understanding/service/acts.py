"""What is to be done with orders, act by act: a turn taken apart into acts and all that goes along.

"I got W1 and want the kettle swapped for a red one and the lamp sent back, refund to my gift card;
if there is no red kettle, return it too" holds two acts, a statement that both lean on, a wish that
both share, and a fall-back of the first. A sentence that neither asks for an act nor belongs to one
is handed on as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, Literal

from assistant.conversation import Language
from assistant.understanding.polarity import only_spoken_of
from assistant.understanding.types import Act

Kind = Literal["cancel", "return", "either", "swap", "address", "payment", "refund", "undo", "add"]
"""either: "cancel or return", whichever the state of each order allows."""

INTENTS: Final[dict[str, str]] = {
    "cancel": "cancel_order",
    "return": "return_item",
    "either": "request_refund",
    "swap": "change_order",
    "address": "change_shipping_address",
    "payment": "change_payment",
    "refund": "request_refund",
    "undo": "cancel_order",
    "add": "change_order",
}


@dataclass(frozen=True, slots=True)
class Heard:
    """A turn: its acts, and the sentences that are something else (questions, small talk)."""

    acts: tuple[Act, ...] = ()
    others: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    """Said for the whole turn: who is speaking, how to refund, why."""
    order: tuple[tuple[str, int], ...] = ()
    """("act" | "other", index), as they were said."""


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_SPLIT = re.compile(r"(?<=[.!?;])(?<!\b[A-Z]\.)(?<!No\.)\s+(?=\S)|(?<=[。！？；\n])\s*(?=\S)")
_VERBS: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = (
    (
        "undo",
        _compiled(
            r"\b(?:undo|reverse|revoke|take back|withdraw) (?:\w+ ){0,4}?cancel\w*"
            r"|\b(?:un-?cancel|reinstate)\w*"
            r"|\b(?:cancelled|canceled) by (?:mistake|accident)[^.]*\b(?:restore|undo"
            r"|back)\b|恢复(?:我的|这个|那个)?订单|撤销取消"
        ),
    ),
    (
        "either",
        _compiled(
            r"\b(?:cancel\w*(?: or |/| and/or |, )(?:to )?(?:return|refund)\w*"
            r"|return\w*(?: or |/| and/or )(?:to )?cancel\w*)\b"
            r"|取消或(?:者)?退|退(?:货)?或(?:者)?取消"
        ),
    ),
    (
        "cancel",
        _compiled(
            r"\bcancel(?:l?ing|l?ation of)?\b(?! policy| fee)|\bcall(?:ing)? off\b|取消(?!政策|的)"
        ),
    ),
    (
        "return",
        _compiled(
            r"\breturn(?:ing)?\b(?! (?:policy|label|window|period|shipping|address|to me\b|you))"
            r"|\b(?:send|sending|give|giving|take|taking|bring"
            r"|bringing) (?:(?!to\b|money\b|refund\b)[\w#'-]+ ){1,8}?back\b(?! (?:to (?:me"
            r"|where)|from))"
            r"|\bsend back\b|\bget (?:my )?money back (?:for|on)\b|退货|退掉|退回|退了"
            r"|(?<!钱)退(?!款|钱|订(?!单)|换|到"
            r"|税|还|出|休)"
        ),
    ),
    (
        "swap",
        _compiled(
            r"\bexchang(?:e|ing)\b(?! (?:rate|policy|window|fee|period))|\bswap(?:ping)?\b"
            r"|\breplac(?:e|ing)\b(?!ment)"
            r"|\bswitch(?:ing)?\b(?!(?:es)? type)|\bmodify(?:ing)?\b|\bupgrad(?:e|ing)\b"
            r"|\bdowngrad(?:e|ing)\b"
            r"|\bchang(?:e|ing)\b(?! (?:my|your|his|her|our) mind)(?! of (?:plans?|mind"
            r"|heart))|\badjust(?:ing)?\b"
            r"|\bconvert(?:ing)?\b|\bupdat(?:e|ing)\b(?! (?:me|on)\b)|\bedit(?:ing)?\b"
            r"|\bcorrect(?:ing)? (?=(?:the|my|all|both|every|order) )"
            r"|换(?!句话)|改(?!主意|天|日|寄)"
        ),
    ),
    (
        "address",
        _compiled(
            r"\b(?:ship|deliver|redirect|reroute|send"
            r"|forward) (?:(?!back\b)[\w#'-]+ ){0,6}?to (?=(?!me\b|you\b|whom)\w)"
            r"|\baddress(?:es)? (?:should|needs? to|has to|must|to) be\b"
            r"|\bset (?:\w+ ){0,6}?address|改寄|寄到|送到|发到|寄去"
        ),
    ),
    (
        "payment",
        _compiled(
            r"\bpay (?:for (?:\w+ ){0,6}?)?(?:with|by|using) (?:\w+ ){0,4}?instead\b"
            r"|\bcharge (?:\w+ ){0,6}?instead\b"
        ),
    ),
    (
        "refund",
        _compiled(
            r"\brefund (?:me )?(?:for )?(?=(?:the|my|this|that|these|those|all|both|order|it"
            r"|them|#)\b)(?!the (?:money|amount|difference))"
            r"|\b(?:get|want|request|need|have|issue|give me|like|process) (?:a |the |my "
            r"|full ){0,2}refund(?:ed)?\b(?! (?:to|on|onto|in|within|via|amount|total))"
            r"|\bmy money back\b|\breimburse\w*|退款(?!到|方式|金额)|退钱"
        ),
    ),
    (
        "add",
        _compiled(
            r"\badd (?:\w+ ){0,8}?to (?:my|the|this|that) (?:\w+ )?order\b"
            r"|\bsplit (?:the )?payment\b"
        ),
    ),
    (
        "cancel",
        _compiled(
            r"\b(?:remove|drop|delete|take) (?:(?:the|my|that|this|one|those"
            r"|these) )?[\w' -]{2,40}? (?:from|off|out of)"
            r" (?:my|the|this|that|order|it)\b|(?:从订单里?|把.{1,12})(?:去掉|删掉|拿掉)"
        ),
    ),
)
_ADDRESS = _compiled(
    r"\baddress(?:es)?\b|\b(?:ship|deliver)(?:ped|ed)? to\b|\bshipping (?:info"
    r"|details|location|destination)"
    r"|\b(?:to|be) (?:my|the|our) (?:[\w' ]{1,20} )?(?:home|house|place|office)\b|地址"
)
_PAYMENT = _compiled(
    r"\bpayment(?: method| option| type)?s?\b|\bhow i(?:'m| am)? pay(?:ing)?\b"
    r"|\bpay(?:ing)? (?:with|by|method)\b"
    r"|\bpaid (?:with|by)\b|付款方式|支付方式|付款(?!码)"
)
_PAID_BY = _compiled(
    r"\b(?:order|orders?\s+#?\w+|it|this|that|them)\s+to\s+(?:my\s+)?(?:paypal"
    r"|gift ?card|credit card|visa|mastercard|amex)"
)
_NOT_ACT = _compiled(
    r"(?:\b(?:never|without|than|instead of|rather than|before|after|about|was|were"
    r"|been|being|already|no"
    r"|how (?:do|can|would|to) (?:i|you|one)|how to|a|an|the|my|your|this|that|any"
    r"|its|free|easy|of)"
    r"|(?:没|未|已经|怎么|如何|怎样)(?:要|想|能|会|用|再|先|给我)?)\s*$"
)
_DEFINITE = _compiled(
    r"\b(?:my|the|this|that|these|those|both|all|every|everything|it|them|one"
    r"|another)\b|#?\w*\d{4,}"
)
_SUPPOSED = _compiled(
    r"\b(?:fee|fees|policy|rules?|allowed)\b|\bwhat (?:if|happens|would|are|is)\b"
    r"|\bhow (?:long|much|many|do|does|would|can"
    r"|could|to)\b|\bsuppos\w+"
    r"|\b(?:if|when|once|after|before|unless) i (?:\w+ )?(?:return|cancel|exchange"
    r"|change|swap|send|modif)|\bhypothetical|\bin theory\b"
    r"|\b(?:thinking|thought|thinks?|wondering) (?:about|of|whether|if)\b|\bmight\b"
    r"|\bmaybe\b|\bwhy (?:was|were|did|is|has)\b"
    r"|\bam i allowed\b|\bis it (?:ok|okay|allowed|possible) (?:to"
    r"|if)\b(?=[^.?!]*\b(?:later|after|once|opened|worn|used)\b)"
    r"|\b(?:n't|not|never)\b[^.;,]{0,24}\b(?:cancel|return|exchang|chang|swap|modif|refund)"
)
_NEGATED = _compiled(
    r"(?:\bnot|\bnever|n't|\bwithout|\brather than|\binstead of"
    r"|\bno longer)\b(?: (?:want|wish|need|like|have|going|to|be|please|the|my|yet"
    r"|actually|really|you)){0,5}\s*$"
    r"|(?:没有?|不)(?:想|要|打算|准备|说)(?:要)?[^，。]{0,12}$|(?:不要|不想|别|不用"
    r"|不是要|先不|不)(?:给我|帮我|再|去)?$"
)
_REQUESTED = _compiled(
    r"\b(?:start|do|make|process|request|arrange|set up|initiate|want|need|like|get"
    r"|begin|open) (?:a|an|the|my)\s*$"
)
_CONDITION = _compiled(
    r"^\s*(?:(?:and|but|or|also|so|then|,)\s+)*(?:if|unless|otherwise|in case"
    r"|or else|failing that|only if|as long as"
    r"|provided|should (?:there|it|that|the)|when (?:it|that|there)|assuming|else"
    r"|,)\b|^\s*(?:如果|要是|假如|否则|不然|除非|没有的话|若)"
)
_INLINE_IF = _compiled(
    r"[,;(]?\s*\b(?:but )?(?:only )?(?:if|unless|otherwise|in case|as long as"
    r"|provided)\b|[，,]?(?:如果|要是|假如|否则|不然|除非)"
)
_ONLY_THAT = _compiled(r"\b(?:only|just|rather not|leave|keep|forget)\b|只|保留")
_LEADING_IF = _compiled(
    r"^\s*(?:(?:and|but|so|also|then|or|well|,)\s+)*(?:(?P<o>otherwise|or else"
    r"|failing that|if not|else|否则|不然|不行的话|如果不行|没有的话)[,，]?"
    r"|(?P<c>(?:if|in case|should|when|unless|如果|要是|假如)[^,，]*?)(?:[,，]|\bthen\b"
    r"|(?=\bi(?:'d| would)? (?:want|like|need)\b)|那就?|就))\s*"
)
_FAILED = _compiled(
    r"\b(?:not|no|none|nothing|neither|unable|unavailable|impossible|fails?|cannot"
    r"|can't|isn't|aren't|doesn't|don't|won't|couldn't|wouldn't"
    r"|any (?:issue|problem|trouble)s?|only option|unless)\b|n't\b|不|没"
)
_DONE = _compiled(
    r"\b(?:possible|works?|can be|goes through|went through|is (?:done|returned"
    r"|cancelled|exchanged|refunded|ok(?:ay)?|fine)|you can|i can"
    r"|succeeds?|so|yes|allowed|accepted)\b|可以|能"
)
_LEANS = _compiled(
    r"\b(?:prefer\w*|ideally|if possible|same (?:size|colou?r|specs?|material|one"
    r"|item|type)|i don't (?:care|mind)|doesn't matter"
    r"|not important|as close as|the rest|everything else|other (?:specs|options)"
    r"|keep (?:the|everything|all)"
    r"|instead|i'd (?:go for|take|like) (?:the|a|one)|the new one|make (?:it|sure)"
    r"|it (?:should|has to|must|needs)"
    r"|they (?:should|also|must|need|have to)|only the|just the|i like|i want (?:it"
    r"|them|one)\b|not the|except|don't touch|price)\b"
    r"|优先|最好|其他不变|颜色|尺码|不要|只要"
)
_SHARED = _compiled(
    r"\b(?:refund|money|charge|difference|credit|pay|payment|paid)\b[^.]*\b(?:to|on"
    r"|onto|with|by|via|through|from|goes?|use|using)\b"
    r"|\buse (?:my |the )?(?:gift ?card|paypal|credit card|visa|mastercard|amex"
    r"|other card|same)|\boriginal (?:payment|method|form)"
    r"|\b(?:paypal|gift ?card|credit card) (?:is|would be|please|preferred|for)"
    r"|\bbecause\b|\breason\b|\bby (?:mistake|accident)\b"
    r"|\bno longer need|\bdon't need\b|礼品卡|原路|支付宝|信用卡|因为|拍错|买错|不需要"
)
_IDENTITY = _compiled(
    r"@[\w-]+\.\w|\b(?:my )?name(?:'s| is|:)|\bzip\b|\bzip ?code\b|\bpost ?code\b"
    r"|\bpostal\b|\bi(?:'m| am) [A-Z]\w+ [A-Z]\w+"
    r"|\b(?:i live|living|residing|based) (?:in|at)\b|\bthis is [A-Z]\w+ [A-Z]|我叫"
    r"|我是|邮编|邮箱是?|名字"
)
_QUESTION = _compiled(
    r"^\s*(?:(?:and|also|so|but|then|first|finally|lastly|oh|hi|hello|hey|please"
    r"|before that|by the way|afterwards?|at the end"
    r"|once (?:that|it)(?:'s| is) done),?\s+)*(?:what|when|where|which|who|why|how"
    r"|is|are|do|does|did|was|were|has|have|am i|will|would (?:it|that|there)"
    r"|(?:can|could|would) you (?:please )?(?:tell|confirm|check|give me|let me know"
    r"|look up|show|explain|remind|list)"
    r"|(?:i(?:'d| would)? (?:also )?(?:want|need|like|love|wish)(?: to)?|let me"
    r"|i'm (?:curious|wondering)|i (?:also )?wonder|tell me|let me know|check"
    r"|confirm|show me|give me|list)"
    r"\b(?: to)? ?(?:know|see|find out|check|hear|ask|confirm|look|how|what|when"
    r"|where|which|whether|if|the|all)\b)"
    r"|\?\s*$|[?？]\s*$|(?:多少|几个|哪|什么|吗)[^，。]*$"
)
_TRAILING = _compiled(
    r"(?:,|\band\b|;|\bthen\b|\balso\b|\s)+(?P<q>(?:please )?(?:(?:i(?:'d"
    r"| would)? (?:also )?(?:want|need|like|love|wish)(?: to)? (?:know|see|find out"
    r"|hear|ask|confirm|check))"
    r"|tell me|let me know|(?:can|could|would) you (?:please )?(?:tell|confirm"
    r"|let me know|check|give me))\b)"
    r"|[，,](?P<z>(?:请?告诉我|想知道|我想问|顺便问))"
)
ORDERISH = _compiled(
    r"#?\b[wW]?\d{5,}\b|\b[A-Z]{2}-\d{4,}\b|\border(?:s|ed)?\b|\bbought\b"
    r"|\breceived\b|\bpurchas\w+|\barrived\b|\bgot\b|订单|买了|收到"
)
_CONJ = re.compile(
    r"(?:\s*[,;，、；]\s*(?:and |but |then |also |plus )?(?:then |also |please "
    r"|finally |lastly )*|\s+(?:and|then|also|plus|but)\s+(?:then |also |please "
    r"|finally |lastly |i (?:also )?(?:want|need|would like|'d like) )*"
    r"|\s*(?:然后|另外|还有|并且|同时|顺便|再|并))"
)


def read_acts(text: str, language: Language) -> Heard:
    """The acts of a turn, and everything else in it. Empty acts where nothing is asked for."""
    acts: list[Act] = []
    others: list[str] = []
    shared: list[str] = []
    order: list[tuple[str, int]] = []
    waiting: list[str] = []
    questions: list[str] = []
    for sentence in _apart_questions(_sentences(text)):
        clauses = _clauses(sentence, language)
        if clauses:
            for place, (kind, verb, words) in enumerate(clauses):
                when, words, leading = _when(words)
                if when == "if_not" and acts and acts[-1].kind == kind and _ONLY_THAT.search(words):
                    # "If there is none, only exchange the lamp" gives up the other thing.
                    acts[-1] = replace(acts[-1], more=(*acts[-1].more, sentence))
                    continue
                main, condition = _apart(words)
                lead = tuple(waiting) if place == 0 else ()
                more = tuple(part for part in (leading, condition) if part)
                acts.append(Act(kind, main, verb, more, lead, when if acts else ""))
                order.append(("act", len(acts) - 1))
            waiting = []
            continue
        if acts and _CONDITION.match(sentence):
            acts[-1] = replace(acts[-1], more=(*acts[-1].more, sentence))
        elif _IDENTITY.search(sentence) and not _QUESTION.search(sentence):
            shared.append(sentence)
        elif _QUESTION.search(sentence):
            others.append(sentence)
            order.append(("other", len(others) - 1))
            questions.append(sentence)
        elif _SHARED.search(sentence):
            shared.append(sentence)
        elif acts and _LEANS.search(sentence):
            acts[-1] = replace(acts[-1], more=(*acts[-1].more, sentence))
        elif ORDERISH.search(sentence) or _LEANS.search(sentence):
            waiting.append(sentence)
        else:
            others.append(sentence)
            order.append(("other", len(others) - 1))
    if waiting:
        if acts:
            acts[-1] = replace(acts[-1], more=(*acts[-1].more, *waiting))
        else:
            for sentence in waiting:
                others.append(sentence)
                order.append(("other", len(others) - 1))
    # Beside acts, what is no question is small talk.
    kept = questions if acts else others
    return Heard(tuple(acts), tuple(kept), tuple(shared), tuple(order))


_ACCOUNT = _compiled(
    r"\b(?:change|update|edit|new|create|sign|register|subscri\w*|unsubscri\w*"
    r"|newsletter|delete|forg[eo]t|password|switch|correct"
    r"|add|remove|wrong|typo|marketing|mailing)\b|改|换|注册|订阅|退订|密码|删除"
)


def definite(words: str) -> bool:
    """Whether something of one's own is spoken of: "my kettle", "order W1", "这个订单"."""
    if re.search(r"[\u4e00-\u9fff]", words):
        return bool(
            re.search(r"我的|这|那|把|订单.*\d|\d{4,}|帮我|我(?:想|要)|请|麻烦|全部|所有", words)
        )
    return bool(_DEFINITE.search(words)) and not _SUPPOSED.search(words)


def introduces(text: str) -> bool:
    """Whether a turn may do nothing but say who is speaking; its slots tell whether it does."""
    if _ACCOUNT.search(text) or not _IDENTITY.search(text):
        return "@" in text and len(text.split()) <= 3
    rest = [part for part in _sentences(text) if not _IDENTITY.search(part)]
    return all(len(part.split()) <= 6 and not _QUESTION.search(part) for part in rest)


def _sentences(text: str) -> list[str]:
    parts = [part.strip() for part in _SPLIT.split(text)]
    return [part for part in parts if part.strip(" .,;!?。，；！？-")]


def _apart_questions(sentences: list[str]) -> list[str]:
    """A question that trails an act stands alone: "..., and I want to know the total"."""
    found: list[str] = []
    for sentence in sentences:
        start = 0
        for match in _TRAILING.finditer(sentence):
            if len(sentence[start : match.start()].split()) >= 3:
                found.append(sentence[start : match.start()].strip(" ,，"))
                start = match.start("q") if match["q"] else match.start("z")
        found.append(sentence[start:].strip())
    return [each for each in found if each.strip(" .,;!?。，；！？-")]


def _clauses(sentence: str, language: Language) -> list[tuple[Kind, str, str]]:
    """(kind, verb, words) of each act asked for in a sentence."""
    hits: list[tuple[int, int, Kind]] = []
    conditions = _condition_spans(sentence)
    for kind, pattern in _VERBS:
        for match in pattern.finditer(sentence):
            start, end = match.span()
            if any(start < e and s < end for s, e, _ in hits):
                continue
            if any(s <= start < e for s, e in conditions):
                continue
            if _asked(sentence, start):
                hits.append((start, end, kind))
    hits.sort()
    hits = [
        hit
        for place, hit in enumerate(hits)
        if not (
            place
            and hit[2] == "address"
            and _ADDRESS.search(sentence[hits[place - 1][1] : hit[1]])
            and hits[place - 1][2] == "swap"
        )
    ]
    if any(kind != "refund" for _, _, kind in hits):
        # "Return it and refund my card": the refund belongs to the return.
        hits = [hit for hit in hits if hit[2] != "refund"]
    elif hits and (
        _SHARED.search(sentence) and not re.search(r"\b(?:for|of|on) (?:the|my)\b", sentence)
    ):
        return []
    found: list[tuple[Kind, str, str]] = []
    begins = [0, *(_boundary(sentence, a[1], b[0]) for a, b in pairwise(hits))]
    for place, (start, end, kind) in enumerate(hits):
        stop = begins[place + 1] if place + 1 < len(begins) else len(sentence)
        words = sentence[begins[place] : stop].strip(" ,，、")
        verb = sentence[start:end].casefold()
        if kind == "swap" or kind == "address":
            kind = _what_changes(words, kind)
        if (language == "en" and _vetoed(words, kind)) or (
            language == "zh" and _vetoed(words, kind, "zh")
        ):
            continue
        found.append((kind, verb, words))
    return found


def _vetoed(words: str, kind: Kind, language: Language = "en") -> bool:
    """Whether the words only speak of the act. What is surely had ("my kettle", "order W1") and
    asked for in a plain sentence is meant, however politely it is put."""
    if language == "en" and _DEFINITE.search(words) and not _SUPPOSED.search(words):
        return False
    intent = "exchange_item" if kind == "swap" else INTENTS[kind]
    return only_spoken_of(words, language, intent) and only_spoken_of(
        words, language, INTENTS[kind]
    )


def _what_changes(words: str, kind: Kind) -> Kind:
    """A change of address, of payment, or of a thing."""
    first = re.split(r"\b(?:if|unless|otherwise)\b", words)[0]
    if _ADDRESS.search(first):
        return "address"
    if kind == "swap" and (_PAYMENT.search(first) or _PAID_BY.search(first)):
        # "Exchange the lamp and pay with PayPal" exchanges a lamp.
        thing = re.search(r"\b(?:for|to|into) (?:a|an|the|one)\b", first)
        return kind if thing and not re.search(r"payment", first) else "payment"
    return kind


def _asked(sentence: str, start: int) -> bool:
    before = sentence[:start]
    if _NEGATED.search(before[-60:]):
        return bool(re.search(r"\bwhy (?:not|don't you)\b\s*$", before))
    if _REQUESTED.search(before):
        return True
    return _NOT_ACT.search(before[-40:]) is None


def _condition_spans(sentence: str) -> list[tuple[int, int]]:
    """Where a condition stands: from its "if" to the comma that ends it."""
    spans = []
    for match in _INLINE_IF.finditer(sentence):
        start = match.start()
        if match[0].strip(" ,;(").startswith(("otherwise", "否则", "不然")):
            spans.append((start, len(sentence)))
            continue
        leading = not sentence[:start].strip(" ,;")
        comma = re.compile(r"[,，)]|\bthen\b|那就?|就").search(sentence, match.end())
        if leading and comma:
            # What follows a leading condition is asked for.
            spans.append((start, comma.start()))
        else:
            spans.append((start, len(sentence)))
    return spans


def _when(words: str) -> tuple[Literal["", "if_not", "if_done"], str, str]:
    """(when, the words that ask, a leading condition that is no matter of the act before)."""
    match = _LEADING_IF.match(words)
    if match is None:
        return "", words, ""
    condition, rest = match["c"] or match["o"] or "", words[match.end() :].strip(" ,，")
    if match["o"] or _FAILED.search(condition):
        return "if_not", rest, ""
    if _DONE.search(condition):
        return "if_done", rest, ""
    return "", rest, condition


def _apart(words: str) -> tuple[str, str]:
    """The act and the condition that trails it."""
    for match in _INLINE_IF.finditer(words):
        if words[: match.start()].strip(" ,;"):
            return words[: match.start()].strip(" ,;"), words[match.start() :].strip(" ,;(")
    return words, ""


def _boundary(sentence: str, end: int, start: int) -> int:
    """Where the next clause begins: the last conjunction before its verb that leaves it whole."""
    last = None
    for match in _CONJ.finditer(sentence, end, start):
        last = match
        rest = sentence[match.end() : start]
        if re.fullmatch(
            r"(?:i|we|please|also|then|to|would|like|want|need|you|can|could|and|'d|wish|my"
            r"|the|have|get|for|finally|lastly"
            r"|additionally|help|me|if possible|order|#?\w*\d+|,|\s|我|想|要|请|帮|把|给|你"
            r"|再|还|也|需)*",
            rest,
            re.IGNORECASE,
        ):
            return match.start()
    return last.start() if last else start
