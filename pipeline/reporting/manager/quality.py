"""How far to trust the tags: models, share for review, confidence, rows set aside, and drift where it was measured."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import SkargaError

_MOST_WORDS = 12  # sentences of the drift report that the page repeats


@dataclass(frozen=True)
class Drift:
    """What `skarga drift` said of the tagged file: whether something moved, and its own sentences."""

    moved: bool
    sentences: list[str]


def read_drift(tagged: Path) -> Drift | None:
    """Return what `<tagged>.drift.json` says, None where there is none.

    Raises:
        SkargaError: It is there and is no drift report.
    """
    path = Path(f"{tagged}.drift.json")
    if not path.is_file():
        return None
    try:
        report = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise _broken(path) from error
    if not isinstance(report, dict):
        raise _broken(path)
    return Drift(bool(report.get("drifted", report.get("moved", False))), _sentences(report)[:_MOST_WORDS])


def _sentences(value: Any) -> list[str]:  # noqa: ANN401 - whatever the report holds
    """Return the texts under `words`, `verdict`, `summary`, `advice` and the like, in the order of the report."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [sentence for part in value for sentence in _sentences(part)]
    if isinstance(value, dict):
        told = ("verdict", "summary", "words", "advice", "findings", "moved", "retrain")
        return [sentence for name in told if name in value for sentence in _sentences(value[name])]
    return []


def _broken(path: Path) -> SkargaError:
    return SkargaError(f"{path} is not what skarga drift writes", "measure the drift again, or move this file away")
