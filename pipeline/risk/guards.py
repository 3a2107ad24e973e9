"""What no score may override: who is never put up for review, and why."""

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.risk.features import Features


@dataclass(frozen=True)
class Case:
    """What guards look at."""

    features: Features
    fault_reports: int  # others who report the same, from which on the company is taken to be at fault


# Counter-evidence that the company itself holds. Each code is also a reason, said in phrases.yaml.
GUARDS: dict[str, Callable[[Case], bool]] = {
    "all_upheld": lambda case: 0 < case.features.closed == case.features.upheld,
    "known_incident": lambda case: (case.features.incident_reports or 0) >= case.fault_reports,
}


def guards_of(case: Case) -> list[str]:
    """Codes of the guards that keep this case out of `review`."""
    return [code for code, holds in GUARDS.items() if holds(case)]
