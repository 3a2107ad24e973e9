"""What no score may override: who is never put up for review, and why."""

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.risk.features import Features

# Features that rest on the wording of messages. The rest is what people did: when they complained, what they claimed
# and got, what a person decided, whom they copied.
WORDING = ("reason_hops", "demand_share", "vague_share", "venting_share")


@dataclass(frozen=True)
class Case:
    """What guards look at."""

    features: Features
    fault_reports: int  # others who report the same, from which on the company is taken to be at fault
    conduct_suffices: bool  # the score would not be low without what wording adds


# Each code is also a reason, said in phrases.yaml. The first two are counter-evidence that the company itself holds;
# the third is there because honest customers threaten and demand, too.
GUARDS: dict[str, Callable[[Case], bool]] = {
    "all_upheld": lambda case: 0 < case.features.closed == case.features.upheld,
    "known_incident": lambda case: (case.features.incident_reports or 0) >= case.fault_reports,
    "words_alone": lambda case: not case.conduct_suffices,
}


def guards_of(case: Case) -> list[str]:
    """Codes of the guards that keep this case out of `review`."""
    return [code for code, holds in GUARDS.items() if holds(case)]
