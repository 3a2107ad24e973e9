"""The last evaluation's figures → the files beside the candidate, once it is sure that they are the candidate's own."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline import config, paths
from pipeline.errors import SkargaError
from pipeline.evaluation.report_card import PRODUCT, compare
from pipeline.evaluation.robustness import undisturbed
from pipeline.evaluation.systems import Predictions, tagger_predictions
from pipeline.evaluation.tests import HELD_OUT, Tables
from pipeline.promotion.testing import PUBLIC
from pipeline.serving.tagger import Tagger

TOLERANCE = 0.005  # 8-bit arithmetic differs a little between processors
FILES = {
    HELD_OUT: {"held_out.json": paths.METRICS, "robustness.json": paths.ROBUSTNESS},
    PUBLIC: {"public.json": paths.PUBLIC_METRICS, "public_robustness.json": paths.PUBLIC_ROBUSTNESS},
}

Nested = dict[str, Any]


def evaluated(
    candidate: Tagger, tests: Mapping[str, Tables], known: Mapping[str, Predictions], params: config.Evaluate
) -> Nested:
    """Figures by the name of their file in benchmarks/released; tests that were not at hand have none.

    Args:
        candidate: Answers the tests again, so that its figures can be compared with those of the evaluation.
        tests: Rows by kind of test, then by source.
        known: Its answers by source, as far as it has given them already.
        params: The block `evaluate`.

    Raises:
        SkargaError: The candidate was not evaluated, or the figures are another model's.
    """
    figures: Nested = {}
    for kind, by_source in tests.items():
        files = FILES[kind]
        figures |= {name: _read(path) if by_source else {} for name, path in files.items()}
        metrics, robustness = files
        for source, rows in by_source.items():
            answers = known.get(source) or tagger_predictions(candidate, rows)
            measured = compare({PRODUCT: answers}, rows, candidate.labels, params)[PRODUCT]
            _refuse_others(files[metrics], figures[metrics].get(source, {}).get(PRODUCT, {}), measured)
            before = undisturbed(answers, rows, candidate.labels, params.robustness_rows)
            _refuse_others(files[robustness], figures[robustness].get(source, {}), before)
    return figures


def _refuse_others(path: Path, committed: Nested, measured: Nested) -> None:
    if any(differences(committed, measured)):
        raise SkargaError(f"{path} has the figures of another model", _EVALUATE)


_EVALUATE = "evaluate the candidate: dvc repro; the public tests: dvc repro benchmarks/dvc.yaml"


def differences(committed: Nested, measured: Nested, where: str = "") -> Iterator[str]:
    """Every figure of `measured` that `committed` lacks or has otherwise."""
    for name, value in measured.items():
        other, place = committed.get(name), f"{where} {name}".strip()
        if isinstance(value, dict):
            yield from differences(other or {}, value, place)
        elif other is None or abs(value - other) > TOLERANCE:
            yield f"{place}: committed {other}, measured {value}"


def _read(path: Path) -> Any:  # noqa: ANN401 - nested figures
    try:
        return json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise SkargaError(f"{path}: no such file", _EVALUATE) from error
