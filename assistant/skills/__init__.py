"""What Aisle can do; one file a capability. `load` registers every skill."""

from __future__ import annotations

from importlib import import_module

_MODULES = (
    "account",
    "articles",
    "cart",
    "checkout",
    "handover",
    "opinions",
    "orders",
    "product",
    "profile",
    "promotions",
    "recommend",
    "requests",
    "search",
    "talk",
)


def load() -> None:
    """Import the skills, which register themselves; a second call does nothing."""
    for name in _MODULES:
        import_module(f"{__name__}.{name}")
