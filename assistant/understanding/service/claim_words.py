"""What is said of things that came broken, wrong or not at all, and in what state they are."""

from __future__ import annotations

import re
from typing import Final, Literal

from assistant.understanding.slot_reasons import reason_of

Fault = Literal["damaged", "wrong_item", "not_as_described", "missing"]
Resolution = Literal["replacement", "refund", "person"]


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_BROKEN: Final = (
    r"(?:damaged|broken|cracked|torn|ripped|defective|faulty|shattered|scratched|dented|leaking"
    r"|smashed|snapped|in pieces|bent|chipped|crushed|stained|dead|ruined|busted|not working)"
)
_CLAIM: Final = _compiled(
    rf"\b(?:arriv\w+|came|comes|showed up|turned up|got here|delivered|received|reached me|got"
    rf"|unpacked|opened|sent me)\b[^.?!;]{{0,60}}?\b{_BROKEN}\b"
    rf"|\b(?:is|are|was|were|'s|it's|has|have|had|seems?|looks?)\b(?: \w+){{0,3}}? {_BROKEN}\b"
    r"|\b(?:has|have|with) (?:a |an |several |big |some )*(?:cracks?|holes?|dents?|scratch(?:es)?"
    r"|tears?)\b"
    r"|\b(?:doesn't|does not|don't|won't|will not|didn't|isn't|stopped|never) (?:even )?"
    r"(?:work|working|turn on|switch on|charge|charging|start|power on)\b"
    r"|\b(?:broke|shattered|cracked|snapped|smashed|fell apart|came apart)\b"
    r"|\b(?:sent|shipped|delivered|gave|received|got)(?: me)? (?:the |a |an )?(?:completely "
    r"|totally )?"
    r"(?:wrong|different|someone else's|somebody else's)\b"
    r"|\bnot what i (?:ordered|bought)\b|\bwrong (?:item|product|thing|colou?r|model|one)\b"
    r"|\b(?:is|are|was|were|'s) missing\b|\bmissing (?:from|in) (?:my|the|this|that|order)\b"
    r"|\b(?:box|parcel|package) was (?:empty|incomplete)\b|\bleft out of the (?:box|parcel"
    r"|package)\b"
    rf"|\b(?:report|file|make|open|submit) (?:a |an |the |my )?(?:{_BROKEN} \w+|(?:damage"
    rf"|warranty)?"
    r" ?claim|damage)\b"
    r"|(?:收到|到货|到手|送到|寄到|寄来|送来|打开|拆开)[^，。！？]{0,16}?[，,]?[^，。！？]{0,8}?"
    r"(?:坏|碎|破|裂|断|变形|漏|划痕|凹|瑕疵)"
    r"|(?:坏了|坏的|碎了|破了|裂了|断了|破损|损坏|摔坏|压坏|开裂|有裂|漏水|漏液|(?<!能)不能用|用不了"
    r"|开不了机|打不开机"
    r"|充不上电|有划痕|有瑕疵|有质量问题)"
    r"|(?:发|寄|送|拿)错|不是我(?:买|订|下单|要)的|(?<!多)少(?:发|寄|送|了)(?!啥|什么|哪)|缺(?:少|了|件)|漏(?:发|寄|件)"
)
_SUPPOSED: Final = _compiled(
    r"\b(?:if|in case|when|what happens|suppose|should|would|could|might|unless|policy|usually"
    r"|worried|afraid|hope)\b[^.?!]*"
    r"|\b(?:how|what|where|who|which)\b[^.?!]*\?|了呢\W*$|如果|要是|万一|假如|会不会|怎么办|怎么(?:处理|赔"
    r"|退)"
)
_MISSING: Final = _compiled(
    r"\bmissing\b|\b(?:box|parcel|package) was (?:empty|incomplete)\b|\bleft out of the\b"
    r"|\bnever (?:in the|came with)\b|(?<!多)少(?:发|寄|送|了)(?!啥|什么|哪)"
    r"|缺(?:少|了|件)|漏(?:发|寄|件)"
)
_WANTS: Final[tuple[tuple[Resolution, re.Pattern[str]], ...]] = (
    (
        "replacement",
        _compiled(
            r"\breplac\w+|\b(?:a |the )?(?:new|another|working|intact|fresh|correct|right) (?:one"
            r"|item"
            r"|piece|copy)\b|\bsend (?:me )?(?:it|the same|a new|another|the (?:right|correct))\b"
            r"|\bsame (?:one|thing|item) again\b|补发|重发|换(?:一个|个|一件|件|新|货)|再(?:发|寄)"
        ),
    ),
    (
        "refund",
        _compiled(r"\brefund\w*|\bmoney back\b|\breimburse\w*|退款|退钱|退货|把钱退|全额退"),
    ),
    (
        "person",
        _compiled(r"\b(?:colleague|person|human|agent|staff|someone)\b|人工|同事|客服|专员"),
    ),
)
_NO_PHOTO: Final = _compiled(
    r"^\W*(?:no|nope|none|sorry)\b|\b(?:no|without(?: a)?|any) (?:photo|picture|pic|image)s?\b"
    r"|\b(?:don't|do not|can't|cannot|couldn't|won't)\b[^.]*\b(?:have|take|send|one|photo"
    r"|picture)\b"
    r"|\b(?:threw|thrown) (?:it|them) away\b|\bskip\b|没有|没拍|不方便|拍不了|没法拍|发不了"
    r"|不用(?:照片|拍)|扔了"
)
_CONDITIONS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    (
        "unopened",
        _compiled(
            r"\bun-?opened\b|\b(?:still )?sealed\b|\bun-?used\b|\bun-?worn\b|\bbrand[- ]new\b"
            r"|\b(?:never|not|n't|haven't|hasn't|nothing|none)(?: even| yet| been| actually| was"
            r"| is| of it)* (?:opened|open"
            r"|used|use"
            r"|worn|tried|touched|unpacked|unboxed)\b"
            r"|\b(?:seal|packag\w+|box|wrapper) (?:is |are )?(?:still )?(?:intact|closed|unbroken"
            r"|on)\b"
            r"|\bstill in (?:its|the|their) (?:original )?(?:box|packag\w+|wrap\w*|plastic)\b"
            r"|没(?:有)?(?:拆|打开|开封|用|穿|动)|未(?:拆|开封|使用|用过)|全新|原封|封条(?:还在"
            r"|完好)"
        ),
    ),
    (
        "used",
        _compiled(
            r"\b(?:used|worn|wore|washed|been using|have been wearing|slept"
            r"|tried it out for)\b(?! to\b)"
            r"|用过|使用过|穿过|洗过|用了|穿了|睡过"
        ),
    ),
    (
        "opened",
        _compiled(
            r"\b(?:opened|unsealed|unpacked|unboxed|tried (?:it|them)? ?(?:on|once)?|seal (?:is "
            r"|was )?"
            r"broken|broke the seal|open(?:ed)? (?:it|the box))\b|拆(?:封|开|了|过)|开封"
            r"|打开(?:过|了)|试(?:过|了)"
        ),
    ),
)


_NO_GOODS: Final = _compiled(
    r"\b(?:card|code|coupon|voucher|log-?in|password|account|web ?site|site|page|app|link|checkout"
    r"|payment|button|wrong \w+ (?:on|in|for) (?:my|the|that) order"
    r"|tracking|e-?mail|chat|form|refund|invoice|charged?|billed)\b"
    r"|(?:优惠码|优惠券|登录|密码|账号|账户|网站|页面|链接|付款|支付|按钮|物流|邮箱|扣款|发票)"
)
"""What breaks without having been delivered."""
_BUYS_ANEW: Final = _compiled(
    r"(?:再|重新|还?得|想|要)(?:给[^，。]{1,5})?买(?!的)"
    r"|\bbuy(?:ing)? (?:him |her |them |myself |us )?(?:a new|another) \w+"
)
"""What broke is replaced by a purchase."""
_LOST: Final = _compiled(
    r"\b(?:order|parcel|package|delivery|shipment)\b[^.]{0,20}\bmissing\b(?! (?:from|in|an?|one"
    r"|some))"
)


def claims(text: str) -> bool:
    """Whether a sentence reports something that came broken, wrong or not at all, as a fact."""
    plain = text.replace("’", "'")
    if _CLAIM.search(plain) is None or _SUPPOSED.search(plain) or _LOST.search(plain):
        return False
    return _NO_GOODS.search(plain) is None and _BUYS_ANEW.search(plain) is None


def fault_of(text: str) -> Fault | None:
    """What is wrong with it."""
    plain = text.replace("’", "'")
    if _MISSING.search(plain):
        return "missing"
    reason = reason_of(plain)
    if reason in ("damaged", "wrong_item", "not_as_described"):
        return reason  # type: ignore[return-value]
    if _CLAIM.search(plain):
        wrong = re.search(r"\bwrong\b|\bdifferent\b|not what i|else's|错|不是我", plain, re.I)
        return "wrong_item" if wrong else "damaged"
    return None


def resolution_of(text: str) -> Resolution | None:
    """What is wanted for it; the last named counts."""
    found = [(match.start(), name) for name, pattern in _WANTS for match in pattern.finditer(text)]
    return max(found)[1] if found else None


def has_no_photo(text: str) -> bool:
    """Whether an answer says that there is no photo."""
    return _NO_PHOTO.search(text.replace("’", "'")) is not None


def condition_of(text: str) -> str | None:
    """The state something is in: unopened, used or opened; None where nothing is said of it."""
    plain = text.replace("’", "'")
    return next((name for name, pattern in _CONDITIONS if pattern.search(plain)), None)
