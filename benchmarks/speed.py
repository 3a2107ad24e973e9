"""Rows per second of `skarga tag`, file to file, beside what a user would pick instead, on the same texts in one run.

SKARGA_DATA_DIR=… python -m benchmarks.speed [--rows 1000] [--peers NAME …], from the root, after `make run`: the peers
use the network of that run (models/network), Skarga its bundle. Skarga's figure is of the whole command, start
included; the peers' leave out start and training. Without SKARGA_DATA_DIR the texts are those of the written corpus.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from tabulate import tabulate

from benchmarks.peers import PEERS
from pipeline import paths
from pipeline.text.normalize import normalize
from pipeline.text.tokens import TextEncoder

POOL = "complaint_pool.parquet"
SHORT = 120  # characters, at most
SEED = 13
SKARGA = [sys.executable, "-c", "from pipeline.cli import main; main()", "tag", "--quiet", "--model", str(paths.BUNDLE)]
LAYERS, WIDTH = 12, 384  # of the network


def main() -> None:
    """Print a table for texts of all lengths and one for short texts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=list(PEERS))
    options = parser.parse_args()
    texts = _texts()
    short = [text for text in texts if len(text) <= SHORT]
    print(f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for name, chosen in (("all lengths", texts), ("short", short)):
        _compare(name, _sample(chosen, options.rows), options.peers)


def _compare(name: str, texts: list[str], peers: list[str]) -> None:
    tokens = _tokens(texts)
    print(f"\n{name}: {len(texts)} texts, {np.mean(tokens):.0f} word pieces each on average")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "texts.jsonl")
        source.write_text("".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts), "utf-8")
        rates = {"skarga tag": len(texts) / _skarga(source)}
        for peer in peers:
            try:
                rates[peer] = len(texts) / _peer(peer, source)
            except subprocess.CalledProcessError as error:
                print(f"{peer} did not run: {error.stderr.splitlines()[-1]}")
    ours = rates["skarga tag"]
    rows = [(system, rate, ours / rate) for system, rate in rates.items()]
    print(
        tabulate(rows, ["", "rows per second", "Skarga is faster by"], tablefmt="github", floatfmt=("", ".1f", ".2f"))
    )
    work = np.mean([_operations(count) for count in tokens]) / 1e9
    peak = _peak()
    print(f"{work:.1f} GFLOP a text; {peak:.0f} GFLOP/s of a large float32 product: {peak / work:.0f} texts a second")


def _skarga(source: Path) -> float:
    began = time.perf_counter()
    subprocess.run([*SKARGA, str(source), "-o", str(source.with_name("tagged.jsonl"))], check=True)
    return time.perf_counter() - began


def _peer(name: str, source: Path) -> float:
    command = [sys.executable, "-m", "benchmarks.peers", name, str(source), str(source.with_name(f"{name}.jsonl"))]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout.splitlines()[-1])


def _operations(tokens: int) -> float:
    """Multiplications and additions of the network's layers: projections and feed-forward, then attention."""
    return LAYERS * (2 * 12 * WIDTH**2 * tokens + 4 * WIDTH * tokens**2)


def _peak() -> float:
    """Thousand million operations a second of a large product of matrices in float32, on every core."""
    size = 2048
    matrix = np.ones((size, size), np.float32)
    seconds = []
    for _ in range(5):
        began = time.perf_counter()
        matrix @ matrix
        seconds.append(time.perf_counter() - began)
    return 2 * size**3 / min(seconds) / 1e9


def _tokens(texts: list[str]) -> list[int]:
    encoder = TextEncoder.load(paths.BUNDLE)
    return [len(encoded.ids) for encoded in encoder.encode([normalize(text).text for text in texts])]


def _texts() -> list[str]:
    folder = os.environ.get("SKARGA_DATA_DIR")
    if folder:
        return [str(text) for text in pq.read_table(Path(folder, POOL), columns=["text"])["text"].to_pylist()]
    lines = [line for path in sorted(Path("data/corpus").glob("*.jsonl")) for line in path.open(encoding="utf-8")]
    return [json.loads(line)["text"] for line in lines]


def _sample(texts: list[str], count: int) -> list[str]:
    chosen = np.random.default_rng(SEED).permutation(len(texts))[:count]
    return [texts[place] for place in chosen]


if __name__ == "__main__":
    main()
