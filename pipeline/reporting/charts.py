"""Counts → what the page draws: bars with intervals and a shaded table, as plain records without markup."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pipeline.reporting.counts import REST
from pipeline.reporting.shares import Share, share

Code = TypeVar("Code", str, int)
FEWEST = 5  # complaints below which a rate says next to nothing


@dataclass(frozen=True)
class Bar:
    """A named share; lengths are per cent of the track, whose right end is the longest interval of the chart."""

    label: str
    share: Share
    length: float
    low: float
    high: float
    wide: int | None = None  # the count of a second, paler bar behind the first
    wide_length: float = 0.0


@dataclass(frozen=True)
class Bars:
    """A bar chart, and how many rows have values without a bar of their own."""

    bars: list[Bar]
    hidden: int = 0


@dataclass(frozen=True)
class Cell:
    """A number of a shaded table; `level` from 0 (none) to 5 (most of its row)."""

    count: int
    level: int


def draw_bars(
    shares: Mapping[Code, Share], name: Callable[[Code], str], wide: Mapping[Code, Share] | None = None, hidden: int = 0
) -> Bars:
    """Lay out one bar for each share, in the order given; `wide` are the shares of the paler bars behind them."""
    behind = {code: wide[code] for code in shares} if wide else {}
    ends = [part.high for part in shares.values() if part.count] + [part.value for part in behind.values()]
    scale = 100 / (max(ends, default=0.0) or 1.0)
    bars = [
        Bar(
            label=name(code),
            share=part,
            length=scale * part.value,
            low=scale * part.low,
            high=min(100.0, scale * part.high),
            wide=behind[code].count if behind else None,
            wide_length=scale * behind[code].value if behind else 0.0,
        )
        for code, part in shares.items()
    ]
    return Bars(bars, hidden)


def shares_of(counts: Mapping[Code, int], total: int, codes: Sequence[Code] | None = None) -> dict[Code, Share]:
    """Return every code's share of `total`: in the order of `codes`, else the largest first."""
    order = codes if codes is not None else sorted(counts, key=lambda code: (-counts[code], code))
    return {code: share(counts.get(code, 0), total) for code in order}


def top_shares(counts: Counter[str], limit: int) -> tuple[dict[str, Share], int]:
    """Return the `limit` largest shares and how many rows all other values hold."""
    total = counts.total()
    named = {value: count for value, count in counts.most_common() if value != REST}
    kept = dict(list(named.items())[:limit])
    return shares_of(kept, total), total - sum(kept.values())


def rates(part: Counter[str], whole: Counter[str], limit: int) -> dict[str, Share]:
    """Return part / whole, highest first, of at most `limit` values: those with the largest parts and enough rows."""
    enough = [value for value, count in part.most_common() if value != REST and count and whole[value] >= FEWEST]
    shares = [(value, share(part[value], whole[value])) for value in enough[:limit]]
    return dict(sorted(shares, key=lambda item: -item[1].value))


def shade(
    counts: Counter[tuple[str, str]], rows: Sequence[str], columns: Sequence[str]
) -> list[tuple[str, list[Cell]]]:
    """Lay out a table of counts, shaded by the share of its row."""
    table = []
    for row in rows:
        numbers = [counts[row, column] for column in columns]
        total = sum(numbers) or 1
        table.append((row, [Cell(number, _level(number / total)) for number in numbers]))
    return table


def _level(value: float) -> int:
    return 0 if value == 0 else min(5, 1 + int(value * 7))
