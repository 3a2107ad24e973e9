"""An output's name in, the right to write it out: one run at a time, and a dead run's lock counts for nothing."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import SkargaError


@contextmanager
def only_run(output: Path) -> Iterator[None]:
    """Hold the lock of an output; the file beside it holds the process id of whoever holds it.

    The kernel drops the lock when its holder dies, however it dies, so that a left-over file locks nothing.

    Raises:
        SkargaError: Another living process holds it.
    """
    path = output.with_name(f".{output.name}.lock")
    descriptor = _acquire(path, output)
    try:
        os.truncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)


def _acquire(path: Path, output: Path) -> int:
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(descriptor, 32).decode(errors="replace") or "unknown"
            os.close(descriptor)
            problem = f"{output}: another run (process {holder}) is writing it"
            raise SkargaError(problem, "wait for it to end, or choose another output") from error
        if path.exists() and os.path.samestat(os.fstat(descriptor), path.stat()):
            return descriptor
        os.close(descriptor)  # its holder removed the file between our opening and our locking it: try anew
