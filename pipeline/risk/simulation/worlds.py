"""configs/customers.yaml → the two simulated worlds, checked."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline.errors import SkargaError

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]
Style = Literal["plain", "angry", "demanding", "vague", "legal"]
ORDINARY = "ordinary"  # what nobody is wholly free of: other behaviours are mixed with it
_ROUNDING = 1e-6


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Behaviour(_Closed):
    """How one kind of customer buys and complains; the file explains every number."""

    professional: bool
    share: Share
    purity: Share
    orders_per_year: Positive
    years: Positive
    complaints_per_order: Share
    justified: Share
    claims: Share
    claim_ratio: Positive
    insists: Share
    reopens: Share
    copies: Share
    gang: Annotated[int, Field(ge=0)]
    hurry: Share
    professional_texts: Share
    styles: dict[Style, Share]


class Companies(_Closed):
    """Sellers: how many, what they ask for, how often all of their customers are hit, how well they judge."""

    count: Count
    products: Count
    price: Positive
    price_spread: Positive  # standard deviation of the logarithm of an order's amount
    incidents: Annotated[int, Field(ge=0)]  # per company
    incident_share: Share  # of the customers, who complain about one
    blames_customer: Share  # share of justified complaints that are rejected
    blames_itself: Share  # share of unjustified complaints that are upheld


class Unrecorded(_Closed):
    """Share of companies that keep no such records."""

    outcome: Share
    claims: Share
    customers: Share


class World(_Closed):
    """Everything that a simulation draws from."""

    first_day: date
    days: Count
    customers: Count
    companies: Companies
    languages: dict[Literal["ru", "uk", "mixed"], Share]
    unrecorded: Unrecorded
    behaviours: dict[str, Behaviour]

    @model_validator(mode="after")
    def _adds_up(self) -> "World":
        if ORDINARY not in self.behaviours:
            raise ValueError(f"behaviours: {ORDINARY} is missing")
        shares = {
            "languages": sum(self.languages.values()),
            "behaviours": sum(behaviour.share for behaviour in self.behaviours.values()),
        } | {f"styles of {name}": sum(behaviour.styles.values()) for name, behaviour in self.behaviours.items()}
        for what, total in shares.items():
            if abs(total - 1) > _ROUNDING:
                raise ValueError(f"shares of {what} add up to {total:.4f}, not to 1")
        return self


class Worlds(_Closed):
    """Where risk is fitted, and where it is measured."""

    training: World
    evaluation: World


def load_worlds(path: Path) -> Worlds:
    """Read and check the file.

    Raises:
        SkargaError: It is missing, is not YAML or breaks the schema.
    """
    try:
        return Worlds.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except FileNotFoundError as error:
        raise SkargaError(f"{path}: no such file", "restore it from git") from error
    except yaml.YAMLError as error:
        raise SkargaError(f"{path}: not YAML: {error}", "mend the line it names") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise SkargaError(f"{path}: {where}: {first['msg']}", "the head of the file explains every number") from error
