import json

import pytest

from pipeline import paths
from pipeline.config import load_params
from pipeline.evaluation.paired import Loss
from pipeline.promotion.costs import risk_gate
from pipeline.promotion.gates import Finding, Gate


def finding(low, allowed=0.02, judged=True):
    return Finding("corpus, category, uk: macro-F1", Loss(0.5, 0.4, 0.1, low, 0.2), allowed, judged)


@pytest.mark.parametrize(
    ("low", "judged", "refused"), [(0.05, True, True), (0.02, True, False), (-0.1, True, False), (0.05, False, False)]
)
def test_only_a_loss_that_is_sure_refuses_and_only_where_there_are_rows_enough(low, judged, refused):
    assert finding(low, judged=judged).refused == refused


def test_a_refusal_is_named_with_its_figures():
    lines = list(Gate("quality", [finding(0.05), finding(-0.1)]).lines())
    assert "REFUSED" in lines[0]
    assert "2 comparisons" in lines[0]
    assert lines[1:] == [
        "  refused: corpus, category, uk: macro-F1 0.500 → 0.400; worse by 0.100 (0.050…0.200), allowed 0.02"
    ]


def test_a_passed_gate_shows_its_worst_comparison():
    gate = Gate("quality", [finding(-0.3), finding(-0.1), finding(0.9, judged=False)])
    assert gate.worst is gate.findings[1]
    assert "passed" in next(iter(gate.lines()))
    assert gate.record()["passed"]


def test_a_gate_without_anything_to_compare_is_missing_not_passed():
    assert "missing" in next(iter(Gate("risk", [], "no figures").lines()))
    assert Gate("risk", []).record()["compared"] == 0


def test_the_risk_gate_reads_what_the_evaluation_of_the_risk_model_writes(root):
    """The committed figures of the default recipe have the key that the gate looks for."""
    gate = risk_gate(root / paths.RISK_METRICS, load_params(root / paths.PARAMS))
    (finding,) = gate.findings
    assert (
        finding.loss.after
        == json.loads((root / paths.RISK_METRICS).read_text("utf-8"))["false_positives"]["largest_ratio"]
    )


def test_risk_figures_without_languages_are_missing_not_passed(root, tmp_path):
    (tmp_path / "risk.json").write_text("{}")
    for figures in (tmp_path / "risk.json", tmp_path / "none.json"):
        gate = risk_gate(figures, load_params(root / paths.PARAMS))
        assert (gate.findings, "missing" in next(iter(gate.lines()))) == ([], True)
