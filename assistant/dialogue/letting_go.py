"""What a shopper says to the offer to drop a limit that nothing met: yes, or "without it, then"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from assistant.dialogue.answers import AGAINST, YES, length
from assistant.dialogue.state import State
from assistant.understanding.types import Slots, Understanding

_DROP: Final = re.compile(
    r"\b(?:drop|forget|remove|ignore|skip|lose|lift|leave out|scrap|without|never mind)"
    r" (?:it|that|this|the \w+(?: \w+)?|my \w+(?: \w+)?)\b"
    r"|\b(?:it|that) (?:does ?n'?t|doesnt) matter\b"
    r"|去掉|拿掉|不限|放宽|取消(?:这个)?(?:条件|限制)|不要(?:这个)?(?:条件|限制)|不管(?:它|这个|价格|颜色)",
    re.IGNORECASE,
)
_FEW: Final = 7
"""Words of an answer to the offer; a longer sentence is an ask of its own."""
_NO_YES: Final = frozenset({"thank", "goodbye", "deny", "contact_human"})
"""What "ok" begins without agreeing to anything."""


def lets_go(heard: Understanding, state: State) -> Understanding | None:
    """The ask as "drop it", where a limit was offered to be dropped; None for anything else."""
    waits = state.form or state.pending or state.question
    if not state.unmet or waits or length(heard.text) > _FEW:
        return None
    said = heard.slots
    new = replace(said, query="", spans=(), topic=None, deictic=False, sentiment=None)
    if new != Slots() and new != Slots(categories=state.search.categories):
        return None  # another limit, or another ask
    dropped = _DROP.search(heard.text) is not None
    yes = heard.intent == "affirm" or (YES.match(heard.text) and heard.intent not in _NO_YES)
    if not dropped and (not yes or AGAINST.search(heard.text) or length(heard.text) > 3):
        return None
    return heard.meant("refine_search", Slots(direction="drop"))


def let_go(slots: Slots, running: Slots, kind: str) -> Slots | None:
    """A search without the limit of this kind as it was when nothing met it; None where it has been
    changed since."""
    before: Any = getattr(running, kind)
    now: Any = getattr(slots, kind)
    if isinstance(before, tuple):
        kept = tuple(value for value in now if value not in before)
        return _with(slots, kind, kept) if kept != now else None
    return _with(slots, kind, None) if before is not None and now == before else None


def _with(slots: Slots, kind: str, value: Any) -> Slots:
    changed: dict[str, Any] = {kind: value}
    return replace(slots, **changed)
