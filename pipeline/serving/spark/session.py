"""The session that the command runs in, and Spark's failures in two lines."""

import os
import re
import shutil
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import SkargaError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

WHOLE = str(2**50)  # bytes, more than any file has: Spark then cuts no file and puts no two together
SETTINGS = {"spark.sql.session.timeZone": "UTC", "spark.sql.caseSensitive": "true"}
OUR_ERROR = re.compile(r"pipeline\.errors\.SkargaError: ([^\n]+)\n\s*([^\n]+)")
NO_MODULE = re.compile(r"ModuleNotFoundError: No module named '([\w.]+)'")


@contextmanager
def spark_session(*, bar: bool) -> Iterator["SparkSession"]:
    """Open a session as Spark's own configuration says (`spark-submit`, `SPARK_CONF_DIR`), else on this machine.

    Args:
        bar: Whether Spark shows its progress on the terminal.

    Raises:
        SkargaError: Spark or Java is missing, or the work inside failed in Spark.
    """
    check_installed()
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    fresh = {"spark.app.name": "skarga tag", "spark.ui.showConsoleProgress": str(bar).lower()}
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")  # we call none of it
            running = SparkSession.builder.config(map=fresh).getOrCreate()
            running.sparkContext.setLogLevel("ERROR")
            yield _session_beside(running, SETTINGS)
    except (PySparkException, Py4JError) as error:
        raise explain(error) from error


def reading_session(spark: "SparkSession", *, batch_rows: int, cut_files: bool) -> "SparkSession":
    """Open a session of the same Spark for one input, whose settings fit it and are nobody else's.

    Args:
        spark: What `spark_session` has opened.
        batch_rows: Rows tagged at once.
        cut_files: Whether a file may be read by several tasks.
    """
    whole = {"spark.sql.files.maxPartitionBytes": WHOLE, "spark.sql.files.openCostInBytes": WHOLE}
    batches = {"spark.sql.execution.arrow.maxRecordsPerBatch": str(batch_rows)}
    return _session_beside(spark, SETTINGS | batches | ({} if cut_files else whole))


def _session_beside(spark: "SparkSession", settings: Mapping[str, str]) -> "SparkSession":
    session = spark.newSession()
    for name, value in settings.items():
        session.conf.set(name, value)
    return session


def check_installed() -> None:
    """Make sure that there is a Spark to call and a Java to run it.

    Raises:
        SkargaError: One of them is missing.
    """
    if find_spec("pyspark") is None:
        raise SkargaError("the engine spark needs pyspark, which is not installed", "pip install 'skarga[spark]'")
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=str(Path(home) / "bin") if home else None) is None:
        where = f"JAVA_HOME ({home}) holds none" if home else "there is no `java` on the PATH"
        remedy = "install Java 17 or 21 (Debian: apt-get install openjdk-17-jre-headless), or use --engine local"
        raise SkargaError(f"the engine spark needs Java: {where}", remedy)


def explain(error: Exception) -> SkargaError:
    """Put a failure of Spark into words; its own message stays hidden, for it may quote a customer."""
    if ours := OUR_ERROR.search(str(error)):
        return SkargaError(*ours.groups())
    if missing := NO_MODULE.search(str(error)):
        problem = f"the Python of an executor ({os.environ.get('PYSPARK_PYTHON')}) has no module {missing[1]!r}"
        return SkargaError(problem, "install 'skarga[spark]' there, or name another Python in PYSPARK_PYTHON")
    condition = getattr(error, "getCondition", lambda: None)()
    problem = f"Spark stopped the work: {condition or type(error).__name__}"
    return SkargaError(problem, "nothing was published; see Spark's log, or run it again with --debug")
