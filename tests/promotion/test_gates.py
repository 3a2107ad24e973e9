import pytest

from pipeline.evaluation.paired import Loss
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
