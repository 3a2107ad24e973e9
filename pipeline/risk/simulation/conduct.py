"""A simulated world, and what a tagger reads in its messages → the features of conduct, as history computes them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.risk.history import COMPLAINTS, CUSTOMERS, as_of_features
from pipeline.risk.signs import Signs, signs_of
from pipeline.risk.simulation import companies
from pipeline.risk.simulation.world import Simulated

Ints = npt.NDArray[np.int64]
Reading = Mapping[str, Any]  # category, signals, emotions: codes that a tagger or a person has found in a message


def latest_conduct(world: Simulated, readings: Sequence[Reading], which: Ints, memory_days: int) -> pa.Table:
    """Judge every customer at the latest complaint.

    Args:
        world: The simulated tables.
        readings: What each message says.
        which: (complaints,) the message of each complaint.
        memory_days: How far back conduct counts.

    Returns:
        A row per customer who has complained: the columns of history, id and language of the complaint, and the truth.
    """
    owner = pc.index_in(world.complaints["customer_id"], world.truth["customer_id"])
    complaints = _complaints(world, readings, which)
    unrecorded = world.truth["unrecorded"].take(owner)
    features = pa.concat_tables(
        as_of_features(complaints.filter(pc.equal(unrecorded, what)), _customers(world, what), memory_days)
        for what in pc.unique(unrecorded).to_pylist()  # a file comes from one company: its columns are there or not
    ).sort_by("seq")
    latest = np.flatnonzero(np.diff(owner.to_numpy(), append=-1))  # complaints of one customer stand in a row
    rows = pa.array(latest)
    table = features.take(rows)
    for name in ("id", "language"):
        table = table.append_column(name, world.complaints[name].take(table["seq"]))
    truth = world.truth.take(owner.take(rows))
    for name in truth.column_names:
        table = table.append_column(name, truth[name])
    return table


def _complaints(world: Simulated, readings: Sequence[Reading], which: Ints) -> pa.Table:
    """Columns of `COMPLAINTS`."""
    own, read = world.complaints, pa.array(which)
    signs = [signs_of(reading["signals"], reading["emotions"]) for reading in readings]
    said = pa.array([reading["category"] for reading in readings]).take(read)
    columns = {
        "seq": pa.array(np.arange(own.num_rows)),
        "moment": own["date"].cast(pa.int64()),
        "category": pc.coalesce(own["category"], said),
        "currency": pa.nulls(own.num_rows, pa.string()),
        **{name: pa.array([getattr(one, name) for one in signs], pa.bool_()).take(read) for name in Signs._fields},
    }
    named = {name: columns[name] if name in columns else own[name] for name in COMPLAINTS.names}
    return pa.table(named).cast(COMPLAINTS)


def _customers(world: Simulated, unrecorded: str) -> pa.Table | None:
    """Columns of `CUSTOMERS`, of the companies that keep no such records; None where these are the customers'."""
    if unrecorded == companies.CUSTOMERS:
        return None
    known = world.customers.filter(pc.equal(world.truth["unrecorded"], unrecorded))
    since = known["since"].cast(pa.date32()).cast(pa.int32()).cast(pa.int64())
    columns = {"since": since, "currency": pa.nulls(known.num_rows, pa.string())}
    named = {name: columns[name] if name in columns else known[name] for name in CUSTOMERS.names}
    return pa.table(named).cast(CUSTOMERS)
