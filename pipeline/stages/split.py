"""The prepared table → train, validation and test tables; what is wrong with them is said before any training."""

from pipeline import config, paths
from pipeline.data.checks import check
from pipeline.data.splits import assign_splits
from pipeline.data.table import read_table, write_table
from pipeline.labels import load_labels
from pipeline.stages.console import say, stage

PARTS = ("train", "validation", "test")


def main() -> None:
    """Write a table per split, a summary of their sizes and what the checks found."""
    params = config.load_params().split
    rows = read_table(paths.COMPLAINTS)
    splits = assign_splits(rows, params.seed, params.test_share, params.validation_share, params.duplicate_similarity)
    found = check(rows, splits, load_labels(paths.LABELS))
    for part in PARTS:
        write_table(rows[splits == part], paths.SPLIT / f"{part}.parquet")
    summary = rows.assign(split=splits).groupby(["split", "source", "language"]).size().reset_index(name="rows")
    (paths.SPLIT / "summary.json").write_text(summary.to_json(orient="records", indent=2) + "\n", "utf-8")
    (paths.SPLIT / "checks.json").write_text(found.model_dump_json(indent=2) + "\n", "utf-8")
    say(", ".join(f"{name} {count}" for name, count in splits.value_counts().items()))
    for line in found.lines():
        say(line)


if __name__ == "__main__":
    stage(main)
