"""The history of the same customers, and what is known of them → earlier contacts and standing, by customer."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import SkargaError
from pipeline.reporting.manager.identities import show_name
from pipeline.reporting.manager.table import NOT_COMPLAINT, day_of
from pipeline.reporting.tagged import read_raw


@dataclass(frozen=True)
class Contact:
    """One earlier complaint; `day` is an ordinal or NO_DAY, absent texts are empty."""

    customer: str
    day: int
    company: str
    product: str
    category: str
    outcome: str


@dataclass(frozen=True)
class Customer:
    """What the company knows: customer since (ordinal or NO_DAY), and how many orders."""

    since: int
    orders: int


def read_history(path: Path, tagged_ids: Collection[str]) -> list[Contact]:
    """Read earlier complaints; rows without a customer, praise, and rows of the tagged file itself are left out.

    Raises:
        SkargaError: The file cannot be read, or no row of it names a customer.
    """
    contacts, rows, named = [], 0, 0
    for row in read_raw(path):
        customer = _text(row, "customer_id")
        rows, named = rows + 1, named + bool(customer)
        if customer and _text(row, "id") not in tagged_ids and row.get("category") != NOT_COMPLAINT:
            contacts.append(_contact(customer, row))
    if rows and not named:
        raise _no_customers(path)
    return contacts


def read_customers(path: Path) -> dict[str, Customer]:
    """Read `customer_id, since, orders`; of two rows of one customer the later one holds.

    Raises:
        SkargaError: The file cannot be read, or no row of it names a customer.
    """
    customers = {
        _text(row, "customer_id"): Customer(day_of(_text(row, "since") or None), _whole(_text(row, "orders")))
        for row in read_raw(path)
    }
    if customers and set(customers) == {""}:
        raise _no_customers(path)
    return customers


def _contact(customer: str, row: dict[str, Any]) -> Contact:
    return Contact(
        customer=customer,
        day=day_of(_text(row, "date") or None),
        company=show_name(_text(row, "company")),
        product=show_name(_text(row, "product")),
        category=_text(row, "category"),
        outcome=_text(row, "outcome"),
    )


def _text(row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value).strip()


def _whole(text: str) -> int:
    try:
        return int(float(text))
    except (ValueError, OverflowError):
        return 0


def _no_customers(path: Path) -> SkargaError:
    return SkargaError(f"{path}: no row has a customer_id", "name the column that identifies the customer customer_id")
