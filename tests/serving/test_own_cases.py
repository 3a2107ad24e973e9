"""Reviewed cases of a company: files in, conduct and labels out, and clear words where they cannot be used."""

import json

import pytest

from pipeline.errors import SkargaError
from pipeline.serving.own_cases import FEWEST, check_cases, own_conduct


@pytest.fixture
def files(tmp_path):
    """Forty-five of either kind complain every ten days; the professional ones are rejected each time."""
    complaints, labels = [], ["customer_id,label"]
    for number in range(90):
        professional = number % 2
        labels.append(f"K-{number},{'professional' if professional else 'honest'}")
        complaints += [
            {
                "id": f"{number}-{turn}", "customer_id": f"K-{number}", "date": f"2025-0{turn + 1}-1{number % 9}",
                "text": f"Жалоба номер {number} {turn}", "outcome": "rejected" if professional else "upheld",
                "order_amount": "1 200 грн", "claimed_amount": 3600 if professional else 100,
            }
            for turn in range(4)
        ]  # fmt: skip
    (tmp_path / "labels.csv").write_text("\n".join(labels) + "\n", "utf-8")
    (tmp_path / "complaints.jsonl").write_text("".join(json.dumps(row) + "\n" for row in complaints), "utf-8")
    return tmp_path


def test_every_labelled_customer_is_judged_at_the_latest_complaint(files):
    table = own_conduct(files / "labels.csv", files / "complaints.jsonl", None, 730)
    assert table.num_rows == 90
    assert set(table["earlier_complaints"].to_pylist()) == {3}
    shares = {0: set(), 1: set()}
    for row in table.to_pylist():
        assert row["label"] == int(row["customer_id"].removeprefix("K-")) % 2
        shares[row["label"]].add(row["rejected_share"])
    assert max(shares[0]) < min(shares[1])
    check_cases(table, 2)


def test_customers_without_a_label_are_peers_only(files):
    (files / "labels.csv").write_text("customer_id,label\nK-1,1\nK-2,0\nK-none,1\n", "utf-8")
    table = own_conduct(files / "labels.csv", files / "complaints.jsonl", None, 730)
    assert table["customer_id"].to_pylist() == ["K-1", "K-2"]


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ("K-1,maybe", "row 1: no label"),
        ("K-1,1\nK-1,0", "row 2: the customer has the other label"),
        ("K-1,", "no label"),
    ],
)
def test_a_label_that_is_none_is_refused_with_its_row(files, labels, said):
    (files / "labels.csv").write_text(f"customer_id,label\n{labels}\n", "utf-8")
    with pytest.raises(SkargaError, match=said):
        own_conduct(files / "labels.csv", files / "complaints.jsonl", None, 730)


def test_too_few_cases_are_refused(files):
    table = own_conduct(files / "labels.csv", files / "complaints.jsonl", None, 730)
    with pytest.raises(SkargaError, match=f"{FEWEST} are needed"):
        check_cases(table.slice(0, FEWEST), 2)
    with pytest.raises(SkargaError, match="0 customers labelled 0 have 4 earlier"):
        check_cases(table, 4)
