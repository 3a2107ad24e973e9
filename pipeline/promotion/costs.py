"""What a candidate costs beside its answers: time, bytes, and whom its risk model accuses wrongly."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipeline import config
from pipeline.evaluation.metrics import INTERVAL
from pipeline.evaluation.paired import Loss
from pipeline.promotion.comparison import Pair
from pipeline.promotion.gates import Finding, Gate
from pipeline.serving.tagger import Tagger

_ROUNDS = 20
_ROWS = 10  # a round: short enough that what else runs on the machine slows both models alike
_RATIO = "false_positive_ratio"


def speed_gate(pair: Pair, texts: Sequence[str], params: config.Params) -> Gate:
    """Tag the same rows by turns; the median ratio of a row's processor time, with its bootstrap interval.

    Processor time, not time on the clock: other programs on the machine take none of it.
    """
    rows = [{"text": text} for text in texts]
    spent = np.array([_round(pair, rows, number) for number in range(_ROUNDS + 1)])[1:]  # the first one warms up
    ratios = spent[:, 1] / spent[:, 0]
    drawn = np.random.default_rng(params.evaluate.seed).choice(ratios, (params.evaluate.bootstrap_samples, _ROUNDS))
    low, high = np.quantile(np.median(drawn, axis=1), INTERVAL)
    before, after = np.median(spent, axis=0) * 1000
    loss = Loss(float(before), float(after), float(np.median(ratios)), float(low), float(high))
    return Gate("speed", [Finding("milliseconds a row:", loss, params.promote.slowdown, measure="ratio")])


def _round(pair: Pair, rows: Sequence[Mapping[str, str]], number: int) -> tuple[float, float]:
    """Seconds a row of the model in use and of the candidate; who comes first alternates."""
    chosen = [rows[(number * _ROWS + i) % len(rows)] for i in range(_ROWS)]
    if number % 2:
        after, before = _seconds(pair.candidate, chosen), _seconds(pair.in_use, chosen)
    else:
        before, after = _seconds(pair.in_use, chosen), _seconds(pair.candidate, chosen)
    return before, after


def _seconds(tagger: Tagger, rows: Sequence[Mapping[str, str]]) -> float:
    start = time.process_time()
    tagger.tag(rows)
    return (time.process_time() - start) / len(rows)


def size_gate(in_use: Path | None, candidate: Path, params: config.Params) -> Gate:
    """Megabytes of the candidate's files."""
    before = None if in_use is None else _megabytes(in_use)
    after = _megabytes(candidate)
    loss = Loss(before, after, after, after, after)
    return Gate("size", [Finding("megabytes:", loss, params.promote.most_megabytes, measure="in all")])


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.iterdir()) / 1e6


def risk_gate(figures: Path, params: config.Params) -> Gate:
    """False positives between groups of customers, where the run has figures of a risk model."""
    if not figures.is_file():
        return Gate("risk", [], f"no figures of a risk model ({figures})")
    found = _ratios(json.loads(figures.read_text("utf-8")))
    findings = [
        Finding(
            f"{name}:", Loss(None, ratio, ratio, ratio, ratio), params.promote.false_positive_ratio, measure="ratio"
        )
        for name, ratio in found
    ]
    return Gate("risk", findings, "" if findings else f"{figures} names no {_RATIO}")


def _ratios(tree: Mapping[str, Any], place: str = "") -> Iterator[tuple[str, float]]:
    """Every `false_positive_ratio` of nested figures, with its place."""
    for name, value in tree.items():
        if isinstance(value, Mapping):
            yield from _ratios(value, f"{place}{name}.")
        elif name == _RATIO:
            yield f"{place}{name}", float(value)
