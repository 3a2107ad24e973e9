"""What the released model set out to reach, and what it reaches: benchmarks/released/*.json → a table.

python benchmarks/goals.py
"""

import json
from dataclasses import dataclass
from typing import Any

from tabulate import tabulate

from pipeline import paths

Figures = dict[str, Any]  # nested, as the stage `evaluate` writes them


@dataclass(frozen=True)
class Goal:
    """A figure on a test, and the value to reach."""

    test: str
    task: str
    language: str
    figure: str
    value: float

    def of(self, figures: Figures, system: str) -> float | None:
        """What a system reaches."""
        return figures[self.test][system][self.task][self.language].get(self.figure)


GOALS = (
    Goal("complaints_real", "category", "all", "accuracy", 0.74),
    Goal("complaints_real", "category", "all", "macro_f1", 0.62),
    Goal("complaints_real", "category", "all", "coverage_70_accuracy", 0.88),
    Goal("complaints_real", "category", "all", "ece", 0.04),
    Goal("complaints_real", "category", "ru", "ece", 0.06),
    Goal("complaints_real", "category", "uk", "ece", 0.06),
    Goal("complaints_real", "emotion", "all", "macro_f1_common", 0.70),
    Goal("complaints_real", "signals", "all", "macro_f1", 0.75),
    Goal("complaints_real", "severity", "all", "accuracy", 0.75),
    Goal("brighter_ru", "emotion", "all", "macro_f1", 0.85),
    Goal("brighter_uk", "emotion", "all", "macro_f1", 0.57),
)
SMALLER_IS_BETTER = {"ece"}
GAP = 0.05  # between ru and uk, of accuracy and macro-F1 of the category


def main() -> None:
    """Print a line per goal."""
    figures = json.loads((paths.RELEASED_FIGURES / "public.json").read_text("utf-8"))
    lines = [_line(figures, goal) for goal in GOALS]
    lines += [_gap(figures["complaints_real"]["skarga"]["category"], figure) for figure in ("accuracy", "macro_f1")]
    head = ["test", "task", "language", "figure", "goal", "skarga", "tfidf", "frozen", "reached"]
    print(tabulate(lines, head, tablefmt="github", floatfmt=".3f"))


def _line(figures: Figures, goal: Goal) -> list[Any]:
    own, *peers = (goal.of(figures, system) for system in ("skarga", "tfidf", "frozen"))
    reached = own <= goal.value if goal.figure in SMALLER_IS_BETTER else own >= goal.value
    return [goal.test, goal.task, goal.language, goal.figure, goal.value, own, *peers, "yes" if reached else "no"]


def _gap(by_language: Figures, figure: str) -> list[Any]:
    gap = abs(by_language["ru"][figure] - by_language["uk"][figure])
    return ["complaints_real", "category", "ru − uk", figure, GAP, gap, None, None, "yes" if gap < GAP else "no"]


if __name__ == "__main__":
    main()
