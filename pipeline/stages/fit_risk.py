"""Conduct and labels → models/risk.json: simulated customers, or a company's own reviewed cases."""

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline import config, paths
from pipeline.risk.features import Features
from pipeline.risk.fit import fit
from pipeline.risk.simulation.conduct import latest_conduct
from pipeline.risk.simulation.world import Simulated
from pipeline.serving.own_cases import check_cases, own_conduct
from pipeline.stages.console import say, stage


def main() -> None:
    """Write the model and the conduct that it was fitted on."""
    params = config.load_params().risk
    conduct, origin = _own(params) if params.labels else (_simulated(params), "simulated customers")
    enough = conduct.filter(pc.greater_equal(conduct["earlier_complaints"], params.least_earlier))
    labels = enough["label"].to_pylist()
    model = fit([Features.of(row) for row in enough.to_pylist()], labels, params, origin)
    paths.RISK.write_text(model.model_dump_json(indent=2) + "\n", "utf-8")
    paths.CONDUCT.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(enough, paths.CONDUCT)
    say(f"risk: {len(labels):,} {origin} with enough history, {sum(labels):,} of them professional → {paths.RISK}")


def _own(params: config.Risk) -> tuple[pa.Table, str]:
    assert params.labels
    assert params.complaints
    conduct = own_conduct(params.labels, params.complaints, params.customers, params.memory_days)
    check_cases(conduct, params.least_earlier)
    return conduct, "own cases"


def _simulated(params: config.Risk) -> pa.Table:
    world = Simulated.load(paths.SIMULATED / "training")
    messages = world.messages.to_pylist()  # their labels; no weight hangs on what a model reads in them
    return latest_conduct(world, messages, world.complaints["message"].to_numpy(), params.memory_days)


if __name__ == "__main__":
    stage(main)
