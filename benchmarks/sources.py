"""What each source of labels is worth, and what more rows would bring: a linear model, measured on validation rows.

    dvc exp run -S prepare.sources=everything split && python -m benchmarks.sources

A linear model on the vectors of the untrained encoder (`benchmarks/probe.py`) stands for the whole. It is fitted on the
training rows of some sources and measured on validation rows, so no test row is looked at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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

MOST_ROWS = 1500  # of a source, so that they can be compared
SHARES = (0.125, 0.25, 0.5, 1.0)
TESTS = {
    "category": ("complaints_real", "corpus"),
    "emotion": ("complaints_real", "corpus", "brighter_ru", "brighter_uk"),
}
_TOKENS = 128


@dataclass(frozen=True)
class Features:
    """Vectors (rows, hidden) of the training and validation rows, in the order of the tables."""

    train: Floats
    validation: Floats


def main() -> None:
    """Print the tables in Markdown."""
    train, validation = (read_table(paths.SPLIT / f"{part}.parquet") for part in ("train", "validation"))
    parts = [sample(rows, MOST_ROWS) for _, rows in train.groupby("source", sort=False)]
    train = pd.concat(parts, ignore_index=True)
    vectors = _vectors(train, validation)
    for task in TESTS:
        labelled = [source for source in train["source"].unique() if _labelled(train, task, [source]).any()]
        print(f"\n**{task}: sources**\n")
        chosen = {" + ".join(part): _labelled(train, task, part) for part in _growing(labelled)}
        print(_table(vectors, train, validation, chosen, task))
    print("\n**category: number of real complaints, the corpus always beside them**\n")
    print(_table(vectors, train, validation, _curve(train), "category"))


def _labelled(rows: pd.DataFrame, task: str, sources: Sequence[str]) -> Bools:
    return (rows["source"].isin(sources) & rows[task].notna()).to_numpy()


def _curve(train: pd.DataFrame) -> dict[str, Bools]:
    real = train[train["source"].str.startswith("complaint")]
    few = [sample(real, round(len(real) * share)) for share in SHARES]
    corpus = train["source"] == "corpus"
    return {str(len(part)): (corpus | train["id"].isin(part["id"])).to_numpy() for part in few}


def _growing(sources: Sequence[str]) -> list[list[str]]:
    """Each source alone, then all of them, one added at a time."""
    alone = [[source] for source in sources]
    return alone + [list(sources[:count]) for count in range(2, len(sources) + 1)]


def _vectors(train: pd.DataFrame, validation: pd.DataFrame) -> Features:
    encoder = TextEncoder.load(paths.ENCODER, _TOKENS)
    each = [probe.read(encode_texts(table["text"].tolist(), encoder), encoder) for table in (train, validation)]
    return Features(*probe.standardised(each[0], each[1]))


def _table(
    vectors: Features, train: pd.DataFrame, validation: pd.DataFrame, chosen: Mapping[str, Bools], task: str
) -> str:
    """A line per choice of training rows, a column per validation source."""
    lines = [
        [name, int(rows.sum()), *_measure(_fit(vectors, train, rows, task), validation, task)]
        for name, rows in chosen.items()
    ]
    return tabulate(lines, ["trained on", "rows", *TESTS[task]], tablefmt="github", floatfmt=".3f")


def _fit(vectors: Features, train: pd.DataFrame, rows: Bools, task: str) -> Floats:
    """Logits (validation rows, labels) of a model fitted on the chosen rows."""
    targets = build_targets(train[rows], load_labels(paths.LABELS))
    return probe.fit(vectors.train[rows], targets, task, vectors.validation)


def _measure(logits: Floats, validation: pd.DataFrame, task: str) -> list[str]:
    target = build_targets(validation, load_labels(paths.LABELS))[task]
    return [
        _figure(logits[rows], target[rows], task)
        for rows in ((validation["source"] == test).to_numpy() for test in TESTS[task])
    ]


def _figure(logits: Floats, target: Floats, task: str) -> str:
    """Accuracy / macro-F1 of the category; mean average precision of the emotions with enough rows."""
    if task == "category":
        return " / ".join(f"{score:.3f}" for score in probe.category_scores(target, logits))
    return f"{probe.average_precision(target, logits):.3f}"


if __name__ == "__main__":
    main()
