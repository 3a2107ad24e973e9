"""What falls between processes: dead ends, writing again, answers that differ."""

import pytest

from pipeline.reporting.manager.contacts import AGAIN_WITHIN, trace_contacts
from pipeline.reporting.manager.earlier import Contact
from pipeline.reporting.manager.seams import find_seams
from pipeline.reporting.manager.table import day_of
from pipeline.reporting.manager.wording import contradicts, load_patterns

from .conftest import places


def seen(day: str, outcome: str = "", product: str = "чайник", customer: str = "К1") -> Contact:
    return Contact(customer, day_of(day), "Оріон", product, "", outcome)


def wrote(day: str | None, **more) -> dict:
    return {"customer_id": "К1", "company": "Оріон", "product": "чайник", "date": day} | more


@pytest.mark.parametrize("entry", load_patterns(), ids=lambda entry: entry["match"][0][:30])
def test_patterns_keep_their_own_promises(entry) -> None:
    assert [text for text in entry["match"] if not contradicts(text)] == []
    assert [text for text in entry["spare"] if contradicts(text)] == []


def test_a_giant_message_is_looked_at_quickly() -> None:
    assert not contradicts("один говорит " * 100_000)


def test_writing_of_the_same_again_within_a_month(table) -> None:
    rows = table(
        wrote("2026-01-01"),
        wrote("2026-01-20"),
        wrote("2026-03-01"),
        wrote("2026-03-01"),
        wrote("2026-03-02", product="праска"),
        wrote("2026-03-02", customer_id="К2"),
        wrote(None),
    )
    assert places(trace_contacts(rows, []).repeated) == [1, 3]
    assert AGAIN_WITHIN == 30


def test_the_history_counts_and_its_customers_do_not_become_rows(table) -> None:
    rows = table(wrote("2026-01-20"))
    assert places(trace_contacts(rows, [seen("2026-01-05")]).repeated) == [0]
    assert places(trace_contacts(rows, [seen("2026-01-05", customer="К2")]).repeated) == []
    assert places(trace_contacts(rows, [seen("2026-02-05")]).repeated) == []


def test_without_a_product_the_reason_is_the_matter(table) -> None:
    again = [wrote("2026-01-01", product=None), wrote("2026-01-02", product=None)]
    other = [*again[:1], wrote("2026-01-02", product=None, category="deception")]
    assert places(trace_contacts(table(*again), []).repeated) == [1]
    assert places(trace_contacts(table(*other), []).repeated) == []


def test_unknown_customers_and_praise_are_nobodys_repetition(table) -> None:
    nameless = [wrote("2026-01-01", customer_id=None), wrote("2026-01-02", customer_id=" ")]
    praise = [wrote("2026-01-01", category="not_complaint"), wrote("2026-01-02")]
    assert places(trace_contacts(table(*nameless), []).repeated) == []
    assert places(trace_contacts(table(*praise), []).repeated) == []


def test_yes_and_no_in_one_matter_contradict(table) -> None:
    both = table(wrote("2026-01-01", outcome="upheld"), wrote("2026-01-20", outcome="rejected"), wrote("2026-04-01"))
    assert places(trace_contacts(both, []).decided_both_ways) == [0, 1]
    apart = table(wrote("2026-01-01", outcome="upheld"), wrote("2026-04-20", outcome="rejected"))
    assert places(trace_contacts(apart, []).decided_both_ways) == []


def test_who_was_helped_before(table) -> None:
    rows = table(wrote("2026-01-01", outcome="upheld"), wrote("2026-02-01"), wrote("2026-02-01", customer_id="К2"))
    found = trace_contacts(rows, [seen("2020-05-01", "rejected")])
    assert places(found.helped_before) == [1]
    assert found.first_seen.tolist() == [day_of("2020-05-01"), day_of("2020-05-01"), day_of("2026-02-01")]


def test_seams_pairs_and_typical_messages(table) -> None:
    loop = {"category": "service_loop", "categories": ["service_loop", "delivery"]}
    rows = table(
        {**loop, "category_confidence": 0.5},
        {**loop, "category_confidence": 0.9},
        {**loop, "text": None, "category_confidence": 1.0},
        {"text": "Один оператор говорит, что деньги ушли, другой – что заявки нет"},
        {},
        {"category": "not_complaint", "categories": ["service_loop"]},
    )
    seams = find_seams(rows, trace_contacts(rows, []))
    assert {kind: places(found) for kind, found in seams.kinds.items()} == {
        "loop": [0, 1, 2],
        "repeated": [],
        "contradictory": [3],
    }
    assert places(seams.any) == [0, 1, 2, 3]
    assert seams.pairs == [("delivery", "service_loop")]
    assert seams.typical == [1]
