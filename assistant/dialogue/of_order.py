"""What a word or two mean while an order is spoken of: 取消吧 after "where is my order" cancels it.

A verb by itself looks like a yes, a no or small talk to the classifier, which reads an utterance
without what came before.
"""

from __future__ import annotations

import re
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


def of_order(heard: Understanding, state: State) -> Understanding:
    """The same, with a bare verb taken as said of the order that is spoken of."""
    waiting = state.form is not None or state.pending is not None or state.question is not None
    if waiting or heard.acts or state.last_intent not in ORDERS or not state.focus.order_id:
        return heard
    for intent, verb in _VERBS:
        if verb.search(heard.text):
            return heard.meant(intent)
    return heard
