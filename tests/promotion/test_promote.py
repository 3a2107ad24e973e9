"""The gate itself, on tiny bundles: one in use, one as good with other bytes, one that always says the same."""

import hashlib
import json
import shutil

import mlflow
import pytest
from sealed_folders import git, snapshot

from pipeline import config, paths
from pipeline.data.table import write_table
from pipeline.errors import SkargaError
from pipeline.evaluation.report_card import PRODUCT, compare
from pipeline.evaluation.robustness import measure_robustness
from pipeline.evaluation.systems import tagger_predictions
from pipeline.evaluation.tests import HELD_OUT, read_tests
from pipeline.promotion.log import PromotionLog
from pipeline.promotion.promote import Request, promote
from pipeline.promotion.released import describe
from pipeline.promotion.rollback import rollback
from pipeline.serving import bundle
from pipeline.serving.tagger import Tagger

# MLflow warns of its own type hints when it is imported, and of files that it leaves open.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::ResourceWarning")

GOOD, POOR = paths.BUNDLE, paths.BUNDLE.with_name("poor")
LIMITS = {"min_rows": 5, "slowdown": 5.0}
FEW = {"bootstrap_samples": 100, "robustness_rows": 6}


def changed(source, target, change):
    """A bundle with another calibration, sealed anew over data/split."""
    shutil.copytree(source, target)
    calibration = json.loads((target / bundle.CALIBRATION).read_text("utf-8"))
    change(calibration)
    (target / bundle.CALIBRATION).write_text(json.dumps(calibration), "utf-8")
    data = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths.SPLIT.glob("*.parquet")}
    bundle.seal(target, data, params="", metrics={})


def same_answers(calibration):
    calibration["small_margin"] += 0.001


def one_answer(calibration):
    calibration["heads"]["category"]["biases"][0] += 50


@pytest.fixture(scope="module")
def finished(root, bundle_dir, corpus, tmp_path_factory):
    """What finished runs leave behind: two candidates, a registry that knows them, figures of the good one."""
    folder = tmp_path_factory.mktemp("promote")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("SKARGA_DATA_DIR", raising=False)
        shutil.copytree(root / "configs", "configs")
        shutil.copyfile(root / "params.yaml", "params.yaml")
        lower_limits()
        shutil.copytree(bundle_dir, paths.RELEASED)
        paths.RELEASED_FIGURES.mkdir(parents=True)
        for part, rows in {"test": corpus[::4], "train": corpus[1::4], "validation": corpus[2::4]}.items():
            write_table(rows, paths.SPLIT / f"{part}.parquet")
        summary = [{"split": "train", "source": "corpus", "language": "ru", "rows": 1234}]
        (paths.SPLIT / "summary.json").write_text(json.dumps(summary))
        changed(bundle_dir, GOOD, same_answers)
        changed(bundle_dir, POOR, one_answer)
        evaluate()
        register(folder)
    yield folder
    mlflow.set_tracking_uri(None)
    mlflow.set_registry_uri(None)


def lower_limits():
    """A few rows have to be enough here."""
    import yaml

    params = yaml.safe_load(paths.PARAMS.read_text("utf-8"))
    params["promote"] |= LIMITS
    params["evaluate"] |= FEW
    paths.PARAMS.write_text(yaml.safe_dump(params), "utf-8")


def evaluate():
    tagger = Tagger.load(GOOD)
    params = config.load_params().evaluate
    tests = read_tests(HELD_OUT, tagger.labels)
    figures = {
        name: compare({PRODUCT: tagger_predictions(tagger, rows)}, rows, tagger.labels, params)
        for name, rows in tests.items()
    }
    paths.METRICS.write_text(json.dumps(figures), "utf-8")
    paths.ROBUSTNESS.write_text(json.dumps({name: robustness(GOOD, rows) for name, rows in tests.items()}), "utf-8")


def robustness(folder, rows):
    return measure_robustness(Tagger.load(folder), rows, FEW["robustness_rows"], "test rows")


def register(folder):
    mlflow.set_tracking_uri(f"sqlite:///{folder}/mlflow.db")
    client = mlflow.MlflowClient()
    client.create_registered_model("skarga-tagger")
    for candidate in (GOOD, POOR):
        run = client.create_run("0", tags={"model_version": describe(candidate).version})
        client.create_model_version("skarga-tagger", str(folder / candidate), run.info.run_id)


@pytest.fixture
def workspace(finished, tmp_path, monkeypatch):
    """A copy of it all, about to promote."""
    shutil.copytree(finished, tmp_path, dirs_exist_ok=True, symlinks=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SKARGA_DATA_DIR", raising=False)
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path}/mlflow.db")
    return tmp_path


def champion():
    named = mlflow.MlflowClient().get_registered_model("skarga-tagger").aliases.get("champion")
    return None if named is None else str(named)


def promoted(candidate=GOOD, **options):
    shown, said = [], []
    promote(Request(candidate, "Tester", **options), shown.append, said.append)
    return shown, said


def test_there_and_back(workspace):
    before = snapshot(paths.RELEASED, paths.RELEASED_FIGURES)
    shown, _ = promoted(why="as good, and newer")
    assert describe(paths.RELEASED) == describe(GOOD)
    assert champion() == "1"
    (line,) = PromotionLog(paths.PROMOTIONS).lines
    assert (line.move.who, line.move.why, line.move.forced) == ("Tester", "as good, and newer", [])
    assert set(line.move.gates) == {"quality", "calibration", "languages", "robustness", "speed", "size", "risk"}
    assert line.move.gates["risk"]["compared"] == 0
    assert line.move.tests.keys() == {"corpus"}
    card = (paths.RELEASED / bundle.CARD).read_text("utf-8")
    for said in (describe(GOOD).version, "written by hand for this project", "1234", "pasted twice"):
        assert said in card
    assert any(line.startswith("risk") and "missing" in line for line in shown)
    rollback("Tester", "", print)
    assert snapshot(paths.RELEASED, paths.RELEASED_FIGURES) == before
    assert champion() is None
    with pytest.raises(SkargaError, match="no promotion of one model over another"):
        rollback("Tester", "", print)


def test_a_worse_candidate_is_refused_by_name_and_nothing_moves(workspace):
    before = snapshot(paths.RELEASED, paths.RELEASED_FIGURES)
    shown = []
    with pytest.raises(SkargaError, match=r"refused by: quality") as caught:
        promote(Request(POOR, "Tester"), shown.append, print)
    assert "--force --why" in caught.value.remedy
    assert any("refused: corpus, category, all: accuracy" in line for line in shown)
    assert any("What changes on corpus" in line for line in shown)
    assert snapshot(paths.RELEASED, paths.RELEASED_FIGURES) == before
    assert (champion(), paths.PROMOTIONS.exists(), paths.PROMOTION.exists()) == (None, False, False)


def test_figures_of_another_model_do_not_go_onto_the_card_even_by_force(workspace):
    with pytest.raises(SkargaError, match=r"metrics\.json has the figures of another model"):
        promoted(POOR, force=True, why="a trial")
    assert not paths.PROMOTIONS.exists()


def test_robustness_of_another_model_does_not_go_onto_the_card(workspace):
    tests = read_tests(HELD_OUT, Tagger.load(GOOD).labels)
    others = {name: robustness(POOR, rows) for name, rows in tests.items()}
    paths.ROBUSTNESS.write_text(json.dumps(others), "utf-8")
    with pytest.raises(SkargaError, match=r"robustness\.json has the figures of another model"):
        promoted()
    assert not paths.PROMOTIONS.exists()


def test_overruled_gates_are_in_the_log(workspace):
    params = paths.PARAMS.read_text("utf-8")
    paths.PARAMS.write_text(params.replace("most_megabytes: 45", "most_megabytes: 0.001"), "utf-8")
    with pytest.raises(SkargaError, match="refused by: size"):
        promoted()
    promoted(force=True, why="a trial")
    (line,) = PromotionLog(paths.PROMOTIONS).lines
    assert (line.move.forced, line.move.why) == (["size"], "a trial")


def test_a_dry_run_changes_nothing(workspace):
    before = snapshot(workspace / "models", workspace / "benchmarks")
    shown, said = promoted(dry_run=True)
    assert any(line.startswith("quality") for line in shown)
    assert said == ["every gate is passed; nothing was changed"]
    assert snapshot(workspace / "models", workspace / "benchmarks") == before


def test_the_risk_figures_decide_where_there_are_some(workspace):
    paths.RISK_METRICS.write_text(json.dumps({"false_positives": {"largest_ratio": 2.0}}))
    with pytest.raises(SkargaError, match="refused by: risk"):
        promoted()


def test_what_is_no_bundle_or_in_use_or_unknown_to_the_registry_is_refused(workspace):
    (workspace / "folder").mkdir()
    with pytest.raises(SkargaError, match="is not a bundle"):
        promoted(workspace / "folder")
    with pytest.raises(SkargaError, match="in use already"):
        promoted(paths.RELEASED)
    changed(GOOD, workspace / "unknown", same_answers)
    with pytest.raises(SkargaError, match="no version of skarga-tagger in the registry") as caught:
        promoted(workspace / "unknown")
    assert "dvc repro track" in caught.value.remedy


def test_a_tracker_out_of_reach_stops_everything(workspace):
    mlflow.set_tracking_uri("sqlite:////dev/null/mlflow.db")
    before = snapshot(workspace / "models")
    with pytest.raises(SkargaError, match="does not answer"):
        promoted()
    assert snapshot(workspace / "models") == before


def test_another_taxonomy_cannot_be_compared(workspace):
    labels = (GOOD / bundle.LABELS).read_text("utf-8")
    (GOOD / bundle.LABELS).write_text(labels.replace("\n  service_loop:", "\n  endless_loop:"), "utf-8")
    changed(GOOD, workspace / "renamed", same_answers)
    shown, said = promoted(workspace / "renamed", dry_run=True)
    assert said[0].startswith("refused by: taxonomy")
    assert any("endless_loop, service_loop" in line for line in shown)


def test_what_is_released_fits_and_loads(root):
    """The model that everybody gets from git."""
    folder = root / paths.RELEASED
    Tagger.load(folder)
    limit = config.load_params(root / paths.PARAMS).promote.most_megabytes
    assert sum(path.stat().st_size for path in folder.iterdir()) / 1e6 <= limit
    assert bundle.verify(folder).version in (folder / bundle.CARD).read_text("utf-8")


def test_git_ignores_what_only_helps(root):
    for path in (paths.EARLIER, paths.PROMOTION, "models/.released.lock"):
        assert git("-C", str(root), "check-ignore", f"{path}/x" if path != "models/.released.lock" else path).strip()
