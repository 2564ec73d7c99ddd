"""The words that tell which items and orders are meant, and which are left out."""

from __future__ import annotations

import re

ORDER_ID = re.compile(
    r"(?<![A-Za-z0-9_.])(?:#\s?[A-Za-z]{0,3}-?\d{1,12}"
    r"|[A-Za-z]{0,3}-?\d{4,12}(?:-\d{1,8})?)(?![A-Za-z0-9_])"
)
EVERYTHING = re.compile(
    r"\b(?:everything|every ?(?:single )?(?:[\w-]+ ){0,2}(?:item|thing|product|order)"
    r"|all (?:of )?(?:the |my |these |those |possible |pending |delivered |received "
    r"|remaining |other |open )*"
    r"(?:items?|things?|stuff|products?|orders?|goods|purchases)"
    r"|both (?:of )?(?:the |my |these |those )?(?:\w+ )?orders"
    r"|all (?:pending|delivered|open)|anything i(?:'ve| have)?|all i(?:'ve"
    r"| have)? (?:ordered|bought))\b"
    r"|全部|所有|都(?=退|取消|换|改|不要|\s*$)",
    re.I,
)
ALL_OF_IT = re.compile(
    r"\b(?:all of (?:it|them|that|this)|them all|it all|both of them|the lot)\b", re.I
)
AN_ORDER = re.compile(
    r"\bone (?:with|that|which|containing|going|to|in)\b|\border\b|订单|那[一]?单", re.I
)
"""Of what is left out: a whole order, not a thing in one."""
THAT_ORDER = re.compile(
    r"\b(?:that|this|the same|same|the|said) (?:\w+ )?order\b(?! (?:with|that|which"
    r"|of|containing|sent|number|id))|这个订单|该订单|那个订单",
    re.I,
)
EXCEPT = re.compile(
    r"\b(?:except(?: for)?|but not|apart from|other than|besides|excluding"
    r"|aside from|save for|with the exception of"
    r"|but keep|and keep|keep(?:ing)?|leave (?=(?:the|my)\b)|everything but|all but"
    r"|not (?=(?:the|my)\b))\b|除了|除去|不包括|留下|保留",
    re.IGNORECASE,
)
EXCEPT_ZH = re.compile(r"除了?(?P<what>[^，。；]{1,24}?)(?:以外|之外|外)[，,]?(?:的)?")
EXCEPT_FIRST = re.compile(
    r"^\W*(?:except(?: for)?|apart from|other than|besides|aside from) (?P<what>[^,;.]{2,60})[,;] ",
    re.I,
)
"""What is left out, said before the rest: "Apart from the lamp, return everything"."""
KEPT_LAST = re.compile(
    r"(?:[,;]\s*(?:but |and |though )*|\s(?:but|except|though|only)\s+)(?P<what>[^,;.]{2,60}?),?\s+"
    r"(?:i(?:'d like to| want to| would like to|'ll| will| am going to|'m going to)? (?:keep"
    r"|hold on to|hang on to)"
    r"|i(?:'m| am) keeping|(?:can |should |must |will |shall )?stays?)\b(?! (?:it|them|the|my"
    r"|that)\b)"
    r"|(?:^|[，,；]|但是?|不过|只是|可是)(?:那么?|就|但是?|不过)*(?P<zh>[^，,。；]{1,20}?)(?:我)?(?:还)?(?:要|想|先|就)*"
    r"(?:留着|留下|自己留|保留|不退|不换|不取消)",
    re.I,
)
"""What is kept, named before it is said so: "everything back, but the boots I keep"."""
KEPT_FIRST = re.compile(
    r"^\W*(?:(?:actually|no|wait|sorry|oh|but|ok|okay|hmm|please)\b[ ,]*)*"
    r"(?:(?:i(?:'ll| will| want to|'d like to)?|let me|let's) )?(?:keep|leave|forget(?: about)?"
    r"|skip"
    r"|not|don't (?:return|cancel|exchange|change))\s+(?P<what>(?:the|my|that)\b[^,;.]{2,40}?)"
    r"(?:[,;]\s*|\s+)(?:(?:and|but)\s+)?(?:(?:just|rather|instead|please)\s+)*"
    r"(?=(?:return|cancel|exchang|swap|chang|send|give)\w*)"
    r"|^\W*(?:等等?|不|算了|还是)*[，,]?(?:保留|留下|不退|不要退"
    r"|不换)(?P<zh>[^，。；]{1,12})[，；](?=.*[退换取])",
    re.I,
)
"""What is kept, said before what is done instead."""
BUT = re.compile(r"\bbut (?:not )?(?=(?:the|my|for the|#?\w*\d{4})\b)", re.I)
"""After "everything": what is left out."""
PENDING = re.compile(
    r"\b(?:pending|not (?:yet )?(?:shipped|arrived|delivered|received|sent)"
    r"|haven't (?:received|got)|hasn't (?:shipped|arrived|come|left)|unshipped|still processing"
    r"|(?:just|only just|recently|newly) (?:ordered|placed|bought|purchased)"
    r"|still (?:being prepared|waiting for|on (?:its|the) way))\b|刚(?:刚)?(?:下单|买|订)|未发货"
    r"|没发货|待发货|还没(?:到|收到)",
    re.I,
)
DELIVERED = re.compile(
    r"\b(?:delivered|received|arrived|came (?:in|with)|got (?:it|them|delivered))\b"
    r"|收到|到货|已送达|签收",
    re.I,
)
CHEAPER = re.compile(
    r"\b(?:cheaper|less expensive|cheapest|least expensive|lower[- ]priced"
    r"|less costly)\b|便宜的?那?",
    re.I,
)
DEARER = re.compile(
    r"\b(?:more expensive|dearer|pricier|most expensive|priciest|higher[- ]priced"
    r"|expensive one|more costly)\b|贵的?那?",
    re.I,
)
ALONGSIDE = re.compile(
    r"\b(?:received|ordered|bought|came|arrived|got|purchased|together|along"
    r"|delivered|order)\b[^,.;]{0,20}?\bwith (?:the|my|a|an)?\s*$"
    r"|\bone (?:with|containing|that (?:also )?(?:has|had)) (?:the|my|a|an)\s*$"
    r"|\b(?:orders?|purchase|package|parcel) (?:with|of|containing|for|having|including|holding"
    r"|(?:that|which) (?:also |has |had |have |holds |contains |contained |includes |included"
    r" ){1,2}"
    r"|where i (?:also )?(?:bought|ordered|got))\s*(?:the|my|a|an|two|both)?\s*$"
    r"|\bin the same order as (?:the|my|a)?\s*$|\bthat goes with (?:the|my)\s*$"
    r"|\b(?:same as|(?<!'d )(?<!would )(?<!i )like) (?:the|my)\s*$",
    re.IGNORECASE,
)
OTHER_ORDER = re.compile(
    r"\b(?:in|from|of|on) (?:the|my|that|an?)(?:other| other| different| second) (?:\w+ )?order\b"
    r"|(?:另一个|另外一个|别的)订单",
    re.I,
)
"""Said after a name: of an order other than that of the thing named before it."""
HAVING_ZH = re.compile(r"(?:有|含有?|包含|带)(?:我的|一?[个块台件把双条])?$")
THE_ONE_ZH = re.compile(r"的(?:那个?|那一?[单笔]|待发货的?)?(?:订单|单子?|那个|那单)?")
"""Around a name: "有手表的那个订单"."""
SAME_ORDER = re.compile(
    r"\bsame order\b(?! as\b)|\b(?:in|from) (?:that|this) order\b|同一个?订单|[这那]个订单", re.I
)
PRICED = re.compile(
    r"\b(?:(?P<dear>most expensive|priciest|dearest|costliest|more expensive|pricier|dearer)"
    r"|cheapest|least expensive|cheaper)"
    r" (?:item|thing|product|article|purchase)\b|(?P<zh>最贵|最便宜)的?(?:那个|那件|一件|商品"
    r"|东西)",
    re.I,
)
ONE_OF = re.compile(r"\bthe (?:[\w'-]+ ){1,4}ones?\b", re.I)
ONE = re.compile(r"\b(?:it|that|this|them|those|the (?:[\w'-]+ ){0,3}ones?)\b|它|那个|这个", re.I)
"""Stands for what was named before, in words before these."""
ONES = re.compile(
    r"\b(?:the (?:other )?ones?|it|them|those|these|that one)\b|那[个件双台]|它", re.I
)
"""Stands for a thing that was named before."""
