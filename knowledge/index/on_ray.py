"""Bulk encoding on a Ray cluster: pieces go out as tasks, and come back in order."""

from __future__ import annotations

import logging
import os
import pickle
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from knowledge.encoders import Encoders
from knowledge.errors import ClusterMissing, KnowledgeError
from knowledge.index.encoding import Encoded, Piece, encode

ADDRESS_VARIABLE = "AISLE_RAY_ADDRESS"
_REACH_SECONDS = 3.0
_WITHOUT = "; what was encoded is kept: repeat it with a cluster, or without --on ray"

_encoders: tuple[bytes, Encoders] | None = None
"""Of a worker process: loaded at its first piece, kept for the next."""


def _encode(given: bytes, piece: Piece) -> Encoded:
    """Runs in a worker process."""
    global _encoders
    if _encoders is None or _encoders[0] != given:
        _encoders = (given, pickle.loads(given))
    return encode(_encoders[1], piece)


class OnRay:
    """Encodes in the worker processes of a cluster."""

    def __init__(self, ray: Any, encoders: Encoders, workers: int, address: str) -> None:
        """`ray` is the package, connected."""
        self.ahead = 2 * workers
        self._ray = ray
        self._address = address
        self._encoders = ray.put(pickle.dumps(encoders))
        self._task = ray.remote(num_cpus=1, max_retries=3)(_encode)

    def submit(self, piece: Piece) -> Callable[[], Encoded]:
        """See :class:`~knowledge.index.encoding.BulkEncoding`."""
        try:
            reference = self._task.remote(self._encoders, piece)
        except Exception as error:
            raise ClusterMissing(self._gone(error)) from error

        def result() -> Encoded:
            try:
                found: Encoded = self._ray.get(reference)
            except self._ray.exceptions.RayTaskError as error:
                cause = error.cause
                if isinstance(cause, KnowledgeError):
                    raise cause from error
                raise ClusterMissing(
                    f"The Ray cluster at {self._address} cannot encode ({_line(cause or error)}). "
                    "Aisle of this version and its models must be installed on every node"
                    f"{_WITHOUT}."
                ) from error
            except Exception as error:
                raise ClusterMissing(self._gone(error)) from error
            return found

        return result

    def _gone(self, error: BaseException) -> str:
        return f"The Ray cluster at {self._address} went away ({_line(error)}){_WITHOUT}."


@contextmanager
def cluster(encoders: Encoders, address: str, workers: int) -> Iterator[OnRay]:
    """Connect to a cluster, or start one on this machine, for as long as it is needed.

    Args:
        encoders: what the workers encode with; their models are read on their own machines.
        address: "host:port", "ray://host:port" or "auto"; "" for a cluster of this machine.
            AISLE_RAY_ADDRESS goes before it.
        workers: pieces encoded at once.

    Raises:
        ClusterMissing: ray is not installed, or nothing answers at the address.
    """
    address = os.environ.get(ADDRESS_VARIABLE) or address
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        import ray
    except ImportError as error:
        raise ClusterMissing(
            "Encoding on Ray needs the extra: pip install 'aisle[ray]'. Without --on ray this "
            "process encodes."
        ) from error
    named = address or "this machine"
    _reach(address)
    try:
        ray.init(
            address=address or "local",
            **({} if address else {"num_cpus": workers, "include_dashboard": False}),
            log_to_driver=False,
            logging_level=logging.ERROR,
            configure_logging=False,
        )
    except Exception as error:
        raise ClusterMissing(
            f"No Ray cluster can be used at {named} ({_line(error)}). Start one with `ray start "
            "--head`, or run without --on ray."
        ) from error
    try:
        yield OnRay(ray, encoders, workers, named)
    finally:
        ray.shutdown()


def _reach(address: str) -> None:
    """Ray waits long for a cluster that does not answer."""
    plain = address if "://" in address else f"//{address}"
    try:
        parts = urlsplit(plain)
        if parts.hostname is None or parts.port is None:
            return
        socket.create_connection((parts.hostname, parts.port), timeout=_REACH_SECONDS).close()
    except (OSError, ValueError) as error:
        raise ClusterMissing(
            f"No Ray cluster answers at {address} ({_line(error)}). Start one with `ray start "
            "--head`, or run without --on ray."
        ) from error


def _line(error: BaseException) -> str:
    text = str(error).strip()
    return text.splitlines()[-1] if text else type(error).__name__
