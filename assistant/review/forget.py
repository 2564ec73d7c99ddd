"""A customer who is forgotten leaves the queue too, wherever a name slipped in unrecognised."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.review.names import Name, hide_names
from assistant.review.queue import key_of, worth_keeping
from db.models import Customer, ReviewItem

_MARK = "\ue000"


def forget_name(session: Session, customer: Customer) -> None:
    """Take a customer's name and e-mail out of every row, before their account goes.

    Rows hold no link to anyone, and names known when they were written are hidden already. What is
    left is a name that the shop learned afterwards.
    """
    name = Name(customer.first_name, customer.last_name)
    email = (customer.email or "").casefold()
    for row in session.scalars(select(ReviewItem).where(ReviewItem.status != "dropped")).all():
        text = row.text
        if email and email in text.casefold():
            text = ""  # what else stands beside a whole e-mail is not worth the risk
        hidden = hide_names(text, [name], lambda _word: False, _MARK).replace(_MARK, "[name]")
        if hidden != row.text:
            _rewrite(session, row, hidden)
    session.flush()


def _rewrite(session: Session, row: ReviewItem, text: str) -> None:
    key = key_of(text)
    same = session.scalar(select(ReviewItem).where(ReviewItem.key == key, ReviewItem.id != row.id))
    if same is not None:
        same.count += row.count
    if same is not None or not worth_keeping(text):
        session.delete(row)
        session.flush()
        return
    row.text, row.key = text, key
    session.flush()
