"""Executors and Python workers killed on the way: the rows are the same, and none is missing or doubled."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from pipeline.serving import backlog
from pipeline.serving.backlog import Job
from tests.serving.test_backlog import complaints, lines, quiet, record, rejected

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
    command = [
        sys.executable,
        "-c",
        "from pipeline.cli import main; main()",
        "tag",
        source,
        "--engine",
        "spark",
        "-o",
        theirs,
    ]
    command += ["--model", bundle_dir, "--batch-size", "10"]
    process = subprocess.Popen(list(map(str, command)), env=cluster, stderr=subprocess.PIPE, text=True)
    try:
        killed = kill_once(process, VICTIMS[victim], tmp_path / ".spark.jsonl.spark/output")
        errors = process.communicate(timeout=DEADLINE_SECONDS)[1]
    finally:
        end(process)
    assert process.returncode == 0, errors
    assert killed
    assert b"".join(part.read_bytes() for part in sorted(theirs.glob("part-*"))) == ours.read_bytes()
    assert rejected(theirs) == rejected(ours)
    counts = record(theirs)
    assert (counts["rows_in"], counts["rows_out"], counts["rows_rejected"]) == (ROWS + 2, ROWS + 1, 1)


def kill_once(process, victim, output):
    """Kill -9 a process of the cluster while rows are being tagged: some tasks are done, others not."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        done = len(list(output.glob("_temporary/0/task_*")))
        if done >= 2 and not (output / "_SUCCESS").exists():
            below = psutil.Process(process.pid).children(recursive=True)
            found = [each for each in below if victim in " ".join(each.cmdline())]
            if found:
                found[-1].send_signal(signal.SIGKILL)
                return found[-1].pid
        time.sleep(0.05)
    return None


def end(process):
    """End what is left of a command that did not end by itself."""
    if process.poll() is None:
        below = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        for each in below:
            each.kill()
