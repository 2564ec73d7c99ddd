"""What a conversation remembers after an action: the next state, from the last and the outcome."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.dialogue.merge import search_part
from assistant.dialogue.policy import ASKING, Action
from assistant.dialogue.state import Focus, Form, Listed, Pending, Question, State
from assistant.understanding.types import Slots


@dataclass(frozen=True, slots=True)
class Result:
    """What of an outcome the dialogue remembers."""

    shown: tuple[tuple[str, str], ...] = ()
    paid: tuple[str, ...] = ()
    """Product ids among them that stand in a paid place."""
    search: Slots | None = None
    """What the running search asks for from now on; None leaves it."""
    search_image: str | None = None
    unmet: str = ""
    form: Form | None = None
    pending: Pending | None = None
    question: Question | None = None
    focus: Focus | None = None
    identified: str | None = None
    """A customer id; "" makes the speaker a guest again and forgets what was said."""
    proven: bool = False
    handed_off: bool = False


def advance(state: State, action: Action, result: Result) -> State:
    """The state after an action with this result."""
    new = state
    if result.identified is not None:
        new = (
            replace(new, customer_id=result.identified)
            if result.identified
            else State(language=state.language)
        )
    if result.proven:
        new = replace(new, proven=True)
    if result.shown and state.shown and set(result.shown) - set(state.shown):
        new = replace(new, before=Listed(state.listed, state.shown))
    if result.search is not None:
        more = action.slots.direction == "more"
        new = replace(new, search=search_part(result.search), seen=state.seen if more else ())
    if result.search is not None or action.intent == "deny":
        new = replace(new, unmet=result.unmet)
    if action.slots.direction == "anew":
        new = replace(new, before=Listed(state.listed, state.shown), shown=(), focus=Focus())
    if result.search_image is not None:
        new = replace(new, search_image=result.search_image)
    if result.shown:
        one = result.shown[0] if len(result.shown) == 1 else (None, None)
        products = (product for product, _ in result.shown)
        new = replace(
            new,
            shown=result.shown,
            seen=tuple(dict.fromkeys((*new.seen, *products)))[-200:],
            focus=Focus(one[0], one[1]),
            listed=new.search,
            recommending=action.intent == "recommend_products",
            paid=result.paid,
        )
    if result.focus is not None:
        new = replace(new, focus=result.focus)
    waits = action.keep and result.form is None and result.pending is None
    form = _waiting(state.form, result) if waits else result.form
    if form is not None and form is result.form:
        form = replace(form, attempts=_attempts(state, action, form))
    failed = action.key in (*ASKING, "dialogue.not_understood", "dialogue.own_words")
    return replace(
        new,
        form=form,
        pending=state.pending if waits else result.pending,
        question=state.question if action.key == "dialogue.own_words" else result.question,
        last_intent=state.last_intent if failed or action.keep else action.intent,
        failures=state.failures + 1 if failed else 0,
        handed_off=result.handed_off or state.handed_off,
    )


def _waiting(form: Form | None, result: Result) -> Form | None:
    """A form after a digression; who looks at a second list of products has left it behind."""
    if form is None or not result.shown:
        return form
    return replace(form, lists_since=form.lists_since + 1) if form.lists_since < 1 else None


def _attempts(state: State, action: Action, form: Form) -> int:
    """How often in a row this question has been put, with the same choices."""
    before = state.form
    same = before is not None and (before.asking, before.choices) == (form.asking, form.choices)
    return action.attempts if same else 1
