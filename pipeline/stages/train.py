"""Train and validation tables + base encoder → the fine-tuned network and its history."""

import shutil

from pipeline import config, paths
from pipeline.data.table import read_table
from pipeline.labels import load_labels
from pipeline.modeling.trainer import train
from pipeline.stages.console import say, stage
from pipeline.text.tokens import TextEncoder


def main() -> None:
    """Fine-tune; write network and history."""
    rows = {part: read_table(paths.SPLIT / f"{part}.parquet") for part in ("train", "validation")}
    params = config.load_params().train
    network, history = train(rows, paths.ENCODER, load_labels(paths.LABELS), params, paths.UNFINISHED)
    network.save(paths.NETWORK)
    TextEncoder.load(paths.ENCODER, params.max_tokens).save(paths.NETWORK)
    history.to_csv(paths.HISTORY, index=False, float_format="%.4f")
    shutil.rmtree(paths.UNFINISHED)
    say(history.to_string(index=False))


if __name__ == "__main__":
    stage(main)
