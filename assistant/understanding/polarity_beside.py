"""Acts named beside the point: what goods can do, what one always does, what others have done.

"Can you change the battery in it?" asks about goods, "I always return what is too tight" tells of a
habit, 快递把我的件退回去了 of what somebody else did. None of them asks for the act.
"""

from __future__ import annotations

import re

from assistant.understanding.slot_base import compiled

_QUESTION_EN = compiled(r"^\W*(?:(?:and|so|but|also|ok|hi)\W+)*(?:can|could|do|does|is|are|will)\b")
_PART_EN = compiled(
    r" (?:the|its|a|an) (?!(?:\w+ )?(?:address|size|colou?r|quantity|number|amount|name|date"
    r"|payment|card|delivery|shipping|order|item|one)\b)(?:\w+ ){0,2}?(?:in|on|of|inside|from)"
    r" (?:it|this|that|them|these|those)\b"
)
_HABIT_EN = compiled(
    r"\b(?:i|we|you|she|he|they|people) (?:always|usually|often|normally|generally|mostly|sometimes"
    r"|tend to|end up|ended up)\s+$"
)
_WOULD_EN = compiled(
    r"\b(?:i'?d|i would|he'?d|she'?d|we'?d) (?:only|just|probably|likely|definitely|only have to"
    r"|just have to) (?:end up )?$"
    r"|\b(?:one|thing|kind|sort|type)s? (?:that )?(?:i'?d|i would|you'?d|she'?d) (?:just |only )?$"
)
_NOUN_ZH = (
    r"(?:电池|[表背鞋]带|带子|刀头|刷头|滤[芯网]|灯泡|镜片|内胆|罩子|套子|外套|零件|配件|盖子|垫子|轮子"
    r"|喷头|屏幕)"
)
_CAN_ZH = r"(?:可以|可不可以|可否|能〇能|可〇可|能|可)"
_PART_ZH = compiled(rf"{_NOUN_ZH}{_CAN_ZH}(?:自己|单独|拆下来)?更?$")
_PART_AFTER_ZH = compiled(r"洗?(?:吗|么|嘛|不|\?|$)")
_ABLE_ZH = compiled(rf"{_CAN_ZH}(?:自己|单独)?更?$")
_ITS_PART_ZH = compiled(rf"{_NOUN_ZH}(?:吗|么|嘛|不|\?|$)")
_LIKELY_ZH = compiled(
    r"(?:八成|多半|估计|大概率|迟早|早晚|保准|搞不好|弄不好)[也还都是]?[得会要就]?$"
    r"|买(?:了|回[来家去])?我?[也还][得会要]$|[这那]种[^,]{0,4}(?:肯定|一定|绝对)[得会要]?$"
    r"|我(?:老是?|总是?|经常|常常|每次都)$"
)
_OTHERS_ZH = compiled(
    r"没(?:有)?(?:经过|问|通知|告诉|跟|和)[^,]{0,10}就(?:把|给)?[^,]{0,4}$"
    r"|(?:快递|驿站|物流|卖家|商家|别家|别的店|他们|你们|平台|系统)(?:员|公司|小哥)?[^,]{0,3}(?:把|给)[^,]{1,8}$"
)
_PROMISED_ZH = compiled(r"(?:说好|答应|讲好|明明|承诺)[^,]{0,6}(?:能|可以)$|[又却]就?□[给让]我?$")
_CAME_ZH = compiled(r"(?:回来|过来|来|到)的")
_LAST_ZH = compiled(
    r"(?:上一?个|上次那?个?|之前[那的]个?|原来[那的]个?|前一?个|旧的)(?:已经|我|给|都)*$"
)


def beside_the_point_en(part: str, mention: re.Match[str]) -> bool:
    """Whether an English clause names the act of goods, of a habit or of what one would do."""
    before, after = part[: mention.start()], part[mention.end() :]
    if _QUESTION_EN.match(part) and _PART_EN.match(after):
        return True
    return bool(_HABIT_EN.search(before) or _WOULD_EN.search(before))


def beside_the_point_zh(part: str, mention: re.Match[str]) -> bool:
    """The same of a Chinese clause, whose 不 in "能不能" and 不给 are 〇 and □ by then."""
    before, after = part[: mention.start()], part[mention.end() :]
    if _PART_ZH.search(before) and _PART_AFTER_ZH.match(after):
        return True
    if _ABLE_ZH.search(before) and _ITS_PART_ZH.match(after):
        return True
    if _LIKELY_ZH.search(before) or _PROMISED_ZH.search(before) or _CAME_ZH.match(after):
        return True
    if _OTHERS_ZH.search(before):
        return "就" in before or re.match(r"[^,]{0,3}了", after) is not None
    return bool(_LAST_ZH.search(before) and re.match(r"[货掉]?了", after))
