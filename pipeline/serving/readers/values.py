"""Values of a table's cells in, a raw row of what JSON can hold out; a row too large is set aside."""

import datetime
import json
import math
from typing import Any

from pipeline.serving.readers.lines import HEAD_BYTES
from pipeline.serving.records import MAX_ROW_BYTES, RawRow, Rejected, RejectReason


def row_of_values(number: int, values: dict[str, Any]) -> RawRow | Rejected:
    """Make row `number` of the values of its cells.

    Raises:
        UnicodeDecodeError: A cell holds bytes that are not UTF-8 text.
    """
    fields = {name: plain(value) for name, value in values.items()}
    size = sum(map(_bytes_of, fields.values()))
    if size <= MAX_ROW_BYTES:
        return RawRow(number, fields, size)
    heads = {name: value[:HEAD_BYTES] if isinstance(value, str) else None for name, value in fields.items()}
    detail = f"about {size} bytes, {MAX_ROW_BYTES} are allowed; `raw` holds the heads of its texts"
    raw = json.dumps(heads, ensure_ascii=False)
    return Rejected(number, RejectReason.ROW_TOO_LARGE, detail, raw, len(raw))


def plain(value: Any) -> Any:  # noqa: ANN401 - a cell may hold anything
    """Turn a cell's value into what JSON can hold without loss.

    Raises:
        UnicodeDecodeError: Bytes that are not UTF-8 text.
    """
    plain_value: Any
    match value:
        case None | bool() | int() | str():
            plain_value = value
        case float():
            plain_value = value if math.isfinite(value) else None if math.isnan(value) else str(value)
        case bytes():
            plain_value = value.decode("utf-8")
        case datetime.date() | datetime.time():  # datetime is a date
            plain_value = value.isoformat()
        case dict():
            plain_value = {str(name): plain(item) for name, item in value.items()}
        case list() | tuple():
            plain_value = [plain(item) for item in value]
        case _:  # decimals, durations
            plain_value = str(value)
    return plain_value


def _bytes_of(value: Any) -> int:  # noqa: ANN401 - what JSON holds
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return len(text.encode("utf-8", errors="surrogatepass"))
