import multiprocessing
import os
import signal
import sys

import pytest
from sealed_folders import facts, git, snapshot, write_draft

from pipeline import paths
from pipeline.errors import SkargaError
from pipeline.promotion import transfer
from pipeline.promotion.log import PromotionLog
from pipeline.promotion.released import describe, fetch, model_in_use

FOLDERS = (paths.RELEASED, paths.RELEASED_FIGURES)
COUNTED = ("open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "shutil.rmtree", "os.truncate")


def move(before, after, registry, *, prepare=write_draft, what="promotion", alias=("1", "2")):
    said = []
    with transfer.workspace(registry, said.append) as log:
        prepare()
        transfer.carry_out(log.bind(facts(before, after, what, alias)), log, registry)
    return said


def back(old, new, registry):
    return move(new, old, registry, prepare=lambda: fetch(old), what="rollback", alias=("2", "1"))


def test_bundle_figures_alias_and_log_move_together(old, new, registry):
    move(old, new, registry)
    assert model_in_use() == new
    assert (paths.RELEASED / "README.md").read_text() == "card of the new model"
    assert (paths.RELEASED_FIGURES / "public.json").read_text() == '{"new": {}}'
    assert registry.path.read_text() == "2"
    assert PromotionLog(paths.PROMOTIONS).last.after == new
    assert not paths.PROMOTION.exists()


def test_what_comes_back_is_the_same_bit_for_bit(old, new, registry):
    before = snapshot(*FOLDERS)
    move(old, new, registry)
    promoted = snapshot(*FOLDERS)
    back(old, new, registry)
    assert snapshot(*FOLDERS) == before
    assert registry.path.read_text() == "1"
    move(old, new, registry)
    assert snapshot(*FOLDERS) == promoted


def test_a_fresh_clone_has_the_earlier_model_in_its_history(old, new, registry, tmp_path, monkeypatch):
    before = snapshot(*FOLDERS)
    git("init", "--quiet")
    (tmp_path / ".gitignore").write_text("models/earlier/\nmodels/.*\nmodels/bundle/\nalias\n")
    git("add", "--all")
    git("commit", "--quiet", "--message", "old")
    move(old, new, registry)
    git("add", "--all")
    git("commit", "--quiet", "--message", "new")
    git("clone", "--quiet", ".", "clone")
    monkeypatch.chdir("clone")
    assert not paths.EARLIER.exists()
    back(old, new, registry)
    assert snapshot(*FOLDERS) == before


def test_a_lost_earlier_model_is_said_to_be_lost(old, new, registry):
    move(old, new, registry)
    kept = next(paths.EARLIER.iterdir())
    kept.rename("elsewhere")
    with pytest.raises(SkargaError, match="neither in models/earlier nor in git"):
        back(old, new, registry)
    assert model_in_use() == new


def test_a_changed_earlier_model_does_not_come_back(old, new, registry):
    move(old, new, registry)
    next(paths.EARLIER.glob("*/bundle/labels.yaml")).write_text("changed")
    with pytest.raises(SkargaError, match=r"labels\.yaml was changed"):
        back(old, new, registry)
    assert (model_in_use(), registry.path.read_text()) == (new, "2")


def test_a_registry_that_does_not_answer_stops_everything(old, new, registry):
    before = snapshot(*FOLDERS)
    registry.reachable = False
    with pytest.raises(SkargaError, match="does not answer"):
        move(old, new, registry)
    assert snapshot(*FOLDERS) == before
    assert not paths.PROMOTIONS.exists()
    registry.reachable = True
    assert move(old, new, registry) == []


def test_two_at_once_are_one_too_many(old, new, registry):
    with transfer.workspace(registry, print), pytest.raises(SkargaError, match=f"process {os.getpid()}"):
        move(old, new, registry)
    move(old, new, registry)


def test_a_released_folder_that_the_log_does_not_know_is_refused(old, new, registry):
    move(old, new, registry)
    (paths.EARLIER / new.manifest).mkdir()
    paths.RELEASED.rename("promoted")
    next(paths.EARLIER.glob("*/bundle")).rename(paths.RELEASED)
    with pytest.raises(SkargaError, match=r"models/released is not .* \(line 1\)"):
        move(old, new, registry)


def die_at(step, ends, registry, prepare, what):
    """Kill this process the moment it touches a file for the `step`th time once the journal lies on the disk."""
    touched = 0

    def count(event, arguments):
        nonlocal touched
        if event not in COUNTED:
            return
        touched += 1
        if touched == step:
            os.kill(os.getpid(), signal.SIGKILL)

    with transfer.workspace(registry, print) as log:
        prepare()
        line = log.bind(facts(*ends, what, ("1", "2") if what == "promotion" else ("2", "1")))
        sys.addaudithook(count)
        transfer.carry_out(line, log, registry)
        os._exit(0)


@pytest.mark.parametrize("what", ["promotion", "rollback"])
def test_kill_at_any_point_leaves_all_or_nothing_after_the_next_call(old, new, registry, tmp_path, what):
    """The process is killed at every single access to a file, from the first to the last."""
    states = {old.version: snapshot(*FOLDERS)}
    move(old, new, registry)
    states[new.version] = snapshot(*FOLDERS)
    aliases = {old.version: "1", new.version: "2"}
    ends = (old, new) if what == "promotion" else (new, old)
    outcomes = set()
    for step in range(1, 1000):
        if model_in_use() != ends[0]:
            back(old, new, registry) if what == "promotion" else move(old, new, registry)
        prepare = write_draft if what == "promotion" else lambda: fetch(old)
        child = multiprocessing.get_context("fork").Process(target=die_at, args=(step, ends, registry, prepare, what))
        child.start()
        child.join()
        with transfer.workspace(registry, print) as log:
            now = model_in_use()
            assert now is not None
            assert log.last.after == now
        assert snapshot(*FOLDERS) == states[now.version]
        assert registry.path.read_text() == aliases[now.version]
        assert not paths.PROMOTION.exists()
        outcomes.add(now.version)
        if child.exitcode == 0:
            break
        assert child.exitcode == -signal.SIGKILL
    assert child.exitcode == 0
    assert step > 10
    assert outcomes == {old.version, new.version}


def test_the_lock_and_the_draft_leave_nothing_behind(old, new, registry):
    move(old, new, registry)
    assert describe(paths.RELEASED) == new
    names = {path.name for path in paths.RELEASED.parent.iterdir()}
    assert names == {"bundle", "released", "promotions.jsonl", "earlier"}
