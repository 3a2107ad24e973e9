"""Systems × tests × tasks × languages → one nested table of figures, and the data of the plots."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline import config
from pipeline.evaluation.metrics import (
    Bools,
    Scored,
    confidence_and_truth,
    coverage_risk,
    figures,
    reliability,
    row_confidence,
)
from pipeline.evaluation.systems import Predictions
from pipeline.labels import Labels

ALL = "all"
PRODUCT = "skarga"

Nested = dict[str, dict[str, dict[str, Any]]]


def compare(systems: Mapping[str, Predictions], rows: pd.DataFrame, labels: Labels, params: config.Evaluate) -> Nested:
    """Figures as [system][task][language]; tasks and languages without labelled rows are left out."""
    return {name: _tasks(predictions, rows, labels, params) for name, predictions in systems.items()}


def _tasks(predictions: Predictions, rows: pd.DataFrame, labels: Labels, params: config.Evaluate) -> Nested:
    tasks: dict[str, Any] = {}
    for task, (scored, labelled) in predictions.score(rows, labels).items():
        if labelled.any():
            tasks[task] = _languages(scored, rows["language"][labelled], params)
    if "language" in predictions.tags[0]:
        scored = _language_scored(predictions, rows)
        tasks["language"] = {ALL: figures(scored, params.bootstrap_samples, params.seed)}
    return tasks


def _languages(scored: Scored, languages: "pd.Series[str]", params: config.Evaluate) -> dict[str, Any]:
    return {
        name: figures(scored.only(chosen), params.bootstrap_samples, params.seed)
        for name, chosen in language_slices(languages).items()
    }


def _language_scored(predictions: Predictions, rows: pd.DataFrame) -> Scored:
    codes = np.array(["ru", "uk", "mixed", "other"])
    answered = np.array([tag["language"] for tag in predictions.tags])
    return Scored(answered[:, None] == codes, rows["language"].to_numpy()[:, None] == codes, None, one_answer=True)


def write_plots(
    predictions: Mapping[str, Predictions], tests: Mapping[str, pd.DataFrame], labels: Labels, folder: Path
) -> None:
    """Write CSV files of one system: reliability, coverage and confusion of all tests, and the rows of DVC's charts."""
    points: list[tuple[Any, ...]] = []
    curve: list[tuple[Any, ...]] = []
    confusion: list[tuple[str, str, str]] = []
    for test, rows in tests.items():
        for task, (scored, labelled) in predictions[test].score(rows, labels).items():
            known = rows[labelled]
            for language, chosen in language_slices(known["language"]).items():
                points += [(test, task, language, *point) for point in _reliability(scored.only(chosen))]
                curve += [(test, task, language, *point) for point in _coverage(scored.only(chosen))]
            if task == "category":
                given = [tag["category"] for tag, has in zip(predictions[test].tags, labelled, strict=True) if has]
                confusion += [(test, *pair) for pair in zip(known["category"], given, strict=True)]
    folder.mkdir(parents=True, exist_ok=True)
    answers = pd.DataFrame(confusion, columns=["test", "actual", "predicted"])
    tables = {
        "reliability": pd.DataFrame(points, columns=["test", "task", "language", "confidence", "accuracy", "count"]),
        "coverage": pd.DataFrame(curve, columns=["test", "task", "language", "coverage", "risk"]),
        "confusion": answers.value_counts(sort=False).reset_index(),
    }
    # `dvc plots` draws whole files: these hold what its charts show and no more.
    for name in ("reliability", "coverage"):
        table = tables[name]
        tables[f"category_{name}"] = table[(table["task"] == "category") & (table["language"] == ALL)]
    tables["category_answers"] = answers
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, float_format="%.4f")


def _reliability(scored: Scored) -> list[tuple[float, float, int]]:
    return reliability(*confidence_and_truth(scored))


def _coverage(scored: Scored) -> list[tuple[float, float]]:
    return coverage_risk(*row_confidence(scored))


def language_slices(languages: "pd.Series[str]") -> dict[str, Bools]:
    """All rows, then those of each language."""
    if languages.empty:
        return {}
    every = {ALL: np.ones(len(languages), bool)}
    return every | {language: (languages == language).to_numpy() for language in sorted(set(languages))}
