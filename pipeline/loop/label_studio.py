"""The queue → tasks, predictions and labelling interface of Label Studio; its JSON export → cells as in the sheet."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from pipeline.errors import SkargaError
from pipeline.labels import Labels
from pipeline.loop.queued import TASKS, Queued

_TEXT = "text"
_NONE = "none"
_SEVERAL = ("emotion", "signals")
_EXPORT_IT = "in Label Studio, choose Export and the format JSON (not JSON-MIN, not CSV)"

Cells = dict[str, str]


def tasks(rows: Sequence[Queued], shown: Sequence[str]) -> list[dict[str, Any]]:
    """Tasks to import, each with the model's suggestion as its prediction."""
    return [
        {
            "data": {"id": row.id, "why": row.why, "language": row.language, _TEXT: text},
            "predictions": [
                {"model_version": row.model_version, "score": round(row.priority, 4), "result": _results(row)}
            ],
        }
        for row, text in zip(rows, shown, strict=True)
    ]


def interface(labels: Labels) -> str:
    """The labelling interface, to be pasted into the project's settings; names stand beside the codes."""
    view = ET.Element("View")
    ET.SubElement(view, "Header", value="$why")
    ET.SubElement(view, "Text", name=_TEXT, value=f"${_TEXT}")
    for task in TASKS:
        choice = "multiple" if task in _SEVERAL else "single"
        ET.SubElement(view, "Header", value=task)
        choices = ET.SubElement(view, "Choices", name=task, toName=_TEXT, choice=choice, showInline="true")
        for code, names in getattr(labels, task).items():
            ET.SubElement(choices, "Choice", value=f"{names.ru} / {names.uk}", alias=str(code))
        if task in _SEVERAL:
            ET.SubElement(choices, "Choice", value=_NONE)
    ET.indent(view)
    return ET.tostring(view, encoding="unicode") + "\n"


def read_export(path: Path) -> Iterator[Cells]:
    """Yield one row of cells for each annotation of an export; skipped tasks have none.

    Raises:
        SkargaError: It is not JSON as Label Studio exports it.
    """
    try:
        exported = json.loads(path.read_text("utf-8-sig"))
    except ValueError as error:
        raise SkargaError(f"{path} is not JSON", _EXPORT_IT) from error
    if not isinstance(exported, list) or not all(isinstance(task, dict) and "data" in task for task in exported):
        raise SkargaError(f"{path} is not an export of Label Studio", _EXPORT_IT)
    for task in exported:
        for annotation in task.get("annotations") or []:
            if not annotation.get("was_cancelled"):
                yield _cells(task, annotation)


def _results(row: Queued) -> list[dict[str, Any]]:
    return [
        {
            "from_name": task,
            "to_name": _TEXT,
            "type": "choices",
            "value": {"choices": row.suggested[task] or [_NONE]},
        }
        for task in TASKS
    ]


def _cells(task: dict[str, Any], annotation: dict[str, Any]) -> Cells:
    answers = {
        str(result.get("from_name")): "; ".join(map(str, result.get("value", {}).get("choices", [])))
        for result in annotation.get("result") or []
    }
    return {"id": str(task["data"].get("id", "")), "by": _who(annotation.get("completed_by")), **answers}


def _who(person: Any) -> str:  # noqa: ANN401 - a number or an object, by the version of Label Studio
    if isinstance(person, dict):
        return str(person.get("email") or person.get("id") or "")
    return "" if person is None else f"user {person}"
