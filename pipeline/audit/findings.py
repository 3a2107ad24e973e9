"""Rows, and what models that did not see them think → likely label errors and near-duplicates with different labels."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores

from pipeline.audit.predictions import Probabilities
from pipeline.labels import Labels

SEVERAL_HEADS = ("emotion", "signals")  # a row has any number of their labels

_EVERY_CLASS = {"min_examples_per_class": 0, "n_jobs": 1}  # rare classes too, and no processes of its own

Problem = Literal["label_error", "near_duplicate_conflict"]


@dataclass(frozen=True)
class Finding:
    """A label that a person should look at again; `quality` is the given label's, 0 (surely wrong) to 1."""

    row: int  # position in the table
    task: str
    given: tuple[str, ...]
    suggested: tuple[str, ...]
    quality: float
    problem: Problem


def find(
    rows: pd.DataFrame, groups: "pd.Series[str]", probabilities: Mapping[str, Probabilities], labels: Labels
) -> list[Finding]:
    """Rank findings of all tasks, the worst label first; near-duplicates with different categories are listed as such.

    The method is confident learning (arXiv:1911.00068), for several labels per row a class at a time.
    """
    conflicts = list(_conflicts(rows, groups, probabilities["category"], labels.codes["category"]))
    known = {finding.row for finding in conflicts}
    errors = [
        finding for finding in _category_errors(rows, probabilities["category"], labels) if finding.row not in known
    ]
    several = [finding for head in SEVERAL_HEADS for finding in _member_errors(rows, head, probabilities[head], labels)]
    return sorted([*conflicts, *errors, *several], key=lambda finding: (finding.quality, finding.row))


@dataclass(frozen=True)
class Single:
    """Rows with a category, reduced to the categories that occur, as cleanlab wants them."""

    places: npt.NDArray[np.int64]  # (labelled,) positions in the table
    given: npt.NDArray[np.int64]  # (labelled,) numbers of `codes`
    probabilities: Probabilities  # (labelled, codes)
    codes: list[str]


def single(rows: pd.DataFrame, probabilities: Probabilities, codes: Sequence[str]) -> Single:
    """Take the rows that have a category."""
    places = np.flatnonzero(rows["category"].notna())
    given = np.array([codes.index(code) for code in rows["category"].iloc[places]], np.int64)
    present, numbers = np.unique(given, return_inverse=True)
    part = probabilities[np.ix_(places, present)]
    return Single(places, numbers, part / part.sum(axis=1, keepdims=True), [codes[i] for i in present])


def _category_errors(rows: pd.DataFrame, probabilities: Probabilities, labels: Labels) -> Iterator[Finding]:
    asked = single(rows, probabilities, labels.codes["category"])
    if len(asked.codes) < 2:  # noqa: PLR2004 - with one category nothing can be mistaken for another
        return
    quality = get_label_quality_scores(asked.given, asked.probabilities)
    for i in np.flatnonzero(find_label_issues(asked.given, asked.probabilities, **_EVERY_CLASS)):
        best = asked.codes[int(asked.probabilities[i].argmax())]
        given = asked.codes[asked.given[i]]
        yield Finding(int(asked.places[i]), "category", (given,), (best,), float(quality[i]), "label_error")


def _member_errors(rows: pd.DataFrame, head: str, probabilities: Probabilities, labels: Labels) -> Iterator[Finding]:
    """Findings of a head of several labels; the suggestion turns every label over that its class finds wrong."""
    codes = labels.codes[head]
    places = np.flatnonzero(rows[head].notna())
    members = np.array([[code in given for code in codes] for given in rows[head].iloc[places]], bool)
    wrong, quality = np.zeros_like(members), np.ones(members.shape)
    for i, member in enumerate(members.T):
        if member.any() and not member.all():
            yes = probabilities[places, i]
            answers, either = member.astype(np.int64), np.column_stack([1 - yes, yes])
            wrong[:, i] = find_label_issues(answers, either, **_EVERY_CLASS)
            quality[:, i] = get_label_quality_scores(answers, either)
    for place, given, turned, scores in zip(places, members, wrong, quality, strict=True):
        if turned.any():
            names, suggested = _names(codes, given), _names(codes, given ^ turned)
            yield Finding(int(place), head, names, suggested, float(scores[turned].min()), "label_error")


def _conflicts(
    rows: pd.DataFrame, groups: "pd.Series[str]", probabilities: Probabilities, codes: Sequence[str]
) -> Iterator[Finding]:
    """Rows whose near-duplicates have another category; the suggestion is the likeliest of those given in the group."""
    table = pd.DataFrame({"place": range(len(rows)), "group": list(groups), "given": list(rows["category"])}).dropna()
    for _, alike in table.groupby("group", sort=False):
        given = sorted(set(alike["given"]), key=codes.index)
        mean = probabilities[alike["place"]].mean(axis=0)
        best = given[int(np.argmax([mean[codes.index(code)] for code in given]))]
        for place, own in zip(alike["place"], alike["given"], strict=True):
            if own != best:
                quality = float(probabilities[place, codes.index(own)])
                yield Finding(int(place), "category", (own,), (best,), quality, "near_duplicate_conflict")


def _names(codes: Sequence[str], chosen: npt.NDArray[np.bool_]) -> tuple[str, ...]:
    return tuple(code for code, one in zip(codes, chosen, strict=True) if one)
