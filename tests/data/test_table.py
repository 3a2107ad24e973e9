import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.data.sources import COLUMNS
from pipeline.data.table import SCHEMA, read_table, write_table

ROWS = pd.DataFrame(
    [
        ["а-1", "Де мої гроші?", "uk", "shop", "all", None, 1.0, "delivery", ["delivery"], ["anger"], [], 2],
        ["а-2", "Всё сломано", "ru", "bank", "train", "c7", 0.3, None, None, None, None, None],
    ],
    columns=list(COLUMNS),
)


def plain(rows):
    """Lists instead of arrays, None instead of NaN."""
    return [[_plain(value) for value in row] for row in rows.to_numpy()]


def _plain(value):
    if pd.api.types.is_list_like(value):
        return list(value)
    return None if pd.isna(value) else value


def test_columns_are_those_that_sources_fill():
    assert tuple(SCHEMA.names) == COLUMNS


def test_what_is_written_is_read(tmp_path):
    write_table(ROWS, tmp_path / "new/folder/rows.parquet")
    read = read_table(tmp_path / "new/folder/rows.parquet")
    assert plain(read.drop(columns="weight")) == plain(ROWS.drop(columns="weight"))
    assert read["weight"].tolist() == pytest.approx([1.0, 0.3])


def test_a_row_without_any_label_of_a_task_differs_from_a_row_with_an_empty_list(tmp_path):
    write_table(ROWS, tmp_path / "rows.parquet")
    signals = read_table(tmp_path / "rows.parquet")["signals"]
    assert len(signals[0]) == 0
    assert signals[1] is None


def test_the_same_rows_give_the_same_bytes_whatever_their_index(tmp_path):
    write_table(ROWS, tmp_path / "first.parquet")
    write_table(ROWS.set_axis([7, 9]), tmp_path / "second.parquet")
    assert (tmp_path / "first.parquet").read_bytes() == (tmp_path / "second.parquet").read_bytes()


def test_a_table_without_rows_keeps_its_types(tmp_path):
    write_table(ROWS.iloc[:0], tmp_path / "rows.parquet")
    assert pq.read_schema(tmp_path / "rows.parquet").equals(SCHEMA)
    assert list(read_table(tmp_path / "rows.parquet")) == list(COLUMNS)


def test_a_value_of_another_type_is_not_written(tmp_path):
    with pytest.raises((pa.ArrowInvalid, pa.ArrowTypeError)):
        write_table(ROWS.assign(severity="high"), tmp_path / "rows.parquet")
