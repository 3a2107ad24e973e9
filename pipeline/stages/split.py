"""The prepared table → train, validation and test tables; leaked rows are set aside and counted."""

import json
from pathlib import Path

from pipeline import config
from pipeline.data.splits import assign_splits
from pipeline.data.table import read_table, write_table
from pipeline.stages.console import say, stage
from pipeline.stages.prepare import COMPLAINTS

SPLIT = Path("data/split")
PARTS = ("train", "validation", "test")


def main() -> None:
    """Write a table per split and a summary of their sizes."""
    params = config.load_params().split
    rows = read_table(COMPLAINTS)
    splits = assign_splits(
        rows, params.seed, params.test_share, params.validation_share, params.duplicate_similarity
    )
    for part in PARTS:
        write_table(rows[splits == part], SPLIT / f"{part}.parquet")
    counts = rows.groupby([splits, rows["source"], rows["language"]]).size()
    summary = [{"split": s, "source": o, "language": g, "rows": int(n)} for (s, o, g), n in counts.items()]
    (SPLIT / "summary.json").write_text(json.dumps(summary, indent=2) + "\n", "utf-8")
    say(", ".join(f"{name} {count}" for name, count in splits.value_counts().items()))


if __name__ == "__main__":
    stage(main)
