"""A JSONL file of labels kept apart from the texts that they belong to → labels by the SHA-256 of the text."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from pipeline.data.catalogue import SEVERAL, TASKS, Closed
from pipeline.errors import SkargaError, nearest
from pipeline.labels import Labels

Label = Any  # a code, a list of codes or a number


class Annotation(Closed):
    """The labels of one text; a task that the line leaves out keeps the source's own label."""

    text_sha256: str = Field(pattern="^[0-9a-f]{64}$")
    category: str | None = None
    categories: list[str] | None = None
    emotion: list[str] | None = None
    signals: list[str] | None = None
    severity: int | None = None

    def given(self) -> dict[str, Label]:
        """The tasks that the line labels."""
        return {task: value for task in TASKS if (value := getattr(self, task)) is not None}


def fingerprint(text: str) -> str:
    """Hexadecimal SHA-256 of a text in UTF-8, by which labels find it."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def read_annotations(path: Path, labels: Labels) -> dict[str, Annotation]:
    """Read annotations by the SHA-256 of their text.

    Raises:
        SkargaError: The file is absent, a line is malformed, has an unknown label, or labels a text again.
    """
    if not path.is_file():
        raise SkargaError(f"{path}: no such file", "restore it, or remove `labels` from the source that names it")
    found: dict[str, Annotation] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        where = f"{path}, line {number}"
        annotation = _parse(line, where)
        annotation = annotation.model_copy(update=renew(annotation.given(), labels))
        check_labels(annotation.given(), labels, where, "write a code of configs/labels.yaml")
        if annotation.text_sha256 in found:
            raise SkargaError(f"{where} labels a text that an earlier line labels", "keep one of the two lines")
        found[annotation.text_sha256] = annotation
    return found


def write_annotations(annotations: Iterable[Annotation], path: Path) -> None:
    """Write one line per text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [annotation.model_dump_json(exclude_none=True) + "\n" for annotation in annotations]
    path.write_text("".join(lines), "utf-8")


def renew(given: Mapping[str, Label], labels: Labels) -> dict[str, Label]:
    """Give categories that exactly one other replaces (labels.yaml) its code; others stay as they are."""

    def newest(code: str) -> str:
        successors = labels.successors(code)
        return successors[0] if len(successors) == 1 else code

    renewed = dict(given)
    if given.get("category") is not None:
        renewed["category"] = newest(given["category"])
    if given.get("categories") is not None:
        renewed["categories"] = list(dict.fromkeys(map(newest, given["categories"])))
    return renewed


def check_labels(given: Mapping[str, Label], labels: Labels, where: str, remedy: str) -> None:
    """Refuse codes that labels.yaml does not have.

    Raises:
        SkargaError: A code is unknown; `where` says whose it is, `remedy` how to mend it.
    """
    for task, value in given.items():
        codes = labels.codes["category" if task == "categories" else task]
        for code in value if task in SEVERAL and value is not None else [value]:
            if code is not None and str(code) not in codes:
                raise SkargaError(f"{where}: unknown {task} label {code!r}", f"{remedy}; {nearest(str(code), codes)}")


def _parse(line: str, where: str) -> Annotation:
    try:
        return Annotation.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        raise SkargaError(f"{where}: {key or 'line'}: {first['msg']}", "correct or remove the line") from error
