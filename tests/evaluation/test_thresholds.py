import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.evaluation.thresholds import best_threshold


def best(probabilities, true, always=None, weights=None):
    count = len(probabilities)
    return best_threshold(
        np.array(probabilities),
        np.array(true, bool),
        np.zeros(count, bool) if always is None else np.array(always, bool),
        np.ones(count) if weights is None else np.array(weights),
    )


def test_the_best_threshold_is_where_answers_and_labels_part():
    assert 0.2 < best([0.05, 0.1, 0.2, 0.62, 0.7, 0.9], [0, 0, 0, 1, 1, 1]) <= 0.62


def test_of_a_plateau_the_middle_is_taken():
    assert best([0.11] * 5 + [0.88] * 5, [0] * 5 + [1] * 5) == pytest.approx(0.5, abs=0.06)


def test_one_lucky_row_does_not_raise_the_threshold():
    """Counted F1 alone would answer only the one row that came true; the probabilities know of five more."""
    probabilities, true = [0.9, *[0.5] * 10, *[0.05] * 80], [1, *[0] * 90]
    assert best(probabilities, true) <= 0.5


def test_a_label_that_never_occurs_is_judged_by_its_probabilities():
    """F1 is best at half of what it is at best, so likely answers are given and unlikely ones are not."""
    probabilities = [0.6] * 20 + [0.1] * 50
    assert 0.15 <= best(probabilities, [0] * 70) <= 0.6


def test_what_a_rule_answers_needs_no_low_threshold():
    """Positives that a rule finds anyway would otherwise pull the threshold down over the negatives."""
    probabilities, true = [0.2] * 6 + [0.3] * 4 + [0.8] * 4, [1] * 6 + [0] * 4 + [1] * 4
    by_rule = [True] * 6 + [False] * 8
    assert best(probabilities, true) <= 0.2
    assert best(probabilities, true, by_rule) > 0.3


def test_rows_count_by_their_weights():
    probabilities, true = [0.3] * 10 + [0.7] * 10, [1] * 8 + [0] * 2 + [1] * 10
    assert best(probabilities, true, weights=[1] * 20) <= 0.3
    assert best(probabilities, true, weights=[1] * 8 + [50] * 2 + [1] * 10) > 0.3


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans(), st.booleans()), max_size=40))
def test_whatever_the_rows_it_is_a_sensible_probability(rows):
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    assert 0.15 <= best(*columns) <= 0.9
