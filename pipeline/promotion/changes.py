"""Tags of an old and of a new model for the same rows → what changed for whom: by language and by category."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

FIELDS = ("category", "emotion", "severity", "automation", "needs_review")
_EXAMPLES = 5

Tag = Mapping[str, Any]


@dataclass
class Changes:
    """Counts over the rows that both models have tagged; ids of a few rows for each change of the category."""

    rows: Counter[str] = field(default_factory=Counter)  # by language
    flipped: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))  # field → language → rows
    before: Counter[tuple[str, str]] = field(default_factory=Counter)  # (language, category) → rows
    moves: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # (language, old category, new category)
    examples: dict[tuple[str, str, str], list[str]] = field(default_factory=dict)

    def add(self, old: Tag, new: Tag) -> None:
        """Count one row; its language is what the new model says."""
        language = str(new["language"])
        self.rows[language] += 1
        self.before[language, old["category"]] += 1
        for name in FIELDS:
            self.flipped[name][language] += old[name] != new[name]
        if old["category"] != new["category"]:
            move = (language, str(old["category"]), str(new["category"]))
            self.moves[move] += 1
            ids = self.examples.setdefault(move, [])
            if len(ids) < _EXAMPLES:
                ids.append(str(new["id"]))

    def record(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "rows": dict(self.rows),
            "flipped": {name: dict(counts) for name, counts in self.flipped.items()},
            "categories": [
                {"language": language, "before": old, "after": new, "rows": rows, "examples": self.examples[move]}
                for move, rows in self.moves.most_common()
                for language, old, new in [move]
            ],
        }

    def lines(self) -> Iterator[str]:
        """Say it: rows whose answer flipped by field and language, then every move between categories with ids."""
        languages = [language for language, _ in self.rows.most_common()]
        yield f"{'changed':14}" + "".join(f"{language:>16}" for language in ("all", *languages))
        for name in FIELDS:
            counts = self.flipped[name]
            cells = [(counts.total(), self.rows.total()), *((counts[one], self.rows[one]) for one in languages)]
            yield f"{name:14}" + "".join(f"{_share(count, rows):>16}" for count, rows in cells)
        if self.moves:
            yield ""
            yield f"{'language':9} {'category before':18} {'after':18} {'rows':>6}  of before  ids, for example"
        for (language, old, new), rows in self.moves.most_common():
            of = self.before[language, old]
            ids = ", ".join(self.examples[language, old, new])
            yield f"{language:9} {old:18} {new:18} {rows:>6,}  of {of:>6,}  {ids}"


def changes(old: Iterable[Tag], new: Iterable[Tag]) -> Changes:
    """Count over rows given in the same order."""
    result = Changes()
    for first, second in zip(old, new, strict=True):
        result.add(first, second)
    return result


def _share(count: int, rows: int) -> str:
    return f"{count:,} ({count / rows:.1%})" if rows else "–"
