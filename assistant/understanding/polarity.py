"""Whether a turn asks for a write or only speaks of it: negation, supposition, report.

"Don't cancel it, just tell me where it is" names cancelling and asks for none; so does "what would
happen if I returned it?". A reading that moves money or an order needs one mention of its act that
stands outside such a scope; where every mention lies inside one, the reading is vetoed. Words that
only look like a denial ("why don't you cancel it", "I don't want it any more, cancel it",
"你就不能直接取消吗") open no scope. Triggers and scopes are those of NegEx (Chapman et al. 2001).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal

from assistant.conversation import Language
from assistant.understanding.slot_base import compiled, normalise

MONEY: Final = frozenset(
    {"cancel_order", "return_item", "exchange_item", "request_refund", "change_order"}
    | {"change_shipping_address", "change_payment", "place_order"}
)
"""Intents whose skill proposes a write to an order or to money."""

Stance = Literal["asked", "spoken of", "unnamed"]

_MAX_CHARACTERS: Final = 600

_CHANGE_EN = r"chang(?:e|es|ed|ing)(?! (?:my|his|her|our) mind)"
_ACTS_EN: Final[Mapping[str, re.Pattern[str]]] = {
    name: compiled(rf"\b(?:{pattern})\b")
    for name, pattern in {
        "cancel": r"cancel\w*|call(?:ing|ed)? (?:\w+ ){0,2}off|scrap(?:ping|ped)?",
        "return": r"return\w*|(?:send|sending|sent|bring|bringing|take|taking|took|give|giving|go"
        r"|going|have) (?:\w+ ){0,3}back",
        "refund": r"refund\w*|money(?: \w+)? back|reimburs\w*|my money",
        "exchange": rf"exchang\w*|swap\w*|replac\w*|{_CHANGE_EN}",
        "change": rf"{_CHANGE_EN}|alter\w*|amend\w*|edit\w*|modif\w*|swap\w*|switch\w*"
        r"|add(?:ed|ing)?|remove\w*|touch",
        "address": rf"{_CHANGE_EN}|send|sent|ship|shipped|deliver|redirect\w*|mov(?:e|ed|ing)"
        r"|switch\w*|go to|different address|update\w*|touch",
        "payment": rf"{_CHANGE_EN}|switch\w*|swap\w*|(?<!how i )pay|paid|paying|use|using|put"
        rf"|charg\w+",
        "order": r"order (?:it|now|this|these|them|that|yet|yesterday|tonight|today|two|both)"
        r"|(?:to|(?<!what )(?<!that )i|(?<!what )we|just|not|don't) ordered?|plac(?:e|ed"
        r"|ing) (?:(?:the|an|my|that|this|any) )?orders?"
        r"|buy|buying|bought|check(?:ing)? ?out|checkout|pay|paying|purchas\w+|charg\w+ (?:me"
        r"|my|it)",
        "placing": r"plac(?:e|ed|ing) (?:(?:the|an|my|that|this|any) )?orders?|buy"
        r"|check(?:ing)? out",
    }.items()
}
_ACTS_ZH: Final[Mapping[str, re.Pattern[str]]] = {
    name: compiled(pattern)
    for name, pattern in {
        "cancel": r"取消|撤单|撤了|撤掉|退订单|退单|作废",
        "return": r"退(?!款|钱|订)|寄回",
        "refund": r"退款|退钱|钱.{0,4}[退还]|[退还].{0,3}钱|赔|退(?!货|订|单)",
        "exchange": r"换",
        "change": r"改(?!主意)|换|动|加|变",
        "address": r"改(?!主意)|换|寄|送|搬|动|放",
        "payment": r"换|改(?!主意)|扣(?!的)|付(?!款?方式|宝)|(?<!还是)(?<!继续)(?<![不无])用|刷",
        "order": r"下单|下过|付款|付钱|结账|结算|买|扣.{0,3}[钱款]|提交",
        "placing": r"下单|付款|付钱|结账|提交",
    }.items()
}
_OWN: Final[Mapping[str, tuple[str, ...]]] = {
    "cancel_order": ("cancel",),
    "return_item": ("return",),
    "request_refund": ("refund",),
    "exchange_item": ("exchange",),
    "change_order": ("change",),
    "change_shipping_address": ("address",),
    "change_payment": ("payment",),
    "place_order": ("order",),
}
_NEAR: Final[Mapping[str, tuple[str, ...]]] = {
    "cancel_order": ("refund", "return", "placing"),
    "return_item": ("refund", "cancel"),
    "request_refund": ("return", "cancel", "placing"),
    "exchange_item": ("return", "refund"),
}
"""Acts that are readily taken for an intent's own, asked where the turn does not name its own."""

_ANY: Final = ("cancel", "return", "refund", "exchange", "change")

# --- English ----------------------------------------------------------------------------------

_BARE_EN = re.compile(
    r"\b(do|does|did|is|are|was|were|wo|would|could|should|ca|have|has|had|ai)nt\b", re.ASCII
)
# "Do not, under any circumstances, cancel it"
_ASIDE_EN = compiled(r"\b(do not|don't|never|please don't),[^,.;!?]{1,40},")
# A denial in form, a request or nothing in meaning.
_RHETORIC_EN = compiled(
    r"\bwhy (?:don't|can't|won't|haven't|hasn't|didn't|not|isn't|aren't)\b(?: (?:you|i|we|it)\b)?"
    r"|\byou (?:still )?(?:haven't|have not)\b"
    r"|\bhow come (?:you|it|my \w+) (?:haven't|hasn't|won't|don't|didn't|isn't)\b"
    r"|\b(?:can't|couldn't|won't|wouldn't) (?:you|i|we|somebody|someone)\b"
    r"|\b(?:don't|not|never|do not) (?:forget|hesitate|fail|delay|wait|stop until)\b"
    r"|\b(?:can't|cannot) wait\b|\bif not\b|\bnot only\b|\bwhy not\b|\bdidn't i (?:ask|tell|say)\b"
    r"|(?<!what )\bif (?:it|they|you|that|this|the \w+|my \w+) (?:\w+n't|(?:is|has|have|can"
    r"|are) not)\b"
    r"|\bno (?:longer(?! (?:want|wish|need) to)|more|idea|clue|problem|worries|good|use)\b"
    r"|\bchang(?:e|ed|ing) (?:my|his|her"
    r"|our) minds?\b(?! about)"
)
_GAP_EN = (
    r"(?:(?:really|even|yet|actually|just|still|to|for|you|us|me|my|our|your|a|an|the|any|anyone"
    r"|anything|of|be|being|been|go|going|plan|planning|intend|intending|try|trying|look"
    r"|looking|about"
    r"|after|said|say|saying|mean|meant|dare|have|having|i|i'm|we|dream|think|expect|wonder"
    r"|wondering|longer|different|another"
    r"|other|want|wants|wanted|wanting|need|needs"
    r"|needed|wish|like|liked|ask|asks|asked|asking|request|requested|requesting|start|process"
    r"|place"
    r"|make|give|do|did|ready|here|that|it|this|order|orders|item|thing|yours|it's|is|was"
    r"|reason|point"
    r"|in|with|by|card|pay|address|keen|happy|sure|decided|get|getting|full|bother|bothering"
    r"|ever|against|today|once"
    r"|please|all|more|at|send|label|anybody|somebody|someone|so|far)\s+){0,8}?"
)
_NEGATOR_EN = (
    r"(?:\bnot\b|\b\w+n't\b|\bcannot\b|\bnever(?: mind)?\b|\bno\b|\bwithout\b|\binstead of\b"
    r"|\brather than\b|\bother than\b|\bapart from\b|\bshort of\b|\bnobody\b|\bno one\b|\bnone\b"
    r"|\bnothing\b|\bhate\b|\brefuse\b|\bneither\b|\bnor\b|\bdecided against\b|\bhold off\b(?: on)?"
    r"|\bforget(?: about)?\b"
    r"|\bkeep(?: on)?\b(?! (?:it|the|my|this|that)\b)|\bchanged my mind about\b"
    r"|\b(?:almost|nearly)\b|\bthought (?:about|of)\b|\bthinking (?:about|of)\b"
    r"|\bwas going to\b|\bwere going to\b|\b(?:might|may)\b|\bwho said anything about\b)\s+"
)
_BEFORE_EN = compiled(rf"{_NEGATOR_EN}{_GAP_EN}$")
# "I don't want the shoes I bought exchanged"
_WANTED_DONE_EN = compiled(
    r"(?:n't|\bnot|\bnever|\bnobody) (?:\w+ )?(?:want|wants|wanted|need|like|wish|have|get) "
    r"(?:(?!(?:and|then|please|just|because|it's)\b)[\w#'-]+ ){1,6}$"
)
_OBJECT_EN = compiled(
    r"\b(?:it|this|that|them|these|those|one|ones|order|orders|item|thing|more|anymore)\s+$"
)
_AFTER_EN = compiled(
    r"\s+(?:page|process|policy|polic|rules|terms|form|desk|charges?|fees?|section|info)\b"
    r"|\s*\?\s*(?:no\b|nope\b|nah\b)|\s+is the last\b|\s+(?:won't|wouldn't|doesn't) help\b"
    r"|\s+(?:label )?(?:is not|isn't|was not|wasn't|is no)\b"
    r"(?! (?:working|going|letting|available|possible))|\s+not (?:needed|wanted|required|necessary)"
)
_SUPPOSED_EN = compiled(
    r"\bwhat (?:would|will|happens?|becomes)\b|\bwhat if (?!you\b)|\bsuppos(?:e|ing)\b"
    r"|\bhypothetical(?:ly)?\b|\bin theory\b|\bin principle\b|\bimagine\b|\blet's say\b"
    r"|^say (?:i|it)\b"
    r"|\b(?:she|he|they) (?:asked|requested)\b"
    r"|\bin case\b|\bgenerally\b|\bbefore i (?:buy|order|pay)\b|\bwere i to\b|\bif i (?:were"
    r"|was) to\b"
    r"|(?<!ok )(?<!okay )(?<!possible )(?<!alright )\bif i (?:ever |did |do |should |then "
    r"|just )?(?:\w+ed|cancel|return|exchange|swap"
    r"|change|order|buy"
    r"|bought|sent|send|got|move|check ?out|ask)\b"
    r"|\bwould (?:i|it(?! be (?:ok|okay|alright|possible) (?:to|if))|we|an?|shipping|there|that"
    r"|you (?:ever|still))\b"
    r"|\bhow (?:long|many|much|soon|late|often|would)\b|\bwhat's the (?:latest|deal|policy|rule)"
    r"|\bwhat (?:are|is) (?:the|my|your) (?:latest|options|deal|policy|rules?|terms)\b"
    r"|\b(?:can|could|are|do|does|may|will) (?:\w+ ){0,2}?(?:orders|people|customers|items|goods"
    r"|gifts|things|returns|refunds|cancellations)\b|\bdo you (?:do |offer |accept |give |allow )?"
    r"(?:refund|return|exchange|swap|replace)s?\b(?! (?:it|me|this|my)\b)|\bin (?:what"
    r"|which) cases?\b"
    r"|\byou don't do\b|\breturnable\b|\brefundable\b|\b(?:am i|are you|is one) allowed\b"
    r"|\b(?:is it|would it be) possible\b[^.!?]*\b(?:after|once|later)\b|\b(?:sale|opened|worn"
    r"|used) (?:items?"
    r"|goods)\b"
    r"|\b(?:can|could|may|might) (?:i|we|it|an? \w+)\b[^.!?]*\b(?:later|afterwards?|after (?:it"
    r"|i|they)"
    r"|once|in theory|on the day|if needed\b|if (?:i(?! (?:still )?have\b)|we|it|the \w+|needed"
    r"|they)\b|without)"
    r"|\bif\b[^.!?]*\b(?:can|could|would|do|will|does|is|may|might) (?:i|we|you|it|an?)\b"
)
# What somebody did or may have done is no ask.
_REPORTED_EN = compiled(
    r"\b(?:why|who|when|how) (?:was|were|is|has|have|had|did|got)\b|\b(?:was|were|has|have"
    r"|is) (?:my|the"
    r"|it|this|our) (?:\w+ ){0,4}$|\bdid (?:you|someone|somebody|they|anyone) (?:\w+ ){0,2}$"
    r"|\b(?:friend|sister|brother|mum|mom|dad|neighbou?r|colleague|mate) (?:has |had |just )?$"
    r"|\byou(?: guys| people|'ve| have)? (?:just )?$"
)
_DONE_EN = compiled(r"\w+ed\b.*|(?:sent|bought|paid|took)\b.*")
_DEMAND_EN = compiled(
    r"^\s*(?:(?:then|so|ok|okay|well|and|or|please|pls|just|now|yes|simply|only"
    r"|kindly)\s+)*(?:(?:i|we)"
    r"(?:'d like| want| need| would like| wish| insist|'ll)|(?:can|could) you|go ahead"
    r"|let's|let me|cancel|return|refund|exchange|swap|change|send|give|take|ship|deliver|put"
    r"|charge"
    r"|use|order|buy|place|replace|switch|amend|edit|alter|scrap|call|add|remove|redirect|update)\b"
)
# To refuse one place of delivery is to ask for another.
_PLACE_EN = compiled(r" (?:\w+ ){0,3}?(?:to|at) (?!a different|another|any|some)\w")
_AS_IT_IS_EN = compiled(
    r"\b(?:leave|keep)\b[^.!?,]*\b(?:as (?:it )?is|as it was|alone|the same|unchanged)\b"
    r"|\bno changes\b|\b(?:address|card|order|size) is (?:fine|right|correct|ok)\b"
    r"|^keep (?:my|the)\b|\b(?:i'm|i am|we're|we are|i'll be|we'll be) keeping\b"
    r"|\b(?:don't|not) (?:send|ship|deliver) (?:\w+ ){0,2}(?:anywhere|somewhere|elsewhere)\b"
)
# A turn that opens so, and names no act, supposes one.
_OPENING_EN = compiled(
    r"^(?:and |so |ok |well )?(?:what if (?:i|it|my|the|we)\b|suppos(?:e|ing)\b|imagine\b"
    r"|let's say\b"
    r"|hypothetically\b|if (?:it|i|my|the|we)\b[^,]*, (?:what|how|who|would|could i|do i|can i)\b)"
)
_RATHER_EN = compiled(r"\bbut (?:to|in|with|at|by|on|for|the|as|from)\b|\binstead\b(?! of)")
# What is wanted in place of the thing held: an exchange, though its word is not said.
_INSTEAD_EN = compiled(
    r"\b(?:same|another|new|working|different|bigger|smaller|other one|one in|right one)\b"
)
_SENTENCE_EN = re.compile(r"[.!;\n]+|\?+(?!\s*(?:no|nope|nah)\b)")
_CLAUSE_EN = re.compile(r",|\bbut\b|\bso\b|\bbecause\b|\s-+\s|:")

# --- Chinese ----------------------------------------------------------------------------------

_RHETORIC_ZH = compiled(
    r"([能可会要行是想肯退换改])不\1|可不可以|能否|(?:怎么|为什么|为啥|干嘛|干吗|凭什么)(?:还"
    r"|都|就)?(?:不|没)"
    r"|(?:就|难道)?不(?:能|可以)[^,]{0,6}(?:取消|退|换|改|撤)[^,]*[吗么]|要不然?|不如|不得不|不行就"
    r"|不小心|不好意思|不仅|不只|(?:还)?没(?:有)?(?:发货|寄出|发出|发|到)|不(?:合适|合身|喜欢"
    r"|好用|满意|对|想要了|要了)"
)
_BEFORE_ZH = compiled(
    r"(?:不(?:用|需要|必|该|应该|指望|期望|想要?|要|打算|准备|是(?:要|想|来要?)?|会|再|愿意?|能"
    r"|许|得|急着?|让)?|别"
    r"|没有?|勿|无需|"
    r"绝不|谁(?:要|说|让)|除了|与其|想过|差点|原?本来?(?:想|要)|可能会?|也许会?|或许会?|没人要?"
    r"|是[她他]们?要|聊过|谈过|讨论过|提过|没什么(?:可|要)?)"
    r"(?:说|要|想|让|你|我|们|您|给|帮|再|先|去|办|申请|要求|过|请|还|急着|把|那|个|这|订单|单"
    r"|货|钱|会|有|"
    r"提|着|来|用|被|好|〇|东西|随便|就|都|又|真|什么|乱|发|算|并|也|的打算|别的|换|地址"
    r"|付款方式|付"
    r"|方式|支付){0,7}$"
)
_AFTER_ZH = compiled(
    r"[了吗?]*[??]\s*(?:没有|没|不是|不)|(?:帮不|没用|就?免了|[^,]{0,4}(?:说明|政策|规定|流程"
    r"|条款|页面)|.{0,2}(?:干嘛|干什么|做什么)|不是(?:重点|关键)|错|[^,]{0,2},不是我)"
    r"|[^,]{0,4}不用(?!了?退)|.{0,2}(?:不动|不变|别动|不要动)"
)
_SUPPOSED_ZH = compiled(
    r"如果|要是|假如|假设|假使|倘若|万一|的话|理论上|一般来说|什么情况|怎样才能|会怎么?样|会咋样"
)
_QUESTION_ZH = compiled(
    r"[吗么呢嘛??]|怎么|咋|多久|多少|几|谁|哪|会.{0,6}样|能.{0,4}[不没]$|行不行|能不能|可不可以"
    r"|会不会"
    r"|什么|给不给|还能|还是|包不包|〇|吧$|了解|想知道|想问|问问|问一下|请问|就问"
)
_ASKING_ZH = compiled(r"[吗么呢??]|怎么|咋|多久|多少|谁|会.{0,6}样")
_GENERAL_ZH = compiled(
    r"多久(?:之|以)?内|(?:发货|打包|拆封|付了?款|下了?单|付了钱|穿过|用过|取消|收货)(?:之|以"
    r"|了)*(?:后|还|的)"
    r"|什么(?:情况|条件|规定|流程)|(?:规定|政策|流程|条件|手续费|期限|运费)|能退多少|多少天"
    r"|几天|一般"
    r"|(?:特价|打折|预售|没有?包装|没有?小票|送人).{0,12}(?:退|换|取消)|随时能|以后|下单前"
    r"|买之前|今[天晚].{0,6}吗"
    r"|七天|是不是都|你们(?:是)?(?:不|还)?(?:给|收|支持|接受)|全额|先问|后付款|付了|付完|麻烦吗"
    r"|收费|包邮|谁(?:给|来|负责|出)|需要我|要我.{0,6}吗|会[不〇]会|流程"
)
_REPORTED_ZH = compiled(
    r"被[^,]{0,3}$|(?:谁|为什么|为啥|怎么|是[不〇]是|有没有|你们)[^,]{0,8}$|(?:朋友|同事|姐|妹"
    r"|哥|弟|妈|爸|邻居)[^,]{0,2}$"
)
_DONE_ZH = compiled(r"[^,]{0,4}(?:了(?!吧)|过)|的$")
_DEMAND_ZH = compiled(
    r"(?:就|那就|那|请|麻烦|帮我|给我|直接|赶紧|马上|快"
    r"|(?<!如果)(?<!要是)(?<!假如)(?<!假设)(?<!万一)我[要想]|立刻|替我|还是|都)(?:给我|帮我"
    r"|把[^,]{0,6})?$"
)
# To refuse one place of delivery is to ask for another.
_PLACE_ZH = compiled(r"(?!到?(?:别|其他|任何|什么|东西))[^,了吗]{2,}")
_AS_IT_IS_ZH = compiled(
    r"(?:保持|维持)[^,]{0,4}(?:原样|不变|现状)|不要动|别动|别碰|不要碰|不用动|不变|原来的?对"
    r"|留着|就这样|还是用"
)
_RATHER_ZH = compiled(r"而是|改成|改为|换成|换到|改到|应该是")
_INSTEAD_ZH = compiled(r"新的|另一|同款|换|大一?[号码]|小一?[号码]")
_SENTENCE_ZH = re.compile(r"[。!;\n]+|[??]+(?!\s*(?:没|不))")
_CLAUSE_ZH = re.compile(r"[,、:]|\s+|但是?|可是|因为|所以")


def only_spoken_of(text: str, language: Language, intent: str) -> bool:
    """True where `intent` is one of MONEY and `text` names its act without asking for it.

    Reads the first 600 characters. False for every other intent, and where the act is not named:
    then the words give no reason for a veto.
    """
    return stance(text, language, intent) == "spoken of"


def stance(text: str, language: Language, intent: str) -> Stance:
    """How `text` stands to the act of `intent`; "unnamed" for intents outside MONEY."""
    if intent not in MONEY:
        return "unnamed"
    plain = normalise(text[:_MAX_CHARACTERS])
    chinese = language == "zh" or bool(re.search(r"[\u3400-\u9fff]", plain))
    acts = _ACTS_ZH if chinese else _ACTS_EN
    judge = _chinese if chinese else _english
    for names in (_OWN[intent], _NEAR.get(intent, ())):
        found = [asked for name in names for asked in judge(plain, acts[name])]
        if any(found):
            return "asked" if names == _OWN[intent] else "unnamed"
        if found and intent == "exchange_item" and names != _OWN[intent]:
            wanted = (_INSTEAD_ZH if chinese else _INSTEAD_EN).search(plain)
            return "unnamed" if wanted else "spoken of"
        if found:
            # "Don't send it to work but to my home" denies one value and asks for another.
            rather = (_RATHER_ZH if chinese else _RATHER_EN).search(plain)
            return "asked" if intent.startswith("change") and rather else "spoken of"
    if _one_clause(plain, chinese):
        # A turn that is nothing but a denial asks for no other act either.
        found = [asked for name in _ANY for asked in judge(plain, acts[name])]
        if found and not any(found):
            return "spoken of"
    if chinese:
        supposed = _SUPPOSED_ZH.search(plain) and _QUESTION_ZH.search(plain)
        return "spoken of" if _AS_IT_IS_ZH.search(plain) or supposed else "unnamed"
    alone = _AS_IT_IS_EN.search(plain) or _OPENING_EN.search(plain)
    return "spoken of" if alone else "unnamed"


def _one_clause(text: str, chinese: bool) -> bool:
    sentence, clause = (_SENTENCE_ZH, _CLAUSE_ZH) if chinese else (_SENTENCE_EN, _CLAUSE_EN)
    return sum(bool(p.strip()) for s in sentence.split(text) for p in clause.split(s)) == 1


def _english(text: str, act: re.Pattern[str]) -> list[bool]:
    """For each mention of an act, whether it is asked for."""
    text = _BARE_EN.sub(r"\1n't", text)
    text = re.sub(r"\bca n't|\bcann't", "can't", text)
    text = _ASIDE_EN.sub(r"\1 ", text)
    text = _RHETORIC_EN.sub(" ", text)
    asked = []
    for sentence in _SENTENCE_EN.split(text):
        supposed = _SUPPOSED_EN.search(sentence)
        start = 0
        for clause in [*_CLAUSE_EN.finditer(sentence), None]:
            end = clause.start() if clause else len(sentence)
            part = sentence[start:end]
            for match in act.finditer(part):
                # The first mention of "to order" begins before its verb.
                before, after = part[: match.start()], part[match.end() :]
                asked.append(
                    not (
                        _denied_en(before, match[0], after)
                        or (supposed and not _demanded_en(part, match.start(), supposed[0]))
                        or (_DONE_EN.fullmatch(match[0]) and _REPORTED_EN.search(before))
                        or re.search(r"\bdid (?:you|someone|somebody|they) (?:\w+ )?$", before)
                        or re.search(r"\bwho said anything about $|\byou don't do $", before)
                    )
                )
            start = clause.end() if clause else end
    return asked


def _denied_en(before: str, act: str, after: str) -> bool:
    if _AFTER_EN.match(after):
        return True
    if act in ("send", "ship", "deliver") and _PLACE_EN.match(after):
        return False
    first = act.split()[0]
    if first in ("not", "don't"):
        return True
    if _DONE_EN.fullmatch(first) and _WANTED_DONE_EN.search(before):
        return True
    if not _BEFORE_EN.search(before):
        return False
    # "I don't want it cancel it": two sentences without a stop. "I don't want it cancelled": one.
    bare = not first.endswith(("ed", "ing", "ation", "sent"))
    return not (bare and _OBJECT_EN.search(before))


def _demanded_en(part: str, at: int, marker: str) -> bool:
    """True for "if it is not shipped yet, cancel it": the act itself stands in a demand."""
    if marker in part or at < 0:
        return False
    return bool(_DEMAND_EN.match(part))


def _chinese(text: str, act: re.Pattern[str]) -> list[bool]:
    """For each mention of an act, whether it is asked for."""
    text = _RHETORIC_ZH.sub(lambda m: re.sub(r"[不没别]", "〇", m[0]), text)
    asked = []
    for sentence in _SENTENCE_ZH.split(text):
        question = bool(_QUESTION_ZH.search(sentence)) or "?" in text
        supposed = _SUPPOSED_ZH.search(sentence) and question
        general = _GENERAL_ZH.search(sentence) and question
        for part in _CLAUSE_ZH.split(sentence):
            for match in act.finditer(part):
                before, after = part[: match.start()], part[match.end() :]
                demanded = bool(_DEMAND_ZH.search(before)) and not _ASKING_ZH.search(part)
                asked.append(
                    not (
                        _denied_zh(before, match[0], after)
                        or ((supposed or general) and not demanded)
                        or (_DONE_ZH.match(after) and _REPORTED_ZH.search(before) and question)
                    )
                )
    return asked


def _denied_zh(before: str, act: str, after: str) -> bool:
    if act in "寄送" and _PLACE_ZH.match(after):
        return False
    inside = any(char in act for char in "不别没勿")
    return inside or bool(_BEFORE_ZH.search(before) or _AFTER_ZH.match(after))
