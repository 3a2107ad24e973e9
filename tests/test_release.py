import json
import shutil
from pathlib import Path

import pytest

from pipeline import paths
from pipeline import release as releasing
from pipeline.errors import SkargaError
from pipeline.serving.bundle import CARD, verify
from pipeline.serving.tagger import Tagger

SCORES = {"corpus": {"skarga": {"category": {"all": {"n": 3, "accuracy": 0.5, "macro_f1": 0.4321}}}}}
LOSSES = {"corpus": {"typos": {"category": {"all": {"n": 3, "before": 0.5, "after": 0.25, "drop": 0.25}}}}}
SUMMARY = [{"split": "train", "source": "corpus", "language": "ru", "rows": 1234}]


@pytest.fixture
def workspace(root: Path, bundle_dir: Path, tmp_path: Path, monkeypatch):
    """What a finished run leaves behind."""
    shutil.copytree(root / "configs", tmp_path / "configs")
    shutil.copyfile(root / "params.yaml", tmp_path / "params.yaml")
    shutil.copytree(bundle_dir, tmp_path / paths.BUNDLE)
    contents = {
        paths.METRICS: SCORES,
        paths.PUBLIC_METRICS: SCORES,
        paths.ROBUSTNESS: LOSSES,
        paths.PUBLIC_ROBUSTNESS: LOSSES,
        paths.SPLIT / "summary.json": SUMMARY,
    }
    for path, content in contents.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(json.dumps(content), "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_released_bundle_is_the_bundle_with_its_card_and_figures(workspace: Path):
    releasing.main()
    assert verify(paths.RELEASED) == verify(paths.BUNDLE)
    card = (paths.RELEASED / CARD).read_text("utf-8")
    for said in (verify(paths.BUNDLE).version, "written by hand for this project", "1234", "0.432", "+0.250"):
        assert said in card
    assert json.loads((paths.RELEASED_FIGURES / "public.json").read_text("utf-8")) == SCORES


def test_a_release_replaces_the_one_before(workspace: Path):
    paths.RELEASED.mkdir()
    (paths.RELEASED / "left_over").write_text("x", "utf-8")
    releasing.main()
    releasing.main()
    Tagger.load(paths.RELEASED)
    assert {path.name for path in paths.RELEASED.parent.iterdir()} >= {"bundle", "released"}
    assert not list(paths.RELEASED.parent.glob(".*draft"))


def test_what_was_not_evaluated_is_not_released(workspace: Path):
    paths.PUBLIC_METRICS.unlink()
    with pytest.raises(SkargaError, match=r"public/metrics\.json"):
        releasing.main()
    assert not paths.RELEASED.exists()


def test_a_bundle_too_big_for_git_is_refused(workspace: Path, monkeypatch):
    monkeypatch.setattr(releasing, "MOST_BYTES", 1000)
    with pytest.raises(SkargaError, match="MB"):
        releasing.main()
    assert not paths.RELEASED.exists()


def test_what_is_released_fits_and_loads(root: Path):
    """The model that everybody gets from git."""
    folder = root / paths.RELEASED
    Tagger.load(folder)
    assert sum(path.stat().st_size for path in folder.iterdir()) <= releasing.MOST_BYTES
    assert verify(folder).version in (folder / CARD).read_text("utf-8")
