"""A simulated world that risk was not fitted in, read by the real tagger → figures, gates, plots' data."""

import csv
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from pipeline import config, paths
from pipeline.errors import SkargaError
from pipeline.evaluation.counterfactuals import load_counterfactuals
from pipeline.evaluation.metrics import reliability
from pipeline.evaluation.risk import Judged, false_positives, figures, judge, rounded
from pipeline.evaluation.risk_fairness import measure_fairness
from pipeline.evaluation.risk_gates import missed_gates
from pipeline.risk.baselines import baseline_scores
from pipeline.risk.scorecard import RiskModel
from pipeline.risk.simulation.conduct import Reading, latest_conduct
from pipeline.risk.simulation.world import Simulated
from pipeline.serving.tagger import Tagger
from pipeline.stages.console import say, stage

LANGUAGES = ("ru", "uk", "mixed")


def main() -> None:
    """Write models/risk_metrics.json and models/risk_plots; say which gates are missed."""
    params = config.load_params().risk
    tagger, model = Tagger.load(paths.BUNDLE), RiskModel.load(paths.BUNDLE)
    if model is None:
        raise SkargaError(f"{paths.BUNDLE} has no risk model", "run `dvc repro export`")
    world = Simulated.load(paths.SIMULATED / "evaluation")
    readings = read_messages(tagger, world.messages["text"].to_pylist())
    judged = {}
    for column in ("message", *(f"message_{language}" for language in LANGUAGES)):
        conduct = latest_conduct(world, readings, world.complaints[column].to_numpy(), model.memory_days)
        judged[column] = judge(model, conduct)
        everybody = conduct
    own = judged.pop("message")
    baselines = baseline_scores(pq.read_table(paths.CONDUCT), own.conduct, params.seed)
    metrics = {
        "origin": f"{world.customers.num_rows:,} simulated customers",
        **figures(own, everybody, baselines, params.review_share),
        "false_positives": false_positives(list(judged.values()), LANGUAGES),
        "fairness": measure_fairness(
            world,
            params.fairness_customers,
            model,
            lambda texts: read_messages(tagger, texts),
            load_counterfactuals(paths.COUNTERFACTUALS),
        ),
    }
    metrics = rounded(metrics)
    paths.RISK_METRICS.write_text(json.dumps(metrics, indent=2) + "\n", "utf-8")
    _write_plots(own)
    _say(metrics)


def read_messages(tagger: Tagger, texts: Sequence[str]) -> list[Reading]:
    """Read texts as the product does."""
    tags = tagger.tag([{"text": text} for text in texts])
    return [
        {"category": tag["category"], "signals": {span["code"] for span in tag["signals"]}, "emotions": tag["emotions"]}
        for tag in tags
    ]


def _write_plots(judged: Judged) -> None:
    paths.RISK_PLOTS.mkdir(parents=True, exist_ok=True)
    bins = [
        {"score": mean, "professional": share, "customers": count}
        for mean, share, count in reliability(judged.scores, ~judged.honest)
    ]
    _write_csv("reliability", bins)
    order = np.argsort(-judged.scores, kind="stable")
    found = np.cumsum(judged.labels[order])
    shares = np.linspace(0.005, 0.2, 40)
    counts = [max(1, round(share * len(order))) for share in shares]
    queue = [
        {"share": round(share, 4), "precision": found[n - 1] / n, "recall": found[n - 1] / found[-1]}
        for share, n in zip(shares.tolist(), counts, strict=True)
    ]
    _write_csv("queue", queue)


def _write_csv(name: str, rows: Sequence[dict[str, Any]]) -> None:
    with (paths.RISK_PLOTS / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, rows[0], lineterminator="\n")
        table.writeheader()
        table.writerows(rounded(row) for row in rows)


def _say(metrics: dict[str, Any]) -> None:
    say(f"risk of {metrics['customers']['scored']:,} simulated customers")
    for name, system in metrics["systems"].items():
        say(f"{name:12} AUC {system['auc']:.3f}  precision {system['precision']:.3f}")
    for gate in missed_gates(metrics):
        say(f"missed: {gate}")


if __name__ == "__main__":
    stage(main)
