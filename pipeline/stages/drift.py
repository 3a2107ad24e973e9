"""The split tables → how unlike each other they are: an unfair split, a source unlike the messages to come."""

import json

from pipeline import config, paths
from pipeline.data.table import read_table
from pipeline.drift.training import compare_tables
from pipeline.stages.console import say, stage

PARTS = ("train", "validation", "test")


def main() -> None:
    """Write the comparisons, and say what moved."""
    params = config.load_params().calibrate
    compared = compare_tables(
        {part: read_table(paths.SPLIT / f"{part}.parquet") for part in PARTS}, params.target_sources
    )
    for name, comparison in compared.items():
        moved = [f"{finding.measure} {finding.moved:.0%}" for finding in comparison.findings if finding.drifted]
        say(f"{name}: {', '.join(moved) or 'alike'}")
    figures = {name: {one.measure: one.moved for one in found.findings} for name, found in compared.items()}
    paths.DATA_DRIFT.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    stage(main)
