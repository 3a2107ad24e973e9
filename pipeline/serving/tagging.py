"""Rows that can be tagged in, records of the contract out: the input's fields between `id` and the tags."""

from collections.abc import Sequence
from typing import Any, Protocol

from pipeline.serving.json_lines import encodable
from pipeline.serving.records import Row


class TagsRows(Protocol):
    """What tags a list of rows; `pipeline.serving.tagger.Tagger` is the one that does."""

    @property
    def model_version(self) -> str:
        """Name the bundle that makes the rows."""
        ...

    def tag(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the fields of `pipeline.data.schema.Tag` for each row, in the same order."""
        ...


def tagged(rows: Sequence[Row], tagger: TagsRows) -> list[dict[str, Any]]:
    """Tag rows and join each with the fields that it carries."""
    tags = tagger.tag([{**row.carried, "id": row.id, "text": encodable(row.text)} for row in rows]) if rows else []
    return [{"id": row.id, **row.carried, **tag, "id": row.id} for row, tag in zip(rows, tags, strict=True)]
