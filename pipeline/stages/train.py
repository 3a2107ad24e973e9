"""Train and validation tables + base encoder → the fine-tuned network, its history, and the linear model."""

import shutil

from pipeline import config, paths
from pipeline.data.table import read_table
from pipeline.labels import load_labels
from pipeline.modeling.batches import build_targets
from pipeline.modeling.linear import fit_characters
from pipeline.modeling.network import head_sizes
from pipeline.modeling.trainer import train
from pipeline.stages.console import say, stage
from pipeline.text.normalize import normalize
from pipeline.text.tokens import TextEncoder


def main() -> None:
    """Fit the linear model, fine-tune the network."""
    rows = {part: read_table(paths.SPLIT / f"{part}.parquet") for part in ("train", "validation")}
    labels = load_labels(paths.LABELS)
    params = config.load_params().train
    texts = [normalize(text).text for text in rows["train"]["text"]]
    fit_characters(texts, build_targets(rows["train"], labels), head_sizes(labels)).save(paths.LINEAR)
    network, history = train(rows, paths.ENCODER, labels, params, paths.UNFINISHED)
    network.save(paths.NETWORK)
    TextEncoder.load(paths.ENCODER, params.max_tokens).save(paths.NETWORK)
    history.to_csv(paths.HISTORY, index=False, float_format="%.4f")
    shutil.rmtree(paths.UNFINISHED)
    say(history.to_string(index=False))


if __name__ == "__main__":
    stage(main)
