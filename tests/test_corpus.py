"""The data in the repository: the written corpus keeps its schema and its card, the backlog its surprises."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict

from pipeline.data.schema import Complaint
from pipeline.labels import load_labels
from pipeline.reporting.corpus import corpus_card

ROOT = Path(__file__).parents[1]
DATA = ROOT / "data"
CODES = load_labels(ROOT / "configs" / "labels.yaml").codes


class CorpusRow(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    id: str
    text: str
    lang: Literal["ru", "uk", "mixed"]
    category: str
    categories: list[str]
    emotions: list[str]
    signals: list[str]
    severity: Literal[1, 2, 3]
    industry: str
    channel: Literal["review", "email", "form", "chat", "social", "call_note"]
    intent: Literal["genuine", "professional", "none"]


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def rows() -> list[CorpusRow]:
    return [CorpusRow.model_validate(line) for file in sorted(DATA.glob("corpus/*.jsonl")) for line in read_lines(file)]


@pytest.fixture(scope="module")
def backlog() -> list[dict[str, Any]]:
    return read_lines(DATA / "backlog.jsonl")


def test_ids_and_texts_are_unique(rows: list[CorpusRow]) -> None:
    assert len(rows) == len({row.id for row in rows}) == len({" ".join(row.text.lower().split()) for row in rows})
    assert [row.id for row in rows if not re.fullmatch("[0-9a-f]{12}", row.id)] == []
    assert [row.id for row in rows if not row.text.strip()] == []


def test_labels_are_known_and_used(rows: list[CorpusRow]) -> None:
    assert {row.category for row in rows} == set(CODES["category"])
    assert {code for row in rows for code in row.categories} == set(CODES["category"])
    assert {code for row in rows for code in row.emotions} == set(CODES["emotion"])
    assert {code for row in rows for code in row.signals} == set(CODES["signals"])
    assert {str(row.severity) for row in rows} == set(CODES["severity"])


def test_lists_hold_no_label_twice(rows: list[CorpusRow]) -> None:
    lists = [codes for row in rows for codes in (row.categories, row.emotions, row.signals)]
    assert [codes for codes in lists if len(set(codes)) != len(codes)] == []


def test_the_primary_category_is_one_of_all(rows: list[CorpusRow]) -> None:
    assert [row.id for row in rows if row.category not in row.categories] == []


def test_no_complaint_is_nothing_else(rows: list[CorpusRow]) -> None:
    calm = [row for row in rows if "not_complaint" in row.categories]
    assert [row.id for row in calm if row.categories != ["not_complaint"] or row.intent != "none" or row.signals] == []
    assert [row.id for row in rows if row.intent == "none" and row.category != "not_complaint"] == []


def test_every_language_has_every_category(rows: list[CorpusRow]) -> None:
    counts = Counter((row.lang, row.category) for row in rows)
    least = {"ru": 70, "uk": 70, "mixed": 5}
    short = [(lang, code) for lang, few in least.items() for code in CODES["category"] if counts[lang, code] < few]
    assert short == []


def test_the_data_card_is_the_one_that_the_rows_give() -> None:
    card = (DATA / "corpus" / "README.md").read_text("utf-8")
    assert card == corpus_card(DATA / "corpus"), "run `python -m pipeline.reporting.cards` and commit"


def test_the_data_card_counts(rows: list[CorpusRow]) -> None:
    """Counted another way here than the card does."""
    card = corpus_card(DATA / "corpus")
    assert f"{len(rows):,} messages" in card
    signals = Counter(signal for row in rows for signal in row.signals)
    languages = Counter(row.lang for row in rows)
    assert [code for code, n in (signals + languages).items() if f"| `{code}` | {n:,} |" not in card] == []


def test_the_codebook_defines_every_label() -> None:
    book = (DATA / "corpus" / "CODEBOOK.md").read_text("utf-8")
    assert [code for codes in CODES.values() for code in codes if f"| `{code}` |" not in book] == []


def test_the_backlog_can_be_read(backlog: list[dict[str, Any]]) -> None:
    messages = [Complaint.model_validate(row) for row in backlog if str(row.get("text", "")).strip()]
    assert len(messages) == 120
    assert len(backlog) - len(messages) == 2  # one blank, one without a text: the quarantine is shown to work
    assert len({row["id"] for row in backlog}) == len(backlog)
    dates = [message.date for message in messages if message.date]
    assert (min(dates) >= "2026-01-01", max(dates) <= "2026-06-30") == (True, True)
    assert dates == sorted(dates)


def test_the_backlog_has_customers_with_a_history(backlog: list[dict[str, Any]]) -> None:
    customers = Counter(row["customer_id"] for row in backlog if "customer_id" in row)
    assert 60 <= len(customers) <= 80
    assert sum(count >= 3 for count in customers.values()) >= 5
    assert {row.get("outcome") for row in backlog} == {"upheld", "rejected", "open", None}


def test_the_backlog_is_not_from_the_corpus(backlog: list[dict[str, Any]], rows: list[CorpusRow]) -> None:
    known = {" ".join(row.text.lower().split()) for row in rows}
    assert [row["id"] for row in backlog if " ".join(row.get("text", "").lower().split()) in known] == []
