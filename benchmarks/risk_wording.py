"""What wording would add to the risk of simulated customers, and whom it would cost: boosted trees with and without it.

`python benchmarks/risk_wording.py`, after `dvc repro export`; minutes.
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from tabulate import tabulate

from pipeline import config, paths
from pipeline.evaluation.counterfactuals import Texts, load_counterfactuals
from pipeline.evaluation.risk_fairness import same_style, some_customers
from pipeline.risk.features import Features
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
    training = _conduct(Simulated.load(paths.SIMULATED / "training"), "message", tagger, params)
    world = Simulated.load(paths.SIMULATED / "evaluation")
    columns = ("message", *(f"message_{language}" for language in LANGUAGES))
    own, *by_language = [_conduct(world, column, tagger, params) for column in columns]
    pairs = _pairs(world, tagger, params)
    lines = []
    for label, names in (("conduct", CONDUCT), ("conduct and wording", (*CONDUCT, *WORDING))):
        rate = _fitted(training, names, params.seed)
        bound = np.quantile(rate(own), 1 - params.elevated_share)
        alerted = [(rate(one) >= bound)[np.asarray(one["label"]) == 0].mean() for one in by_language]
        moved = dict.fromkeys(CHANGES, 0.0)
        for what, before, after in pairs:
            moved[what] = max(moved[what], float(np.abs(rate(after) - rate(before)).max()))
        auc = roc_auc_score(np.asarray(own["label"]), rate(own))
        lines.append([label, auc, max(alerted) / min(alerted), *moved.values()])
    head = ["simulated customers judged by", "AUC", "false positives, most over fewest by language"]
    print(tabulate(lines, [*head, *(f"most moved by {what}" for what in CHANGES)], tablefmt="github", floatfmt=".3f"))


def _conduct(world: Simulated, column: str, tagger: Tagger, params: config.Risk) -> pa.Table:
    readings = read_messages(tagger, world.messages["text"].to_pylist())
    return _enough(latest_conduct(world, readings, world.complaints[column].to_numpy(), params.memory_days), params)


def _pairs(world: Simulated, tagger: Tagger, params: config.Risk) -> list[tuple[str, pa.Table, pa.Table]]:
    """Conduct of the same customers before and after somebody else has written their complaints."""
    some = some_customers(world, params.fairness_customers, params.least_earlier + 1)
    changes = load_counterfactuals(paths.COUNTERFACTUALS)
    which = same_style(some, changes.styles)

    def conduct(texts: Texts) -> pa.Table:
        return _enough(latest_conduct(some, read_messages(tagger, texts), which, params.memory_days), params)

    return [(what, conduct(before), conduct(after)) for what, before, after in changes.pairs() if what in CHANGES]


def _enough(table: pa.Table, params: config.Risk) -> pa.Table:
    return table.filter(pc.greater_equal(table["earlier_complaints"], params.least_earlier))


def _fitted(training: pa.Table, names: Sequence[str], seed: int) -> Callable[[pa.Table], Floats]:
    """Boosted trees on these features: a function from conduct to scores."""
    model = HistGradientBoostingClassifier(max_iter=120, learning_rate=0.05, max_leaf_nodes=12, random_state=seed)
    model.fit(_values(training, names), np.asarray(training["label"]))
    return lambda table: model.predict_proba(_values(table, names))[:, 1]


def _values(table: pa.Table, names: Sequence[str]) -> Floats:
    features = [Features.of(row) for row in table.to_pylist()]
    return np.array([[getattr(one, name) for name in names] for one in features], np.float64)


if __name__ == "__main__":
    main()
