"""What a claim needs: a photo where the rules ask for one, and its time."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from assistant.skills.base import Context, Outcome
from assistant.skills.order_parts import (
    focus,
    item_label,
)
from assistant.skills.service.base import (
    Desk,
    asks,
)
from assistant.skills.service.claimed import PHOTO, UNUSED
from assistant.skills.service.holdings import Held
from assistant.skills.service.swaps import split_clause
from assistant.skills.service.tasks import Task
from assistant.understanding.service.claim_words import fault_of, has_no_photo
from db import orders
from db.errors import ClaimTooLate, OrderError, PhotoNeeded
from db.models import Order
from db.models import Request as StaffRequest
from knowledge.encoders.pictures import small_jpeg
from knowledge.errors import PictureRefused

PHOTO_SIDE = 1024
"""Pixels of the longer side of a photo that is kept with a claim."""
MAX_PHOTOS = 6
FAULTS = ("damaged", "wrong_item", "not_as_described", "missing")
_NO_PHOTO = {"en": "I have no photo", "zh": "没有照片"}


def takes_photo(task: Task) -> bool:
    """Whether a picture sent now belongs to this task."""
    return task.kind == "claim" or "photo" in task.answers or fault_of(task.all_words) is not None


_ANEW = re.compile(
    r"\b(?:new|another|working|intact|undamaged|fresh|replacement|good|same|identical)\b(?: \w+)?"
    r"(?: (?:one|item|piece|copy|unit))?\W*(?:please|thanks)?\W*$|新的|同款|一样的|好的那|完好",
    re.IGNORECASE,
)


def same_again(task: Task) -> bool:
    """Whether a swap of something that came broken or wrong asks for the same, not for another
    version."""
    if fault_of(task.all_words) not in orders.CLAIMS:
        return False
    _, target = split_clause(task.text, task.verb)
    return not target.strip(" .,!?。，！？") or _ANEW.search(target) is not None


def with_photo(ctx: Context, tasks: Sequence[Task]) -> tuple[tuple[Task, ...], Outcome | None]:
    """The tasks with the turn's picture kept for those it belongs to, or why it can't be used."""
    if ctx.turn.image is None or not any(takes_photo(task) for task in tasks):
        return tuple(tasks), None
    try:
        data = small_jpeg(ctx.turn.image, PHOTO_SIDE)
    except PictureRefused:
        return tuple(tasks), Outcome("orders.claim.photo_unusable")
    held = max((len(task.answers.get("photos") or ()) for task in tasks), default=0)
    if held >= MAX_PHOTOS:
        return tuple(tasks), Outcome("orders.claim.photos_enough", {"most": MAX_PHOTOS})
    row = StaffRequest(
        kind=PHOTO,
        customer_id=ctx.customer_id,
        conversation_id=ctx.turn.conversation_id,
        detail={"jpeg": base64.b64encode(data).decode("ascii")},
        status=UNUSED,
        created_at=ctx.now,
    )
    ctx.session.add(row)
    ctx.session.flush()
    return tuple(
        task.answered("photos", [*(task.answers.get("photos") or ()), row.id])
        if takes_photo(task)
        else task
        for task in tasks
    ), None


def checked(
    desk: Desk, task: Task, order: Order, fault: str, items: Sequence[Held]
) -> Outcome | OrderError | None:
    """Whether a claim may go on: None, the question for a photo, or the rule against it."""
    photos = task.answers.get("photos") or ()
    policy = desk.ctx.settings.policy
    against = orders.claim_forbids(order, fault, policy, desk.ctx.now, photo=bool(photos))
    if isinstance(against, ClaimTooLate):
        return against
    if photos or fault not in orders.CLAIMS or policy.damage.photo == "not_needed":
        return None
    answer = str(task.answers.get("photo") or "")
    declined = answer == "none" or any(has_no_photo(words) for words in task.said)
    required = isinstance(against, PhotoNeeded)
    if declined and not required:
        return None
    facts = {
        "order_id": order.id,
        "items": [item_label(desk.ctx, each.item) for each in items],
        "required": required,
    }
    key = "orders.claim.photo_required" if declined else "orders.claim.ask_photo"
    choices = () if required else (("none", _NO_PHOTO[desk.ctx.language]),)
    return replace(asks(task, "photo", key, facts, choices), focus=focus(order))


def claim_args(task: Task, fault: str) -> dict[str, Any]:
    """What a write keeps of a claim: what is wrong, the photos, the shopper's words."""
    if fault not in FAULTS:
        return {}
    photos = list(task.answers.get("photos") or ())
    if task.kind != "claim" and not photos and fault not in orders.CLAIMS:
        return {}
    return {"fault": fault, "photos": photos, "said": task.words[:1000]}
