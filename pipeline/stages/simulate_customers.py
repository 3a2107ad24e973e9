"""The corpus and assumptions about conduct → two simulated worlds: one to fit risk on, one to measure it in."""

from pipeline import config, paths
from pipeline.risk.simulation.messages import Messages
from pipeline.risk.simulation.world import simulate
from pipeline.risk.simulation.worlds import load_worlds
from pipeline.stages.console import say, stage


def main() -> None:
    """Write data/customers/training and data/customers/evaluation."""
    seeds = config.load_params().simulate_customers.seeds
    worlds = load_worlds(paths.WORLDS)
    drawn = {  # the world that measures has texts that the other one lacks
        "training": (worlds.training, seeds.training, [paths.TRAIN]),
        "evaluation": (
            worlds.evaluation,
            seeds.evaluation,
            [paths.VALIDATION, paths.TEST],
        ),  # texts that training lacks
    }
    for name, (world, seed, splits) in drawn.items():
        tables = simulate(world, Messages.read(paths.CORPUS, splits), seed)
        tables.save(paths.SIMULATED / name)
        say(f"{name}: {tables.customers.num_rows:,} simulated customers, {tables.complaints.num_rows:,} complaints")


if __name__ == "__main__":
    stage(main)
