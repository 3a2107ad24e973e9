"""The whole project as a user runs it, in a copy: a tiny encoder, one epoch, a twelfth of the corpus."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from test_notebooks import run_notebook

from pipeline.data.schema import Tag

pytestmark = pytest.mark.slow

BIN = Path(sys.executable).parent
SMALL = {
    "train": {"epochs": 1, "frozen_layers": 1, "max_tokens": 64, "precision": "fp32"},
    "evaluate": {"bootstrap_samples": 50},
}
AUTHOR = ("-c", "user.name=Tester", "-c", "user.email=tester@example.org")


class Project:
    """A copy of the project's files, and the commands that are run there."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.env = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("SKARGA_", "MLFLOW_", "DVC_", "PYTEST_", "GIT_"))
        } | {
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "PYTHONPATH": str(folder),
            "HF_HUB_OFFLINE": "1",
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "DVC_NO_ANALYTICS": "1",
            "DVC_SITE_CACHE_DIR": str(folder.parent / "dvc"),
            "HTTP_PROXY": "http://127.0.0.1:9",  # whoever asks the network is refused at once
            "HTTPS_PROXY": "http://127.0.0.1:9",
        }

    def run(self, *command):
        """What the command says; stdout and stderr together."""
        result = subprocess.run(
            list(map(str, command)), cwd=self.folder, env=self.env, text=True, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        assert result.returncode == 0, result.stdout
        return result.stdout

    def commit(self, message):
        self.run("git", "add", "--all")
        self.run("git", *AUTHOR, "commit", "--quiet", "--message", message)

    def json(self, *command):
        result = subprocess.run(command, cwd=self.folder, env=self.env, text=True, check=True, capture_output=True)
        return json.loads(result.stdout)

    def params(self):
        return yaml.safe_load((self.folder / "configs/params.yaml").read_text("utf-8"))

    def lock(self):
        """What each stage has run with and made."""
        return yaml.safe_load((self.folder / "dvc.lock").read_text("utf-8"))["stages"]


@pytest.fixture(scope="module")
def project(root, encoder_dir, tmp_path_factory):
    """The copy after its first `dvc repro`."""
    project = Project(shrink(root, tmp_path_factory.mktemp("pipeline") / "project", encoder_dir))
    project.run("git", "init", "--quiet")
    project.commit("Everything before the first run")
    project.run("dvc", "repro")
    project.commit("The first run")
    return project


def shrink(root, folder, encoder_dir):
    """A copy of the project that runs in minutes."""
    copy_files(root, folder)
    for path in (folder / "data/corpus").glob("*.jsonl"):
        path.write_text("".join(path.read_text("utf-8").splitlines(keepends=True)[::12]), "utf-8")
    params = yaml.safe_load((folder / "configs/params.yaml").read_text("utf-8"))
    params["prepare"]["encoder"] = str(encoder_dir)
    for block, values in SMALL.items():
        params[block] |= values
    (folder / "configs/params.yaml").write_text(yaml.safe_dump(params, sort_keys=False), "utf-8")
    return folder


def copy_files(root, folder):
    """Files that git knows or would take; what the pipeline makes is left behind."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root, check=True, capture_output=True, text=True,
    )  # fmt: skip
    made = ("dvc.lock", *outputs(root / "dvc.yaml"))
    for name in filter(None, listed.stdout.split("\0")):
        if not name.startswith(made) and (root / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, folder / name, follow_symlinks=False)


def outputs(pipeline):
    stages = yaml.safe_load(pipeline.read_text("utf-8"))["stages"].values()
    entries = [entry for stage in stages for kind in ("outs", "metrics", "plots") for entry in stage.get(kind, [])]
    return [next(iter(entry)) if isinstance(entry, dict) else entry for entry in entries]


def test_every_stage_has_run_and_left_what_it_declares(project):
    stages = yaml.safe_load((project.folder / "dvc.yaml").read_text("utf-8"))["stages"]
    assert set(project.lock()) == set(stages)
    for stage in project.lock().values():
        for output in stage["outs"]:
            assert (project.folder / output["path"]).exists()
    metrics = json.loads((project.folder / "models/metrics.json").read_text("utf-8"))
    assert set(metrics["corpus"]) == {"skarga", "tfidf", "frozen"}
    assert json.loads((project.folder / "models/run.json").read_text("utf-8"))["model_version"] == "1"


def test_git_keeps_figures_and_pointers_but_no_models_beside_those_for_users(project):
    for_users = ("models/released/", "models/fast/")
    kept = {name for name in project.run("git", "ls-files").splitlines() if not name.startswith(for_users)}
    assert {"dvc.lock", "models/metrics.json", "models/history.csv", "params.yaml"} <= kept
    assert not [name for name in kept if name.endswith((".onnx", ".safetensors", ".parquet", ".db"))]
    assert not [name for name in kept if name.startswith(("models/bundle/", "models/encoder/", "mlruns/"))]


def test_a_second_repro_runs_nothing(project):
    said = project.run("dvc", "repro")
    assert "Running stage" not in said
    assert "Data and pipelines are up to date" in said
    assert project.run("git", "status", "--porcelain") == ""


def test_metrics_can_be_shown(project):
    shown = project.json("dvc", "metrics", "show", "--json")
    (figures,) = (file["data"] for name, file in shown[""]["data"].items() if name.endswith("models/metrics.json"))
    assert figures == json.loads((project.folder / "models/metrics.json").read_text("utf-8"))


def test_plots_can_be_shown(project, tmp_path):
    said = project.run("dvc", "plots", "show", "--out", tmp_path / "plots")
    assert "index.html" in said
    page = (tmp_path / "plots/index.html").read_text("utf-8")
    definitions = yaml.safe_load((project.folder / "dvc.yaml").read_text("utf-8"))["plots"]
    for title in (next(iter(definition)) for definition in definitions):
        assert title in page


def test_the_sample_backlog_is_tagged_without_losing_a_row(project):
    (project.folder / "out").mkdir()
    project.run("skarga", "tag", "data/backlog.jsonl", "-o", "out/backlog.jsonl", "--max-bad-share", "1", "--quiet")
    out = project.folder / "out"
    rows = [json.loads(line) for line in (out / "backlog.jsonl").read_text("utf-8").splitlines()]
    rejected = out / "backlog.jsonl.rejected.jsonl"
    bad = len(rejected.read_text("utf-8").splitlines()) if rejected.exists() else 0
    assert len(rows) + bad == len((project.folder / "data/backlog.jsonl").read_bytes().splitlines())
    for row in rows:
        Tag.model_validate({name: row[name] for name in Tag.model_fields})
    record = json.loads((out / "backlog.jsonl.run.json").read_text("utf-8"))
    assert {len(rows), bad} <= {value for value in record.values() if isinstance(value, int)}
    project.run("skarga", "report", "out/backlog.jsonl", "-o", "out/backlog.html")
    page = (out / "backlog.html").read_text("utf-8")
    assert page.lstrip().lower().startswith("<!doctype html>")
    assert page.rstrip().endswith("</html>")


@pytest.mark.allow_hosts(["127.0.0.1"])  # a kernel is a process that is spoken to through local ports
@pytest.mark.usefixtures("jupyter_home")
def test_the_notebook_about_errors_runs_on_the_results(project, monkeypatch):
    monkeypatch.setenv("SKARGA_PROJECT", str(project.folder))
    run_notebook("02-errors.ipynb", project.folder / "notebooks")


def test_an_experiment_reruns_only_what_depends_on_its_parameter(project):
    before, params = project.lock(), project.params()
    said = project.run("dvc", "exp", "run", "-S", "train.epochs=2")
    kept = {"prepare", "split", "drift", "simulate_customers", "fit_risk"}
    for stage in kept:
        assert f"Stage '{stage}' didn't change, skipping" in said
    for stage in ("train", "calibrate", "export", "evaluate", "report", "track"):
        assert f"Running stage '{stage}'" in said
    after = project.lock()
    assert {stage for stage in after if after[stage] == before[stage]} == kept
    assert len((project.folder / "models/history.csv").read_text("utf-8").splitlines()) == 3
    diff = project.json("dvc", "metrics", "diff", "--json")
    assert any(name.endswith("models/metrics.json") for name in diff)
    params["train"]["epochs"] = 2
    assert project.params() == params
