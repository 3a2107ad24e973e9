"""The written corpus → its data card, counted anew: no figure on it is written by hand."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.labels import NEUTRAL
from pipeline.reporting.scores import markdown_table

LANGUAGES = ("ru", "uk", "mixed")
_RARE = 100  # rows: a signal with fewer is learned poorly
_PROFESSIONAL = "professional"

Row = dict[str, Any]


def corpus_card(folder: Path) -> str:
    """Write the card of the corpus in `folder` in Markdown."""
    texts = [file.read_text("utf-8") for file in sorted(folder.glob("*.jsonl"))]
    rows = [json.loads(line) for text in texts for line in text.splitlines()]
    template = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=False,  # noqa: S701 - Markdown, from the project's own files
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    ).get_template("corpus.md")
    signals = Counter(code for row in rows for code in row["signals"])
    demanding = Counter(code for row in rows if row["intent"] == _PROFESSIONAL for code in row["signals"])
    lengths = [len(row["text"]) for row in rows]
    vague = [len(row["text"]) for row in rows if "no_specifics" in row["signals"]]
    return template.render(
        rows=len(rows),
        files=len(list(folder.glob("*.jsonl"))),
        shortest=min(lengths),
        longest=max(lengths),
        half=round(median(lengths)),
        half_vague=round(median(vague)),
        language=_counted("language", _singles(rows, "lang"), LANGUAGES),
        category=_categories(rows),
        emotion=_counted("emotion", (code for row in rows for code in row["emotions"] or [NEUTRAL])),
        signal=_signals(signals, demanding),
        severity=_counted("severity", _singles(rows, "severity"), (1, 2, 3)),
        channel=_counted("channel", _singles(rows, "channel")),
        intent=_counted("intent", _singles(rows, "intent")),
        industry=_industries(rows),
        signals=signals,
        demanding=demanding,
        rare=[(code, count) for code, count in signals.most_common() if count < _RARE],
        mixed=sum(row["lang"] == "mixed" for row in rows),
        mixed_demanding=sum(row["lang"] == "mixed" and row["intent"] == _PROFESSIONAL for row in rows),
        one_sided=_one_sided(rows),
    )


def _singles(rows: Iterable[Row], field: str) -> Iterator[Any]:
    return (row[field] for row in rows)


def _counted(name: str, values: Iterable[Any], order: Sequence[Any] = ()) -> str:
    counts = Counter(values)
    codes = order or [code for code, _ in counts.most_common()]
    return _table([name, "rows"], ([f"`{code}`", f"{counts[code]:,}"] for code in codes))


def _categories(rows: Sequence[Row]) -> str:
    primary = Counter(row["category"] for row in rows)
    named = Counter(code for row in rows for code in row["categories"])
    by_language = Counter((row["category"], row["lang"]) for row in rows)
    return _table(
        ["category", "primary", "of these ru / uk / mixed", "named at all"],
        (
            [f"`{code}`", f"{count}", " / ".join(f"{by_language[code, lang]}" for lang in LANGUAGES), f"{named[code]}"]
            for code, count in primary.most_common()
        ),
    )


def _signals(signals: Counter[str], demanding: Counter[str]) -> str:
    head = ["signal", "rows", f"of these `intent: {_PROFESSIONAL}`"]
    return _table(head, ([f"`{code}`", f"{count:,}", f"{demanding[code]}"] for code, count in signals.most_common()))


def _industries(rows: Sequence[Row]) -> str:
    totals = Counter(row["industry"] for row in rows)
    counts = Counter((row["industry"], row["lang"]) for row in rows)
    lines = ([f"`{code}`", *(f"{counts[code, lang]}" for lang in LANGUAGES)] for code, _ in totals.most_common())
    return _table(["industry", *LANGUAGES], lines)


def _one_sided(rows: Sequence[Row]) -> dict[str, list[str]]:
    """Industries without a row in Russian, and those without one in Ukrainian."""
    present = {(row["industry"], row["lang"]) for row in rows}
    industries = sorted({row["industry"] for row in rows})
    return {lang: [code for code in industries if (code, lang) not in present] for lang in ("ru", "uk")}


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    return markdown_table([head, ["---", *["---:"] * (len(head) - 1)], *lines])
