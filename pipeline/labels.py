"""The taxonomy: codes of every head with their Russian and Ukrainian names, from labels.yaml."""

from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline.errors import SkargaError

NEUTRAL = "neutral"  # the emotion of a text in which no emotion passes its threshold


class Names(BaseModel):
    """What people read instead of a code."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    ru: str
    uk: str


class Category(Names):
    """A category, with the codes of an earlier taxonomy whose rows it takes over."""

    replaces: list[str] = []


Named = Annotated[dict[str, Names], Field(min_length=2)]


class Labels(BaseModel):
    """Codes of each head, in the order of the network's outputs."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    category: Annotated[dict[str, Category], Field(min_length=2)]
    emotion: Named
    signals: Named
    severity: dict[int, Names]

    @model_validator(mode="after")
    def _replaced_codes_are_gone(self) -> "Labels":
        for code, category in self.category.items():
            for old in category.replaces:
                if old in self.category:
                    raise ValueError(f"{code} replaces {old}, which is still a category: remove one of them")
        return self

    def successors(self, code: str) -> list[str]:
        """Categories that stand for a code now: itself, or all that replace it; none if it was dropped."""
        return [new for new, category in self.category.items() if code in (new, *category.replaces)]

    @property
    def codes(self) -> dict[str, list[str]]:
        """Head name → its codes as text, in output order."""
        return {head: [str(code) for code in getattr(self, head)] for head in HEADS}


HEADS = tuple(Labels.model_fields)


def load_labels(path: Path) -> Labels:
    """Read and check labels.yaml.

    Raises:
        SkargaError: The file is missing, is not YAML or breaks the schema.
    """
    try:
        return Labels.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except FileNotFoundError as error:
        raise SkargaError(f"{path}: no such file", "restore it from git: git checkout configs/labels.yaml") from error
    except yaml.YAMLError as error:
        raise SkargaError(f"{path}: not YAML: {error}", "mend the line it names") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise SkargaError(f"{path}: {where}: {first['msg']}", "every code needs a `ru` and a `uk` name") from error
