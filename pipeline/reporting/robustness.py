"""models/robustness.json → what each change of the texts costs, one row for each task and perturbation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.reporting.scores import LANGUAGES, TASKS, markdown_table, show

Robustness = Mapping[str, Any]  # test set → perturbation → task → language → figures

_ALL = LANGUAGES[0]


@dataclass(frozen=True)
class RobustnessRow:
    """Macro-F1 of a task, 0..1, on the rows that a perturbation changes; `drops` in the order of LANGUAGES."""

    task: str
    perturbation: str
    rows: int
    before: float
    after: float
    drops: list[float | None]  # None: no labelled row in this language


def robustness_rows(robustness: Robustness, test_set: str) -> list[RobustnessRow]:
    """List what was measured on a test set, in the order of TASKS, then of the file."""
    perturbations: Mapping[str, Any] = robustness[test_set]
    return [
        _row(task, name, by_task[task])
        for task in TASKS
        for name, by_task in perturbations.items()
        if by_task.get(task)
    ]


def _row(task: str, perturbation: str, by_language: Mapping[str, Any]) -> RobustnessRow:
    own = by_language[_ALL]
    drops = [by_language.get(language, {}).get("drop") for language in LANGUAGES]
    return RobustnessRow(task, perturbation, own["n"], own["before"], own["after"], drops)


def markdown_tables(robustness: Robustness) -> str:
    """Write one Markdown table for each test set."""
    return "\n\n".join(f"**{test_set}**\n\n{_markdown_table(robustness, test_set)}" for test_set in robustness)


def _markdown_table(robustness: Robustness, test_set: str) -> str:
    head = ["task", "change of the text", "rows", "before", "after", *(f"lost, {name}" for name in LANGUAGES)]
    rule = ["---", "---", *["---:"] * (len(head) - 2)]
    return markdown_table([head, rule, *(_cells(row) for row in robustness_rows(robustness, test_set))])


def _cells(row: RobustnessRow) -> list[str]:
    figures = [show(row.before), show(row.after), *map(show_drop, row.drops)]
    return [row.task, row.perturbation.replace("_", " "), str(row.rows), *figures]


def show_drop(value: float | None) -> str:
    """Write a loss with its sign (a gain is negative), nought without, a dash where it was not measured."""
    if value is None:
        return "–"
    return f"{value:+.3f}" if round(value, 3) else show(0.0)
