"""The examples of docs/crm.md: each way of calling gives the same tags, and survives what a CRM will meet."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from importlib.util import module_from_spec, spec_from_file_location

import pytest

from pipeline.data.schema import Tag

COMPLAINTS = [
    {"id": "1", "text": "Вже третій тиждень чекаю на повернення коштів за чайник", "customer_id": "K-7"},
    {"id": "2", "text": "Курьер нахамил и бросил коробку, верните деньги или пойду в суд!\nЖду до пятницы", "shop": 5},
    {"id": "3", "text": "Шо за діла, заказ не приїхав, а гроші списали"},
]
SKARGA = (sys.executable, "-c", "from pipeline.cli import main; main()")
WORKER = (*SKARGA, "tag", "-", "--quiet", "--max-bad-share", "1")


@pytest.fixture(autouse=True)
def chosen_bundle(bundle_dir, monkeypatch):
    monkeypatch.setenv("SKARGA_MODEL", str(bundle_dir))


@pytest.fixture
def example(root):
    def load(name):
        spec = spec_from_file_location(name, root / f"examples/crm/{name}.py")
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


@pytest.fixture
def worker(example):
    with example("worker").Worker(WORKER) as worker:
        yield worker


def tags(record):
    return {name: record[name] for name in Tag.model_fields if name != "id"}


def test_a_process_each_and_a_worker_give_the_tags_of_the_library(example, worker, tagger):
    expected = [tags(tag) for tag in tagger.tag(COMPLAINTS)]
    each = example("each")
    command = (*SKARGA, *each.COMMAND[1:])
    assert [tags(each.tag(complaint["text"], command)) for complaint in COMPLAINTS] == expected
    answers = [worker.tag(complaint) for complaint in COMPLAINTS]
    assert [tags(answer) for answer in answers] == expected
    assert [
        {name: answer[name] for name in asked} for answer, asked in zip(answers, COMPLAINTS, strict=True)
    ] == COMPLAINTS


def test_a_blank_message_is_an_error_of_its_own(example):
    each = example("each")
    with pytest.raises(each.TaggingError, match="the message is blank"):
        each.tag(" ", (*SKARGA, *each.COMMAND[1:]))


def test_a_bad_record_is_answered_and_the_next_one_tagged(worker):
    assert worker.tag({"id": "bad", "text": ""})["error"] == "empty_text"
    assert worker.tag(COMPLAINTS[0])["id"] == "1"
    assert worker.starts == 1


def test_a_worker_that_dies_is_started_anew_and_loses_nothing(worker):
    worker.tag(COMPLAINTS[0])
    worker._process.send_signal(signal.SIGKILL)
    assert worker.tag(COMPLAINTS[1])["id"] == "2"
    assert worker.starts == 2


def test_a_worker_that_falls_silent_is_given_up(example):
    module = example("worker")
    with (
        module.Worker((sys.executable, "-c", "import sys; sys.stdin.read()"), seconds=0.2) as silent,
        pytest.raises(module.WorkerError, match="no answer to the record '1'"),
    ):
        silent.tag(COMPLAINTS[0])
    assert silent.starts == 1 + module.ATTEMPTS


def test_callers_in_many_threads_get_their_own_answers(worker):
    asked = [{"id": str(number), "text": COMPLAINTS[number % 3]["text"]} for number in range(12)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(worker.tag, asked))
    assert [answer["id"] for answer in answers] == [question["id"] for question in asked]


def test_writer_that_does_not_read_is_held_back_and_loses_nothing():
    """Both pipes fill; the worker stops reading, and goes on when its answers are read."""
    lines = [
        json.dumps({"id": str(number), "text": "Дякую, усе добре", "note": "а" * 20_000}).encode() + b"\n"
        for number in range(60)
    ]
    with subprocess.Popen(WORKER, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        written = []

        def write():
            for line in lines:
                process.stdin.write(line)
                process.stdin.flush()
                written.append(line)
            process.stdin.close()

        writer = threading.Thread(target=write)
        writer.start()
        assert json.loads(process.stdout.readline())["id"] == "0"
        time.sleep(0.5)
        assert len(written) < len(lines)
        answers = [json.loads(line)["id"] for line in process.stdout]
        writer.join()
    assert answers == [str(number) for number in range(1, 60)]


@pytest.fixture
def server(tmp_path, bundle_dir, root):
    """The address of MLflow's own server of the bundle."""
    import mlflow

    model = tmp_path / "model"
    code = str(root / "pipeline/serving/pyfunc.py")
    mlflow.pyfunc.save_model(
        model, python_model=code, artifacts={"bundle": str(bundle_dir)}, pip_requirements=["skarga"]
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "mlflow",
        "models",
        "serve",
        "-m",
        str(model),
        "--env-manager",
        "local",
        "--port",
        str(port),
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    yield f"http://127.0.0.1:{port}"
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.mark.slow
@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.filterwarnings("ignore")
def test_the_server_gives_the_tags_of_the_library(example, server, tagger):
    ask = example("server").tag
    for _ in range(300):
        try:
            answers = ask(COMPLAINTS, server)
        except (urllib.error.URLError, ConnectionError):
            time.sleep(1)
        else:
            break
    assert [tags(answer) for answer in answers] == [tags(tag) for tag in tagger.tag(COMPLAINTS)]
