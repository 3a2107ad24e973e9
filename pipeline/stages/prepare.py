"""Bring everything from outside into the workspace: the sources as one table, the base encoder as a folder."""

from pipeline import config, paths
from pipeline.data.catalogue import load_catalogue
from pipeline.data.sources import read_sources
from pipeline.data.table import write_table
from pipeline.labels import load_labels
from pipeline.modeling.encoder import materialize
from pipeline.stages.console import say, stage


def main() -> None:
    """Read the sources of `prepare.sources`, write table and encoder."""
    params = config.load_params().prepare
    sources = load_catalogue(paths.SOURCES).choose(params.sources)
    rows = read_sources(sources, load_labels(paths.LABELS))
    write_table(rows, paths.COMPLAINTS)
    for source, count in rows["source"].value_counts(sort=False).items():
        say(f"{source}: {count} rows")
    materialize(params.encoder, params.latin_pieces, paths.ENCODER)
    say(f"encoder {params.encoder} → {paths.ENCODER}")


if __name__ == "__main__":
    stage(main)
