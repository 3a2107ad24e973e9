"""A queue that people filled in → their answers, and the cells that cannot be taken, each with its reason."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import SkargaError, nearest
from pipeline.labels import Labels
from pipeline.loop.label_studio import read_export
from pipeline.loop.queued import TASKS
from pipeline.loop.sheet import BY, JSON, NONE, Kept
from pipeline.serving.cells import unescape
from pipeline.serving.readers import open_source
from pipeline.serving.records import Columns, Rejected

ACCEPT = "accept"  # the suggestion is right
_TOLD = 3  # ids of the queue that a wrong one is told
_ONE = ("category", "severity")  # tasks that have exactly one label


@dataclass(frozen=True)
class Answer:
    """What a person says is the label of a row; no codes: none of them applies."""

    row: int  # of the file, from 1
    id: str
    who: str
    task: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Refusal:
    """A row or a cell that was not taken."""

    row: int
    problem: str


@dataclass(frozen=True)
class Filled:
    """What is in a filled queue."""

    answers: list[Answer]
    refused: list[Refusal]
    untouched: int  # rows without any answer: nobody has looked at them yet


def read_answers(path: Path, kept: Mapping[str, Kept], labels: Labels, who: str) -> Filled:
    """Read a queue in any format that `skarga tag` reads, or an export of Label Studio in JSON.

    Args:
        path: The filled file.
        kept: The rows of the queue by id.
        labels: The taxonomy that answers are checked against.
        who: Answered, where a row does not say `by` whom.

    Raises:
        SkargaError: The file is missing, unreadable, or no queue.
    """
    answers: list[Answer] = []
    refused: list[Refusal] = []
    untouched = 0
    for number, cells in enumerate(_read(path), start=1):
        if isinstance(cells, Rejected):
            refused.append(Refusal(number, cells.detail))
            continue
        given = {task: text for task in TASKS if (text := cells.get(task, "").strip())}
        untouched += not given
        for task, text in given.items():
            try:
                codes = _codes(task, text, _row_of(cells, kept), labels)
                answers.append(Answer(number, unescape(cells["id"]), cells.get(BY, "").strip() or who, task, codes))
            except ValueError as error:
                refused.append(Refusal(number, f"{task}: {error}"))
    sound, contradicting = _without_contradictions(answers)
    return Filled(sound, sorted([*refused, *contradicting], key=lambda refusal: refusal.row), untouched)


def _read(path: Path) -> Iterator[dict[str, str] | Rejected]:
    if path.suffix.lower() == JSON:
        if not path.is_file():
            raise SkargaError(f"{path}: no such file", "check the path")
        yield from read_export(path)
        return
    with closing(open_source(path, Columns(text="id"))) as rows:  # the text may have been removed; the id may not
        for row in rows:
            if isinstance(row, Rejected):
                yield row
            else:
                yield {name: "" if value is None else str(value) for name, value in row.fields.items()}


def _row_of(cells: Mapping[str, str], kept: Mapping[str, Kept]) -> Kept:
    identity = unescape(cells["id"])
    if identity not in kept:
        close = nearest(identity, kept)
        hint = close if close.startswith("did") else f"its first ids are {', '.join(list(kept)[:_TOLD])}"
        raise ValueError(f"the queue has no row with the id {identity!r}; {hint}")
    return kept[identity]


def _codes(task: str, text: str, row: Kept, labels: Labels) -> tuple[str, ...]:
    """Codes of a cell; spreadsheets may write a severity as 2.0."""
    if text.lower() == ACCEPT:
        return tuple(sorted(row.suggested[task]))
    parts = [part for raw in text.replace(",", ";").split(";") if (part := raw.strip().lower())]
    codes = [part.removesuffix(".0") if task == "severity" else part for part in parts if part != NONE]
    known = labels.codes[task]
    for code in codes:
        if code not in known:
            raise ValueError(f"unknown label {code!r}; choose from {', '.join(known)}, {ACCEPT}" + _or_none(task))
    if task in _ONE and len(codes) != 1:
        raise ValueError(f"a row has exactly one; choose from {', '.join(known)}, {ACCEPT}")
    return tuple(sorted(set(codes)))


def _or_none(task: str) -> str:
    return "" if task in _ONE else f", {NONE}"


def _without_contradictions(answers: Iterable[Answer]) -> tuple[list[Answer], list[Refusal]]:
    """Set aside answers of one person about one row and task that differ: nobody can tell which one is meant."""
    groups: dict[tuple[str, str, str], list[Answer]] = defaultdict(list)
    for answer in answers:
        groups[answer.id, answer.who, answer.task].append(answer)
    sound, refused = [], []
    for (identity, _, task), same in groups.items():
        if len({answer.codes for answer in same}) == 1:
            sound.append(same[0])
        else:
            rows = ", ".join(str(answer.row) for answer in same)
            problem = f"{task}: rows {rows} answer differently for the id {identity!r}; leave one of them"
            refused += [Refusal(answer.row, problem) for answer in same]
    return sorted(sound, key=lambda answer: answer.row), refused
