import pytest

from benchmarks.kills import PLACES, kill_runs


@pytest.mark.slow
def test_killed_runs_end_with_the_bytes_of_an_undisturbed_run(tmp_path, bundle_dir, root, monkeypatch):
    monkeypatch.chdir(root)
    places, failures = kill_runs(tmp_path, bundle_dir, times=12, seed=1)
    assert failures == []
    assert places.keys() <= set(PLACES.values())
    assert places.total() >= 12
