"""Rows per second of `skarga tag`, file to file, beside what a user would pick instead, and how often each is right.

SKARGA_DATA_DIR=… python -m benchmarks.speed [--rows 5000] [--peer-rows 500] [--peers NAME …], from the root, after
`make run`: the peers use the network of that run (models/network), Skarga its bundle. Skarga's rate is of the whole
command, start included; the peers' leave out start and training, so that fewer rows, the first of the same, say the
same. Macro-F1 of the category is that on the held-out rows of the corpus. The fast model has none here, because it has
learned from more rows than the others; `python -m benchmarks.fast` compares it with the released one. Without
SKARGA_DATA_DIR the texts are those of the written corpus. Prints two tables and draws docs/speed.svg.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd
from sklearn.metrics import f1_score
from tabulate import tabulate
from tqdm.auto import tqdm

from benchmarks.messages import read_texts
from benchmarks.peers import PEERS
from pipeline import paths
from pipeline.data.table import read_table
from pipeline.text.normalize import normalize
from pipeline.text.tokens import TextEncoder

PLOT = Path("docs/speed.svg")
SHORT = 120  # characters, at most
SEED = 13
OURS = "skarga tag"
FAST = "skarga tag, fast model"
SKARGA = [sys.executable, "-c", "from pipeline.cli import main; main()", "tag", "--quiet", "--model"]
LAYERS, WIDTH = 12, 384  # of the network

Rates = dict[str, float]


def main() -> None:
    """Print a table for texts of all lengths and one for short texts; draw the rates of both against macro-F1."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=5_000)
    parser.add_argument("--peer-rows", type=int, default=500)
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=list(PEERS))
    options = parser.parse_args()
    texts = read_texts()
    kinds = {"all lengths": texts, "short": [text for text in texts if len(text) <= SHORT]}
    print(f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    held_out = read_table(paths.SPLIT / "test.parquet").dropna(subset="category")
    points = []
    for kind, chosen in kinds.items():
        few = sample_texts(chosen, options.rows)
        rates, scores = _measure(few, options.peer_rows, options.peers, held_out)
        _print(kind, few, rates, scores)
        points += [(kind, system, rates[system], score) for system, score in scores.items()]
    _draw(pd.DataFrame(points, columns=["texts", "system", "rate", "macro_f1"]))


def _measure(texts: list[str], peer_rows: int, peers: list[str], held_out: pd.DataFrame) -> tuple[Rates, Rates]:
    """Return rows per second, and macro-F1 on held-out rows, by system."""
    rates, scores = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        source, first, known = (Path(folder, f"{name}.jsonl") for name in ("texts", "first", "known"))
        for path, written in ((source, texts), (first, texts[:peer_rows]), (known, held_out["text"])):
            path.write_text("".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in written), "utf-8")
        answered = Path(folder, "answered.jsonl")
        rates[FAST] = len(texts) / _skarga(paths.FAST, source, answered)
        rates[OURS] = len(texts) / _skarga(paths.BUNDLE, source, answered)
        _skarga(paths.BUNDLE, known, answered)
        scores[OURS] = _score(answered, held_out["category"])
        for peer in tqdm(peers, "peers", leave=False):
            try:
                rates[peer] = min(peer_rows, len(texts)) / _peer(peer, first, known, answered)
            except subprocess.CalledProcessError as error:
                print(f"{peer} did not run: {error.stderr.splitlines()[-1]}")
            else:
                scores[peer] = _score(answered, held_out["category"])
    return rates, scores


def _print(kind: str, texts: list[str], rates: Rates, scores: Rates) -> None:
    tokens = _tokens(texts)
    print(f"\n{kind}: {len(texts)} texts, {np.mean(tokens):.0f} word pieces each on average")
    rows = [
        (system, rate, rates[OURS] / rate, rates[FAST] / rate, scores.get(system)) for system, rate in rates.items()
    ]
    columns = ["", "rows per second", "Skarga is faster by", "the fast model by", "macro-F1"]
    print(tabulate(rows, columns, tablefmt="github", floatfmt=("", ".1f", ".2f", ".2f", ".3f"), missingval="–"))
    work = np.mean([_operations(count) for count in tokens]) / 1e9
    peak = _peak()
    print(f"{work:.1f} GFLOP a text; {peak:.0f} GFLOP/s of a large float32 product: {peak / work:.0f} texts a second")


def _draw(points: pd.DataFrame) -> None:
    base = alt.Chart(points).encode(
        x=alt.X("rate:Q", title="rows per second", scale=alt.Scale(type="log")),
        y=alt.Y("macro_f1:Q", title="macro-F1 of the category, held-out rows", scale=alt.Scale(zero=False, padding=20)),
        color=alt.condition(alt.datum.system == OURS, alt.value("#0072B2"), alt.value("#777777")),
    )
    chart = base.mark_point(filled=True, size=60) + base.mark_text(dy=-10).encode(text="system:N")
    chart.properties(width=420, height=260).facet(column=alt.Column("texts:N", title=None)).save(PLOT)


def _skarga(bundle: Path, source: Path, answered: Path) -> float:
    began = time.perf_counter()
    subprocess.run([*SKARGA, str(bundle), str(source), "-o", str(answered)], check=True)
    return time.perf_counter() - began


def _peer(name: str, timed: Path, known: Path, answered: Path) -> float:
    command = [sys.executable, "-m", "benchmarks.peers", name, str(timed), str(known), str(answered)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout.splitlines()[-1])


def _score(answered: Path, true: pd.Series) -> float:
    found = [json.loads(line)["category"] for line in answered.open(encoding="utf-8")]
    return float(f1_score(true, found, average="macro", zero_division=0))


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


def sample_texts(texts: list[str], count: int) -> list[str]:
    """At most `count` of them, the same ones each time, in an order by chance."""
    chosen = np.random.default_rng(SEED).permutation(len(texts))[:count]
    return [texts[place] for place in chosen]


if __name__ == "__main__":
    main()
