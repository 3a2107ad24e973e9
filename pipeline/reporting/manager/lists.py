"""Findings in a language → the lists of cases that the page's template names."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from pipeline.reporting.manager.answers import CALLS
from pipeline.reporting.manager.campaigns import FEWEST_CUSTOMERS, Campaign
from pipeline.reporting.manager.cases import Case, Cases, RiskCase
from pipeline.reporting.manager.findings import Findings
from pipeline.reporting.manager.measures import Where, counted
from pipeline.reporting.manager.table import NO_DAY
from pipeline.reporting.words import Words

MOST_CAMPAIGNS = 10
_QUEUED = 8  # cases of each queue; the number beside it leads to all
_ATTENTION = 5  # cases of each group that needs attention
_GROUPS = ("loyal", "spreading")


@dataclass(frozen=True)
class Listed:
    """The first cases of a list of `total` rows, of so many customers."""

    cases: list[Case] | list[RiskCase]
    total: int
    customers: int = 0


@dataclass(frozen=True)
class ShownCampaign:
    """A campaign with its first message."""

    customers: int
    rows: int
    days: str
    where: Where
    case: Case


def listed_rows(found: Findings) -> list[int]:
    """Return the rows that the page itself lists."""
    first = [int(campaign.rows[0]) for campaign in found.campaigns[:MOST_CAMPAIGNS]]
    groups = [row for group in _GROUPS for row in _group(found, group)]
    queued = [row for queue in found.queues.values() for row in queue.order[:_QUEUED]]
    return [*found.attention.calls[:CALLS], *found.seams.typical, *first, *groups, *queued]


def case_lists(found: Findings, cases: Cases) -> dict[str, Any]:
    """Return whom to call and what a person should check."""
    urgent, doubtful, at_risk = (found.queues[name] for name in ("urgent", "doubtful", "at_risk"))
    groups = {name: Listed(cases.calls(_group(found, name)), int(found.flags[name].sum())) for name in _GROUPS}
    risky = int(at_risk.rows.sum())
    return {
        "calls": cases.calls(found.attention.calls[:CALLS]),
        "calls_total": int(found.flags["today"].sum()),
        "typical": cases.listed(found.seams.typical),
        "attention": groups,
        "urgent": Listed(cases.calls(urgent.order[:_QUEUED]), len(urgent.order)),
        "doubtful": Listed(cases.listed(doubtful.order[:_QUEUED]), len(doubtful.order)),
        "risks": Listed(cases.risks(at_risk.order[:_QUEUED]), risky, len(at_risk.order)),
        "with_history": int((~found.table.risk.equal("insufficient_history")).sum()),
    }


def campaign_list(found: Findings, cases: Cases, words: Words) -> dict[str, Any]:
    """Return the largest campaigns, each with its first message, and how many more there are."""
    shown = [
        ShownCampaign(
            customers=campaign.customers,
            rows=len(campaign.rows),
            days=_days(found, campaign, words),
            where=counted(flags=f"campaign{number}"),
            case=cases.listed([int(campaign.rows[0])])[0],
        )
        for number, campaign in enumerate(found.campaigns[:MOST_CAMPAIGNS], start=1)
    ]
    more = len(found.campaigns) - len(shown)
    return {"campaigns": {"shown": shown, "more": more}, "fewest_customers": FEWEST_CUSTOMERS}


def _group(found: Findings, name: str) -> list[int]:
    return [row for row in found.attention.calls if found.flags[name][row]][:_ATTENTION]


def _days(found: Findings, campaign: Campaign, words: Words) -> str:
    days = found.table.day[campaign.rows]
    known = days[days != NO_DAY]
    ends = (known.min(), known.max()) if len(known) else ()
    return " – ".join(dict.fromkeys(words.day(date.fromordinal(int(end))) for end in ends))
