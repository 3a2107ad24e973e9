"""models/promotions.jsonl: who made which model the one in use, when, why and on what figures.

A line for each move, each bound by a hash to the line before it, so that no line can be changed, removed or put in
between unnoticed (Haber and Stornetta 1991). Lines are only ever added.
"""

import hashlib
import json
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import SkargaError
from pipeline.serving.clock import now
from pipeline.serving.durable import written_whole

START = "0" * 64  # what the first line is bound to


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Model(_Closed):
    """A released bundle: its version, and the SHA-256 of its manifest, which binds every other file."""

    version: str
    manifest: str


class Alias(_Closed):
    """What the alias `champion` of a registered model named before and after; None: nothing."""

    model: str
    before: str | None
    after: str | None


class Facts(_Closed):
    """What there is to say of a move."""

    who: str
    what: Literal["promotion", "rollback"]
    why: str
    forced: list[str]  # gates that refused and were overruled
    before: Model | None  # None: there was no model
    after: Model
    alias: Alias | None  # None: the registry did not have the model
    tests: dict[str, str]  # SHA-256 of the rows that decided, by test
    gates: dict[str, dict[str, Any]]


class Move(Facts):
    """One line, without the hashes that bind it."""

    number: int
    when: str  # ISO 8601, UTC


class Line(_Closed):
    """A move, bound to the line before it."""

    previous: str
    move: Move
    hash: str


class PromotionLog:
    """All moves so far, verified."""

    def __init__(self, path: Path) -> None:
        """Read and verify.

        Raises:
            SkargaError: A line was changed, removed or put in between; it is named.
        """
        self._path = path
        self.lines: list[Line] = []
        raw = path.read_text("utf-8").splitlines() if path.exists() else []
        for number, text in enumerate(raw, start=1):
            self.lines.append(self._verified(number, text))

    @property
    def last(self) -> Move | None:
        """The last move."""
        return self.lines[-1].move if self.lines else None

    def bind(self, facts: Facts) -> Line:
        """Bind a new move to the end of the log, without writing it."""
        move = Move(**vars(facts), number=len(self.lines) + 1, when=now())
        previous = self._end()
        return Line(previous=previous, move=move, hash=_hash(previous, move))

    def append(self, line: Line) -> None:
        """Write a bound line whole, unless it is there already."""
        if line.hash == self._end():
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        old = self._path.read_bytes() if self._path.exists() else b""
        with written_whole(self._path) as file:
            file.write(old + json.dumps(line.model_dump(), ensure_ascii=False).encode() + b"\n")
        self.lines.append(line)

    def undoable(self) -> Move | None:
        """The last promotion that no rollback has undone yet."""
        standing: list[Move] = []
        for line in self.lines:
            if line.move.what == "promotion":
                standing.append(line.move)
            else:
                standing.pop()
        return standing[-1] if standing else None

    def _end(self) -> str:
        return self.lines[-1].hash if self.lines else START

    def _verified(self, number: int, text: str) -> Line:
        try:
            line = Line.model_validate_json(text)
        except ValidationError as error:
            raise self._tampered(number, "is no line of the log") from error
        if line.previous != self._end() or line.move.number != number:
            raise self._tampered(number, "does not follow from the line before it: one was removed, added or changed")
        if line.hash != _hash(line.previous, line.move):
            raise self._tampered(number, "was changed after it was written")
        return line

    def _tampered(self, number: int, how: str) -> SkargaError:
        return SkargaError(
            f"{self._path}, line {number} {how}", f"restore the file from git: git log -p -- {self._path}"
        )


def _hash(previous: str, move: Move) -> str:
    content = json.dumps({"previous": previous, "move": move.model_dump()}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()
