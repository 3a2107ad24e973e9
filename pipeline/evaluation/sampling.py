"""A table of rows → the few that are looked at where all of them would take too long; the same few on every run."""

from hashlib import blake2b

import pandas as pd

from pipeline.data.catalogue import TASKS


def sample(rows: pd.DataFrame, most: int) -> pd.DataFrame:
    """At most `most` rows, chosen by a hash of their ids, in the order of the table."""
    return rows.loc[_order(rows).index[:most].sort_values()]


def sample_each_task(rows: pd.DataFrame, most: int) -> pd.DataFrame:
    """At most `most` rows labelled for each task, so that a large source of one task does not crowd out the others."""
    order = _order(rows).index
    chosen: set[int] = set()
    for task in TASKS:
        chosen.update(order[rows.loc[order, task].notna()][:most])
    return rows.loc[sorted(chosen)]


def _order(rows: pd.DataFrame) -> "pd.Series[str]":
    return rows["id"].map(lambda identity: blake2b(str(identity).encode(), digest_size=8).hexdigest()).sort_values()
