"""A tagged file, the history and the customers → everything that the page says, before it is put into words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from pipeline.reporting.manager.attention import Attention, find_attention
from pipeline.reporting.manager.campaigns import Campaign, find_campaigns
from pipeline.reporting.manager.columns import Rows
from pipeline.reporting.manager.contacts import trace_contacts
from pipeline.reporting.manager.days import choose_periods, find_strays
from pipeline.reporting.manager.earlier import read_customers, read_history
from pipeline.reporting.manager.measures import COMPLAINT, Measures
from pipeline.reporting.manager.queues import Queue, doubtful_queue, risk_queue, urgent_queue
from pipeline.reporting.manager.seams import Seams, find_seams
from pipeline.reporting.manager.table import NO_DAY, Table, read_table

SEAM = "seam"
OUTCOMES = ("open", "upheld", "rejected")


@dataclass(frozen=True)
class Sources:
    """The files that the page is made from; the last two are optional."""

    tagged: Path
    history: Path | None = None
    customers: Path | None = None


@dataclass(frozen=True)
class Findings:
    """What was found; `flags` are the sets of rows that the page's numbers lead to."""

    table: Table
    measures: Measures
    seams: Seams
    attention: Attention
    queues: Mapping[str, Queue]
    campaigns: list[Campaign]
    strays: int  # rows whose date is too far from all others to be true
    flags: Mapping[str, Rows]


def examine(sources: Sources, advance: Callable[[int], None]) -> Findings:
    """Read the files and apply every rule of the page.

    Raises:
        SkargaError: A file cannot be read or is not what its option asks for.
    """
    table = read_table(sources.tagged, advance)
    strays = find_strays(table.day)
    table = replace(table, day=np.where(strays, NO_DAY, table.day).astype(np.int32))
    history = read_history(sources.history, set(table.ids)) if sources.history else []
    customers = read_customers(sources.customers) if sources.customers else {}
    periods = choose_periods(np.where(table.complaints, table.day, NO_DAY).astype(np.int32))
    contacts = trace_contacts(table, history)
    seams = find_seams(table, contacts)
    attention = find_attention(table, contacts, seams, customers, periods)
    closed = table.outcome.equal("upheld") | table.outcome.equal("rejected")
    queues = {"urgent": urgent_queue(table, closed), "doubtful": doubtful_queue(table), "at_risk": risk_queue(table)}
    return Findings(
        table=table,
        measures=Measures(table, periods),
        seams=seams,
        attention=attention,
        queues=queues,
        campaigns=find_campaigns(table.sketches, table.customer, table.complaints),
        strays=int(strays.sum()),
        flags=_flags(table, seams, attention, queues),
    )


def _flags(table: Table, seams: Seams, attention: Attention, queues: Mapping[str, Queue]) -> dict[str, Rows]:
    return {
        COMPLAINT: table.complaints,
        SEAM: seams.any,
        **seams.kinds,
        "today": attention.urgent | attention.loyal | attention.spreading,
        "loyal": attention.loyal,
        "spreading": attention.spreading,
        "review": table.needs_review,
        "undecided": table.complaints & ~np.logical_or.reduce([table.outcome.equal(code) for code in OUTCOMES]),
        **{name: queue.rows for name, queue in queues.items()},
    }
