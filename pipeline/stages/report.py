"""Figures and plots' data → the scientist's page about the model."""

import json

from pipeline import paths
from pipeline.reporting.model import write_model_report
from pipeline.stages.console import say, stage


def main() -> None:
    """Write models/report.html."""
    metrics, robustness = (json.loads(path.read_text("utf-8")) for path in (paths.METRICS, paths.ROBUSTNESS))
    write_model_report(metrics, robustness, paths.PLOTS, paths.REPORT)
    say(f"evaluation report → {paths.REPORT}")


if __name__ == "__main__":
    stage(main)
