"""Held-out rows + bundle → figures beside the baselines, what perturbations cost, plots' data, every prediction."""

import argparse
import json
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline import config, paths
from pipeline.data.table import read_table
from pipeline.evaluation.baselines import FrozenBaseline
from pipeline.evaluation.calibration import calibrate
from pipeline.evaluation.report_card import ALL, PRODUCT, compare, write_plots
from pipeline.evaluation.robustness import measure_robustness
from pipeline.evaluation.sampling import sample_each_task
from pipeline.evaluation.systems import Predictions, baseline_predictions, tagger_predictions
from pipeline.evaluation.tests import HELD_OUT, Tables, read_tests
from pipeline.labels import Labels
from pipeline.modeling.batches import build_targets, encode_frozen, encode_texts
from pipeline.modeling.network import Network, head_sizes
from pipeline.modeling.predict import predict_linear
from pipeline.serving.calibration import Logits
from pipeline.serving.linear import LinearModel
from pipeline.serving.tagger import Tagger
from pipeline.stages.console import say, stage
from pipeline.text.tokens import TextEncoder

_FROZEN_TOKENS = 128
_ALONE = "baseline"  # the one model of a baseline, where the product has two


def main() -> None:
    """Compare the product with the baselines on the tests that the command line names."""
    arguments = _arguments()
    params = config.load_params().evaluate
    tagger = Tagger.load(paths.BUNDLE)
    tests = read_tests(arguments.tests, tagger.labels)
    rows = {part: read_table(paths.SPLIT / f"{part}.parquet") for part in ("train", "validation")}
    systems = {
        PRODUCT: {name: tagger_predictions(tagger, table) for name, table in tests.items()},
        "tfidf": _characters(rows, tests, tagger.labels),
        "frozen": _vectors(rows, tests, tagger.labels, params.baseline_rows),
    }
    metrics = {
        test: compare({name: by_test[test] for name, by_test in systems.items()}, table, tagger.labels, params)
        for test, table in tests.items()
    }
    robustness = {
        test: measure_robustness(tagger, table, params.robustness_rows, f"robustness on {test}")
        for test, table in tests.items()
    }
    arguments.output.mkdir(parents=True, exist_ok=True)
    _write_figures(metrics, arguments.output / "metrics.json")
    _write_figures(robustness, arguments.output / "robustness.json")
    write_plots(systems[PRODUCT], tests, tagger.labels, arguments.output / "plots")
    if arguments.predictions:
        _write_predictions(systems[PRODUCT], tests, arguments.predictions)
    _say_figures(metrics, robustness)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tests", required=True, help=f"{HELD_OUT}, or a set or source of configs/sources.yaml")
    parser.add_argument("--output", type=Path, required=True, help="folder of metrics.json, robustness.json and plots/")
    parser.add_argument("--predictions", type=Path, help="parquet file of every prediction (texts included)")
    return parser.parse_args()


def _characters(rows: Tables, tests: Tables, labels: Labels) -> dict[str, Predictions]:
    """The linear half of the product alone, as the stage `train` has fitted it."""
    model = LinearModel.load(paths.LINEAR)
    logits = {name: predict_linear(model, table["text"].tolist()) for name, table in {**rows, **tests}.items()}
    return _baseline(logits, rows, tests, labels)


def _vectors(rows: Tables, tests: Tables, labels: Labels, most: int) -> dict[str, Predictions]:
    """Linear heads on the vectors of the encoder as it was: `most` rows a task say how far that goes."""
    rows = rows | {"train": sample_each_task(rows["train"], most)}
    encoder = TextEncoder.load(paths.ENCODER, _FROZEN_TOKENS)
    network = Network.from_encoder(paths.ENCODER, head_sizes(labels)).eval()
    vectors = {}
    for name, table in {**rows, **tests}.items():
        ids = encode_texts(table["text"].tolist(), encoder)
        vectors[name] = encode_frozen(network, ids, 0, encoder.pad_id, f"frozen encoder, {name}")[1].numpy()
    model = FrozenBaseline(vectors["train"], build_targets(rows["train"], labels), head_sizes(labels))
    return _baseline({name: model.logits(part) for name, part in vectors.items()}, rows, tests, labels)


def _baseline(logits: Logits, rows: Tables, tests: Tables, labels: Labels) -> dict[str, Predictions]:
    """Calibrate on validation as the product is, answer the tests; `logits` are by table, then by head."""
    params = config.load_params().calibrate
    calibration = calibrate({_ALONE: logits["validation"]}, rows["validation"], labels, params)
    return {
        name: baseline_predictions({_ALONE: logits[name]}, calibration, labels, table["language"].tolist())
        for name, table in tests.items()
    }


def _write_figures(figures: dict[str, Any], output: Path) -> None:
    output.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")


def _say_figures(metrics: dict[str, Any], robustness: dict[str, Any]) -> None:
    for test, by_system in metrics.items():
        for name, tasks in by_system.items():
            say(f"{test:16} {name:7} " + "  ".join(f"{task} {v[ALL]['macro_f1']:.3f}" for task, v in tasks.items()))
    for test, perturbations in robustness.items():
        for name, tasks in perturbations.items():
            drops = [f"{task} {by_language[ALL]['drop']:+.3f}" for task, by_language in tasks.items() if by_language]
            say(f"{test:16} loses to {name:23} " + "  ".join(drops))


def _write_predictions(predictions: dict[str, Predictions], tests: Tables, output: Path) -> None:
    tables = []
    for test, rows in tests.items():
        tags = pd.DataFrame(predictions[test].tags)
        actual = rows[["id", "language", "text", "category"]].assign(test=test)
        tables.append(actual.assign(predicted_category=tags["category"], confidence=tags["category_confidence"]))
    pd.concat(tables).to_parquet(output, index=False)


if __name__ == "__main__":
    stage(main)
