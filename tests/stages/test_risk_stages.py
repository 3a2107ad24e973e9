"""The three stages about risk, one after another in a folder of their own, on few customers and with a tiny tagger."""

import json
import shutil

import pandas as pd
import pytest
import yaml

from pipeline import paths
from pipeline.errors import SkargaError
from pipeline.risk.scorecard import RiskModel
from pipeline.serving import bundle
from pipeline.stages import evaluate_risk, fit_risk, simulate_customers


@pytest.fixture(scope="module")
def project(root, bundle_dir, tmp_path_factory):
    folder = tmp_path_factory.mktemp("risk")
    shutil.copytree(root / "configs", folder / "configs", symlinks=False)
    shutil.copytree(root / paths.CORPUS, folder / paths.CORPUS)
    worlds = yaml.safe_load((root / paths.WORLDS).read_text("utf-8"))
    for world in worlds.values():
        world["customers"] = 15_000
    (folder / paths.WORLDS).write_text(yaml.safe_dump(worlds, allow_unicode=True), "utf-8")
    files = sorted((root / paths.CORPUS).glob("*.jsonl"))
    ids = [f"corpus-{json.loads(line)['id']}" for path in files for line in path.read_text("utf-8").splitlines()]
    (folder / paths.SPLIT).mkdir()
    for place, part in enumerate((paths.TRAIN, paths.VALIDATION, paths.TEST)):
        pd.DataFrame({"id": ids[place * 12 :: 40]}).to_parquet(folder / part)
    params = yaml.safe_load((root / paths.PARAMS).read_text("utf-8"))
    params["risk"] |= {"bins": 8, "bags": 1, "fairness_customers": 30, "review_precision": 0.5}
    (folder / paths.PARAMS).write_text(yaml.safe_dump(params), "utf-8")
    shutil.copytree(bundle_dir, folder / paths.BUNDLE)
    return folder


@pytest.fixture(scope="module")
def made(project):
    """What the stages have left."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        simulate_customers.main()
        fit_risk.main()
        shutil.copyfile(paths.RISK, paths.BUNDLE / paths.RISK.name)
        bundle.seal(paths.BUNDLE, data={}, params="", metrics={})
        evaluate_risk.main()
    return project


def test_a_model_of_conduct_alone_is_written(made):
    model = RiskModel.load(made / paths.RISK.parent)
    assert model.origin == "simulated customers"
    assert {term.feature for term in model.terms} >= {"complaint_rate", "rejected_share"}


def test_figures_and_plots_say_how_far_it_goes(made):
    metrics = json.loads((made / paths.RISK_METRICS).read_text("utf-8"))
    assert metrics["origin"] == "15,000 simulated customers"
    assert metrics["systems"]["skarga"]["auc"] > metrics["systems"]["complaints"]["auc"]
    assert {change["most"] for change in metrics["fairness"].values()} == {0.0}
    assert metrics["false_positives"]["largest_ratio"] < 1.25
    for name in ("reliability", "queue"):
        assert len(pd.read_csv(made / paths.RISK_PLOTS / f"{name}.csv")) > 3


def test_own_cases_take_the_place_of_simulated_customers(made, monkeypatch):
    monkeypatch.chdir(made)
    complaints = pd.read_parquet(paths.SIMULATED / "training/complaints.parquet")
    complaints.assign(text=complaints["id"], date=complaints["date"].astype(str)).to_parquet("complaints.parquet")
    truth = pd.read_parquet(paths.SIMULATED / "training/truth.parquet")
    truth[["customer_id", "label"]].to_csv("labels.csv", index=False)
    params = yaml.safe_load(paths.PARAMS.read_text("utf-8"))
    params["risk"] |= {"labels": "labels.csv", "complaints": "complaints.parquet"}
    paths.PARAMS.write_text(yaml.safe_dump(params), "utf-8")
    fit_risk.main()
    assert RiskModel.load(paths.RISK.parent).origin == "own cases"


def test_a_bundle_without_a_risk_model_is_not_evaluated(made, bundle_dir, tmp_path, monkeypatch):
    shutil.copytree(made / "configs", tmp_path / "configs")
    shutil.copytree(bundle_dir, tmp_path / paths.BUNDLE)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SkargaError, match="no risk model"):
        evaluate_risk.main()
