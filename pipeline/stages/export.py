"""Network, linear model, calibration and rules → the sealed bundle that inference loads."""

import hashlib
import json
import shutil

from pipeline import config, paths
from pipeline.modeling.network import Network
from pipeline.modeling.onnx_export import export
from pipeline.serving import bundle
from pipeline.serving.linear import VOCABULARY, WEIGHTS
from pipeline.stages.console import say, stage
from pipeline.text.tokens import LENGTH_FILE, TOKENIZER_FILE


def main() -> None:
    """Write models/bundle."""
    params = config.load_params().export
    export(Network.load(paths.NETWORK), paths.BUNDLE / bundle.MODEL, params.quantization)
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
    manifest = bundle.seal(paths.BUNDLE, _data_hashes(), _params_hash(), _validation_figures())
    size = sum(path.stat().st_size for path in paths.BUNDLE.iterdir()) / 1e6
    say(f"bundle {manifest.version}, {size:.1f} MB → {paths.BUNDLE}")


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
