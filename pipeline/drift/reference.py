"""What messages were like: the file that later ones are compared with, in a bundle or made of a tagged file."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.drift.histograms import Histogram, find_kinds, name_kinds
from pipeline.drift.measures import MEASURES, WORDING, Observed
from pipeline.errors import SkargaError
from pipeline.serving import bundle
from pipeline.serving.linear import VOCABULARY, WEIGHTS, LinearModel

FORMAT = 1
FEWEST = 100  # rows: a reference of fewer is known too badly to be compared with
_DECIMALS = 3
_MAKE_ONE = "make one of a time when all was well: skarga drift --make-reference TAGGED -o reference.json"


class Reference(BaseModel):
    """Histograms by measure, and what a comparison needs to know of their making."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    format: int = FORMAT
    rows: int
    model_version: str | None  # that tagged the rows; None in a bundle, whose own it is
    linear: dict[str, str]  # SHA-256 of the files of the linear model that read the wording
    histograms: dict[str, Histogram]
    kinds: list[list[float]] = Field(description="centers of the kinds of wording")


@dataclass(frozen=True)
class Wording:
    """A linear model, and the hashes by which it is known again."""

    model: LinearModel
    hashes: dict[str, str]


def make_reference(observed: Observed, rows: int, linear: Mapping[str, str], model_version: str | None) -> Reference:
    """Lay down what was observed of `rows` rows that stand for what messages should be like.

    Args:
        observed: Their measures.
        rows: Their number.
        linear: Hashes of the linear model that read their wording.
        model_version: The model that tagged them; None for the bundle that the reference will lie in.

    Raises:
        SkargaError: There are fewer than `FEWEST` rows.
    """
    if rows < FEWEST:
        raise SkargaError(f"{rows} rows are too few for a reference", f"take a tagged file of {FEWEST} or more")
    centers = find_kinds(observed.vectors).round(_DECIMALS) if len(observed.vectors) else observed.vectors
    values = observed.values | {WORDING: name_kinds(observed.vectors, centers)}
    return Reference(
        rows=rows,
        model_version=model_version,
        linear=dict(linear),
        histograms={name: Histogram.of(found, MEASURES[name].ordered) for name, found in values.items() if found},
        kinds=centers.tolist(),
    )


def read_reference(path: Path) -> Reference:
    """Read a reference from its file, or from the bundle in a folder, whose version it then has.

    Raises:
        SkargaError: There is none, or it is damaged.
    """
    manifest = bundle.verify(path) if path.is_dir() else None
    if manifest and bundle.REFERENCE not in manifest.files:
        raise SkargaError(f"{path} has no {bundle.REFERENCE}: an earlier version of skarga exported it", _MAKE_ONE)
    file = path / bundle.REFERENCE if manifest else path
    try:
        reference = Reference.model_validate_json(file.read_bytes())
    except FileNotFoundError as error:
        raise SkargaError(f"{path}: no such file", _MAKE_ONE) from error
    except ValidationError as error:
        raise SkargaError(f"{file} is not a reference for drift, or is damaged", _MAKE_ONE) from error
    if reference.format != FORMAT:
        raise SkargaError(f"{file} has format {reference.format}; this program reads {FORMAT}", _MAKE_ONE)
    return reference.model_copy(update={"model_version": manifest.version}) if manifest else reference


def load_wording(folder: Path) -> Wording:
    """Load the linear model of a bundle.

    Raises:
        SkargaError: A file of the bundle is missing, changed or unknown.
    """
    return Wording(LinearModel.load(folder), linear_hashes(bundle.verify(folder).files))


def linear_hashes(files: Mapping[str, str]) -> dict[str, str]:
    """Of a manifest's hashes, those that say which linear model it is."""
    return {name: files[name] for name in (VOCABULARY, WEIGHTS)}
