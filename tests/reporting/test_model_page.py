"""The scientist's page: tables, curves and confusions from files, and nothing from elsewhere."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import SkargaError
from pipeline.reporting.model import write_model_report
from pipeline.reporting.panels import LEFT, SIDE, TOP, confusions, coverage_panels, reliability_panels

ROBUSTNESS = {"corpus": {"no_emoji": {"category": {"all": {"n": 5, "before": 0.7, "after": 0.6, "drop": 0.1}}}}}
METRICS = {"corpus": {"skarga": {"category": {"all": {"n": 9, "macro_f1": 0.7, "accuracy": 0.8}}}}}


@pytest.fixture
def plots(tmp_path: Path) -> Path:
    def write(name: str, header: str, rows: list[list[Any]]) -> None:
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header.split(","), *rows])

    bins = [["corpus", "category", language, n, n / 4, n / 5, n] for language in ("uk", "all") for n in range(1, 5)]
    write("reliability.csv", "test,task,language,bin,confidence,accuracy,count", bins)
    risks = [["corpus", "category", "all", n / 1000, 0.23 * n / 1000] for n in range(1, 1001)]
    write("coverage.csv", "test,task,language,coverage,risk", risks)
    pairs = [["corpus", "delivery", "delivery", 8], ["corpus", "delivery", "other", 2], ["corpus", "other", "other", 3]]
    write("confusion.csv", "test,actual,predicted,count", pairs)
    return tmp_path


def test_the_page(plots: Path, read_page: Callable[..., Any]) -> None:
    write_model_report(METRICS, ROBUSTNESS, plots, plots / "model.html")
    page = read_page(plots / "model.html")
    assert page.row("category") == ["category", "all", "9", "macro f1", "0.700", "–", "–", "0.800", "–", "–"]
    assert ["category", "no emoji", "5", "0.700", "0.600", "+0.100", "–", "–", "–"] in page.rows
    assert page.row("delivery") == ["delivery", "8", "2"]
    assert page.tags.count("polyline") == 3
    assert {"script", "img", "link"}.isdisjoint(page.tags)
    assert [value for name, value in page.attributes if name in {"src", "href"}] == ["#content"]


def test_reliability_lies_in_the_square_and_larger_bins_are_larger(plots: Path) -> None:
    panel = reliability_panels(plots / "reliability.csv")[0]
    assert [line.language for line in panel.lines] == ["all", "uk"]
    points = panel.lines[0].points
    assert (points[-1].x, points[-1].y) == (LEFT + SIDE, pytest.approx(TOP + 0.2 * SIDE))
    assert [point.radius for point in points] == sorted(point.radius for point in points)
    assert points[0].title == "all: confidence 0.25, accuracy 0.20, 1 rows"


def test_a_long_curve_is_thinned_and_keeps_its_end(plots: Path) -> None:
    panel = coverage_panels(plots / "coverage.csv")[0]
    assert panel.top == 0.3
    assert len(panel.lines[0].points) <= 101
    assert panel.lines[0].points[-1].x == LEFT + SIDE
    assert panel.lines[0].points[-1].title == "all: 100% answered, 23.0% wrong"


def test_confusions_are_ordered_by_the_labels_people_gave(plots: Path) -> None:
    confusion = confusions(plots / "confusion.csv")[0]
    assert confusion.labels == ["delivery", "other"]
    assert [[cell.count for cell in cells] for _, cells in confusion.table] == [[8, 2], [0, 3]]


def test_nothing_measured_is_said(tmp_path: Path, read_page: Callable[..., Any]) -> None:
    write_model_report({}, {}, tmp_path, tmp_path / "model.html")
    assert "Nothing has been measured yet." in read_page(tmp_path / "model.html").text


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    (tmp_path / "coverage.csv").write_text("test,task,language,coverage\n", "utf-8")
    with pytest.raises(SkargaError, match="no column 'risk'"):
        coverage_panels(tmp_path / "coverage.csv")
