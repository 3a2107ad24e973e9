"""models/metrics.json, models/robustness.json and the CSV files of models/plots → the scientist's page."""

from pathlib import Path

from pipeline.reporting.page import render, write_page
from pipeline.reporting.panels import confusions, coverage_panels, reliability_panels
from pipeline.reporting.robustness import Robustness, robustness_rows, show_drop
from pipeline.reporting.scores import LANGUAGES, SYSTEMS, Metrics, score_rows, show, show_score


def write_model_report(metrics: Metrics, robustness: Robustness, plots_dir: Path, output: Path) -> None:
    """Write one HTML page: scores, robustness, reliability, coverage and risk, confusions.

    A missing CSV leaves its part out.

    Raises:
        SkargaError: A CSV file lacks a column, or the page cannot be written.
    """
    page = render(
        "model.html",
        tables={test_set: score_rows(metrics, test_set) for test_set in metrics},
        systems=SYSTEMS,
        robustness={test_set: robustness_rows(robustness, test_set) for test_set in robustness},
        languages=LANGUAGES,
        reliability=reliability_panels(plots_dir / "reliability.csv"),
        coverage=coverage_panels(plots_dir / "coverage.csv"),
        confusions=confusions(plots_dir / "confusion.csv"),
        show=show,
        show_score=show_score,
        show_drop=show_drop,
    )
    write_page(page, output)
