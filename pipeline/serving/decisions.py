"""Calibrated probabilities of one text → answers and doubts: the only place where thresholds are applied."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from pipeline.data.schema import Automation
from pipeline.labels import NEUTRAL, Labels
from pipeline.serving.calibration import Calibration, Floats, Logits

NOT_COMPLAINT = "not_complaint"
NO_SPECIFICS = "no_specifics"
_URGENT = 3
_DECIMALS = 4


@dataclass(frozen=True)
class Answer:
    """What is said of one text; lists are sorted by falling probability, the primary category first."""

    category: str
    category_confidence: float
    categories: list[str]
    emotion: str
    emotion_confidence: float
    emotions: list[str]
    signals: list[str]
    severity: int
    level: Automation  # that the confidence of the category earns
    doubts: list[str]
    probabilities: dict[str, Floats] = field(compare=False)  # (labels,) per head, by which all was decided


def decide(
    logits: Logits,
    calibration: Calibration,
    labels: Labels,
    language: str,
    signals_by_rule: set[str],
) -> Answer:
    """Turn the logits (labels,) of each model and head into an answer; signals found by a rule are always in it."""
    probabilities = calibration.probabilities(logits, language)
    codes = labels.codes
    over = {
        head: _over(probabilities[head], codes["category" if head == "categories" else head], thresholds)
        for head, thresholds in calibration.thresholds.items()
    }
    category = codes["category"][int(probabilities["category"].argmax())]
    emotion, emotion_confidence = _strongest(over["emotion"], probabilities["emotion"])
    severity = int(codes["severity"][int(probabilities["severity"].argmax())])
    confidence = float(probabilities["category"].max())
    level = calibration.levels.of(confidence)
    signals = {**over["signals"], **dict.fromkeys(signals_by_rule, 1.0)}
    if category == NOT_COMPLAINT:
        signals.pop(NO_SPECIFICS, None)  # by definition: where nothing is complained of, no fact is missing
    return Answer(
        category=category,
        category_confidence=round(confidence, _DECIMALS),
        categories=_categories(category, over["categories"]),
        emotion=emotion,
        emotion_confidence=emotion_confidence,
        emotions=list(over["emotion"]),
        signals=list(signals),
        severity=severity,
        level=level,
        doubts=_doubts(probabilities["category"], severity, level, calibration.small_margin),
        probabilities=probabilities,
    )


def _over(probabilities: Floats, codes: list[str], thresholds: Mapping[str, float]) -> dict[str, float]:
    """Codes that reach their threshold with their probability, likeliest first."""
    ranked = sorted(zip(codes, probabilities.tolist(), strict=True), key=lambda pair: -pair[1])
    return {code: probability for code, probability in ranked if probability >= thresholds[code]}


def _strongest(emotions: Mapping[str, float], probabilities: Floats) -> tuple[str, float]:
    if not emotions:
        return NEUTRAL, round(1 - float(probabilities.max()), _DECIMALS)
    strongest = max(emotions, key=lambda code: emotions[code])
    return strongest, round(emotions[strongest], _DECIMALS)


def _categories(primary: str, over: Mapping[str, float]) -> list[str]:
    """All that apply; `not_complaint` excludes every other."""
    if primary == NOT_COMPLAINT:
        return [primary]
    return [primary, *(code for code in over if code not in (primary, NOT_COMPLAINT))]


def _doubts(category: Floats, severity: int, level: Automation, small_margin: float) -> list[str]:
    second, first = np.sort(category)[-2:]
    doubts = {
        "low_confidence:category": level == "suggest",
        "small_margin:category": first - second < small_margin,
        "urgent": severity == _URGENT,
    }
    return [code for code, holds in doubts.items() if holds]
