"""The same conduct with the same complaints written by somebody else → how far the risk moves."""

from collections import defaultdict
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from tqdm.auto import tqdm

from pipeline.evaluation.counterfactuals import Counterfactuals, Texts
from pipeline.evaluation.risk import Figures, judge
from pipeline.risk.scorecard import RiskModel
from pipeline.risk.simulation.conduct import Reading, latest_conduct
from pipeline.risk.simulation.messages import style_of
from pipeline.risk.simulation.world import Simulated

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Read = Callable[[Sequence[str]], list[Reading]]


def measure_fairness(world: Simulated, most: int, model: RiskModel, read: Read, changes: Counterfactuals) -> Figures:
    """Let customers send the given complaints instead of their own, of the same style; then change the writer.

    Args:
        world: Where conduct is taken from.
        most: Customers, at most.
        model: What judges.
        read: Texts → what the tagger reads in them.
        changes: The complaints.

    Returns:
        By what is changed: the `mean` and the `most` that a score moves.
    """
    world = some_customers(world, most, model.least_earlier + 1)
    which = same_style(world, changes.styles)
    scores: dict[tuple[str, ...], Floats] = {}

    def score(texts: Texts) -> Floats:
        key = tuple(texts)
        if key not in scores:
            scores[key] = judge(model, latest_conduct(world, read(texts), which, model.memory_days)).scores
        return scores[key]

    moved = defaultdict(list)
    for what, before, after in tqdm(list(changes.pairs()), desc="fairness of risk"):
        moved[what].append(np.abs(score(after) - score(before)))
    return {what: {"mean": np.mean(parts), "most": np.max(parts)} for what, parts in moved.items()}


def some_customers(world: Simulated, most: int, least_complaints: int) -> Simulated:
    """Customers with enough complaints, spread evenly over all of them."""
    counts = world.complaints.group_by("customer_id").aggregate([("id", "count")]).sort_by("customer_id")
    enough = counts["customer_id"].filter(pc.greater_equal(counts["id_count"], least_complaints))
    chosen = enough.take(pa.array(np.unique(np.linspace(0, len(enough) - 1, most).astype(int))))
    return Simulated(
        complaints=world.complaints.filter(pc.is_in(world.complaints["customer_id"], chosen)),
        customers=world.customers.filter(pc.is_in(world.customers["customer_id"], chosen)),
        truth=world.truth.filter(pc.is_in(world.truth["customer_id"], chosen)),
        messages=world.messages,
    )


def same_style(world: Simulated, styles: Sequence[str]) -> Ints:
    """For each complaint the number of a text that does what its own message does."""
    rows = [row | {"lang": row["language"]} for row in world.messages.to_pylist()]
    by_style = {style: [n for n, one in enumerate(styles) if one == style] for style in set(styles)}
    numbers = np.array([by_style[style_of(row)][n % len(by_style[style_of(row)])] for n, row in enumerate(rows)])
    which: Ints = numbers[world.complaints["message"].to_numpy()]
    return which
