"""A file of earlier complaints in, the rows that can be history out, to be tagged as any others; the rest set aside."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.data.money import parse_money
from pipeline.data.schema import Tag
from pipeline.risk.records import AMOUNTS, Unfit, moment_of
from pipeline.serving.customers import set_aside
from pipeline.serving.readers import Source, open_source, stem
from pipeline.serving.records import Columns, RawRow, Rejected, RejectReason
from pipeline.serving.tagger import Row, Tagger

_NEEDED = ("category", "emotions", "signals")  # of a tag, by history
_DETAILS = {
    Unfit.NO_CUSTOMER: "the row names no customer",
    Unfit.NO_DATE: "the row has no date",
    Unfit.BAD_DATE: "the date cannot be read: ISO 8601, 31.12.2026 and 31 грудня 2026 can",
    Unfit.FUTURE_DATE: "the date has not come yet",
}


class HistoryCheck:
    """Sets rows of a history file aside that name no customer or no day that has come."""

    def __init__(self, columns: Columns, latest: int, stem: str) -> None:
        self._columns = columns
        self._latest = latest
        self._stem = stem

    def check(self, item: RawRow | Rejected) -> RawRow | Rejected:
        """Let a row pass that can be history."""
        if isinstance(item, Rejected):
            return item
        unfit = self._unfit(item.fields)
        if unfit:
            return set_aside(item, RejectReason(unfit.value), _DETAILS[unfit], f"{self._stem}-{item.number}")
        return replace(item, fields=_with_plain_amounts(item.fields))

    def _unfit(self, fields: Mapping[str, Any]) -> Unfit | None:
        customer = fields.get(self._columns.customer_id)
        if customer is None or not str(customer).strip():
            return Unfit.NO_CUSTOMER
        moment = moment_of(fields.get(self._columns.date), self._latest)
        return moment if isinstance(moment, Unfit) else None


class HistoryFile:
    """Rows of a history file; those that cannot be history are set aside."""

    def __init__(self, path: Path, columns: Columns, latest: int) -> None:
        self._source: Source = open_source(path, columns)
        self._check = HistoryCheck(columns, latest, stem(path))
        self.encoding = self._source.encoding
        self.delimiter = self._source.delimiter

    def __iter__(self) -> Iterator[RawRow | Rejected]:
        """Yield the rows in the file's order."""
        return map(self._check.check, self._source)

    def share_read(self) -> float:
        """Tell how much of the file has been read, from 0 to 1."""
        return self._source.share_read()

    def close(self) -> None:
        """Let go of the file."""
        self._source.close()


def _with_plain_amounts(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Take the currency out of amounts such as `1 200 грн`; what is no amount is left out, for the row says more.

    Amounts of another currency than the row's first are left out, too.
    """
    plain = dict(fields)
    for name in AMOUNTS:
        money = parse_money(fields.get(name)) if isinstance(fields.get(name), str) else None
        if money is None:
            if not isinstance(fields.get(name), int | float | None) or isinstance(fields.get(name), bool):
                plain.pop(name, None)
            continue
        currency = plain.get("currency") or money.currency
        plain[name] = money.amount if money.currency in (None, currency) else None
        if currency:
            plain["currency"] = currency
    return plain


class KeepsTags:
    """Tags history as the tagger does, except rows that bring the tags of an earlier run with them."""

    def __init__(self, tagger: Tagger) -> None:
        self._tagger = tagger
        self.model_version = tagger.model_version

    def tag(self, rows: Sequence[Row]) -> list[dict[str, Any]]:
        """Tag rows; see `Tagger.tag`."""
        kept = [_tag_within(row) for row in rows]
        fresh = iter(self._tagger.tag([row for row, tag in zip(rows, kept, strict=True) if tag is None]))
        return [next(fresh) if tag is None else tag for tag in kept]


def _tag_within(row: Row) -> dict[str, Any] | None:
    """The tag that a row carries under the names that gave way to ours; None where it is not whole."""
    if row.get("input_model_version") in (None, ""):
        return None
    tag = {name: _value(row.get(f"input_{name}")) for name in _NEEDED}
    lists = [tag["signals"], tag["emotions"]]
    if not isinstance(tag["category"], str) or not all(isinstance(value, list) for value in lists):
        return None
    if not all(isinstance(signal, dict) and isinstance(signal.get("code"), str) for signal in tag["signals"]):
        return None
    own = {name: value for name in Tag.model_fields if (value := row.get(f"input_{name}")) is not None}
    return {"id": row["id"]} | own | tag


def _value(value: Any) -> Any:  # noqa: ANN401 - a field may hold anything
    """In CSV, lists are JSON text."""
    if not isinstance(value, str) or not value.startswith("["):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return None
