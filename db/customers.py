"""Customers' own records: their default address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from db.errors import CustomerNotFound
from db.models import Address, Customer
from db.orders.place import clean_address


def set_default_address(
    session: Session, customer_id: str, address: Mapping[str, Any]
) -> dict[str, str]:
    """Make an address the customer's default; one they have already is not kept twice.

    Returns:
        The address as it is kept.

    Raises:
        CustomerNotFound, AddressIncomplete: nothing was written.
    """
    customer = session.get(Customer, customer_id)
    if customer is None:
        raise CustomerNotFound(customer_id)
    fields = clean_address(address)
    chosen: Address | None = None
    for known in customer.addresses:
        known.is_default = False
        if all(getattr(known, name) == value for name, value in fields.items()):
            chosen = known
    if chosen is None:
        chosen = Address(**fields)
        customer.addresses.append(chosen)
    chosen.is_default = True
    session.flush()
    return fields
