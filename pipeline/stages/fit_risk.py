"""Conduct and labels → models/risk.json: simulated customers, or a company's own reviewed cases."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline import config, paths
from pipeline.risk.features import Features
from pipeline.risk.fit import fit
from pipeline.risk.simulation.conduct import latest_conduct
from pipeline.risk.simulation.readings import misread
from pipeline.risk.simulation.world import Simulated
from pipeline.stages.console import say, stage

_READINGS = 4  # of each message, with different errors


def main() -> None:
    """Write the model and the conduct that it was fitted on."""
    params = config.load_params().risk
    conduct, origin = _simulated(params), "simulated customers"
    enough = conduct.filter(pc.greater_equal(conduct["earlier_complaints"], params.least_earlier))
    labels = enough["label"].to_pylist()
    model = fit([Features.of(row) for row in enough.to_pylist()], labels, params, origin)
    paths.RISK.write_text(model.model_dump_json(indent=2) + "\n", "utf-8")
    paths.CONDUCT.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(enough, paths.CONDUCT)
    say(f"risk: {len(labels):,} {origin} with enough history, {sum(labels):,} of them professional → {paths.RISK}")


def _simulated(params: config.Risk) -> pa.Table:
    world = Simulated.load(paths.SIMULATED / "training")
    random = np.random.default_rng(params.seed)
    readings = misread(world.messages.to_pylist(), _READINGS, random)
    which = world.complaints["message"].to_numpy() * _READINGS + random.integers(
        _READINGS, size=world.complaints.num_rows
    )
    return latest_conduct(world, [reading for one in readings for reading in one], which, params.memory_days)


if __name__ == "__main__":
    stage(main)
