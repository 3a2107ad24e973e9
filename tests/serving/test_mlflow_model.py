"""The logged model behind MLflow's own server and in a Spark job answers as the tagger does."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from urllib.error import URLError

import pytest

from tests.serving.spark.conftest import _installed, spark  # noqa: F401 - fixtures

# MLflow and Spark speak to processes of their own over 127.0.0.1; both warn of what we do not call.
pytestmark = [pytest.mark.slow, pytest.mark.allow_hosts(["127.0.0.1"]), pytest.mark.filterwarnings("ignore")]

ROWS = [
    {"id": "1", "text": "Вже третій тиждень чекаю на повернення коштів за чайник"},
    {"id": "2", "text": "Курьер нахамил и бросил коробку под дверью, верните деньги или пойду в суд!"},
    {"id": "3", "text": "Дякую, все добре"},
]
START_SECONDS = 300


@pytest.fixture(scope="module")
def logged(tmp_path_factory, bundle_dir, root):
    """The address of the tiny bundle's model, in a store of its own, and that store."""
    import mlflow

    from pipeline.stages.track import log_model

    folder = tmp_path_factory.mktemp("mlflow")
    store = f"sqlite:///{folder}/mlflow.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        patch.setenv("MLFLOW_TRACKING_URI", store)
        experiment = mlflow.create_experiment("served", artifact_location=(folder / "artifacts").as_uri())
        with mlflow.start_run(experiment_id=experiment):
            model = log_model(bundle_dir)
        yield mlflow.artifacts.download_artifacts(model.model_uri, dst_path=str(folder)), store
    mlflow.set_tracking_uri(None)


@pytest.fixture
def server(logged):
    """A running `mlflow models serve`, which is ended with all that it started."""
    model, store = logged
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mlflow", "models", "serve", "--model-uri", model, "--env-manager", "local"]
    process = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port)],
        env=os.environ | {"MLFLOW_TRACKING_URI": store},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield f"http://127.0.0.1:{port}", process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for(address, process):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended"
        try:
            return urllib.request.urlopen(f"{address}/ping", timeout=5).status
        except (URLError, TimeoutError, ConnectionError):
            time.sleep(0.5)
    raise TimeoutError(address)


def test_the_server_answers_as_the_tagger(server, tagger):
    address, process = server
    assert wait_for(address, process) == 200
    body = json.dumps({"dataframe_records": ROWS}).encode()
    request = urllib.request.Request(f"{address}/invocations", body, {"Content-Type": "application/json"})
    answers = json.load(urllib.request.urlopen(request, timeout=60))["predictions"]
    assert answers == tagger.tag(ROWS)


def test_a_spark_udf_answers_as_the_tagger(logged, spark, tagger):  # noqa: F811 - the fixture
    import mlflow

    model, _ = logged
    udf = mlflow.pyfunc.spark_udf(spark, model, env_manager="local", model_config={"threads": 1})
    df = spark.createDataFrame([(row["text"], row["id"]) for row in ROWS], "text string, id string")
    answers = df.select(udf("text", "id").alias("tag")).collect()
    assert [answer.tag.asDict(recursive=True) for answer in answers] == tagger.tag(ROWS)
