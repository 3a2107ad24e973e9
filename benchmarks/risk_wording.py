"""What wording would add to the risk of simulated customers, and whom it would cost: boosted trees with and without it.

`python benchmarks/risk_wording.py`, after `dvc repro evaluate_risk`; minutes.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from tabulate import tabulate

from pipeline import config, paths
from pipeline.evaluation.counterfactuals import load_counterfactuals
from pipeline.evaluation.risk_fairness import same_style, some_customers
from pipeline.risk.scorecard import CONDUCT
from pipeline.risk.simulation.conduct import latest_conduct
from pipeline.risk.simulation.world import Simulated
from pipeline.serving.tagger import Tagger
from pipeline.stages.evaluate_risk import LANGUAGES, read_messages

WORDING = ("reason_hops", "demand_share", "vague_share", "venting_share", "threat_payouts")
CHANGES = ("name", "gender", "city", "language", "typos")

Floats = npt.NDArray[np.float64]


def main() -> None:
    """Print a line for conduct alone and one for conduct with wording."""
    params, tagger = config.load_params().risk, Tagger.load(paths.BUNDLE)
    worlds = {name: Simulated.load(paths.SIMULATED / name) for name in ("training", "evaluation")}
    readings = {name: read_messages(tagger, world.messages["text"].to_pylist()) for name, world in worlds.items()}

    def conduct(name: str, column: str = "message") -> pa.Table:
        world = worlds[name]
        return enough(latest_conduct(world, readings[name], world.complaints[column].to_numpy(), params.memory_days))

    def enough(table: pa.Table) -> pa.Table:
        return table.filter(pc.greater_equal(table["earlier_complaints"], params.least_earlier))

    training, evaluation = conduct("training"), conduct("evaluation")
    by_language = [conduct("evaluation", f"message_{language}") for language in LANGUAGES]
    some = some_customers(worlds["evaluation"], params.fairness_customers, params.least_earlier + 1)
    changes = load_counterfactuals(paths.COUNTERFACTUALS)
    which = same_style(some, changes.styles)
    pairs = [(what, *(enough(latest_conduct(some, read_messages(tagger, texts), which, params.memory_days))
              for texts in both)) for what, *both in changes.pairs() if what in CHANGES]  # fmt: skip
    lines = []
    for label, names in (("conduct", CONDUCT), ("conduct and wording", (*CONDUCT, *WORDING))):
        model = HistGradientBoostingClassifier(
            max_iter=120, learning_rate=0.05, max_leaf_nodes=12, random_state=params.seed
        )
        model.fit(_values(training, names), np.asarray(training["label"]))
        scores = _scores(model, evaluation, names)
        bound = np.quantile(scores, 1 - params.elevated_share)
        alerted = [(_scores(model, one, names) >= bound)[np.asarray(one["label"]) == 0].mean() for one in by_language]
        moved = dict.fromkeys(CHANGES, 0.0)
        for what, before, after in pairs:
            change = np.abs(_scores(model, after, names) - _scores(model, before, names)).max()
            moved[what] = max(moved[what], float(change))
        auc = roc_auc_score(np.asarray(evaluation["label"]), scores)
        lines.append([label, auc, max(alerted) / min(alerted), *moved.values()])
    head = ["simulated customers judged by", "AUC", "false positives, most over fewest by language"]
    print(tabulate(lines, [*head, *(f"most moved by {what}" for what in CHANGES)], tablefmt="github", floatfmt=".3f"))


def _values(table: pa.Table, names: Sequence[str]) -> Floats:
    derived = {
        "rejected": pc.if_else(pc.greater(table["closed"], 0), pc.subtract(table["closed"], table["upheld"]), None)
    }
    columns = (derived[name] if name in derived else table[name] for name in names)
    return np.column_stack([column.cast(pa.float64()).to_numpy() for column in columns])


def _scores(model: HistGradientBoostingClassifier, table: pa.Table, names: Sequence[str]) -> Floats:
    scores: Floats = model.predict_proba(_values(table, names))[:, 1]
    return scores


if __name__ == "__main__":
    main()
