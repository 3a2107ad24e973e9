"""The texts of the sample backlog that can be tagged."""

from contextlib import closing
from pathlib import Path

from pipeline.serving.checks import Checker
from pipeline.serving.readers import open_source
from pipeline.serving.records import Columns, Row

SAMPLE = Path("data/backlog.jsonl")


def sample_messages() -> list[str]:
    """Read them in the order of the file."""
    checker = Checker(Columns(), SAMPLE.stem)
    with closing(open_source(SAMPLE, Columns())) as source:
        return [item.text for item in map(checker.check, source) if isinstance(item, Row)]
