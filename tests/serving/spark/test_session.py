import pytest

from pipeline.errors import SkargaError
from pipeline.serving.spark import session
from pipeline.serving.spark.session import WHOLE, check_installed, explain, reading_session


def test_without_java_the_way_to_it_is_said(monkeypatch):
    monkeypatch.setattr(session, "find_spec", lambda name: object())
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SkargaError, match=r"no `java` on the PATH\n.*openjdk-17"):
        check_installed()


def test_a_java_home_without_java_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(session, "find_spec", lambda name: object())
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(SkargaError, match=f"{tmp_path}"):
        check_installed()


def test_without_pyspark_the_extra_is_named(monkeypatch):
    monkeypatch.setattr(session, "find_spec", lambda name: None)
    with pytest.raises(SkargaError, match=r"pip install 'skarga\[spark\]'"):
        check_installed()


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        ("Traceback\npipeline.errors.SkargaError: a file is missing\nfetch it\n\n\tat org", "a file is missing"),
        ("ModuleNotFoundError: No module named 'onnxruntime'", "no module 'onnxruntime'"),
        ("the customer wrote: верните деньги", "Spark stopped the work: RuntimeError"),
    ],
)
def test_a_failure_in_spark_is_explained_without_quoting_it(message, problem):
    explained = explain(RuntimeError(message))
    assert problem in explained.problem
    assert "верните" not in str(explained)


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_each_input_has_settings_of_its_own(spark):
    names = ("spark.sql.execution.arrow.maxRecordsPerBatch", "spark.sql.files.maxPartitionBytes")
    whole = reading_session(spark, batch_rows=7, cut_files=False)
    cut = reading_session(spark, batch_rows=8, cut_files=True)
    assert [whole.conf.get(name) for name in names] == ["7", WHOLE]
    assert [cut.conf.get(name) for name in names] == ["8", spark.conf.get(names[1])]
