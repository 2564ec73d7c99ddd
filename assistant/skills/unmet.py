"""Limits that nothing met: offered to be dropped, and dropped when the shopper goes on regardless.

A clerk who said "nothing under 100" does not say it again at the next wish: they look without it,
and say so. A limit that the shopper changes, or says again, stays.
"""

from __future__ import annotations

from typing import Any

from assistant.dialogue.letting_go import let_go
from assistant.skills.base import Context
from assistant.skills.limits import limit_facts, limits_from
from assistant.skills.silent import Unspoken
from assistant.understanding.types import Slots


def past_unmet(ctx: Context, slots: Slots, said: Slots) -> Unspoken | None:
    """The search without the limit that nothing met in the turn before; None where there was none,
    or one of its kind is among what is `said` now."""
    kind, running = ctx.state.unmet, ctx.state.search
    if kind and getattr(said, kind) not in (None, ()) and kind != "attributes":
        return None
    kept = let_go(slots, running, kind) if kind else None
    if kept is None:
        return None
    gone: Any = getattr(slots, kind)
    if isinstance(gone, tuple):
        gone = tuple(each for each in gone if each not in getattr(kept, kind))
    only: dict[str, Any] = {"currency": slots.currency, kind: gone}
    return Unspoken(kept, limit_facts(limits_from(Slots(**only)), ctx.settings.currency))
