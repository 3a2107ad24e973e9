"""Figures of a small simulated world. Its messages are read by their own labels: no tagger is needed here."""

import json

import numpy as np
import pyarrow as pa
import pytest

from pipeline import config, paths
from pipeline.evaluation.counterfactuals import load_counterfactuals
from pipeline.evaluation.risk import Judged, false_positives, figures, judge, rounded
from pipeline.evaluation.risk_fairness import measure_fairness
from pipeline.risk.baselines import baseline_scores
from pipeline.risk.features import Features
from pipeline.risk.fit import fit
from pipeline.risk.simulation.conduct import latest_conduct
from pipeline.risk.simulation.messages import Messages
from pipeline.risk.simulation.world import simulate
from pipeline.risk.simulation.worlds import load_worlds


@pytest.fixture(scope="module")
def world(root):
    files = sorted((root / paths.CORPUS).glob("*.jsonl"))
    lines = [line for path in files for line in path.read_text("utf-8").splitlines()]
    messages = Messages([row for row in map(json.loads, lines[::5]) if row["intent"] != "none"])
    evaluation = load_worlds(root / paths.WORLDS).evaluation.model_copy(update={"customers": 25_000})
    return simulate(evaluation, messages, seed=4)


@pytest.fixture(scope="module")
def conduct(world):
    return latest_conduct(world, world.messages.to_pylist(), world.complaints["message"].to_numpy(), 730)


@pytest.fixture(scope="module")
def model(root, conduct):
    """Fitted on every second customer."""
    params = config.load_params(root / paths.PARAMS).risk.model_copy(update={"bins": 8, "bags": 1})
    rows = [row for row in conduct.to_pylist()[::2] if row["earlier_complaints"] >= params.least_earlier]
    return fit([Features.of(row) for row in rows], [row["label"] for row in rows], params, "simulated customers")


@pytest.fixture(scope="module")
def judged(model, conduct):
    return judge(model, conduct.take(pa.array(np.arange(1, conduct.num_rows, 2))))


def test_only_customers_with_enough_history_are_judged(judged, conduct, model):
    assert min(judged.conduct["earlier_complaints"].to_pylist()) == model.least_earlier
    assert len(judged.scores) < conduct.num_rows
    assert set(judged.levels) <= {"low", "elevated", "review"}


def test_figures_are_plain_numbers_and_the_risk_is_ahead_of_counting(judged, conduct):
    baselines = baseline_scores(conduct.filter(pa.compute.greater(conduct["earlier_complaints"], 1)), judged.conduct, 1)
    result = rounded(figures(judged, conduct, baselines, 0.02))
    assert json.loads(json.dumps(result)) == result
    auc = {name: system["auc"] for name, system in result["systems"].items()}
    assert set(auc) == {"skarga", "complaints", "keywords", "boosting"}
    assert auc["skarga"] > auc["complaints"] + 0.1
    assert result["levels"]["review"]["share"] <= result["levels"]["elevated"]["share"]
    assert sum(part["scored"] for part in result["behaviours"].values()) == len(judged.scores)
    assert {"everything", "without_customers"} <= set(result["records"])
    assert all(0.5 <= value <= 1 for value in result["features"].values())


def test_no_single_feature_separates_professionals_from_the_others(judged, conduct):
    alone = figures(judged, conduct, {}, 0.02)["features"]
    assert max(alone.values()) < 0.9
    assert max(alone, key=alone.get) in ("complaint_rate", "rejected_share")


def test_false_positives_are_compared_between_languages(judged):
    calm = Judged(judged.conduct, judged.scores, np.full(len(judged.scores), "low", object))
    same = false_positives([judged, judged], ["ru", "uk"])
    assert same["largest_ratio"] == 1
    assert false_positives([judged, calm], ["ru", "uk"])["largest_ratio"] > 1.25


def test_no_writer_moves_a_score(root, world, model):
    """The whole of a fairness run: a reader that is misled by every name, city and capital letter."""
    changes = load_counterfactuals(root / paths.COUNTERFACTUALS)

    def misled(texts):
        return [
            {
                "category": "delivery" if "Иванов" in text else "other",
                "signals": ["compensation_demand", "legal_threat"] if text.isupper() or "Москва" in text else [],
                "emotions": [],
            }
            for text in texts
        ]

    moved = measure_fairness(world, 60, model, misled, changes)
    assert set(moved) == {"gender", "name", "city", "language", "typos", "capitals", "no_punctuation"}
    assert all(change["most"] == 0 for change in moved.values())
