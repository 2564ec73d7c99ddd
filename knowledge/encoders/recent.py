"""What was computed lately, by key: one turn asks for the same text several times."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """The last values by key, at most `size` of them; safe to share between threads.

    It lives in memory only. A value must depend on its key alone, or what a program answers would
    depend on what it was asked before.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._held: OrderedDict[K, V] = OrderedDict()
        self._lock = Lock()

    def of(self, key: K, make: Callable[[K], V]) -> V:
        """The value of `key`, made where it is not held. Two threads may both make it."""
        found = self.peek(key)
        if found is None:
            found = make(key)
            self.put(key, found)
        return found

    def peek(self, key: K) -> V | None:
        """The value of `key`, or None where it is not held."""
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
            return found

    def put(self, key: K, value: V) -> None:
        """Hold a value; the one that was asked for longest ago goes."""
        with self._lock:
            self._held[key] = value
            self._held.move_to_end(key)
            if len(self._held) > self._size:
                self._held.popitem(last=False)
