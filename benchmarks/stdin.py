"""What a CRM waits for: the start of `skarga predict`, and each answer of a worker kept open. Prints both.

python -m benchmarks.stdin [--messages 300] [--starts 5] [--model DIR]

The worker gets one message at a time, as from a CRM that waits for each answer.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from tabulate import tabulate

from benchmarks.messages import sample_messages
from pipeline.serving.bundle import default_bundle

SKARGA = (sys.executable, "-c", "from pipeline.cli import main; main()")
WARMED_UP = 30  # messages that are not counted: caches fill, patterns are met for the first time


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=300)
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--model", type=Path)
    options = parser.parse_args()
    model = str(options.model or default_bundle())
    messages = sample_messages()
    predict = (*SKARGA[1:], "predict", messages[0], "--quiet", "--model", model)
    rows = [
        ("an empty Python", *_starts(options.starts, "-c", "pass")),
        ("skarga predict", *_starts(options.starts, *predict)),
        ("skarga tag -", *_quantiles(_answers(messages, options.messages, model)), None),
    ]
    print(f"{model}; load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(tabulate(rows, ["", "times", "p50, ms", "p95, ms", "processor, ms"], tablefmt="github", floatfmt=".0f"))


def _starts(times: int, *arguments: str) -> tuple[int, float, float, float]:
    """Return times, quantiles and the mean time on the processor: on a busy machine, only the last says much."""
    seconds, busy = [], _processor_seconds()
    for _ in range(times):
        began = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - began)
    return *_quantiles(seconds), 1000 * (_processor_seconds() - busy) / times


def _processor_seconds() -> float:
    """Return the processor time of all processes that were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _answers(messages: list[str], count: int, model: str) -> list[float]:
    """Return the seconds of each answer, once warm."""
    seconds = []
    command = [*SKARGA, "tag", "-", "--quiet", "--model", model]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
        assert worker.stdin
        assert worker.stdout
        for number in range(WARMED_UP + count):
            record = {"id": number, "text": messages[number % len(messages)]}
            began = time.perf_counter()
            worker.stdin.write(json.dumps(record).encode() + b"\n")
            worker.stdin.flush()
            worker.stdout.readline()
            seconds.append(time.perf_counter() - began)
        worker.stdin.close()
    return seconds[WARMED_UP:]


def _quantiles(seconds: list[float]) -> tuple[int, float, float]:
    return len(seconds), *(1000 * float(np.quantile(seconds, share)) for share in (0.5, 0.95))


if __name__ == "__main__":
    main()
