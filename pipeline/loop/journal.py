"""Answers → a journal that only grows: who said what of which text, and when; and the labels that follow from it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.data.annotations import Annotation
from pipeline.errors import SkargaError
from pipeline.serving.durable import written_whole


class Entry(BaseModel):
    """One answer of one person; the text stays with the user, its SHA-256 finds it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    when: str = Field(description="ISO 8601, UTC")
    who: str
    queue: str
    id: str
    text_sha256: str
    task: str
    old: list[str] = Field(description="what the model suggested")
    new: list[str]
    model_version: str


@dataclass
class Merged:
    """What became of new entries."""

    taken: list[Entry] = field(default_factory=list)
    already: int = 0  # the same person has said the same before
    changed_mind: list[Entry] = field(default_factory=list)
    agreed: list[Entry] = field(default_factory=list)  # double work: others have said the same before
    disagreed: list[Entry] = field(default_factory=list)  # others have said something else


def read_journal(path: Path) -> list[Entry]:
    """Read the entries in the order in which they were made; none where there is no journal.

    Raises:
        SkargaError: A line is not an entry.
    """
    entries = []
    lines = path.read_text("utf-8").split("\n") if path.is_file() else []
    for number, line in enumerate(lines, start=1):
        if line:
            try:
                entries.append(Entry.model_validate_json(line))
            except ValidationError as error:
                raise SkargaError(
                    f"{path}, line {number} is damaged", "restore the file, for example from git"
                ) from error
    return entries


def append(path: Path, entries: Iterable[BaseModel]) -> None:
    """Put lines after those that are there; after a power cut the file is the old or the new one, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_bytes() if path.is_file() else b""
    with written_whole(path) as file:
        file.write(before)
        for entry in entries:
            file.write(entry.model_dump_json().encode("utf-8", "replace") + b"\n")


def merge(known: Sequence[Entry], new: Sequence[Entry]) -> Merged:
    """Compare new entries with what each person has said last."""
    merged = Merged()
    latest = _latest(known)
    for entry in new:
        said = latest[entry.text_sha256, entry.task]
        own = said.get(entry.who)
        if own == entry.new:
            merged.already += 1
            continue
        if own is not None:
            merged.changed_mind.append(entry)
        others = [codes for who, codes in said.items() if who != entry.who]
        if others:
            (merged.agreed if all(codes == entry.new for codes in others) else merged.disagreed).append(entry)
        said[entry.who] = entry.new
        merged.taken.append(entry)
    return merged


def settle(entries: Iterable[Entry]) -> tuple[list[Annotation], int]:
    """The labels on which everybody who spoke last agrees, a line per text; and how many answers are in conflict."""
    labels: dict[str, dict[str, Any]] = defaultdict(dict)
    conflicts = 0
    for (text, task), said in _latest(entries).items():
        first, *others = said.values()
        if any(codes != first for codes in others):
            conflicts += 1
        else:
            labels[text][task] = first if task in ("emotion", "signals") else first[0]
    return [Annotation(text_sha256=text, **given) for text, given in labels.items()], conflicts


def _latest(entries: Iterable[Entry]) -> defaultdict[tuple[str, str], dict[str, list[str]]]:
    """(text, task) → person → the codes that they gave last."""
    latest: defaultdict[tuple[str, str], dict[str, list[str]]] = defaultdict(dict)
    for entry in entries:
        latest[entry.text_sha256, entry.task][entry.who] = entry.new
    return latest
