"""Runs that are killed and resumed: do they leave the files of a run that nothing disturbed? Prints the tally.

python -m benchmarks.kills [--times 200] [--seed 0] [--model DIR]

Half of the kills come at a random moment, half at a random file operation (an opening, a renaming, a removal), which
hits the steps between the publication of one file and of the next as well. Each is a SIGKILL of a process of its own.
"""

import argparse
import json
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from rich.progress import track
from tabulate import tabulate

from benchmarks.messages import SAMPLE
from pipeline.serving.backlog import tag_file
from pipeline.serving.bundle import default_bundle
from pipeline.serving.job import Job
from pipeline.serving.tagger import Tagger

LINES, PART_ROWS = 12, 2
ENDINGS = (".csv", ".jsonl", ".jsonl.gz", ".parquet")
ROWS_FILE, REJECTED_FILE, RECORD_FILE = COMPANIONS = ("", ".rejected.jsonl", ".run.json")
COUNTS = ("rows_in", "rows_out", "rows_rejected", "rejected")
FIRST = ("Де мої гроші за чайник?", "Gde moi dengi za chainik")
PLACES = {  # by what lies in the place of record, rejected rows and rows: an old run's file, the new one's or none
    ("old", "old", "old"): "1. before anything was published",
    (None, "old", "old"): "2. when the old record had gone",
    (None, "new", "old"): "3. between rejected rows and rows",
    (None, "new", "new"): "4. between rows and record",
    ("new", "new", "new"): "5. when all was published",
}
FILE_EVENTS = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir"}
MOST_KILLS = 3  # of one run, before it may end
FORK = multiprocessing.get_context("fork")

Files = dict[str, bytes]  # OUTPUT and its companions, by what their names have more than OUTPUT's


@dataclass
class Undisturbed:
    """What a run leaves that nothing disturbs, and how long it takes."""

    files: Files
    seconds: float
    operations: int


class Run:
    """A run in a process of its own, which is ready when its model is loaded."""

    def __init__(self, job: Job, model: Path, last_operation: int = 0) -> None:
        self._ready = FORK.Event()
        self._operations = FORK.RawValue("i", 0)
        self._last = last_operation
        self._process = FORK.Process(target=self._tag, args=(job, model))
        self._process.start()
        self._ready.wait(60)
        self._began = time.monotonic()

    def kill_after(self, seconds: float) -> None:
        """Kill it if it has not ended by then."""
        self._process.join(seconds)
        self._process.kill()
        self._process.join()

    def end(self) -> tuple[float, int]:
        """Wait for its end; return the seconds and the file operations that it took."""
        self._process.join()
        assert self._process.exitcode in {0, -signal.SIGKILL}, "the run failed"
        return time.monotonic() - self._began, self._operations.value

    def _tag(self, job: Job, model: Path) -> None:
        tagger = Tagger.load(model)
        sys.addaudithook(self._watch)
        self._ready.set()
        tag_file(job, tagger, _quiet, _quiet)

    def _watch(self, event: str, _: object) -> None:
        if event in FILE_EVENTS:
            self._operations.value += 1
            if self._operations.value == self._last:
                os.kill(os.getpid(), signal.SIGKILL)


def kill_runs(folder: Path, model: Path, times: int, seed: int) -> tuple[Counter[str], list[str]]:
    """Kill and resume `times` runs; return where the kills fell, and a line for each run that did not end well."""
    chance = random.Random(seed)
    lines = sorted(SAMPLE.read_bytes().splitlines(keepends=True), key=len)
    source, old_source = folder / "in.jsonl", folder / "old.jsonl"
    source.write_bytes(b"".join(lines[:LINES]) + b"broken\n{}\n")
    old_source.write_bytes(b"".join(lines[:2]) + b"broken\n")
    Tagger.load(model).tag([{"text": text} for text in FIRST])  # word lists and the like are loaded once for all forks
    whole = {ending: _undisturbed(Job(source, folder / f"in{ending}.whole{ending}"), model) for ending in ENDINGS}
    old = {ending: _undisturbed(Job(old_source, folder / f"in{ending}.old{ending}"), model) for ending in ENDINGS}
    places: Counter[str] = Counter()
    failures = []
    for number in track(range(times), "killing", transient=True, disable=not sys.stderr.isatty()):
        ending = ENDINGS[number % len(ENDINGS)]
        job = Job(source, folder / f"{number}{ending}", batch_rows=PART_ROWS, resume=True)
        _write(job.output, old[ending].files)  # an earlier run's, which the new ones must replace all at once
        try:
            places.update(_kill(job, model, whole[ending], old[ending].files, chance))
            _resume(job, model, whole[ending].files)
        except AssertionError as error:
            failures.append(f"run {number} ({ending}): {error}")
    return places, failures


def _undisturbed(job: Job, model: Path) -> Undisturbed:
    parts = Job(job.input, job.output, batch_rows=PART_ROWS)
    seconds, operations = Run(parts, model).end()
    return Undisturbed(_read(job.output), seconds, operations)


def _kill(job: Job, model: Path, whole: Undisturbed, old: Files, chance: random.Random) -> Counter[str]:
    """Start and kill a run up to three times; no state in between may be half of anything."""
    places: Counter[str] = Counter()
    for _ in range(chance.randint(1, MOST_KILLS)):
        if chance.random() < 0.5:
            Run(job, model).kill_after(chance.uniform(0, 1.1 * whole.seconds))
        else:
            Run(job, model, chance.randint(1, whole.operations)).end()
        places[_place(job.output, whole.files, old)] += 1
    return places


def _place(output: Path, whole: Files, old: Files) -> str:
    """Say where a run was killed, by the files that it left."""
    left = _read(output)
    place = tuple(
        _age(name, left.get(name), whole[name], old[name]) for name in (RECORD_FILE, REJECTED_FILE, ROWS_FILE)
    )
    assert place in PLACES, f"record, rejected rows and rows are {place}"
    return PLACES[place]


def _age(name: str, content: bytes | None, whole: bytes, old: bytes) -> str | None:
    if content is None or content == old:
        return None if content is None else "old"
    same = _counts(content) == _counts(whole) if name == RECORD_FILE else content == whole
    return "new" if same else "broken"


def _counts(record: bytes) -> list[object]:
    """Return what two records of the same work have in common: all but times."""
    return [json.loads(record)[name] for name in COUNTS]


def _resume(job: Job, model: Path, whole: Files) -> None:
    Run(job, model).end()
    left = _read(job.output)
    for name, content in whole.items():
        assert _age(name, left.get(name), content, b"") == "new", (
            f"{name or 'rows'} are not those of an undisturbed run"
        )
    hidden = list(job.output.parent.glob(f".{job.output.name}.*"))
    assert not hidden, f"left behind: {hidden}"


def _read(output: Path) -> Files:
    paths = {name: Path(f"{output}{name}") for name in COMPANIONS}
    return {name: path.read_bytes() for name, path in paths.items() if path.exists()}


def _write(output: Path, files: Files) -> None:
    for name, content in files.items():
        Path(f"{output}{name}").write_bytes(content)


def _quiet(*_: object) -> None:
    """Take what a run says and leave it."""


def main() -> None:
    """Print where the kills fell and how many of the runs ended as they should."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--model", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        places, failures = kill_runs(Path(folder), options.model or default_bundle(), options.times, options.seed)
    print(tabulate(sorted(places.items()), ["killed", "times"], tablefmt="github"))
    well = options.times - len(failures)
    print(f"\n{well} of {options.times} runs, resumed, ended with the bytes of an undisturbed run")
    sys.exit("\n".join(failures) or 0)


if __name__ == "__main__":
    main()
