"""The version of the catalogue: what is kept of its words holds for as long as this stands."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import CatalogueState


def catalogue_version(session: Session) -> str:
    """A random text that triggers renew with every change of a product or a variant.

    Prices and stock change without it: what depends on them must not be kept by it. It is read
    in the session's transaction, so it fits what that reads. Two databases have the same one only
    where one is a copy of the other and neither has changed since. Empty where the tables were
    made without migrations: then nothing may be kept.
    """
    return session.scalar(select(CatalogueState.version).where(CatalogueState.id == 1)) or ""
