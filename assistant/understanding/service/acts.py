"""What is to be done with orders, act by act: a turn taken apart into acts and all that goes along.

"I got W1 and want the kettle swapped for a red one and the lamp sent back, refund to my gift card;
if there is no red kettle, return it too" holds two acts, a statement that both lean on, a wish that
both share, and a fall-back of the first. A sentence that neither asks for an act nor belongs to one
is handed on as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from assistant.conversation import Language
from assistant.understanding.polarity import only_spoken_of
from assistant.understanding.service.act_words import (
    ACCOUNT,
    ADDRESS,
    CONDITION,
    CONJ,
    DEFINITE,
    DONE,
    FAILED,
    IDENTITY,
    INLINE_IF,
    INTENTS,
    LEADING_IF,
    LEANS,
    NEGATED,
    NOT_ACT,
    OF_ACCOUNT,
    ONLY_THAT,
    ORDERISH,
    PAID_BY,
    PAYMENT,
    QUESTION,
    REQUESTED,
    SHARED,
    SPLIT,
    SUPPOSED,
    TRAILING,
    VERBS,
    Kind,
)
from assistant.understanding.service.claim_words import claims
from assistant.understanding.service.otherwise import (
    OF_ORDERS,
    STANDS_FOR,
    each_order,
    put_otherwise,
)
from assistant.understanding.service.spending import most_more
from assistant.understanding.types import Act


@dataclass(frozen=True, slots=True)
class Heard:
    """A turn: its acts, and the sentences that are something else (questions, small talk)."""

    acts: tuple[Act, ...] = ()
    others: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    """Said for the whole turn: who is speaking, how to refund, why."""
    order: tuple[tuple[str, int], ...] = ()
    """("act" | "other", index), as they were said."""


def read_acts(text: str, language: Language, served: bool = False) -> Heard:
    """The acts of a turn, and everything else in it. Empty acts where nothing is asked for.

    `served` tells that the shopper says who they are: then what they have is spoken of.
    """
    acts: list[Act] = []
    others: list[str] = []
    shared: list[str] = []
    order: list[tuple[str, int]] = []
    waiting: list[str] = []
    questions: list[str] = []
    sentences = _listed(_apart_questions(_sentences(text)), language)
    of_orders = (
        served
        or OF_ORDERS.search(text) is not None
        or any(_clauses(each, language) for each in sentences)
    )
    before = ""
    for sentence in sentences:
        clauses = _clauses(sentence, language)
        if not clauses and of_orders:
            clauses = put_otherwise(sentence)
            if clauses and before and not waiting and STANDS_FOR.search(sentence):
                # "The glass shelf was a bad idea. Can you make it a wooden one?"
                waiting.append(before)
        before = "" if clauses or QUESTION.search(sentence) else sentence
        clauses = [part for clause in clauses for part in each_order(*clause)]
        if clauses:
            for place, (kind, verb, words) in enumerate(clauses):
                when, words, leading = _when(words)
                given_up = ONLY_THAT.search(words)
                if given_up and re.search(
                    r"\b(?:leave|keep|forget)\b[^.;]*?(?:\band\b|\bbut\b|,)"
                    r"(?:(?!\b(?:only|just)\b)[^.;])*?" + re.escape(verb),
                    words,
                    re.IGNORECASE,
                ):
                    # "If there is none, leave the boots and change the watch": another thing.
                    given_up = None
                if when == "if_not" and acts and acts[-1].kind == kind and given_up:
                    # "If there is none, only exchange the lamp" gives up the other thing.
                    acts[-1] = replace(acts[-1], more=(*acts[-1].more, sentence))
                    continue
                if place and acts and acts[-1].kind == kind and most_more(words) is not None:
                    # "..., only change it if the difference is under 20": no act of its own.
                    acts[-1] = replace(acts[-1], more=(*acts[-1].more, words))
                    continue
                main, condition = _apart(words)
                lead = tuple(waiting) if place == 0 else ()
                more = tuple(part for part in (leading, condition) if part)
                acts.append(Act(kind, main, verb, more, lead, when if acts else ""))
                order.append(("act", len(acts) - 1))
            waiting = []
            continue
        if acts and CONDITION.match(sentence):
            acts[-1] = replace(acts[-1], more=(*acts[-1].more, sentence))
        elif IDENTITY.search(sentence) and not QUESTION.search(sentence):
            shared.append(sentence)
            if "@" in sentence and _HAD.search(sentence):
                # "me@shop.example, I got two of the same mug": leads up to what is asked.
                waiting.append(sentence)
        elif QUESTION.search(sentence):
            others.append(sentence)
            order.append(("other", len(others) - 1))
            questions.append(sentence)
        elif SHARED.search(sentence):
            shared.append(sentence)
        elif acts and LEANS.search(sentence):
            acts[-1] = replace(acts[-1], more=(*acts[-1].more, sentence))
        elif ORDERISH.search(sentence) or LEANS.search(sentence) or _HAVING.search(sentence):
            waiting.append(sentence)
        else:
            others.append(sentence)
            order.append(("other", len(others) - 1))
    if acts and not {act.kind for act in acts} & _SETTLE_CLAIMS:
        acts, order = _with_claims(acts, order) if any(map(claims, sentences)) else (acts, order)
    if not acts and (claim := next(filter(claims, sentences), None)):
        return _reported(text, claim, shared)
    if waiting:
        if acts:
            acts[-1] = replace(acts[-1], more=(*acts[-1].more, *waiting))
        else:
            for sentence in waiting:
                others.append(sentence)
                order.append(("other", len(others) - 1))
    # Beside acts, what is no question is small talk.
    kept = questions if acts else others
    return Heard(tuple(acts), tuple(kept), tuple(shared), tuple(order))


_SETTLE_CLAIMS = frozenset({"return", "either", "refund", "swap", "claim"})
"""Acts that say what shall be done about something that came broken."""
_BUYS = re.compile(r"\b(?:re-?)?(?:order|buy|purchase)|买|订|下单|购", re.IGNORECASE)
_JOINTS = re.compile(r"[,，;；。]?\s*\b(?:and|but|also|so)\b\s*|[,，;；。]\s*", re.IGNORECASE)


def _with_claims(
    acts: list[Act], order: list[tuple[str, int]]
) -> tuple[list[Act], list[tuple[str, int]]]:
    """Acts with the fault that is reported before one of another kind as a claim of its own."""
    if len(acts) == 1 and acts[0].kind == "reorder" and not _BUYS.search(acts[0].text):
        # "It came broken, send the same again": that is wanted for it.
        return [], []
    for place, act in enumerate(acts):
        for at, words in enumerate((*act.lead, act.text)):
            joint = _JOINTS.search(words)
            apart = at == len(act.lead)
            first = words[: joint.start()] if apart and joint else words
            if not claims(first) or (apart and not joint):
                continue
            rest = words[joint.end() :] if apart and joint else act.text
            lead = tuple(each for each in act.lead if each != words)
            told = [Act("claim", first), replace(act, text=rest, lead=lead)]
            found = [*acts[:place], *told, *acts[place + 1 :]]
            kept = [each for each in order if each[0] != "act"]
            return found, [*kept, *(("act", number) for number in range(len(found)))]
    return acts, order


def _reported(text: str, claim: str, shared: Sequence[str]) -> Heard:
    """A turn that reports a fault and asks for nothing else: all of it bears on the claim."""
    parts = [each for each in _sentences(text) if each not in shared]
    at = next((place for place, part in enumerate(parts) if claim in part or part in claim), 0)
    act = Act("claim", claim, "", tuple(parts[at + 1 :]), tuple(parts[:at]))
    return Heard((act,), (), tuple(shared), (("act", 0),))


_NO_EMAIL = re.compile(
    r"\b(?:i |i've |i have )?(?:forgot(?:ten)?|don't (?:remember|know|have|recall)|can't"
    r" (?:remember|recall|find)"
    r"|lost|not sure|no longer have)[^.,;!?]*\be-?mail\b[^.,;!?]*[.,;!?]?"
    r"|(?:忘了|忘记|不记得|不知道|想不起)[^，。]*邮箱[^，。]*[，。]?",
    re.IGNORECASE,
)
"""Said before a name and a postcode: which e-mail it was is not known."""
_WHO = re.compile(
    r"\s*(?:(?:hi|hello|hey)\W+)?[A-Za-zÀ-ÿ'-]{2,30}(?: [A-Za-zÀ-ÿ'-]{2,30}){1,2}\W*(?:here\W+)?"
    r"(?:zip(?: ?code)?|post ?code)?\W*\d{5}\W*$",
    re.IGNORECASE,
)
"""A whole message of a name and a postcode; the slots tell whether it is a name."""


def introduces(text: str) -> bool:
    """Whether a turn may do nothing but say who is speaking; its slots tell whether it does."""
    text = _NO_EMAIL.sub(" ", text)
    if _WHO.match(text):
        return True
    if ACCOUNT.search(text) or not IDENTITY.search(text):
        return "@" in text and len(text.split()) <= 3
    parts = _sentences(text)
    if any(QUESTION.search(part) for part in parts):
        return False
    return all(len(part.split()) <= 6 for part in parts if not IDENTITY.search(part))


def _sentences(text: str) -> list[str]:
    parts = [part.strip() for part in SPLIT.split(text)]
    return [part for part in parts if part.strip(" .,;!?。，；！？-")]


_HAD = re.compile(
    r"\bi(?:'ve| have)? (?:\w+ )?(?:got|bought|ordered|received)\b|买了|收到", re.IGNORECASE
)


def _listed(sentences: list[str], language: Language) -> list[str]:
    """Pieces of a list after a semicolon belong to the act before them: "exchange the lamp for a
    white one; the mat for a blue one"."""
    found: list[str] = []
    for sentence in sentences:
        last = found[-1] if found else ""
        if (
            (last.endswith((";", "；")) or (_ALSO.match(sentence) and not put_otherwise(sentence)))
            and not any(other.search(sentence) for other in (QUESTION, SHARED, IDENTITY))
            and not CONDITION.match(sentence)
            and {kind for kind, *_ in _clauses(last, language) or put_otherwise(last)} & _OF_THINGS
            and not _clauses(sentence, language)
        ):
            found[-1] = f"{last.rstrip('.;；!。！')}, {sentence}"
        else:
            found.append(sentence)
    return found


_OF_THINGS = frozenset({"return", "cancel", "swap", "either", "reorder", "refund"})
"""Acts that a further thing may belong to."""
_ALSO = re.compile(
    r"^\W*(?:(?:and |oh,? )?(?:also|plus|as well as)|and)\W+(?:in the \w+ )?(?:the|my|that"
    r"|those|these)\b"
    r"|^\W*(?:还有|另外)(?!我|想|请|帮|麻烦|能|可以)",
    re.IGNORECASE,
)
"""A sentence that adds a thing to the one before: "Also the lamp, it flickers."."""


def _apart_questions(sentences: list[str]) -> list[str]:
    """A question that trails an act stands alone: "..., and I want to know the total"."""
    found: list[str] = []
    for sentence in sentences:
        start = 0
        for match in TRAILING.finditer(sentence):
            before = sentence[start : match.start()]
            if len(before.split()) >= 3 or len(re.findall(r"[一-鿿]", before)) >= 4:
                found.append(before.strip(" ,，"))
                start = match.start("q") if match["q"] else match.start("z")
        found.append(sentence[start:].strip())
    return [each for each in found if each.strip(" .,;!?。，；！？-")]


_HAVING = re.compile(
    r"\bi(?:'ve| have) (?:got )?(?:two|2|three|3|an?|one|several|both|the)\b|我有", re.IGNORECASE
)
"""Leads up to what is asked of it: "I have two kettles"."""
_OF_MONEY = re.compile(
    r"\b(?:refund|money|difference|amount|balance|charge|payment|rest|cost|credit)s?(?:"
    r" \w+){0,5} *$"
    r"|(?:退款|钱|差价|余款)[^，。]{0,6}$",
    re.IGNORECASE,
)
"""Before "should go to": where money goes, and no parcel."""


def _clauses(sentence: str, language: Language) -> list[tuple[Kind, str, str]]:
    """(kind, verb, words) of each act asked for in a sentence."""
    hits: list[tuple[int, int, Kind]] = []
    conditions = _condition_spans(sentence)
    for kind, pattern in VERBS:
        for match in pattern.finditer(sentence):
            start, end = match.span()
            if any(start < e and s < end for s, e, _ in hits):
                continue
            if any(s <= start < e for s, e in conditions):
                continue
            if kind == "address" and _OF_MONEY.search(sentence[:start]):
                continue
            if _asked(sentence, start):
                hits.append((start, end, kind))
    hits.sort()
    again = next((start for start, _, kind in hits if kind == "reorder"), None)
    if again is not None:
        # "Order it again and send it to my office": where the new one goes.
        hits = [hit for hit in hits if hit[2] not in ("address", "payment") or hit[0] < again]
    hits = [
        hit
        for place, hit in enumerate(hits)
        if not (
            place
            and hit[2] == "address"
            and ADDRESS.search(sentence[hits[place - 1][1] : hit[1]])
            and hits[place - 1][2] == "swap"
        )
    ]
    if any(kind != "refund" for _, _, kind in hits):
        # "Return it and refund my card": the refund belongs to the return.
        hits = [hit for hit in hits if hit[2] != "refund"]
    elif hits and (
        SHARED.search(sentence) and not re.search(r"\b(?:for|of|on) (?:the|my)\b", sentence)
    ):
        return []
    found: list[tuple[Kind, str, str]] = []
    begins = [0, *(_boundary(sentence, a[1], b[0]) for a, b in pairwise(hits))]
    for place, (start, end, kind) in enumerate(hits):
        stop = begins[place + 1] if place + 1 < len(begins) else len(sentence)
        words = sentence[begins[place] : stop].strip(" ,，、")
        verb = sentence[start:end].casefold()
        if kind == "swap" and OF_ACCOUNT.search(sentence[end:stop] if language == "en" else words):
            continue
        if kind == "swap" or kind == "address":
            kind = _what_changes(words, kind)
        if _vetoed(_apart(words)[0], kind, language):
            continue
        found.append((kind, verb, words))
    return found


def _vetoed(words: str, kind: Kind, language: Language) -> bool:
    """Whether the words only speak of the act. What is surely had ("my kettle", "order W1") and
    asked for in a plain sentence is meant, however politely it is put."""
    if language == "en" and DEFINITE.search(words) and not SUPPOSED.search(words):
        return False
    intent = "exchange_item" if kind == "swap" else INTENTS[kind]
    return only_spoken_of(words, language, intent) and only_spoken_of(
        words, language, INTENTS[kind]
    )


def _what_changes(words: str, kind: Kind) -> Kind:
    """A change of address, of payment, or of a thing."""
    first = re.split(r"\b(?:if|unless|otherwise)\b", words)[0]
    if ADDRESS.search(first):
        return "address"
    if kind == "swap" and (PAYMENT.search(first) or PAID_BY.search(first)):
        # "Exchange the lamp and pay with PayPal" exchanges a lamp.
        thing = re.search(r"\b(?:for|to|into) (?:a|an|the|one)\b", first)
        return kind if thing and not re.search(r"payment", first) else "payment"
    return kind


def _asked(sentence: str, start: int) -> bool:
    before = sentence[:start]
    if NEGATED.search(before[-60:]):
        return bool(re.search(r"\bwhy (?:not|don't you)\b\s*$", before))
    if REQUESTED.search(before):
        return True
    return NOT_ACT.search(before[-40:]) is None


def _condition_spans(sentence: str) -> list[tuple[int, int]]:
    """Where a condition stands: from its "if" to the comma that ends it."""
    spans = []
    for match in INLINE_IF.finditer(sentence):
        start = match.start()
        if match[0].strip(" ,;(").startswith(("otherwise", "否则", "不然")):
            spans.append((start, len(sentence)))
            continue
        leading = not sentence[:start].strip(" ,;")
        comma = re.compile(r"[,，)]|\bthen\b|那就?|就").search(sentence, match.end())
        if leading and comma:
            # What follows a leading condition is asked for.
            spans.append((start, comma.start()))
        else:
            spans.append((start, len(sentence)))
    return spans


def _when(words: str) -> tuple[Literal["", "if_not", "if_done"], str, str]:
    """(when, the words that ask, a leading condition that is no matter of the act before)."""
    match = LEADING_IF.match(words)
    if match is None:
        return "", words, ""
    condition, rest = match["c"] or match["o"] or "", words[match.end() :].strip(" ,，")
    if match["o"] or FAILED.search(condition):
        return "if_not", rest, ""
    if DONE.search(condition):
        return "if_done", rest, ""
    return "", rest, condition


def _apart(words: str) -> tuple[str, str]:
    """The act and the condition that trails it."""
    for match in INLINE_IF.finditer(words):
        if words[: match.start()].strip(" ,;"):
            return words[: match.start()].strip(" ,;"), words[match.start() :].strip(" ,;(")
    return words, ""


def _boundary(sentence: str, end: int, start: int) -> int:
    """Where the next clause begins: the last conjunction before its verb that leaves it whole."""
    last = None
    for match in CONJ.finditer(sentence, end, start):
        last = match
        rest = sentence[match.end() : start]
        if re.fullmatch(
            r"(?:i|we|please|also|then|to|would|like|want|need|you|can|could|and|'d|wish|my"
            r"|the|have|get|for|finally|lastly"
            r"|additionally|help|me|if possible|order|#?\w*\d+|,|\s|我|想|要|请|帮|把|给|你"
            r"|再|还|也|需)*",
            rest,
            re.IGNORECASE,
        ):
            return match.start()
    return last.start() if last else start
