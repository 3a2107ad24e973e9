"""What the risk has to reach on simulated customers; the tests fail when one of these is missed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Figures = dict[str, Any]

_CARELESS = ("typos", "capitals", "no_punctuation")


@dataclass(frozen=True)
class Gate:
    """A figure with a bound."""

    name: str
    figure: Callable[[Figures], float]
    least: float | None = None
    most: float | None = None

    def missed_by(self, metrics: Figures) -> str | None:
        """Say how it is missed; None when it is not."""
        value = self.figure(metrics)
        if self.least is not None and not value >= self.least:
            return f"{self.name}: {value:.4f}, at least {self.least} is wanted"
        if self.most is not None and not value <= self.most:
            return f"{self.name}: {value:.4f}, at most {self.most} is wanted"
        return None


def _auc(system: str) -> Callable[[Figures], float]:
    return lambda metrics: float(metrics["systems"][system]["auc"])


def _moved(what: str, how: str) -> Callable[[Figures], float]:
    return lambda metrics: float(metrics["fairness"][what][how])


def _review(behaviour: str) -> Callable[[Figures], float]:
    return lambda metrics: float(metrics["behaviours"][behaviour]["review"])


GATES = (
    Gate("ROC-AUC", _auc("skarga"), least=0.93),
    Gate("ROC-AUC above the count of complaints", lambda m: _auc("skarga")(m) - _auc("complaints")(m), least=0.12),
    Gate(
        "precision of the queue that people have time for",
        lambda m: float(m["systems"]["skarga"]["precision"]),
        least=0.85,
    ),
    Gate("precision in review", lambda m: float(m["levels"]["review"]["precision"] or 0), least=0.85),
    Gate("calibration error", lambda m: float(m["calibration_error"]), most=0.03),
    Gate("loyal and unlucky customers in review", _review("loyal_unlucky"), most=0.005),
    Gate("angry but honest customers in review", _review("angry_honest"), most=0.005),
    Gate("false positives between languages", lambda m: float(m["false_positives"]["largest_ratio"]), most=1.25),
    *(Gate(f"score moved by the {what}", _moved(what, "most"), most=0.01) for what in ("name", "gender", "city")),
    Gate("score moved by the language", _moved("language", "most"), most=0.05),
    *(Gate(f"score moved by {what.replace('_', ' ')}", _moved(what, "most"), most=0.03) for what in _CARELESS),
)


def missed_gates(metrics: Figures) -> list[str]:
    """Say which gates are missed."""
    return [said for gate in GATES if (said := gate.missed_by(metrics)) is not None]
