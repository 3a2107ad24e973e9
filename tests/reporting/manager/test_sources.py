"""The files beside the tagged one: history, customers, drift; and what of an id may be shown."""

import json

import pytest

from pipeline.errors import SkargaError
from pipeline.reporting.manager.earlier import Contact, Customer, read_customers, read_history
from pipeline.reporting.manager.identities import show_customer, show_id
from pipeline.reporting.manager.quality import read_drift
from pipeline.reporting.manager.table import NO_DAY, day_of


@pytest.fixture
def write(tmp_path):
    def lines(name: str, *rows: dict):
        path = tmp_path / name
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        return path

    return lines


def test_the_history_leaves_out_praise_strangers_and_what_is_in_the_file_itself(write) -> None:
    old = {"id": 1, "customer_id": 7, "date": "05.01.2026", "company": "Оріон", "outcome": "upheld"}
    path = write(
        "h.jsonl",
        old,
        {**old, "id": "r1"},
        {**old, "id": 3, "category": "not_complaint"},
        {**old, "id": 4, "customer_id": None},
        {"customer_id": 8},
    )
    assert read_history(path, {"r1"}) == [
        Contact("7", day_of("2026-01-05"), "Оріон", "", "", "upheld"),
        Contact("8", NO_DAY, "", "", "", ""),
    ]


def test_a_history_without_customers_is_refused(write) -> None:
    with pytest.raises(SkargaError, match="no row has a customer_id"):
        read_history(write("h.jsonl", {"client": "7"}), set())
    assert read_history(write("h.jsonl"), set()) == []


def test_customers_and_their_odd_values(write) -> None:
    path = write(
        "c.jsonl",
        {"customer_id": "К1", "since": "2020-01-01", "orders": "12.0"},
        {"customer_id": "К2", "since": "давно", "orders": "багато"},
    )
    assert read_customers(path) == {"К1": Customer(day_of("2020-01-01"), 12), "К2": Customer(NO_DAY, 0)}
    with pytest.raises(SkargaError, match="no row has a customer_id"):
        read_customers(write("c.jsonl", {"client": "7"}))


def test_drift_is_read_and_anything_else_refused(write, tmp_path) -> None:
    tagged = tmp_path / "t.jsonl"
    assert read_drift(tagged) is None
    still = {"measure": "language", "moved": 0.01, "drifted": False, "p_value": 0.5, "changes": []}
    longer = {"measure": "length", "moved": 0.3, "drifted": True, "mean_before": 120.0, "mean_now": 310.5}
    report = {"drifted": True, "rows": 900, "reference_rows": 3000, "findings": [longer, still], "retrain": "check"}
    write("t.jsonl.drift.json", report)
    drift = read_drift(tagged)
    assert drift
    assert [(finding.measure, finding.mean_now) for finding in drift.moved] == [("length", 310.5)]
    for broken in ("[]", "{", '{"drifted": true}'):
        (tmp_path / "t.jsonl.drift.json").write_text(broken)
        with pytest.raises(SkargaError, match="is not what skarga drift writes"):
            read_drift(tagged)


def test_an_id_that_is_a_phone_or_an_address_is_not_shown() -> None:
    assert show_customer("K-1004") == "K-1004"
    assert show_customer("100200300400500") == "100200300400500"
    assert show_customer("olena@example.com") == "<email>"
    assert show_customer("+380 00 000 00 01") == "<phone>"
    assert show_id("R-0001234567") == "R-0001234567"
    assert show_id("olena@example.com-17") != "olena@example.com-17"
