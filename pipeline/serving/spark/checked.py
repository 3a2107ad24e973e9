"""Files of complaints in, a frame of checked rows out: in the input's order, cut into chunks of equal size.

Every row carries its place, so that a task that Spark runs again, anywhere, makes the very same rows.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sql

from pipeline.serving.backlog import batches, part_of
from pipeline.serving.checks import Checker
from pipeline.serving.history_file import HistoryCheck
from pipeline.serving.job import PART_ROWS
from pipeline.serving.json_lines import encodable, encode_line, line_of
from pipeline.serving.quarantine import parse_rejected, rejected_line
from pipeline.serving.readers.parquet_file import rows_of_batch
from pipeline.serving.records import Columns, RawRow, Rejected, Row
from pipeline.serving.spark.arrow import MapBatches, map_batches
from pipeline.serving.spark.inputs import Input, path_of
from pipeline.serving.spark.lines import Lines, blocks, read_rows
from pipeline.serving.spark.reading import NUMBER, PATH, Census, count_lines, count_parquet, read_lines, read_parquet
from pipeline.serving.tally import Tally
from pipeline.serving.work_folder import Part

CHUNK_BATCHES = 5  # what a task tags, and what is lost when an executor dies: a minute or so
CHUNKS_A_CORE = 2  # of a small input: a core that is done early takes over from one that is not
MOST_CHUNKS = 20_000  # more would burden the driver: above a hundred million rows, chunks grow instead
CHECKED = "place long, id string, row string, rejected string"


Check = Callable[[RawRow | Rejected], Row | Rejected]


@dataclass(frozen=True)
class Checks:
    """What the rows of an input have to pass."""

    columns: Columns  # the user's names for fields
    latest: int | None = None  # of a history: microseconds since 1970, beyond which no row can be dated

    def of_file(self, stem: str) -> Check:
        """Return the check of one file's rows, which makes ids of its name."""
        checker = Checker(self.columns, stem)
        if self.latest is None:
            return checker.check
        history = HistoryCheck(self.columns, self.latest, stem)
        return lambda item: checker.check(history.check(item))


def check_rows(spark: SparkSession, source: Input, checks: Checks, batch_rows: int) -> tuple[DataFrame, int]:
    """Read and check every row of the input.

    Args:
        spark: Where to read.
        source: The input.
        checks: What its rows have to pass.
        batch_rows: Rows tagged at once.

    Returns:
        A frame with `place` (of the row in the whole input, from 0), `id`, and either `row` (see `unpacked`) or
        `rejected` (a line of OUTPUT.rejected.jsonl); and the number of rows that it must have.
    """
    if source.is_text:
        census = count_lines(spark, source)
        rows = map_batches(read_lines(spark, source), _check_lines(source, census, checks), CHECKED)
    else:
        census = count_parquet(source)
        rows = map_batches(read_parquet(spark, source), _check_values(source, census, checks), CHECKED)
    chunks = _chunks(census.total, batch_rows, spark.sparkContext.defaultParallelism)
    chunk = sql.expr(f"cast(place * {chunks} div {max(census.total, 1)} as int)")
    return rows.repartitionById(chunks, chunk).sortWithinPartitions("place"), census.total


def _chunks(rows: int, batch_rows: int, cores: int) -> int:
    """Say into how many chunks rows are cut: enough to keep every core busy, and few enough for the driver."""
    fitting = -(-rows // (CHUNK_BATCHES * batch_rows))
    return max(min(max(fitting, CHUNKS_A_CORE * cores), rows, MOST_CHUNKS), 1)


def sum_up(checked: DataFrame) -> Tally:
    """Count the checked rows, and gather what columns they need, in the input's order."""
    tally = Tally()
    for (part,) in map_batches(checked.select("row", "rejected"), _parts, "part string").collect():
        tally.add(Part(**json.loads(part), id_digests=""))
    return tally


def unpacked(text: str) -> Row:
    """Return a row of the column `row`."""
    values = json.loads(text)
    return Row(text=values["carried"]["text"], **values)


def _packed(row: Row) -> str:
    return encode_line({name: value for name, value in vars(row).items() if name != "text"}).decode()


def _check_lines(source: Input, census: Census, checks: Checks) -> MapBatches:
    parts, multiline, before = source.by_path, source.is_csv, census.rows_before

    def check(lines: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for (path, start), data in blocks(lines):
            above = census.starts[path, start]
            items = read_rows(Lines(data, above.bytes), parts[path], above.rows, multiline=multiline)
            check_row = checks.of_file(parts[path].stem)
            for batch in batches(map(check_row, items), PART_ROWS):
                yield _table((before[path], item) for item in batch)

    return check


def _check_values(source: Input, census: Census, checks: Checks) -> MapBatches:
    stems = {path: part.stem for path, part in source.by_path.items()}
    before = census.rows_before

    def check(values: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        check_row = {path: checks.of_file(stem) for path, stem in stems.items()}
        for batch in values:
            paths = map(path_of, batch.column(PATH).to_pylist())
            numbers = (number + 1 for number in batch.column(NUMBER).to_pylist())
            items = rows_of_batch(batch.drop_columns([PATH, NUMBER]), numbers)
            yield _table((before[path], check_row[path](item)) for path, item in zip(paths, items, strict=True))

    return check


def _table(items: Iterable[tuple[int, Row | Rejected]]) -> pa.RecordBatch:
    """Write checked items as rows of `CHECKED`, given how many rows stand before their file."""
    place, identity, row, rejected = [], [], [], []
    for before, item in items:
        place.append(before + item.number - 1)
        identity.append(encodable(item.id) if isinstance(item, Row) else None)
        row.append(_packed(item) if isinstance(item, Row) else None)
        rejected.append(line_of(rejected_line(item)) if isinstance(item, Rejected) else None)
    columns = [pa.array(place, pa.int64()), *(pa.array(values, pa.string()) for values in (identity, row, rejected))]
    return pa.RecordBatch.from_arrays(columns, ["place", "id", "row", "rejected"])


def _parts(checked: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in checked:
        rows = [unpacked(text) for text in batch.column("row").to_pylist() if text is not None]
        rejected = [parse_rejected(line.encode()) for line in batch.column("rejected").to_pylist() if line is not None]
        part = asdict(part_of(rows, [line.reason for line in rejected]))
        del part["id_digests"]  # ids are compared by Spark: the driver could not hold the digests of all
        yield pa.RecordBatch.from_pydict({"part": [json.dumps(part)]})
