"""What labels that a model gives to unlabelled complaints are worth beside those of a reader of the codebook.

    dvc exp run -S prepare.sources=full split && python -m benchmarks.pseudo_labels

Two teachers, n-grams and the untrained encoder, are fitted on labelled complaints and the corpus; they label messages
of the pool, whose own labels they do not see. A linear model on the encoder is then fitted on both. Figures are those
of the category on validation rows of real complaints; no test row is looked at.
"""

import numpy as np
import pandas as pd
from scipy.special import softmax
from tabulate import tabulate

from benchmarks import probe
from benchmarks.probe import Bools, Floats
from pipeline import paths
from pipeline.data.table import read_table
from pipeline.evaluation.sampling import sample
from pipeline.labels import load_labels
from pipeline.modeling.batches import build_targets, encode_texts
from pipeline.modeling.linear import fit_characters
from pipeline.text.normalize import normalize
from pipeline.text.tokens import TextEncoder

LABELLED = ("corpus", "complaints_real")
POOL = "complaint_pool"
TEST = "complaints_real"
MOST_ROWS = 1500  # of a source
SURE_SHARE = 0.5  # of the pool, on which the teachers are surest
_TOKENS = 128


def main() -> None:
    """Print a line for every way to use the pool."""
    train, validation = (read_table(paths.SPLIT / f"{part}.parquet") for part in ("train", "validation"))
    parts = [sample(train[train["source"] == source], MOST_ROWS) for source in (*LABELLED, POOL)]
    train = pd.concat([part[part["category"].notna()] for part in parts], ignore_index=True)
    validation = validation[validation["source"] == TEST]
    encoder = TextEncoder.load(paths.ENCODER, _TOKENS)
    vectors = probe.standardised(
        *(probe.read(encode_texts(rows["text"].tolist(), encoder), encoder) for rows in (train, validation))
    )
    print(_table(train, validation, *vectors))


def _table(train: pd.DataFrame, validation: pd.DataFrame, vectors: Floats, validation_vectors: Floats) -> str:
    labels = load_labels(paths.LABELS)
    target, true = build_targets(train, labels)["category"], build_targets(validation, labels)["category"]
    pool = (train["source"] == POOL).to_numpy()
    teachers = [_by_ngrams(train, pool), _by_encoder(train, pool, vectors)]
    both = sum(teachers) / len(teachers)
    answers, agree = both.argmax(axis=1), teachers[0].argmax(axis=1) == teachers[1].argmax(axis=1)
    sure = both.max(axis=1) >= np.quantile(both.max(axis=1), 1 - SURE_SHARE)
    none = np.zeros(pool.sum(), bool)
    uses = {
        "not at all": (answers, none),
        "every message, labelled by the teachers": (answers, ~none),
        "messages on which both teachers agree": (answers, agree),
        f"the {SURE_SHARE:.0%} on which they are surest": (answers, sure),
        "messages on which they agree and are surest": (answers, agree & sure),
        "every message, labelled by the codebook": (target[pool], ~none),
    }
    lines = []
    for name, (given, used) in uses.items():
        rows, known = ~pool, target.copy()
        rows[pool], known[pool] = used, given
        logits = probe.fit(vectors[rows], {"category": known[rows]}, "category", validation_vectors)
        right = float((given == target[pool])[used].mean()) if used.any() else None
        lines.append([name, int(used.sum()), right, *probe.category_scores(true, logits)])
    head = ["the pool is used", "messages", "labels as by the codebook", "accuracy", "macro-F1"]
    return tabulate(lines, head, tablefmt="github", floatfmt=".3f", missingval="–")


def _by_ngrams(train: pd.DataFrame, pool: Bools) -> Floats:
    """Probabilities (messages of the pool, categories)."""
    labels = load_labels(paths.LABELS)
    texts = [normalize(text).text for text in train["text"]]
    known = [text for text, unlabelled in zip(texts, pool, strict=True) if not unlabelled]
    size = {"category": len(labels.codes["category"])}
    model = fit_characters(known, build_targets(train[~pool], labels), size)
    unknown = [text for text, unlabelled in zip(texts, pool, strict=True) if unlabelled]
    said: Floats = softmax(np.stack([model.logits(text)["category"] for text in unknown]), axis=1)
    return said


def _by_encoder(train: pd.DataFrame, pool: Bools, vectors: Floats) -> Floats:
    """Probabilities (messages of the pool, categories)."""
    targets = build_targets(train[~pool], load_labels(paths.LABELS))
    said: Floats = softmax(probe.fit(vectors[~pool], targets, "category", vectors[pool]), axis=1)
    return said


if __name__ == "__main__":
    main()
