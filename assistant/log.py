"""Logs go to a rotating file in the shop folder, as JSON lines, and never hold personal data.

What may be logged: intents, confidences, counts, times, error types. Never what a shopper said, who
they are, or an order's number.
"""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

import structlog

_BYTES = 2_000_000
_KEPT = 3


def configure(folder: Path | None = None) -> None:
    """Send the logs of this process to `folder`/aisle.log, or nowhere where there is none."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger("aisle")
    root.propagate = False
    root.setLevel(logging.INFO)
    for handler in list(root.handlers):
        root.removeHandler(handler)
        handler.close()
    if folder is None:
        root.addHandler(logging.NullHandler())
        return
    # The file is opened at the first line, so that reading a shop leaves no trace in it.
    handler = RotatingFileHandler(
        folder / "aisle.log", maxBytes=_BYTES, backupCount=_KEPT, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(message)s"))
    root.addHandler(handler)
