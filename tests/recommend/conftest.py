"""The database of `tests.db`, for recommendation and pricing."""

from __future__ import annotations

from tests.db.conftest import engine

__all__ = ["engine"]
