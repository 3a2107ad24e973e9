"""Two models + validation rows → calibration.json: how to blend and scale them, thresholds, and when to ask."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline import config, paths
from pipeline.data.table import read_table
from pipeline.evaluation.calibration import calibrate
from pipeline.labels import Labels, load_labels
from pipeline.modeling.batches import encode_texts
from pipeline.modeling.network import Network
from pipeline.modeling.predict import predict_linear, predict_logits
from pipeline.serving.calibration import LINEAR, NETWORK
from pipeline.serving.linear import LinearModel
from pipeline.stages.console import say, stage
from pipeline.text.normalize import normalize
from pipeline.text.signals import SignalMatcher
from pipeline.text.tokens import TextEncoder


def main() -> None:
    """Calibrate every head on the validation table."""
    params = config.load_params().calibrate
    labels = load_labels(paths.LABELS)
    rows = read_table(paths.SPLIT / "validation.parquet")
    encoder = TextEncoder.load(paths.NETWORK)
    texts = rows["text"].tolist()
    logits = {
        NETWORK: predict_logits(Network.load(paths.NETWORK), encode_texts(texts, encoder), encoder.pad_id),
        LINEAR: predict_linear(LinearModel.load(paths.LINEAR), texts),
    }
    calibration = calibrate(logits, rows, labels, params, {"signals": _rule_matches(rows, labels)})
    paths.CALIBRATION.write_text(calibration.model_dump_json(indent=2) + "\n", "utf-8")
    say(f"ask a person below {calibration.review.confidence:.2f} → {paths.CALIBRATION}")


def _rule_matches(rows: pd.DataFrame, labels: Labels) -> npt.NDArray[np.bool_]:
    matcher = SignalMatcher.load(paths.SIGNALS)
    codes = labels.codes["signals"]
    matches = np.zeros((len(rows), len(codes)), bool)
    for i, (text, language) in enumerate(zip(rows["text"], rows["language"], strict=True)):
        for span in matcher.match(normalize(text).text, language):
            matches[i, codes.index(span.code)] = True
    return matches


if __name__ == "__main__":
    stage(main)
