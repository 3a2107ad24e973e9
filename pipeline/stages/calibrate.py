"""Two models + validation rows → calibration.json: how to blend and scale them, thresholds, and when to ask."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline import config, paths
from pipeline.data.catalogue import load_catalogue
from pipeline.data.table import read_table
from pipeline.errors import SkargaError, nearest
from pipeline.evaluation.calibration import calibrate
from pipeline.evaluation.novelty import limit_unknown
from pipeline.labels import Labels, load_labels
from pipeline.modeling.batches import encode_texts
from pipeline.modeling.network import Network
from pipeline.modeling.predict import predict_linear, predict_logits
from pipeline.serving.calibration import LINEAR, NETWORK, Level
from pipeline.serving.linear import LinearModel
from pipeline.stages.console import say, stage
from pipeline.text.language import LanguageDetector
from pipeline.text.normalize import normalize
from pipeline.text.signals import SignalMatcher
from pipeline.text.tokens import TextEncoder


def main() -> None:
    """Calibrate every head on the validation table."""
    params = config.load_params().calibrate
    _check(params.target_sources)
    labels = load_labels(paths.LABELS)
    rows = read_table(paths.SPLIT / "validation.parquet")
    encoder, linear = TextEncoder.load(paths.NETWORK), LinearModel.load(paths.LINEAR)
    texts = rows["text"].tolist()
    logits = {
        NETWORK: predict_logits(Network.load(paths.NETWORK), encode_texts(texts, encoder), encoder.pad_id),
        LINEAR: predict_linear(linear, texts),
    }
    calibration = calibrate(logits, rows, labels, params, {"signals": _rule_matches(rows, labels)})
    most_unknown = limit_unknown(rows, linear.counter, LanguageDetector.load(paths.LANGUAGE), params)
    calibration = calibration.model_copy(update={"most_unknown": most_unknown})
    paths.CALIBRATION.write_text(calibration.model_dump_json(indent=2) + "\n", "utf-8")
    for name, level in calibration.levels:
        say(f"{name} ({level.promised:.0%} right promised): {_earned(level)}")
    say(f"calibration → {paths.CALIBRATION}")


def _earned(level: Level) -> str:
    if level.confidence is None:
        return "no confidence earned it"
    return f"from {level.confidence:.2f} on, {level.coverage:.0%} of {level.rows} rows, {level.precision:.0%} right"


def _check(sources: list[str]) -> None:
    """Refuse an unknown source; one that the recipe leaves out is no mistake."""
    known = load_catalogue(paths.SOURCES).sources
    for source in sources:
        if source not in known:
            raise SkargaError(f"calibrate.target_sources: unknown source {source!r}", nearest(source, known))


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
