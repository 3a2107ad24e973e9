"""The manager's page as written: its figures, its languages, and what it makes of odd files."""

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import SkargaError
from pipeline.reporting.backlog import write_report
from pipeline.reporting.manager import rows as shipped_rows
from pipeline.reporting.manager.findings import Sources

Row = dict[str, Any]
HOSTILE = "<script>alert(1)</script>\"'><img src=https://evil.example/x onerror=alert(2)>\x00\u202e"


@pytest.fixture
def write(tagged: Callable[..., Path], read_page: Callable[..., Any], tmp_path: Path) -> Callable[..., Any]:
    """Write the page of some rows and read it."""

    def page(rows: list[Row], language: str | None = "en", show_text: bool = False) -> Any:
        write_report(Sources(tagged(rows)), tmp_path / "report.html", language, show_text)
        return read_page(tmp_path / "report.html")

    return page


def packed(path: Path) -> dict[str, Any]:
    """Return the rows that the page carries."""
    found = re.search(r'id="packed">([^<]*)<', path.read_text("utf-8"))
    assert found
    return json.loads(gzip.decompress(base64.b64decode(found[1])))


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


def test_the_facts(write: Callable[..., Any], rows: list[Row]) -> None:
    page = write(rows)
    assert "2026-01-01 – 2026-02-01 · Messages: 10" in page.text
    assert "Complaints 9 90 % (60–98) of all messages" in page.text
    assert "Need a person today 1 11 % (2–43) of all complaints" in page.text
    assert "Stuck between departments 4 44 % (19–73) of all complaints" in page.text
    assert "For a person to check 1 10 % (2–40) of all messages" in page.text
    assert page.row("Delivery")[2] == "7"
    assert page.row("Delivery")[3].startswith("78 % (45–94)")
    assert page.row("Neutral")[2] == "3"
    assert page.row("Upheld")[2:] == ["4", "44 % (19–73)"]
    assert page.row("Not stated")[2] == "2"
    assert "favour: 57 % (25–84)." in page.text
    assert page.row("Legal threat")[2] == "1"
    assert page.row("Chat")[2] == "7"
    assert "Without a date: 4. Messages with a date that cannot be read: 1." in page.text
    assert page.row("unsure")[2:] == ["2", "Service loop 31 %", "–", "the model is unsure (reason); brand new reason"]


@pytest.mark.parametrize(
    "expected",
    [
        ("ru", ["Жалобы клиентов", "Заказ и доставка", "Гнев", "Чат", "модель не уверена (причина)", "01.01.2026"]),
        ("uk", ["Скарги клієнтів", "Замовлення та доставка", "Гнів", "Чат", "модель не певна (причина)"]),
        (None, ["Скарги клієнтів"]),
    ],
)
def test_the_languages(write: Callable[..., Any], rows: list[Row], expected: tuple[str | None, list[str]]) -> None:
    language, words = expected
    page = write(rows, language)
    assert ("lang", language or "uk") in page.attributes
    assert [word for word in words if word not in page.text] == []


def test_an_unknown_language_is_refused(tagged: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(SkargaError, match="did you mean 'en'"):
        write_report(Sources(tagged([])), tmp_path / "report.html", "de")


def test_what_got_worse_is_said_in_words(write: Callable[..., Any], row: Callable[..., Row]) -> None:
    day = date(2026, 1, 1)
    steady = [row(id=f"{n}-{k}", date=str(day + timedelta(n))) for n in range(56) for k in range(3)]
    grown = [
        row(id=f"w{n}", category="waiting_time", categories=["waiting_time"], date=str(day + timedelta(28 + n % 28)))
        for n in range(60)
    ]
    page = write([*steady, *grown])
    assert "From 2026-01-29 to 2026-02-25 (28 days) complaints: 144 , in as many days before – 84 :" in page.text
    assert "Waiting time 60 was 0 ▲ none before" in page.text
    assert "Delivery 84" not in page.text.split("Where customers fall")[0]


def test_nothing_worse_and_nothing_to_compare(write: Callable[..., Any], row: Callable[..., Row]) -> None:
    day = date(2026, 1, 1)
    assert (
        "Nothing grew by more than chance explains."
        in write([row(date=str(day + timedelta(n))) for n in range(56)]).text
    )
    assert "There is nothing to compare with" in write([row(date="2026-01-01")] * 9).text


def test_only_our_scripts_may_run_and_nothing_is_fetched(
    write: Callable[..., Any], row: Callable[..., Row], tmp_path: Path
) -> None:
    fields = ("id", "text", "company", "product", "channel", "outcome", "date", "model_version", "customer_id")
    hostile = row(**dict.fromkeys(fields, HOSTILE), needs_review=True, review_reasons=[HOSTILE])
    page = write([hostile], show_text=True)
    html = (tmp_path / "report.html").read_text("utf-8")
    policy = next(value for name, value in page.attributes if name == "content" and "default-src" in str(value))
    running = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    allowed = [f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in running]
    assert policy == f"default-src 'none'; style-src 'unsafe-inline'; script-src {' '.join(allowed)}"
    assert {"img", "link", "iframe", "object"}.isdisjoint(page.tags)
    assert [name for name, _ in page.attributes if name.startswith("on") or name == "src"] == []
    assert [value for name, value in page.attributes if name == "href" and not str(value).startswith("#")] == []
    assert "evil.example" not in "".join(running)
    assert "\x00" not in html
    assert "<script>alert" not in html


def test_texts_appear_on_request_alone_and_masked(
    write: Callable[..., Any], row: Callable[..., Row], tmp_path: Path
) -> None:
    text = "Мій номер +380 00 000 00 01, пошта olena@example.com, чекаю дзвінка"
    asked = row(text=text, needs_review=True, review_reasons=["too_short"], customer_id="olena@example.com")
    write([asked])
    html, data = (tmp_path / "report.html").read_text("utf-8"), packed(tmp_path / "report.html")
    assert "чекаю" not in html + json.dumps(data, ensure_ascii=False)
    assert "example.com" not in html + json.dumps(data, ensure_ascii=False)
    assert data["texts"] == {}
    write([asked], show_text=True)
    html, data = (tmp_path / "report.html").read_text("utf-8"), packed(tmp_path / "report.html")
    assert "чекаю дзвінка" in html
    assert "чекаю дзвінка" in data["texts"]["0"]
    assert "00 01" not in html + data["texts"]["0"]
    assert "example.com" not in html + json.dumps(data, ensure_ascii=False)


def test_long_texts_are_cut_after_masking(write: Callable[..., Any], row: Callable[..., Row], tmp_path: Path) -> None:
    text = "а" * 595 + " +380 00 000 00 01" + " б" * 400
    write([row(text=text, needs_review=True, review_reasons=["too_short"])], show_text=True)
    html = (tmp_path / "report.html").read_text("utf-8")
    assert "+380" not in html
    assert " …" in html


def test_more_rows_than_the_page_holds_are_said_and_counted(
    write: Callable[..., Any], row: Callable[..., Row], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipped_rows, "MOST_ROWS", 3)
    monkeypatch.setattr(shipped_rows, "MOST_TEXTS", 2)
    page = write(
        [row(id=f"r{n}", date=f"2026-01-0{n}", severity=3 if n == 1 else 2) for n in range(1, 10)], show_text=True
    )
    data = packed(tmp_path / "report.html")
    assert data["id"] == ["r1", "r8", "r9"]
    assert len(data["texts"]) == 2
    assert page.text.count("Rows shown behind the figures: 3 of 9") == 2
    assert "Texts without personal data: 2 of 9" in page.text
    assert page.row("Delivery")[2] == "9"


def test_an_empty_file_is_an_honest_page(write: Callable[..., Any]) -> None:
    page = write([])
    assert "The file holds no messages." in page.text
    assert {"dialog", "nav"}.isdisjoint(page.tags)


def test_one_praise_and_no_complaint(write: Callable[..., Any], row: Callable[..., Row]) -> None:
    page = write([row(category="not_complaint", categories=["not_complaint"])])
    assert "None of the messages is a complaint." in page.text
    assert "What got worse" not in page.text


def test_no_dates(write: Callable[..., Any], row: Callable[..., Row]) -> None:
    page = write([row()] * 100)
    assert "No complaint has a date." in page.text
    assert "Without a date: 100." in page.text
    assert page.row("Delivery")[2] == "100"


def test_ten_years_in_one_file(write: Callable[..., Any], row: Callable[..., Row]) -> None:
    day = date(2016, 1, 1)
    page = write([row(id=str(n), date=str(day + timedelta(5 * n))) for n in range(730)])
    assert "Q1 2016" in page.text
    assert "by month" in page.text
    assert "by day" not in page.text


def test_a_date_that_cannot_be_true_stretches_no_chart(write: Callable[..., Any], row: Callable[..., Row]) -> None:
    days = [str(date(2026, 1, 1) + timedelta(n % 60)) for n in range(300)]
    page = write([row(date=day) for day in [*days, "2099-12-31", "1970-01-01"]])
    assert "2026-01-01 – 2026-03-01" in page.text
    assert "Dates more than a year away from all others, likely errors: 2." in page.text


def test_several_models_and_missing_fields_are_said_first(write: Callable[..., Any], row: Callable[..., Row]) -> None:
    old = row(model_version="0.9")
    del old["signals"], old["complainer_risk"]
    page = write([row(), row(), old])
    assert "The file is mixed or incomplete, see" in page.text
    assert "Rows were tagged by several versions" in page.text
    assert "The file lacks fields, or they are empty: complainer_risk, signals." in page.text


def test_columns_named_like_ours_are_left_alone(
    write: Callable[..., Any], row: Callable[..., Row], tmp_path: Path
) -> None:
    write([row(flags="x", score="high", texts=1, row="9", input_category="наша", where="тут")])
    data = packed(tmp_path / "report.html")
    assert (data["row"], data["score"]) == ([1], [-1])


def test_conduct_is_shown_with_what_speaks_against_it(write: Callable[..., Any], row: Callable[..., Row]) -> None:
    reasons = [
        {"code": "frequency", "weight": 1.5, "detail": "6 complaints in 90 days, call +380 00 000 00 01"},
        {"code": "company_at_fault", "weight": -0.7, "detail": ""},
    ]
    one = row(customer_id="K-7", complainer_risk="review", complainer_risk_score=0.83, complainer_risk_reasons=reasons)
    cells = write([one, row()]).row("K-7 r-1")
    assert cells[2:] == [
        "for a person to review, 83 %",
        "Delivery",
        "6 complaints in 90 days, call <phone>",
        "company at fault",
    ]


def test_conduct_is_told_in_the_language_of_the_page(write: Callable[..., Any], row: Callable[..., Row]) -> None:
    reasons = [
        {"code": "own_duplicates", "weight": 1.4, "detail": "2 earlier messages with the same wording"},
        {"code": "upheld", "weight": -0.7, "detail": "6 of 9 decided complaints were found justified"},
    ]
    one = row(customer_id="K-7", complainer_risk="review", complainer_risk_score=0.83, complainer_risk_reasons=reasons)
    cells = write([one, row()], "uk").row("K-7 r-1")
    assert cells[4:] == [
        "попередніх повідомлень тими самими словами: 2",
        "із вирішених скарг (9) людина визнала обґрунтованими: 6",
    ]


def test_the_run_and_the_rows_set_aside(write: Callable[..., Any], row: Callable[..., Row], tmp_path: Path) -> None:
    source = tmp_path / "tagged.jsonl"
    run = {"rows_in": 1500, "rows_out": 3, "rows_rejected": 2, "seconds": 1.25, "started": "2026-07-01T09:00:00+00:00"}
    Path(f"{source}.run.json").write_text(json.dumps(run), "utf-8")
    lines = [{"row": n, "reason": "empty_text", "raw": "таємниця"} for n in range(1, 13)]
    rejected = "".join(json.dumps(line) + "\n" for line in lines)
    Path(f"{source}.rejected.jsonl").write_text(rejected, "utf-8")
    page = write([row()], "uk", show_text=True)
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
    write: Callable[..., Any], tmp_path: Path, name: str, content: str
) -> None:
    (tmp_path / f"tagged.jsonl.{name}").write_text(content, "utf-8")
    with pytest.raises(SkargaError, match=rf"tagged\.jsonl\.{name} is not what skarga tag writes"):
        write([])


def test_drift_is_told_in_the_language_of_the_page(
    write: Callable[..., Any], row: Callable[..., Row], tmp_path: Path
) -> None:
    longer = {"measure": "length", "moved": 0.3, "drifted": True, "mean_before": 120.25, "mean_now": 310.5}
    report = {"drifted": True, "rows": 900, "reference_rows": 3000, "findings": [longer], "retrain": "yes"}
    (tmp_path / "tagged.jsonl.drift.json").write_text(json.dumps(report), "utf-8")
    page = write([row()], "uk")
    assert "Модель час перенавчити." in page.text
    assert page.row("довжина тексту") == ["довжина тексту", "30 %", "120 → 310"]


def test_no_input_is_overwritten(tagged: Callable[..., Path], row: Callable[..., Row]) -> None:
    source = tagged([row()])
    for sources in (Sources(source), Sources(source.with_name("other.jsonl"), history=source)):
        with pytest.raises(SkargaError, match="is an input itself"):
            write_report(sources, source.parent / "." / source.name)
    assert source.read_text("utf-8").startswith('{"id": "r-1"')


def test_a_missing_folder_leaves_nothing_behind(tagged: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(SkargaError, match="cannot be written"):
        write_report(Sources(tagged([])), tmp_path / "nowhere" / "report.html")
    (tmp_path / "taken").mkdir()
    with pytest.raises(SkargaError, match="cannot be written"):
        write_report(Sources(tagged([])), tmp_path / "taken")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tagged.jsonl", "taken"]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40), st.sampled_from(["ru", "uk", "en"]))
def test_any_text_makes_a_page(
    tagged: Callable[..., Path], row: Callable[..., Row], tmp_path: Path, value: str, language: str
) -> None:
    names = ("id", "text", "date", "channel", "company", "product", "outcome", "category", "emotion", "customer_id")
    odd = row(**dict.fromkeys(names, value), emotions=[value], review_reasons=[value], needs_review=True)
    write_report(Sources(tagged([odd])), tmp_path / "report.html", language, show_text=True)
    assert (tmp_path / "report.html").read_text("utf-8").rstrip().endswith("</html>")
    assert len(packed(tmp_path / "report.html")["id"]) == 1
