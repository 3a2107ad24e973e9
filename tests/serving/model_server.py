"""MLflow's own server of a saved model, as a process that a test may ask and must end."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

START_SECONDS = 300


@contextmanager
def model_server(model: str | Path, log: Path, **environment: str) -> Iterator[str]:
    """Serve MODEL until the block ends; give the server's address once it answers.

    The server finds its own programs (uvicorn) by PATH, as in an activated environment.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    search = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    command = [sys.executable, "-m", "mlflow", "models", "serve", "--model-uri", str(model), "--env-manager", "local"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)],
            env=os.environ | {"PATH": search} | environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address, process, log)
        yield address
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, f"the server ended:\n{log.read_text('utf-8', 'replace')}"
        try:
            urllib.request.urlopen(f"{address}/ping", timeout=5)
        except (URLError, TimeoutError, ConnectionError):
            time.sleep(0.5)
        else:
            return
    raise TimeoutError(address)
