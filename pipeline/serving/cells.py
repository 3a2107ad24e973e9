"""A value in, the text of one CSV cell out, safe to open in a spreadsheet; and the way back."""

import json
import re
from typing import Any

from pipeline.serving.json_lines import encodable

# OWASP, "CSV Injection": what a spreadsheet may take for the beginning of a formula; full-width signs are such in some.
_BEGINNING = r"[=+\-@\t\r\n＝＋－＠]"
FORMULA = re.compile(f"'*{_BEGINNING}")
ESCAPED = re.compile(f"'+{_BEGINNING}")
NUMBER = re.compile(r"[+-]?[0-9]{1,40}([.,][0-9]{1,40})?")


def cell(value: Any, *, safe: bool) -> str:  # noqa: ANN401 - a field may hold anything
    """Write a value as a cell: lists and objects as JSON text, an absent value as nothing."""
    match value:
        case None:
            return ""
        case str():
            text = encodable(value)
            return escape(text) if safe else text
        case int() | float() if not isinstance(value, bool):
            return repr(value)
        case _:
            return encodable(json.dumps(value, ensure_ascii=False))


def escape(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would run as a formula; numbers stay numbers."""
    return f"'{text}" if FORMULA.match(text) and not NUMBER.fullmatch(text) else text


def unescape(text: str) -> str:
    """Undo `escape`."""
    return text[1:] if ESCAPED.match(text) else text
