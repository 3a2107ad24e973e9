"""The same rows through the local engine and through Spark on this machine → rates, memory, what larger jobs take.

Run from the repository's root: python -m benchmarks.spark [--rows 4000]. The texts are those of the written corpus;
with SKARGA_DATA_DIR, real complaints of all lengths. Every command runs twice, on few rows and on all of them: what
both have in common is the start, the difference is the rate. A core's rate is rows per second of its work, whichever
process of the command did it, so that it does not depend on what else the machine is doing.
"""

import argparse
import itertools
import json
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from tabulate import tabulate

from benchmarks.messages import read_texts

SHARE_OF_FEW = 8
CORES = (2, 16, 64, 256, 1_024)
SIZES = (10**6, 10**8, 10**9)
SKARGA = [sys.executable, "-c", "from pipeline.cli import main; main()"]
LOCAL, SPARK = "local", "spark, local[2]"
ENGINES = {LOCAL: SKARGA, SPARK: ["env", "PYSPARK_SUBMIT_ARGS=--master local[2] pyspark-shell", *SKARGA]}
GIB = 2**30


@dataclass(frozen=True)
class Run:
    """What one call of a command took."""

    seconds: float
    work: float  # core-seconds of all its processes
    memory: dict[str, int]  # kind of process → bytes of the largest one at its peak


@dataclass(frozen=True)
class Measured:
    """What an engine takes."""

    few: Run
    all_rows: Run
    rows_between: int
    row_bytes: float  # of a row of the output

    @property
    def per_core(self) -> float:
        """Return rows per core-second."""
        return self.rows_between / (self.all_rows.work - self.few.work)

    @property
    def per_second(self) -> float:
        """Return rows per second, on a machine as busy as it was."""
        return self.rows_between / (self.all_rows.seconds - self.few.seconds)


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
    print(
        rates(measured), f"\n{rows:,} rows of {row_bytes:.0f} bytes", f"\n{larger_jobs(measured, row_bytes)}", sep="\n"
    )


def write(path: Path, count: int) -> None:
    """Write the first `count` texts, over and over if there are fewer."""
    texts = read_texts()
    with path.open("w", encoding="utf-8") as file:
        for number, text in enumerate(itertools.islice(itertools.cycle(texts), count)):
            file.write(json.dumps({"id": str(number), "text": text}, ensure_ascii=False) + "\n")


def measure(name: str, few: Path, all_rows: Path, rows: int) -> Measured:
    """Tag both files with one engine."""
    runs = []
    for source in (few, all_rows):
        output = source.with_name(f"{source.name}.{name}.parquet")
        runs.append(run([*ENGINES[name], "tag", str(source), "-o", str(output), "--quiet"], name))
    files = output.glob("part-*") if output.is_dir() else [output]
    return Measured(*runs, rows - rows // SHARE_OF_FEW, sum(file.stat().st_size for file in files) / rows)


def run(command: list[str], name: str) -> Run:
    """Run a command and watch all its processes."""
    begun = time.perf_counter()
    options = ["--engine", "spark"] if name == SPARK else []
    process = subprocess.Popen([*command, *options], stderr=subprocess.DEVNULL)
    work: dict[int, float] = {}
    memory: dict[str, int] = {}
    while process.poll() is None:
        for each in processes(process.pid):
            with suppress(psutil.NoSuchProcess):
                times = each.cpu_times()
                work[each.pid] = times.user + times.system
                memory[kind(each)] = max(memory.get(kind(each), 0), each.memory_info().rss)
        time.sleep(0.05)
    if process.returncode:
        raise SystemExit(f"failed: {' '.join(command)}")
    return Run(time.perf_counter() - begun, sum(work.values()), memory)


def processes(pid: int) -> list[psutil.Process]:
    """Return a process and all below it."""
    with suppress(psutil.NoSuchProcess):
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    return []


def kind(process: psutil.Process) -> str:
    """Say what a process is to Spark."""
    if process.name() == "java":
        return "JVM"
    return "Python worker" if "pyspark.daemon" in process.cmdline() else "command"


def rates(measured: dict[str, Measured]) -> str:
    """Return a line per engine."""
    lines = []
    for name, found in measured.items():
        memory = ", ".join(f"{kind} {peak / GIB:.2f} GiB" for kind, peak in found.all_rows.memory.items())
        lines.append((name, found.few.work, found.per_core, found.per_second, memory))
    columns = ["engine", "core-seconds for few rows", "rows per core-second", "rows per second", "memory at the peak"]
    return tabulate(lines, columns, tablefmt="github", floatfmt=".1f")


def larger_jobs(measured: dict[str, Measured], row_bytes: float) -> str:
    """Return a line per size of job: rows over the measured rate; nothing else is assumed but that cores add up."""
    found = measured[SPARK]
    lines = []
    for rows in SIZES:
        hours = rows / found.per_core / 3_600
        sizes = (rows * row_bytes / GIB, rows * found.row_bytes / GIB, hours)
        lines.append([f"{rows:,}", *(f"{size:,.1f}" for size in (*sizes, *(hours / cores for cores in CORES)))])
    columns = ["rows", "in, GiB", "out, GiB", "core hours", *(f"hours on {cores:,} cores" for cores in CORES)]
    return tabulate(lines, columns, tablefmt="github", disable_numparse=True, stralign="right")


if __name__ == "__main__":
    main()
