"""Measure the released bundle again and compare with the figures that are committed beside it.

SKARGA_DATA_DIR=… python benchmarks/released.py       # the public tests and the held-out corpus, a few minutes

Of the robustness, what the rows score before any change is compared.
"""

import json
import sys
from typing import Any

import pandas as pd

from pipeline import config, paths
from pipeline.evaluation.report_card import PRODUCT, compare
from pipeline.evaluation.robustness import undisturbed
from pipeline.evaluation.systems import tagger_predictions
from pipeline.evaluation.tests import read_tests
from pipeline.promotion.figures import FILES, differences
from pipeline.serving.tagger import Tagger


def main() -> None:
    """Print every figure that differs; exit with 1 if one does."""
    tagger = Tagger.load(paths.RELEASED)
    found = [
        f"{file} {test} {difference}"
        for kind, files in FILES.items()
        for test, rows in read_tests(kind, tagger.labels).items()
        for file, measured in zip(files, _measure(tagger, rows), strict=True)
        for difference in differences(_committed(file)[test], measured)
    ]
    print("\n".join(found) or f"{tagger.model_version}: every figure as committed")
    sys.exit(bool(found))


def _measure(tagger: Tagger, rows: pd.DataFrame) -> tuple[Any, Any]:
    """Figures as in the two files of a kind of tests."""
    params = config.load_params().evaluate
    answers = tagger_predictions(tagger, rows)
    figures = compare({PRODUCT: answers}, rows, tagger.labels, params)
    return figures, undisturbed(answers, rows, tagger.labels, params.robustness_rows)


def _committed(file: str) -> dict[str, Any]:
    return json.loads((paths.RELEASED_FIGURES / file).read_text("utf-8"))


if __name__ == "__main__":
    main()
