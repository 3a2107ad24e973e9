from datetime import UTC, datetime

import pytest

from pipeline.risk.history import DAY
from pipeline.risk.records import Records, Unfit, microseconds, moment_of

LATEST = microseconds(datetime(2026, 12, 31, tzinfo=UTC))
TEXT = "Вже третій тиждень чекаю на повернення коштів за чайник"


def record(**more):
    plain = {
        "customer_id": "K-1",
        "date": "2026-02-03",
        "text": TEXT,
        "category": "delivery",
        "emotions": [],
        "signals": [],
    }
    return plain | more


def only(**more):
    records = Records(LATEST)
    assert records.add(record(**more)) is None
    return records.table().to_pylist()[0], dict(records.ignored)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"customer_id": None}, Unfit.NO_CUSTOMER),
        ({"customer_id": " "}, Unfit.NO_CUSTOMER),
        ({"date": None}, Unfit.NO_DATE),
        ({"date": "весной"}, Unfit.BAD_DATE),
        ({"date": "31.02.2026"}, Unfit.BAD_DATE),
        ({"date": "2062-02-03"}, Unfit.FUTURE_DATE),
    ],
)
def test_what_belongs_to_no_history(fields, why):
    records = Records(LATEST)
    assert records.add(record(**fields)) is why
    assert len(records) == records.table().num_rows == 0


@pytest.mark.parametrize(
    "written", ["2026-02-03", "03.02.2026", "3/2/26", "3 февраля 2026 г.", "3 лютого 2026", "2026-02-03T02:00:00+02:00"]
)
def test_dates_in_local_forms(written):
    assert moment_of(written, LATEST) == (datetime(2026, 2, 3) - datetime(1970, 1, 1)).days * DAY


def test_money_that_can_be_true():
    row, ignored = only(order_amount=100, claimed_amount=-5, paid_amount=1e12)
    assert (row["order_amount"], row["claimed_amount"], row["paid_amount"]) == (100, None, None)
    assert ignored == {"claimed_amount:negative": 1, "paid_amount:absurd": 1}
    assert only(claimed_amount="багато")[1] == {"claimed_amount:not_a_number": 1}


def test_one_record_has_one_currency():
    row, ignored = only(order_amount="1 000 грн", claimed_amount="50 $", paid_amount=10)
    assert (row["currency"], row["order_amount"], row["claimed_amount"], row["paid_amount"]) == ("UAH", 1000, None, 10)
    assert ignored == {"claimed_amount:other_currency": 1}
    assert only(currency="₽", order_amount=5)[0]["currency"] == "RUB"


def test_outcomes_in_other_words_are_unknown():
    assert only(outcome=" Upheld ")[0]["outcome"] == "upheld"
    assert only(outcome="полностью")[1] == {"outcome:unknown_word": 1}


def test_signs_come_from_the_tags():
    row, _ = only(signals=[{"code": "legal_threat"}, {"code": "compensation_demand"}], emotions=["anger"])
    assert (row["demand"], row["threat"], row["vague"], row["venting"]) == (True, True, False, False)


def test_a_record_of_both_files_counts_once():
    backlog, history = Records(LATEST), Records(LATEST)
    backlog.add(record())
    for other in (record(date="03.02.2026"), record(date="2026-02-04"), record(customer_id="K-2"), record(text="інше")):
        assert history.add(other, set(backlog.digests)) is None
    assert len(history) == 3
