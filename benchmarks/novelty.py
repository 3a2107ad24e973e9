"""Texts of other kinds and held-out complaints → which of them the bundle calls unlike what it was made for.

Run from the repository's root after `dvc repro`: python benchmarks/novelty.py
"""

from pathlib import Path

import pandas as pd
import yaml
from rich.console import Console
from rich.table import Table
from sklearn.metrics import roc_auc_score

from pipeline import paths
from pipeline.data.table import read_table
from pipeline.serving import bundle
from pipeline.serving.linear import LinearModel
from pipeline.serving.tagger import Tagger
from pipeline.text.normalize import normalize

TEXTS = Path(__file__).with_suffix(".yaml")
HELD_OUT = "held-out complaints"


def main() -> None:
    """Print a line per kind of text, and how well the share of unknown wording parts all kinds from complaints."""
    folder = bundle.default_bundle()
    rows = measure(folder, {**yaml.safe_load(TEXTS.read_text("utf-8")), HELD_OUT: _held_out()})
    table = Table("texts", "n", "unknown wording", "out_of_distribution", "needs_review")
    for kind, part in rows.groupby("kind", sort=False):
        shares = (f"{part[column].mean():.1%}" for column in ("unknown", "novel", "review"))
        table.add_row(str(kind), str(len(part)), *shares)
    Console().print(table, f"AUROC {roc_auc_score(rows['kind'] != HELD_OUT, rows['unknown']):.3f}, {folder}")


def measure(folder: Path, texts: dict[str, list[str]]) -> pd.DataFrame:
    """A row per text: its kind, its share of unknown wording, and whether the tagger doubts it."""
    tagger, counter = Tagger.load(folder), LinearModel.load(folder).counter
    pairs = [(kind, text) for kind, several in texts.items() for text in several]
    tags = tagger.tag([{"text": text} for _, text in pairs])
    return pd.DataFrame(
        {
            "kind": kind,
            "unknown": counter.count(normalize(text).text).unknown,
            "novel": "out_of_distribution" in tag["review_reasons"],
            "review": tag["needs_review"],
        }
        for (kind, text), tag in zip(pairs, tags, strict=True)
    )


def _held_out() -> list[str]:
    rows = read_table(paths.SPLIT / "test.parquet")
    return rows.loc[rows["source"] == "corpus", "text"].tolist()


if __name__ == "__main__":
    main()
