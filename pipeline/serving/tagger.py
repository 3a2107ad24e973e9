"""Texts in, tags out: the one object that files, streams, calls, evaluation, MLflow and Spark all use."""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline.data.schema import Language
from pipeline.errors import SkargaError
from pipeline.labels import Labels, load_labels
from pipeline.risk.scorecard import RiskModel
from pipeline.serving import bundle
from pipeline.serving.calibration import LINEAR, NETWORK, Calibration, Floats
from pipeline.serving.decisions import Answer, decide
from pipeline.serving.evidence import locate
from pipeline.serving.inference import EVIDENCE, Inference, Outputs
from pipeline.serving.linear import LinearModel, LinearReading
from pipeline.text.language import LanguageDetector
from pipeline.text.normalize import Normalized, normalize
from pipeline.text.signals import SignalMatcher, SignalSpan
from pipeline.text.tokens import Encoded, TextEncoder

_READ_BY_RULES = 20_000  # characters; the network reads less
_SHORT = 8  # letters; fewer say nothing that a model could judge

Row = Mapping[str, Any]


@dataclass(frozen=True)
class _Reading:
    """What is known of a text before the network has seen it."""

    normalized: Normalized
    language: Language
    spans: list[SignalSpan]
    encoded: Encoded
    linear: LinearReading


@dataclass(frozen=True)
class Judgement:
    """A tag, and per head the calibrated probabilities (labels,) that it was decided by."""

    tag: dict[str, Any]
    probabilities: dict[str, Floats]
    category_logits: dict[str, Floats]  # model → (labels,)


class Tagger:
    """A loaded bundle."""

    def __init__(self, folder: Path, manifest: bundle.Manifest, threads: int | None = None) -> None:
        self.model_version = manifest.version
        self.labels: Labels = load_labels(folder / bundle.LABELS)
        self._calibration = Calibration.load(folder / bundle.CALIBRATION)
        self._matcher = SignalMatcher.load(folder / bundle.SIGNALS)
        self._language = LanguageDetector.load(folder / bundle.LANGUAGE)
        self._encoder = TextEncoder.load(folder)
        self._inference = Inference(folder / bundle.MODEL)
        self._linear = LinearModel.load(folder)
        self.risk = RiskModel.load(folder)  # None where the bundle has none
        # A thread per core and a text per thread: while one text is cut up in Python, the network reads another.
        self._pool = ThreadPoolExecutor(threads or os.cpu_count())

    @classmethod
    def load(cls, folder: str | Path, threads: int | None = None) -> "Tagger":
        """Verify a bundle and load it; nothing is fetched from anywhere.

        Args:
            folder: The bundle.
            threads: How many texts are read at once; every core by default, 1 where others share the machine.

        Raises:
            SkargaError: A file of the bundle is missing, changed or unknown.
        """
        folder = Path(folder)
        return cls(folder, bundle.verify(folder), threads)

    def tag(self, rows: Sequence[Row]) -> list[dict[str, Any]]:
        """Tag rows with a `text` and, if they have one, an `id`.

        Returns:
            The fields of `pipeline.data.schema.Tag` as plain values, a dict per row, in the order of the rows. What a
            row gets does not depend on its neighbours.

        Raises:
            SkargaError: A row has no text, or a blank one.
        """
        return [judgement.tag for judgement in self.judge(rows)]

    def judge(self, rows: Sequence[Row]) -> list[Judgement]:
        """Tag rows as `tag` does, and keep the probabilities behind the answers: what evaluation looks at."""
        return list(self._pool.map(self._judge, range(1, len(rows) + 1), rows))

    def _judge(self, number: int, row: Row) -> Judgement:
        reading = self._read(number, row)
        output = self._inference.run(reading.encoded.ids)
        by_rule = {span.code for span in reading.spans}
        logits = {NETWORK: output, LINEAR: reading.linear.logits}
        answer = decide(logits, self._calibration, self.labels, reading.language, by_rule)
        signals = self._signals(row["text"], reading, answer, output)
        tag = self._tag(_identity(row, number), reading, answer, signals)
        return Judgement(tag, answer.probabilities, {model: heads["category"] for model, heads in logits.items()})

    def alone(self, judgement: Judgement) -> dict[str, Floats]:
        """The probabilities (labels,) of the category that each model would give without the other."""
        return self._calibration.alone("category", judgement.category_logits, judgement.tag["language"])

    def _read(self, number: int, row: Row) -> _Reading:
        text = row.get("text")
        if not isinstance(text, str) or not text.strip():
            raise SkargaError(f"row {number} has no text", "give every row a non-blank `text`")
        normalized = normalize(text)
        start = normalized.text[:_READ_BY_RULES]
        language = self._language.detect(start)
        return _Reading(
            normalized=normalized,
            language=language,
            spans=self._matcher.match(start, language),
            encoded=self._encoder.encode([normalized.text])[0],
            linear=self._linear.read(start),
        )

    def _tag(self, identity: str, reading: _Reading, answer: Answer, signals: list[dict[str, Any]]) -> dict[str, Any]:
        reasons = [*_doubts_of_text(reading, self._calibration.most_unknown), *answer.doubts]
        return {
            "id": identity,
            "language": reading.language,
            "category": answer.category,
            "category_confidence": answer.category_confidence,
            "categories": answer.categories,
            "emotion": answer.emotion,
            "emotion_confidence": answer.emotion_confidence,
            "emotions": answer.emotions,
            "severity": answer.severity,
            "signals": signals,
            "complainer_risk": "insufficient_history",
            "complainer_risk_score": None,
            "complainer_risk_reasons": [],
            "automation": "suggest" if reasons else answer.level,
            "needs_review": bool(reasons),
            "review_reasons": reasons,
            "truncated": reading.encoded.truncated,
            "model_version": self.model_version,
        }

    def _signals(self, text: str, reading: _Reading, answer: Answer, output: Outputs) -> list[dict[str, Any]]:
        """Matches of the rules, and one place for each signal that only the network sees, in the original text."""
        if not reading.normalized.text:  # nothing but hidden characters: there is no place to point at
            return []
        codes = self.labels.codes["signals"]
        seen = {span.code for span in reading.spans}
        found = [(span.code, span.start, span.end) for span in reading.spans]
        for code in answer.signals:
            if code not in seen:
                shares = output[EVIDENCE][:, codes.index(code)]
                found.append((code, *locate(code, reading.normalized.text, reading.encoded.spans, shares)))
        placed = [(code, *reading.normalized.original_span(start, end)) for code, start, end in found]
        return [
            {"code": code, "start": start, "end": end, "text": text[start:end]}
            for code, start, end in sorted(placed, key=lambda place: (place[1], place[2], place[0]))
        ]


def _identity(row: Row, number: int) -> str:
    given = row.get("id")
    return f"row-{number}" if given is None or given == "" else str(given)


def _doubts_of_text(reading: _Reading, most_unknown: float) -> list[str]:
    letters = islice(filter(str.isalpha, reading.normalized.text[:_READ_BY_RULES]), _SHORT)
    doubts = {
        "unsupported_language": reading.language == "other",
        "too_short": len([*letters]) < _SHORT,
        "truncated": reading.encoded.truncated,
        "obfuscated": reading.normalized.obfuscated,
        "out_of_distribution": reading.linear.unknown > most_unknown and reading.language != "other",
    }
    return [code for code, holds in doubts.items() if holds]
