"""Judged customers of a simulated world and the truth about them → how far the risk can be trusted, and for whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from sklearn.metrics import roc_auc_score

from pipeline.evaluation.metrics import calibration_error
from pipeline.risk.features import FEATURES, Features
from pipeline.risk.scorecard import RiskModel

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Names = npt.NDArray[np.object_]
Figures = dict[str, Any]  # nested

ALERTED = ("elevated", "review")


@dataclass(frozen=True)
class Judged:
    """Customers with enough history, each at the latest complaint."""

    conduct: pa.Table  # as `latest_conduct` makes it
    scores: Floats
    levels: Names

    @property
    def labels(self) -> Ints:
        """1 for professional."""
        return np.asarray(self.conduct["label"])

    @property
    def honest(self) -> Bools:
        """Whether a customer is not professional."""
        honest: Bools = self.labels == 0
        return honest

    def column(self, name: str) -> Names:
        """A column of the conduct."""
        return np.array(self.conduct[name].to_pylist(), object)


def judge(model: RiskModel, conduct: pa.Table) -> Judged:
    """Assess every customer as `skarga tag` would; those without enough history are left out."""
    enough = conduct.filter(pc.greater_equal(conduct["earlier_complaints"], model.least_earlier))
    rated = [model.rate(Features.of(row)) for row in enough.to_pylist()]
    scores = np.array([score for _, score in rated], np.float64)
    return Judged(enough, scores, np.array([level for level, _ in rated], object))


def figures(judged: Judged, everybody: pa.Table, baselines: Mapping[str, Floats], share: float) -> Figures:
    """All figures on one world.

    Args:
        judged: Customers with a score.
        everybody: All customers who have complained.
        baselines: Scores (customers,) of simpler or less explainable ways, by name.
        share: The share of scored customers that people have time to look at.
    """
    systems = {"skarga": judged.scores, **baselines}
    return {
        "customers": _counts(judged, everybody),
        "systems": {name: ranking(scores, judged.labels, share) for name, scores in systems.items()},
        "calibration_error": calibration_error(judged.scores, ~judged.honest),
        "levels": {level: _level(judged, level) for level in ALERTED},
        "behaviours": _shares_of_levels(judged, "behaviour"),
        "records": _by_records(judged),
        "features": _single_features(judged),
    }


def _counts(judged: Judged, everybody: pa.Table) -> Figures:
    return {
        "complained": everybody.num_rows,
        "scored": len(judged.scores),
        "professional_share": judged.labels.mean(),
        "professionals_scored": judged.labels.sum() / max(pc.sum(everybody["label"]).as_py() or 0, 1),
    }


def ranking(scores: Floats, labels: Ints, share: float) -> Figures:
    """How well scores order customers; ties at the end of the queue are broken by their order in the file."""
    first = np.argsort(-scores, kind="stable")[: max(1, round(share * len(scores)))]
    return {"auc": roc_auc_score(labels, scores), "precision": labels[first].mean()}


def _level(judged: Judged, level: str) -> Figures:
    """`elevated` includes `review`: whoever may be looked at."""
    chosen = np.isin(judged.levels, ALERTED[ALERTED.index(level) :])
    found = judged.labels[chosen]
    return {
        "share": chosen.mean(),
        "precision": found.mean() if len(found) else None,
        "recall": found.sum() / max(judged.labels.sum(), 1),
    }


def _shares_of_levels(judged: Judged, column: str) -> Figures:
    values = judged.column(column)
    return {
        str(value): {
            "scored": int((values == value).sum()),
            "elevated": np.isin(judged.levels[values == value], ALERTED).mean(),
            "review": (judged.levels[values == value] == "review").mean(),
        }
        for value in sorted(set(values))
    }


def _by_records(judged: Judged) -> Figures:
    """What is lost where a company keeps no record of something."""
    values = judged.column("unrecorded")
    return {
        f"without_{value}" if value else "everything": {
            "scored": int((values == value).sum()),
            "auc": roc_auc_score(judged.labels[values == value], judged.scores[values == value]),
            "calibration_error": calibration_error(judged.scores[values == value], ~judged.honest[values == value]),
        }
        for value in sorted(set(values))
        if len(set(judged.labels[values == value])) > 1
    }


def _single_features(judged: Judged) -> Figures:
    """The AUC of every feature alone, whichever way round: how far the simulated behaviours overlap."""
    result = {}
    for name in FEATURES:
        values = judged.conduct[name].cast(pa.float64()).to_numpy()
        known = ~np.isnan(values)
        auc = roc_auc_score(judged.labels[known], values[known])
        result[name] = max(auc, 1 - auc)
    return result


def false_positives(judged: Sequence[Judged], languages: Sequence[str]) -> Figures:
    """The same honest customers as they would be judged in each language: shares at `elevated` and above."""
    shares = {
        language: float(np.isin(one.levels[one.honest], ALERTED).mean())
        for language, one in zip(languages, judged, strict=True)
    }
    return {"shares": shares, "largest_ratio": max(shares.values()) / max(min(shares.values()), 1e-9)}


def rounded(value: Any) -> Any:  # noqa: ANN401 - nested figures
    """The same figures as plain numbers of four decimals."""
    if isinstance(value, dict):
        return {name: rounded(part) for name, part in value.items()}
    return (
        round(float(value), 4)
        if isinstance(value, (float, np.floating))
        else int(value)
        if isinstance(value, np.integer)
        else value
    )
