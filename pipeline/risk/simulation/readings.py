"""Messages → what a tagger reads in them: their labels with a tagger's errors, or a real tagger's own tags."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.random import Generator

from pipeline.risk.simulation.companies import CATEGORIES

Reading = Mapping[str, Any]  # category, signals, emotions: codes

# Errors of the linear and the fine-tuned model on held-out rows of the corpus are of this size (models/metrics.json).
_WRONG_CATEGORY = 0.4
_MISSED = 0.35  # of the signals and emotions that are there
_INVENTED = 0.02  # of those that are not
_SIGNALS = (
    "compensation_demand", "legal_threat", "publicity_threat", "ultimatum", "serial_complainer", "legalese",
    "churn_threat", "insult", "no_specifics", "warns_others",
)  # fmt: skip
_EMOTIONS = ("anger", "sadness", "fear", "disgust", "surprise", "joy")


def misread(messages: Sequence[Mapping[str, Any]], times: int, random: Generator) -> list[list[Reading]]:
    """Read every message `times` times, each time with other errors; the labels of the corpus are the truth.

    The model that will tag does not exist yet when risk is fitted, and risk must not hang on its particular errors.
    """
    return [[_read(message, random) for _ in range(times)] for message in messages]


def _read(message: Mapping[str, Any], random: Generator) -> Reading:
    wrong = random.random() < _WRONG_CATEGORY
    return {
        "category": str(random.choice(CATEGORIES)) if wrong else message["category"],
        "signals": _codes(message["signals"], _SIGNALS, random),
        "emotions": _codes(message["emotions"], _EMOTIONS, random),
    }


def _codes(true: Sequence[str], every: Sequence[str], random: Generator) -> list[str]:
    chance = np.where([code in true for code in every], 1 - _MISSED, _INVENTED)
    return [code for code, seen in zip(every, random.random(len(every)) < chance, strict=True) if seen]
