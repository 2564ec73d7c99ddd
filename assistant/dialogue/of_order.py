"""What a word or two mean while an order is spoken of: 取消吧 after "where is my order" cancels it.

A verb by itself looks like a yes, a no or small talk to the classifier, which reads an utterance
without what came before.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from assistant.dialogue.state import State
from assistant.understanding.intents import ORDERS
from assistant.understanding.types import Understanding

_BEFORE: Final = (
    r"^\W*(?:(?:ok|okay|then|so|just|please|pls|actually|well|right|let'?s|can you|i want to"
    r"|那就?|就|还是|帮我|给我|直接|我要|我想|麻烦)[ ,，、]*)*"
)
_AFTER: Final = r"(?:[ ,]*(?:then|please|pls|instead|now|吧|了|掉|谢谢))*\W*$"
_VERBS: Final = tuple(
    (intent, re.compile(f"{_BEFORE}(?:{verb}){_AFTER}", re.IGNORECASE))
    for intent, verb in (
        ("cancel_order", r"cancel(?: (?:it|that|this(?: one)?|the order))?|取消(?:它|订单|这单)?"),
        (
            "return_item",
            r"(?:return|send back)(?: (?:it|that|this))?|send (?:it|that|this) back|退货?",
        ),
        ("exchange_item", r"(?:exchange|swap)(?: (?:it|that|this))?|换货"),
        ("request_refund", r"refund(?: (?:it|that|this|me))?|退款"),
    )
)


_WITHIN: Final = re.compile(
    r"^\W*(?:这单|那单|订单|包裹)?(?:里面?|里头|都|一共)*(?:有|买了|是|装了)(?:些)?(?:什么|啥|哪些)"
    r"(?:东西|商品|产品|货)?[呢啊呀]?\W*$"
    r"|^\W*(?:and )?what(?:'s| is| was)? "
    r"(?:in (?:it|that|there|the order)|did i (?:order|buy))\W*$",
    re.IGNORECASE,
)
_OTHER_NUMBER: Final = re.compile(
    r"^\W*(?:(?:and|what about|how about|then)[ ,]+)*[\w#-]*\d{3,}\W*(?:那?[个单]?呢?)?\W*$"
    r"|^\W*(?:那|还有)?(?:订单)?[\w#-]*\d{3,}(?:那?[个单])?(?:呢|怎么样|到哪了?)?\W*$",
    re.IGNORECASE,
)
_WHY: Final = re.compile(
    r"^\W*(?:but |and )?(?:why(?: (?:not|is that|can'?t i|can i not))?|how come)\W*$"
    r"|^\W*(?:那|可是|但)?(?:为什么|为啥|凭什么|怎么)(?:不能|不行|不可以|不让|啊|呢|呀|会这样)*\W*$",
    re.IGNORECASE,
)
_RULES: Final = {
    "ask_cancellation_policy": ("when can an order be cancelled", "什么时候可以取消订单"),
    "ask_return_policy": ("how long can something be returned", "多久之内可以退货"),
}
_RULE_OF: Final = {
    "cancel_order": "ask_cancellation_policy",
    "return_item": "ask_return_policy",
    "exchange_item": "ask_return_policy",
    "request_refund": "ask_return_policy",
    "ask_return_policy": "ask_return_policy",
    "ask_cancellation_policy": "ask_cancellation_policy",
}
"""What was refused or told -> the rules that say why."""


def of_order(heard: Understanding, state: State) -> Understanding:
    """The same, with a bare verb taken as said of the order that is spoken of."""
    waiting = state.form is not None or state.pending is not None or state.question is not None
    if waiting or heard.acts or state.last_intent not in (*ORDERS, *_RULE_OF, "greet"):
        return heard
    if heard.slots.order_id and _OTHER_NUMBER.search(heard.text):
        # "And AS-2?" asks the same of another order.
        last = state.last_intent
        return heard.meant(last if last in ("get_invoice", "track_refund") else "track_order")
    rule = _RULE_OF.get(state.last_intent)
    if rule is not None and not state.shown and _WHY.search(heard.text):
        # "Why not?" is too short to look a rule up by.
        asked = _RULES[rule][heard.language == "zh"]
        return replace(heard.meant(rule), text=asked, said="")
    if not state.focus.order_id:
        return heard
    if _WITHIN.search(heard.text) and not state.shown:
        return heard.meant("track_order")
    for intent, verb in _VERBS:
        if verb.search(heard.text):
            return heard.meant(intent)
    return heard
