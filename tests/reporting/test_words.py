"""Phrases, names and numbers in the page's language."""

import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from pipeline.labels import load_labels
from pipeline.reporting import words as wording
from pipeline.reporting.manager.changes import compare
from pipeline.reporting.shares import share
from pipeline.reporting.words import LANGUAGES, load_words
from pipeline.serving.records import RejectReason

FOLDER = Path(wording.__file__).parent


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_has_a_name(language: str) -> None:
    words = load_words(language)
    named = [words.label(head, code) for head, codes in load_labels(wording.LABELS).codes.items() for code in codes]
    assert all(name[0].isupper() and "_" not in name for name in named)


def test_every_fault_has_a_name() -> None:
    assert set(load_words("ru").phrases["faults"]) == set(RejectReason)


def test_severity_is_named_from_numbers_too() -> None:
    assert [load_words(language).label("severity", 3) for language in LANGUAGES] == [
        "Нужен человек сегодня",
        "Потрібна людина сьогодні",
        "Needs a person today",
    ]


def test_numbers_and_days_follow_the_language() -> None:
    ru, en = load_words("ru"), load_words("en")
    assert (ru.number(1234567), en.number(1234567)) == ("1\u202f234\u202f567", "1,234,567")
    assert (ru.number(3.25), en.number(3.25)) == ("3,2", "3.2")
    assert (ru.day(date(2026, 2, 3)), en.day(date(2026, 2, 3))) == ("03.02.2026", "2026-02-03")
    assert (ru.percent(share(5, 10)), ru.percent(share(0, 0))) == ("50\u202f% (24–76)", "–")


def test_reasons_are_put_into_words() -> None:
    words = load_words("uk")
    assert words.reason("small_margin:category") == "дві причини майже рівні (причина)"
    assert words.reason("never_heard_of:it") == "never heard of (it)"


def test_codes_are_shown_where_no_names_are_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(wording, "LABELS", tmp_path / "labels.yaml")
    monkeypatch.setenv("SKARGA_MODEL", str(tmp_path))
    assert load_words("ru").label("category", "service_loop") == "Service loop"


def test_every_phrase_is_used_and_every_used_phrase_exists() -> None:
    phrases = yaml.safe_load((FOLDER / "phrases.yaml").read_text("utf-8"))["text"]
    files = [path for ending in ("html", "py") for path in FOLDER.rglob(f"*.{ending}")]
    sources = "".join(path.read_text("utf-8") for path in files)
    built = re.compile(r"(by|unit|seam)_\w+|(loyal|spreading)_(title|rule)")
    assert [n for n in phrases if not built.fullmatch(n) and not re.search(rf'["\']{n}["\']', sources)] == []
    assert [name for name in re.findall(r'words\.say\("(\w+)"[,)]', sources) if name not in phrases] == []


def test_changes_are_written_with_their_intervals() -> None:
    words = load_words("ru")
    assert words.change(compare(80, 40, 1.0)) == "+100\u202f% (+37…+192\u202f%)"
    assert words.change(compare(40, 80, 1.0)).startswith("−50\u202f% (−66…")
    assert words.change(compare(5, 0, 1.0)) == "раньше не было"
    assert words.change(compare(0, 0, 1.0)) == "без изменений"


def test_without_a_checkout_the_names_come_from_the_bundle_in_use(bundle_dir, monkeypatch, tmp_path):
    monkeypatch.setattr(wording, "LABELS", tmp_path / "labels.yaml")
    monkeypatch.setenv("SKARGA_MODEL", str(bundle_dir))
    assert load_words("uk").label("category", "delivery") == "Замовлення та доставка"
