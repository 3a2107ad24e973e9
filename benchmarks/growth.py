"""Do time and memory grow as they should? Each number of rows is tagged in a process of its own. Prints the table.

python -m benchmarks.growth [--rows 1000 10000 100000 1000000] [--ending .csv] [--model DIR] [--every-text]

The texts are short and only 1,000 of them differ, while every id does. By default each text is tagged once and its tags
are used again, so that a million rows take minutes: all else (reading, checking, parts, counting, joining, writing) is
what `skarga tag` does. With --every-text the model reads every row.
"""

import argparse
import json
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from tabulate import tabulate
from tqdm.auto import tqdm

from benchmarks.messages import sample_messages
from pipeline.serving.backlog import tag_file
from pipeline.serving.bundle import default_bundle
from pipeline.serving.job import Job
from pipeline.serving.tagger import Row, Tagger

TEXTS, LETTERS = 1_000, 80


class RememberingTagger(Tagger):
    """Tags each text once."""

    def tag(self, rows: Sequence[Row]) -> list[dict[str, Any]]:
        """Tag rows as a tagger does."""
        return [self._tags(row["text"]) | {"id": str(row["id"])} for row in rows]

    @cache  # noqa: B019 - one tagger, which lives as long as the process
    def _tags(self, text: str) -> dict[str, Any]:
        (tags,) = super().tag([{"text": text}])
        return tags


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=(1_000, 10_000, 100_000, 1_000_000))
    parser.add_argument("--ending", default=".csv")
    parser.add_argument("--model", type=Path)
    parser.add_argument("--every-text", action="store_true")
    options = parser.parse_args()
    kind = Tagger if options.every_text else RememberingTagger
    lines = []
    for rows in tqdm(options.rows, "sizes", leave=False):
        with tempfile.TemporaryDirectory() as folder, multiprocessing.get_context("spawn").Pool(1) as process:
            source = Path(folder) / "in.jsonl"
            _write(source, rows)
            job = Job(source, source.with_name(f"out{options.ending}"))
            peak, seconds = process.apply(_measure, (job, kind, options.model or default_bundle()))
        lines.append((rows, seconds, rows / seconds, peak))
    print("every text read by the model" if options.every_text else "each text read by the model once")
    columns = ["rows", "seconds", "rows per second", "peak, MiB"]
    print(tabulate(lines, columns, tablefmt="github", intfmt=",", floatfmt=("", ".1f", ".0f", ".0f")))


def _write(path: Path, rows: int) -> None:
    """Write rows of short texts; every text is the beginning of a message, with a number that tells it apart."""
    messages = [text[:LETTERS] for text in sample_messages()]
    with path.open("w", encoding="utf-8") as file:
        for number in range(rows):
            place = number % TEXTS
            text = f"{messages[place % len(messages)]} {place}"
            file.write(json.dumps({"id": f"c-{number}", "text": text, "date": "13.11.2026"}, ensure_ascii=False) + "\n")


def _measure(job: Job, kind: type[Tagger], model: Path) -> tuple[float, float]:
    """Return the peak memory in MiB and the seconds of a run in this process."""
    tagger = kind.load(model)
    began = time.perf_counter()
    tag_file(job, tagger, _quiet, _quiet)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, time.perf_counter() - began


def _quiet(*_: object) -> None:
    """Take what a run says and leave it."""


if __name__ == "__main__":
    main()
