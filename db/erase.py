"""A customer's right to a copy of what is known of them, and to have it erased."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, Engine, delete, event, or_, select, update
from sqlalchemy.orm import Session

from db.errors import CustomerNotFound
from db.models import (
    Base,
    CartLine,
    Conversation,
    Customer,
    Event,
    Exposure,
    Fulfilment,
    HandoffRecord,
    Order,
    OrderEvent,
    Payment,
    PaymentMethod,
    Profile,
    Request,
    TurnRecord,
)

BOOKKEEPING: Final = ("amount", "moves", "items", "swaps", "reason")
"""What stays of an order's history: amounts, lines and codes, no addresses and no free text."""


def export_customer(session: Session, customer_id: str) -> dict[str, Any]:
    """Everything stored about a customer, as JSON: decimals as strings, times as ISO 8601.

    Raises:
        CustomerNotFound: nobody has this id.
    """
    customer = session.get(Customer, customer_id)
    if customer is None:
        raise CustomerNotFound(customer_id)
    conversations = _conversation_ids(session, customer)
    orders = session.scalars(
        select(Order).where(Order.customer_id == customer_id).order_by(Order.placed_at)
    ).all()
    owners = [f"customer:{customer_id}", *(f"conversation:{each}" for each in conversations)]
    return {
        "customer": _row(customer),
        "addresses": _rows(customer.addresses),
        "payment_methods": _rows(customer.payment_methods),
        "cart": _rows(session.scalars(select(CartLine).where(CartLine.owner.in_(owners)))),
        "orders": [
            {
                **_row(order),
                "items": _rows(order.items),
                "payments": _rows(order.payments),
                "fulfilments": _rows(order.fulfilments),
                "history": _rows(order.history),
            }
            for order in orders
        ],
        "profile": _rows(session.scalars(_where(Profile, Profile.customer_id == customer_id))),
        "events": _rows(
            session.scalars(
                _where(Event, _theirs(Event, customer_id, conversations)).order_by(Event.id)
            )
        ),
        "requests": _rows(
            session.scalars(_where(Request, _their_requests(customer, conversations)))
        ),
        "handoffs": _rows(
            session.scalars(_where(HandoffRecord, HandoffRecord.conversation_id.in_(conversations)))
        ),
        "exposures": _rows(
            session.scalars(_where(Exposure, Exposure.conversation_id.in_(conversations)))
        ),
        "conversations": [
            {
                **_row(conversation),
                "turns": _rows(
                    session.scalars(
                        _where(TurnRecord, TurnRecord.conversation_id == conversation.id).order_by(
                            TurnRecord.id
                        )
                    )
                ),
            }
            for conversation in session.scalars(
                _where(Conversation, Conversation.id.in_(conversations))
            )
        ],
    }


def erase_customer(
    session: Session,
    customer_id: str,
    now: datetime,
    *,
    current_conversation: str | None = None,
) -> str:
    """Erase a customer; their orders stay for the books under the id that is returned.

    Everything goes that says who they are or what they said: account, addresses, payment methods,
    cart, profile, events, requests, handoffs and every conversation they had, as a guest too. The
    row of `current_conversation` stays, emptied, so that the reply can be stored. Once the session
    commits, the freed parts of a SQLite file and its write-ahead log are overwritten.

    Raises:
        CustomerNotFound: nobody has this id.
    """
    customer = session.get(Customer, customer_id)
    if customer is None:
        raise CustomerNotFound(customer_id)
    session.flush()
    conversations = _conversation_ids(session, customer)
    if current_conversation is not None:
        conversations.add(current_conversation)
    # What follows works on rows, and nothing in the session may write an old value back.
    requests = _their_requests(customer, conversations)
    session.execute(delete(Request).where(requests))
    erased_id = f"erased-{secrets.token_hex(8)}"
    session.add(
        Customer(
            id=erased_id, email=None, first_name="", last_name="", created_at=now, erased_at=now
        )
    )
    session.flush()
    _strip_orders(session, customer_id, erased_id)
    for table in (Exposure, HandoffRecord, TurnRecord):
        session.execute(delete(table).where(table.conversation_id.in_(conversations)))
    session.execute(delete(Event).where(_theirs(Event, customer_id, conversations)))
    owners = [f"customer:{customer_id}", *(f"conversation:{each}" for each in conversations)]
    session.execute(delete(CartLine).where(CartLine.owner.in_(owners)))
    # A conversation that by now is someone else's stays theirs, without what was said in it.
    kept = or_(
        Conversation.id == (current_conversation or ""),
        Conversation.customer_id.is_not(None) & (Conversation.customer_id != customer_id),
    )
    session.execute(
        update(Conversation).where(Conversation.id.in_(conversations), kept).values(state={})
    )
    session.execute(
        update(Conversation)
        .where(Conversation.id.in_(conversations), Conversation.customer_id == customer_id)
        .values(customer_id=None, state={})
    )
    session.execute(delete(Conversation).where(Conversation.id.in_(conversations), ~kept))
    session.execute(delete(Profile).where(Profile.customer_id == customer_id))
    session.expire_all()
    session.delete(session.get_one(Customer, customer_id))
    session.flush()
    _scrub_after_commit(session)
    return erased_id


def erase_conversation(session: Session, conversation_id: str) -> None:
    """Erase what a guest said and did in one conversation, its row included."""
    for table in (Exposure, HandoffRecord, TurnRecord, Event, Request):
        session.execute(delete(table).where(table.conversation_id == conversation_id))
    session.execute(delete(CartLine).where(CartLine.owner == f"conversation:{conversation_id}"))
    session.execute(delete(Conversation).where(Conversation.id == conversation_id))
    session.expire_all()
    _scrub_after_commit(session)


def _scrub_after_commit(session: Session) -> None:
    bind = session.get_bind()
    engine = bind if isinstance(bind, Engine) else bind.engine

    @event.listens_for(session, "after_commit", once=True)
    def _overwrite(_session: Session) -> None:
        scrub(engine)


def scrub(engine: Engine) -> bool:
    """Leave no trace of deleted rows in a SQLite file and its write-ahead log.

    Returns False where another process kept it from being done; the next call does it. Other
    databases do this by themselves (PostgreSQL: autovacuum).
    """
    if engine.dialect.name != "sqlite":
        return True
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        # Deleting zeroes what is freed, but rebalanced pages may keep old copies: write all anew.
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        row = cursor.fetchone()
        return row is None or row[0] == 0
    except engine.dialect.loaded_dbapi.OperationalError:
        return False
    finally:
        connection.close()


def _strip_orders(session: Session, customer_id: str, erased_id: str) -> None:
    orders = session.scalars(select(Order).where(Order.customer_id == customer_id)).all()
    ids = [order.id for order in orders]
    kinds = {
        method.id: method.kind
        for method in session.scalars(
            select(PaymentMethod).where(PaymentMethod.customer_id == customer_id)
        )
    }
    for order in orders:
        order.customer_id = erased_id
        order.ship_to = {}
    for payment in session.scalars(select(Payment).where(Payment.order_id.in_(ids))):
        # Money on its way back still has to reach its account, which only this id names.
        if payment.status != "pending":
            payment.payment_method_id = f"erased:{kinds.get(payment.payment_method_id, 'unknown')}"
    for parcel in session.scalars(select(Fulfilment).where(Fulfilment.order_id.in_(ids))):
        parcel.tracking_ids = []
    for entry in session.scalars(select(OrderEvent).where(OrderEvent.order_id.in_(ids))):
        detail: dict[str, Any] = {
            key: entry.detail[key] for key in BOOKKEEPING if key in entry.detail
        }
        if "moves" in detail:
            detail["moves"] = [
                {key: move[key] for key in ("kind", "amount", "status") if key in move}
                for move in detail["moves"]
            ]
        entry.detail = detail
    session.flush()


def _conversation_ids(session: Session, customer: Customer) -> set[str]:
    """Conversations the customer took part in, also those begun as a guest."""
    found = set(
        session.scalars(select(Conversation.id).where(Conversation.customer_id == customer.id))
    )
    found.update(
        session.scalars(
            select(Event.conversation_id)
            .where(Event.customer_id == customer.id, Event.conversation_id.is_not(None))
            .distinct()
        )
    )
    found.update(
        session.scalars(
            select(Request.conversation_id)
            .where(_their_requests(customer, ()), Request.conversation_id.is_not(None))
            .distinct()
        )
    )
    return {each for each in found if each is not None}


def _theirs(
    table: type[Event], customer_id: str, conversations: Iterable[str]
) -> ColumnElement[bool]:
    return or_(
        table.customer_id == customer_id,
        table.customer_id.is_(None) & table.conversation_id.in_(list(conversations)),
    )


def _their_requests(customer: Customer, conversations: Iterable[str]) -> ColumnElement[bool]:
    """Requests made as a customer, as a guest in their conversations, or under their e-mail."""
    conditions = [
        Request.customer_id == customer.id,
        Request.customer_id.is_(None) & Request.conversation_id.in_(list(conversations)),
    ]
    if customer.email:
        conditions.append(
            Request.customer_id.is_(None) & (Request.detail["email"].as_string() == customer.email)
        )
    return or_(*conditions)


def _where(table: type[Any], condition: ColumnElement[bool]) -> Any:
    return select(table).where(condition)


def _rows(records: Iterable[Base]) -> list[dict[str, Any]]:
    return [_row(record) for record in records]


def _row(record: Base) -> dict[str, Any]:
    return {column.key: _plain(getattr(record, column.key)) for column in record.__mapper__.columns}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return value
