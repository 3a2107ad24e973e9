import hashlib
import json
import shutil
import subprocess

import pandas as pd
import pytest
import yaml

from pipeline import paths
from pipeline.errors import SkargaError
from pipeline.serving import bundle
from pipeline.serving.tagger import Tagger

# MLflow warns of its own type hints when it is imported, and of files that it leaves open.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

METRICS = {"corpus": {"skarga": {"category": {"all": {"n": 40, "macro_f1": 0.61}}}}}
RISK = {"origin": "simulated", "systems": {"skarga": {"auc": 0.94}}, "levels": {"review": {"precision": None}}}
ROBUSTNESS = {"corpus": {"typos": {"category": {"all": {"n": 40, "drop": 0.02}}}}}
DATA = {"train.parquet": "ab" * 32, "validation.parquet": "cd" * 32}


@pytest.fixture(scope="module")
def project(tmp_path_factory, root, bundle_dir):
    """A folder with what the stages before have written."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(root / "configs", folder / "configs")
    shutil.copytree(root / "pipeline", folder / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(bundle_dir, folder / paths.BUNDLE)
    bundle.seal(folder / paths.BUNDLE, DATA, params="", metrics={})
    (folder / paths.METRICS).write_text(json.dumps(METRICS), "utf-8")
    (folder / paths.RISK_METRICS).write_text(json.dumps(RISK), "utf-8")
    (folder / paths.ROBUSTNESS).write_text(json.dumps(ROBUSTNESS), "utf-8")
    (folder / paths.HISTORY).write_text("epoch,loss,validation_score\n1.0,2.5,0.2\n2.0,1.5,\n", "utf-8")
    (folder / paths.REPORT).write_text("<html></html>", "utf-8")
    (folder / paths.PLOTS).mkdir()
    (folder / paths.PLOTS / "coverage.csv").write_text("coverage,risk\n1,0\n", "utf-8")
    git(folder, "init")
    git(folder, "-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "--allow-empty", "-m", "all of it")
    return folder


def git(folder, *arguments):
    result = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return result.stdout.strip()


@pytest.fixture(scope="module")
def store(project):
    return f"sqlite:///{project}/mlflow.db"


@pytest.fixture
def track(project, store, monkeypatch):
    """The stage, about to run in the project; MLflow's memory of its stores is wiped afterwards."""
    import mlflow

    from pipeline.stages import track

    monkeypatch.chdir(project)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store)
    yield track
    mlflow.set_tracking_uri(None)
    mlflow.set_registry_uri(None)


@pytest.fixture(scope="module")
def record(project, store):
    """What one run has left: the id of the run, and the model's name and version."""
    from pipeline.stages import track

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        patch.setenv("MLFLOW_TRACKING_URI", store)
        track.main()
    return json.loads((project / paths.RUN).read_text("utf-8"))


@pytest.fixture
def client(record, track):
    return track.mlflow.MlflowClient()


def test_a_run_holds_every_parameter_under_its_block(client, record, root):
    run = client.get_run(record["run_id"]).data
    blocks = yaml.safe_load((root / "configs/params.yaml").read_text("utf-8"))
    blocks["calibrate.levels"] = blocks["calibrate"].pop("levels")
    blocks["simulate_customers.seeds"] = blocks["simulate_customers"].pop("seeds")
    flat = {f"{block}.{name}": str(value) for block, values in blocks.items() for name, value in values.items()}
    assert run.params == flat | {"threads": "None"}  # what the model leaves to its caller, which MLflow logs, too


def test_a_run_holds_figures_and_history(client, record):
    run = client.get_run(record["run_id"]).data
    assert run.metrics["corpus.skarga.category.all.macro_f1"] == 0.61
    assert run.metrics["robustness.corpus.typos.category.all.drop"] == 0.02
    assert {name: value for name, value in run.metrics.items() if name.startswith("risk.")} == {
        "risk.systems.skarga.auc": 0.94
    }
    steps = client.get_metric_history(record["run_id"], "history.loss")
    assert [(metric.step, metric.value) for metric in steps] == [(1, 2.5), (2, 1.5)]
    assert len(client.get_metric_history(record["run_id"], "history.validation_score")) == 1


def test_a_run_says_which_code_and_data_it_came_from(client, record, project):
    tags = client.get_run(record["run_id"]).data.tags
    assert tags["git_commit"] == git(project, "rev-parse", "HEAD")
    assert {name: tags[f"data.{name}"] for name in DATA} == DATA
    assert tags["model_version"] == json.loads((project / paths.BUNDLE / "manifest.json").read_text())["version"]


def test_a_run_keeps_report_and_plots(client, record):
    names = {file.path for file in client.list_artifacts(record["run_id"])}
    assert {"metrics.json", "robustness.json", "report.html", "plots"} <= names
    assert [file.path for file in client.list_artifacts(record["run_id"], "plots")] == ["plots/coverage.csv"]


def test_the_model_is_registered_as_candidate(client, record):
    version = client.get_model_version_by_alias(record["model_name"], "candidate")
    assert str(version.version) == record["model_version"] == "1"
    assert version.run_id == record["run_id"]


def test_the_registered_model_answers_as_the_tagger(track, record, project):
    rows = pd.DataFrame({"id": ["a", "b"], "text": ["Верните деньги или пойду в суд", "Дякую"]}, index=[5, 9])
    model = track.mlflow.pyfunc.load_model(f"models:/{record['model_name']}@candidate")
    tagged = model.predict(rows)
    assert tagged.index.tolist() == [5, 9]
    expected = Tagger.load(project / paths.BUNDLE).tag(rows.to_dict("records"))
    answers = [{name: _plain(value) for name, value in row.items()} for row in tagged.to_dict("records")]
    assert answers == expected
    without_ids = model.predict(rows[["text"]])
    assert without_ids["category"].tolist() == tagged["category"].tolist()
    assert model.predict(rows.assign(id=["a", None]))["id"].tolist() == ["a", "row-2"]


def _plain(value):
    return None if isinstance(value, float) and value != value else value  # noqa: PLR0124 - only NaN differs from itself


def test_nothing_is_pickled(record, project):
    names = [path.name for path in (project / "mlruns").rglob("*") if path.is_file()]
    assert "model.onnx" in names
    assert not [name for name in names if name.endswith((".pkl", ".pickle", ".joblib"))]


def hashes(folder):
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("uri", ["nonsense://server", "sqlite:////dev/null/mlflow.db"])
def test_a_tracker_that_cannot_be_reached_costs_two_lines(track, project, monkeypatch, uri):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    before = hashes(project / "models")
    with pytest.raises(SkargaError) as caught:
        track.main()
    assert uri in caught.value.problem
    assert "dvc repro track" in caught.value.remedy
    assert hashes(project / "models") == before


def test_a_damaged_bundle_is_not_recorded(client, track, project, tmp_path, monkeypatch):
    shutil.copytree(project / "models", tmp_path / "models", ignore=shutil.ignore_patterns("run.json"))
    shutil.copytree(project / "configs", tmp_path / "configs")
    (tmp_path / paths.BUNDLE / "labels.yaml").write_text("{}")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SkargaError, match=r"labels\.yaml was changed"):
        track.main()
    assert not (tmp_path / paths.RUN).exists()
    experiments = [experiment.experiment_id for experiment in client.search_experiments()]
    assert len(client.search_runs(experiments)) == 1, "the one that the fixture has made"
