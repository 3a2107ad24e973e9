"""The shaded table."""

from collections import Counter

from pipeline.reporting.charts import shade


def test_a_table_is_shaded_by_its_rows() -> None:
    counts = Counter({("a", "x"): 9, ("a", "y"): 1, ("b", "y"): 1})
    table = dict(shade(counts, ["a", "b"], ["x", "y"]))
    assert [cell.count for cell in table["a"]] == [9, 1]
    assert [cell.level for cell in table["a"]] == [5, 1]
    assert [cell.level for cell in table["b"]] == [0, 5]
