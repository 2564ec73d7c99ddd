"""Policy and account questions answered from the shop's own articles, quoted and cited."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.conversation import Citation
from assistant.dialogue.answers import length
from assistant.review.unanswered import collect
from assistant.skills.base import Context, Outcome, Request, skill
from assistant.skills.own_orders import about_own
from assistant.understanding.manner import weighed
from assistant.understanding.types import Understanding
from knowledge.articles.table import ASKING
from knowledge.index.words import has_chinese, words_of
from knowledge.types import PassageHit

_PASSAGE_LIMIT = 700
"""Characters of a passage that are quoted; the card of the citation holds the rest."""
_SHORT = 160
"""A passage of so many characters is read at a glance: no sentence of it is put before it."""
_LOOKED_AT = 12
"""Passages compared, so that three articles are among them."""
_NEAR = 0.1
"""Share of the best passage's score from which another article is named beside it."""
_OTHERS = 2
_ON_SUBJECT = 0.4
"""Score from which a passage is an answer where the intent says what it is about."""
_FEW_WORDS = 4
"""Words up to which a question is too short to search by, so that its intent is searched by too."""

SUBJECTS = {
    "ask_delivery": "delivery",
    "ask_payment_methods": "payment",
    "ask_return_policy": "returns",
    "ask_cancellation_policy": "cancellation",
    "ask_warranty": "warranty",
    "ask_contact": "contact",
}
"""Intent -> what `ArticleSearch` is told that the question is about."""

_TOPICS = {
    "en": {
        "ask_delivery": "delivery options, times and costs",
        "ask_payment_methods": "which payment methods do you accept",
        "ask_return_policy": "how many days do I have to return something",
        "ask_cancellation_policy": "until when can I cancel an order",
        "ask_warranty": "how long is the warranty",
        "ask_contact": "contact customer service, phone, opening hours",
    },
    "zh": {
        "ask_delivery": "配送方式、时间和运费",
        "ask_payment_methods": "支持哪些支付方式",
        "ask_return_policy": "签收后多少天内可以退货",
        "ask_cancellation_policy": "什么时候可以取消订单",
        "ask_warranty": "保修期多长",
        "ask_contact": "联系客服、电话、营业时间",
    },
}
"""What is asked where a question's own words are too few to search by."""

_GENERAL = re.compile(
    r"(?:what(?:'?s| is| are)?|tell me|explain|do you have)?\s*(?:about\s+)?(?:your|the|an?)?\s*"
    r"(?:returns?|delivery|shipping|payment|cancell?ation|warranty)?\s*"
    r"(?:polic(?:y|ies)|rules|terms|conditions)\W*"
    r"|(?:请问)?(?:你们|你家|店里)?的?(?:退货|退换货|配送|发货|支付|付款|取消|保修)?的?"
    r"(?:政策|规定|规则|条款)(?:是什么|是怎样的|怎么样)?\W*",
    re.IGNORECASE,
)
"""A question after the whole of a policy: its first rule is asked for, not one of its words."""


@skill(
    "ask_delivery",
    "ask_payment_methods",
    "ask_return_policy",
    "ask_cancellation_policy",
    "ask_warranty",
)
def answer(ctx: Context, request: Request) -> Outcome:
    """The passage that answers, with its source; where none does, an honest no and a person."""
    own = about_own(ctx, request)
    if own is not None:
        return own
    return _passage(ctx, request) or _ticket(ctx, request) or _unanswered(ctx, request)


def _ticket(ctx: Context, request: Request) -> Outcome | None:
    """What staff answered to a question like this one before."""
    tickets = ctx.knowledge.tickets
    hits = tickets.search(ctx.session, request.understanding.text, ctx.language)
    if not hits or hits[0].score < tickets.threshold[ctx.language]:
        return None
    best = hits[0]
    return Outcome(
        "article.ticket",
        {"question": best.question, "answer": best.answer},
        citations=(Citation(best.ticket_id, best.question, best.answer),),
        offers=(("offer.person", {}),),
        why=tuple(f"{hit.ticket_id}: {hit.score:.3f}" for hit in hits),
    )


def _unanswered(ctx: Context, request: Request) -> Outcome:
    """An honest no; the question is kept for staff, without personal data."""
    collect(ctx.session, request.understanding, ctx.now.date(), ctx.customer_id)
    return Outcome("article.none", offers=(("offer.person", {}),))


@skill("ask_contact")
def contact(ctx: Context, request: Request) -> Outcome:
    """How to reach a person: from the shop's settings, else from its articles."""
    contact_settings = ctx.settings.contact
    hours = contact_settings.hours
    if ctx.language == "zh" and contact_settings.hours_zh:
        hours = contact_settings.hours_zh
    if contact_settings.email or contact_settings.phone:
        return Outcome(
            "article.contact",
            {"email": contact_settings.email, "phone": contact_settings.phone, "hours": hours},
            offers=(("offer.person", {}),),
        )
    return _passage(ctx, request) or Outcome("article.none", offers=(("offer.person", {}),))


def _passage(ctx: Context, request: Request) -> Outcome | None:
    heard = replace(request.understanding, intent=request.intent)
    topic = _TOPICS[ctx.language][request.intent]
    if _GENERAL.fullmatch(heard.text.strip()):
        return looked_up(ctx, heard, text=topic, sure=_ON_SUBJECT)
    found = looked_up(ctx, heard, sure=_ON_SUBJECT)
    if found is None and _says_little(heard.text):
        # "And the cost?" is too short to search by; the intent says what it is about.
        found = looked_up(ctx, heard, text=f"{topic} {heard.text}", sure=_ON_SUBJECT)
    return found


def _says_little(text: str) -> bool:
    """Whether a question has hardly a word of its own."""
    own = {word for word in words_of(text) if word not in ASKING}
    return length(text) <= _FEW_WORDS and len(own) <= (2 if has_chinese(text) else 1)


def looked_up(
    ctx: Context, heard: Understanding, *, text: str = "", sure: float | None = None
) -> Outcome | None:
    """What the shop's articles say to a question, quoted with its source; None where they are
    silent. `sure` is the probability from which it counts as an answer, in which it weighs how the
    question was put and read; `text` is searched by in place of the shopper's words."""
    articles = ctx.knowledge.articles
    manner = None if text else weighed(heard)
    subject = SUBJECTS.get(heard.intent, "")
    asked = text or heard.text
    hits = articles.search(ctx.session, asked, ctx.language, _LOOKED_AT, subject, manner)
    if not hits or hits[0].score < (articles.threshold if sure is None else sure):
        return None
    best = hits[0]
    passage = best.passage.strip()
    answer = best.answer.strip()
    if len(passage) <= _SHORT or passage.startswith(answer) or not answer:
        answer = ""
    if len(passage) > _PASSAGE_LIMIT:
        passage = passage[:_PASSAGE_LIMIT].rsplit(" ", 1)[0] + " …"
    others: dict[str, PassageHit] = {}
    for hit in hits[1:]:
        near = hit.score >= _NEAR * best.score
        if near and hit.article_id != best.article_id and len(others) < _OTHERS:
            others.setdefault(hit.article_id, hit)
    return Outcome(
        "article.answer",
        {
            "title": best.title,
            "answer": answer,
            "passage": passage,
            "others": [hit.title for hit in others.values()],
        },
        # Only what is quoted or named is a source.
        citations=(
            Citation(best.article_id, best.title, best.passage),
            *(Citation(hit.article_id, hit.title, hit.passage) for hit in others.values()),
        ),
        why=tuple(f"{hit.article_id} / {hit.heading}: {hit.score:.3f}" for hit in hits),
    )
