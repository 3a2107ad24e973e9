import numpy as np
import pytest

from pipeline.risk.features import Facts, Features
from pipeline.risk.simulation.conduct import latest_conduct


@pytest.fixture(scope="module")
def conduct(simulated):
    messages = simulated.messages.to_pylist()
    return latest_conduct(simulated, messages, simulated.complaints["message"].to_numpy(), 730)


def test_every_customer_who_complains_is_judged_once_at_the_latest_complaint(simulated, conduct):
    complaints = simulated.complaints.to_pandas()
    latest = complaints.groupby("customer_id", sort=False)["date"].max()
    assert conduct.num_rows == len(latest)
    rows = conduct.to_pandas().merge(complaints[["id", "date"]], on="id")
    assert (rows.set_index("customer_id")["date"].loc[latest.index] == latest).all()
    first = conduct.to_pylist()[0]
    assert Features.of(first).earlier_complaints >= 0
    assert Facts.of(first).demands >= 0


def test_what_a_company_does_not_record_is_unknown(conduct):
    rows = conduct.to_pandas()
    assert rows.loc[rows["unrecorded"] == "customers", ["complaint_rate", "tenure_days"]].isna().all(axis=None)
    assert rows.loc[rows["unrecorded"] == "claims", ["claimed_ratio", "disproportion"]].isna().all(axis=None)
    assert (rows.loc[rows["unrecorded"] == "outcome", "closed"] == 0).all()
    assert rows.loc[rows["unrecorded"] == "", "complaint_rate"].notna().all()


def test_professionals_conduct_themselves_differently_and_not_in_one_way(conduct):
    rows = conduct.to_pandas().query("earlier_complaints >= 2")
    means = rows.groupby("behaviour")[["complaint_rate", "claimed_ratio", "rejected_share"]].mean()
    assert means.loc["habitual_venter", "complaint_rate"] > means.loc["ordinary", "complaint_rate"]
    assert means.loc["serial_claimer", "claimed_ratio"] > means.loc["habitual_venter", "claimed_ratio"]
    assert means["rejected_share"].loc[["loyal_unlucky", "ordinary"]].max() < means["rejected_share"]["claim_farm"]


def test_what_is_read_in_the_messages_is_counted(simulated):
    silent = [{"category": "other", "signals": [], "emotions": []}]
    asking = [{"category": "other", "signals": ["compensation_demand"], "emotions": []}]
    which = np.zeros(simulated.complaints.num_rows, np.int64)
    without, all_of_them = (latest_conduct(simulated, one, which, 730) for one in (silent, asking))
    assert set(without["demands"].to_pylist()) == {0}
    assert all(demands >= 1 for demands in all_of_them["demands"].to_pylist())
