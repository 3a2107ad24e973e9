"""How far two labellers of the same real complaints agree: the ceiling of every figure measured on such labels.

SKARGA_DATA_DIR=… python benchmarks/agreement.py
"""

from pathlib import Path

import numpy as np
from sklearn.metrics import cohen_kappa_score, f1_score
from tabulate import tabulate

from pipeline import paths
from pipeline.data.annotations import fingerprint, read_annotations
from pipeline.data.catalogue import SEVERAL, load_catalogue
from pipeline.data.sources import read_sources
from pipeline.labels import load_labels

SOURCE = "complaints_real"
AGAIN = Path("data/labels/complaints_real_again.jsonl")


def main() -> None:
    """Print a line per task."""
    labels = load_labels(paths.LABELS)
    again = read_annotations(AGAIN, labels)
    rows = read_sources(load_catalogue(paths.SOURCES).choose(SOURCE), labels)
    rows = rows[[fingerprint(text) in again for text in rows["text"]]]
    lines = []
    for task in ("category", "severity", *SEVERAL):
        codes = labels.codes["category" if task == "categories" else task]
        pairs = [(row[task], getattr(again[fingerprint(row["text"])], task)) for _, row in rows.iterrows()]
        if task in SEVERAL:
            first, second = (np.array([[code in pair[side] for code in codes] for pair in pairs]) for side in (0, 1))
            lines.append(
                [task, len(pairs), (first == second).all(axis=1).mean(), f1_score(first, second, average="micro"), None]
            )
        else:
            first, second = zip(*pairs, strict=True)
            agree = np.mean([a == b for a, b in pairs])
            lines.append(
                [task, len(pairs), agree, f1_score(first, second, average="micro"), cohen_kappa_score(first, second)]
            )
    print(tabulate(lines, ["task", "rows", "same answer", "micro-F1", "kappa"], tablefmt="github", floatfmt=".3f"))


if __name__ == "__main__":
    main()
