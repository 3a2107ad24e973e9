import json

import pytest

from pipeline import paths
from pipeline.risk.simulation.messages import Messages
from pipeline.risk.simulation.world import simulate
from pipeline.risk.simulation.worlds import load_worlds


@pytest.fixture(scope="session")
def messages(root):
    """Every fifth message of the corpus that is a complaint."""
    lines = [
        line for path in sorted((root / "data/corpus").glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()
    ]
    return Messages([row for row in map(json.loads, lines[::5]) if row["intent"] != "none"])


@pytest.fixture(scope="session")
def world(root):
    return load_worlds(root / paths.WORLDS).training.model_copy(update={"customers": 20_000})


@pytest.fixture(scope="session")
def simulated(world, messages):
    return simulate(world, messages, seed=5)
