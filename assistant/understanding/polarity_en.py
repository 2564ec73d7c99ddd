"""How an English turn stands to an act it names: asked for, or denied, supposed or reported.

A mention is judged in its clause, in four steps. Negation: a negator governs what follows it up to
the end of its clause, unless a new ask begins in between ("I don't need it and want to return
it"); words that are negative in form alone ("why don't you", "I can't work out how to") are taken
out first. Grammatical form: finite past, perfect and habitual forms report; only what a wish
governs ("I want it cancelled") asks. Mood: the protasis of a conditional, a question of what
would happen, of a rule, a fact, a fee or a possibility supposes. Commitment: "thinking of", "might"
and "was going to" stop short of asking. Scopes are those of NegEx (Chapman et al. 2001), widened
by what opens a fresh ask.
"""

from __future__ import annotations

import re

from assistant.understanding import polarity_en_words as w
from assistant.understanding.polarity_beside import beside_the_point_en

ACTS = w.ACTS


def clauses(text: str) -> int:
    """How many clauses with words in them the text has."""
    return sum(bool(p.strip()) for s in w.SENTENCE.split(text) for p in w.CLAUSE.split(s))


def unchanged(text: str) -> bool:
    """Whether the turn, naming no act, asks that things stay or supposes something."""
    return bool(w.AS_IT_IS.search(text) or w.OPENING.search(text))


def rather(text: str) -> bool:
    """Whether a value is denied for the sake of another: "not to work but to my home"."""
    return bool(w.RATHER.search(text))


def another(text: str) -> bool:
    """Whether a thing is wanted in place of the one held: an exchange without its word."""
    return bool(w.ANOTHER.search(text))


def asked(text: str, act: re.Pattern[str]) -> list[bool]:
    """For each mention of an act in normalised text, whether it is asked for."""
    found = []
    sentences = _sentences(text)
    for place, sentence in enumerate(sentences):
        then = sentences[place + 1] if place + 1 < len(sentences) else ""
        if then and sentence.endswith("?") and len(sentence.split()) <= 3:
            # "Exchange it? I've only just got used to it."
            thrown_back = not w.TAKEN_UP.match(then)
        else:
            thrown_back = False
        bounds = [(m.start(), m.end()) for m in w.CLAUSE.finditer(sentence)]
        starts = [0, *(end for _, end in bounds)]
        ends = [*(start for start, _ in bounds), len(sentence)]
        parts = [sentence[a:b] for a, b in zip(starts, ends, strict=True)]
        for number, part in enumerate(parts):
            following = next((p for p in parts[number + 1 :] if p.strip()), "")
            alone = not following and not number
            found += [
                not thrown_back and _asks(part, mention, sentence, following, alone)
                for mention in act.finditer(part)
            ]
    return found


def _sentences(text: str) -> list[str]:
    text = w.COURTESY.sub(" please ", w.BARE.sub(r"\1n't", text))
    text = w.DONT.sub("don't", w.BROKEN.sub("can't", text))
    text = w.ASIDE.sub(r"\1 ", text)
    text = re.sub(r"[ \t]+", " ", w.LIST.sub(" or", text))
    if len(w.QUOTED.sub("", text).split()) >= 3:
        text = w.QUOTED.sub(" that ", text)
    sentences: list[str] = []
    start = 0
    for mark in [*w.SENTENCE.finditer(text), None]:
        stop = mark.end() if mark and "?" in mark[0] else (mark.start() if mark else len(text))
        sentence = w.HOLLOW.sub(" ", w.PARTICLE.sub("", text[start:stop]))
        if sentence.strip(" ?"):
            # "Cancel it? Never." is one denial.
            if sentences and sentences[-1].endswith("?") and w.NO_THANKS.match(sentence):
                sentences[-1] = f"{sentences[-1][:-1]}, {sentence}"
            else:
                sentences.append(sentence)
        start = mark.end() if mark else len(text)
    return sentences


def _asks(part: str, mention: re.Match[str], sentence: str, following: str, alone: bool) -> bool:
    before, act, after = part[: mention.start()], mention[0], part[mention.end() :]
    if _denied(part, mention, alone) or beside_the_point_en(part, mention):
        return False
    if len(part.split()) <= 6 and w.NO_THANKS.match(following):
        return False
    if w.INTERROGATIVE.match(part) and not w.REQUEST.search(part):
        return False
    if w.SUBJECT.match(before) and w.PREDICATE.match(after) and not w.GERUND.fullmatch(act):
        return False
    topic = not before.strip() and w.GERUND.fullmatch(act)
    if topic and (w.PREDICATE.match(after) or w.INTERROGATIVE.match(following)):
        return False
    if w.DO_IT.search(sentence):
        return True
    if w.STATE_AFTER.match(after) or _unasked_form(before, act):
        return False
    # "Hit buy by accident" asks for an undoing.
    slip = re.match(r"buy|order|check|plac|purchas", act) and re.search(r"accident|mistake", after)
    if not slip and w.REPORTED.search(before) and not w.DEMAND.match(part):
        return False
    if w.WEAK.search(before):
        return False
    supposed = w.SUPPOSED.search(sentence)
    if not supposed and not w.SPECIFIC.search(sentence):
        supposed = w.RULE.search(sentence)
    return not supposed or (
        supposed[0] not in part and supposed[0][0] != "," and bool(w.DEMAND.match(part))
    )


def _denied(part: str, mention: re.Match[str], alone: bool) -> bool:
    before, act, after = part[: mention.start()], mention[0], part[mention.end() :]
    if (w.AFTER.match(after) and not w.OPENS.search(before)) or act.startswith(("not ", "don't ")):
        return True
    if act in ("send", "ship", "deliver", "go to") and w.PLACE.match(after) and not alone:
        return False
    governed = [
        each
        for each in w.NEGATOR.finditer(part)
        if each.end() <= len(before) and _governs(before[each.end() :], act)
    ]
    if not governed:
        return False
    # "I won't leave without a refund", "I don't want you not to cancel it"
    last = governed[-1]
    doubled = len(governed) > 1 and last[0] in ("without", "not")
    return not (doubled and governed[-2].end() < last.start())


def _governs(gap: str, act: str) -> bool:
    """Whether a negator reaches an act across the words between them."""
    if not gap.strip():
        return True
    embedded = bool(w.EMBEDS.match(gap))
    if not embedded and w.RESTART.search(gap):
        return False
    joined = w.CONJOINED.search(gap)
    if joined and not re.search(r"\b(?:go|try|come) and\s+$", gap):
        return bool(re.search(rf"\b{w.ACT_WORD}", gap[: joined.start()]))
    if w.PAST.fullmatch(act) or w.GERUND.fullmatch(act):
        return embedded or not w.CONTINUES.search(gap)
    if act.endswith(("ation", "ations", "ment", "ments")):
        return True
    return bool(w.CARRIES.search(gap)) and not w.RESTING.search(gap)


def _unasked_form(before: str, act: str) -> bool:
    """Finite past, perfect, habit, and gerunds that nothing asks for."""
    # "I ordered that": the pattern of an act may begin before its verb.
    led = re.match(r"(?:i|we|you|they|just|not|don't) (?=\w)", act)
    if led:
        before, act = before + led[0], act[led.end() :]
    if w.PAST.fullmatch(act):
        if w.FACT.search(before):
            return True
        return not w.WISHED.search(before) and bool(before.strip())
    if w.HABIT.fullmatch(act):
        return not re.search(r"\b(?:want|need|please|process|get|like|do|my|the)\b", before)
    if w.GERUND.fullmatch(act):
        return not w.GERUND_ASKED.search(before)
    return False
