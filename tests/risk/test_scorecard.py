import json
import math
from bisect import bisect_right
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import paths
from pipeline.errors import SkargaError
from pipeline.risk.features import Facts, Features
from pipeline.risk.scorecard import BASE, FILE, RiskModel, Term, probability


def weights(assessment):
    return {reason["code"]: reason["weight"] for reason in assessment.reasons}


def logit(score):
    return math.log(score / (1 - score))


def test_weights_and_base_add_up_to_the_log_odds_of_the_score(model, conduct):
    answer = model.assess(*conduct())
    assert answer.level == "review"
    assert logit(answer.score) == pytest.approx(sum(weights(answer).values()), abs=1e-9)
    assert weights(answer) == {
        BASE: -3.0, "claimed_ratio": 2.3, "rejected_share": 2.1, "complaint_rate": 1.9, "earlier_complaints": 0.7,
        "tenure_days": 0.2, "context:demand_share": 0.0, "context:threat_payouts": 0.0,
    }  # fmt: skip


def test_reasons_come_with_their_facts_the_weightiest_first(model, conduct):
    reasons = model.assess(*conduct()).reasons
    assert [reason["code"] for reason in reasons][:3] == [BASE, "claimed_ratio", "rejected_share"]
    said = {reason["code"]: reason["detail"] for reason in reasons}
    assert said["complaint_rate"] == "9 complaints on 14 orders in all, 0.64 an order; peers: 0.03"
    assert said["claimed_ratio"] == "28,600 UAH claimed earlier, 35,808 UAH spent"
    assert said["context:demand_share"] == "money demanded in 6 of 10 complaints"
    assert "simulated customers" in said[BASE]


@pytest.mark.parametrize("earlier", [0, 1])
def test_without_enough_history_there_is_no_score(model, conduct, earlier):
    answer = model.assess(*conduct(earlier_complaints=earlier))
    assert (answer.level, answer.score) == ("insufficient_history", None)
    (reason,) = answer.reasons
    assert (reason["code"], reason["weight"]) == ("short_history", 0.0)
    assert "fewer than 2" in reason["detail"]


def test_what_is_unknown_counts_neither_way_and_is_said(model, conduct):
    features, facts = conduct(rejected_share=None, complaint_rate=None, rate=None, rate_basis=None)
    answer = model.assess(features, facts)
    assert "rejected_share" not in weights(answer)
    assert weights(answer)["unknown:rejected_share"] == 0.0
    known = model.assess(*conduct())
    assert logit(known.score) - logit(answer.score) == pytest.approx(2.1 + 1.9)


def test_the_thresholds_make_the_levels(model, conduct):
    low = model.assess(*conduct(claimed_ratio=0.1, rejected_share=0.1))
    elevated = model.assess(*conduct(claimed_ratio=0.1))
    assert (low.level, elevated.level) == ("low", "elevated")
    assert 0.4 <= elevated.score < 0.9


@pytest.mark.parametrize(
    ("changed", "guard"), [({"closed": 8, "upheld": 8}, "all_upheld"), ({"incident_reports": 14}, "known_incident")]
)
def test_no_score_overrides_a_guard(model, conduct, changed, guard):
    answer = model.assess(*conduct(**changed))
    assert answer.score >= model.thresholds.review
    assert answer.level == "elevated"
    assert weights(answer)[guard] == 0.0


def test_what_is_read_in_messages_moves_no_score(model, conduct):
    """A text alone can do nothing: whatever it says, only conduct has a weight."""
    mild = {"demand_share": 0.0, "vague_share": 0.0, "venting_share": 0.0, "reason_hops": 0, "threat_payouts": 0}
    wild = {"demand_share": 1.0, "vague_share": 1.0, "venting_share": 1.0, "reason_hops": 9, "threat_payouts": 9}
    assert model.assess(*conduct(**mild)).score == model.assess(*conduct(**wild)).score
    for feature in (*mild, "incident_reports", "closed", "language"):
        with pytest.raises(ValueError, match="no conduct"):
            Term(feature=feature, edges=[], weights=[1.0])


def test_open_complaints_are_no_proof_that_all_were_justified(model, conduct):
    assert model.assess(*conduct(closed=0, upheld=None)).level == "review"


numbers = st.integers(0, 60)
shares = st.floats(0, 1)


anything = st.fixed_dictionaries(
    {
        "earlier_complaints": st.integers(2, 60), "upheld": numbers, "rejected_share": st.none() | shares,
        "claimed_ratio": st.none() | shares, "complaint_rate": st.none() | st.floats(0, 50),
        "tenure_days": st.none() | st.integers(0, 9000), "incident_reports": st.none() | numbers,
    }
)  # fmt: skip


@given(anything)
def test_sums_hold_and_worse_conduct_never_lowers_the_score(known):
    model = RiskModel.model_validate(MODEL)
    plain = dict.fromkeys(("recent_complaints", "own_duplicates", "campaign_customers", "reason_hops"), 1)
    wording = dict.fromkeys(("demand_share", "vague_share", "venting_share"), 0.1)
    features = Features(closed=known["upheld"] + 1, **plain, **wording, **known)
    facts = Facts(demands=1, threats=0, rejected=1, same_day=0, rate_basis="tenure", rate=0.3)
    answer = model.assess(features, facts)
    assert model.rate(features) == (answer.level, answer.score)
    assert logit(answer.score) == pytest.approx(math.fsum(weights(answer).values()), abs=1e-9)
    worse = replace(features, earlier_complaints=features.earlier_complaints + 5)
    assert model.assess(worse, facts).score >= answer.score


MODEL = {
    "format": 1, "origin": "own cases", "memory_days": 365, "least_earlier": 2, "fault_reports": 5, "base": -2.5,
    "terms": [
        {"feature": "earlier_complaints", "edges": [4.5, 9.5], "weights": [-0.31, 0.07, 0.55]},
        {"feature": "rejected_share", "edges": [0.3], "weights": [-1.11, 0.93]},
        {"feature": "claimed_ratio", "edges": [0.2], "weights": [-0.4, 1.2]},
        {"feature": "complaint_rate", "edges": [1.5], "weights": [-0.7, 0.8]},
        {"feature": "tenure_days", "edges": [365], "weights": [0.3, -0.3]},
    ],
    "thresholds": {"elevated": 0.3, "review": 0.8},
}  # fmt: skip


def test_a_model_is_loaded_as_it_was_written(model, tmp_path):
    (tmp_path / FILE).write_text(model.model_dump_json(), "utf-8")
    assert RiskModel.load(tmp_path) == model


def test_a_bundle_without_a_risk_model_has_none(tmp_path):
    assert RiskModel.load(tmp_path) is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": 2}, "format 2"),
        ({"base": "much"}, "damaged"),
        ({"terms": [{"feature": "gender", "edges": [], "weights": [1.0]}]}, "damaged"),
        ({"terms": [{"feature": "upheld", "edges": [2.0, 1.0], "weights": [1.0, 2.0, 3.0]}]}, "damaged"),
        ({"terms": [{"feature": "upheld", "edges": [1.0], "weights": [1.0]}]}, "damaged"),
        ({"block": True}, "damaged"),
    ],
)
def test_a_model_that_makes_no_sense_is_refused(tmp_path, change, said):
    (tmp_path / FILE).write_text(json.dumps(MODEL | change), "utf-8")
    with pytest.raises(SkargaError, match=said):
        RiskModel.load(tmp_path)


def test_a_weight_is_that_of_the_bin_an_edge_belongs_to_the_upper_one(conduct):
    term = Term(feature="upheld", edges=[1.0, 3.0], weights=[0.5, 0.1, -0.4])
    assert [term.weight(conduct(upheld=number)[0]) for number in (0, 1, 2, 3, 9)] == [0.5, 0.1, 0.1, -0.4, -0.4]


def test_the_model_in_use_holds_nothing_against_anybody_who_has_done_nothing(root):
    conduct = [term for term in RiskModel.load(root / paths.RELEASED).terms if term.feature != "tenure_days"]
    assert [term.feature for term in conduct if term.weights[bisect_right(term.edges, 0)] > 0] == []
    (upheld,) = [term for term in conduct if term.feature == "upheld"]
    assert max(upheld.weights) == 0, "to have been found right once is no reason for suspicion"


@given(st.floats(-700, 700))
def test_the_logistic_function_is_one_everywhere(log_odds):
    score = probability(log_odds)
    assert 0 <= score <= 1
    assert score + probability(-log_odds) == pytest.approx(1)
