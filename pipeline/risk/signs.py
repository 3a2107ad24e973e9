"""Tags of a message → what history counts in it."""

from collections.abc import Collection
from typing import NamedTuple

_DEMAND = "compensation_demand"
_THREATS = {"legal_threat", "publicity_threat", "ultimatum"}
_VAGUE = "no_specifics"
_ANGER, _INSULT = "anger", "insult"


class Signs(NamedTuple):
    """Columns of the same names in `pipeline.risk.history.COMPLAINTS`."""

    demand: bool  # money is asked for
    threat: bool  # with a court, the public or a deadline
    vague: bool  # no checkable fact
    venting: bool  # anger or insult, and neither demand nor fact


def signs_of(signals: Collection[str], emotions: Collection[str]) -> Signs:
    """Read the codes of a message's signals and emotions."""
    demand, vague = _DEMAND in signals, _VAGUE in signals
    heated = _ANGER in emotions or _INSULT in signals
    return Signs(demand, not _THREATS.isdisjoint(signals), vague, heated and vague and not demand)
