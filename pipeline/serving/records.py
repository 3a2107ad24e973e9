"""What flows through a run: a raw row as read, then a row ready to be tagged or a row set aside."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

MAX_ROW_BYTES = 8 * 2**20
MAX_FIELDS = 2_000
MAX_TEXT_CHARACTERS = 2**21


class RejectReason(StrEnum):
    """Why a row cannot be tagged; the codes of OUTPUT.rejected.jsonl."""

    BAD_JSON = "bad_json"
    NOT_AN_OBJECT = "not_an_object"
    BAD_ENCODING = "bad_encoding"
    BAD_QUOTES = "bad_quotes"
    WRONG_COLUMN_COUNT = "wrong_column_count"
    ROW_TOO_LARGE = "row_too_large"
    TOO_MANY_FIELDS = "too_many_fields"
    EMPTY_LINE = "empty_line"
    MISSING_TEXT = "missing_text"
    EMPTY_TEXT = "empty_text"
    TEXT_NOT_STRING = "text_not_string"
    TEXT_TOO_LONG = "text_too_long"
    BAD_FIELD = "bad_field"
    NO_CUSTOMER = "no_customer"  # this and what follows: in --history and --customers alone
    NO_DATE = "no_date"
    BAD_DATE = "bad_date"
    FUTURE_DATE = "future_date"
    SHARED_ID = "shared_id"


@dataclass(frozen=True)
class CsvLayout:
    """What a line of a CSV file means nothing without."""

    columns: tuple[str, ...]
    delimiter: str


@dataclass(frozen=True)
class RawRow:
    """A row as it was read: fields of any kind, nothing checked yet."""

    number: int  # of the data row, from 1
    fields: dict[str, Any]
    size: int  # bytes in the input, to bound what is held at once
    raw: str | None = None  # the row's own text; None where the file holds values, not text
    layout: CsvLayout | None = None
    made_id: str | None = None  # the id that an earlier run gave it


@dataclass(frozen=True)
class Rejected:
    """A row set aside: why, and all that is needed to correct it and tag it later."""

    number: int
    reason: RejectReason
    detail: str  # in plain words, quoting nothing of the customer's
    raw: str
    size: int
    raw_bytes: bytes | None = None  # only where `raw` could not be decoded faithfully
    layout: CsvLayout | None = None
    id: str | None = None


@dataclass(frozen=True)
class Row:
    """A row that can be tagged."""

    number: int
    id: str
    text: str
    carried: dict[str, Any]  # the fields that go to the output, `text` included, `id` not
    size: int
    renamed: dict[str, str] = field(default_factory=dict)  # fields whose names the output needs itself
    unread_date: bool = False  # its `date` is no date that we know, and stays as it is


@dataclass(frozen=True)
class Columns:
    """The user's names for the fields that the contract calls text, id, customer_id and date."""

    text: str = "text"
    id: str = "id"
    customer_id: str = "customer_id"
    date: str = "date"

    @property
    def renames(self) -> dict[str, str]:
        """The user's name → the contract's, only where they differ."""
        return {theirs: ours for ours, theirs in vars(self).items() if ours != theirs}
