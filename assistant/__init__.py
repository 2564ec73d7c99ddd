"""Aisle's conversation: `Assistant.open(shop).reply(Turn(...)) -> Reply`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistant.conversation import Reply, Turn

if TYPE_CHECKING:
    from assistant.engine import Assistant

__all__ = ["Assistant", "Reply", "Turn"]


def __getattr__(name: str) -> Any:
    # The engine is heavy; commands such as `aisle --help` import this package without it.
    if name == "Assistant":
        from assistant.engine import Assistant

        return Assistant
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
