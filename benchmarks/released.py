"""Measure the released bundle again and compare with the figures that are committed beside it.

SKARGA_DATA_DIR=… python benchmarks/released.py       # the public tests and the held-out corpus, a few minutes
"""

import json
import sys
from typing import Any

from pipeline import config, paths
from pipeline.evaluation.report_card import PRODUCT, compare
from pipeline.evaluation.systems import tagger_predictions
from pipeline.evaluation.tests import read_tests
from pipeline.promotion.figures import differences
from pipeline.serving.tagger import Tagger

TESTS = {"public.json": "public_tests", "held_out.json": "held_out"}


def main() -> None:
    """Print every figure that differs; exit with 1 if one does."""
    tagger = Tagger.load(paths.RELEASED)
    found = [
        f"{file} {test} {difference}"
        for file, names in TESTS.items()
        for test, figures in _measure(tagger, names).items()
        for difference in differences(_committed(file)[test][PRODUCT], figures)
    ]
    print("\n".join(found) or f"{tagger.model_version}: every figure as committed")
    sys.exit(bool(found))


def _measure(tagger: Tagger, names: str) -> dict[str, Any]:
    params = config.load_params().evaluate
    return {
        name: compare({PRODUCT: tagger_predictions(tagger, rows)}, rows, tagger.labels, params)[PRODUCT]
        for name, rows in read_tests(names, tagger.labels).items()
    }


def _committed(file: str) -> dict[str, Any]:
    return json.loads((paths.RELEASED_FIGURES / file).read_text("utf-8"))


if __name__ == "__main__":
    main()
