"""The photo that a search goes by: this turn's or the running search's; and its kind of thing."""

from __future__ import annotations

import base64
from collections import Counter
from dataclasses import replace

from sqlalchemy import select

from assistant.skills.base import Context, Request
from assistant.skills.cards import load_products
from assistant.skills.limits import limits_from, stated_wishes
from assistant.understanding.types import Slots
from db.models import Media
from knowledge.encoders.pictures import small_jpeg

_PHOTO_SIDE = 320
"""Pixels a side that a photo keeps with the conversation."""


def photo_of(ctx: Context, request: Request) -> bytes | None:
    """The photo to search by: this turn's, or the running search's on a refinement.

    Raises:
        PictureRefused: this turn's cannot be taken.
    """
    if ctx.turn.image is not None:
        return small_jpeg(ctx.turn.image, _PHOTO_SIDE)
    if request.intent == "refine_search" and ctx.state.search_image:
        return base64.b64decode(ctx.state.search_image)
    return None


def encode_photo(photo: bytes | None) -> str | None:
    return base64.b64encode(photo).decode("ascii") if photo else None


def has_pictures(ctx: Context) -> bool:
    """Whether the shop has a picture that a photo could be compared with."""
    return ctx.session.scalar(select(Media.id).limit(1)) is not None


def of_kind_shown(ctx: Context, slots: Slots) -> Slots:
    """A search by a photo that is narrowed by words stays with the kind of thing that the photo
    brought up, where there is one and something of it is left."""
    shown = load_products(ctx.session, [product for product, _ in ctx.state.shown]).values()
    kinds = Counter(product.category for product in shown if product.category)
    if slots.categories or not kinds:
        return slots
    (kind, times), *_ = kinds.most_common(1)
    of_kind = replace(slots, categories=(kind,))
    if times * 3 < len(shown) * 2:
        return slots
    left = ctx.knowledge.products.facts(ctx.session, limits_from(of_kind, stated_wishes(ctx)))
    return of_kind if left.count else slots
