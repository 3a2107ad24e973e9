"""Tagged messages in, the table that history reads out; what a message lacks to be part of a history is named."""

import hashlib
from array import array
from collections import Counter
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.data.dates import parse_date
from pipeline.data.money import currency_code, is_sane, parse_money
from pipeline.risk.duplicates import Templates
from pipeline.risk.history import COMPLAINTS
from pipeline.risk.signs import signs_of
from pipeline.risk.wording import Wording, joined, read_wording

AMOUNTS = ("order_amount", "claimed_amount", "paid_amount")
_OUTCOMES = ("upheld", "rejected", "open")
_READ = [name for name in COMPLAINTS.names if name not in ("seq", "template")]
_BATCH = 5_000  # texts that are held until their wording is read
_DIGEST_BYTES = 8


class Unfit(StrEnum):
    """Why a message belongs to no history."""

    NO_CUSTOMER = "no_customer"
    NO_DATE = "no_date"
    BAD_DATE = "bad_date"
    FUTURE_DATE = "future_date"


class Records:
    """Messages in the order as read; keeps what history needs of each, about 400 bytes, and not its text."""

    def __init__(self, latest: int) -> None:
        self.latest = latest  # microseconds since 1970; what is dated later has not happened
        self.ignored: Counter[str] = Counter()  # field:why → amounts and outcomes that were taken for unknown
        self.digests = array("q")
        self._columns: dict[str, list[Any]] = {name: [] for name in _READ}
        self._texts: list[str] = []
        self._wording: list[Wording] = []

    def __len__(self) -> int:
        return len(self.digests)

    def add(self, record: Mapping[str, Any], besides: Collection[int] = ()) -> Unfit | None:
        """Add a tagged message, unless it is one of `besides` (digests of other records).

        Returns:
            Why it was left out; None where it was added or is one of `besides`.
        """
        customer = _text(record.get("customer_id"))
        moment = moment_of(record.get("date"), self.latest)
        if customer is None or isinstance(moment, Unfit):
            return Unfit.NO_CUSTOMER if customer is None else moment  # type: ignore[return-value]
        digest = _digest(customer, moment, record["text"])
        if digest in besides:
            return None
        self.digests.append(digest)
        signs = signs_of([signal["code"] for signal in record["signals"]], record["emotions"])
        known = {
            "customer_id": customer,
            "moment": moment,
            "outcome": self._outcome(record),
            **{name: _text(record.get(name)) for name in ("company", "product", "category")},
            **self._money(record),
            **signs._asdict(),
        }
        for name, column in self._columns.items():
            column.append(known[name])
        self._texts.append(record["text"])
        if len(self._texts) == _BATCH:
            self._read_texts()
        return None

    def table(self, first: int = 0) -> pa.Table:
        """The records as a table of `COMPLAINTS`, numbered from `first` on, without their templates (all 0)."""
        columns = {**self._columns, "seq": range(first, first + len(self)), "template": np.zeros(len(self), np.int64)}
        return pa.table({name: columns[name] for name in COMPLAINTS.names}, schema=COMPLAINTS)

    def wording(self) -> Wording:
        """The wording of every record."""
        self._read_texts()
        self._wording = [joined(self._wording)]
        return self._wording[0]

    def _read_texts(self) -> None:
        self._wording.append(read_wording(self._texts, self._columns["customer_id"][len(self) - len(self._texts) :]))
        self._texts = []

    def _outcome(self, record: Mapping[str, Any]) -> str | None:
        outcome = _text(record.get("outcome"))
        plain = outcome.lower() if outcome else None
        if plain is not None and plain not in _OUTCOMES:
            self.ignored["outcome:unknown_word"] += 1
            return None
        return plain

    def _money(self, record: Mapping[str, Any]) -> dict[str, float | str | None]:
        """The amounts that can be true, of one currency: that of the column, else of the first amount with one."""
        read = {name: parse_money(record.get(name)) for name in AMOUNTS}
        named = [money.currency for money in read.values() if money and money.currency]
        currency = currency_code(record.get("currency")) or (named[0] if named else None)
        amounts: dict[str, float | str | None] = {"currency": currency}
        for name, money in read.items():
            why = "other_currency" if money and money.currency not in (None, currency) else ""
            if money and not is_sane(money.amount):
                why = "negative" if money.amount < 0 else "absurd"
            if money is None and _text(record.get(name)) is not None:
                why = "not_a_number"
            if why:
                self.ignored[f"{name}:{why}"] += 1
            amounts[name] = money.amount if money and not why else None
        return amounts


def with_templates(table: pa.Table, wording: Wording, templates: Templates) -> pa.Table:
    """Number the wordings of a table, reading its rows in the order of time."""
    order = np.lexsort((table["seq"].to_numpy(), table["moment"].to_numpy()))
    numbers = np.empty(len(order), np.int64)
    numbers[order] = templates.add(wording.take(order))
    return table.set_column(table.schema.get_field_index("template"), COMPLAINTS.field("template"), pa.array(numbers))


def moment_of(written: Any, latest: int) -> int | Unfit:  # noqa: ANN401 - a field may hold anything
    """Read a date as microseconds since 1970; without a zone it is taken to be UTC, without a time to be midnight."""
    text = _text(written)
    if text is None:
        return Unfit.NO_DATE
    read = parse_date(text)
    if read is None:
        return Unfit.BAD_DATE
    moment = microseconds(read)
    return Unfit.FUTURE_DATE if moment > latest else moment


def microseconds(moment: date | datetime) -> int:
    """Microseconds since 1970, UTC."""
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day)
    elapsed = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - datetime(1970, 1, 1, tzinfo=UTC)
    return (elapsed.days * 86_400 + elapsed.seconds) * 1_000_000 + elapsed.microseconds


def _text(value: Any) -> str | None:  # noqa: ANN401 - a field may hold anything
    text = "" if value is None else str(value).strip()
    return text or None


def _digest(customer: str, moment: int, text: str) -> int:
    data = f"{customer}\n{moment}\n{text}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=_DIGEST_BYTES).digest(), "big", signed=True)
