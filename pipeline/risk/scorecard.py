"""The risk model: a sum of weights, one for each feature of conduct, read from tables in risk.json."""

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline.data.schema import Risk
from pipeline.errors import SkargaError
from pipeline.risk.details import Sheet
from pipeline.risk.features import NEEDS, Assessment, Facts, Features
from pipeline.risk.guards import Case, guards_of

FILE = "risk.json"
FORMAT = 1
BASE = "base"
SHORT_HISTORY = "short_history"
UNKNOWN = "unknown:"
CONTEXT = "context:"
DECIMALS = 2  # of every weight: what is printed is what is added up

# What may have a weight: things that people did. The rest is shown, and never counts.
CONDUCT = (
    "earlier_complaints", "recent_complaints", "upheld", "own_duplicates", "campaign_customers", "complaint_rate",
    "claimed_ratio", "paid_ratio", "claim_share", "usual_claim", "rejected", "rejected_share", "reopened",
    "disproportion", "tenure_days",
)  # fmt: skip
# Shown where there is any. Two hang on what a model reads in a message, and so on who has written it and how
# (docs/risk.md has the figures); the last concerns the case and not the customer.
SHOWN = {"demand_share": "demands", "threat_payouts": "threats", "incident_reports": "incident_reports"}  # → its count

Reason = dict[str, Any]


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Term(_Closed):
    """Weights in log-odds by a feature's value: `weights[i]` from `edges[i - 1]` on and below `edges[i]`."""

    feature: str
    edges: list[float]
    weights: Annotated[list[float], Field(min_length=1)]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.feature not in CONDUCT:
            raise ValueError(f"{self.feature} is no conduct: it may not have a weight")
        if len(self.weights) != len(self.edges) + 1 or sorted(set(self.edges)) != self.edges:
            raise ValueError(f"{self.feature}: rising edges, and one weight more than edges, are needed")
        return self

    def weight(self, features: Features) -> float:
        """What the feature adds; nothing where it is unknown: absent records count neither for nor against anybody."""
        value = getattr(features, self.feature)
        return 0.0 if value is None else self.weights[bisect_right(self.edges, value)]


class Thresholds(_Closed):
    """Scores from which on a level is given."""

    elevated: float
    review: float


class RiskModel(_Closed):
    """Tables of weights, thresholds, and whom no score may put up for review."""

    format: int
    origin: str  # whose conduct it was fitted on, in words
    memory_days: int  # how far back conduct counts; a score expires with it
    least_earlier: int  # earlier complaints without which there is no score
    fault_reports: int  # others reporting the same, from which on the company is taken to be at fault
    base: float
    terms: list[Term]
    thresholds: Thresholds

    @classmethod
    def load(cls, folder: Path) -> Self | None:
        """Read a bundle's model; None when the bundle has none.

        Raises:
            SkargaError: It is damaged, or of another format.
        """
        path = folder / FILE
        if not path.is_file():
            return None
        try:
            model = cls.model_validate_json(path.read_bytes())
        except ValidationError as error:
            raise SkargaError(f"{path} is damaged", "fetch the bundle again, or run `dvc repro export`") from error
        if model.format != FORMAT:
            remedy = "install a matching version of skarga"
            raise SkargaError(f"{path} has format {model.format}; this program reads {FORMAT}", remedy)
        return model

    def assess(self, features: Features, facts: Facts) -> Assessment:
        """Judge one complaint of a known customer; base and weights add up to the log-odds of the score."""
        sheet = Sheet(features, facts, self.limits)
        if self._knows_too_little(features):
            return Assessment("insufficient_history", None, (_reason(sheet, SHORT_HISTORY, 0.0),))
        weights = self._weights(features)
        score = self._score(weights)
        guards = self._guards(score, features)
        known = sorted(((code, weight) for code, weight in weights.items() if weight), key=lambda one: -abs(one[1]))
        counted = [(BASE, self.base), *known, *((code, 0.0) for code in guards)]
        unknown = [
            term.feature for term in self.terms if getattr(features, term.feature) is None and term.feature in NEEDS
        ]
        reasons = [
            *(_reason(sheet, code, weight) for code, weight in counted),
            *(_unknown(sheet, code) for code in unknown),
            *_context(sheet, features, facts),
        ]
        return Assessment(self._level(score, guards), score, tuple(reasons))

    def rate(self, features: Features) -> tuple[Risk, float | None]:
        """The level and the score that `assess` gives reasons for."""
        if self._knows_too_little(features):
            return "insufficient_history", None
        score = self._score(self._weights(features))
        return self._level(score, self._guards(score, features)), score

    def _knows_too_little(self, features: Features) -> bool:
        return features.earlier_complaints < self.least_earlier

    def _score(self, weights: Mapping[str, float]) -> float:
        return probability(math.fsum((self.base, *weights.values())))

    def _level(self, score: float, guards: Sequence[str]) -> Risk:
        if score < self.thresholds.elevated:
            return "low"
        return "elevated" if score < self.thresholds.review or guards else "review"

    def _weights(self, features: Features) -> dict[str, float]:
        return {term.feature: term.weight(features) for term in self.terms}

    def _guards(self, score: float, features: Features) -> list[str]:
        """Codes of what keeps a case out of `review` whose score alone would put it there."""
        return guards_of(Case(features, self.fault_reports)) if score >= self.thresholds.review else []

    @property
    def limits(self) -> dict[str, Any]:
        """What details say of the model itself."""
        return {"memory_days": self.memory_days, "least_earlier": self.least_earlier, "origin": self.origin}


def _reason(sheet: Sheet, code: str, weight: float) -> Reason:
    return {"code": code, "weight": weight, "detail": sheet.detail(code)}


def _unknown(sheet: Sheet, feature: str) -> Reason:
    return {"code": f"{UNKNOWN}{feature}", "weight": 0.0, "detail": sheet.unknown(feature)}


def _context(sheet: Sheet, features: Features, facts: Facts) -> list[Reason]:
    """What an agent should know beside the score."""
    there = [code for code, count in SHOWN.items() if getattr(facts, count, getattr(features, count, None))]
    shown = [code for code in there if getattr(features, code) is not None]
    return [{"code": f"{CONTEXT}{code}", "weight": 0.0, "detail": sheet.detail(code)} for code in shown]


def probability(log_odds: float) -> float:
    """The logistic function, at any size of its argument."""
    odds = math.exp(-abs(log_odds))
    return 1 / (1 + odds) if log_odds >= 0 else odds / (1 + odds)
