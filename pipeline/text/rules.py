"""A file of signal rules comes in; checked records come out, and a list of the rules that break their own promises."""

from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from pipeline.errors import SkargaError
from pipeline.text.patterns import parse

SignalCode = Literal[
    "compensation_demand", "legal_threat", "publicity_threat", "ultimatum", "serial_complainer",
    "legalese", "churn_threat", "insult", "warns_others",
]  # fmt: skip  # no_specifics is the lack of something, which no wording shows

Texts = Annotated[tuple[str, ...], Field(min_length=1)]


class Rule(BaseModel):
    """One way to put a signal into words: a text of language `lang` shows it when any pattern matches."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    code: SignalCode
    lang: Literal["ru", "uk"]
    patterns: Texts
    unless: tuple[str, ...] = ()
    matches: Texts
    misses: Texts

    @field_validator("patterns", "unless")
    @classmethod
    def _readable(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            parse(pattern)
        return patterns


class _RuleFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    rules: Annotated[list[Rule], Field(min_length=1)]


# The safe loader in C, where PyYAML was built with it: a tenth of the time, and the rule file is long.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_rules(path: Path) -> list[Rule]:
    """Read a rule file.

    Raises:
        SkargaError: The file is missing, is no YAML, breaks the schema or the notation; names rule and key.
    """
    remedy = "correct the rule; its notation is described at the top of the file"
    try:
        return _RuleFile.model_validate(yaml.load(path.read_text("utf-8"), Loader=_LOADER)).rules  # noqa: S506 - both loaders are safe ones
    except FileNotFoundError as error:
        raise SkargaError(f"{path}: no such file", "restore it from the repository or the bundle") from error
    except yaml.YAMLError as error:
        raise SkargaError(f"{path}: {str(error).splitlines()[0]}", remedy) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise SkargaError(f"{path}: {where}: {first['msg']}", remedy) from error
