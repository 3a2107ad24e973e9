"""Candidate and model in use on the same test rows → losses in quality, calibration, languages and robustness."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from tqdm.auto import tqdm

from pipeline import config
from pipeline.data.catalogue import TASKS
from pipeline.evaluation.metrics import Floats, Scored, macro_f1s
from pipeline.evaluation.paired import (
    accuracies,
    calibration_errors,
    draw_with_the_rows,
    drops,
    language_gaps,
    loss_of,
    paired_loss,
)
from pipeline.evaluation.perturbations import PERTURBATIONS
from pipeline.evaluation.report_card import language_slices
from pipeline.evaluation.robustness import Disturbed, disturb
from pipeline.evaluation.systems import Predictions, tagger_predictions
from pipeline.labels import Labels
from pipeline.promotion.gates import Finding, Gate
from pipeline.serving.tagger import Tagger

Tests = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Pair:
    """The model in use and the candidate; both have the same labels."""

    in_use: Tagger
    candidate: Tagger


@dataclass(frozen=True)
class Answers:
    """What both models say of the rows of one test."""

    rows: pd.DataFrame
    in_use: Predictions
    candidate: Predictions

    def tasks(self, labels: Labels) -> Iterator["Task"]:
        """Every task that rows are labelled for."""
        before, after = (one.score(self.rows, labels) for one in (self.in_use, self.candidate))
        for name in TASKS:
            labelled = before[name][1]
            if labelled.any():
                yield Task(name, before[name][0], after[name][0], self.rows["language"][labelled])


@dataclass(frozen=True)
class Task:
    """One task on the rows that are labelled for it: both models against the labels, and the rows' languages."""

    name: str
    before: Scored
    after: Scored
    languages: "pd.Series[str]"

    def slices(self, least: int) -> Iterator["Slice"]:
        """All rows, then those of each language; `enough` from `least` rows on."""
        for language, chosen in language_slices(self.languages).items():
            enough = int(chosen.sum()) >= least
            yield Slice(f"{self.name}, {language}", self.before.only(chosen), self.after.only(chosen), enough)


@dataclass(frozen=True)
class Slice:
    """One task in one language."""

    where: str
    before: Scored
    after: Scored
    enough: bool


class Comparison:
    """All comparisons of a pair that test rows decide."""

    def __init__(self, pair: Pair, tests: Tests, params: config.Params) -> None:
        self._pair = pair
        self._params = params
        self._limits = params.promote
        self.answers = {
            name: Answers(rows, tagger_predictions(pair.in_use, rows), tagger_predictions(pair.candidate, rows))
            for name, rows in tqdm(tests.items(), desc="both models on the tests")
        }
        self._tasks = {name: list(answers.tasks(pair.in_use.labels)) for name, answers in self.answers.items()}

    def gates(self) -> list[Gate]:
        """Judge by every gate that test rows decide."""
        found = {
            "quality": self._quality(),
            "calibration": self._calibration(),
            "languages": self._languages(),
            "robustness": self._robustness(),
        }
        return [
            Gate(name, [one for one in findings if not np.isnan(one.loss.value)]) for name, findings in found.items()
        ]

    def _slices(self) -> Iterator[tuple[str, Slice]]:
        for test, tasks in self._tasks.items():
            for task in tasks:
                for part in task.slices(self._limits.min_rows):
                    yield f"{test}, {part.where}:", part

    def _quality(self) -> Iterator[Finding]:
        for where, part in self._slices():
            weights = self._weights(len(part.before.true))
            for figure, statistic in (("macro-F1", macro_f1s), ("accuracy", accuracies)):
                loss = paired_loss(statistic, part.before, part.after, weights, less_is_better=False)
                yield Finding(f"{where} {figure}", loss, self._limits.quality_loss, part.enough)

    def _calibration(self) -> Iterator[Finding]:
        for where, part in self._slices():
            weights = self._weights(len(part.before.true))
            loss = paired_loss(calibration_errors, part.before, part.after, weights, less_is_better=True)
            yield Finding(f"{where} ECE", loss, self._limits.calibration_loss, part.enough)

    def _languages(self) -> Iterator[Finding]:
        """The distance between languages, where at least two have rows enough."""
        for test, tasks in self._tasks.items():
            for task in tasks:
                slices = [part for part in list(task.slices(self._limits.min_rows))[1:] if part.enough]
                if len(slices) > 1:
                    weights = [self._weights(len(part.before.true)) for part in slices]
                    before = language_gaps([part.before for part in slices], weights)
                    after = language_gaps([part.after for part in slices], weights)
                    loss = loss_of(before, after, less_is_better=True)
                    yield Finding(f"{test}, {task.name}: gap in accuracy", loss, self._limits.language_gap_growth)

    def _robustness(self) -> Iterator[Finding]:
        for test, answers in self.answers.items():
            steps = (
                disturb(model, answers.rows, self._params.evaluate.robustness_rows)
                for model in (self._pair.in_use, self._pair.candidate)
            )
            for (change, before), (_, after) in tqdm(
                zip(*steps, strict=True), desc=f"robustness on {test}", total=len(PERTURBATIONS)
            ):
                for task, part in before.items():
                    where = f"{test}, {task}: lost to {change.replace('_', ' ')}"
                    yield from self._disturbance(where, part, after[task])

    def _disturbance(self, where: str, before: Disturbed, after: Disturbed) -> Iterator[Finding]:
        rows = len(before.languages)
        if rows:
            weights = self._weights(rows)
            lost = [drops(one.before, one.after, weights) for one in (before, after)]
            loss = loss_of(*lost, less_is_better=True)
            yield Finding(where, loss, self._limits.robustness_loss, rows >= self._limits.min_rows)

    def _weights(self, rows: int) -> Floats:
        return draw_with_the_rows(rows, self._params.evaluate.bootstrap_samples, self._params.evaluate.seed)
