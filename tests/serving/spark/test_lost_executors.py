"""Executors and Python workers killed on the way: the rows are the same, and none is missing or doubled."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

import psutil
import pytest

from pipeline.serving import backlog
from pipeline.serving.job import Job
from pipeline.serving.tagger import Tagger
from tests.serving.test_backlog import complaints, lines, quiet, record, rejected
from tests.serving.test_risk_pass import with_risk

pytestmark = pytest.mark.slow

ROWS = 1_500
DEADLINE_SECONDS = 900
CLUSTER = """
spark.master local-cluster[2,1,1024]
spark.ui.enabled false
spark.driver.memory 1g
"""
VICTIMS = {"an executor": "CoarseGrainedExecutorBackend", "a Python worker": "pyspark.daemon"}


@pytest.fixture
def cluster(_installed, tmp_path, root):
    """The environment of a command that starts a cluster of two executors, each with a core and a JVM of its own."""
    conf = tmp_path / "conf"
    conf.mkdir()
    (conf / "spark-defaults.conf").write_text(CLUSTER)
    return os.environ | {"SPARK_CONF_DIR": str(conf), "SPARK_LOCAL_IP": "127.0.0.1", "PYTHONPATH": str(root)}


@pytest.mark.parametrize("victim", VICTIMS)
def test_a_killed_process_costs_no_row(cluster, bundle_dir, tagger, tmp_path, victim):
    source, ours, theirs = (tmp_path / name for name in ("in.jsonl", "local.jsonl", "spark.jsonl"))
    source.write_bytes(lines(*complaints(ROWS)) + b"broken\n" + lines({"text": "Дякую, все добре"}))
    backlog.tag_file(Job(source, ours), tagger, quiet, quiet)
    output = tmp_path / ".spark.jsonl.spark/output"

    def writing():
        return len(list(output.glob("_temporary/0/task_*"))) >= 2 and not (output / "_SUCCESS").exists()

    tag_and_kill(cluster, [source, "-o", theirs, "--model", bundle_dir], VICTIMS[victim], writing)
    assert b"".join(part.read_bytes() for part in sorted(theirs.glob("part-*"))) == ours.read_bytes()
    assert rejected(theirs) == rejected(ours)
    counts = record(theirs)
    assert (counts["rows_in"], counts["rows_out"], counts["rows_rejected"]) == (ROWS + 2, ROWS + 1, 1)


def test_an_executor_killed_while_conduct_is_judged_costs_no_row(cluster, bundle_dir, tmp_path):
    source, ours, theirs = (tmp_path / name for name in ("in.jsonl", "local.jsonl", "spark.jsonl"))
    source.write_bytes(lines(*(row | {"customer_id": f"K-{n % 90}"} for n, row in enumerate(complaints(ROWS)))))
    judging = with_risk(bundle_dir, tmp_path / "judging")
    backlog.tag_file(Job(source, ours), Tagger.load(judging), quiet, quiet)
    risk = tmp_path / ".spark.jsonl.spark/risk"  # once it is there, all lines have been tagged, and none is written
    tag_and_kill(cluster, [source, "-o", theirs, "--model", judging], VICTIMS["an executor"], risk.exists)
    assert b"".join(part.read_bytes() for part in sorted(theirs.glob("part-*"))) == ours.read_bytes()
    assert record(theirs)["risk"] == record(ours)["risk"]
    assert record(theirs)["risk"]["levels"].keys() > {"insufficient_history"}


def tag_and_kill(cluster, arguments, victim, ready):
    """Run the command on a cluster; kill -9 a process of it as soon as it is ready."""
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", "tag", "--engine", "spark"]
    command += [*arguments, "--batch-size", "10"]
    process = subprocess.Popen(list(map(str, command)), env=cluster, stderr=subprocess.PIPE, text=True)
    try:
        killed = kill_once(process, victim, ready)
        errors = process.communicate(timeout=DEADLINE_SECONDS)[1]
    finally:
        end(process)
    assert process.returncode == 0, errors
    assert killed


def kill_once(process, victim, ready):
    """Kill -9 a process of the cluster at the moment that is waited for."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if ready():
            below = psutil.Process(process.pid).children(recursive=True)
            found = [each for each in below if victim in command_of(each)]
            if found:
                found[-1].send_signal(signal.SIGKILL)
                return found[-1].pid
        time.sleep(0.05)
    return None


def command_of(process):
    """The command line of a process, empty when it has ended meanwhile."""
    with suppress(psutil.NoSuchProcess):
        return " ".join(process.cmdline())
    return ""


def end(process):
    """End what is left of a command that did not end by itself."""
    if process.poll() is None:
        below = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        for each in below:
            with suppress(psutil.NoSuchProcess):
                each.kill()
        process.communicate()
