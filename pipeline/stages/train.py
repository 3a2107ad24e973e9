"""Train and validation tables + base encoder → the fine-tuned network and its history."""

import shutil
from pathlib import Path

from pipeline import config
from pipeline.data.table import read_table
from pipeline.labels import load_labels
from pipeline.modeling.trainer import train
from pipeline.stages.console import say, stage
from pipeline.stages.prepare import ENCODER
from pipeline.stages.split import SPLIT

NETWORK = Path("models/network")
HISTORY = Path("models/history.csv")
WORK = Path("models/unfinished")  # checkpoints of a run that was cut off; not an output, so DVC leaves it alone


def main() -> None:
    """Fine-tune; write network and history."""
    rows = {part: read_table(SPLIT / f"{part}.parquet") for part in ("train", "validation")}
    network, history = train(rows, ENCODER, load_labels(config.LABELS), config.load_params().train, WORK)
    network.save(NETWORK)
    shutil.copy(ENCODER / "tokenizer.json", NETWORK / "tokenizer.json")
    history.to_csv(HISTORY, index=False, float_format="%.4f")
    shutil.rmtree(WORK)
    say(history.to_string(index=False))


if __name__ == "__main__":
    stage(main)
