from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.loop.ranking import Doubts, Weights, choose, disagreement, margin_doubt, priority, quotas

COUNTS = st.dictionaries(st.text(max_size=3), st.integers(1, 500), min_size=1, max_size=12)


@given(COUNTS, st.integers(1, 800))
def test_quotas_give_every_place_away_and_no_stratum_more_than_it_has(counts, rows):
    places = quotas(counts, rows)
    assert sum(places.values()) == min(rows, sum(counts.values()))
    assert all(places[stratum] <= counts[stratum] for stratum in places)


def test_a_rare_stratum_gets_more_than_its_share():
    places = quotas({"common": 9900, "rare": 100}, 110)
    assert places == {"common": 100, "rare": 10}


def test_fewer_places_than_strata_go_to_the_largest():
    assert quotas({"a": 1, "b": 50, "c": 20}, 2) == {"b": 1, "c": 1}


def test_rows_are_taken_in_order_within_their_quota_and_none_twice_alike():
    strata = ["x", "x", "x", "y", "x"]
    assert choose([0, 1, 2, 3, 4], strata, {"x": 2, "y": 1}, {0: {1}, 1: {0}}, 3) == [0, 2, 3]


def test_places_that_a_stratum_cannot_fill_go_to_others():
    assert choose([0, 1, 2], ["x", "x", "y"], {"x": 1, "y": 2}, {}, 3) == [0, 1, 2]


def test_a_lead_is_no_doubt_and_a_tie_is_one():
    assert margin_doubt(np.array([[1.0, 0, 0], [0.5, 0.5, 0]])) == pytest.approx([0, 1])


def test_models_disagree_by_one_bit_at_most():
    one, other = np.array([[1.0, 0], [0.5, 0.5]]), np.array([[0.0, 1], [0.5, 0.5]])
    assert disagreement(one, other) == pytest.approx([1, 0])


def test_every_doubt_raises_the_priority():
    base = dict.fromkeys(("uncertainty", "disagreement", "novelty", "risk"), np.array([0.2]))
    for name in base:
        assert priority(Doubts(**base | {name: np.array([0.9])}), Weights()) > priority(Doubts(**base), Weights())


@given(st.permutations(range(12)), st.integers(1, 12))
def test_as_many_rows_as_asked_come_back_and_each_once(order, rows):
    strata = [place % 3 for place in range(12)]
    chosen = choose(order, strata, quotas(Counter(strata), rows), {}, rows)
    assert len(chosen) == len(set(chosen)) == rows
