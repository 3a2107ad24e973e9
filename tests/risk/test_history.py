import warnings

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.risk.features import FEATURES, Facts, Features
from pipeline.risk.history import COLUMNS, DAY, as_of_features, spark_features

from .conduct import complaints, customers, random_tables

MEMORY = 300


def conduct(*records, owners=None, memory=1095):
    return as_of_features(complaints(*records), owners, memory).to_pylist()


def last(*records, **options):
    return conduct(*records, **options)[-1]


def test_every_row_makes_the_records():
    row = last({})
    features = Features.of(row)
    assert (features.earlier_complaints, features.recent_complaints, features.complaint_rate) == (0, 1, None)
    assert Facts.of(row).demands == 0
    assert list(row) == COLUMNS
    assert list(row)[1 : len(FEATURES) + 1] == list(FEATURES)


def test_earlier_complaints_of_the_same_customer_count_until_the_memory_ends():
    rows = conduct({"day": 0}, {"day": 10, "customer_id": "K-2"}, {"day": 99}, {"day": 100}, {"day": 109}, memory=100)
    assert [row["earlier_complaints"] for row in rows] == [0, 0, 1, 1, 2]
    assert [row["recent_complaints"] for row in rows] == [1, 1, 1, 2, 3]


def test_records_of_one_moment_count_in_the_order_in_which_they_were_read():
    rows = conduct({"day": 5}, {"day": 5}, {"day": 4})
    assert [row["earlier_complaints"] for row in rows] == [1, 2, 0]


def test_what_people_decided():
    rows = conduct(
        {"outcome": "upheld"},
        {"outcome": "rejected"},
        {"outcome": "rejected"},
        {"outcome": "open"},
        {"outcome": "upheld"},
    )
    assert (rows[-1]["closed"], rows[-1]["upheld"], rows[-1]["rejected"]) == (3, 1, 2)
    assert (rows[0]["rejected_share"], rows[0]["upheld"]) == (None, None), "nothing was decided"
    assert 0.25 < rows[-1]["rejected_share"] < 2 / 3, "between the usual share and the customer's own"


def test_nobody_is_held_responsible_for_what_peers_do():
    """Where all others claim, are paid and are rejected, nothing of it is said of one who is not."""
    greedy = {"order_amount": 100, "claimed_amount": 90, "paid_amount": 80, "outcome": "rejected"}
    modest = {"order_amount": 100, "claimed_amount": 0, "paid_amount": 0, "outcome": "upheld"}
    peers = [greedy | {"day": day, "customer_id": f"P-{day}"} for day in range(30)]
    row = conduct(*peers, modest | {"day": 40}, modest | {"day": 50}, modest | {"day": 60})[-1]
    assert [row[name] for name in ("claimed_ratio", "paid_ratio", "claim_share", "rejected_share")] == [0, 0, 0, 0]


def test_an_own_wording_sent_again_counts_once_per_occasion():
    same = {"template": 1}
    rows = conduct(
        {"day": 0, **same}, {"moment": DAY // 2, **same}, {"day": 20, **same}, {"day": 40, **same}, {"day": 41}
    )
    assert [row["own_duplicates"] for row in rows] == [0, 0, 1, 2, 0]


def test_a_campaign_is_the_wording_of_other_customers_each_counted_once():
    same = {"template": 1}
    rows = conduct(
        {"customer_id": "a", **same},
        {"customer_id": "a", **same},
        {"customer_id": "b", **same},
        {"customer_id": "a", **same},
        {"customer_id": "c"},
    )
    assert [row["campaign_customers"] for row in rows] == [0, 0, 1, 1, 0]


def test_an_incident_is_reported_in_other_words():
    thing = {"company": "Оріон", "product": "чайник", "day": 3}
    honest = [{"customer_id": f"h{number}", **thing} for number in range(5)]
    farm = [{"customer_id": f"f{number}", "template": 7, **thing} for number in range(5)]
    rows = conduct(*honest, *farm, {"customer_id": "h0", **thing}, {"customer_id": "late", **thing, "day": 18})
    assert rows[4]["incident_reports"] == 4
    assert rows[9]["incident_reports"] == 5, "the farm's own wording is none but one"
    assert rows[10]["incident_reports"] == 5, "four other honest ones and the farm, not what the customer said before"
    assert rows[11]["incident_reports"] == 0
    assert last({})["incident_reports"] is None


def test_the_same_demand_for_ever_new_reasons():
    rows = conduct(
        {"category": "delivery", "demand": True},
        {"category": "other"},
        {"category": "deception", "demand": True},
        {"category": "delivery", "demand": True},
        {"category": "other", "demand": True},
    )
    assert [row["reason_hops"] for row in rows] == [0, 0, 1, 1, 2]
    assert [row["demands"] for row in rows] == [1, 1, 2, 3, 4]


def test_threats_that_paid_and_complaints_again_after_a_fix():
    rows = conduct(
        {"day": 0, "threat": True, "paid_amount": 100, "outcome": "upheld"},
        {"day": 20, "threat": True, "paid_amount": 0},
        {"day": 60, "paid_amount": 50},
        {"day": 91},
    )
    assert [row["threat_payouts"] for row in rows] == [0, 1, 1, 1]
    assert [row["reopened"] for row in rows] == [0, 1, 1, 1]
    silent = last({"threat": True}, {})
    assert (silent["threat_payouts"], silent["reopened"]) == (None, None)


def test_rates_are_compared_with_peers_and_shrunk_where_little_is_known():
    peers = [{"customer_id": f"p{number // 5}", "day": number % 50} for number in range(100)]
    owners = {f"p{number}": {"orders": 20, "since": -100} for number in range(100)}
    much = [{"customer_id": "much", "day": day} for day in range(60, 71)]
    few = [{"customer_id": "few", "day": day} for day in (60, 61)]
    orders = {"much": {"orders": 4, "since": -100}, "few": {"orders": 0, "since": 59}}
    rows = conduct(*peers, *much, *few, owners=customers(**owners, **orders))
    assert rows[110]["complaint_rate"] > 5
    assert 1 < rows[-1]["complaint_rate"] <= 2, "one complaint says little, even without an order"
    assert rows[110]["orders"] == 4
    assert rows[110]["rate"] == pytest.approx(10 / 4)
    assert rows[110]["peer_rate"] == pytest.approx(0.05, rel=0.2)


def test_tenure_stands_in_for_orders_and_never_falls_below_what_is_seen():
    known = last({"day": 10}, {"day": 20}, owners=customers(K_1={"since": 15}))
    assert (known["tenure_days"], known["rate_basis"]) == (10, "tenure")
    assert last({}, {})["tenure_days"] is None


def test_one_absurd_claim_counts_for_five_orders():
    money = {"order_amount": 100, "claimed_amount": 100, "paid_amount": 0}
    honest = last(*[money] * 5, {})
    absurd = last(*[money] * 4, money | {"claimed_amount": 1e8}, {})
    assert honest["claimed_ratio"] < absurd["claimed_ratio"] < honest["claimed_ratio"] + 5 / 5
    assert last(money | {"claimed_amount": 1e8})["disproportion"] == 20
    assert last({"claimed_amount": 100, "order_amount": 0})["disproportion"] is None


def test_how_often_and_how_much_is_claimed_is_read_from_amounts():
    peers = [{"customer_id": f"p{number}", "day": 0, "order_amount": 100, "claimed_amount": 100} for number in range(9)]
    order = {"order_amount": 100, "claimed_amount": None, "day": 5}
    rows = conduct(*peers, order, order | {"claimed_amount": 200}, order | {"claimed_amount": 9_900})
    assert [row["claims"] for row in rows[-3:]] == [0, 1, 2]
    assert [row["mean_claim"] for row in rows[-3:]] == [None, 2, 3.5], "one claim counts for five orders at most"
    assert rows[-3]["usual_claim"] is None, "who has claimed nothing has no usual claim"
    assert 1 < rows[-2]["usual_claim"] < rows[-1]["usual_claim"] < 3.5, "between the usual claim and the customer's own"
    assert rows[-3]["claim_share"] < rows[-2]["claim_share"] < rows[-1]["claim_share"] < 10 / 13
    assert last(order, order)["claim_share"] is None
    assert last({"claimed_amount": 100}, {"claimed_amount": 50})["usual_claim"] is None, "no order to measure them by"


def test_no_amount_means_none_once_amounts_are_recorded():
    order = {"order_amount": 100}
    unrecorded = last(order, order)
    assert (unrecorded["claimed_ratio"], unrecorded["disproportion"]) == (None, None)
    other = {"customer_id": "K-2", "day": 0, "claimed_amount": 10, "paid_amount": 5, **order}
    quiet, today = last(other, order | {"day": 1}, order | {"day": 2}), last(other, order | {"day": 0})
    assert (quiet["disproportion"], quiet["threat_payouts"], quiet["claimed"]) == (0, 0, 0)
    assert quiet["claimed_ratio"] < last(other, order | {"day": 1, "claimed_amount": 50}, {"day": 2})["claimed_ratio"]
    assert today["disproportion"] is None, "what was recorded on the same day may have been recorded later"


def test_money_is_compared_with_spend_where_it_is_known():
    money = {"order_amount": 100, "claimed_amount": 100, "paid_amount": 50}
    loyal = last(*[money] * 3, {}, owners=customers(K_1={"spend": 100_000}))
    poor = last(*[money] * 3, {}, owners=customers(K_1={"spend": 300}))
    assert (loyal["money_basis"], loyal["claimed"], loyal["paid"]) == ("spend", 300, 150)
    assert loyal["paid_ratio"] < poor["paid_ratio"]


def test_money_of_another_currency_is_left_out():
    hryvnia = {"currency": "UAH", "order_amount": 100, "claimed_amount": 100}
    row = last(hryvnia, hryvnia | {"currency": "RUB", "claimed_amount": 90_000}, hryvnia)
    assert (row["claimed"], row["currency"]) == (100, "UAH")
    other = last(hryvnia, hryvnia, owners=customers(K_1={"spend": 10, "currency": "RUB"}))
    assert (other["money_basis"], other["spend"]) == ("orders", None)


def test_a_customer_with_very_many_complaints_costs_no_more_than_many_customers():
    table = random_tables(20_000, 1, 1)[0]
    rows = as_of_features(table, None, 1095)
    assert max(rows["earlier_complaints"].to_pylist()) == 20_000 - 1


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), people=st.integers(1, 6), count=st.integers(2, 60))
def test_no_later_record_changes_an_earlier_row(seed, people, count):
    table, owners = random_tables(count, seed, people)
    whole = {row["seq"]: row for row in as_of_features(table, owners, MEMORY).to_pylist()}
    order = sorted(table.to_pylist(), key=lambda row: (row["moment"], row["seq"]))
    known = pa.Table.from_pylist(order[: count // 2], schema=table.schema)
    for row in as_of_features(known, owners, MEMORY).to_pylist():
        assert row == whole[row["seq"]]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), people=st.integers(1, 6), count=st.integers(1, 60))
def test_counts_are_those_of_plain_counting(seed, people, count):
    table, owners = random_tables(count, seed, people)
    records = table.to_pylist()
    for row in as_of_features(table, owners, MEMORY).to_pylist():
        plain = counted(records, records[row["seq"]])
        assert {name: row[name] for name in plain} == plain


def counted(records, this):
    """Count by looking at every pair of records: what the sums over events must come to."""

    def earlier(days):
        return [
            other
            for other in records
            if (other["moment"], other["seq"]) < (this["moment"], this["seq"])
            and this["moment"] - other["moment"] < days * DAY
        ]

    own = [other for other in earlier(MEMORY) if other["customer_id"] == this["customer_id"]]
    decided = sum(other["outcome"] in ("upheld", "rejected") for other in own)
    demanded = {other["category"] for other in [*own, this] if other["demand"]}
    wording = [other for other in earlier(MEMORY) if other["template"] == this["template"]]
    return {
        "earlier_complaints": len(own),
        "recent_complaints": sum(other["customer_id"] == this["customer_id"] for other in earlier(90)) + 1,
        "closed": decided,
        "upheld": sum(other["outcome"] == "upheld" for other in own) if decided else None,
        "reason_hops": max(len(demanded) - 1, 0),
        "campaign_customers": len({other["customer_id"] for other in wording} - {this["customer_id"]}),
        "threats": sum(other["threat"] for other in own),
    }


@pytest.mark.slow
@pytest.mark.enable_socket  # Spark talks to its own Java process
def test_spark_and_duckdb_agree():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        session = pytest.importorskip("pyspark.sql").SparkSession

        local = {
            "spark.ui.enabled": "false",
            "spark.sql.shuffle.partitions": "1",
            "spark.sql.codegen.wholeStage": "false",
            "spark.driver.host": "127.0.0.1",
        }
        spark = session.builder.master("local[1]").config(map=local).getOrCreate()
        try:
            table, owners = random_tables(300, 5, 30)
            frames = spark.createDataFrame(table), spark.createDataFrame(owners)
            theirs = spark_features(spark, *frames, MEMORY).orderBy("seq").collect()
        finally:
            spark.stop()
    ours = as_of_features(table, owners, MEMORY).to_pylist()
    assert [row.asDict() for row in theirs] == [pytest.approx(row, abs=2e-6, nan_ok=False) for row in ours]
