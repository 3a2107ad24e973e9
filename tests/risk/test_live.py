import numpy as np
import pytest

from pipeline.risk.history import COLUMNS, as_of_features
from pipeline.risk.live import LiveHistory
from pipeline.risk.wording import PERMUTATIONS, Wording

from .conduct import random_tables

MEMORY = 300


def wording_of(table):
    """A wording per template: equal signatures where the template is the same."""
    templates = table["template"].to_numpy()
    signatures = np.stack(
        [np.random.default_rng(int(number)).integers(0, 2**32, PERMUTATIONS, np.uint32) for number in templates]
    )
    return Wording(signatures, np.full(len(templates), 50))


@pytest.mark.parametrize("known", [0, 30])
def test_one_by_one_gives_what_all_at_once_gives(known):
    table, owners = random_tables(40, 3, 5)
    table = table.take(np.argsort(table["moment"].to_numpy(), kind="stable"))
    table = table.set_column(0, "seq", np.arange(len(table))[None].tolist())
    whole = as_of_features(table, owners, MEMORY).to_pylist()
    live = LiveHistory(table.slice(0, known), wording_of(table).take(np.arange(known)), owners, MEMORY)
    for place in range(known, len(table)):
        (row,) = live.add(table.slice(place, 1), wording_of(table).take(np.array([place])))
        assert {name: row[name] for name in COLUMNS} == whole[place]


def test_complaints_that_come_together_see_one_another_in_their_order():
    table, _ = random_tables(6, 1, 1)
    live = LiveHistory(table.slice(0, 0), wording_of(table).take(np.arange(0)), None, 10_000)
    rows = live.add(table, wording_of(table))
    assert sorted(row["earlier_complaints"] for row in rows) == list(range(6))
