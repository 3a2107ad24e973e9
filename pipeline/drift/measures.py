"""Tagged rows → what is compared of them: numbers, codes, and the linear model's view of the wording."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from pipeline.reporting.tagged import TaggedRow
from pipeline.serving.linear import LinearModel
from pipeline.text.normalize import normalize

Group = Literal["input", "labels", "doubt"]
Value = float | str
Vectors = npt.NDArray[np.float64]
Watch = Callable[[Sequence[TaggedRow]], Iterable[TaggedRow]]  # shows how far the reading has come

WORDING = "wording"
_VIEW = ("category", "emotion", "signals")  # heads whose scores make up a row's vector
_READ = 20_000  # characters, as many as the tagger reads
_NOTHING = "none"


@dataclass(frozen=True)
class Measure:
    """One thing that is compared; `worse` says which way it moves when the model meets what it does not know."""

    name: str
    group: Group
    title: str
    ordered: bool = False  # numbers; otherwise codes
    worse: Literal[-1, 0, 1] = 0


MEASURES = {
    measure.name: measure
    for measure in (
        Measure("length", "input", "characters in a text", ordered=True),
        Measure("language", "input", "language"),
        Measure("vocabulary", "input", "share of wording that training has not seen", ordered=True, worse=1),
        Measure(WORDING, "input", "what a text is like to the linear model, by kinds"),
        Measure("confidence", "doubt", "confidence in the category", ordered=True, worse=-1),
        Measure("emotion_confidence", "doubt", "confidence in the emotion", ordered=True, worse=-1),
        Measure("review", "doubt", "share of rows that a person should look at", ordered=True, worse=1),
        Measure("category", "labels", "category"),
        Measure("emotion", "labels", "strongest emotion"),
        Measure("signals", "labels", "signals of a row, together"),
        Measure("severity", "labels", "severity"),
    )
}

_OF_TAGS: Mapping[str, tuple[str, Callable[[TaggedRow], Value]]] = {  # measure → the field it needs, its value
    "length": ("text", lambda row: float(len(row.text or ""))),
    "language": ("language", lambda row: row.language),
    "confidence": ("category_confidence", lambda row: row.category_confidence),
    "emotion_confidence": ("emotion_confidence", lambda row: row.emotion_confidence),
    "review": ("needs_review", lambda row: float(row.needs_review)),
    "category": ("category", lambda row: row.category),
    "emotion": ("emotion", lambda row: row.emotion),
    "signals": ("signals", lambda row: "+".join(sorted({signal.code for signal in row.signals})) or _NOTHING),
    "severity": ("severity", lambda row: str(row.severity)),
}


@dataclass(frozen=True)
class Observed:
    """Values by measure, and vectors (rows with a text, scores) of the wording; a row without a field has no value."""

    values: dict[str, list[Value]]
    vectors: Vectors


def observe(rows: Sequence[TaggedRow], linear: LinearModel | None, watch: Watch = lambda rows: rows) -> Observed:
    """Take every measure of every row; without a linear model, those of the wording have no values."""
    values: dict[str, list[Value]] = {
        name: [value(row) for row in rows if _has(row, needed)] for name, (needed, value) in _OF_TAGS.items()
    }
    texts = [row for row in rows if row.text]
    views = [_view(row.text or "", linear) for row in watch(texts)] if linear else []
    values["vocabulary"] = [unknown for unknown, _ in views]
    return Observed(values, np.array([vector for _, vector in views], np.float64))


def _has(row: TaggedRow, name: str) -> bool:
    """Whether the file had the field: a default that stands for its absence is not measured."""
    return name in row.model_fields_set and getattr(row, name) is not None


def _view(text: str, linear: LinearModel) -> tuple[float, Vectors]:
    reading = linear.read(normalize(text).text[:_READ])
    return reading.unknown, np.concatenate([reading.logits[head] for head in _VIEW])
