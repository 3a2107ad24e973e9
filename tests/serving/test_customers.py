import pytest

from pipeline.errors import SkargaError
from pipeline.serving.customers import read_customers
from pipeline.serving.records import Columns

DAY_2026 = 20454  # 1 January 2026, in days since 1970
LATEST = (DAY_2026 + 300) * 86_400 * 1_000_000


@pytest.fixture
def customers(tmp_path):
    def read(text, name="customers.csv", column="customer_id"):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return read_customers(path, Columns(customer_id=column), LATEST)

    return read


def test_what_is_known_of_customers(customers):
    known = customers(
        "customer_id;since;orders;spend;vip\nK-1;01.01.2026;4;1 000,50 грн;так\n7;;;\n".replace(";", "\t")
    )
    assert known.rows == 1 + len(known.rejected)
    (row,) = known.table.to_pylist()
    assert row == {"customer_id": "K-1", "since": DAY_2026, "orders": 4, "spend": 1000.5, "currency": "UAH"}
    assert [str(bad.reason) for bad in known.rejected] == ["wrong_column_count"]


def test_all_but_the_id_may_be_absent(customers):
    assert customers('{"client": 7}\n{"client": 8.0}\n', "c.jsonl", "client").table["customer_id"].to_pylist() == [
        "7",
        "8",
    ]


def test_two_customers_with_one_id_are_both_set_aside_and_a_repeated_row_is_one(customers):
    known = customers("customer_id,orders\nK-1,4\nK-2,1\nK-1,5\nK-2,1\nK-1,4\n,9\n")
    assert known.table["customer_id"].to_pylist() == ["K-2"]
    assert [(bad.number, str(bad.reason)) for bad in known.rejected] == [
        (1, "shared_id"),
        (3, "shared_id"),
        (5, "shared_id"),
        (6, "no_customer"),
    ]


def test_what_cannot_be_true_is_unknown_and_counted(customers):
    known = customers("customer_id,since,orders,spend\na,2062-01-01,-1,-5\nb,никогда,2.5,1e300\nc,,,\n")
    assert [tuple(row.values())[1:4] for row in known.table.to_pylist()] == [(None, None, None)] * 3
    assert dict(known.ignored) == {"since:unusable": 2, "orders:unusable": 2, "spend:unusable": 2}


def test_a_file_without_the_column_is_refused_with_a_way_out(customers):
    with pytest.raises(SkargaError, match="--customer-column"):
        customers("client,orders\nK-1,4\n")
