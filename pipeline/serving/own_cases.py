"""A company's own reviewed cases, `customer_id,label`, and its complaints → the conduct that risk is fitted on."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import SkargaError
from pipeline.risk.duplicates import Templates
from pipeline.risk.history import as_of_features
from pipeline.risk.records import Records, with_templates
from pipeline.serving.customers import read_customers
from pipeline.serving.judging import tomorrow
from pipeline.serving.readers import open_source
from pipeline.serving.records import Columns, RawRow

LABELS = {"1": 1, "professional": 1, "true": 1, "0": 0, "honest": 0, "false": 0}
FEWEST = 40  # customers of either label, with enough history; weights from fewer are chance


def own_conduct(labels: Path, complaints: Path, customers: Path | None, memory_days: int) -> pa.Table:
    """Judge every labelled customer at the latest complaint.

    Messages need no tags: no weight hangs on what they say.

    Args:
        labels: `customer_id,label`; 1 or `professional`, 0 or `honest`, as people decided after looking.
        complaints: All complaints of these and of other customers, who are their peers; any file that can be tagged.
        customers: `customer_id, since, orders, spend`, if known.
        memory_days: How far back conduct counts.

    Returns:
        The columns of history, `customer_id` and `label`; a row per labelled customer who has complained.

    Raises:
        SkargaError: A file cannot be read, a label is none, or a customer has two.
    """
    truth = _read_labels(labels)
    records = Records(tomorrow())
    for fields in _rows(complaints, Columns()):
        if isinstance(fields.get("text"), str):
            records.add({**fields, "signals": [], "emotions": []})
    table = with_templates(records.table(), records.wording(), Templates())
    known = read_customers(customers, Columns(), records.latest).table if customers else None
    features = as_of_features(table, known, memory_days)
    latest = _latest(table, truth)
    names = table["customer_id"].take(latest)
    chosen = features.take(latest).append_column("customer_id", names)
    return chosen.append_column("label", pa.array([truth[name] for name in names.to_pylist()], pa.int64()))


def check_cases(conduct: pa.Table, least_earlier: int) -> None:
    """Refuse what no weights can be learned from.

    Raises:
        SkargaError: Fewer than `FEWEST` customers of a label have enough history.
    """
    for label in (0, 1):
        enough = pc.and_(
            pc.equal(conduct["label"], label), pc.greater_equal(conduct["earlier_complaints"], least_earlier)
        )
        if (count := pc.sum(enough).as_py() or 0) < FEWEST:
            raise SkargaError(
                f"{count} customers labelled {label} have {least_earlier} earlier complaints; {FEWEST} are needed",
                "review more cases, give a longer history, or leave `risk.labels` empty",
            )


def _read_labels(path: Path) -> dict[str, int]:
    truth: dict[str, int] = {}
    for number, fields in enumerate(_rows(path, Columns(text="customer_id")), start=1):
        customer, label = str(fields["customer_id"]).strip(), LABELS.get(str(fields.get("label")).strip().lower())
        if label is None:
            raise SkargaError(f"{path}, row {number}: no label", f"write one of: {', '.join(LABELS)}")
        if truth.setdefault(customer, label) != label:
            raise SkargaError(f"{path}, row {number}: the customer has the other label, too", "keep the right one")
    return truth


def _rows(path: Path, columns: Columns) -> Iterator[dict[str, Any]]:
    """Rows that can be read; the others cannot be anybody's conduct."""
    with closing(open_source(path, columns)) as source:
        yield from (item.fields for item in source if isinstance(item, RawRow))


def _latest(table: pa.Table, truth: dict[str, int]) -> pa.Array:
    """The row of each labelled customer's latest complaint."""
    order = np.lexsort((table["seq"].to_numpy(), table["moment"].to_numpy()))
    names = table["customer_id"].to_pylist()
    last = {names[row]: row for row in order.tolist() if names[row] in truth}
    return pa.array(sorted(last.values()), pa.int64())
