"""models/metrics.json → score tables: Skarga beside its baselines, one row for each task and language."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SYSTEMS = ("skarga", "frozen", "tfidf")
TASKS = ("category", "categories", "emotion", "signals", "severity", "language")
LANGUAGES = ("all", "ru", "uk", "mixed")
HEADLINES = {"categories": "micro_f1", "language": "accuracy"}  # the figure that systems are compared by
USUAL_HEADLINE = "macro_f1"

Figures = Mapping[str, Any]
Metrics = Mapping[str, Any]  # test set → system → task → language → figures


@dataclass(frozen=True)
class Score:
    """One system's headline figure, 0..1; `best` among the systems of its row. None: not measured."""

    value: float | None
    low: float | None
    high: float | None
    best: bool


@dataclass(frozen=True)
class ScoreRow:
    """A task in a language: the headline figure of every system, then what else is known of Skarga itself."""

    task: str
    language: str
    rows: int | None
    headline: str
    scores: list[Score]  # in the order of SYSTEMS
    accuracy: float | None
    ece: float | None
    coverage_70_accuracy: float | None


def score_rows(metrics: Metrics, test_set: str) -> list[ScoreRow]:
    """List what was measured on a test set, in the order of TASKS and LANGUAGES."""
    systems: Mapping[str, Any] = metrics[test_set]
    return [_score_row(systems, task, language) for task, language in _measured(systems)]


def _measured(systems: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for task in TASKS:
        for language in LANGUAGES:
            if any(_figures(systems, system, task, language) for system in SYSTEMS):
                yield task, language


def _figures(systems: Mapping[str, Any], system: str, task: str, language: str) -> Figures:
    figures: Figures = systems.get(system, {}).get(task, {}).get(language, {})
    return figures


def _score_row(systems: Mapping[str, Any], task: str, language: str) -> ScoreRow:
    headline = HEADLINES.get(task, USUAL_HEADLINE)
    figures = {system: _figures(systems, system, task, language) for system in SYSTEMS}
    known = [part[headline] for part in figures.values() if part.get(headline) is not None]
    own = figures[SYSTEMS[0]]
    return ScoreRow(
        task=task,
        language=language,
        rows=next((part["n"] for part in figures.values() if "n" in part), None),
        headline=headline,
        scores=[_score(part, headline, max(known, default=None)) for part in figures.values()],
        accuracy=own.get("accuracy"),
        ece=own.get("ece"),
        coverage_70_accuracy=own.get("coverage_70_accuracy"),
    )


def _score(figures: Figures, headline: str, best: float | None) -> Score:
    value = figures.get(headline)
    is_best = value is not None and value == best
    return Score(value, figures.get(f"{headline}_low"), figures.get(f"{headline}_high"), is_best)


def markdown_tables(metrics: Metrics) -> str:
    """Write one Markdown table for each test set; the best system of a row is bold."""
    return "\n\n".join(f"**{test_set}**\n\n{_markdown_table(metrics, test_set)}" for test_set in metrics)


def _markdown_table(metrics: Metrics, test_set: str) -> str:
    head = ["task", "language", "rows", "figure", *SYSTEMS, "accuracy", "ECE", "accuracy at 70 % coverage"]
    rule = ["---", "---", "---:", "---", *["---:"] * (len(head) - 4)]
    return markdown_table([head, rule, *(_cells(row) for row in score_rows(metrics, test_set))])


def markdown_table(lines: Iterable[Sequence[str]]) -> str:
    """Write lines of cells as Markdown; the second line is the rule under the head."""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _cells(row: ScoreRow) -> list[str]:
    scores = [f"**{show_score(score)}**" if score.best else show_score(score) for score in row.scores]
    rest = [show(value) for value in (row.accuracy, row.ece, row.coverage_70_accuracy)]
    return [row.task, row.language, str(row.rows or "–"), row.headline.replace("_", " "), *scores, *rest]


def show(value: float | None) -> str:
    """Write a figure with three decimals, a dash where it was not measured."""
    return "–" if value is None else f"{value:.3f}"


def show_score(score: Score) -> str:
    """Write a figure and its interval, where it has one."""
    interval = "" if score.low is None or score.high is None else f" ({score.low:.2f}–{score.high:.2f})"
    return show(score.value) + interval
