"""Measure the released bundle again and compare with the figures that are committed beside it.

SKARGA_DATA_DIR=… python benchmarks/released.py       # the public tests and the held-out corpus, a few minutes
"""

import json
import sys
from typing import Any

from pipeline import config, paths
from pipeline.evaluation.report_card import PRODUCT, compare
from pipeline.evaluation.systems import tagger_predictions
from pipeline.serving.tagger import Tagger
from pipeline.evaluation.tests import read_tests

TESTS = {"public.json": "public_tests", "held_out.json": "held_out"}
TOLERANCE = 0.005  # 8-bit arithmetic differs a little between processors


def main() -> None:
    """Print every figure that differs; exit with 1 if one does."""
    tagger = Tagger.load(paths.RELEASED)
    differences = [
        f"{file} {test} {where}: committed {committed}, measured {measured}"
        for file, names in TESTS.items()
        for test, figures in _measure(tagger, names).items()
        for where, committed, measured in _differences(_committed(file)[test][PRODUCT], figures)
    ]
    print("\n".join(differences) or f"{tagger.model_version}: every figure as committed")
    sys.exit(bool(differences))


def _measure(tagger: Tagger, names: str) -> dict[str, Any]:
    params = config.load_params().evaluate
    return {
        name: compare({PRODUCT: tagger_predictions(tagger, rows)}, rows, tagger.labels, params)[PRODUCT]
        for name, rows in read_tests(names, tagger.labels).items()
    }


def _committed(file: str) -> dict[str, Any]:
    return json.loads((paths.RELEASED_FIGURES / file).read_text("utf-8"))


def _differences(committed: dict[str, Any], measured: dict[str, Any], where: str = "") -> list[tuple[str, Any, Any]]:
    found = []
    for name, value in committed.items():
        other = measured.get(name)
        if isinstance(value, dict):
            found += _differences(value, other or {}, f"{where} {name}".strip())
        elif other is None or abs(value - other) > TOLERANCE:
            found.append((f"{where} {name}", value, other))
    return found


if __name__ == "__main__":
    main()
