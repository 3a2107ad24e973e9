"""A file of customers in, what history needs of them out; rows that say nothing are set aside with a reason."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.data.dates import parse_date
from pipeline.data.money import currency_code, is_sane, parse_money
from pipeline.errors import SkargaError
from pipeline.risk.history import CUSTOMERS, DAY
from pipeline.risk.records import microseconds
from pipeline.serving.readers import open_source
from pipeline.serving.records import Columns, RawRow, Rejected, RejectReason

MOST_ORDERS = 100_000  # of one customer; a dealer, at most
_FACTS = ("since", "orders", "spend", "currency")


@dataclass
class Customers:
    """What a file of customers said."""

    table: pa.Table  # of `pipeline.risk.history.CUSTOMERS`, a row per customer
    rows: int
    rejected: list[Rejected] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)  # field:why → values taken for unknown


def read_customers(path: Path, columns: Columns, latest: int) -> Customers:
    """Read `customer_id, since, orders, spend` (and `currency`); all but the first may be absent.

    Two different rows of one id are both set aside: nobody can say whose orders they are. The same row twice is one.

    Args:
        path: The file, in any format that can be tagged.
        columns: The user's name for `customer_id`.
        latest: Microseconds since 1970; nobody can have come later.

    Raises:
        SkargaError: The file cannot be read, or has no such column.
    """
    known: dict[str, tuple[RawRow, dict[str, Any]]] = {}
    rejected: list[Rejected] = []
    doubled: set[str] = set()
    ignored: Counter[str] = Counter()
    rows = 0
    for item in _rows(path, columns.customer_id):
        rows += 1
        name = None if isinstance(item, Rejected) else _identity(item.fields.get(columns.customer_id))
        if isinstance(item, Rejected) or name is None:
            rejected.append(item if isinstance(item, Rejected) else _refused(item, RejectReason.NO_CUSTOMER))
            continue
        facts = _facts(item.fields, latest, ignored)
        if name in doubled or (name in known and known[name][1] != facts):
            rejected.append(_refused(item, RejectReason.SHARED_ID))
            doubled.add(name)
        else:
            known.setdefault(name, (item, facts))
    rejected += [_refused(known.pop(name)[0], RejectReason.SHARED_ID) for name in sorted(doubled)]
    table = pa.Table.from_pylist([{"customer_id": name} | facts for name, (_, facts) in known.items()], CUSTOMERS)
    return Customers(table, rows, sorted(rejected, key=lambda row: row.number), ignored)


def _rows(path: Path, column: str) -> Iterator[RawRow | Rejected]:
    try:
        source = open_source(path, Columns(text=column))
    except SkargaError as error:
        if "no column" not in error.problem:
            raise
        remedy = "name the right one with --customer-column; since, orders and spend may be absent"
        raise SkargaError(error.problem, remedy) from error
    with closing(source):
        for item in source:
            yield replace(item, id=item.id or f"row-{item.number}") if isinstance(item, Rejected) else item


def _identity(value: object) -> str | None:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = "" if value is None or isinstance(value, list | dict | bool) else str(value).strip()
    return text or None


def _refused(row: RawRow, reason: RejectReason) -> Rejected:
    detail = {
        RejectReason.NO_CUSTOMER: "the row names no customer",
        RejectReason.SHARED_ID: "another row of this customer_id says something else",
    }[reason]
    return set_aside(row, reason, detail, f"row-{row.number}")


def set_aside(row: RawRow, reason: RejectReason, detail: str, made_id: str) -> Rejected:
    """Set a readable row aside with all that it holds."""
    from pipeline.serving.json_lines import line_of

    raw = line_of(row.fields) if row.raw is None else row.raw
    return Rejected(row.number, reason, detail, raw, row.size, layout=row.layout, id=made_id)


def _facts(fields: Mapping[str, Any], latest: int, ignored: Counter[str]) -> dict[str, Any]:
    spend = parse_money(fields.get("spend"))
    read = {
        "since": _day(fields.get("since"), latest),
        "orders": _orders(fields.get("orders")),
        "spend": spend.amount if spend and is_sane(spend.amount) else None,
    }
    for name, value in read.items():
        if value is None and _identity(fields.get(name)) is not None:
            ignored[f"{name}:unusable"] += 1
    return read | {"currency": currency_code(fields.get("currency")) or (spend.currency if spend else None)}


def _day(written: object, latest: int) -> int | None:
    text = _identity(written)
    moment = parse_date(text) if text else None
    return None if moment is None or (at := microseconds(moment)) > latest else at // DAY


def _orders(written: object) -> int | None:
    money = parse_money(written)
    if money is None or money.currency or not 0 <= money.amount <= MOST_ORDERS or money.amount % 1:
        return None
    return int(money.amount)


def facts_of(table: pa.Table) -> dict[str, tuple[Any, ...]]:
    """What is known of each customer, for a look-up."""
    return {row["customer_id"]: tuple(row[name] for name in _FACTS) for row in table.to_pylist()}
