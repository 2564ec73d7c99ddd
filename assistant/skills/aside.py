"""What the shop's articles say beside another skill's answer, or instead of one that is none.

How things go in a shop is asked in words that look like any intent: "can I send back headphones I
have opened?" like a return, "how do I wash wool?" like nothing a shop does, "how should I treat
suede boots?" like a search. So wherever a skill has no answer, or can only ask for an e-mail or a
number, the articles are looked in, too; and before a skill that shows products, where something is
asked or told that no product answers. What asks for an act or for goods is never answered by one.

The limits on scores were chosen on questions and utterances held back from the weights of the
answers: `python -m benchmarks.knowledge.routing` prints what each costs.
"""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.skills.articles import looked_up
from assistant.skills.base import Context, Outcome
from assistant.understanding.types import Understanding
from knowledge.index.words import has_chinese

HELPLESS = frozenset(
    {
        "talk.out_of_scope",
        "dialogue.not_understood",
        "requests.not_understood",
        "product.none_in_focus",
        "product.which",
        "product.unknown",
        "compare.what",
    }
)
"""Outcomes that tell the shopper nothing: an article stands in for them."""
CHOOSING = frozenset({"dialogue.whether", "dialogue.which"})
"""Outcomes that ask which of two readings is meant."""
INSTEAD = 0.5
"""Score from which an article stands in for an outcome that tells nothing."""
WITHOUT_PRODUCT = 0.7
"""The same where the question may be about a product that was not named."""
BESIDE = 0.5
"""Score from which an article is told before a question that a skill asks."""
BEFORE_FACTS = 0.8
"""The same before an answer that may be about something else."""
SURELY = 0.9
"""The same where a shopper tells of something of their own."""

TROUBLE = frozenset(
    {"report_payment_issue", "registration_problem", "file_complaint", "recover_password"}
)
"""Here what is said is rarely put as a question, and what can be done at once helps anyway."""
OWN = frozenset({"track_order", "list_orders", "track_refund", "view_profile"})
"""Mostly about the shopper's own things, which no article knows."""
GENERAL = frozenset({"ask_promotions", "ask_contact", "ask_capabilities", "view_profile"})
"""Answered from records; a question about how things go may be read as one of these."""
GOODS = frozenset(
    {"search_products", "refine_search", "check_availability", "recommend_products"}
    | {"find_similar", "ask_product", "compare_products"}
)
"""Intents whose skills show products and keep nothing."""
RATHER = 0.6
"""Score from which an article is told and no product shown, where something is asked."""
RATHER_TOLD = 0.7
"""The same where it is told what happened."""

_POLITE = re.compile(
    r"^\W*(?:(?:can|could|would|will) (?:you|u)\b|please\b|i(?:'d| would) like|i want|i need|let me"
    r"|请|帮我|给我|我要|我想)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\b(?:how|what|when|where|why|which|who|whose|until when)\b"
    r"|^\W*(?:and |but |so |hi |hello |hey |ok )*"
    r"(?:can|could|may|do|does|did|is|are|am|was|will|would|should|must|has|have|any)\b|\?\s*$"
    r"|[吗呢么？]|怎|什么|哪|几|多少|多久|多长|能不能|可不可以|如何|是否|谁|为何|为啥|有没有|会不会|要不要",
    re.IGNORECASE,
)

_SEEKS = re.compile(
    r"\b(?:show|find|looking for|look for|search|recommend|suggest|which (?:one|of)|best|cheapest"
    r"|compare|similar|like (?:this|that)|do you (?:have|sell|stock|carry)|have you got|got any"
    r"|any \w+ (?:with|under|for|in)|need an?\b|buy|in stock|cart|basket|add|add it|put)\b"
    r"|推荐|有没有|有什么|有哪些|想买|要买|买个|买一|找|哪款|哪个好|类似|比较|对比|购物车|加入|来一|看看|便宜点的"
    r"|适合|有货|这个|这款|那款|那个",
    re.IGNORECASE,
)
"""Words of somebody who is after goods."""
_POINTS = re.compile(
    r"\b(?:it|its|they|them|these|those|this|that|reviews|rated|ratings?)\b"
    r"|[它这那]|两款|哪个|评价|评分",
    re.IGNORECASE,
)
"""Words for what is shown."""
_DENIES = re.compile(
    r"\b(?:not asking|don't want|won't|no,? i)\b|没[要说想叫]|不查|不是要", re.IGNORECASE
)
_TELLS = re.compile(
    r"^\W*(?:(?:but|and|hi|hello|so|well)\W+)*(?:my|our|the|it|it's|this|there|they|you|your|our"
    r"|some(?:one|body)|nobody|no one|i'm|i am|i was|i've|i have|i had|i got|i can't|i cannot"
    r"|i paid|i bought|i ordered|i already|we)\b",
    re.IGNORECASE,
)
_TELLS_ZH = re.compile(r"了(?!吗|没|吧)|已经|一直")


def tells_what_happened(text: str) -> bool:
    """Whether an utterance tells how things stand, and is no request."""
    if _POLITE.match(text) is not None or _DENIES.search(text) is not None:
        return False
    return (_TELLS_ZH if has_chinese(text) else _TELLS).search(text) is not None


def asks_how_things_are(text: str) -> bool:
    """Whether an utterance is put as a question, and not as a polite request to do something."""
    return _ASKS.search(text) is not None and _POLITE.match(text) is None


def instead(ctx: Context, outcome: Outcome, text: str) -> Outcome:
    """The outcome, or what the shop's articles say where it tells nothing and they surely do."""
    if outcome.key not in HELPLESS or ctx.turn.image is not None:
        return outcome
    about_product = outcome.key.startswith(("product.", "compare."))
    found = looked_up(ctx, text, sure=WITHOUT_PRODUCT if about_product else INSTEAD)
    if found is None:
        return outcome
    return replace(found, cards=outcome.cards, listed=outcome.listed, focus=outcome.focus)


def rather(ctx: Context, intent: str, heard: Understanding) -> Outcome | None:
    """What the articles surely say where products would be shown for something else: to be told
    in place of a skill. None where goods are sought, or an answer is waited for."""
    if intent not in GOODS or ctx.turn.image is not None:
        return None
    if ctx.state.form is not None or ctx.state.pending is not None or _SEEKS.search(heard.text):
        return None
    if (ctx.state.shown or ctx.state.focus.product_id) and _POINTS.search(heard.text):
        return None
    if asks_how_things_are(heard.text):
        return looked_up(ctx, heard.text, sure=RATHER)
    if tells_what_happened(heard.text):
        return looked_up(ctx, heard.text, sure=RATHER_TOLD)
    return None


def aside(ctx: Context, intent: str, outcome: Outcome, heard: Understanding) -> Outcome | None:
    """What the articles say, to be told before an outcome that asks for something, or that may be
    about something else; None where they are silent or it would only be noise."""
    if outcome.citations or outcome.proposal is not None or outcome.handoff is not None:
        return None
    if ctx.turn.image is not None or ctx.state.form is not None or ctx.state.pending is not None:
        return None
    if outcome.ask is not None and outcome.ask.slot == "product" and heard.slots.deictic:
        return None  # "is it on sale?" is about a product, whichever it be
    asks = asks_how_things_are(heard.text)
    if heard.acts and not asks:
        return None
    tells = tells_what_happened(heard.text)
    if outcome.ask is not None or outcome.key in CHOOSING:
        if asks or intent in TROUBLE:
            return looked_up(ctx, heard.text, sure=BEFORE_FACTS if intent in OWN else BESIDE)
        if tells:
            return looked_up(ctx, heard.text, sure=SURELY if intent in OWN else BEFORE_FACTS)
        return None
    if intent in GENERAL | TROUBLE and (asks or tells):
        return looked_up(ctx, heard.text, sure=BEFORE_FACTS)
    return None
