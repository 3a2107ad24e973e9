"""What `skarga drift` wrote beside a tagged file → what the page says of it."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import SkargaError


class Finding(BaseModel):
    """What became of one measure: the share of rows that moved, and its mean before and now where it has one."""

    model_config = ConfigDict(frozen=True)

    measure: str
    moved: float
    drifted: bool
    mean_before: float | None = None
    mean_now: float | None = None


class Drift(BaseModel):
    """Whether the messages have changed, by measure, and whether that is a reason to train the model again."""

    model_config = ConfigDict(frozen=True)

    drifted: bool
    rows: int
    reference_rows: int
    findings: list[Finding]
    retrain: Literal["no", "check", "yes"]

    @property
    def moved(self) -> list[Finding]:
        """The measures that changed."""
        return [finding for finding in self.findings if finding.drifted]


def read_drift(tagged: Path) -> Drift | None:
    """Return what `<tagged>.drift.json` says, None where there is none.

    Raises:
        SkargaError: It is there and is no report of drift.
    """
    path = Path(f"{tagged}.drift.json")
    if not path.is_file():
        return None
    try:
        return Drift.model_validate_json(path.read_bytes())
    except ValidationError as error:
        remedy = "measure the drift again, or move this file away"
        raise SkargaError(f"{path} is not what skarga drift writes", remedy) from error
