"""Whether a shopper is angry: words and marks of anger, weighed against what they are about.

A small list, not a model: what calls a person must be easy to read and to change. Figures for both
languages come from `python -m benchmarks.service.anger`.
"""

from __future__ import annotations

import re
from typing import Final

THRESHOLD: Final = 2
"""Points from which a message counts as angry; set on the benchmark's validation lines."""

_STRONG: Final = re.compile(
    r"\b(?:f+u+c+k\w*|f\*+\w*|bullsh\w+|wtf|what the (?:hell|heck|fuck)|piss(?:ed)? off|pissed"
    r"|screw (?:you|this)|furious|livid|outrag\w+|disgrace\w*|unacceptable|appalling|pathetic"
    r"|sick and tired|fed up|had (?:it|enough) (?:with|of)|(?:losing|lost) my patience"
    r"|(?:you|they|you people|you guys)(?:'re| are) (?:\w+ )*(?:thieves|liars|crooks|scammers"
    r"|useless|idiots|incompetent|stupid|a joke)|shame on you|scammed me|ripped me off"
    r"|(?:stop|quit) wasting my time|are you (?:kidding|stupid|deaf|even (?:reading|listening))"
    r"|stupid bot|joke of a|worst (?:\w+ ){0,2}(?:service|shop|store|company|experience|support)"
    r"|how many (?:more )?times do i|my lawyer|sue you|drives? me (?:crazy|mad|insane|nuts)"
    r"|for (?:god|christ|heaven)'?s sake|(?:am|'m|is|feel\w*) (?:\w+ )?(?:angry|enraged)"
    r"|beyond (?:annoyed|frustrated)|never again"
    r"|never (?:order|buy|shop)\w* (?:here|from you|with you))"
    r"|(?:气死|气炸|受够了?|忍无可忍|太过分|不要脸|骗子|黑店|骗钱|坑爹|傻[逼叉缺子]"
    r"|他妈(?!妈|的?(?:生日|礼物|鞋|衣|尺码|手|包)|喜欢|想|要|今年|过|说|是|爱|穿|用)"
    r"|(?<![妈我你她他咱们爸老])妈的"
    r"|有病吧"
    r"|听不懂人话|什么破|破店|垃圾(?:客服|店|服务|平台|公司|商家)|烂透|太差劲|耍我|耍人"
    r"|欺骗消费者|曝光你们"
    r"|(?:很|非常|特别|真的?|太)(?:生气|愤怒|恼火|气愤)|搞什么鬼?|再也不(?:来|买)|说了(?:多少"
    r"|[几两三四五]+)遍"
    r"|12315|消协|敷衍我|没人管|没有人管|有没有人管)",
    re.IGNORECASE,
)
_MILD: Final = re.compile(
    r"\b(?:ridiculous|useless|stupid|dumb|awful|terrible|horrible|hopeless|incompetent|disgusting"
    r"|annoy\w+|frustrat\w+|angry|scam|rip-?off|hell|damn|unbelievable|seriously|nonsense|rubbish"
    r"|crap|third time|(?:still|been) waiting|still (?:no|not)"
    r"|(?:yet|once|wrong|late|broken|missing|failed|happen\w*|delayed|down|this|here we go)"
    r" again)\b"
    r"|差劲|无语|离谱|恶心|失望|简直|气愤|生气|浪费(?:我的?)?时间|还没[到有]|投诉你们|到底"
    r"|又发错|又错",
    re.IGNORECASE,
)
_AIMED: Final = re.compile(
    r"\b(?:you|your|you're|yours|this (?:shop|store|company|service|bot|chat)|support|nobody)\b"
    r"|你们?|客服|店家|商家",
    re.IGNORECASE,
)
_CALM: Final = re.compile(
    r"\bangry birds?\b|anger management|\b(?:not|isn't|never|n't) (?:\w+ )?(?:angry|mad|annoyed)\b"
    r"|ridiculously (?:\w+)|\bhell yes\b|\bthank\w*|\blove\b|\bsorry to bother\b"
    r"|垃圾[桶袋箱处]|愤怒的小鸟|不(?:是)?生气|没生气|谢谢|太好了|打扰",
    re.IGNORECASE,
)
_SHOUTED: Final = re.compile(r"[!！]{2,}|[?？]{2,}|[!！][?？]|[?？][!！]")


def anger(text: str) -> int:
    """Points for anger: 2 for what only an angry person says, 1 each for a mild word, for it being
    aimed at the shop, for shouting; what is plainly calm takes all away."""
    calm = _CALM.search(text) is not None
    text = _CALM.sub(" ", text)
    if _STRONG.search(text):
        return 3 if not calm else 2
    if calm:
        return 0
    mild = len({found[0].casefold() for found in _MILD.finditer(text)})
    shouted = bool(_SHOUTED.search(text)) + _capitals(text)
    if not mild:
        return 0
    return min(mild, 2) + shouted + bool(_AIMED.search(text))


def angry(text: str) -> bool:
    """Whether a person should take over because the shopper is angry."""
    return anger(text) >= THRESHOLD


def _capitals(text: str) -> bool:
    words = [word for word in re.findall(r"[A-Za-z]+", text) if len(word) > 1]
    return len(words) >= 4 and sum(word.isupper() for word in words) >= 0.8 * len(words)
