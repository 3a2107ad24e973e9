"""Whom to call: each rule on and off, closed and old cases left out, one line a customer."""

import pytest

from pipeline.reporting.manager.attention import Attention, find_attention
from pipeline.reporting.manager.contacts import trace_contacts
from pipeline.reporting.manager.days import choose_periods
from pipeline.reporting.manager.earlier import Contact, Customer
from pipeline.reporting.manager.seams import find_seams
from pipeline.reporting.manager.table import NO_DAY, Table, day_of

from .conftest import places

CHURN = {"signals": [{"code": "churn_threat", "start": 0, "end": 1, "text": "П"}]}
PUBLIC = {"channel": "social", "emotions": ["anger"], "severity": 3}


def attend(rows: Table, customers=None, history=()) -> Attention:
    contacts = trace_contacts(rows, history)
    return find_attention(rows, contacts, find_seams(rows, contacts), customers or {}, choose_periods(rows.day))


@pytest.mark.parametrize(
    ("customer", "loyal"),
    [
        (Customer(day_of("2024-01-01"), 0), True),
        (Customer(day_of("2025-06-01"), 0), False),
        (Customer(NO_DAY, 10), True),
        (Customer(NO_DAY, 9), False),
        (None, False),
    ],
)
def test_who_is_loyal_by_the_file_of_customers(table, customer, loyal) -> None:
    rows = table({"customer_id": "К1", "date": "2026-02-01", **CHURN})
    assert places(attend(rows, {"К1": customer} if customer else {}).loyal) == ([0] if loyal else [])


@pytest.mark.parametrize(
    ("day", "outcome", "loyal"),
    [("2024-12-01", "upheld", True), ("2024-12-01", "rejected", False), ("2025-12-01", "upheld", False)],
)
def test_who_is_loyal_by_the_history(table, day, outcome, loyal) -> None:
    rows = table({"customer_id": "К1", "date": "2026-02-01", **CHURN})
    history = [Contact("К1", day_of(day), "", "", "", outcome)]
    assert places(attend(rows, history=history).loyal) == ([0] if loyal else [])


@pytest.mark.parametrize(
    ("change", "risk"),
    [
        (CHURN, True),
        ({"severity": 3}, True),
        ({"categories": ["service_loop"]}, True),
        ({}, False),
        ({**CHURN, "outcome": "upheld"}, False),
    ],
)
def test_what_puts_a_loyal_customer_at_risk(table, change, risk) -> None:
    rows = table({"customer_id": "К1", "date": "2026-02-01", **change})
    assert places(attend(rows, {"К1": Customer(NO_DAY, 20)}).loyal) == ([0] if risk else [])


@pytest.mark.parametrize(
    ("change", "spreads"),
    [
        ({}, True),
        ({"channel": "chat"}, False),
        ({"emotions": []}, False),
        ({"severity": 2}, False),
        ({"severity": 2, "category": "deception"}, True),
        ({"severity": 2, "review_reasons": ["out_of_distribution"]}, True),
        ({"channel": "chat", "signals": [{"code": "warns_others", "start": 0, "end": 1, "text": "Н"}]}, True),
        ({"outcome": "rejected"}, False),
        ({"category": "not_complaint", "categories": []}, False),
    ],
)
def test_which_stories_may_spread(table, change, spreads) -> None:
    assert places(attend(table({**PUBLIC, **change})).spreading) == ([0] if spreads else [])


def test_old_cases_are_not_for_today(table) -> None:
    recent = [{"date": f"2026-03-{day:02d}"} for day in range(1, 29)]
    rows = table({"severity": 3, "date": "2026-01-05"}, *recent, {"severity": 3, "date": "2026-03-28"})
    assert places(attend(rows).urgent) == [29]


def test_without_dates_every_waiting_case_counts(table) -> None:
    assert places(attend(table({"severity": 3}, {})).urgent) == [0]


def test_the_order_of_calls_and_one_line_a_customer(table) -> None:
    rows = table(
        {"severity": 3, "date": "2026-02-01", "customer_id": "К1"},
        {"severity": 3, "date": "2026-02-03", "customer_id": "К1"},
        {"severity": 3, "date": "2026-02-01", "customer_id": "К2", **CHURN},
        {**PUBLIC, "severity": 2, "category": "deception", "date": "2026-02-03", "customer_id": "К3"},
        {"severity": 3, "date": "2026-02-02"},
        {"severity": 3, "date": "2026-02-02"},
    )
    assert attend(rows, {"К2": Customer(NO_DAY, 20)}).calls == [2, 1, 4, 5, 3]
