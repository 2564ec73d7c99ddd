"""What the first questions of a process would otherwise wait for, read while nobody asks yet."""

from __future__ import annotations

from threading import Thread

import structlog

from assistant.recommend import recommender
from db.unit import read_unit
from knowledge.shop import Shop

log = structlog.get_logger("aisle.ahead")


def read_ahead(shop: Shop) -> None:
    """Begin to read, in a thread of its own, the articles' tables and what lists are made from."""

    def read() -> None:
        try:
            with read_unit(shop.engine) as session:
                shop.knowledge.articles.prepare(session)
                recommender.read_ahead(session, shop)
        except Exception as error:
            # The shop may have been closed meanwhile; the first question reads it then.
            log.warning("reading ahead failed", error=f"{type(error).__name__}: {error}")

    Thread(target=read, name="aisle-ahead", daemon=True).start()
