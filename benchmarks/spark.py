"""The same rows through the local engine and through Spark on this machine → rates, memory, and what larger jobs take.

Run from the repository's root: python -m benchmarks.spark [--rows 4000]. The texts are those of the written corpus, over
and over; with SKARGA_DATA_DIR, real complaints of all lengths. Every command is started twice, on few rows and on all of
them: what both have in common is the start, the difference is the rate.
"""

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

CORPUS = Path("data/corpus")
POOL = "complaint_pool.parquet"
SHARE_OF_FEW = 8
CORES = (2, 16, 64, 256, 1_024)
SIZES = (10**6, 10**8, 10**9)
SKARGA = [sys.executable, "-c", "from pipeline.cli import main; main()"]
ENGINES = {
    "local, 1 core": (1, ["taskset", "--cpu-list", "0", *SKARGA], []),
    "local, 2 cores": (2, ["taskset", "--cpu-list", "0,1", *SKARGA], []),
    "spark, local[2]": (2, ["taskset", "--cpu-list", "0,1", *SKARGA], ["--engine", "spark"]),
}
GIB = 2**30


@dataclass(frozen=True)
class Measured:
    """What an engine took."""

    cores: int
    start: float  # seconds before the first row
    rate: float  # rows per second after that
    memory: dict[str, int]  # kind of process → bytes of the largest one at its peak
    row_bytes: float  # of a row of the output

    @property
    def per_core(self) -> float:
        """Return rows per second of one core."""
        return self.rate / self.cores


def main() -> None:
    """Print both tables."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=4_000)
    rows = arguments.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        few, all_rows = Path(folder, "few.jsonl"), Path(folder, "all.jsonl")
        for path, count in ((few, rows // SHARE_OF_FEW), (all_rows, rows)):
            write(path, count)
        measured = {name: measure(name, few, all_rows, rows) for name in ENGINES}
        row_bytes = all_rows.stat().st_size / rows
    console = Console(width=120)
    console.print(rates(measured), f"{rows:,} rows of {row_bytes:.0f} bytes", larger_jobs(measured, row_bytes))


def write(path: Path, count: int) -> None:
    """Write the first `count` texts, over and over if there are fewer."""
    texts = list(read_texts())
    with path.open("w", encoding="utf-8") as file:
        for number, text in enumerate(itertools.islice(itertools.cycle(texts), count)):
            file.write(json.dumps({"id": str(number), "text": text}, ensure_ascii=False) + "\n")


def read_texts() -> Iterator[str]:
    """Yield real complaints where they are, else those of the corpus."""
    if folder := os.environ.get("SKARGA_DATA_DIR"):
        yield from (text for text in pq.read_table(Path(folder, POOL))["text"].to_pylist() if text and text.strip())
    else:
        for path in sorted(CORPUS.glob("*.jsonl")):
            yield from (json.loads(line)["text"] for line in path.read_text("utf-8").splitlines())


def measure(name: str, few: Path, all_rows: Path, rows: int) -> Measured:
    """Tag both files with one engine."""
    cores, command, options = ENGINES[name]
    short, _ = run([*command, "tag", str(few), "-o", f"{few}.{cores}{len(options)}.parquet", "--quiet", *options])
    output = Path(f"{all_rows}.{cores}{len(options)}.parquet")
    long, memory = run([*command, "tag", str(all_rows), "-o", str(output), "--quiet", *options])
    rate = (rows - rows // SHARE_OF_FEW) / (long - short)
    files = output.glob("part-*") if output.is_dir() else [output]
    return Measured(cores, long - rows / rate, rate, memory, sum(file.stat().st_size for file in files) / rows)


def run(command: list[str]) -> tuple[float, dict[str, int]]:
    """Run a command; return its seconds, and the peak memory of its largest process of each kind."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    peaks: dict[str, int] = {}
    watcher = threading.Thread(target=watch, args=(process, peaks))
    watcher.start()
    if process.wait():
        raise SystemExit(f"failed: {' '.join(command)}")
    watcher.join()
    return time.perf_counter() - begun, peaks


def watch(process: "subprocess.Popen[bytes]", peaks: dict[str, int]) -> None:
    """Look at all processes of a command until it ends."""
    while process.poll() is None:
        try:
            root = psutil.Process(process.pid)
            for each in [root, *root.children(recursive=True)]:
                kind = "JVM" if each.name() == "java" else "command" if each == root else "Python worker"
                peaks[kind] = max(peaks.get(kind, 0), each.memory_info().rss)
        except psutil.NoSuchProcess:
            continue
        time.sleep(0.1)


def rates(measured: dict[str, Measured]) -> Table:
    """Return a line per engine."""
    table = Table(
        "engine", "start, s", "rows/s", "rows/s per core", "memory, largest process of a kind", "bytes a row out"
    )
    for name, found in measured.items():
        memory = ", ".join(f"{kind} {peak / GIB:.2f} GiB" for kind, peak in found.memory.items())
        table.add_row(
            name,
            f"{found.start:.1f}",
            f"{found.rate:,.1f}",
            f"{found.per_core:,.1f}",
            memory,
            f"{found.row_bytes:,.0f}",
        )
    return table


def larger_jobs(measured: dict[str, Measured], row_bytes: float) -> Table:
    """Return a line per size of job: rows over the measured rate; nothing else is assumed but that cores add up."""
    found = measured["spark, local[2]"]
    table = Table("rows", "in, GiB", "out, GiB", "core hours", *(f"hours on {cores:,} cores" for cores in CORES))
    for rows in SIZES:
        hours = rows / found.per_core / 3_600
        sizes = (rows * row_bytes / GIB, rows * found.row_bytes / GIB, hours)
        spread = (f"{hours / cores:,.1f}" for cores in CORES)
        table.add_row(f"{rows:,}", *(f"{size:,.1f}" for size in sizes), *spread)
    return table


if __name__ == "__main__":
    main()
