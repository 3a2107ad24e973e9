"""The build fails when the risk, as last measured on simulated customers, misses a gate."""

import copy
import json

import pytest

from pipeline import paths
from pipeline.evaluation.risk_gates import GATES, missed_gates


@pytest.fixture
def metrics(root):
    return json.loads((root / paths.RISK_METRICS).read_text("utf-8"))


def test_no_gate_is_missed(metrics):
    assert missed_gates(metrics) == []


def test_the_figures_say_that_customers_are_simulated(metrics):
    assert "simulated" in metrics["origin"]


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("systems", "skarga", "auc"), 0.91, "ROC-AUC"),
        (("systems", "complaints", "auc"), 0.9, "above the count"),
        (("systems", "skarga", "precision"), 0.8, "queue"),
        (("levels", "review", "precision"), None, "precision in review"),
        (("calibration_error",), 0.04, "calibration"),
        (("behaviours", "loyal_unlucky", "review"), 0.006, "loyal"),
        (("behaviours", "angry_honest", "review"), 0.006, "angry"),
        (("false_positives", "largest_ratio"), 1.3, "between languages"),
        (("fairness", "name", "most"), 0.02, "name"),
        (("fairness", "gender", "most"), 0.02, "gender"),
        (("fairness", "city", "most"), 0.02, "city"),
        (("fairness", "language", "most"), 0.06, "language"),
        (("fairness", "typos", "most"), 0.04, "typos"),
        (("fairness", "capitals", "most"), 0.04, "capitals"),
        (("fairness", "no_punctuation", "most"), float("nan"), "no punctuation"),
    ],
)
def test_every_gate_can_be_missed(metrics, path, value, said):
    worse = copy.deepcopy(metrics)
    place = worse
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert any(said in gate for gate in missed_gates(worse))


def test_gates_are_named_apart():
    assert len({gate.name for gate in GATES}) == len(GATES)
