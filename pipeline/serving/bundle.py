"""The bundle: a folder with all that inference needs, sealed by a manifest of hashes."""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline import __version__, paths
from pipeline.errors import SkargaError

MANIFEST = "manifest.json"
CARD = "README.md"  # for people; no program reads it, and no hash binds it
FORMAT = 1

MODEL = "model.onnx"
LABELS = "labels.yaml"
SIGNALS = "signals.yaml"
LANGUAGE = "language.yaml"
CALIBRATION = "calibration.json"
REFERENCE = "reference.json"  # for `skarga drift`; a bundle may lack it
RISK = "risk.json"  # only where a risk model was fitted

_HASH_LENGTH = 8
_CHECKOUT = Path(__file__).parents[2]  # where the package runs from a checkout, its models are found from any folder


class Manifest(BaseModel):
    """What is in a bundle and where it came from."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    format: int
    version: str
    files: dict[str, str]
    data: dict[str, str]
    params: str
    metrics: dict[str, Any]


def default_bundle() -> Path:
    """The bundle to use when none is named: SKARGA_MODEL, else models/released, else models/bundle.

    The last two are looked for in the current folder, then in the checkout that the package runs from.

    Raises:
        SkargaError: There is none.
    """
    named = os.environ.get("SKARGA_MODEL")
    if named:
        return Path(named)
    for root in (Path(), _CHECKOUT):
        for folder in (root / paths.RELEASED, root / paths.BUNDLE):
            if (folder / MANIFEST).is_file():
                return folder
    raise SkargaError(
        "no model: neither models/released nor models/bundle is here",
        "train one with `make run`, or name a bundle with --model or SKARGA_MODEL",
    )


def seal(folder: Path, data: Mapping[str, str], params: str, metrics: Mapping[str, Any]) -> Manifest:
    """Write the manifest over every file in `folder`.

    Args:
        folder: The bundle.
        data: Hashes of the data that it was trained on.
        params: Hash of the parameters.
        metrics: Figures on validation data.
    """
    files = {path.name: _sha256(path) for path in _content(folder)}
    identity = hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()
    manifest = Manifest(
        format=FORMAT,
        version=f"{__version__}+{identity[:_HASH_LENGTH]}",
        files=files,
        data=dict(data),
        params=params,
        metrics=dict(metrics),
    )
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", "utf-8")
    return manifest


def verify(folder: Path) -> Manifest:
    """Read the manifest and check every file against it.

    Raises:
        SkargaError: A file is missing, changed or unknown; it is named.
    """
    remedy = "fetch the bundle again (dvc checkout, or git checkout), or train one with `make run`"
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except FileNotFoundError as error:
        raise SkargaError(f"{folder} is not a bundle: it has no {MANIFEST}", remedy) from error
    except ValidationError as error:
        raise SkargaError(f"{folder / MANIFEST} is damaged", remedy) from error
    if manifest.format != FORMAT:
        raise SkargaError(
            f"{folder} has bundle format {manifest.format}; this program reads {FORMAT}",
            "install a matching version of skarga",
        )
    present = {path.name for path in _content(folder)}
    _refuse(folder, "is missing", manifest.files.keys() - present, remedy)
    _refuse(folder, "is not listed in the manifest", present - manifest.files.keys(), f"remove it, or {remedy}")
    changed = [name for name, digest in manifest.files.items() if _sha256(folder / name) != digest]
    _refuse(folder, "was changed after the bundle was sealed", changed, remedy)
    return manifest


def _refuse(folder: Path, what: str, names: Iterable[str], remedy: str) -> None:
    for name in sorted(names):
        raise SkargaError(f"{folder / name} {what}", remedy)


def _content(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.name not in (MANIFEST, CARD))


def _sha256(path: Path) -> str:
    if path.is_dir():
        return "a folder"  # a bundle is flat: no folder is ever listed, so this is reported as unknown
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
