"""Network, linear model, calibration and rules → the sealed bundle that inference loads."""

import hashlib
import json
import shutil

from tqdm.auto import tqdm

from pipeline import config, paths
from pipeline.data.table import read_table
from pipeline.drift.reference import FEWEST, load_wording
from pipeline.drift.training import messages
from pipeline.drift.validation import reference_of
from pipeline.modeling.batches import Ids, encode_texts
from pipeline.modeling.network import Network
from pipeline.modeling.onnx_export import export
from pipeline.modeling.smoothing import smooth
from pipeline.serving import bundle
from pipeline.serving.linear import VOCABULARY, WEIGHTS
from pipeline.serving.tagger import Tagger
from pipeline.stages.console import say, stage
from pipeline.text.tokens import LENGTH_FILE, TOKENIZER_FILE, TextEncoder

_TYPICAL = 128  # texts, by which the size of activations is judged


def main() -> None:
    """Write models/bundle."""
    params = config.load_params().export
    network = Network.load(paths.NETWORK)
    if params.quantization == "int8":
        smooth(network, tqdm(_typical_texts(), "size of activations", leave=False))
    export(network, paths.BUNDLE / bundle.MODEL, params.quantization)
    parts = (
        paths.NETWORK / TOKENIZER_FILE,
        paths.NETWORK / LENGTH_FILE,
        paths.LINEAR / WEIGHTS,
        paths.LINEAR / VOCABULARY,
        paths.CALIBRATION,
        paths.RISK,
        paths.LABELS,
        paths.SIGNALS,
        paths.LANGUAGE,
    )
    for part in parts:
        shutil.copyfile(part, paths.BUNDLE / part.name)
    origin = (_data_hashes(), _params_hash(), _validation_figures())
    bundle.seal(paths.BUNDLE, *origin)  # so that the reference is made by what users will load
    _write_reference()
    manifest = bundle.seal(paths.BUNDLE, *origin)
    size = sum(path.stat().st_size for path in paths.BUNDLE.iterdir()) / 1e6
    say(f"bundle {manifest.version}, {size:.1f} MB → {paths.BUNDLE}")


def _typical_texts() -> list[Ids]:
    texts = read_table(paths.SPLIT / "train.parquet")["text"].tolist()
    every = max(len(texts) // _TYPICAL, 1)  # all sources stand one after another
    return encode_texts(texts[::every], TextEncoder.load(paths.NETWORK))


def _write_reference() -> None:
    """Say in the bundle what its validation messages are like; `skarga drift` compares later ones with them."""
    rows = messages(read_table(paths.SPLIT / "validation.parquet"), config.load_params().calibrate.target_sources)
    if len(rows) < FEWEST:
        say(f"{len(rows)} validation messages are too few for {bundle.REFERENCE}: the bundle goes without")
        return
    reference = reference_of(rows, Tagger.load(paths.BUNDLE), load_wording(paths.BUNDLE))
    (paths.BUNDLE / bundle.REFERENCE).write_text(reference.model_dump_json() + "\n", "utf-8")


def _data_hashes() -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(paths.SPLIT.glob("*.parquet"))}


def _params_hash() -> str:
    blocks = config.load_params().model_dump(
        include={"prepare", "split", "train", "calibrate", "simulate_customers", "risk", "export"}, mode="json"
    )
    return hashlib.sha256(json.dumps(blocks, sort_keys=True).encode()).hexdigest()


def _validation_figures() -> dict[str, float]:
    lines = [line.split(",") for line in paths.HISTORY.read_text("utf-8").splitlines()]
    best = max(lines[1:], key=lambda line: float(line[lines[0].index("validation_score")]))
    return {name: float(value) for name, value in zip(lines[0], best, strict=True) if value}


if __name__ == "__main__":
    stage(main)
