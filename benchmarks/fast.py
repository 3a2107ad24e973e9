"""The released model and the fast one on the same test rows: how often each is right, and what a row costs.

SKARGA_DATA_DIR=… python -m benchmarks.fast       # from the root, two or three minutes
"""

import pandas as pd
from tabulate import tabulate
from tqdm.auto import tqdm

from pipeline import config, paths
from pipeline.evaluation.report_card import PRODUCT, compare
from pipeline.evaluation.systems import tagger_predictions
from pipeline.promotion.comparison import Pair
from pipeline.promotion.costs import speed_gate
from pipeline.promotion.testing import frozen_tests
from pipeline.serving.tagger import Tagger

FIGURES = {
    "category": ("accuracy", "macro_f1"),
    "emotion": ("macro_f1", "macro_f1_common"),
    "signals": ("macro_f1_common",),
    "severity": ("accuracy",),
}


def main() -> None:
    """Print a line per test, task and figure, then the ratio of the processor time."""
    params = config.load_params()
    pair = Pair(Tagger.load(paths.RELEASED), Tagger.load(paths.FAST))
    tests = {name: rows for by_source in frozen_tests(pair.in_use.labels).values() for name, rows in by_source.items()}
    lines = []
    for name, rows in tqdm(tests.items(), "tests", leave=False):
        known = [_figures(tagger, rows, params.evaluate) for tagger in (pair.in_use, pair.candidate)]
        lines += [[name, *figure, *(one[figure] for one in known)] for figure in known[0]]
    print(tabulate(lines, ["test", "task", "figure", "released", "fast"], tablefmt="github", floatfmt=".3f"))
    texts = [text for rows in tests.values() for text in rows["text"]]
    (spent,) = (finding.loss for finding in speed_gate(pair, texts, params).findings)
    print(f"a row takes the fast model {spent.value:.2f} ({spent.low:.2f} to {spent.high:.2f}) of the processor time")


def _figures(tagger: Tagger, rows: pd.DataFrame, params: config.Evaluate) -> dict[tuple[str, str], float]:
    found = compare({PRODUCT: tagger_predictions(tagger, rows)}, rows, tagger.labels, params)[PRODUCT]
    return {
        (task, name): found[task]["all"][name]
        for task, names in FIGURES.items()
        for name in names
        if name in found.get(task, {}).get("all", {})
    }


if __name__ == "__main__":
    main()
