"""What each choice about the risk model brings in worlds that vary the training world; no figure hangs on evaluation.

`python -m benchmarks.risk_choices`, after `dvc repro simulate_customers`; a minute. Rates, amounts and incidents of the
training world are moved at random, and every variation has its own customers: what generalises gains in all of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from numpy.random import Generator
from tabulate import tabulate

from pipeline import config, paths
from pipeline.evaluation.risk import judge, ranking
from pipeline.risk.features import Features
from pipeline.risk.fit import fit
from pipeline.risk.scorecard import RiskModel
from pipeline.risk.simulation.conduct import latest_conduct
from pipeline.risk.simulation.messages import Messages
from pipeline.risk.simulation.world import Simulated, simulate
from pipeline.risk.simulation.worlds import World, load_worlds

SEEDS = (101, 102, 103, 104)
CUSTOMERS = 100_000  # of each variation
HABITS = ("complaints_per_order", "justified", "claims", "insists", "reopens", "copies", "hurry")  # shares
AMOUNTS = ("claim_ratio", "orders_per_year", "years")
COMPANIES = ("blames_customer", "blames_itself", "incident_share", "price", "price_spread")
SPREAD = 0.15  # of the logarithm of a figure
NOTHING = {"claim_share": 0.5, "usual_claim": 1.0}  # the same for everybody says nothing
CHOICES: dict[str, tuple[Mapping[str, float], int]] = {  # name → features without meaning, bins
    "neither how often nor how much": (NOTHING, 32),
    "how often": ({"usual_claim": 1.0}, 32),
    "how often and how much": ({}, 32),
    "the same, 64 bins": ({}, 64),
}


def main() -> None:
    """Print a line per choice: means over the variations."""
    params = config.load_params().risk
    training = _conduct(Simulated.load(paths.SIMULATED / "training"), params)
    messages = Messages.read(paths.CORPUS, [paths.TRAIN])
    world = load_worlds(paths.WORLDS).training
    others = [_conduct(simulate(_varied(world, seed), messages, seed), params) for seed in SEEDS]
    lines = []
    for name, (blank, bins) in CHOICES.items():
        features = [replace(Features.of(row), **blank) for row in training.to_pylist()]
        own = params.model_copy(update={"bins": bins})
        model = fit(features, training["label"].to_pylist(), own, "simulated customers")
        lines.append([name, *np.mean([_figures(model, other, blank, params.review_share) for other in others], axis=0)])
    head = ["simulated customers judged by claims", "AUC", "precision of the first", "angry but honest in review"]
    print(tabulate(lines, head, tablefmt="github", floatfmt=".4f"))


def _varied(world: World, seed: int) -> World:
    """A world whose people and companies differ somewhat, behaviours staying as pure as they are."""
    random = np.random.default_rng(seed)
    drawn = world.model_dump()
    for behaviour in drawn["behaviours"].values():
        _move(behaviour, HABITS, random, most=1.0)
        _move(behaviour, AMOUNTS, random)
    _move(drawn["companies"], COMPANIES, random)
    drawn["companies"]["incidents"] = int(random.integers(3, 7))
    return World.model_validate(drawn | {"customers": CUSTOMERS})


def _move(figures: dict[str, Any], names: Sequence[str], random: Generator, most: float = np.inf) -> None:
    for name in names:
        figures[name] = min(float(figures[name] * random.lognormal(0, SPREAD)), most)


def _conduct(world: Simulated, params: config.Risk) -> pa.Table:
    which = world.complaints["message"].to_numpy()
    conduct = latest_conduct(world, world.messages.to_pylist(), which, params.memory_days)
    return conduct.filter(pc.greater_equal(conduct["earlier_complaints"], params.least_earlier))


def _figures(model: RiskModel, conduct: pa.Table, blank: Mapping[str, float], share: float) -> npt.NDArray[np.float64]:
    for name, value in blank.items():
        constant = pa.array(np.full(len(conduct), value))
        conduct = conduct.set_column(conduct.schema.get_field_index(name), name, constant)
    judged = judge(model, conduct)
    ranked = ranking(judged.scores, judged.labels, share)
    angry = judged.levels[judged.column("behaviour") == "angry_honest"]
    return np.array([ranked["auc"], ranked["precision"], (angry == "review").mean()])


if __name__ == "__main__":
    main()
