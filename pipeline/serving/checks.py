"""A raw row in; out comes a row that can be tagged, under the contract's names, or the same row set aside."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pipeline.data.dates import iso_date
from pipeline.data.money import Money, currency_code, parse_money
from pipeline.data.schema import Tag
from pipeline.serving.records import MAX_FIELDS, MAX_TEXT_CHARACTERS, Columns, RawRow, Rejected, RejectReason, Row

AMOUNTS = ("order_amount", "claimed_amount", "paid_amount")
IDS = ("id", "customer_id")
SCALARS = ("date", "channel", "company", "product", "outcome")
TAKEN = frozenset(Tag.model_fields) - {"id"}  # names of the output which no field of the input may have


class Checker:
    """Checks rows one by one; keeps nothing between them."""

    def __init__(self, columns: Columns, stem: str) -> None:
        self._columns = columns
        self._stem = stem

    def check(self, item: RawRow | Rejected) -> Row | Rejected:
        """Decide on one row; a row without an id gets one made of the file's name and the row's number."""
        if isinstance(item, Rejected):
            return replace(item, id=item.id or self._made_id(item.number))
        made_id = item.made_id or self._made_id(item.number)
        try:
            return self._accept(item, made_id)
        except BadRowError as bad:
            raw = json.dumps(item.fields, ensure_ascii=False) if item.raw is None else item.raw
            shown_id = _readable_id(item.fields.get(self._columns.id)) or made_id
            return Rejected(item.number, bad.reason, bad.detail, raw, item.size, layout=item.layout, id=shown_id)

    def _made_id(self, number: int) -> str:
        return f"{self._stem}-{number}"

    def _accept(self, item: RawRow, made_id: str) -> Row:
        if len(item.fields) > MAX_FIELDS:
            raise BadRowError(RejectReason.TOO_MANY_FIELDS, f"{len(item.fields)} fields, {MAX_FIELDS} are allowed")
        fields, renamed = self._named(item.fields)
        text = _text(fields.get("text"), self._columns.text)
        for name in IDS:
            if name in fields:
                fields[name] = _identifier(name, fields[name])
        fields |= _plain_amounts(fields)
        for name in SCALARS:
            if isinstance(fields.get(name), list | dict):
                raise BadRowError(RejectReason.BAD_FIELD, f"{name!r} must be a single value")
        row_id = fields.pop("id", None) or made_id
        unread_date = _date_in_iso(fields)
        return Row(item.number, row_id, text, fields, item.size, renamed, unread_date)

    def _named(self, fields: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        """Give every field the name that it has in the output; return the fields, and the names given way to ours."""
        renames = self._columns.renames
        taken = TAKEN | set(renames.values())
        named: dict[str, Any] = {}
        given_way: dict[str, str] = {}
        for theirs, value in fields.items():
            ours = renames.get(theirs, theirs)
            if ours == theirs and theirs in taken:
                while ours in taken or ours in fields:
                    ours = f"input_{ours}"
                given_way[theirs] = ours
            named[ours] = value
        return named, given_way


class BadRowError(Exception):
    """A row cannot be tagged: why, in a code and in words that quote nothing of it."""

    def __init__(self, reason: RejectReason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


def _text(value: Any, column: str) -> str:  # noqa: ANN401 - a field may hold anything
    if value is None:
        raise BadRowError(RejectReason.MISSING_TEXT, f"the field {column!r} is absent or null")
    if not isinstance(value, str):
        raise BadRowError(RejectReason.TEXT_NOT_STRING, f"the field {column!r} is not a string")
    if len(value) > MAX_TEXT_CHARACTERS:
        problem = f"{len(value)} characters, {MAX_TEXT_CHARACTERS} are allowed"
        raise BadRowError(RejectReason.TEXT_TOO_LONG, problem)
    if is_blank(value):
        raise BadRowError(RejectReason.EMPTY_TEXT, f"the field {column!r} shows nothing")
    return value


def is_blank(text: str) -> bool:
    """Say whether a text shows nothing: white space, control and zero-width characters alone."""
    return not any(letter.isprintable() and not letter.isspace() for letter in text)


def _date_in_iso(fields: dict[str, Any]) -> bool:
    """Write the date of a row in ISO 8601; say whether it has one that cannot be read, which stays as it is."""
    written = fields.get("date")
    if written is None or (isinstance(written, str) and not written.strip()):
        return False
    read = iso_date(written) if isinstance(written, str) else None
    fields["date"] = read or written
    return read is None


def _identifier(name: str, value: Any) -> str | None:  # noqa: ANN401 - a field may hold anything
    """Read an identifier: numbers become text, as a CSV file would hold them; blank means absent."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if value is None or isinstance(value, str):
        return value if value and value.strip() else None
    raise BadRowError(RejectReason.BAD_FIELD, f"{name!r} must be a string or a number")


def _readable_id(value: Any) -> str | None:  # noqa: ANN401 - a field may hold anything
    try:
        return _identifier("id", value)
    except BadRowError:
        return None


def _plain_amounts(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The amounts as numbers, and the currency that they name, where the row has no field that names one."""
    read = {name: _amount(name, fields[name]) for name in AMOUNTS if name in fields}
    plain: dict[str, Any] = {name: money.amount if money else None for name, money in read.items()}
    named = {money.currency for money in read.values() if money and money.currency}
    own = fields.get("currency")
    if len(named | ({currency_code(own)} - {None})) > 1:
        raise BadRowError(RejectReason.BAD_FIELD, "the amounts are in different currencies")
    unnamed = own is None or (isinstance(own, str) and not own.strip())
    return plain | {"currency": named.pop()} if named and unnamed else plain


def _amount(name: str, value: Any) -> Money | None:  # noqa: ANN401 - a field may hold anything
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    money = Money(value) if is_number else parse_money(value)
    if money is None:
        raise BadRowError(RejectReason.BAD_FIELD, f"{name!r} is not a number")
    return money
