"""The manager's page as a manager uses it."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from pipeline.reporting.backlog import write_report
from pipeline.reporting.manager.findings import Sources

from .conftest import LAPTOP, PHONE
from .simulated import simulate, write_rows

pytestmark = pytest.mark.browser
Row = dict[str, Any]

CLICK_ALL = """async () => {
    const found = [];
    for (const button of document.querySelectorAll('main .count')) {
        button.click();
        await new Promise((done) => setTimeout(done));
        const told = document.querySelector('[data-part="told"]').textContent;
        document.getElementById('rows').close();
        found.push([button.textContent, told.split(' / ')[0].split(': ')[1], button.dataset.where]);
    }
    return found;
}"""
LARGEST_BAR = """() => {
    const boxes = [...document.querySelectorAll('#timeline .mark-rect path')].map((one) => one.getBoundingClientRect());
    const box = boxes.reduce((most, one) => (one.height > most.height ? one : most));
    return [box.x + box.width / 2, box.y + box.height / 2];
}"""
NAMELESS = """() => [...document.querySelectorAll('button, input, select, [role=img], [role=region], svg')]
    .filter((one) => !one.closest('svg *, [role=img] *') && !(one.getAttribute('aria-label') || one.textContent.trim()
        || one.closest('label')?.textContent.trim() || one.getAttribute('aria-labelledby')))
    .map((one) => one.outerHTML.slice(0, 80))"""


def digits(text: str) -> int:
    return int("".join(letter for letter in text if letter.isdigit()))


@pytest.mark.parametrize("language", ["ru", "uk", "en"])
@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_it_opens_without_errors_or_network_and_fits(report, open_page, language, size) -> None:
    opened = open_page(report(language), size)
    page = opened.page
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.locator("#timeline").scroll_into_view_if_needed()
    expect(page.locator("#timeline svg")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.locator("nav [data-where]").click()
    assert page.evaluate("document.getElementById('rows').scrollWidth") <= size["width"]
    assert opened.found() == 100
    assert page.evaluate(NAMELESS) == []
    assert (opened.problems, opened.requests) == ([], [])


def test_every_number_leads_to_as_many_rows(report, open_page) -> None:
    opened = open_page(report())
    clicked = opened.page.evaluate(CLICK_ALL)
    assert len(clicked) > 60
    assert [one for one in clicked if digits(one[0]) != digits(one[1])] == []
    assert opened.problems == []


def test_filters_narrow_and_clear(report, open_page, backlog: list[Row]) -> None:
    opened = open_page(report())
    page = opened.page
    page.locator("nav [data-where]").click()
    page.select_option('[data-field="language"]', "uk")
    page.select_option('[data-field="channel"]', "chat")
    page.fill('[data-field="from"]', "2026-05-01")
    page.fill('[data-field="to"]', "2026-06-15")
    expected = [
        row
        for row in backlog
        if row["language"] == "uk" and row["channel"] == "chat" and "2026-05-01" <= row["date"] <= "2026-06-15"
    ]
    assert opened.found() == len(expected) > 0
    page.click('[data-part="clear"]')
    assert opened.found() == 100
    page.fill('[data-field="search"]', backlog[7]["customer_id"].lower())
    assert opened.found() == sum(row["customer_id"].startswith(backlog[7]["customer_id"]) for row in backlog)
    page.fill('[data-field="search"]', backlog[7]["text"][20:60].split("<")[0])
    assert opened.found() >= 1
    page.fill('[data-field="search"]', "немає такого ніде")
    assert opened.found() == 0
    assert page.is_disabled('[data-part="export"]')


@pytest.mark.parametrize("field", ["severity", "emotions", "outcome", "risk", "product"])
def test_every_choice_finds_the_rows_that_have_it(report, open_page, backlog: list[Row], field: str) -> None:
    opened = open_page(report())
    page, name = opened.page, {"risk": "complainer_risk"}.get(field, field)
    page.locator("nav [data-where]").click()
    values = page.eval_on_selector_all(
        f'[data-field="{field}"] option', "all => all.map((one) => one.value).filter(Boolean)"
    )
    held = {"emotions": lambda row: row["emotions"] or ["neutral"]}.get(field, lambda row: [str(row[name])])
    for value in values:
        page.select_option(f'[data-field="{field}"]', value)
        assert opened.found() == sum(value in held(row) for row in backlog)
    assert values


def test_conditions_without_a_field_are_shown_and_removed(report, open_page) -> None:
    opened = open_page(report())
    opened.page.locator("#what .count").first.click()
    chips = opened.page.locator('[data-part="chips"] button')
    before = opened.found()
    assert [text.split(":")[0] for text in chips.all_inner_texts()] == ["Main reason", "Complaints only ×"]
    chips.first.click()
    assert opened.found() > before
    chips.first.click()
    assert opened.found() == 100


def test_the_rows_are_ordered_and_paged(report, open_page) -> None:
    page = open_page(report()).page
    page.locator("nav [data-where]").click()
    days = page.locator('[data-part="rows"] tr:not(.text) td:nth-child(2)').all_inner_texts()
    assert days == sorted(days, reverse=True)
    assert len(days) == 50
    page.click('[data-part="later"]')
    assert page.inner_text('[data-part="page"]') == "2 / 2"
    page.click('[data-sort="severity"]')
    assert page.locator('th[aria-sort="descending"]').inner_text() == "Urgency"
    levels = page.locator('[data-part="rows"] .level').all_inner_texts()
    assert levels == sorted(levels, reverse=True)


@pytest.mark.parametrize(("language", "separator"), [("en", ","), ("uk", ";")])
def test_found_rows_are_saved_and_no_formula_runs(report, open_page, backlog: list[Row], language, separator) -> None:
    opened = open_page(report(language))
    page = opened.page
    page.locator("nav [data-where]").click()
    page.select_option('[data-field="product"]', "=інтернет")
    with page.expect_download() as saved:
        page.click('[data-part="export"]')
    raw = Path(saved.value.path()).read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    lines = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig")), delimiter=separator))
    expected = [row for row in backlog if row["product"] == "=інтернет"]
    assert sorted(line["id"] for line in lines) == sorted(row["id"] for row in expected)
    assert {line["product"] for line in lines} == {"'=інтернет"}
    assert {line["row"] for line in lines} == {str(1 + backlog.index(row)) for row in expected}
    assert all(not cell.startswith(("=", "+", "@", "-")) for line in lines for cell in line.values())


def test_it_can_be_used_by_keyboard(report, open_page) -> None:
    page = open_page(report()).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("Tab")
    number = page.evaluate("document.activeElement.dataset.where")
    page.keyboard.press("Enter")
    expect(page.locator("#rows")).to_be_visible()
    assert page.evaluate("document.activeElement.closest('dialog').id") == "rows"
    page.keyboard.press("Escape")
    expect(page.locator("#rows")).to_be_hidden()
    assert page.evaluate("document.activeElement.dataset.where") == number


def test_a_column_of_the_chart_leads_to_its_rows_and_units_change(report, open_page) -> None:
    opened = open_page(report())
    page = opened.page
    page.locator("#timeline").scroll_into_view_if_needed()
    expect(page.locator("#timeline svg")).to_be_visible()
    page.mouse.click(*page.evaluate(LARGEST_BAR))
    expect(page.locator("#rows")).to_be_visible()
    assert 0 < opened.found() < 100
    page.keyboard.press("Escape")
    page.check('input[value="timeline-month"]')
    expect(page.locator("#timeline")).to_have_attribute("data-chart", "timeline-month")
    page.locator("#when summary").click()
    shown = page.locator("#when table:not([hidden]) tbody tr")
    assert shown.count() == 6
    expect(page.locator("#timeline svg")).to_contain_text("06.2026")
    assert opened.problems == []


def test_without_show_text_no_message_is_in_the_page(report, open_page, backlog: list[Row]) -> None:
    opened = open_page(report("en", show_text=False))
    opened.page.locator("nav [data-where]").click()
    assert opened.page.locator("tr.text").count() == 0
    texts = opened.page.content()
    sentences = {row["text"] for row in backlog if len(row["text"]) > 40}
    assert len(sentences) > 20
    assert [text for text in sentences if text[:40] in texts] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_what_is_behind_them(report, open_page, scheme) -> None:
    page = open_page(report(), color_scheme=scheme).page
    ink, paper, soft = (
        page.evaluate(f"getComputedStyle(document.querySelector('{where}')).{what}")
        for where, what in (("body", "color"), ("body", "backgroundColor"), (".soft", "color"))
    )
    assert contrast(ink, paper) >= 7
    assert contrast(soft, paper) >= 4.5


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG 2.2 defines it."""

    def light(color: str) -> float:
        parts = [int(part) / 255 for part in color.strip("rgb()").split(",")[:3]]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.slow
def test_a_hundred_thousand_rows_are_small_and_open_at_once(
    tags: list[Row], open_page: Callable[..., Any], tmp_path
) -> None:
    source = write_rows(simulate(tags, 100_000, days=365), tmp_path / "tagged.jsonl")
    write_report(Sources(source), tmp_path / "report.html", "uk", show_text=True)
    assert (tmp_path / "report.html").stat().st_size < 15 * 2**20
    opened = open_page(tmp_path / "report.html")
    session = opened.page.context.new_cdp_session(opened.page)
    # The time of the page's own thread: what else the machine does meanwhile does not count.
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    opened.page.reload()
    opened.page.wait_for_selector("html.ready")
    metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    assert 0 < metrics["TaskDuration"] < 3
    opened.page.locator("nav [data-where]").click()
    assert opened.found() == 100_000
    assert (opened.problems, opened.requests) == ([], [])
