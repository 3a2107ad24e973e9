from hypothesis import given
from hypothesis import strategies as st

from pipeline.serving.tally import Tally, id_digests
from pipeline.serving.work_folder import Part


def part(ids, **more):
    empty = {"rows_in": len(ids), "rows_out": len(ids), "rejected": {}, "fields": {}, "renamed": {}, "unread_dates": 0}
    return Part(id_digests=id_digests(ids), **empty | more)


def test_nothing_counts_as_nothing():
    assert (Tally().rows_in, Tally().duplicate_ids()) == (0, 0)


@given(st.lists(st.lists(st.text(max_size=2))))
def test_ids_that_occur_again_are_counted_across_parts(parts):
    tally = Tally()
    for ids in parts:
        tally.add(part(ids))
    every = [name for ids in parts for name in ids]
    assert (tally.rows_in, tally.duplicate_ids()) == (len(every), len(every) - len(set(every)))


def test_parts_are_added_up():
    tally = Tally()
    tally.add(
        part(
            ["a"],
            unread_dates=2,
            rejected={"bad_json": 1},
            fields={"x": ["int"]},
            renamed={"category": "input_category"},
        )
    )
    tally.add(part(["b"], rejected={"bad_json": 2, "empty_text": 1}, fields={"y": ["null"], "x": ["string"]}))
    assert tally.rejected == {"bad_json": 3, "empty_text": 1}
    assert list(tally.kinds.items()) == [("x", {"int", "string"}), ("y", {"null"})]
    assert (tally.parts, tally.renamed, tally.unread_dates) == (2, {"category": "input_category"}, 2)
