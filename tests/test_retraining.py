"""docs/retraining.md, word for word, in a fresh clone: a tiny encoder, one epoch, a twelfth of the corpus."""

import json
import re
import shutil
import subprocess

import pytest
from test_pipeline import Project, shrink

from pipeline.promotion.log import PromotionLog
from pipeline.serving.bundle import verify

pytestmark = pytest.mark.slow


def blocks(text):
    """The shell blocks of a page, in order."""
    return re.findall(r"^```sh\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def clone(root, encoder_dir, bundle_dir, tmp_path_factory):
    """A clone whose model in use is a tiny one, too: figures of the real one would be compared with noise."""
    folder = tmp_path_factory.mktemp("retraining")
    origin = Project(shrink(root, folder / "origin", encoder_dir))
    released = origin.folder / "models/released"
    shutil.rmtree(released)
    shutil.copytree(bundle_dir, released)
    (origin.folder / "models/promotions.jsonl").unlink(missing_ok=True)
    origin.run("git", "init", "--quiet")
    origin.commit("The project")
    subprocess.run(["git", "clone", "--quiet", origin.folder, folder / "clone"], check=True)
    project = Project(folder / "clone")
    for name, value in (("user.name", "Tester"), ("user.email", "tester@example.org")):
        project.run("git", "config", name, value)
    return project


def test_the_page_can_be_followed_word_for_word(clone, root):
    before = verify(clone.folder / "models/released")
    said = [
        clone.run("bash", "-euo", "pipefail", "-c", block)
        for block in blocks((root / "docs/retraining.md").read_text("utf-8"))
    ]
    log = PromotionLog(clone.folder / "models/promotions.jsonl")
    assert [line.move.what for line in log.lines] == ["promotion", "rollback"]
    assert [line.move.who for line in log.lines] == ["Tester", "Tester"]
    assert verify(clone.folder / "models/released") == before
    promoted = clone.run("git", "show", "HEAD~1:models/released/manifest.json")
    assert json.loads(promoted)["version"] == log.lines[0].move.after.version
    assert clone.run("git", "status", "--porcelain") == ""
    assert "my_crm.csv" not in clone.run("git", "ls-files").split()
    everything = "\n".join(said)
    assert "verdict: " in said[0]
    for words in (
        "my_crm",
        "quality",
        "calibration",
        "languages",
        "robustness",
        "speed",
        "size",
        "nothing was changed",
    ):
        assert words in everything


def test_the_alias_is_where_the_page_says(clone):
    """After the way there and back it is gone again: no version was champion before."""
    asked = (
        "import mlflow; mlflow.set_tracking_uri('sqlite:///mlflow.db');"
        "print(mlflow.MlflowClient().get_registered_model('skarga-tagger').aliases)"
    )
    aliases = clone.run("python", "-W", "ignore", "-c", asked)
    assert "candidate" in aliases
    assert "champion" not in aliases
