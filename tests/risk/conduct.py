"""Made-up records of customers, for tests: what a record does not say has a plain value."""

import numpy as np
import pyarrow as pa

from pipeline.risk.history import COMPLAINTS, CUSTOMERS, DAY

PLAIN = {
    "customer_id": "K-1",
    "company": None,
    "product": None,
    "category": "delivery",
    "currency": None,
    "order_amount": None,
    "claimed_amount": None,
    "paid_amount": None,
    "outcome": None,
    "demand": False,
    "threat": False,
    "vague": False,
    "venting": False,
}


def complaints(*records: dict) -> pa.Table:
    """Records with `day` (or `moment`); each its own wording unless it names a template."""
    rows = []
    for seq, record in enumerate(records):
        row = PLAIN | {"seq": seq, "template": 1_000 + seq} | record
        row.setdefault("moment", row.pop("day", seq) * DAY)
        rows.append({name: row[name] for name in COMPLAINTS.names})
    return pa.Table.from_pylist(rows, schema=COMPLAINTS)


def customers(**known: dict) -> pa.Table:
    """A row per customer; `K_1` stands for the id K-1."""
    rows = [{"customer_id": name.replace("_", "-")} | facts for name, facts in known.items()]
    return pa.Table.from_pylist(rows, schema=CUSTOMERS)


def random_tables(count: int, seed: int, people: int) -> tuple[pa.Table, pa.Table]:
    """Complaints that touch everything: repeated wordings and moments, gaps in every column."""
    chance = np.random.default_rng(seed)

    def gappy(values: np.ndarray, share: float) -> pa.Array:
        return pa.array(values, mask=chance.random(len(values)) < share)

    columns = {
        "seq": np.arange(count),
        "customer_id": [f"K-{number}" for number in chance.integers(0, people, count)],
        "moment": chance.integers(0, 900, count) * DAY,
        "company": chance.choice(["Оріон", "Лелека"], count),
        "product": gappy(chance.choice(["чайник", "диван", "кредит"], count), 0.1),
        "category": chance.choice(["delivery", "deception", "other"], count),
        "currency": gappy(chance.choice(["UAH", "RUB"], count), 0.8),
        "order_amount": gappy(chance.lognormal(7, 1, count).round(2), 0.1),
        "claimed_amount": gappy(chance.lognormal(6, 1, count).round(2), 0.2),
        "paid_amount": gappy((chance.lognormal(5, 1, count) * (chance.random(count) < 0.4)).round(2), 0.2),
        "outcome": gappy(chance.choice(["upheld", "rejected", "open"], count), 0.1),
        "template": chance.integers(0, max(1, count * 3 // 4), count),
    } | {
        name: chance.random(count) < share
        for name, share in [("demand", 0.3), ("threat", 0.2), ("vague", 0.1), ("venting", 0.05)]
    }
    owners = {
        "customer_id": [f"K-{number}" for number in range(people)],
        "since": gappy(chance.integers(-500, 400, people), 0.1),
        "orders": gappy(chance.integers(0, 60, people), 0.3),
        "spend": gappy(chance.lognormal(9, 1, people).round(2), 0.3),
        "currency": pa.nulls(people, pa.string()),
    }
    return pa.table(columns).select(COMPLAINTS.names).cast(COMPLAINTS), pa.table(owners).cast(CUSTOMERS)
