"""What the first questions of a process would otherwise wait for, read while nobody asks."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event, Thread
from typing import Final

import structlog

from assistant.recommend import recommender
from db.unit import read_unit
from knowledge.shop import Shop

log = structlog.get_logger("aisle.ahead")

QUIET: Final = 1.5
"""Seconds without a turn after which something is read: a thread beside a turn slows it down."""
_LOOK: Final = 0.25


class Quiet:
    """Tells whether turns are being answered, or were a moment ago."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._running = 0
        self._last = clock()
        self.over = Event()
        """Set when the shop is closed."""

    def __enter__(self) -> None:
        self._running += 1

    def __exit__(self, *_: object) -> None:
        self._running -= 1
        self._last = self._clock()

    def now(self) -> bool:
        """True where no turn runs, and none has for QUIET seconds."""
        return self._running <= 0 and self._clock() - self._last >= QUIET


def read_ahead(shop: Shop, quiet: Quiet) -> None:
    """Begin to read, in a thread of its own and only in quiet moments, the names of
    products, the articles' tables and what lists are made from."""

    shop.knowledge.names.promise()

    def read() -> None:
        for step in (_names, _articles, _lists):
            while not quiet.now():
                if quiet.over.wait(_LOOK):
                    return
            try:
                step(shop)
            except Exception as error:
                # The shop may have been closed meanwhile; the first question reads it then.
                log.warning("reading ahead failed", error=f"{type(error).__name__}: {error}")
                return

    Thread(target=read, name="aisle-ahead", daemon=True).start()


def _names(shop: Shop) -> None:
    shop.knowledge.names.prepare()


def _articles(shop: Shop) -> None:
    with read_unit(shop.engine) as session:
        shop.knowledge.articles.prepare(session)


def _lists(shop: Shop) -> None:
    with read_unit(shop.engine) as session:
        recommender.read_ahead(session, shop)
