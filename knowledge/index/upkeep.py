"""Keeping a generation true to SQL: the outbox, and changes made in place."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Engine, Row, delete, exists, select
from sqlalchemy.orm import Session

from db.models import Outbox
from db.unit import read_unit, turn_unit
from knowledge.encoders import Encoders
from knowledge.index import generation as disk
from knowledge.index.build import Builder, Built, Changes
from knowledge.index.keyword import KeywordIndex
from knowledge.index.progress import silent
from knowledge.index.vectors import VectorStore

REBUILD_SHARE = 0.3
"""From this share of changed products on, building aside is cheaper than changing in place."""
LEAST_REBUILT = 50

Note = Row[int, str, str]


def waiting(engine: Engine) -> bool:
    """Whether the outbox holds anything."""
    with read_unit(engine) as session:
        return bool(session.scalar(select(exists(select(Outbox.id)))))


def notes(session: Session) -> Sequence[Note]:
    """What the outbox holds: id, kind and record id."""
    return session.execute(select(Outbox.id, Outbox.kind, Outbox.record_id)).all()


def acknowledge(engine: Engine, taken: Sequence[Note]) -> None:
    """Remove notes that the index holds by now; later ones of the same records stay."""
    if not taken:
        return
    with turn_unit(engine) as session:
        session.execute(
            delete(Outbox).where(Outbox.id.in_([note.id for note in taken]))
            if len(taken) < 1000
            else delete(Outbox).where(Outbox.id <= max(note.id for note in taken))
        )


def too_many(changed: Changes, manifest: disk.Manifest) -> bool:
    """Whether so much has changed that the index is better built anew."""
    size = len(changed.products) + len(changed.gone_products)
    return size > max(LEAST_REBUILT, REBUILD_SHARE * len(manifest.products))


def apply(
    shop: Path,
    session: Session,
    encoders: Encoders,
    generation: Path,
    vectors: VectorStore,
    manifest: disk.Manifest,
    changed: Changes,
    words: tuple[KeywordIndex, KeywordIndex],
) -> tuple[disk.Manifest, Built]:
    """Change a generation in place; the manifest as it is then, and what is searched from now on.

    A failure leaves the generation marked as half changed, and `manifest` as it was.
    """
    after = manifest.copy()
    built = Builder(shop, encoders, silent).apply(
        session, generation, vectors, after, changed, *words
    )
    for old in {manifest.keyword, manifest.passage_keyword} - {
        after.keyword,
        after.passage_keyword,
    }:
        shutil.rmtree(generation / old, ignore_errors=True)
    if manifest.changes and manifest.changes != after.changes:
        (generation / manifest.changes).unlink(missing_ok=True)
    return after, built


def condemn(generation: Path) -> None:
    """Mark a generation as damaged, so that it is never opened again."""
    (generation / disk.DIRTY).touch()
