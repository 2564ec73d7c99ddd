"""What counts as a yes to a proposed write, as a no, and as a remark that changes it."""

from __future__ import annotations

import re
from typing import Any, Final

from assistant.dialogue.answers import NO, YES, length
from assistant.dialogue.certainty import MONEY
from assistant.dialogue.state import Form, Pending
from assistant.understanding.intents import ORDERS, OUT_OF_SCOPE
from assistant.understanding.types import Slots, Understanding

SURE: Final = 0.5
"""Calibrated confidence from which an answer, a yes or a no is taken as one."""

_BEGINS_YES: Final = re.compile(
    r"\s*(?:(?:oh|ok|okay|great|perfect|alright|all right|good|wonderful|excellent|lovely|thanks"
    r"|thank you|well|so much|very much|a lot|for (?:your|the) help|for that|for"
    r" checking)[,.!]?\s+)*"
    r"(?:yes|yep|yeah|yup|ok\b|okay|sure|confirm(?:ed)?|correct|right\b|exactly"
    r"|absolutely|definitely"
    r"|of course|go ahead|please (?:do|proceed|go ahead)|proceed|do it|do that"
    r"|(?:that|this|it|everything|all)(?:'s| is| would be| sounds| looks| seems)(?: all)? (?:right"
    r"|correct|fine|perfect|ok(?:ay)?|good|great|wonderful|lovely|excellent|ideal|acceptable)"
    r"|(?:that |this |it )?works for me|let's (?:do (?:it|that|this)|proceed|go ahead)"
    r"|(?:sounds|looks) (?:good|great|fine|perfect|right|wonderful|excellent)|perfect|i'd like to"
    r" proceed|i'm (?:happy|fine|ok) with (?:that|this|it)|i (?:do )?(?:confirm|agree"
    r"|accept)|affirmative|fine"
    r"|确认|确定|好|可以|行|是的|对|嗯|没问题|同意|办吧)",
    re.IGNORECASE,
)
_COURTESY: Final = frozenset(
    [
        "yes",
        "yeah",
        "yep",
        "ok",
        "okay",
        "sure",
        "please",
        "thanks",
        "thank",
        "you",
        "very",
        "much",
        "a",
        "lot",
        "go",
        "ahead",
        "proceed",
        "with",
        "do",
        "it",
        "that",
        "this",
        "them",
        "those",
        "these",
        "the",
        "all",
        "both",
        "everything",
        "is",
        "are",
        "right",
        "correct",
        "fine",
        "good",
        "great",
        "perfect",
        "sounds",
        "looks",
        "to",
        "me",
        "i",
        "my",
        "confirm",
        "confirmed",
        "agree",
        "accept",
        "want",
        "would",
        "like",
        "'d",
        "that's",
        "it's",
        "i'd",
        "for",
        "and",
        "now",
        "just",
        "can",
        "of",
        "in",
        "on",
        "as",
        "said",
        "described",
        "listed",
        "set",
        "up",
        "make",
        "order",
        "orders",
        "one",
        "ones",
        "so",
        "then",
        "be",
        "happy",
        "absolutely",
        "exactly",
        "definitely",
        "indeed",
        "let's",
        "appreciate",
        "help",
        "your",
        "kindly",
        "wonderful",
        "excellent",
        "lovely",
        "ideal",
        "acceptable",
        "works",
        "seems",
        "so",
        "i'm",
        "am",
        "checking",
        "dear",
        "sir",
        "madam",
        "ma'am",
        "mate",
        "love",
        "friend",
        "man",
        "cheers",
        "bye",
    ]
) | frozenset("的了吧请您你我就这样办理可以好是对确认行没问题谢都按照下单麻烦嗯")
_VERBS: Final = {
    "cancel_order": "cancel refund", "return_items": "return send back refund",
    "exchange_items": "exchange change swap switch replace send", "change_items": "change exchange"
    " swap switch replace update", "replace_items": "replace send exchange",
    "change_address": "change update send ship deliver address",
    "change_default_address": "change update save address",
    "change_payment": "change pay switch charge refund", "order_again": "order buy reorder send",
    "claim_ticket": "send report refund replace", "edit_account": "change update correct save",
    "forget_me": "delete forget erase remove",
}  # fmt: skip
"""Write -> the verbs that ask for it: "great, exchange it then" is no yes to a return."""
_ACTS: Final = {
    "cancel": ("cancel_order", "return_items"), "return": ("return_items", "cancel_order"),
    "either": ("return_items", "cancel_order"), "refund": ("return_items", "cancel_order"),
    "swap": ("exchange_items", "change_items", "replace_items", "change_payment", "change_address"),
    "address": ("change_address", "change_default_address"), "payment": ("change_payment",),
    "reorder": ("order_again",), "claim": ("claim_ticket", "replace_items", "return_items"),
}  # fmt: skip
"""Act -> the writes that a yes which asks for it may be about."""
_VERBS_ZH: Final = {
    "cancel_order": "取消", "return_items": "退货", "exchange_items": "换货", "change_items": "换",
    "change_address": "寄送", "change_payment": "付款",
}  # fmt: skip
"""Write -> the characters of its verb: "好的，换吧" to an exchange brings nothing new."""
_CONDITION: Final = re.compile(
    r"\b(?:but|except|instead|rather|however|wait|hold on|unless|if|only|not|don't"
    r"|also|another|as well|too|change (?:it|that|the)"
    r"|actually|first|before)\b|n't\b|但|不过|除了|改|换成|先|再|还有|另外|只|不|别",
    re.IGNORECASE,
)
_DOUBT: Final = re.compile(
    r"\b(?:maybe|perhaps|might|unsure|not sure|guess|suppose|no|half|part|later|tomorrow)\b"
    r"|也许|可能|大概|不确定|再说|一半",
    re.IGNORECASE,
)
"""What makes a yes less than one."""
_PLAIN_NO: Final = re.compile(
    r"\s*(?:no|nope|nah)?[,.! ]*(?:thanks?(?: you)?|thank you|don'?t(?: do (?:it"
    r"|that|anything))?|do not(?: do (?:it|that))?|leave (?:it|everything|that"
    r"|the order)"
    r"(?: (?:as it is|alone))?|forget (?:it|that|about it)|never ?mind|not now"
    r"|keep (?:it|the order|everything)(?: as it is)?|cancel that"
    r"|stop|i(?:'ve| have)? changed my mind|no|please|not that|i don'?t want (?:that"
    r"|it|to)|算了|不用了?|不要了?|先不|别|不)*[,.! ]*$",
    re.IGNORECASE,
)
_ASKS: Final = re.compile(
    r"^\s*(?:(?:and|but|so|ok|okay|wait|sorry|also|by the way|before that|first"
    r"|one (?:more )?(?:question|thing))[,:]?\s+)*"
    r"(?:what|when|where|which|who|why|how|is|are|do|does|did|can|could|will|would"
    r"|tell me|show me|let me know|i(?:'d like| want| need) to (?:know|see))\b"
    r"|[?？]\s*$|[吗么]\W*$|行不行|好不好|多久|几天|几岁|什么时候|是什么|有什么|到哪|到了没|怎么|为什么|为啥|多少钱",
    re.IGNORECASE,
)
_QUESTION: Final = re.compile(r"(?:[?？]|[吗么][呀啊]?\W*|行不行|好不好|可以不)\s*$")
"""However it begins, what asks is no yes: 可以退到礼品卡吗."""
_PICKS: Final = re.compile(
    r"^\W*(?:(?:no|ok|okay|actually|hmm+|oh|wait|rather|just|please|then|or|i(?:'d| would)?"
    r" (?:like|prefer|take"
    r"|rather have|want)|give me|make it|go (?:for|with)|make that)[, ]+)*(?:in )?"
    r"(?:the |an? )?(?:cheapest|least expensive|(?:[\w-]+ ){1,3}one)(?: one| please| then|"
    r" instead|\W)*$"
    r"|^(?:要|换|就要)?(?:最便宜|便宜一?[点些])的?(?:那?[个款])?[吧。]?$",
    re.IGNORECASE,
)
"""Says no more than which version: of what was just proposed, not a search."""
_LOOKS: Final = re.compile(
    r"\b(?:show me|find|search|looking for|recommend|browse|do you (?:have|sell)"
    r"|talk to|speak to|human|agent|person|where is|track)\b|找|推荐|人工|查一下|单号|物流|快递",
    re.IGNORECASE,
)


def confirms(pending: Pending, heard: Understanding) -> bool:
    """A yes that brings nothing new: "yes, but to another address" is none, "yes, please cancel
    order W1 then" is one where that is what was proposed."""
    text = heard.text.strip()
    if NO.match(text) or _QUESTION.search(text):
        return False
    begins = _BEGINS_YES.match(text) is not None
    if heard.acts or (begins and changes(heard.slots)):
        # What was proposed, said again after a yes.
        rest = _BEGINS_YES.sub("", text, count=1)
        return begins and not _CONDITION.search(rest) and _nothing_new(pending, heard)
    if changes(heard.slots):
        return False
    rest = _BEGINS_YES.sub("", _without_named(pending, heard), count=1)
    if begins:
        doubted = _CONDITION.search(rest) or _DOUBT.search(rest)
        return not doubted and _only_confirms(pending, rest)
    if heard.intent == "affirm":
        doubted = _CONDITION.search(text) or _DOUBT.search(text)
        other = _other_act(pending, text)
        return heard.confidence >= SURE and not doubted and not other
    return heard.intent == pending.intent and YES.match(text) is not None and length(text) <= 4


def _known(pending: Pending) -> str:
    """The words of a proposal: what will be written and what was told, not what led to it."""
    args = {key: value for key, value in pending.args.items() if key != "plan"}
    known = f"{pending.kind} {args} {pending.facts}"
    verbs = " ".join(
        words for each in (_VERBS, _VERBS_ZH) for kind, words in each.items() if kind in known
    )
    return re.sub(r"[^a-z0-9一-鿿]+", " ", f"{known} {verbs}".casefold())


def _without_named(pending: Pending, heard: Understanding) -> str:
    """The text without names of kinds of things that the proposal is about, in any language."""
    known = _known(pending)
    text = heard.text.strip()
    kinds = {re.sub(r"[^a-z0-9]+", " ", each.casefold()).strip() for each in heard.slots.categories}
    if not kinds or not all(each and each in known for each in kinds):
        return text
    for span in heard.slots.spans:
        if span.slot == "categories" and re.search(r"[一-鿿]", span.text):
            text = text.replace(span.text, " ")
    return text


def _other_act(pending: Pending, text: str) -> bool:
    """Whether a text asks for something other than what was proposed: "great, exchange it"."""
    known = _known(pending)
    verbs = set(" ".join(_VERBS.values()).split()) - _COURTESY
    said = set(re.findall(r"[a-z]+", text.casefold())) & verbs
    other_zh = any(
        chars in text and chars not in known for chars in _VERBS_ZH.values() if len(chars) > 1
    )
    return other_zh or any(word not in known for word in said)


def _only_confirms(pending: Pending, rest: str) -> bool:
    """Whether the words after a yes are courtesy, or words of the proposal itself."""
    known = _known(pending)
    words = re.findall(r"[a-z0-9']+|[一-鿿]", rest.casefold())
    return all(word in _COURTESY or word.rstrip("s") in known or word in known for word in words)


def _nothing_new(pending: Pending, heard: Understanding) -> bool:
    """Whether every fact in the words is a fact of the proposal."""
    known = _known(pending)
    written_out = f"{pending.kind} {pending.args}"
    for act in heard.acts:
        if not any(kind in written_out for kind in _ACTS.get(act.kind, ())):
            return False
    slots = heard.slots
    said = [slots.order_id, slots.coupon, *slots.colors, *slots.sizes, *slots.materials]
    if slots.payment_method:
        said.append(slots.payment_method.replace("_", " "))
    if slots.reason and pending.args.get("reason") not in (None, slots.reason):
        return False
    plain = [re.sub(r"[^a-z0-9一-鿿]+", " ", str(each).casefold()).strip() for each in said if each]
    return all(each in known for each in plain) and len(heard.acts) <= 1 and not slots.address


_NO_MORE: Final = re.compile(r"\s*no (?:longer|problem|worries|issues?|rush)\b", re.IGNORECASE)
"""Begins as a no and is none."""


_RATHER = re.compile(
    r"^\s*(?:never ?mind|forget (?:it|that)|no|nah|算了|不换了|那就?不|不用了)(?:吧)?"
    r"[ ,.!，。！]+\w",
    re.IGNORECASE,
)
"""A no that goes on."""


def asks_rather(heard: Understanding) -> bool:
    """Whether a no asks for something else: "forget it, return it then"."""
    asked = heard.intent in MONEY and heard.confidence >= SURE
    return asked and _RATHER.match(heard.text) is not None


def says_no(heard: Understanding) -> bool:
    """A no by meaning, or a short message that begins as one."""
    if _NO_MORE.match(heard.text):
        return False
    if heard.intent == "deny" and heard.confidence >= SURE:
        return True
    if asks_rather(heard):
        return False
    return NO.match(heard.text) is not None and length(heard.text) <= 4


def yes_or_no(heard: Understanding) -> str | None:
    """The answer to "would you like to cancel the whole order?", however it is put."""
    text = heard.text.strip()
    if text.endswith(("?", "？")):
        return None
    if NO.match(text) or re.search(
        r"\b(?:keep|leave|don't|do not|never|nothing|only|just the)\b|不|保留|算了",
        text,
        re.IGNORECASE,
    ):
        return "no"
    whole = re.search(
        r"\b(?:whole|entire|all of it|everything|full order)\b|整|全部", text, re.IGNORECASE
    )
    return "yes" if whole or _BEGINS_YES.match(text) else None


def adds_to_no(heard: Understanding) -> bool:
    """Whether a no says what is wanted instead."""
    return length(heard.text) > 3 and _PLAIN_NO.match(heard.text) is None


def remarks(heard: Understanding) -> bool:
    """Whether a turn speaks of what was proposed rather than of something else."""
    if heard.acts:
        return True
    text = heard.text
    if _PICKS.match(text):
        return True
    if _ASKS.search(text) or _LOOKS.search(text):
        return False
    if heard.intent in ("correct", "deny", "affirm", OUT_OF_SCOPE):
        return length(text) > 1
    if heard.intent in MONEY or changes(heard.slots):
        return True
    return heard.intent not in ORDERS and heard.confidence < 0.9


def digresses(form: Form, heard: Understanding) -> bool:
    """Whether a turn asks for something else instead of answering a question about an order."""
    if heard.intent in ("contact_human", "goodbye", "switch_account", "forget_me"):
        return True
    chosen = form.asking.startswith(("version", "one")) and changes(heard.slots)
    if chosen and form.intent == heard.intent:
        return False
    if form.asking.startswith("one:") and not heard.text.rstrip().endswith(("?", "？")):
        return False  # "the one that gives me the most back" chooses, whatever it looks like
    if getattr(heard.slots, form.asking, None):
        return False
    return bool(_ASKS.search(heard.text) or _LOOKS.search(heard.text))


def changes(slots: Slots) -> bool:
    """Whether facts are named that could change a proposal."""
    return any(
        (
            slots.order_id,
            slots.ordinals,
            slots.reason,
            slots.payment_method,
            slots.address,
            slots.colors,
            slots.sizes,
            slots.quantity,
            slots.coupon,
        )
    )


def awaits_photo(args: dict[str, Any]) -> bool:
    """Whether what waits holds a claim that a picture belongs to."""
    plan = args.get("plan") or ()
    return any(task["kind"] == "claim" or "photos" in task["answers"] for task in plan)


def written(args: dict[str, Any]) -> str:
    """The arguments of a proposal without the plan it came from, as one text."""
    return repr(sorted((key, str(value)) for key, value in args.items() if key != "plan"))
