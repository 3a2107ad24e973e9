import numpy as np
import pandas as pd
import pytest

from pipeline.audit.findings import find
from pipeline.audit.predictions import out_of_fold
from pipeline.audit.summary import summarize


@pytest.fixture(scope="module")
def probabilities(table, labels):
    return out_of_fold(table, table["id"], labels, seed=13)


def test_a_row_is_judged_by_models_that_have_not_seen_it_or_its_group(table, labels, probabilities):
    assert probabilities["category"].shape == (90, 13)
    assert np.allclose(probabilities["category"].sum(axis=1), 1)
    copies = pd.concat([table, table.iloc[[0] * 10]], ignore_index=True)
    groups = copies["id"]  # copies of row 0 share its group
    together = out_of_fold(copies, groups, labels, seed=13)
    code = labels.codes["category"].index("staff_conduct")
    assert together["category"][0, code] < 0.5, "its ten copies would have taught the model the wrong answer"


def test_a_wrong_category_is_found_with_the_right_one_suggested(table, labels, probabilities):
    findings = find(table, table["id"], probabilities, labels)
    category = [finding for finding in findings if finding.task == "category"]
    assert category[0].row == 0
    assert (category[0].given, category[0].suggested) == (("staff_conduct",), ("delivery",))
    assert category[0].problem == "label_error"
    assert len(category) < 5


def test_a_missing_emotion_is_found(table, labels, probabilities):
    findings = find(table, table["id"], probabilities, labels)
    emotion = [finding for finding in findings if finding.task == "emotion"]
    assert emotion[0].row == 5
    assert (emotion[0].given, emotion[0].suggested) == ((), ("anger",))
    assert not any(finding.task == "signals" for finding in findings), "nothing labels signals"


def test_findings_are_ranked_by_quality(table, labels, probabilities):
    qualities = [finding.quality for finding in find(table, table["id"], probabilities, labels)]
    assert qualities == sorted(qualities)
    assert all(0 <= quality <= 1 for quality in qualities)


def test_near_duplicates_with_different_categories_are_listed_as_such(table, labels, probabilities):
    groups = table["id"].copy()
    groups[[0, 3, 6]] = "crm-0"  # row 0 and two rows of `delivery`
    findings = [finding for finding in find(table, groups, probabilities, labels) if finding.row in (0, 3, 6)]
    assert [(finding.row, finding.problem, finding.suggested) for finding in findings] == [
        (0, "near_duplicate_conflict", ("delivery",))
    ]


def test_rows_without_a_category_are_not_audited_for_it(table, labels, probabilities):
    unlabelled = table.assign(category=None)
    assert not any(finding.task == "category" for finding in find(unlabelled, table["id"], probabilities, labels))


def test_the_summary_counts_findings_overlaps_and_rare_labels(table, labels, probabilities):
    findings = find(table, table["id"], probabilities, labels)
    lines = list(summarize(findings, table, probabilities, labels))
    assert any(line.startswith("category: ") and "of 90 rows, label error" in line for line in lines)
    assert any(line.startswith("categories that overlap: ") and "staff_conduct" in line for line in lines)
    assert any(line.startswith("emotion: fewer than 20 rows") and "joy 0" in line for line in lines)
    assert not any(line.startswith("signals") for line in lines)
