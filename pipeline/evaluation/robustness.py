"""The product and labelled rows → what each perturbation of the texts costs, in macro-F1."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from tqdm.auto import tqdm

from pipeline.evaluation.metrics import Bools, Scored, macro_f1
from pipeline.evaluation.perturbations import PERTURBATIONS
from pipeline.evaluation.report_card import language_slices
from pipeline.evaluation.sampling import sample
from pipeline.evaluation.systems import Predictions, tagger_predictions
from pipeline.labels import Labels
from pipeline.serving.tagger import Tagger

TASKS = ("category", "emotion")

Nested = dict[str, dict[str, dict[str, Any]]]


@dataclass(frozen=True)
class Disturbed:
    """One task on the rows that a perturbation has changed and that are labelled for it, before and after.

    Only the labels that occur in these rows are kept, so that both sides average the same labels.
    """

    before: Scored
    after: Scored
    languages: "pd.Series[str]"


def measure_robustness(tagger: Tagger, rows: pd.DataFrame, most: int, progress: str) -> Nested:
    """Tag a sample as it is and under each perturbation.

    Args:
        tagger: The product, as users call it.
        rows: Labelled rows.
        most: Rows in the sample; `pipeline.evaluation.sampling.sample` chooses them.
        progress: What the bar is called.

    Returns:
        Figures as [perturbation][task][language]: macro-F1 `before` and `after`, the `drop` between them, and `n`, the
        rows that are scored, which are those of `Disturbed`.
    """
    steps = tqdm(disturb(tagger, rows, most), desc=progress, total=len(PERTURBATIONS))
    return {name: {task: _by_language(part) for task, part in tasks.items()} for name, tasks in steps}


def disturb(tagger: Tagger, rows: pd.DataFrame, most: int) -> Iterator[tuple[str, dict[str, Disturbed]]]:
    """Yield each perturbation that changes a row of the sample, with what it does to every task."""
    rows = sample(rows, most).reset_index(drop=True)
    before = tagger_predictions(tagger, rows)
    for name, texts, changed in _changes(rows):
        after = tagger_predictions(tagger, rows[changed].assign(text=texts[changed]))
        yield name, _tasks(before, after, rows, changed, tagger.labels)


def undisturbed(answers: Predictions, rows: pd.DataFrame, labels: Labels, most: int) -> Nested:
    """Work out what `measure_robustness` says of the rows `before`, by answers to all of them that are at hand."""
    places = sample(rows.reset_index(drop=True), most).index.tolist()
    before, rows = answers.only(places), rows.iloc[places].reset_index(drop=True)
    figures: Nested = {}
    for name, _, changed in _changes(rows):
        tasks = _tasks(before, before.only(np.flatnonzero(changed).tolist()), rows, changed, labels)
        figures[name] = {
            task: {language: {"before": one["before"]} for language, one in _by_language(part).items()}
            for task, part in tasks.items()
        }
    return figures


def _changes(rows: pd.DataFrame) -> Iterator[tuple[str, "pd.Series[str]", Bools]]:
    """Yield the name of each perturbation that changes a row, the texts under it, and which rows (rows,) it changes."""
    for perturbation in PERTURBATIONS:
        texts = rows["text"].map(perturbation.apply)
        changed = (texts != rows["text"]).to_numpy()
        if changed.any():
            yield perturbation.name, texts, changed


def _tasks(
    before: Predictions, after: Predictions, rows: pd.DataFrame, changed: Bools, labels: Labels
) -> dict[str, Disturbed]:
    all_before, all_after = before.score(rows, labels), after.score(rows[changed], labels)
    tasks = {}
    for task in TASKS:
        scored, labelled = all_before[task]
        first, second = scored.only(changed[labelled]), all_after[task][0]
        tasks[task] = Disturbed(
            _occurring(first, first.true), _occurring(second, first.true), rows["language"][changed & labelled]
        )
    return tasks


def _occurring(scored: Scored, true: Bools) -> Scored:
    """Keep the labels that occur among the true ones (rows, labels)."""
    chosen = true.any(axis=0)
    return Scored(scored.answered[:, chosen], scored.true[:, chosen], None, scored.one_answer)


def _by_language(part: Disturbed) -> dict[str, Any]:
    """Figures by language; what has no labelled row is left out."""
    slices = language_slices(part.languages).items()
    figures = {name: _figures(part.before.only(chosen), part.after.only(chosen)) for name, chosen in slices}
    return {name: one for name, one in figures.items() if one}


def _figures(before: Scored, after: Scored) -> dict[str, float | int]:
    """Nothing where no label occurs: there is no F1 to lose."""
    occurring = before.true.any(axis=0)
    if not occurring.any():
        return {}
    first, second = (macro_f1(part.answered[:, occurring], part.true[:, occurring]) for part in (before, after))
    return {
        "n": len(before.true),
        "before": round(first, 4),
        "after": round(second, 4),
        "drop": round(first - second, 4),
    }
