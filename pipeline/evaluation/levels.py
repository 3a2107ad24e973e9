"""Confidences and correctness on validation rows → from which confidence on an answer earns a level of automation."""

import numpy as np
import numpy.typing as npt
from scipy.stats import beta

from pipeline.serving.calibration import Level

Floats = npt.NDArray[np.floating]
Bools = npt.NDArray[np.bool_]

_ERROR = 0.1  # one-sided: the bound of a confidence fixed beforehand is too high this often


def earn_level(confidence: Floats, correct: Bools, promised: float) -> Level:
    """The lowest confidence above which the precision is at least `promised`, luck allowed for.

    The lower bound of Clopper and Pearson 1934 has to reach the promise. As the best of many confidences is taken, the
    precision on new rows meets the promise on average, not nine times in ten.

    Args:
        confidence: (rows,) of the answers.
        correct: (rows,) whether they are right.
        promised: The precision.
    """
    order = np.argsort(-confidence, kind="stable")
    ranked, right = confidence[order], np.cumsum(correct[order])
    count = np.arange(1, len(order) + 1)
    bound = np.where(right > 0, beta.ppf(_ERROR, np.maximum(right, 1), count - right + 1), 0.0)
    last_of_equals = np.append(ranked[1:] < ranked[:-1], True)[: len(ranked)]
    reached = np.flatnonzero((bound >= promised) & last_of_equals)
    if not len(reached):
        return Level(promised=promised, confidence=None, coverage=0.0, precision=None, rows=len(order))
    last = reached[-1]
    return Level(
        promised=promised,
        confidence=float(ranked[last]),
        coverage=round(float(count[last] / len(order)), 4),
        precision=round(float(right[last] / count[last]), 4),
        rows=len(order),
    )
