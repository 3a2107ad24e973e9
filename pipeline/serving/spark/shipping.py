"""A bundle on the driver in, a loaded tagger in every Python worker out: shipped once, verified there, then kept."""

import atexit
import functools
import shutil
import tempfile
import zipfile
from pathlib import Path

from pyspark import SparkContext, SparkFiles

from pipeline.errors import SkargaError
from pipeline.serving import bundle
from pipeline.serving.tagger import Tagger


def ship(context: SparkContext, folder: Path) -> str:
    """Hand a bundle to Spark, which brings it to each executor once and unpacks it there.

    Returns:
        The name under which `worker_tagger` finds it.

    Raises:
        SkargaError: The bundle is damaged here already.
    """
    archive = _packed(str(context.applicationId), folder, bundle.verify(folder).version)
    context.addArchive(str(archive))  # the same path twice is one archive
    return archive.name


@functools.lru_cache
def _packed(application: str, folder: Path, version: str) -> Path:  # noqa: ARG001 - one archive per application
    """Pack a bundle; executors that start late fetch it late, so it stays until the driver ends."""
    home = Path(tempfile.mkdtemp(prefix="skarga-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    archive = home / f"skarga-{version.rpartition('+')[2]}.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as file:
        for path in sorted(folder.iterdir()):
            file.write(path, path.name)
    return archive


@functools.lru_cache(maxsize=1)
def worker_tagger(name: str) -> Tagger:
    """Load the shipped bundle in this Python worker, which keeps it for all its tasks.

    It reads one text at a time: an executor runs as many workers as it has cores.

    Raises:
        SkargaError: What arrived is not what was shipped.
    """
    try:
        return Tagger.load(SparkFiles.get(name), threads=1)
    except OSError as error:
        problem = f"an executor cannot read the shipped model: {error.strerror}"
        raise SkargaError(problem, "look at the rights and the free space of its spark.local.dir") from error
