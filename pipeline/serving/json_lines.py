"""A record in, one line of JSON out: the form of finished parts, rejected rows and streams."""

import json
import re
from collections.abc import Mapping
from typing import Any

SURROGATE = re.compile("[\ud800-\udfff]")


def encode_line(record: Mapping[str, Any]) -> bytes:
    r"""Write a record as one line of UTF-8; half a surrogate pair, which UTF-8 cannot hold, stays as `\udXXX`."""
    try:
        return json.dumps(record, ensure_ascii=False, allow_nan=False).encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(record, allow_nan=False).encode() + b"\n"


def encodable(text: str) -> str:
    """Replace halves of surrogate pairs by U+FFFD one to one, so that offsets stay and any encoder takes the text."""
    return SURROGATE.sub("\ufffd", text)
