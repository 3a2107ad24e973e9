import csv

import pytest

from pipeline.audit.findings import Finding
from pipeline.audit.sheet import COLUMNS, Decision, read_decisions, write_sheet
from pipeline.errors import SkargaError

FINDINGS = [
    Finding(0, "category", ("staff_conduct",), ("delivery",), 0.01, "label_error"),
    Finding(5, "emotion", (), ("anger", "fear"), 0.02, "label_error"),
    Finding(7, "emotion", ("anger",), (), 0.03, "label_error"),
]


def lines(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def decide(path, *decisions):
    rows = lines(path)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows([row | {"decision": decision} for row, decision in zip(rows, decisions, strict=True)])


@pytest.fixture
def sheet(tmp_path, table):
    write_sheet(FINDINGS, table, tmp_path / "audit.csv")
    return tmp_path / "audit.csv"


def test_a_line_says_what_is_doubted_and_why(sheet):
    first = lines(sheet)[0]
    assert tuple(first) == COLUMNS
    assert first["text"].startswith(("курьер", "посылка", "доставка", "заказ", "склад", "привезли"))
    del first["text"]
    assert list(first.values()) == [
        "crm-0", "crm", "ru", "category", "staff_conduct", "delivery", "0.0100", "label_error", ""
    ]  # fmt: skip


def test_texts_are_masked_cut_and_no_formula(tmp_path, table):
    rows = table.copy()
    rows.loc[0, "text"] = "=HYPERLINK() Позвоните мне:\n +7 912 345-67-89 " + "очень жду " * 100
    write_sheet(FINDINGS[:1], rows, tmp_path / "audit.csv")
    (line,) = lines(tmp_path / "audit.csv")
    assert line["text"].startswith("'=HYPERLINK() Позвоните мне: <phone>")
    assert len(line["text"]) == 301


def test_only_decisions_that_change_something_are_read(sheet):
    decide(sheet, "keep", "", "  ")
    assert read_decisions(sheet) == []


def test_a_suggestion_is_accepted_or_replaced_by_codes_of_ones_own(sheet):
    decide(sheet, "waiting_time", " accept ", "sadness; fear")
    assert [decision.wanted for decision in read_decisions(sheet)] == [
        ("waiting_time",), ("anger", "fear"), ("sadness", "fear")
    ]  # fmt: skip
    assert read_decisions(sheet)[0] == Decision(2, "crm-0", "crm", "category", ("staff_conduct",), ("waiting_time",))


@pytest.mark.parametrize("decision", ["accept", "none"])
def test_no_label_at_all_is_a_decision_too(sheet, decision):
    decide(sheet, "", "", decision)
    assert [decision.wanted for decision in read_decisions(sheet)] == [()]


def test_a_file_without_the_column_is_refused(tmp_path):
    (tmp_path / "other.csv").write_text("id,source,task,given_label,suggested_label\n", "utf-8")
    with pytest.raises(SkargaError, match="no column 'decision'"):
        read_decisions(tmp_path / "other.csv")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SkargaError, match=r"none\.csv: no such file"):
        read_decisions(tmp_path / "none.csv")
