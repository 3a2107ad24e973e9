"""What is known of a customer's conduct at the moment of one complaint: the words that history and scorecard share.

History makes these records, the scorecard judges them:

    table = as_of_features(complaints, customers, memory_days)      # pipeline.risk.history, Arrow in, Arrow out
    features, facts = Features.of(row), Facts.of(row)               # one row of that table, as a dict
    model = RiskModel.load(bundle_folder)                           # pipeline.risk.scorecard; None without risk.json
    assessment = model.assess(features, facts)                      # see `Assessor`

Never a feature: name, gender, age, address, nationality, language, spelling.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Protocol, Self

from pipeline.data.schema import Risk


class _FromRow:
    """Made from a row that holds more than the record's own fields."""

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """Take the record's fields out of a row; a field that the row lacks is unknown.

        Raises:
            TypeError: The row lacks a field that is always known.
        """
        names = {field.name for field in fields(cls)}  # type: ignore[arg-type]
        return cls(**{name: value for name, value in row.items() if name in names})


@dataclass(frozen=True, slots=True)
class Features(_FromRow):
    """One complaint's features: of its customer's strictly earlier records in the memory, and where said its own.

    None means unknown: the fields of `NEEDS` are not there. Shares and ratios are shrunk towards the peers, who are
    all customers of the file as they stood before the complaint's day.
    """

    earlier_complaints: int  # in the memory
    recent_complaints: int  # in the 90 days before, this one included; at least 1
    closed: int  # earlier complaints with the outcome `upheld` or `rejected`
    own_duplicates: int  # earlier messages with the same wording, follow-ups within a day apart
    campaign_customers: int  # other customers who have sent the same wording before
    reason_hops: int  # categories in which money was demanded, this complaint's included, less one; at least 0
    demand_share: float  # 0..1, of complaints (this one included) with the signal compensation_demand
    vague_share: float  # 0..1, … with the signal no_specifics
    venting_share: float  # 0..1, … with anger or insult, and neither demand nor fact
    complaint_rate: float | None = None  # earlier complaints per order (or time), over the peers' rate; 1: usual
    claimed_ratio: float | None = None  # money claimed earlier over money spent; 0 upwards
    paid_ratio: float | None = None  # money obtained earlier over money spent; 0 upwards
    claim_share: float | None = None  # 0..1, of complaints (this one included) with an amount claimed
    usual_claim: float | None = None  # a claim over its own order, this one included; None where nothing was claimed
    rejected_share: float | None = None  # 0..1, of the closed ones; None when none is closed
    upheld: int | None = None  # earlier complaints that a person found justified; None when none is closed
    threat_payouts: int | None = None  # earlier complaints with a threat that were paid
    reopened: int | None = None  # complaints, this one included, within 30 days after an upheld or paid one
    disproportion: float | None = None  # this claim over its own order; 0..20
    tenure_days: int | None = None  # days since the customer came; protective
    incident_reports: int | None = None  # others' other wordings on the same thing in the 14 days before; protective

    @property
    def rejected(self) -> int | None:
        """Earlier complaints that a person found unjustified; unknown where none was decided."""
        return None if self.upheld is None else self.closed - self.upheld


@dataclass(frozen=True, slots=True)
class Facts(_FromRow):
    """What stands behind the features, for the reasons' details: of this customer and of all peers together."""

    demands: int  # complaints with a demand for money, this one included
    threats: int  # earlier complaints with a legal or publicity threat or an ultimatum
    rejected: int  # earlier complaints that a person found unjustified
    same_day: int  # earlier complaints of the 24 hours before
    claims: int | None = None  # complaints with an amount claimed, this one included
    mean_claim: float | None = None  # of claims over their own orders, each counted as five orders at most
    orders: int | None = None  # of the customer, in all
    spend: float | None = None  # of the customer, in all
    claimed: float | None = None  # money claimed earlier
    paid: float | None = None  # money obtained earlier
    ordered: float | None = None  # what the two are compared with: spend in the memory, or amounts of the orders
    money_basis: str | None = None  # `spend` or `orders`: which of the two `ordered` is
    currency: str | None = None  # of all money here; None where the file names none
    rate: float | None = None  # earlier complaints per order, or per year of tenure
    peer_rate: float | None = None  # the same of the peers
    rate_basis: str | None = None  # `orders` or `tenure`


FEATURES: tuple[str, ...] = tuple(field.name for field in fields(Features))

# The fields of the input without which a feature is unknown; `a|b` means that one of them is enough. What is None where
# there is nothing to speak of (no claim, no decision) is not named: somebody who has claimed nothing is no riddle.
NEEDS: dict[str, tuple[str, ...]] = {
    "complaint_rate": ("customers: orders|since",),
    "claimed_ratio": ("claimed_amount", "customers: spend|order_amount"),
    "paid_ratio": ("paid_amount", "customers: spend|order_amount"),
    "claim_share": ("claimed_amount",),
    "rejected_share": ("outcome",),
    "threat_payouts": ("paid_amount",),
    "reopened": ("outcome|paid_amount",),
    "disproportion": ("claimed_amount", "order_amount"),
    "tenure_days": ("customers: since",),
    "incident_reports": ("company|product",),
}


@dataclass(frozen=True, slots=True)
class Assessment:
    """What is said of one complaint's risk: the fields complainer_risk, …_score and …_reasons of the record."""

    level: Risk
    score: float | None  # 0..1; None when `insufficient_history`
    reasons: tuple[dict[str, Any], ...] = ()  # {code, weight, detail}; weights and base add up to the score's log-odds


INSUFFICIENT = Assessment("insufficient_history", None)


class Assessor(Protocol):
    """What history needs of a risk model: `pipeline.risk.scorecard.RiskModel` is one."""

    @property
    def memory_days(self) -> int:
        """How far back conduct counts; stored in risk.json."""
        ...

    def assess(self, features: Features, facts: Facts) -> Assessment:
        """Judge one complaint of a known customer at a known moment.

        Complaints without `customer_id` or readable `date` never come here: they are `INSUFFICIENT`. Whether the
        history of one that comes here is enough is the model's to say. Same input, same answer; no state.
        """
        ...
