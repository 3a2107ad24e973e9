"""The manager's page: its facts, its languages, and nothing that could hurt the reader."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import SkargaError
from pipeline.reporting.backlog import write_report

Row = dict[str, Any]
HOSTILE = "<script>alert(1)</script>\"'><img src=https://evil.example/x onerror=alert(2)>\x00\u202e"


@pytest.fixture
def rows(row: Callable[..., Row]) -> list[Row]:
    """Ten messages: nine complaints, three seams, one praise; figures below are counted by hand."""
    signal = {"code": "legal_threat", "start": 0, "end": 6, "text": "Третій"}
    place = {"company": "Оріон", "channel": "chat"}
    return [
        *[row(id=f"d{n}", date=f"2026-01-0{n}", outcome="upheld", **place) for n in range(1, 5)],
        row(id="urgent", severity=3, category="safety_privacy", categories=["safety_privacy"], date="2026-02-01"),
        *[
            row(id=f"s{n}", categories=["delivery", "service_loop"], emotions=[], outcome="rejected", **place)
            for n in range(3)
        ],
        row(
            id="unsure",
            language="ru",
            category="service_loop",
            categories=["service_loop"],
            category_confidence=0.31,
            emotions=["anger", "fear"],
            signals=[signal],
            needs_review=True,
            review_reasons=["low_confidence:category", "brand_new_reason"],
            date="колись",
        ),
        row(id="thanks", category="not_complaint", categories=["not_complaint"], severity=1, emotions=["joy"]),
    ]


def test_the_facts(tagged: Callable[..., Path], rows: list[Row], read_page: Callable[..., Any], tmp_path: Path) -> None:
    write_report(tagged(rows), tmp_path / "report.html", "en")
    page = read_page(tmp_path / "report.html")
    assert "2026-01-01 – 2026-02-01 · 10 messages" in page.text
    assert "9 complaints 90 % (60–98) of all messages" in page.text
    assert "1 need a person today 11 % (2–43) of complaints" in page.text
    assert "4 stuck between departments 44 % (19–73) of complaints" in page.text
    assert "1 for a person to check 10 % (2–40) of all messages" in page.text
    assert page.row("Delivery")[2:] == ["7 / 7", "78 % (45–94)"]
    assert page.row("Service loop")[2:] == ["1 / 4", "11 % (2–43)"]
    assert page.row("Neutral")[2:] == ["3", "33 % (12–65)"]
    assert page.row("Upheld")[2] == "4"
    assert page.row("Not stated")[2] == "2"
    assert "favour: 57 % (25–84)." in page.text
    assert page.row("Legal threat")[2] == "1"
    assert page.row("Chat")[2:] == ["7", "100 % (65–100)"]
    assert "Without a readable date: 4." in page.text
    assert page.row("unsure") == [
        "unsure", "–", "2", "Service loop", "31 %", "the model is unsure (reason); brand new reason"
    ]  # fmt: skip


@pytest.mark.parametrize(
    "expected",
    [
        ("ru", ["Жалобы клиентов", "Заказ и доставка", "Гнев", "Чат", "модель не уверена (причина)", "01.01.2026"]),
        ("uk", ["Скарги клієнтів", "Замовлення та доставка", "Гнів", "Чат", "модель не певна (причина)"]),
        (None, ["Скарги клієнтів"]),
    ],
)
def test_the_languages(
    tagged: Callable[..., Path],
    rows: list[Row],
    read_page: Callable[..., Any],
    tmp_path: Path,
    expected: tuple[str | None, list[str]],
) -> None:
    language, words = expected
    write_report(tagged(rows), tmp_path / "report.html", language)
    page = read_page(tmp_path / "report.html")
    assert ("lang", language or "uk") in page.attributes
    assert [word for word in words if word not in page.text] == []


def test_an_unknown_language_is_refused(tagged: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(SkargaError, match="did you mean 'en'"):
        write_report(tagged([]), tmp_path / "report.html", "de")


def test_the_page_needs_nothing_else_and_runs_nothing(
    tagged: Callable[..., Path], row: Callable[..., Row], read_page: Callable[..., Any], tmp_path: Path
) -> None:
    fields = ("id", "text", "company", "product", "channel", "outcome", "date", "model_version")
    hostile = row(**dict.fromkeys(fields, HOSTILE), needs_review=True, review_reasons=[HOSTILE])
    source = tagged([hostile])
    Path(f"{source}.run.json").write_text(json.dumps({"rows_out": HOSTILE, "started": HOSTILE}), "utf-8")
    Path(f"{source}.rejected.jsonl").write_text(json.dumps({"row": 1, "reason": HOSTILE, "raw": ""}) + "\n", "utf-8")
    write_report(source, tmp_path / "report.html", "en", show_text=True)
    html = (tmp_path / "report.html").read_text("utf-8")
    page = read_page(tmp_path / "report.html")
    assert {"script", "img", "link", "iframe", "object", "form"}.isdisjoint(page.tags)
    assert [name for name, _ in page.attributes if name.startswith("on") or name == "src"] == []
    assert [value for name, value in page.attributes if name == "href" and not str(value).startswith("#")] == []
    assert "url(" not in html
    assert "@import" not in html
    assert "\x00" not in html
    assert html.count("&lt;script&gt;") >= len(fields) - 2


def test_texts_appear_on_request_alone_and_masked(
    tagged: Callable[..., Path], row: Callable[..., Row], tmp_path: Path
) -> None:
    text = "Мій номер +380 00 000 00 01, пошта olena@example.com, чекаю дзвінка"
    source = tagged([row(text=text, needs_review=True, review_reasons=["too_short"])])
    write_report(source, tmp_path / "report.html", "uk")
    assert "чекаю дзвінка" not in (tmp_path / "report.html").read_text("utf-8")
    write_report(source, tmp_path / "report.html", "uk", show_text=True)
    html = (tmp_path / "report.html").read_text("utf-8")
    assert "чекаю дзвінка" in html
    assert "00 01" not in html
    assert "example.com" not in html


def test_long_texts_are_cut_after_masking(tagged: Callable[..., Path], row: Callable[..., Row], tmp_path: Path) -> None:
    text = "а" * 595 + " +380 00 000 00 01" + " б" * 400
    write_report(tagged([row(text=text, needs_review=True)]), tmp_path / "report.html", "uk", show_text=True)
    html = (tmp_path / "report.html").read_text("utf-8")
    assert "+380" not in html
    assert " …" in html


def test_an_empty_file_is_an_honest_page(
    tagged: Callable[..., Path], read_page: Callable[..., Any], tmp_path: Path
) -> None:
    write_report(tagged([]), tmp_path / "report.html", "en")
    page = read_page(tmp_path / "report.html")
    assert "The file holds no messages." in page.text
    assert "svg" not in page.tags


def test_one_praise_and_no_complaint(
    tagged: Callable[..., Path], row: Callable[..., Row], read_page: Callable[..., Any], tmp_path: Path
) -> None:
    praise = row(category="not_complaint", categories=["not_complaint"])
    write_report(tagged([praise]), tmp_path / "report.html", "en")
    assert "None of the messages is a complaint." in read_page(tmp_path / "report.html").text


def test_no_dates(
    tagged: Callable[..., Path], row: Callable[..., Row], read_page: Callable[..., Any], tmp_path: Path
) -> None:
    write_report(tagged([row()] * 100), tmp_path / "report.html", "en")
    page = read_page(tmp_path / "report.html")
    assert "No complaint has a date." in page.text
    assert page.row("Delivery")[2] == "100 / 100"


def test_the_run_and_the_rows_set_aside(
    tagged: Callable[..., Path], row: Callable[..., Row], read_page: Callable[..., Any], tmp_path: Path
) -> None:
    source = tagged([row()])
    run = {"rows_in": 1500, "rows_out": 3, "rows_rejected": 2, "seconds": 1.25, "started": "2026-07-01T09:00:00+00:00"}
    Path(f"{source}.run.json").write_text(json.dumps(run), "utf-8")
    lines = [{"row": n, "reason": "empty_text", "raw": "таємниця"} for n in range(1, 13)]
    rejected = "".join(json.dumps(line) + "\n" for line in lines)
    Path(f"{source}.rejected.jsonl").write_text(rejected, "utf-8")
    write_report(source, tmp_path / "report.html", "uk", show_text=True)
    page = read_page(tmp_path / "report.html")
    assert page.row("Рядків на вході")[1] == "1 500"
    assert page.row("Версія моделі")[1] == "1.0.0+abcdef12"
    assert page.row("порожній текст")[1:] == ["12", "1, 2, 3, 4, 5, 6, 7, 8, 9, 10"]
    assert "за записом про запуск рядків 3, у файлі 1" in page.text
    assert "таємниця" not in page.text


@pytest.mark.parametrize(
    ("name", "content"),
    [("run.json", "[]"), ("run.json", "{"), ("rejected.jsonl", "{\n"), ("rejected.jsonl", '{"row": "1"}\n')],
)
def test_broken_companions_are_refused_by_name(
    tagged: Callable[..., Path], tmp_path: Path, name: str, content: str
) -> None:
    source = tagged([])
    Path(f"{source}.{name}").write_text(content, "utf-8")
    with pytest.raises(SkargaError, match=rf"tagged\.jsonl\.{name} is not what skarga tag writes"):
        write_report(source, tmp_path / "report.html")


def test_the_tagged_file_is_not_overwritten(tagged: Callable[..., Path], row: Callable[..., Row]) -> None:
    source = tagged([row()])
    with pytest.raises(SkargaError, match="is the tagged file itself"):
        write_report(source, source.parent / "." / source.name)
    assert source.read_text("utf-8").startswith('{"id": "r-1"')


def test_a_missing_folder_leaves_nothing_behind(tagged: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(SkargaError, match="cannot be written"):
        write_report(tagged([]), tmp_path / "nowhere" / "report.html")
    (tmp_path / "taken").mkdir()
    with pytest.raises(SkargaError, match="cannot be written"):
        write_report(tagged([]), tmp_path / "taken")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tagged.jsonl", "taken"]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40), st.sampled_from(["ru", "uk", "en"]))
def test_any_text_makes_a_page(
    tagged: Callable[..., Path], row: Callable[..., Row], tmp_path: Path, value: str, language: str
) -> None:
    names = ("id", "text", "date", "channel", "company", "product", "outcome", "category", "emotion")
    odd = row(**dict.fromkeys(names, value), emotions=[value], review_reasons=[value], needs_review=True)
    write_report(tagged([odd]), tmp_path / "report.html", language, show_text=True)
    assert (tmp_path / "report.html").read_text("utf-8").rstrip().endswith("</html>")
