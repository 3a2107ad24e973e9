"""Candidates, read again by the tagger → the rows of the queue, the worthiest first, each with its reasons."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from pipeline.data.duplicates import near_duplicates
from pipeline.loop.candidates import Candidates, risk_of, stratum_of
from pipeline.loop.queued import Queued
from pipeline.loop.ranking import Doubts, Weights, choose, disagreement, margin_doubt, priority, quotas
from pipeline.reporting.tagged import TaggedRow
from pipeline.serving.calibration import LINEAR, NETWORK, Floats
from pipeline.serving.tagger import Judgement, Tagger

_ALIKE = 0.8  # Jaccard similarity from which on two texts teach the same
_BATCH = 16
_TOLD = 0.3  # a doubt from this on is among the reasons
_NEW = "out_of_distribution"

Watch = Callable[[Sequence[Sequence[TaggedRow]]], Iterable[Sequence[TaggedRow]]]


def rank(candidates: Candidates, tagger: Tagger, places: int, watch: Watch) -> list[Queued]:
    """Read the candidates' texts again and choose `places` of them."""
    rows = candidates.rows
    batches = [rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH)]
    judged = [one for batch in watch(batches) for one in tagger.judge([{"id": r.id, "text": r.text} for r in batch])]
    if not judged:
        return []
    alone = [tagger.alone(one) for one in judged]
    doubts = _doubts(rows, judged, alone)
    worth = priority(doubts, Weights())
    order = np.argsort(-worth, kind="stable").tolist()
    strata = [stratum_of(row) for row in rows]
    chosen = choose(order, strata, quotas(candidates.counts, places), _alike(rows), places)
    codes = tagger.labels.codes["category"]
    return [_queued(rows[i], judged[i], _why(doubts, i, judged[i], alone[i], codes), float(worth[i])) for i in chosen]


def _doubts(rows: Sequence[TaggedRow], judged: Sequence[Judgement], alone: Sequence[Mapping[str, Floats]]) -> Doubts:
    network, linear = (np.stack([one[model] for one in alone]) for model in (NETWORK, LINEAR))
    return Doubts(
        uncertainty=margin_doubt(np.stack([one.probabilities["category"] for one in judged])),
        disagreement=disagreement(network, linear),
        novelty=np.array([float(_NEW in one.tag["review_reasons"]) for one in judged]),
        risk=np.array([risk_of(row) for row in rows]),
    )


def _alike(rows: Sequence[TaggedRow]) -> dict[int, set[int]]:
    """Places of rows that must not stand in one queue: near-duplicates, and rows with one id."""
    table = pd.DataFrame({"id": range(len(rows)), "text": [row.text for row in rows]})
    pairs = [(int(pair.first), int(pair.second)) for pair in near_duplicates(table, _ALIKE)]
    first: dict[str, int] = {}
    pairs += [(first.setdefault(row.id, place), place) for place, row in enumerate(rows)]
    alike: dict[int, set[int]] = {}
    for one, other in pairs:
        if one != other:
            alike.setdefault(one, set()).add(other)
            alike.setdefault(other, set()).add(one)
    return alike


def _why(doubts: Doubts, i: int, judged: Judgement, alone: Mapping[str, Floats], codes: Sequence[str]) -> str:
    probabilities = judged.probabilities["category"]
    second, first = np.argsort(probabilities)[-2:]
    answers = [codes[int(found.argmax())] for found in alone.values()]
    reasons = {
        f"unsure: {codes[first]} {probabilities[first]:.0%} or {codes[second]} {probabilities[second]:.0%}": (
            doubts.uncertainty[i] >= _TOLD
        ),
        f"the models disagree: {' or '.join(dict.fromkeys(answers))}": len(set(answers)) > 1,
        "unlike what the model has learned from": doubts.novelty[i] > 0,
        "urgent, or a risky complainer": doubts.risk[i] > 0,
    }
    return "; ".join(reason for reason, holds in reasons.items() if holds) or "one of the few of its kind"


def _queued(row: TaggedRow, judged: Judgement, why: str, worth: float) -> Queued:
    tag = judged.tag
    suggested = {
        "category": [tag["category"]],
        "emotion": tag["emotions"],
        "signals": list(dict.fromkeys(signal["code"] for signal in tag["signals"])),
        "severity": [str(tag["severity"])],
    }
    return Queued(row.id, row.text or "", row.language, why, worth, suggested, tag["model_version"])
