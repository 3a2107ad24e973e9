"""Rows that can be tagged in, records of the contract out: the input's fields between `id` and the tags."""

from collections.abc import Sequence
from typing import Any, Protocol

from pipeline.serving.json_lines import encodable
from pipeline.serving.records import Row
from pipeline.serving.tagger import Row as Message


class Tags(Protocol):
    """What tags messages, such as a `Tagger`."""

    def tag(self, rows: Sequence[Message]) -> list[dict[str, Any]]:
        """Return a tag per row."""
        ...


def tagged(rows: Sequence[Row], tagger: Tags) -> list[dict[str, Any]]:
    """Tag rows and join each with the fields that it carries."""
    tags = tagger.tag([{**row.carried, "id": row.id, "text": encodable(row.text)} for row in rows]) if rows else []
    return [{"id": row.id, **row.carried, **tag} for row, tag in zip(rows, tags, strict=True)]
