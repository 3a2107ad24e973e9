import pandas as pd

from pipeline.data.catalogue import TASKS
from pipeline.evaluation.sampling import sample, sample_each_task


def table(size):
    rows = pd.DataFrame({"id": [f"row {i}" for i in range(size)]})
    return rows.assign(**dict.fromkeys(TASKS))


def test_the_same_rows_come_in_the_order_of_the_table_whatever_it_is():
    rows = table(100)
    few = sample(rows, 10)
    assert len(few) == 10
    assert few.index.is_monotonic_increasing
    shuffled = sample(rows.sample(frac=1, random_state=1).reset_index(drop=True), 10)
    assert set(shuffled["id"]) == set(few["id"])
    assert not few["id"].equals(rows["id"].iloc[:10]), "the beginning of a table is no sample of it"


def test_a_larger_sample_holds_the_smaller_one_and_never_more_than_there_is():
    rows = table(50)
    assert set(sample(rows, 10)["id"]) < set(sample(rows, 20)["id"])
    pd.testing.assert_frame_equal(sample(rows, 99), rows)


def test_a_large_source_of_one_task_leaves_room_for_the_others():
    rows = table(100)
    rows["emotion"] = [["anger"]] * 100
    rows.loc[:29, "category"] = "delivery"
    chosen = sample_each_task(rows, 20)
    assert chosen["category"].notna().sum() >= 20
    assert len(chosen) <= 40
    assert chosen.index.is_monotonic_increasing


def test_a_row_without_a_label_is_not_chosen():
    rows = table(10)
    rows.loc[3:5, "severity"] = 2
    assert sample_each_task(rows, 20).index.tolist() == [3, 4, 5]
