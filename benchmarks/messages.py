"""The texts that benchmarks tag: those of the sample backlog, and real or written complaints in number."""

import json
import os
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq

from pipeline import paths
from pipeline.serving.checks import Checker
from pipeline.serving.readers import open_source
from pipeline.serving.records import Columns, Row

SAMPLE = Path("data/backlog.jsonl")
POOL = "complaint_pool.parquet"


def sample_messages() -> list[str]:
    """Read them in the order of the file."""
    checker = Checker(Columns(), SAMPLE.stem)
    with closing(open_source(SAMPLE, Columns())) as source:
        return [item.text for item in map(checker.check, source) if isinstance(item, Row)]


def read_texts() -> list[str]:
    """Real complaints where SKARGA_DATA_DIR names their folder, else the texts of the written corpus."""
    if folder := os.environ.get("SKARGA_DATA_DIR"):
        return [text for text in pq.read_table(Path(folder, POOL))["text"].to_pylist() if text and text.strip()]
    lines = [line for path in sorted(paths.CORPUS.glob("*.jsonl")) for line in path.open(encoding="utf-8")]
    return [json.loads(line)["text"] for line in lines]
