"""Calibrated probabilities and labels of one label → the threshold above which it is answered yes."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Bools = npt.NDArray[np.bool_]

# Lower ones gain hardly any F1, and a person takes an answer of so little probability for an error.
_CUTS = np.round(np.arange(0.15, 0.901, 0.01), 2)


def best_threshold(probabilities: Floats, true: Bools, always: Bools, weights: Floats) -> float:
    """The threshold of one label with the best F1, half as counted and half as its probabilities expect it.

    Counted F1 overfits a few rows, expected F1 (Lipton et al. 2014, arXiv:1402.1892) believes the calibration blindly;
    the mean of both held up better on unseen rows than either.

    Args:
        probabilities: (rows,) calibrated.
        true: (rows,) whether the label applies.
        always: (rows,) answered yes whatever the probability, by a rule.
        weights: (rows,) how much each row counts.
    """
    expected = weights * np.where(always, true, (true + probabilities) / 2)
    answered = (probabilities[:, None] >= _CUTS) | always[:, None]
    scores = 2 * (expected @ answered) / np.maximum(expected.sum() + weights @ answered, 1e-9)
    # Among equals the middle one: the edges of a plateau are luck.
    best = np.flatnonzero(np.isclose(scores, scores.max()))
    return float(_CUTS[best[len(best) // 2]])
