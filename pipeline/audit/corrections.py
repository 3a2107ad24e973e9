"""Decisions of a person and the training table → files of labels kept apart from the texts, one for each source."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.audit.sheet import Decision
from pipeline.data.annotations import Annotation, check_labels, fingerprint, read_annotations, write_annotations
from pipeline.data.catalogue import Catalogue
from pipeline.errors import SkargaError
from pipeline.labels import Labels

Row = Mapping[Hashable, Any]


@dataclass(frozen=True)
class Merged:
    """What became of decisions."""

    changed: int
    already: int  # decisions that the file or the table holds already
    conflicts: list[str]  # ids whose label has changed since the audit, or that were decided in two ways


@dataclass(frozen=True)
class Applied:
    """What became of the decisions about one source, in its file of labels."""

    source: str
    path: Path
    named: bool  # whether sources.yaml names the file
    merged: Merged


def apply(
    decisions: Sequence[Decision], rows: pd.DataFrame, catalogue: Catalogue, labels: Labels, folder: Path
) -> list[Applied]:
    """Write the decisions into the sources' files of labels, `folder`/<source>.jsonl where a source has none.

    A label is replaced only if it still is what the person saw; otherwise it stays, and the row is a conflict.

    Raises:
        SkargaError: A decision has an unknown label, or is about a row that the table does not have.
    """
    by_id: dict[str, Row] = {str(row["id"]): row for row in rows.to_dict("records")}
    for decision in decisions:
        _refuse_nonsense(decision, by_id, labels)
    applied = []
    for source in dict.fromkeys(decision.source for decision in decisions):
        named = catalogue.choose(source)[source].labels
        path = Path(named) if named else folder / f"{source}.jsonl"
        known = read_annotations(path, labels) if path.is_file() else {}
        merged = _merge(known, [decision for decision in decisions if decision.source == source], by_id)
        if merged.changed:
            write_annotations(known.values(), path)
        applied.append(Applied(source, path, bool(named), merged))
    return applied


def _merge(known: dict[str, Annotation], decisions: Sequence[Decision], by_id: Mapping[str, Row]) -> Merged:
    """Put decisions into `known`, annotations by the SHA-256 of their text."""
    changed, already, conflicts = 0, 0, []
    for decision in decisions:
        row = by_id[decision.identity]
        text = fingerprint(row["text"])
        annotation = known.get(text, Annotation(text_sha256=text))
        now: Row = dict(row) | annotation.given()
        if set(decision.wanted) == _codes(now[decision.task]):
            already += 1
        elif set(decision.given) == _codes(now[decision.task]):
            known[text] = annotation.model_copy(update=_correction(decision, now))
            changed += 1
        else:
            conflicts.append(decision.identity)
    return Merged(changed, already, conflicts)


def _correction(decision: Decision, now: Row) -> dict[str, Any]:
    if decision.task != "category":
        return {decision.task: list(decision.wanted)}
    (wanted,) = decision.wanted
    correction: dict[str, Any] = {"category": wanted}
    if now["categories"] is not None:  # the primary category is always one of them
        others = [code for code in now["categories"] if code not in (*decision.given, wanted)]
        correction["categories"] = [wanted, *others]
    return correction


def _codes(value: Any) -> set[str]:  # noqa: ANN401 - a code or several
    return set() if value is None else {value} if isinstance(value, str) else set(value)


def _refuse_nonsense(decision: Decision, by_id: Mapping[str, Any], labels: Labels) -> None:
    where = f"line {decision.line}, row {decision.identity}"
    if decision.identity not in by_id:
        raise SkargaError(f"{where}: no such row in the training table", "run `dvc repro prepare`, then audit again")
    single = decision.task == "category"
    if single and len(decision.wanted) != 1:
        raise SkargaError(f"{where}: a row has one category", "decide for one code, `keep` or `accept`")
    given = {decision.task: decision.wanted[0] if single else list(decision.wanted)}
    check_labels(given, labels, where, "decide for a code of configs/labels.yaml, `keep` or `accept`")
