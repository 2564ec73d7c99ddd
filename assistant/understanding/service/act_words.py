"""The words that ask for acts, set conditions, ask questions and say who is speaking."""

from __future__ import annotations

import re
from typing import Final, Literal

Kind = Literal[
    "cancel", "return", "either", "swap", "address", "payment", "refund", "undo", "add", "reorder",
    "claim",
]  # fmt: skip
"""either: "cancel or return", whichever the state of each order allows; claim: something came
broken, wrong or not at all, whatever is to be done about it."""

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
    "reorder": "place_order",
    "claim": "file_complaint",
}


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


SPLIT = re.compile(
    r"(?<=,)\s+(?=(?:and |but |so )?if\b[^.,;!?]{3,80}?(?:,| then)\b [^.;!?]*\b(?:leave|keep"
    r"|change|swap"
    r"|exchange|return|cancel|send)\b)|"
    r"\s+(?=\(?\d\)\s*[^\W\d])|(?<=[.!?;])(?<!\b[A-Z]\.)(?<!No\.)\s+(?=\S)"
    r"|(?<=\b[sS]ize [SML]\.)\s+(?=\S)|(?<=[。！？；\n])\s*(?=\S)"
)
VERBS: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = (
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
            r"\b(?:need|want|like|get|have) (?:my|the|this|that|these|those|both) [\w' #-]{2,40}?"
            r" cancell?ed\b|\bcancel(?:l?ing|l?ation of)?\b(?! policy| fee)|\bcall(?:ing)? off\b"
            r"|取消(?!政策|的)"
        ),
    ),
    (
        "return",
        _compiled(
            r"\breturn(?:ing)?\b(?! (?:policy|label|window|period|shipping|address|to me\b|you))"
            r"|\b(?:send|sending|give|giving|(?<!\bi )take|taking|bring"
            r"|bringing) (?:(?!to\b|money\b|refund\b)[\w#'-]+ ){1,8}?back\b(?! up\b)(?! (?:to (?:me"
            r"|where)|from))"
            r"|\b(?:send|giv|bring)(?:e|ing)? back\b|\bget (?:my )?money back (?:for|on)\b|退货"
            r"|退掉|退回|退了"
            r"|把[^，。]{1,20}退到|(?<![钱各])退(?!款|钱|我的?钱|订(?!单)|换|到"
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
            r"|\b(?:need|want|like|get|have) (?:my|the|this|that|these|those|both) [\w' -]{2,40}?"
            r" (?:changed|exchanged|swapped|replaced|switched) (?=(?:to|for|into|with|out)\b)"
            r"|\bchang(?:e|ing)\b(?! (?:my|your|his|her|our) mind)(?! of (?:plans?|mind"
            r"|heart))|\badjust(?:ing)?\b"
            r"|\bconvert(?:ing)?\b|\bupdat(?:e|ing)\b(?! (?:me|on)\b)|\bedit(?:ing)?\b"
            r"|\bcorrect(?:ing)? (?=(?:the|my|all|both|every|order) )"
            r"|换(?!句话)|改(?!主意|天|日|成?寄|成?送|成?发到)"
        ),
    ),
    (
        "address",
        _compiled(
            r"\b(?:ship|deliver|redirect|reroute|send"
            r"|forward) (?:(?!back\b)[\w#'-]+ ){0,6}?to (?=(?!me\b|you\b|whom)\w)"
            r"|\baddress(?:es)? (?:should|needs? to|has to|must|to) be\b"
            r"|\b(?:need|want|prefer) (?:it|them|that|this|the order|everything) (?:at|sent to"
            r"|shipped to"
            r"|delivered to|to go to|to be (?:sent|shipped|delivered) to)\b"
            r"|\b(?:should|must|needs? to) (?:go|be (?:going|sent|shipped|delivered)) to\b"
            r"(?! (?:\w+ ){0,2}?(?:paypal|cards?|account|bank|visa|mastercard|alipay|wechat)\b)"
            r"|\b(?:make|use|set|save) (?:that|it|this)(?: one| address)? (?:as |to be |for )?my"
            r" (?:new )?(?:default|profile|account|home)\b"
            r"|\bset (?:\w+ ){0,6}?address|改寄|改送|改发到|寄到|送到|发到|寄去"
        ),
    ),
    (
        "payment",
        _compiled(
            r"\bpay (?:for (?:\w+ ){0,6}?)?(?:with|by|using) (?:\w+ ){0,4}?instead\b"
            r"|\bcharge (?:\w+ ){0,6}?instead\b|\bsplit (?:the |my )?(?:payment|bill|cost|total)\b"
            r"|分开(?:付|支付)|拆分(?:付款|支付)"
        ),
    ),
    (
        "refund",
        _compiled(
            r"\brefund (?:me )?(?:for )?(?!(?:my|the) (?:\w+ )?(?:card|paypal|account"
            r"|gift ?card)\b)"
            r"(?=(?:the|my|this|that|these|those|all|both|order|it"
            r"|them|#)\b)(?!the (?:money|amount|difference))"
            r"|\b(?:get|want|request|need|have|issue|give me|like|process) (?:a |the |my "
            r"|full ){0,2}refund(?:ed)?\b(?! (?:to|on|onto|in|within|via|amount|total))"
            r"|\bmy money back\b|\breimburse\w*|退款(?!到|方式|金额)|退钱"
        ),
    ),
    (
        "reorder",
        _compiled(
            r"\bre-?order(?:ing)?\b(?! (?:point|level))"
            r"|\b(?:order|buy|purchase|place)(?:ing)? (?:me |us )?(?:(?!(?:never|not|back)\b)"
            r"[\w#'’,-]+ ){0,12}?(?:again|once more|one more time|a second time)\b"
            r"|\brepeat(?:ing)? (?:my |that |the |this |an? )?(?:[\w#-]+ ){0,3}?(?:order"
            r"|purchase)\b"
            r"|\bduplicate (?:my|that|the) (?:[\w#-]+ ){0,2}?order\b"
            r"|\b(?:the )?(?:exact )?same (?:again|order again|things? again|as last time)\b"
            r"|\b(?:order|buy|place|want|like|get|have) (?:me )?(?:exactly )?the (?:exact )?same"
            r" (?:order|things?|items?|stuff)(?: again| as| that| i)\b"
            r"|\bsame order (?:as|again)\b"
            r"|再来(?:一|两|三)?[单份次套]|再(?:帮我|给我)?(?:买|订|下|来|要|购"
            r"|拍)(?:一?[次遍单份回套]|同样|一样)"
            r"|再(?:帮我|给我)?(?:买|订|下|购|拍)(?:一|两|三)[个件双条台把瓶盒包]"
            r"|重新(?:下单|下一单|购买|买|订购)|复购|回购|照(?:原样|上次|之前)[^，。]{0,8}(?:买"
            r"|来|订|下)"
            r"|(?:和|跟|同)上(?:次|回)一样[^，。]{0,6}(?:买|来|订|下|份|单)"
        ),
    ),
    (
        "add",
        _compiled(r"\badd (?:\w+ ){0,8}?to (?:my|the|this|that) (?:\w+ )?order\b"),
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
ADDRESS = _compiled(
    r"(?<!mail )(?<!mailing list )\baddress(?:es)?\b|\b(?:ship|deliver)(?:ped|ed)? to\b"
    r"|\bshipping (?:info"
    r"|details|location|destination)"
    r"|\b(?:to|be) (?:my|the|our) (?:[\w' ]{1,20} )?(?:home|house|place|office)\b|地址"
    r"|[\u3400-\u9fff](?:路|街|道|巷|弄)\d+(?:号|弄)"
)
OF_ACCOUNT = _compiled(
    r"^\W*(?:(?:the|my|our|an?|which|what) )*(?:e-?mail|phone|mobile|telephone|cell|name|last name"
    r"|first name|surname|password|account|profile|log-?in|user ?name|newsletter|language"
    r"|preferences?|subscription|notification|birthday|birth ?date)s?\b(?! (?:order|card|address))"
    r"(?! (?:\w+ ){0,2}?(?:for|to|into|with) (?:an?|the|one) )"
    r"|^(?:请|麻烦|帮我|我想?要?|你|能|可以|给我|下|一|改|修改|更改|更新|换|把|将|的)*(?:邮箱"
    r"|邮件地址|手机号?|电话|姓名|名字|密码|账号|账户|昵称|语言|订阅|个人信息)"
)
"""What a change is of that belongs to the account and to no order."""
EDITS_ACCOUNT = _compiled(
    r"\b(?:change|changing|update|updating|edit|editing|correct|fix|modify|replace)\b"
    r" (?:the |my |our |an? )?(?:e-?mail|phone|mobile|telephone|(?:first |last |full )?name|surname"
    r"|(?:account|profile) (?:details|name|info\w*))s?\b"
    r"|(?:改|换|更新|变更)[^，。]{0,6}(?:邮箱|邮件地址|手机号|电话号?|姓名|名字|昵称|个人信息)"
    r"|(?:邮箱|邮件地址|手机号码?|电话号?码?|姓名|名字|昵称|个人信息)[^，。]{0,4}(?:改|换|更新"
    r"|变更)"
)
PAYMENT = _compiled(
    r"\bpayment(?: method| option| type)?s?\b|\bhow i(?:'m| am)? pay(?:ing)?\b"
    r"|\bpay(?:ing)? (?:with|by|method)\b"
    r"|\bpaid (?:with|by)\b|付款方式|支付方式|付款(?!码)"
    r"|(?:改用?|换成?|改成|改为)[^，。]{0,10}(?:付|支付宝|微信|礼品卡|信用卡|银行卡|贝宝)"
)
PAID_BY = _compiled(
    r"\b(?:order|orders?\s+#?\w+|it|this|that|them)\s+to\s+(?:my\s+)?(?:paypal"
    r"|gift ?card|credit card|visa|mastercard|amex)"
)
NOT_ACT = _compiled(
    r"(?:\b(?:never|without|than|instead of|rather than|before|after|about|was|were"
    r"|been|being|already|no"
    r"|how (?:do|can|would|to) (?:i|you|one)|how to|i'll|i will|i'll just|i may|a|an|the|my|your"
    r"|this|that|any"
    r"|its|free|easy|of)"
    r"|(?:没|未|已经|怎么|如何|怎样)(?:要|想|能|会|用|再|先|给我)?)\s*$"
)
DEFINITE = _compiled(
    r"\b(?:my|the|this|that|these|those|both|all|every|everything|it|them|one"
    r"|another)\b|#?\w*\d{4,}"
)
SUPPOSED = _compiled(
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
NEGATED = _compiled(
    r"(?:\bnot|\bnever|n't|\b(?:do|did|does|wo|ca)nt|\bwithout|\brather than|\binstead of"
    r"|\bno longer)\b(?: (?:want|wanna|gonna|wish|need|like|have|going|to|be|please|the|my|yet"
    r"|actually|really|you)){0,5}\s*$"
    r"|(?:没有?|不)(?:想|要|打算|准备|说)(?:要)?[^，。]{0,12}$|(?:不要|不想|别|不用"
    r"|不是要|先不|不)(?:给我|帮我|再|去)?$"
)
REQUESTED = _compiled(
    r"\b(?:start|do|make|process|request|arrange|set up|initiate|want|need|like|get"
    r"|begin|open) (?:a|an|the|my)\s*$"
)
CONDITION = _compiled(
    r"^\s*(?:(?:and|but|or|also|so|then|,)\s+)*(?:if|unless|otherwise|in case"
    r"|or else|failing that|only if|as long as"
    r"|provided|should (?:there|it|that|the)|when (?:it|that|there)|assuming|else"
    r"|,)\b|^\s*(?:如果|要是|假如|否则|不然|除非|没有的话|若)"
)
INLINE_IF = _compiled(
    r"[,;(]?\s*\b(?:but )?(?:only )?(?:if(?! (?:at all )?(?:possible|available)\b)|unless"
    r"|otherwise|in case|as long as"
    r"|provided)\b|[，,]?(?:如果|要是|假如|否则|不然|除非|没有的话|没货的话"
    r"|没有货的话|不行的话|实在没有|有[^，,。；]{1,12}的话)"
)
ONLY_THAT = _compiled(r"\b(?:only|just|rather not|leave|keep|forget)\b|只|保留")
LEADING_IF = _compiled(
    r"^\s*(?:(?:and|but|so|also|then|or|well|,)\s+)*(?:(?P<o>otherwise|or else"
    r"|failing that|if not|else|否则|不然|不行的话|如果不行|没有的话)[,，]?"
    r"|(?P<c>(?:if|in case|should|when|unless|如果|要是|假如)[^,，]*?)(?:[,，]|\bthen\b"
    r"|(?=\bi(?:'d| would)? (?:want|like|need)\b)|那就?|就))\s*"
)
FAILED = _compiled(
    r"\b(?:not|no|none|nothing|neither|unable|unavailable|impossible|fails?|cannot"
    r"|can't|isn't|aren't|doesn't|don't|won't|couldn't|wouldn't"
    r"|any (?:issue|problem|trouble)s?|only option|unless)\b|n't\b|不|没"
)
DONE = _compiled(
    r"\b(?:possible|works?|can be|goes through|went through|is (?:done|returned"
    r"|cancelled|exchanged|refunded|ok(?:ay)?|fine)|you can|i can"
    r"|succeeds?|so|yes|allowed|accepted)\b|可以|能"
)
LEANS = _compiled(
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
SHARED = _compiled(
    r"\b(?:refund|money|charge|difference|credit|pay|payment|paid)\b[^.]*\b(?:to|on"
    r"|onto|with|by|via|through|from|goes?|use|using)\b"
    r"|\buse (?:my |the )?(?:gift ?card|paypal|credit card|visa|mastercard|amex"
    r"|other card|same)|\b(?:my|the) (?:other )?(?:gift ?card|paypal|visa|master ?card|amex"
    r"|credit card"
    r"|debit card)\b|\boriginal (?:payment|method|form)"
    r"|\b(?:paypal|gift ?card|credit card) (?:is|would be|please|preferred|for)"
    r"|\bbecause\b|\breason\b|\bby (?:mistake|accident)\b"
    r"|\bno longer need|\bdon't need\b|礼品卡|原路|支付宝|信用卡|因为|拍错|买错|不需要"
)
IDENTITY = _compiled(
    r"@[\w-]+\.\w|\b(?:my )?name(?:'s| is|:)|(?<!half )(?<!half-)(?<!full )(?<!full-)(?<!quarter"
    r" )\bzip\b|\bzip ?code\b|\bpost ?code\b"
    r"|\bpostal\b|\bi(?:'m| am) [A-Z]\w+ [A-Z]\w+"
    r"|\b(?:i live|living|residing|based) (?:in|at)\b|\bthis is [A-Z]\w+ [A-Z]|我叫"
    r"|我是|邮编|邮箱是?|名字"
)
QUESTION = _compiled(
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
TRAILING = _compiled(
    r"(?:,|\band\b|;|\bthen\b|\balso\b|\s)+(?P<q>(?:please )?(?:(?:i(?:'d"
    r"| would)? (?:also )?(?:want|need|like|love|wish)(?: to)? (?:know|see|find out"
    r"|hear|ask|confirm|check))"
    r"|tell me|let me know|(?:can|could|would) you (?:please )?(?:tell|confirm"
    r"|let me know|check|give me))\b)"
    r"|[，,](?P<z>(?:请?告诉我|想知道|我想问|顺便问|(?:那|一共|总共|大概|这样)*(?:能|可以|会)?退(?:给?我)?"
    r"(?:回来?|还)?多少|要(?:补|付|加)(?:多少|差价)|差价(?:是)?多少|多久能?到账))"
)
ORDERISH = _compiled(
    r"#?\b[wW]?\d{5,}\b|\b[A-Z]{2}-\d{4,}\b|\border(?:s|ed)?\b|\bbought\b"
    r"|\breceived\b|\bpurchas\w+|\barrived\b|\bgot\b|订单|买了|收到"
)
CONJ = re.compile(
    r"(?:\s*[,;，、；](?!\s*(?:which|who)\b)\s*(?:and |but |then |also |plus )?(?:then |also "
    r"|please "
    r"|finally |lastly )*|\s+(?:and|then|also|plus|but)\s+(?:then |also |please "
    r"|finally |lastly |i (?:also )?(?:want|need|would like|'d like) )*"
    r"|\s*(?:然后|另外|还有|并且|同时|顺便|再|并))"
)


ACCOUNT = _compiled(
    r"\b(?:change|update|edit|new|create|sign|register|subscri\w*|unsubscri\w*"
    r"|newsletter|delete|forg[eo]t|password|switch|correct"
    r"|add|remove|wrong|typo|marketing|mailing)\b|改|换|注册|订阅|退订|密码|删除"
)
