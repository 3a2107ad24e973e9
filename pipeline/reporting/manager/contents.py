"""Findings in a language → everything that the page's template names."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.reporting.manager import items, panels
from pipeline.reporting.manager.answers import CALLS, what_got_worse, where_they_fall
from pipeline.reporting.manager.campaigns import FEWEST_CUSTOMERS, Campaign
from pipeline.reporting.manager.cases import Case, Cases, RiskCase
from pipeline.reporting.manager.changes import Change
from pipeline.reporting.manager.columns import Rows
from pipeline.reporting.manager.contacts import AGAIN_WITHIN
from pipeline.reporting.manager.findings import SEAM, Findings
from pipeline.reporting.manager.measures import FEWEST, Item, Where, counted
from pipeline.reporting.manager.outcomes import measure_open
from pipeline.reporting.manager.quality import read_drift
from pipeline.reporting.manager.rows import ship
from pipeline.reporting.manager.scripts import FIELDS, browser_texts, hashes, scripts
from pipeline.reporting.manager.table import NO_DAY
from pipeline.reporting.run_files import read_rejected, read_run, rejected_file
from pipeline.reporting.shares import Share, share
from pipeline.reporting.words import Words

_LISTED = 8  # cases of each queue; the number beside it leads to all
_CAMPAIGNS = 10
_ATTENTION = 5  # cases of each group that needs attention
_ANCHORS = ("when", "what", "places", "outcomes", "seams", "attention", "queues", "campaigns", "quality")


@dataclass(frozen=True)
class Tile:
    """A figure at the top: its name, its share and of what, its change, and where to look it up."""

    name: str
    share: Share
    whole: str
    change: Change | None
    where: Where


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


class Contents:
    """The page of one tagged file in one language."""

    def __init__(self, tagged: Path, found: Findings, words: Words) -> None:
        self.tagged, self.found, self.words = tagged, found, words
        self.campaigns = found.campaigns[:_CAMPAIGNS]

    @cached_property
    def flags(self) -> dict[str, Rows]:
        """The sets of rows that numbers lead to, those of the campaigns too."""
        flags = dict(self.found.flags)
        for number, campaign in enumerate(self.campaigns, start=1):
            flags[f"campaign{number}"] = np.isin(np.arange(len(self.found.table)), campaign.rows)
        return flags

    @property
    def named(self) -> list[int]:
        """Rows that the page itself lists."""
        first = [int(campaign.rows[0]) for campaign in self.campaigns]
        lists = [self._first(flag) for flag in ("loyal", "spreading")]
        queues = [queue.order[:_LISTED] for queue in self.found.queues.values()]
        calls = self.found.attention.calls[:CALLS]
        return [row for rows in (calls, self.found.seams.typical, first, *lists, *queues) for row in rows]

    def fill(self, show_text: bool, texts: Mapping[int, str]) -> dict[str, Any]:
        """Return the template's values; `texts` are the masked texts that the page may show, by row."""
        found, words = self.found, self.words
        days = found.table.day[found.table.complaints & found.table.dated]
        return {
            "words": words,
            "found": found,
            "show_text": show_text,
            "day": date.fromordinal,
            "anchors": _ANCHORS,
            "fields": FIELDS,
            "complaints": int(found.measures.complaints.sum()),
            "periods": found.measures.periods,
            "period": [words.day(date.fromordinal(int(end))) for end in (days.min(), days.max())] if len(days) else [],
            "tiles": self._tiles(),
            "shipped": ship(found.table, self.flags, self.named, texts),
            "with_text": int(found.table.has_text.sum()),
            **self._charts(),
            **self._cases(Cases(found, words, texts)),
            **self._quality(),
            "texts": browser_texts(words, self.flags),
            "scripts": scripts(),
            "script_hashes": hashes(),
        }

    def _tiles(self) -> list[Tile]:
        found, words = self.found, self.words
        complaints, severe = found.measures.complaints, items.severities(found, words)[0]
        messages, total = len(found.table), int(complaints.sum())
        review: Where = {"flags": ["review"]}
        tiles: list[tuple[str, Rows, int, str, Where]] = [
            (words.say("complaints"), complaints, messages, "of_messages", counted()),
            (words.say("urgent"), severe.rows, total, "of_complaints", severe.where),
            (words.say("seams_tile"), found.seams.any, total, "of_complaints", counted(flags=SEAM)),
            (words.say("review_tile"), found.table.needs_review, messages, "of_messages", review),
        ]
        return [
            Tile(name, share(int(rows.sum()), whole), words.say(of), found.measures.change(rows, len(tiles)), where)
            for name, rows, whole, of, where in tiles
        ]

    def _charts(self) -> dict[str, Any]:
        found, words, measures = self.found, self.words, self.found.measures
        topics = measures.chart(items.categories(found, words))
        emotions = measures.chart(items.emotions(found, words))
        seam_places = panels.seam_charts(found, words)
        pairs = items.seam_pairs(found, words)
        seam_pairs = measures.chart(pairs, dict.fromkeys((pair.code for pair in pairs), int(found.seams.any.sum())))
        timeline, trend = panels.draw_timeline(found, words), panels.draw_seam_trend(found, words)
        open_cases = measure_open(found.table)
        specs = {f"timeline-{unit}": spec for unit, spec in timeline.specs.items()} if timeline else {}
        specs |= {"seam-trend": trend} if trend else {}
        specs |= {"waiting": panels.draw_waiting(open_cases, words)} if open_cases else {}
        ended = found.table.outcome.count(measures.complaints)
        return {
            "worse": what_got_worse(found, words),
            "gaps": where_they_fall(found, seam_places, seam_pairs),
            "timeline": timeline,
            "undated": int((measures.complaints & ~found.table.dated).sum()),
            "topics": topics,
            "severity": measures.chart(items.severities(found, words)),
            "emotions": emotions,
            "heat": panels.heat_table(found, topics.lines, emotions.lines),
            "signals": measures.chart(items.signals(found, words)),
            "places": panels.place_charts(found, words),
            # The newest are open, whatever happens: their change would mislead.
            "outcomes": measures.chart(items.outcomes(found, words), changes=False),
            "decided": share(ended["upheld"], ended["upheld"] + ended["rejected"]),
            "open_cases": open_cases,
            "seam_kinds": measures.chart(items.seam_kinds(found, words)),
            "seam_places": seam_places,
            "seam_pairs": seam_pairs,
            "seam_trend": trend,
            "charts": specs,
            "fewest": FEWEST,
            "again_within": AGAIN_WITHIN,
        }

    def _cases(self, cases: Cases) -> dict[str, Any]:
        found = self.found
        queues = found.queues
        return {
            "calls": cases.calls(found.attention.calls[:CALLS]),
            "calls_total": int(found.flags["today"].sum()),
            "typical": cases.listed(found.seams.typical),
            "attention": {
                flag: Listed(cases.calls(self._first(flag)), int(found.flags[flag].sum()))
                for flag in ("loyal", "spreading")
            },
            "urgent": Listed(cases.calls(queues["urgent"].order[:_LISTED]), len(queues["urgent"].order)),
            "doubtful": Listed(cases.listed(queues["doubtful"].order[:_LISTED]), len(queues["doubtful"].order)),
            "risks": Listed(
                cases.risks(queues["at_risk"].order[:_LISTED]),
                int(queues["at_risk"].rows.sum()),
                len(queues["at_risk"].order),
            ),
            "with_history": int((~found.table.risk.equal("insufficient_history")).sum()),
            "campaigns": {
                "shown": [self._campaign(number, one, cases) for number, one in enumerate(self.campaigns, start=1)],
                "more": len(found.campaigns) - len(self.campaigns),
            },
            "fewest_customers": FEWEST_CUSTOMERS,
        }

    def _quality(self) -> dict[str, Any]:
        table = self.found.table
        reasons = [
            Item(code, self.words.reason(code), table.needs_review & table.reasons.holding(code),
                 {"reasons": code, "flags": ["review"]})
            for code, _ in table.reasons.count(table.needs_review).most_common()
        ]  # fmt: skip
        whole = dict.fromkeys((item.code for item in reasons), len(table))
        tallied = zip(table.version.values, table.version.tally().tolist(), strict=True)
        return {
            "source": self.tagged.name,
            "versions": dict(tallied),
            "absent": sorted(table.absent),
            "for_review": share(int(table.needs_review.sum()), len(table)),
            "mean_confidence": round(100 * float(table.confidence.mean())) if len(table) else 0,
            "reasons": self.found.measures.chart(reasons, whole),
            "run": read_run(self.tagged),
            "rejected": read_rejected(self.tagged),
            "rejected_file": rejected_file(self.tagged).name,
            "drift": read_drift(self.tagged),
        }

    def _first(self, flag: str) -> list[int]:
        return [row for row in self.found.attention.calls if self.found.flags[flag][row]][:_ATTENTION]

    def _campaign(self, number: int, campaign: Campaign, cases: Cases) -> ShownCampaign:
        days = self.found.table.day[campaign.rows]
        known = days[days != NO_DAY]
        ends = [self.words.day(date.fromordinal(int(end))) for end in (known.min(), known.max())] if len(known) else []
        return ShownCampaign(
            campaign.customers,
            len(campaign.rows),
            " – ".join(dict.fromkeys(ends)),
            counted(flags=f"campaign{number}"),
            cases.listed([int(campaign.rows[0])])[0],
        )
