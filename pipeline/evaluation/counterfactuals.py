"""configs/counterfactuals.yaml → the same complaints as other people would have written them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import SkargaError
from pipeline.evaluation.perturbations import PERTURBATIONS
from pipeline.risk.simulation.messages import STYLES
from pipeline.risk.simulation.worlds import Style

_GENDERED = re.compile(r"\[([^|\]]+)\|([^|\]]+)\]")
_CARELESS = ("typos", "capitals", "no_punctuation")

Texts = list[str]


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Name(_Closed):
    """How a writer signs."""

    man: str
    woman: str


class Parallel(_Closed):
    """One complaint in both languages."""

    ru: str
    uk: str


class Counterfactuals(_Closed):
    """Complaints, and who may have written them; the first name and city are what the others are compared with."""

    names: Annotated[list[Name], Field(min_length=2)]
    cities: Annotated[list[str], Field(min_length=2)]
    messages: dict[Style, Annotated[list[Parallel], Field(min_length=1)]]

    @property
    def styles(self) -> list[str]:
        """The style of every message, in the order of texts."""
        return [style for style in STYLES for _ in self.messages[style]]

    def texts(self, language: str, *, woman: bool = False, name: int = 0, city: int = 0) -> Texts:
        """Every message, as one person would have written it."""
        person = self.names[name].woman if woman else self.names[name].man
        filled = (getattr(one, language) for style in STYLES for one in self.messages[style])
        form = r"\2" if woman else r"\1"
        return [_GENDERED.sub(form, text).format(name=person, city=self.cities[city]) for text in filled]

    def pairs(self) -> Iterator[tuple[str, Texts, Texts]]:
        """What is changed, the texts before and the texts after."""
        for language in Parallel.model_fields:
            base = self.texts(language)
            yield "gender", base, self.texts(language, woman=True)
            for number in range(1, len(self.names)):
                yield "name", base, self.texts(language, name=number)
            for number in range(1, len(self.cities)):
                yield "city", base, self.texts(language, city=number)
            for one in PERTURBATIONS:
                if one.name in _CARELESS:
                    yield one.name, base, [one.apply(text) for text in base]
        yield "language", self.texts("ru"), self.texts("uk")


def load_counterfactuals(path: Path) -> Counterfactuals:
    """Read and check the file.

    Raises:
        SkargaError: It is missing, is not YAML or breaks the schema.
    """
    try:
        return Counterfactuals.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except FileNotFoundError as error:
        raise SkargaError(f"{path}: no such file", "restore it from git") from error
    except (yaml.YAMLError, ValidationError) as error:
        raise SkargaError(f"{path} breaks its schema: {error}", "mend it, or restore it from git") from error
