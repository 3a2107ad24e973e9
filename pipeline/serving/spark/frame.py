"""A frame of any job in, the same rows with their tags out; lazy, and without a shuffle."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql.pandas.types import from_arrow_schema
from pyspark.sql.types import StructType

from pipeline.errors import SkargaError, nearest
from pipeline.serving.bundle import default_bundle
from pipeline.serving.checks import TAKEN, Checker
from pipeline.serving.records import Columns, RawRow, Row
from pipeline.serving.spark.arrow import MapBatches, map_batches
from pipeline.serving.spark.shipping import ship, worker_tagger
from pipeline.serving.tagger import Tagger
from pipeline.serving.writers import TAG_TYPES

REJECT_REASON = "reject_reason"
MADE = "\0"  # begins the ids that the checks make, and no other: they are left out, as batches have no lasting numbers
ADDED = pa.schema([*TAG_TYPES.items(), (REJECT_REASON, pa.string())])


def tag_frame(df: DataFrame, model: str | Path | None = None, columns: Columns | None = None) -> DataFrame:
    """Tag every row of a frame.

    Args:
        df: Rows with a text; an id is optional here, since a frame has no row numbers to make one of.
        model: The bundle, a folder that the driver can read; else `default_bundle()`.
        columns: What `df` calls the text and the id; `text` and `id` by default.

    Returns:
        As many rows as `df`: its own columns as they are (one that has the name of a tag as `input_<name>`), then the
        fields of `pipeline.data.schema.Tag` and `reject_reason`. A row that cannot be tagged has its reason there (a
        code of `RejectReason`) and no tags; every other row has tags and no reason.

    Raises:
        SkargaError: There is no such column, or the bundle is damaged.
    """
    columns = columns or Columns()
    for name in {columns.text, columns.id} - {"id"}:
        if name not in df.columns:
            problem = f"the frame has no column {name!r}"
            raise SkargaError(problem, f"name the right one: Columns(text=…, id=…); {nearest(name, df.columns)}")
    bundle = ship(df.sparkSession.sparkContext, Path(model) if model else default_bundle())
    places = {ours: df.columns.index(name) for ours, name in vars(columns).items() if name in df.columns}
    own = df.toDF(*_free_names(df.columns))
    carried = [place for place, name in enumerate(own.columns) if name != "id"]
    schema = StructType([own.schema[place] for place in carried] + from_arrow_schema(ADDED).fields)
    return map_batches(own, _add_tags(bundle, places, carried), schema)


def _free_names(names: list[str]) -> list[str]:
    """Let every column that has a name of ours give way, as `skarga tag` does."""
    ours = {*TAKEN, REJECT_REASON}
    return [_free_name(name, ours | set(names)) if name in ours else name for name in names]


def _free_name(name: str, taken: set[str]) -> str:
    return _free_name(f"input_{name}", taken) if name in taken else name


def _add_tags(bundle: str, places: dict[str, int], carried: list[int]) -> MapBatches:
    """Return what tags the batches of a partition, given where text and id stand and which columns are carried."""

    def add_tags(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        tagger = worker_tagger(bundle)
        for batch in batches:
            tags = _tags(batch, places, tagger)
            added = [pa.array([tag.get(field.name) for tag in tags], field.type) for field in ADDED]
            fields = [*(batch.schema.field(place) for place in carried), *ADDED]
            yield pa.RecordBatch.from_arrays(
                [*(batch.column(place) for place in carried), *added], schema=pa.schema(fields)
            )

    return add_tags


def _tags(batch: pa.RecordBatch, places: dict[str, int], tagger: Tagger) -> list[dict[str, Any]]:
    """Return the fields to add to each row: its tags, or why there are none."""
    texts = batch.column(places["text"]).to_pylist()
    ids = batch.column(places["id"]).to_pylist() if "id" in places else [None] * len(texts)
    checker = Checker(Columns(), MADE)
    items = [
        checker.check(RawRow(number, {"text": text, "id": identity}, size=0))
        for number, (text, identity) in enumerate(zip(texts, ids, strict=True))
    ]
    tags = iter(tagger.tag([{"id": item.id, "text": item.text} for item in items if isinstance(item, Row)]))
    added = [next(tags) if isinstance(item, Row) else {REJECT_REASON: str(item.reason)} for item in items]
    return [
        fields | {"id": None if str(item.id).startswith(MADE) else item.id}
        for fields, item in zip(added, items, strict=True)
    ]
