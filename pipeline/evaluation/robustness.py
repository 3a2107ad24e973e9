"""The product and labelled rows → what each perturbation of the texts costs, in macro-F1."""

from typing import Any

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


def measure_robustness(tagger: Tagger, rows: pd.DataFrame, most: int, progress: str) -> Nested:
    """Tag a sample as it is and under each perturbation.

    Args:
        tagger: The product, as users call it.
        rows: Labelled rows.
        most: Rows in the sample; `pipeline.evaluation.sampling.sample` chooses them.
        progress: What the bar is called.

    Returns:
        Figures as [perturbation][task][language]: macro-F1 `before` and `after`, the `drop` between them, and `n`, the
        rows that the perturbation has changed and that are labelled for the task: the only ones that are scored. The
        macro-F1 is over the labels that occur in these rows, so that both sides average the same labels.
    """
    rows = sample(rows, most).reset_index(drop=True)
    before = tagger_predictions(tagger, rows)
    result: Nested = {}
    for perturbation in tqdm(PERTURBATIONS, desc=progress):
        texts = rows["text"].map(perturbation.apply)
        changed = (texts != rows["text"]).to_numpy()
        if changed.any():
            after = tagger_predictions(tagger, rows[changed].assign(text=texts[changed]))
            result[perturbation.name] = _compare(before, after, rows, changed, tagger.labels)
    return result


def _compare(
    before: Predictions, after: Predictions, rows: pd.DataFrame, changed: Bools, labels: Labels
) -> dict[str, dict[str, Any]]:
    """Figures by task and language; what has no labelled row is left out."""
    all_before, all_after = before.score(rows, labels), after.score(rows[changed], labels)
    tasks = {}
    for task in TASKS:
        scored, labelled = all_before[task]
        languages = rows["language"][changed & labelled]
        tasks[task] = {
            language: _figures(scored.only(changed[labelled]).only(chosen), all_after[task][0].only(chosen))
            for language, chosen in language_slices(languages).items()
        }
    return {task: {name: one for name, one in by_language.items() if one} for task, by_language in tasks.items()}


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
