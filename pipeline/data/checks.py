"""The table with its splits → what is wrong with it: for people on the console, and as a record for the model card."""

from collections.abc import Iterable, Iterator

import pandas as pd

from pipeline.data.catalogue import SEVERAL, TASKS, Closed
from pipeline.errors import SkargaError
from pipeline.labels import Labels
from pipeline.text.normalize import normalize

_LANGUAGES = ("ru", "uk")  # what the product promises to tag
_FEW = 2  # rows: with fewer, a label cannot be learnt and counted both
_SHOWN = 5  # ids in a line
_TOLERATED = 0.01  # of a source's rows with a category: more contradictions are no slips


class Leak(Closed):
    """Rows of a source set aside, for they repeat a row that tests or validates."""

    source: str
    rows: int
    ids: list[str]


class Conflict(Closed):
    """Rows with the same text and different categories."""

    ids: list[str]
    categories: list[str]


class RareLabel(Closed):
    """A label that hardly any row in training has; `ids` are all its rows, training or not."""

    task: str
    label: str
    training_rows: int
    ids: list[str]


class Checks(Closed):
    """Everything that a person should know of a table before a model is trained on it."""

    leaked: list[Leak]
    conflicts: list[Conflict]
    rare_labels: list[RareLabel]
    languages_without_rows: list[str]

    def lines(self) -> Iterator[str]:
        """Say it, a line for each kind and place, with what to do next."""
        for leak in self.leaked:
            yield f"{leak.source}: {leak.rows} rows left out as near-duplicates of held-out rows: {_some(leak.ids)}"
        if self.conflicts:
            ids = [" = ".join(conflict.ids) for conflict in self.conflicts]
            yield (
                f"{len(self.conflicts)} texts have rows of different categories: {_some(ids)}; "
                "decide with: skarga audit"
            )
        for rare in self.rare_labels:
            where = f" (all its rows: {_some(rare.ids)})" if rare.ids else ""
            yield f"{rare.task} {rare.label!r} has {rare.training_rows} training rows{where}: label more, or merge it"
        for language in self.languages_without_rows:
            yield f"no training row is in {language!r}: add a source, or expect no answer worth trusting there"


def check(rows: pd.DataFrame, splits: "pd.Series[str]", labels: Labels) -> Checks:
    """Look for leaks, contradictions, labels and languages without rows.

    Raises:
        SkargaError: More than 1 % of a source's rows contradict another row of that source with the same text.
    """
    labelled = rows[rows["category"].notna()]
    labelled = labelled.assign(plain=[normalize(text).text.casefold() for text in labelled["text"]])
    _refuse_careless_sources(labelled)
    leaked = rows[splits == "leaked"].groupby("source", sort=False)["id"]
    train = rows[splits == "train"]
    return Checks(
        leaked=[Leak(source=str(source), rows=len(ids), ids=list(ids[:_SHOWN])) for source, ids in leaked],
        conflicts=[_conflict(alike) for alike in _contradictions(labelled)],
        rare_labels=list(_rare(rows, train, labels)),
        languages_without_rows=[language for language in _LANGUAGES if language not in set(train["language"])],
    )


def _contradictions(labelled: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Rows that have the same text, case and stray characters apart, and more than one category."""
    for _, alike in labelled.groupby("plain", sort=False):
        if alike["category"].nunique() > 1:
            yield alike


def _conflict(alike: pd.DataFrame) -> Conflict:
    return Conflict(ids=list(alike["id"]), categories=sorted(set(alike["category"])))


def _refuse_careless_sources(labelled: pd.DataFrame) -> None:
    for source, own in labelled.groupby("source", sort=False):
        contradicting = [identity for alike in _contradictions(own) for identity in alike["id"]]
        if len(contradicting) > _TOLERATED * len(own):
            raise SkargaError(
                f"source {str(source)!r}: {len(contradicting)} rows have the text of another row "
                f"and a different category: {_some(contradicting)}",
                "keep one category for each text, in the source or in a file of `labels` (CONTRIBUTING.md)",
            )


def _rare(rows: pd.DataFrame, train: pd.DataFrame, labels: Labels) -> Iterator[RareLabel]:
    for task in TASKS:
        labelled, known = _exploded(rows, task), set(train["id"])
        if labelled.empty:
            continue  # a task that no source labels is no accident
        for code in labels.codes["category" if task == "categories" else task]:
            ids = list(labelled["id"][labelled[task] == code])
            count = sum(identity in known for identity in ids)
            if count < _FEW:
                yield RareLabel(task=task, label=code, training_rows=count, ids=ids[:_SHOWN])


def _exploded(rows: pd.DataFrame, task: str) -> pd.DataFrame:
    """Columns id and task, one row for each label of a row, the label as text."""
    labelled = rows.loc[rows[task].notna(), ["id", task]]
    if task in SEVERAL:
        return labelled.explode(task)
    return labelled.assign(**{task: labelled[task].map(lambda value: str(int(value)) if task == "severity" else value)})


def _some(names: Iterable[str]) -> str:
    names = list(names)
    return ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
