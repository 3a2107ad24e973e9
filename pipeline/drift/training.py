"""Tables of labelled rows → whether validation and tests are like training, and a source like the messages to come."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from pipeline.drift.comparison import Comparison, compare
from pipeline.drift.measures import Observed, Value
from pipeline.drift.reference import FEWEST, make_reference

_NOTHING = "none"
_SEVERAL = ("emotion", "signals")


def messages(rows: pd.DataFrame, target_sources: Sequence[str]) -> pd.DataFrame:
    """The rows like the messages to come: those with a category, of the target sources where these have any."""
    complaints = rows[rows["category"].notna()]
    wanted = complaints[complaints["source"].isin(target_sources)]
    return wanted if len(wanted) else complaints


def compare_tables(parts: Mapping[str, pd.DataFrame], target_sources: Sequence[str]) -> dict[str, Comparison]:
    """Compare each source's validation and test rows with its training rows, and those with the messages to come.

    Args:
        parts: The tables `train`, `validation` and `test`.
        target_sources: Sources like the messages to come.
    """
    train = parts["train"]
    pairs: dict[str, tuple[pd.DataFrame, pd.DataFrame]] = {}
    for source, own in train.groupby("source", sort=False):
        for part in ("validation", "test"):
            rows = parts[part]
            pairs[f"{source}: {part} against train"] = own, rows[rows["source"] == source]
        if source not in target_sources:
            pairs[f"{source}: train against messages to come"] = messages(parts["validation"], target_sources), own
    return {
        name: compare(_observe(now), len(now), make_reference(_observe(before), len(before), {}, None))
        for name, (before, now) in pairs.items()
        if min(len(before), len(now)) >= FEWEST
    }


def _observe(rows: pd.DataFrame) -> Observed:
    """Measures of the texts and of the labels that rows have; there is no model yet that could read or doubt them."""
    single: dict[str, list[Value]] = {
        "length": [float(len(text)) for text in rows["text"]],
        "language": rows["language"].tolist(),
        "category": rows["category"].dropna().tolist(),
        "severity": [str(int(severity)) for severity in rows["severity"].dropna()],
    }
    several: dict[str, list[Value]] = {task: [_together(codes) for codes in rows[task].dropna()] for task in _SEVERAL}
    absent: dict[str, list[Value]] = {name: [] for name in ("vocabulary", "confidence", "emotion_confidence", "review")}
    return Observed({**single, **several, **absent}, np.zeros((0, 0)))


def _together(codes: Any) -> str:  # noqa: ANN401 - a list, or what parquet makes of one
    return "+".join(sorted(codes)) or _NOTHING
