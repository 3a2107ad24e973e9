"""Counting: what is a complaint, what needs a person, and no more memory than needed."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from pipeline.reporting import counts as counting
from pipeline.reporting.counts import REST, count_rows, parse_day
from pipeline.reporting.tagged import TaggedRow

Row = dict[str, Any]


@pytest.fixture
def tag(row: Callable[..., Row]) -> Callable[..., TaggedRow]:
    return lambda **changes: TaggedRow.model_validate(row(**changes))


def test_praise_is_a_message_but_no_complaint(tag: Callable[..., TaggedRow]) -> None:
    counts = count_rows([tag(), tag(category="not_complaint", categories=["not_complaint"], language="ru")])
    assert (counts.messages, counts.complaints) == (2, 1)
    assert counts.languages == {"uk": 1, "ru": 1}
    assert counts.places["language"] == {"uk": 1}


def test_a_label_counts_once_for_a_message(tag: Callable[..., TaggedRow]) -> None:
    signal = {"code": "insult", "start": 0, "end": 1, "text": "Т"}
    counts = count_rows([tag(signals=[signal, signal], review_reasons=["too_short", "too_short"], needs_review=True)])
    assert counts.signals == {"insult": 1}
    assert counts.review_reasons == {"too_short": 1}


def test_no_emotion_is_neutral(tag: Callable[..., TaggedRow]) -> None:
    counts = count_rows([tag(emotions=[]), tag(emotions=["anger", "fear"])])
    assert counts.emotions == {"neutral": 1, "anger": 1, "fear": 1}
    assert counts.category_emotions["delivery", "neutral"] == 1


def test_a_seam_counts_wherever_it_is_named(tag: Callable[..., TaggedRow]) -> None:
    seam = tag(categories=["delivery", "service_loop"], company="Оріон", channel="chat")
    counts = count_rows([seam, tag(company="Оріон", channel="email")])
    assert counts.categories["service_loop"] == 1
    assert counts.seams["company"]["Оріон"] == 1
    assert counts.places["company"]["Оріон"] == 2
    assert counts.seams["channel"] == {"chat": 1, "email": 0}


def test_the_queue_is_urgent_first_then_unsure_then_early(tag: Callable[..., TaggedRow]) -> None:
    order = [(2, 0.9), (3, 0.8), (1, 0.1), (3, 0.2), (3, 0.8)]
    rows = [tag(id=str(n), severity=s, category_confidence=c, needs_review=True) for n, (s, c) in enumerate(order)]
    counts = count_rows([*rows, tag(id="calm", severity=3, category_confidence=0.0)])
    assert [row.id for row in counts.review_queue] == ["3", "1", "4", "0", "2"]


def test_the_queue_keeps_only_its_top(tag: Callable[..., TaggedRow]) -> None:
    rows = [tag(id=str(n), category_confidence=n / 100, needs_review=True) for n in range(99, -1, -1)]
    counts = count_rows(rows)
    assert counts.needs_review == 100
    assert [row.id for row in counts.review_queue] == [str(n) for n in range(counting.QUEUE_LENGTH)]


def test_values_without_end_share_one_counter(tag: Callable[..., TaggedRow], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST_VALUES", 2)
    rows = [tag(product=name, categories=["delivery", "service_loop"]) for name in ["a", "b", "c", "d", "a"]]
    counts = count_rows(rows)
    assert counts.places["product"] == {"a": 2, "b": 1, REST: 2}
    assert counts.seams["product"] == {"a": 2, "b": 1, REST: 2}


def test_outcomes_of_another_spelling_are_not_stated(tag: Callable[..., TaggedRow]) -> None:
    counts = count_rows([tag(outcome="upheld"), tag(outcome="хз"), tag()])
    assert counts.outcomes == {"upheld": 1, REST: 2}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-02-03", date(2026, 2, 3)),
        (" 2026-02-03T23:59:59+02:00", date(2026, 2, 3)),
        ("2026-02-03 10:30:00", date(2026, 2, 3)),
        ("2026-02-03T10:30:00Z", date(2026, 2, 3)),
        ("03.02.2026", None),
        ("вчора", None),
        ("", None),
        (None, None),
    ],
)
def test_days_are_iso_dates(text: str | None, day: date | None) -> None:
    assert parse_day(text) == day
