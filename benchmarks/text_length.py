"""How much of a text a network should read, by a linear model on what an untrained encoder makes of parts of it.

    dvc exp run -S prepare.sources=full split && python -m benchmarks.text_length

Figures are those of the category on validation rows of real complaints; no test row is looked at.
"""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pandas as pd
from tabulate import tabulate

from benchmarks import probe
from benchmarks.probe import Bools, Floats
from pipeline import paths
from pipeline.data.table import read_table
from pipeline.evaluation.sampling import sample
from pipeline.labels import load_labels
from pipeline.modeling.batches import build_targets, encode_texts
from pipeline.text.tokens import TextEncoder

SOURCE = "complaints_real"
MOST_ROWS = 1500
LONG = 128  # word pieces
WINDOW = 128
_WHOLE = 4096  # word pieces, more than any of these texts has

Reader = Callable[[Sequence[str]], Floats]


def main() -> None:
    """Print a line for every way to read a text."""
    train, validation = (_rows(part) for part in ("train", "validation"))
    long = np.array([len(ids) > LONG for ids in encode_texts(validation["text"].tolist(), _encoder(_WHOLE))])
    lines = [[name, *_scores(reader, train, validation, long)] for name, reader in _readers().items()]
    print(f"{len(train)} training rows, {len(validation)} validation rows, {long.sum()} of them longer than {LONG}")
    head = ["word pieces read", "accuracy", "macro-F1", "accuracy, long texts"]
    print(tabulate(lines, head, tablefmt="github", floatfmt=".3f"))


def _readers() -> dict[str, Reader]:
    return {
        **{f"{count}, head and tail": partial(_head_and_tail, count=count) for count in (64, 128, 256, 512)},
        "256, head alone": partial(_head, count=256),
        f"all, mean of windows of {WINDOW}": _windows,
    }


def _rows(part: str) -> pd.DataFrame:
    rows = read_table(paths.SPLIT / f"{part}.parquet")
    return sample(rows[(rows["source"] == SOURCE) & rows["category"].notna()], MOST_ROWS)


def _scores(reader: Reader, train: pd.DataFrame, validation: pd.DataFrame, long: Bools) -> list[float]:
    labels = load_labels(paths.LABELS)
    vectors = probe.standardised(*(reader(table["text"].tolist()) for table in (train, validation)))
    logits = probe.fit(vectors[0], build_targets(train, labels), "category", vectors[1])
    target = build_targets(validation, labels)["category"]
    return [*probe.category_scores(target, logits), probe.category_scores(target[long], logits[long])[0]]


def _encoder(count: int) -> TextEncoder:
    return TextEncoder.load(paths.ENCODER, count)


def _head_and_tail(texts: Sequence[str], count: int) -> Floats:
    encoder = _encoder(count)
    return probe.read(encode_texts(texts, encoder), encoder)


def _head(texts: Sequence[str], count: int) -> Floats:
    encoder = _encoder(_WHOLE)
    return probe.read([ids[:count] for ids in encode_texts(texts, encoder)], encoder)


def _windows(texts: Sequence[str]) -> Floats:
    """Mean over windows, each by its length."""
    encoder = _encoder(_WHOLE)
    cut = [np.split(ids, range(WINDOW, len(ids), WINDOW)) for ids in encode_texts(texts, encoder)]
    vectors = probe.read([window for windows in cut for window in windows], encoder)
    ends = np.cumsum([len(windows) for windows in cut])[:-1]
    lengths = (np.array([len(window) for window in windows]) for windows in cut)
    each = zip(np.split(vectors, ends), lengths, strict=True)
    return np.stack([np.average(part, axis=0, weights=weights) for part, weights in each])


if __name__ == "__main__":
    main()
