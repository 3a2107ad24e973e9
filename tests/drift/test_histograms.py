import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.drift.histograms import Histogram, find_kinds, name_kinds

NUMBERS = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60)


@given(NUMBERS, NUMBERS)
def test_every_number_is_in_one_bin(values, others):
    histogram = Histogram.of(values, ordered=True)
    assert sum(histogram.counts) == len(values)
    assert histogram.count(others).sum() == len(others)
    assert len(histogram.count(others)) == len(histogram.counts) == len(histogram.edges) + 1


def test_bins_of_numbers_hold_about_as_many_rows_each():
    counts = Histogram.of(np.random.default_rng(1).exponential(size=2000).tolist(), ordered=True).counts
    assert len(counts) == 20
    assert max(counts) - min(counts) <= 2


def test_codes_that_the_reference_lacks_are_counted_together():
    histogram = Histogram.of(["a", "a", "b"], ordered=False)
    assert histogram.codes == ["a", "b"]
    assert histogram.count(["b", "c", "d", "a"]).tolist() == [1, 1, 2]


def test_one_value_throughout_is_a_reference_too():
    histogram = Histogram.of([0.0] * 50, ordered=True)
    assert histogram.count([0.0, 1.0]).tolist() == [1, 1]


def test_kinds_part_what_lies_apart():
    random = np.random.default_rng(2)
    vectors = np.concatenate([random.normal(center, 0.1, (40, 3)) for center in (0, 5, -5)])
    kinds = np.array(name_kinds(vectors, find_kinds(vectors)))
    parts = [set(kinds[start : start + 40]) for start in (0, 40, 80)]
    assert not parts[0] & parts[1]
    assert not parts[1] & parts[2]
    assert not parts[0] & parts[2]
