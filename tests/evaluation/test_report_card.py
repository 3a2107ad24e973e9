import numpy as np
import pandas as pd
import pytest

from pipeline.config import Evaluate
from pipeline.data.catalogue import TASKS
from pipeline.evaluation.calibration import calibrate
from pipeline.evaluation.report_card import compare, write_plots
from pipeline.evaluation.systems import Predictions, baseline_predictions, tagger_predictions
from pipeline.modeling.network import head_sizes

PARAMS = Evaluate(bootstrap_samples=20, robustness_rows=10, baseline_rows=10, seed=1)


@pytest.fixture(scope="module")
def rows(corpus):
    return corpus.iloc[:60].reset_index(drop=True)


@pytest.fixture(scope="module")
def predictions(tagger, rows):
    return tagger_predictions(tagger, rows)


def oracle(rows, labels):
    """A system that answers what the labels say."""
    tags = [
        {
            "category": row.category,
            "categories": row.categories,
            "emotions": row.emotion,
            "signals": row.signals,
            "severity": row.severity,
        }
        for row in rows.itertuples()
    ]
    sizes = head_sizes(labels)
    return Predictions(tags, {task: np.full((len(rows), sizes[task]), 0.5) for task in TASKS})


def test_the_product_is_asked_as_users_ask_it(tagger, rows, predictions):
    assert predictions.tags == tagger.tag(rows[["id", "text"]].to_dict("records"))
    for task in TASKS:
        assert predictions.probabilities[task].shape[0] == len(rows)


def test_every_task_and_language_has_its_figures(predictions, rows, labels):
    card = compare({"skarga": predictions, "oracle": oracle(rows, labels)}, rows, labels, PARAMS)
    assert set(card["skarga"]) == {*TASKS, "language"}
    assert set(card["oracle"]) == set(TASKS)
    for task in TASKS:
        assert list(card["oracle"][task]) == ["all", *sorted(set(rows["language"]))]
        assert card["oracle"][task]["all"]["macro_f1"] == 1
        counts = [card["skarga"][task][language]["n"] for language in ("all", *sorted(set(rows["language"])))]
        assert counts[0] == sum(counts[1:]) == len(rows)


def test_the_products_figures_are_counted_on_its_tags(predictions, rows, labels):
    card = compare({"skarga": predictions}, rows, labels, PARAMS)["skarga"]
    right = [tag["category"] == category for tag, category in zip(predictions.tags, rows["category"], strict=True)]
    assert card["category"]["all"]["accuracy"] == pytest.approx(np.mean(right), abs=1e-4)
    languages = [tag["language"] == language for tag, language in zip(predictions.tags, rows["language"], strict=True)]
    assert card["language"]["all"]["accuracy"] == pytest.approx(np.mean(languages), abs=1e-4)


def test_tasks_without_labels_are_left_out(predictions, rows, labels):
    bare = rows.assign(category=None, categories=None, signals=None, severity=None)
    assert set(compare({"skarga": predictions}, bare, labels, PARAMS)["skarga"]) == {"emotion", "language"}


def test_only_labelled_rows_are_counted(predictions, rows, labels):
    half = rows.assign(category=rows["category"].where(rows.index < 20, None))
    assert compare({"skarga": predictions}, half, labels, PARAMS)["skarga"]["category"]["all"]["n"] == 20


def test_a_baseline_is_decided_by_the_same_rules(rows, labels, root):
    random = np.random.default_rng(2)
    logits = {"own": {head: random.normal(size=(len(rows), size)) for head, size in head_sizes(labels).items()}}
    from pipeline.config import load_params

    calibration = calibrate(logits, rows, labels, load_params(root / "configs/params.yaml").calibrate)
    baseline = baseline_predictions(logits, calibration, labels, rows["language"].tolist())
    assert len(baseline.tags) == len(rows)
    best = baseline.probabilities["category"].argmax(axis=1)
    assert [tag["category"] for tag in baseline.tags] == [labels.codes["category"][i] for i in best]
    assert compare({"baseline": baseline}, rows, labels, PARAMS)["baseline"]["category"]["all"]["n"] == len(rows)


def test_plots_hold_every_test_task_and_language(predictions, rows, labels, tmp_path):
    write_plots(
        {"corpus": predictions, "again": predictions}, {"corpus": rows, "again": rows}, labels, tmp_path / "plots"
    )
    reliability, coverage = (pd.read_csv(tmp_path / "plots" / f"{name}.csv") for name in ("reliability", "coverage"))
    assert set(reliability["test"]) == {"corpus", "again"}
    assert set(reliability["task"]) == set(TASKS)
    assert set(reliability["language"]) == {"all", *rows["language"]}
    assert set(coverage["task"]) == set(TASKS)
    every = reliability.query("test == 'corpus' and task == 'category' and language == 'all'")
    assert every["count"].sum() == len(rows)
    of_category = pd.read_csv(tmp_path / "plots/category_reliability.csv")
    assert of_category.query("test == 'corpus'")["count"].sum() == len(rows)
    answers = pd.read_csv(tmp_path / "plots/category_answers.csv").query("test == 'again'")
    assert answers["actual"].tolist() == rows["category"].tolist()
    confusion = pd.read_csv(tmp_path / "plots/confusion.csv").query("test == 'corpus'")
    assert confusion["count"].sum() == len(rows)
    assert confusion.set_index(["actual", "predicted"]).index.is_unique
