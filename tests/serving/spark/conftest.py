"""One Spark on one core for all tests of this folder; without Java or pyspark they say why they are skipped."""

import os
import sys

import pytest

from pipeline.errors import SkargaError
from pipeline.serving.spark.session import check_installed


@pytest.fixture(scope="session")
def _installed():
    try:
        check_installed()
    except SkargaError as error:
        pytest.skip(error.problem)


@pytest.fixture(scope="session")
def spark(_installed, tmp_path_factory):
    from pyspark.sql import SparkSession

    os.environ |= {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    folder = tmp_path_factory.mktemp("spark")
    settings = {
        "spark.ui.enabled": "false",
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.shuffle.partitions": "1",
    }
    session = SparkSession.builder.master("local[1]").config(map=settings).getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()
