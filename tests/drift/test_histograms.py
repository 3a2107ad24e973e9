import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.drift.histograms import Histogram, find_kinds, name_kinds
from pipeline.drift.statistics import moved

NUMBERS = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60)


@given(NUMBERS, NUMBERS)
def test_every_number_is_in_one_bin(values, others):
    histogram = Histogram.of(values, ordered=True)
    assert sum(histogram.counts) == len(values)
    assert histogram.count(others).sum() == len(others)
    assert len(histogram.count(others)) == len(histogram.counts) == len(histogram.edges) + 1


def test_bins_of_numbers_hold_about_as_many_rows_each():
    smallest, *counts = Histogram.of(np.random.default_rng(1).exponential(size=2000).tolist(), ordered=True).counts
    assert smallest == 1
    assert len(counts) == 20
    assert max(counts) - min(counts) <= 2


@pytest.mark.parametrize("ones", [1, 50, 99])
def test_a_yes_or_no_is_told_apart_however_rare(ones):
    histogram = Histogram.of([1.0] * ones + [0.0] * (100 - ones), ordered=True)
    assert [count for count in histogram.counts if count] == [100 - ones, ones]
    now = histogram.count([1.0] * 70 + [0.0] * 30)
    assert moved(np.array(histogram.counts), now, ordered=True) == pytest.approx(abs(ones / 100 - 0.7))


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
