"""CSV files of models/plots → small line charts and confusion tables, in units of the drawing."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil, sqrt
from pathlib import Path

from pipeline.errors import SkargaError
from pipeline.reporting.charts import Cell, shade
from pipeline.reporting.scores import LANGUAGES

SIDE = 200  # the plotting square
LEFT, TOP = 34, 8
_MOST_POINTS = 100

Record = Mapping[str, str]


@dataclass(frozen=True)
class Point:
    """A dot and what it says when pointed at."""

    x: float
    y: float
    radius: float
    title: str


@dataclass(frozen=True)
class Line:
    """The points of one language."""

    language: str
    points: list[Point]

    @property
    def path(self) -> str:
        """Return the points as SVG writes them."""
        return " ".join(f"{point.x:.1f},{point.y:.1f}" for point in self.points)


@dataclass(frozen=True)
class Panel:
    """One chart: a test set and a task; `top` is the value at its upper edge."""

    test: str
    task: str
    lines: list[Line]
    top: float


@dataclass(frozen=True)
class Confusion:
    """Rows are what people said, columns what the model said; a row is shaded by its own total."""

    test: str
    labels: list[str]
    table: list[tuple[str, list[Cell]]]


def reliability_panels(path: Path) -> list[Panel]:
    """Draw accuracy over confidence; a dot's area shows how many rows its bin holds."""
    return [_reliability(key, records) for key, records in _groups(_read(path, _RELIABILITY)).items()]


def coverage_panels(path: Path) -> list[Panel]:
    """Draw the share of errors over the share of rows that are answered without a person."""
    return [_coverage(key, records) for key, records in _groups(_read(path, _COVERAGE)).items()]


def confusions(path: Path) -> list[Confusion]:
    """Lay out one table for each test set; labels are ordered by how often people gave them."""
    tests: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for record in _read(path, _CONFUSION):
        tests[record["test"]][record["actual"], record["predicted"]] += int(record["count"])
    return [_confusion(test, counts) for test, counts in tests.items()]


_RELIABILITY = ("test", "task", "language", "confidence", "accuracy", "count")
_COVERAGE = ("test", "task", "language", "coverage", "risk")
_CONFUSION = ("test", "actual", "predicted", "count")


def _read(path: Path, columns: Iterable[str]) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        missing = [column for column in columns if column not in (reader.fieldnames or ())]
        if missing:
            raise SkargaError(f"{path}: no column {missing[0]!r}", "make it again with: dvc repro evaluate")
        return list(reader)


def _groups(records: Iterable[Record]) -> dict[tuple[str, str], dict[str, list[Record]]]:
    """Return (test, task) → language → records."""
    groups: dict[tuple[str, str], dict[str, list[Record]]] = defaultdict(lambda: defaultdict(list))
    for record in records:
        groups[record["test"], record["task"]][record["language"]].append(record)
    return groups


def _reliability(key: tuple[str, str], languages: Mapping[str, list[Record]]) -> Panel:
    lines = [
        Line(language, [_bin(record, _most_rows(languages[language])) for record in languages[language]])
        for language in LANGUAGES
        if language in languages
    ]
    return Panel(*key, lines, top=1.0)


def _most_rows(records: list[Record]) -> int:
    return max(int(record["count"]) for record in records) or 1


def _bin(record: Record, most: int) -> Point:
    confidence, accuracy, count = float(record["confidence"]), float(record["accuracy"]), int(record["count"])
    title = f"{record['language']}: confidence {confidence:.2f}, accuracy {accuracy:.2f}, {count} rows"
    return Point(_x(confidence), _y(accuracy, 1.0), 1.5 + 4 * sqrt(count / most), title)


def _coverage(key: tuple[str, str], languages: Mapping[str, list[Record]]) -> Panel:
    risks = [float(record["risk"]) for records in languages.values() for record in records]
    top = max(0.1, ceil(max(risks) * 10) / 10)
    lines = [
        Line(language, [_answered(record, top) for record in _thin(languages[language])])
        for language in LANGUAGES
        if language in languages
    ]
    return Panel(*key, lines, top)


def _answered(record: Record, top: float) -> Point:
    coverage, risk = float(record["coverage"]), float(record["risk"])
    return Point(_x(coverage), _y(risk, top), 0, f"{record['language']}: {coverage:.0%} answered, {risk:.1%} wrong")


def _thin(records: list[Record]) -> list[Record]:
    """Keep about _MOST_POINTS records, the last one among them."""
    step = ceil(len(records) / _MOST_POINTS)
    return [*records[:-1:step], records[-1]]


def _confusion(test: str, counts: Counter[tuple[str, str]]) -> Confusion:
    actual: Counter[str] = Counter()
    for (label, _), count in counts.items():
        actual[label] += count
    labels = [label for label, _ in actual.most_common()]
    labels += sorted({predicted for _, predicted in counts} - set(labels))
    return Confusion(test, labels, shade(counts, labels, labels))


def _x(value: float) -> float:
    return LEFT + SIDE * value


def _y(value: float, top: float) -> float:
    return TOP + SIDE * (1 - value / top)
