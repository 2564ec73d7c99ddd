"""What a reply asks, read from its text and suggestions as a shopper would read them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.conversation import Reply
from assistant.scripted.shoppers.task import Asked

_IDENTITY = re.compile(r"e-?mail|full name|postcode|zip|邮箱|姓名|邮编", re.I)
_CONFIRM = re.compile(r"\(yes or no\)|\bshall i\b|确认.{0,8}吗", re.I)
_WHOLE = re.compile(r"cancel the whole order\?|要取消整个订单吗", re.I)
_REASON = re.compile(r"\breason\b|\bwhy would you\b|原因", re.I)
_PAYMENT = re.compile(
    r"payment method|which shall it be|where shall the .{1,20} go"
    r"|how would you like to pay|would one of these do|付款方式|哪一个？$|退到哪|哪种方式",
    re.I,
)
_ADDRESS = re.compile(
    r"which of your addresses|to which of your|whole address in one line|哪个地址|完整地址", re.I
)
_VERSION = re.compile(r"instead of|which version|换成|哪一款", re.I)
_ORDER = re.compile(r"which order|check the number|哪一个订单|哪个订单|核对一下订单号", re.I)
_ITEM = re.compile(
    r"which item|which one do you mean|which \d+ do you mean|send back\?|哪一?件", re.I
)


@dataclass(frozen=True, slots=True)
class Read:
    """A reply as read."""

    asked: Asked | None
    """None where nothing is asked."""
    question: str
    """The last paragraph, where the question stands."""
    choices: tuple[str, ...] = ()
    """Numbered choices, as shown."""


def read(reply: Reply) -> Read:
    """What the reply asks last."""
    text = reply.text
    paragraphs = [part for part in text.split("\n\n") if part.strip()]
    question = paragraphs[-1] if paragraphs else ""
    choices = tuple(re.findall(r"^\d+\. (.+)$", question, re.M))
    head = question.split("\n1. ")[0]
    labels = {each.label.casefold() for each in reply.suggestions}
    yes_no = any(label.startswith(("yes", "是", "确认", "好")) for label in labels)
    asked: Asked | None = None
    if _WHOLE.search(head):
        asked = "whole"
    elif choices:
        for name, pattern in (
            ("address", _ADDRESS), ("reason", _REASON), ("order", _ORDER), ("item", _ITEM),
            ("payment", _PAYMENT), ("version", _VERSION),
        ):  # fmt: skip
            if pattern.search(head):
                asked = name  # type: ignore[assignment]
                break
        else:
            asked = "other"
    elif _CONFIRM.search(question) or yes_no:
        asked = "confirm"
    elif _ORDER.search(head):
        asked = "order"
    elif (
        _IDENTITY.search(head)
        and head.rstrip().endswith(("?", ".", "？", "。"))
        and ("?" in head or "？" in head)
    ):
        asked = "identity"
    elif _ADDRESS.search(head):
        asked = "address"
    elif _REASON.search(head) and head.rstrip().endswith(("?", ":", "？", "：")):
        asked = "reason"
    elif head.rstrip().endswith(("?", "？")):
        asked = "other"
    return Read(asked, question, choices)
