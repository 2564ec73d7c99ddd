"""The registry's actions as Textual bindings, each remappable by its id."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from assistant.terminal.actions import ACTIONS, Scope


def bindings(scope: Scope) -> list[BindingType]:
    """The bindings of one scope. Keys with a default only: an action without one has its slash
    command and its place in the palette."""
    return [
        Binding(
            action.keys,
            action.call,
            action.label[0],
            show=False,
            # Suggestions and quitting work wherever the focus is.
            priority=action.id == "quit",
            id=action.id,
            system=action.id == "interrupt",
        )
        for action in ACTIONS
        if action.scope == scope and action.keys
    ]
