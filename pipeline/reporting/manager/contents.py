"""Findings in a language → everything that the page's template names."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.reporting.manager import figures
from pipeline.reporting.manager.cases import Cases
from pipeline.reporting.manager.columns import Rows
from pipeline.reporting.manager.findings import Findings
from pipeline.reporting.manager.lists import MOST_CAMPAIGNS, campaign_list, case_lists, listed_rows
from pipeline.reporting.manager.measures import Item
from pipeline.reporting.manager.quality import read_drift
from pipeline.reporting.manager.rows import ship
from pipeline.reporting.manager.scripts import FIELDS, browser_texts, hashes, scripts
from pipeline.reporting.run_files import read_rejected, read_run, rejected_file
from pipeline.reporting.shares import share
from pipeline.reporting.words import Words

_ANCHORS = ("when", "what", "places", "outcomes", "seams", "attention", "queues", "campaigns", "quality")


class Contents:
    """The page of one tagged file in one language."""

    def __init__(self, tagged: Path, found: Findings, words: Words) -> None:
        self.tagged, self.found, self.words = tagged, found, words
        self.listed = listed_rows(found)

    @cached_property
    def flags(self) -> dict[str, Rows]:
        """The sets of rows that numbers lead to, those of the campaigns too."""
        flags = dict(self.found.flags)
        for number, campaign in enumerate(self.found.campaigns[:MOST_CAMPAIGNS], start=1):
            flags[f"campaign{number}"] = np.isin(np.arange(len(self.found.table)), campaign.rows)
        return flags

    def fill(self, show_text: bool, texts: Mapping[int, str]) -> dict[str, Any]:
        """Return the template's values; `texts` are the masked texts that the page may show, by row."""
        found, words = self.found, self.words
        cases = Cases(found, words, texts)
        return {
            "words": words,
            "found": found,
            "show_text": show_text,
            "complaints": int(found.measures.complaints.sum()),
            "periods": found.measures.periods,
            "tiles": figures.tiles(found, words),
            **figures.bar_charts(found, words),
            **figures.seam_charts(found, words),
            **figures.time_charts(found, words),
            **case_lists(found, cases),
            **campaign_list(found, cases, words),
            **self._trust(),
            **self._browser(texts),
            **self._head(),
        }

    def _head(self) -> dict[str, Any]:
        table, words = self.found.table, self.words
        days = table.day[table.complaints & table.dated]
        ends = (days.min(), days.max()) if len(days) else ()
        period = [words.day(date.fromordinal(int(end))) for end in ends]
        return {"period": period, "day": date.fromordinal, "anchors": _ANCHORS, "source": self.tagged.name}

    def _browser(self, texts: Mapping[int, str]) -> dict[str, Any]:
        return {
            "shipped": ship(self.found.table, self.flags, self.listed, texts),
            "with_text": int(self.found.table.has_text.sum()),
            "fields": FIELDS,
            "texts": browser_texts(self.words, self.flags),
            "scripts": scripts(),
            "script_hashes": hashes(),
        }

    def _trust(self) -> dict[str, Any]:
        table = self.found.table
        reasons = [
            Item(code, self.words.reason(code), table.needs_review & table.reasons.holding(code), _asked(code))
            for code, _ in table.reasons.count(table.needs_review).most_common()
        ]
        totals = dict.fromkeys((item.code for item in reasons), len(table))
        return {
            "versions": dict(zip(table.version.values, table.version.tally().tolist(), strict=True)),
            "absent": sorted(table.absent),
            "for_review": share(int(table.needs_review.sum()), len(table)),
            "mean_confidence": round(100 * float(table.confidence.mean())) if len(table) else 0,
            "reasons": self.found.measures.chart(reasons, totals),
            "run": read_run(self.tagged),
            "rejected": read_rejected(self.tagged),
            "rejected_file": rejected_file(self.tagged).name,
            "drift": read_drift(self.tagged),
        }


def _asked(reason: str) -> dict[str, str | list[str]]:
    return {"reasons": reason, "flags": ["review"]}
