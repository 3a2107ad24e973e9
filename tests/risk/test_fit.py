"""Fitting on customers whose conduct is known: what comes out is monotone, calibrated, and has its thresholds."""

import numpy as np
import pytest

from pipeline import config, paths
from pipeline.risk.features import Facts, Features
from pipeline.risk.fit import PROTECTIVE, fit
from pipeline.risk.scorecard import CONDUCT

FACTS = Facts(demands=0, threats=0, rejected=0, same_day=0, rate_basis="tenure")


@pytest.fixture(scope="module")
def params(root):
    return config.load_params(root / paths.PARAMS).risk.model_copy(
        update={"bins": 8, "bags": 1, "review_precision": 0.7}
    )


@pytest.fixture(scope="module")
def customers():
    """4,000 customers; the chance of being professional grows with rate and rejections and falls with tenure."""
    random = np.random.default_rng(3)
    count = 4_000
    rate, rejected, tenure = random.gamma(2, 1, count), random.beta(2, 3, count), random.integers(10, 3000, count)
    log_odds = -9 + 1.6 * rate + 7 * rejected - 0.0005 * tenure
    labels = (random.random(count) < 1 / (1 + np.exp(-log_odds))).astype(int).tolist()
    noise = random.integers(0, 4, (count, 3))
    features = [
        Features(
            earlier_complaints=int(2 + own[0]), recent_complaints=int(1 + own[1]), closed=3, upheld=int(own[2]),
            own_duplicates=0, campaign_customers=0, reason_hops=0, demand_share=0.1, vague_share=0.1, venting_share=0.1,
            complaint_rate=None if number % 10 == 0 else float(rate[number]), rejected_share=float(rejected[number]),
            tenure_days=int(tenure[number]),
        )
        for number, own in enumerate(noise)
    ]  # fmt: skip
    return features, labels


@pytest.fixture(scope="module")
def fitted(customers, params):
    return fit(*customers, params, "own cases")


def test_every_table_is_monotone_in_the_direction_that_conduct_demands(fitted):
    assert [term.feature for term in fitted.terms] == list(CONDUCT)
    for term in fitted.terms:
        steps = np.diff(term.weights) * (-1 if term.feature in PROTECTIVE else 1)
        assert (steps >= 0).all(), term
    used = {term.feature for term in fitted.terms if max(map(abs, term.weights)) > 0.3}
    assert used == {"complaint_rate", "rejected_share", "tenure_days"}


def test_to_be_found_right_is_held_against_nobody(customers, params):
    """Also not where customers who were seldom found right are professional oftener than others."""
    features, labels = customers
    right = [one.upheld for one in features]
    rarely = [int(label or number == 0) for label, number in zip(labels, right, strict=True)]
    upheld = next(term for term in fit(features, rarely, params, "own cases").terms if term.feature == "upheld")
    assert max(upheld.weights) == 0.0
    assert min(upheld.weights) < -0.3


def test_weights_have_two_decimals_and_no_edge_changes_nothing(fitted):
    for term in fitted.terms:
        assert term.weights == [round(weight, 2) for weight in term.weights]
        assert all(first != second for first, second in zip(term.weights, term.weights[1:], strict=False))


def test_scores_are_about_as_often_right_as_they_say(fitted, customers):
    features, labels = customers
    scores = np.array([fitted.assess(one, FACTS).score for one in features])
    assert scores.mean() == pytest.approx(np.mean(labels), abs=0.02)
    high = scores > 0.5
    assert np.array(labels)[high].mean() == pytest.approx(scores[high].mean(), abs=0.06)


def test_the_levels_keep_to_capacity_and_precision(fitted, customers, params):
    features, labels = customers
    levels = np.array([fitted.assess(one, FACTS).level for one in features])
    assert (levels == "review").mean() < 2 * params.review_share
    assert np.isin(levels, ["review", "elevated"]).mean() < 2 * params.elevated_share
    assert np.array(labels)[levels == "review"].mean() > 0.7


def test_a_precision_that_is_never_reached_leaves_the_level_unused(customers, params):
    features, labels = customers
    strict = fit(features, labels, params.model_copy(update={"review_precision": 1.0}), "own cases")
    assert strict.thresholds.review == 1.0
    assert {strict.assess(one, FACTS).level for one in features} <= {"low", "elevated"}


def test_the_same_seed_gives_the_same_model(customers, params, fitted):
    assert fit(*customers, params, "own cases") == fitted
