import json

import pytest

from pipeline import paths
from pipeline.reporting.risk_scores import markdown_tables


@pytest.fixture
def tables(root):
    return markdown_tables(json.loads((root / paths.RISK_METRICS).read_text("utf-8")))


def test_the_tables_say_first_that_customers_are_simulated(tables):
    assert "simulated customers" in tables.splitlines()[0]


def test_every_system_level_and_behaviour_has_a_line(tables):
    for line in ("| **skarga** |", "| number of complaints |", "| `review` |", "| loyal unlucky |", "| claim farm |"):
        assert line in tables
    blocks = [block.splitlines() for block in tables.split("\n\n")[1:]]
    assert all(len({line.count("|") for line in block}) == 1 for block in blocks)


def test_what_was_not_measured_is_a_dash(root):
    figures = json.loads((root / paths.RISK_METRICS).read_text("utf-8"))
    figures["levels"]["review"]["precision"] = None
    assert "| `review` |" in markdown_tables(figures)
    assert "| – |" in markdown_tables(figures)
