import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pipeline.drift.statistics import chance, holm, moved

COUNTS = st.lists(st.integers(0, 50), min_size=2, max_size=12).filter(any)


@given(COUNTS, st.booleans())
def test_nothing_moves_between_equals_and_no_more_than_everything_between_others(counts, ordered):
    before = np.array(counts)
    now = np.roll(before, 1)
    assert moved(before, before * 3, ordered) == pytest.approx(0)
    assert 0 <= moved(before, now, True) <= moved(before, now, False) + 1e-12 <= 1 + 1e-12


def test_what_moved_is_the_share_of_rows_that_changed_bins():
    assert moved(np.array([50, 50, 0]), np.array([20, 50, 30]), ordered=False) == pytest.approx(0.3)
    assert moved(np.array([50, 50, 0]), np.array([20, 50, 30]), ordered=True) == pytest.approx(0.3)


def test_the_permutation_test_agrees_with_the_exact_one_of_scipy():
    for table in ([[30, 20], [18, 32]], [[9, 3], [4, 8]], [[200, 300], [230, 270]]):
        p = chance(*np.array(table), ordered=True)
        assert p == pytest.approx(stats.fisher_exact(table).pvalue, abs=0.02)


def test_the_permutation_test_keeps_its_level():
    random = np.random.default_rng(13)
    shares = [0.5, 0.3, 0.1, 0.05, 0.05]
    pairs = [(random.multinomial(400, shares), random.multinomial(150, shares)) for _ in range(200)]
    found = [chance(*pair, ordered=False) <= 0.05 for pair in pairs]
    assert sum(found) <= stats.binom.isf(0.001, 200, 0.05)


@given(st.lists(st.floats(0, 1), max_size=12))
def test_a_corrected_p_value_is_never_smaller_and_the_smallest_is_that_of_bonferroni(chances):
    corrected = holm(chances)
    assert all(one >= p for one, p in zip(corrected, chances, strict=True))
    if chances:
        assert min(corrected) == pytest.approx(min(1, min(chances) * len(chances)))


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
