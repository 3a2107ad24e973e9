import multiprocessing
import os
import signal

import pytest

from pipeline.errors import SkargaError
from pipeline.serving.lock import only_run


def test_second_run_is_refused_and_names_the_first(tmp_path):
    output = tmp_path / "out.csv"
    with only_run(output):
        with (
            pytest.raises(SkargaError, match=rf"another run \(process {os.getpid()}\) is writing it"),
            only_run(output),
        ):
            pytest.fail("two runs at once")
        with only_run(tmp_path / "other.csv"):
            pass
    with only_run(output):
        pass
    assert list(tmp_path.iterdir()) == []


def hold_and_die(output, held):
    with only_run(output):
        held.set()
        signal.pause()


def test_lock_of_a_killed_run_counts_for_nothing(tmp_path):
    output = tmp_path / "out.csv"
    context = multiprocessing.get_context("fork")
    held = context.Event()
    holder = context.Process(target=hold_and_die, args=(output, held))
    holder.start()
    assert held.wait(10)
    with pytest.raises(SkargaError, match=f"process {holder.pid}"), only_run(output):
        pytest.fail("two runs at once")
    holder.kill()
    holder.join()
    assert (tmp_path / ".out.csv.lock").exists()
    with only_run(output):
        assert (tmp_path / ".out.csv.lock").read_text() == str(os.getpid())
