"""Why, how it was paid, with what code, and whether the shopper likes it."""

from __future__ import annotations

import re

from assistant.understanding.slot_base import Draft, compiled, normalise

_REASONS = (
    (
        "ordered_by_mistake",
        r"\b(?:by (?:mistake|accident|error)|accidental(?:ly)?|mistaken(?:ly)?|didn'?t mean to"
        r" (?:order|buy)"
        r"|(?:ordered|bought) (?:it |this |them )?twice|duplicate order|wrongly ordered"
        r"|(?:ordered|bought) (?:the |some |completely )*wrong(?: (?:things?|items?|ones?|stuff))?"
        r"|misclick(?:ed)?)\b"
        r"|买错|下错单|点错|拍错|误下单|误拍|下重了|重复下单|不小心(?:买|下单|拍|点)|买重了|手滑",
    ),
    (
        "late",
        r"\b(?:too late|arriv(?:ed|es|ing) (?:\w+ )?(?:\w+ )?(?:too )?late|(?:days?|weeks?"
        r"|hours?) (?:too )?late|taking (?:too|so|forever)(?: long)?"
        r"|takes too long|delayed"
        r"|never (?:arrived|came|showed up)|hasn'?t (?:arrived|come|shown up)|(?:is|was|are"
        r"|'s) (?:very |so )?late|still"
        r" (?:not here|waiting))\b"
        r"|太慢|太晚|晚了.{0,4}[天周月时期]|晚到|拖了|迟到|迟迟|延误|延迟|等太久|一直没(?:到"
        r"|收到|发货)|还没(?:到|收到|发货)"
        r"|超时|等不及",
    ),
    (
        "wrong_size",
        r"\b(?:wrong size|(?:doesn'?t|does not|don'?t|didn'?t|not) fit(?:ting)?|too (?:small"
        r"|big|large|tight|loose"
        r"|long|short|wide|narrow)(?! for my (?:budget|room))|size (?:is|was) (?:wrong|off)"
        r"|runs? (?:small|large))\b"
        r"|尺码不(?:对|合适|合)|尺寸不(?:对|合适|合)|太[小大紧松长短](?=$|[了,，。的!！])"
        r"|偏[大小]|[小大]了(?:一点|点|一码)?|不合身|不合脚",
    ),
    (
        "wrong_item",
        r"\b(?:wrong (?:item|product|one|colou?r|thing|model|order)|not what i (?:ordered|bought)"
        r"|sent me (?:the wrong|something else|another)|(?:received|got) (?:the wrong"
        r"|something else|someone else)|(?:sent|shipped|gave|delivered|got) (?:me )?"
        r"(?:somebody|someone) else'?s)\b"
        r"|发错|寄错|送错|不是我(?:买|订|下单|要)的|收到的不是|颜色不对|发成了",
    ),
    (
        "damaged",
        r"\b(?:damaged?|broken?|broke|cracked|torn|ripped|defective|faulty|shattered|scratched"
        r"|dented|leak(?:s|ing|ed)?"
        r"|(?:doesn'?t|does not|won'?t|not|stopped|isn'?t) (?:work|turn on|charge|start"
        r"|working|charging|turning on)"
        r"|has a hole|stain(?:ed|s)?|snapped|came apart|fell apart|dead on arrival|smashed)\b"
        r"|坏了|坏的|断了|散架|损坏|破损|破了|摔坏|碎了|裂了|裂开|划痕|开线|脱线|开胶|有瑕疵"
        r"|质量问题|故障"
        r"|漏水|(?<!能)不能用|用不了|开不了机|无法开机|充不上电|有破洞|脱胶",
    ),
    (
        "not_as_described",
        r"\b(?:not (?:what|like) (?:the|your) (?:picture|photo|description|page|listing"
        r"|ad)s?(?: show\w*"
        r"| said| says| promised)?|not as (?:described|advertised|pictured|shown|expected)"
        r"|(?:different|differs)"
        r" from (?:the )?(?:photo|picture|"
        r"description|pictures|photos|website)|(?:doesn'?t|does not|didn'?t) (?:match|look"
        r" like)|looks? (?:nothing like|"
        r"different)|colou?r (?:is|was) different|misleading|poor quality|bad quality)\b"
        r"|与描述不符|和描述不|描述的?不(?:符|一样)|和图片不|与图片不|跟图片不|实物不符|色差"
        r"|货不对板|两回事|完全不同|差[太得]远|差别太大|不一样|质量差|质量太差|质量不好",
    ),
    (
        "better_price",
        r"\b(?:(?:found|saw|find) (?:it |a |this |one )?(?:cheaper|better (?:price|deal)|for"
        r" less|lower price)"
        r"|cheaper (?:elsewhere|somewhere|somewhere else|at another)|better (?:price|deal)"
        r"|price (?:dropped|went down))\b"
        r"|别(?:家|处|的店|的地方)(?:更|还|有)?(?:更)?便宜|别家.{0,4}便宜|更便宜的价格|降价了"
        r"|其他店.{0,4}便宜|找到更便宜",
    ),
    (
        "changed_mind",
        r"\b(?:chang(?:ed|e|ing) my mind|(?:don'?t|do not|didn'?t|no longer) (?:like|want)"
        r" (?:it|this|them|that|the \w+)(?: any"
        r" ?more)?|not (?:my style|for me)|had second thoughts|decided against)\b"
        r"|改变主意|改主意|后悔|不想要了|不想买了|不喜欢(?=$|[了,，。]|这)|不太喜欢",
    ),
    (
        "no_longer_needed",
        r"\b(?:no longer (?:need(?:ed)?|necessary|required)|(?:don'?t|do not|won'?t|doesn'?t)"
        r" need (?:it|this|them|that|the \w+|"
        r"any)?(?: any ?more| any longer)?|not (?:needed|required|wanted)(?: any ?more)?"
        r"|already (?:have|bought"
        r"|got) (?:one|it))\b"
        r"|不需要|用不着|用不上|不用了(?=$|[,，。])|没用了|已经有了|已经买了|不要了",
    ),
)
_REASON_PATTERNS = tuple((name, compiled(pattern)) for name, pattern in _REASONS)
_PAYMENTS = tuple(
    (name, compiled(pattern))
    for name, pattern in (
        ("gift_card", r"\bgift ?cards?\b|礼品卡|礼物卡|购物卡"),
        ("paypal", r"\bpay ?pal\b|贝宝"),
        ("alipay", r"\bali ?pay\b|支付宝|花呗"),
        ("wechat_pay", r"\bwe ?chat(?: pay)?\b|微信支付|微信付款|微信"),
        (
            "bank_transfer",
            r"\b(?:bank|wire) transfer\b|\bdirect debit\b|银行转账|转账|汇款|对公",
        ),
        (
            "credit_card",
            r"\b(?:credit|debit|bank) ?cards?\b|\b(?:visa|mastercard|amex|american express)\b"
            r"|\b(?:pay(?:ing)?|by|with) (?:a |my )?card\b|信用卡|银行卡|借记卡|刷卡|银联",
        ),
    )
)
_COUPON = compiled(
    r"(?:\b(?:promo(?:tion(?:al)?)?|discount|coupon|voucher|gift)\s*(?:code)?|\bcode|优惠码"
    r"|优惠券码?|折扣码|促销码|兑换码)"
    r"(?:\s+(?:is|of|called|named|number))?\s*(?:是|为|:"
    r"|：)?\s*[\"“']?(?P<c>(?![A-Z]?[a-z]+\b)[A-Za-z][A-Za-z0-9_-]{2,19})(?![\w-])"
    r"|(?<![\w-])(?P<d>(?=[A-Z]*\d)[A-Z]{3,12}\d{1,4})(?=\s*(?:coupon|promo|code|voucher"
    r"|优惠码|优惠券))"
    r"|(?:\b(?:apply|use|redeem|enter|try)\s+|使用|用)"
    r"(?P<e>(?=[a-zA-Z]*\d)[a-zA-Z]{3,12}\d{1,4})(?!\w)"
)
_NOT_LIKED = compiled(
    r"\b(?:(?:don'?t|do not|doesn'?t|does not|didn'?t|did not|never|not) (?:really |much "
    r"|particularly )?(?:like|love|care for|fancy|want to see)"
    r"|hate|dislike|can'?t stand|not a (?:big )?fan|not (?:my (?:style|taste|thing)|for me"
    r"|keen|into)|ugly|awful|terrible|boring|dull|meh|bland|tacky|no good|not great"
    r"|not (?:very )?nice"
    r"|horrible|i(?:'m| am) not (?:keen|into)|thumbs down"
    r"|(?:less|fewer|no more) (?:\w+ )?(?:like|of) (?:this|that|it|these|those|them|the \w+))\b"
    r"|(?:少|别|不要)(?:再)?(?:推荐|推|给我看?|来)[点些]?(?:像)?(?:这|那)(?:种|类|样|个|款)"
    r"|不(?:太|怎么|是很|大|很)?喜欢|讨厌|没意思|无聊|太一般|难看|太丑|好丑|不好看|不感兴趣|看不上|不合我"
)
_LIKED = compiled(
    r"\b(?:i|we|she|he)(?: really| do| absolutely| quite| also| actually|'ve always)* (?:like"
    r"|love|likes|loves|loved|adore|"
    r"prefer)\b(?! to\b)|\blove (?:it|this|that|these|those|the)\b|\b(?:looks? (?:great|nice"
    r"|lovely|good|perfect|"
    r"amazing)|(?:this|that|it)(?:'s| is) (?:great|perfect|lovely|beautiful|gorgeous|amazing"
    r"|nice)|thumbs up|my"
    r" favou?rite|i(?:'m| am) (?:a fan|into))\b|(?<!不)(?<!太)(?<!么)(?<!很)(?<!大)喜欢|很喜欢"
    r"|太喜欢|好看|不错|真棒|很满意|偏爱"
)


def read_reason(draft: Draft) -> None:
    """Fill reason; the words stay free, since "wrong colour" may name the colour too."""
    for name, pattern in _REASON_PATTERNS:
        match = pattern.search(draft.text)
        if match and (draft.intent is None or draft.intent in _REASONED or draft.intent == "deny"):
            if draft.intent is None and (
                name in ("wrong_size", "changed_mind", "late") and _shopping(draft)
            ):
                continue
            draft.values["reason"] = name
            if name == "better_price":
                # "cheaper elsewhere" asks for nothing cheaper here.
                cheap = re.search(r"cheap|better|便宜|for less|lower", match[0])
                start = match.start() + (cheap.start() if cheap else 0)
                draft.claim("reason", start, match.end())
            else:
                draft.note("reason", *match.span())
            return


_LOOSE_REASONS = (
    (
        "ordered_by_mistake",
        compiled(r"\bmistak\w*|\baccident\w*|\bin error\b|\bwrongly\b|误|拍错|买错|下错"),
    ),
    (
        "no_longer_needed",
        compiled(
            r"\bno longer\b|\b(?:don't|do not|not) need\w*\b|\bunneeded\b"
            r"|不需要|不要了|用不上|不用了"
        ),
    ),
)


def reason_of(text: str) -> str | None:
    """The reason given anywhere in words about an order, for which nothing else need be read."""
    return next(iter(reasons_in(text)), None)


def reasons_in(text: str) -> list[str]:
    """Every reason given, the surest first."""
    plain = normalise(text)
    found = [
        name for name, pattern in (*_REASON_PATTERNS, *_LOOSE_REASONS) if pattern.search(plain)
    ]
    return list(dict.fromkeys(found))


_REASONED = frozenset(
    {"cancel_order", "return_item", "exchange_item", "request_refund", "file_complaint", "correct"}
    | {"change_order", "leave_review", "affirm", "give_product_feedback", "contact_human"}
    | {"track_order", "report_payment_issue", "track_refund", "out_of_scope", "delete_account"}
)


_LIKING = compiled(
    r"\b(?:not|nothing|isn'?t|show|find|looking for)\s+too\b|\b(?:don'?t|do not|didn'?t)"
    r" like\b|不太?喜欢"
)


def _shopping(draft: Draft) -> bool:
    """ "Not too long please" of a dress is no reason to send it back."""
    return bool(_LIKING.search(draft.text))


def read_payment(draft: Draft) -> None:
    """Fill payment_method and coupon."""
    for name, pattern in _PAYMENTS:
        match = next(draft.find(pattern), None)
        if match:
            draft.values["payment_method"] = name
            draft.claim("payment_method", *match.span())
            break
    match = _COUPON.search(draft.raw)
    if match:
        group = next(name for name in ("c", "d", "e") if match[name])
        if draft.free(*match.span(group)):
            draft.values["coupon"] = match[group].upper()
            draft.hide(match.start(), match.end())
            draft.claim("coupon", *match.span(group))


def read_sentiment(draft: Draft) -> None:
    """Fill sentiment: like or dislike."""
    for name, pattern in (("dislike", _NOT_LIKED), ("like", _LIKED)):
        match = pattern.search(draft.text)
        if match and not re.search(r"\bwould $|\bi'd $", draft.text[: match.start()][-8:]):
            draft.values["sentiment"] = name
            draft.note("sentiment", *match.span())
            return
