"""One message in, its record out."""

from typing import Any

from pipeline.errors import SkargaError
from pipeline.serving.checks import is_blank
from pipeline.serving.records import Row
from pipeline.serving.tagger import Tagger
from pipeline.serving.tagging import tagged


def tag_message(text: str, tagger: Tagger) -> dict[str, Any]:
    """Tag one message.

    Raises:
        SkargaError: It shows nothing.
    """
    if is_blank(text):
        raise SkargaError("the message is blank", "give a message that holds at least one visible character")
    (record,) = tagged([Row(1, "message-1", text, {"text": text}, len(text))], tagger)
    return record
