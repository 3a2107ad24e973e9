"""The hidden folder beside OUTPUT: the plan of a run and its finished parts, from which a killed run goes on."""

import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import SkargaError
from pipeline.serving.durable import written_whole
from pipeline.serving.json_lines import encode_line


@dataclass(frozen=True)
class Plan:
    """All that decides what the output's bytes will be; a run may only go on under the very same plan."""

    input_sha256: str
    model_version: str
    skarga_version: str
    options: Mapping[str, str | int | bool]


@dataclass(frozen=True)
class Part:
    """What is known of one finished part without reading its rows."""

    rows_in: int
    rows_out: int
    rejected: Mapping[str, int]  # reason → rows
    fields: Mapping[str, list[str]]  # field → kinds of its values
    renamed: Mapping[str, str]  # field of the input → its name in the output
    unread_dates: int
    id_digests: str  # 8 bytes per tagged row, in hex: enough to count the ids that occur twice


class WorkFolder:
    """Finished parts in order; a part counts once its summary is there, which is written last."""

    def __init__(self, output: Path) -> None:
        self.output = output
        self.path = output.with_name(f".{output.name}.parts")
        self._plan = self.path / "plan.json"

    def exists(self) -> bool:
        """Say whether an earlier run left its parts."""
        return self._plan.exists()

    def start(self, plan: Plan) -> None:
        """Begin anew, dropping what an earlier run left."""
        self.remove()
        self.path.mkdir(parents=True)
        self._write(self._plan, asdict(plan))

    def resume(self, plan: Plan) -> None:
        """Make sure that the parts were made under the same plan.

        Raises:
            SkargaError: They were not; the error names the first difference.
        """
        theirs = _flat(json.loads(self._plan.read_bytes()))
        for name, ours in _flat(asdict(plan)).items():
            if theirs.get(name) != ours:
                problem = f"cannot resume: {name} was {theirs.get(name)!r} when the run began, now it is {ours!r}"
                raise SkargaError(problem, "restore it, or start over without --resume")

    def remove(self) -> None:
        """Delete the folder; the plan goes first, so that a half-deleted folder is never resumed."""
        self._plan.unlink(missing_ok=True)
        shutil.rmtree(self.path, ignore_errors=True)

    def add(
        self, place: int, rows: Iterable[Mapping[str, Any]], rejected: Iterable[Mapping[str, Any]], part: Part
    ) -> None:
        """Make part number `place` (from 0) durable."""
        for path, records in ((self.rows(place), rows), (self.rejected(place), rejected)):
            with written_whole(path) as file:
                file.writelines(map(encode_line, records))
        self._write(self._summary(place), asdict(part))

    def part(self, place: int) -> Part | None:
        """Return the summary of a finished part; None when it is not finished."""
        try:
            return Part(**json.loads(self._summary(place).read_bytes()))
        except FileNotFoundError:
            return None

    def rows(self, place: int) -> Path:
        """Return the path of a part's tagged rows."""
        return self.path / f"{place:07}.jsonl"

    def rejected(self, place: int) -> Path:
        """Return the path of a part's rejected rows."""
        return self.path / f"{place:07}.rejected.jsonl"

    def scratch(self, name: str) -> Path:
        """Return the path at which a result is put together before it is renamed into place."""
        return self.path / f"{name}.tmp"

    def _summary(self, place: int) -> Path:
        return self.path / f"{place:07}.json"

    def _write(self, path: Path, record: Mapping[str, Any]) -> None:
        with written_whole(path) as file:
            file.write(encode_line(record))


def _flat(plan: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in plan.items() if name != "options"} | dict(plan["options"])
