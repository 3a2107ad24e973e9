"""configs/sources.yaml → checked descriptions of sources."""

from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline.errors import SkargaError, nearest

Part = Literal["train", "test", "all", "only_train"]  # only_train: too noisy to validate with
Task = Literal["category", "categories", "emotion", "signals", "severity"]
TASKS: tuple[Task, ...] = ("category", "categories", "emotion", "signals", "severity")
SEVERAL: tuple[Task, ...] = ("categories", "emotion", "signals")  # tasks whose label is a list of codes


class Closed(BaseModel):
    """Frozen; an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Hub(Closed):
    """A data set on the Hugging Face hub."""

    id: str
    config: str | None = None
    revision: str | None = None


class SplitField(Closed):
    """The source's own field that says which part a row belongs to, with its values."""

    field: str
    train: list[str]
    test: list[str]


class Source(Closed):
    """One source: where its rows are and how its fields and labels are named there."""

    reader: Literal["json", "csv", "parquet"]
    origin: str
    licence: str
    path: str | None = None
    files: dict[Part, str] = {}
    sha256: dict[str, str] = {}
    hub: Hub | None = None
    language: Literal["ru", "uk", "mixed", "other"] | None = None
    weight: Annotated[float, Field(gt=0)] = 1.0
    text: str = "text"
    fields: dict[Literal["id", "language", "group"] | Task, str] = {}
    flags: dict[Task, dict[str, str]] = {}
    values: dict[Task, dict[str, str | None]] = {}
    second_pass: dict[Task, str] = {}
    labels: str | None = None
    split: SplitField | None = None

    @model_validator(mode="after")
    def _has_rows_and_language(self) -> "Source":
        if bool(self.path) == bool(self.files):
            raise ValueError("give either `path` (in the repository) or `files` (in SKARGA_DATA_DIR)")
        if not self.language and "language" not in self.fields:
            raise ValueError("give `language`, or name its field under `fields`")
        return self


class Catalogue(Closed):
    """All sources, and named sets of them."""

    sets: dict[str, list[str]]
    sources: dict[str, Source]

    def choose(self, names: str) -> dict[str, Source]:
        """The sources of a set, of a single source, or of several joined by commas.

        Raises:
            SkargaError: A name is neither a set nor a source.
        """
        chosen: dict[str, Source] = {}
        for name in names.split(","):
            for source in self.sets.get(name, [name]):
                if source not in self.sources:
                    raise SkargaError(
                        f"unknown source {source!r}",
                        nearest(source, [*self.sets, *self.sources]) + " (configs/sources.yaml)",
                    )
                chosen[source] = self.sources[source]
        return chosen


def load_catalogue(path: Path) -> Catalogue:
    """Read and check sources.yaml.

    Raises:
        SkargaError: A key is unknown, missing or wrong; the message names it.
    """
    try:
        return Catalogue.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        raise SkargaError(f"{path}: {key}: {first['msg']}", f"correct {key} in {path}") from error
    except (OSError, yaml.YAMLError) as error:
        raise SkargaError(f"{path}: {error}", "restore or mend the file") from error
