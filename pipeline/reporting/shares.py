"""A count out of a total → the share with its 95 % Wilson interval."""

from dataclasses import dataclass
from math import sqrt

_Z = 1.959964  # the normal quantile that leaves 2.5 % on either side


@dataclass(frozen=True)
class Share:
    """`count` of `total`; `value`, `low` and `high` are between 0 and 1."""

    count: int
    total: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """The plain share; 0 where there is nothing to count."""
        return self.count / self.total if self.total else 0.0


def share(count: int, total: int) -> Share:
    """Wilson's interval holds for few rows and for shares near 0 and 1, where the usual one leaves the scale."""
    return Share(count, total, *wilson(count, total, _Z))


def wilson(count: float, total: float, z: float) -> tuple[float, float]:
    """Return Wilson's interval of count / total; `z` is the normal quantile of its level."""
    if not total:
        return 0.0, 1.0
    value, spread = count / total, z * z / total
    middle = (value + spread / 2) / (1 + spread)
    half = z * sqrt(value * (1 - value) / total + spread / (4 * total)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)
