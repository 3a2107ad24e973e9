import pytest

from pipeline.risk.features import Facts, Features
from pipeline.risk.scorecard import FORMAT, RiskModel, Term, Thresholds


@pytest.fixture
def model():
    """A small model: enough to see every rule at work."""
    return RiskModel(
        format=FORMAT, origin="simulated customers", memory_days=730, least_earlier=2, fault_reports=5, base=-3.0,
        terms=[
            Term(feature="earlier_complaints", edges=[3.5, 8.0], weights=[-0.2, 0.1, 0.7]),
            Term(feature="complaint_rate", edges=[2.0, 4.0], weights=[-0.6, 0.3, 1.9]),
            Term(feature="rejected_share", edges=[0.5], weights=[-0.9, 2.1]),
            Term(feature="claimed_ratio", edges=[0.4], weights=[0.0, 2.3]),
            Term(feature="tenure_days", edges=[1000.0], weights=[0.2, -0.8]),
        ],
        thresholds=Thresholds(elevated=0.4, review=0.9),
    )  # fmt: skip


@pytest.fixture
def conduct():
    """What is known of a customer; a test changes what it is about."""

    def make(**changed):
        features = {
            "earlier_complaints": 9, "recent_complaints": 4, "closed": 8, "upheld": 2, "own_duplicates": 1,
            "campaign_customers": 0, "reason_hops": 3, "demand_share": 0.6, "vague_share": 0.1, "venting_share": 0.02,
            "complaint_rate": 5.0, "claimed_ratio": 0.8, "paid_ratio": 0.2, "rejected_share": 0.7, "threat_payouts": 2,
            "claim_share": 0.6, "usual_claim": 1.4, "reopened": 1, "disproportion": 2.5, "tenure_days": 400,
            "incident_reports": 0,
        }  # fmt: skip
        facts = {
            "demands": 6, "threats": 3, "rejected": 6, "same_day": 0, "orders": 14, "spend": 35807.5,
            "claims": 6, "mean_claim": 1.5,
            "claimed": 28600.0, "paid": 7100.25, "ordered": 35807.5, "money_basis": "spend", "currency": "UAH",
            "rate": 0.64, "peer_rate": 0.03, "rate_basis": "orders",
        }  # fmt: skip
        for name, value in changed.items():
            (features if name in features else facts)[name] = value
        return Features(**features), Facts(**facts)

    return make
