"""The prepared table → train, validation and test tables; leaked rows are set aside and counted."""

from pipeline import config, paths
from pipeline.data.splits import assign_splits
from pipeline.data.table import read_table, write_table
from pipeline.stages.console import say, stage

PARTS = ("train", "validation", "test")


def main() -> None:
    """Write a table per split and a summary of their sizes."""
    params = config.load_params().split
    rows = read_table(paths.COMPLAINTS)
    splits = assign_splits(rows, params.seed, params.test_share, params.validation_share, params.duplicate_similarity)
    for part in PARTS:
        write_table(rows[splits == part], paths.SPLIT / f"{part}.parquet")
    summary = rows.assign(split=splits).groupby(["split", "source", "language"]).size().reset_index(name="rows")
    (paths.SPLIT / "summary.json").write_text(summary.to_json(orient="records", indent=2) + "\n", "utf-8")
    say(", ".join(f"{name} {count}" for name, count in splits.value_counts().items()))


if __name__ == "__main__":
    stage(main)
