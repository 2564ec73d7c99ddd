"""A shop's vocabulary on disk, good for one version of the catalogue: reading it beats building it.

Two lines of JSON: what it was made from with a checksum, then the vocabulary. It can be deleted at
any time, and whatever is wrong with it only means that it is made anew.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields
from functools import cache
from importlib import resources
from pathlib import Path
from threading import get_ident
from typing import Any

from knowledge.vocabulary import Surface, Vocabulary

_SURFACES = ("english", "chinese")


def load_vocabulary(path: Path, version: str) -> Vocabulary | None:
    """The vocabulary kept for this version of the catalogue.

    None where there is none, or it was made from other records or by another program, or it is
    damaged.
    """
    try:
        head, body = path.read_bytes().split(b"\n", 1)
        if json.loads(head) != _head(version, body):
            return None
        return _from_plain(json.loads(body))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def save_vocabulary(path: Path, version: str, vocabulary: Vocabulary) -> None:
    """Keep a vocabulary, whole or not at all; a folder that cannot be written keeps none."""
    body = json.dumps(_to_plain(vocabulary), ensure_ascii=False, separators=(",", ":")).encode()
    head = json.dumps(_head(version, body)).encode()
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        # A name of its own: two processes may be doing this at once.
        aside = path.with_name(f".{path.name}-{os.getpid()}-{get_ident()}")
        try:
            aside.write_bytes(head + b"\n" + body)
            aside.replace(path)
        except OSError:
            aside.unlink(missing_ok=True)
            raise


def _head(version: str, body: bytes) -> dict[str, str]:
    return {
        "catalogue": version,
        "made_by": _maker(),
        "sha256": hashlib.sha256(body).hexdigest(),
    }


@cache
def _maker() -> str:
    """Changes whenever the same records might make another vocabulary."""
    digest = hashlib.sha256()
    for name in ("vocabulary.py", "vocabulary_store.py", "vocabulary_words.json"):
        digest.update(resources.files("knowledge").joinpath(name).read_bytes())
    return digest.hexdigest()[:16]


def _to_plain(vocabulary: Vocabulary) -> dict[str, Any]:
    plain: dict[str, Any] = {
        field.name: getattr(vocabulary, field.name) for field in fields(Vocabulary)
    }
    plain["words"] = sorted(vocabulary.words)
    return plain


def _from_plain(plain: Mapping[str, Any]) -> Vocabulary:
    given = dict(plain)
    for name in _SURFACES:
        given[name] = {
            phrase: tuple([Surface(*surface) for surface in surfaces])
            for phrase, surfaces in given[name].items()
        }
    given["tokens"] = {letter: tuple(held) for letter, held in given["tokens"].items()}
    given["words"] = frozenset(given["words"])
    return Vocabulary(**given)
