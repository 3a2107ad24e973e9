"""What a simulated world promises: seeded, consistent with itself, and with behaviours that overlap."""

import numpy as np
import pandas as pd
import pytest

from pipeline.risk.simulation.world import Simulated, simulate


@pytest.fixture(scope="module")
def complaints(simulated):
    truth = simulated.truth.to_pandas().drop(columns="company")
    return simulated.complaints.to_pandas().merge(truth, on="customer_id")


def test_the_same_seed_gives_the_same_tables_and_another_does_not(world, messages, simulated):
    small = world.model_copy(update={"customers": 300})
    first, again, other = (simulate(small, messages, seed) for seed in (1, 1, 2))
    assert vars(first) == vars(again)
    assert first.complaints != other.complaints


def test_a_world_survives_being_written(simulated, tmp_path):
    simulated.save(tmp_path / "world")
    loaded = Simulated.load(tmp_path / "world")
    assert loaded.complaints == simulated.complaints
    assert loaded.truth == simulated.truth


def test_every_behaviour_occurs_in_its_share(world, simulated):
    found = simulated.truth.to_pandas()["behaviour"].value_counts(normalize=True)
    for name, behaviour in world.behaviours.items():
        assert found[name] == pytest.approx(behaviour.share, abs=0.01)


def test_complaints_lie_within_the_world_and_after_their_customer_came(world, simulated, complaints):
    first = pd.Timestamp(world.first_day)
    assert complaints["date"].between(first, first + pd.Timedelta(days=world.days)).all()
    since = complaints.merge(simulated.customers.to_pandas(), on="customer_id")
    known = since[since["since"].notna()]
    assert (known["date"] >= known["since"]).all()


def test_complaints_are_in_order_and_ids_are_unique(complaints):
    assert complaints["id"].is_unique
    number = complaints["customer_id"].str.removeprefix("customer-").astype(int)
    ordered = complaints.assign(number=number).sort_values(["number", "date"], kind="stable")
    assert ordered["id"].tolist() == complaints["id"].tolist()


def test_messages_are_in_the_customers_language(simulated, complaints):
    spoken = np.array(simulated.messages["language"].to_pylist(), object)[complaints["message"]]
    assert (spoken == complaints["language"]).all()


def test_every_complaint_could_have_been_written_in_each_language(simulated, complaints):
    languages = np.array(simulated.messages["language"].to_pylist(), object)
    for language in ("ru", "uk", "mixed"):
        said = complaints[f"message_{language}"]
        assert set(languages[said]) == {language}
        own = complaints["language"] == language
        assert (said[own] == complaints.loc[own, "message"]).all()


def test_what_a_company_does_not_record_is_not_there(complaints, simulated):
    assert complaints.loc[complaints["unrecorded"] == "outcome", "outcome"].isna().all()
    assert complaints.loc[complaints["unrecorded"] == "claims", ["claimed_amount", "paid_amount"]].isna().all(axis=None)
    assert complaints.loc[complaints["unrecorded"] == "", "outcome"].notna().all()
    customers = simulated.customers.to_pandas().merge(simulated.truth.to_pandas(), on="customer_id")
    assert customers.loc[customers["unrecorded"] == "customers", ["since", "orders", "spend"]].isna().all(axis=None)
    assert (customers["orders"].dropna() > 0).all()


def test_amounts_are_positive(complaints):
    for column in ("order_amount", "claimed_amount", "paid_amount"):
        assert (complaints[column].dropna() > 0).all()


def test_an_incident_brings_many_customers_within_days(complaints):
    same = complaints[complaints["category"].notna()].groupby(["company", "product", "category"])
    sizes, days = same["customer_id"].nunique(), same["date"].agg(lambda dates: (dates.max() - dates.min()).days)
    big = sizes[sizes >= 10]
    assert len(big) > 20
    assert (days[big.index] < 40).mean() > 0.9, "apart from those who come back"


def test_gangs_share_wordings_and_honest_customers_do_not(complaints):
    customers = complaints.groupby("template")["customer_id"].nunique()
    shared = complaints["template"].map(customers) > 1
    by_behaviour = shared.groupby(complaints["behaviour"]).mean()
    assert by_behaviour["claim_farm"] > 0.4
    assert by_behaviour.drop("claim_farm").max() < 0.02


def test_a_copy_says_what_its_customer_has_said_before(complaints):
    own = complaints.groupby(["customer_id", "template"])["message"].nunique()
    assert (own > 1).mean() < 0.01, "but for those that the search mistakes"
    repeated = complaints.duplicated(["customer_id", "template"]).groupby(complaints["behaviour"]).mean()
    assert repeated["serial_claimer"] > 2 * repeated["ordinary"]


def test_no_behaviour_is_alone_with_any_habit(complaints):
    """Honest customers claim and are rejected too: each habit of the professional is more often one of theirs."""
    customers = complaints.groupby("customer_id").agg(
        label=("label", "first"), count=("id", "size"), claims=("claimed_amount", "count"),
        rejected=("outcome", lambda outcomes: (outcomes == "rejected").sum()),
    )  # fmt: skip
    for habit in ("count", "claims", "rejected"):
        honest, professional = (customers.loc[customers["label"] == label, habit] for label in (0, 1))
        assert (honest > professional.median()).sum() > (professional > professional.median()).sum()


def test_a_world_without_customers_incidents_or_complaints_is_a_world(world, messages):
    quiet = world.companies.model_copy(update={"incidents": 0})
    tables = simulate(world.model_copy(update={"customers": 3, "companies": quiet}), messages, seed=0)
    assert tables.customers.num_rows == 3
