"""A worker kept open: a JSON line in, a JSON line out, milliseconds each. Started anew when it dies or falls silent.

python examples/crm/worker.py < complaints.jsonl
"""

import json
import subprocess
import sys
import threading
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

COMMAND = ("skarga", "tag", "-", "--quiet", "--max-bad-share", "1")
SECONDS = 60  # from question to answer; the first one waits for the model, too
ATTEMPTS = 2  # a record at which the worker dies twice is given up, so that it cannot stop all the others


class WorkerError(Exception):
    """The worker died, or was silent for too long, at each attempt."""


class Worker:
    """One process. Callers in many threads wait for one another: that is the back-pressure.

    A record that cannot be tagged is answered, too: with `error` (a code) and `detail` in place of the tags.
    """

    def __init__(self, command: tuple[str, ...] = COMMAND, seconds: float = SECONDS) -> None:
        self.starts = 0
        self._command, self._seconds = command, seconds
        self._turn = threading.Lock()
        self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def tag(self, record: dict[str, Any]) -> dict[str, Any]:
        """Ask and wait for the answer; start the worker anew, and ask again, if none comes."""
        line = json.dumps(record, ensure_ascii=False).encode() + b"\n"
        with self._turn:
            for _ in range(ATTEMPTS):
                if answer := self._ask(line):
                    return dict(json.loads(answer))
                self._stop()
                self._start()
        raise WorkerError(f"no answer to the record {record.get('id')!r}, twice")

    def _ask(self, line: bytes) -> bytes:
        """Return the line that answers, nothing if the worker dies or stays silent."""
        silence = threading.Timer(self._seconds, self._process.kill)
        silence.start()
        with suppress(BrokenPipeError):
            self._questions.write(line)
            self._questions.flush()
        answer = self._answers.readline()
        silence.cancel()
        return answer if answer.endswith(b"\n") else b""

    def _start(self) -> None:
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdin
        assert self._process.stdout
        self._questions, self._answers = self._process.stdin, self._process.stdout
        self.starts += 1

    def _stop(self) -> None:
        with suppress(BrokenPipeError):
            self._questions.close()  # the end of its input is the worker's sign to go
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(self._seconds)
        self._process.kill()
        self._process.wait()
        self._answers.close()


if __name__ == "__main__":
    with Worker() as worker:
        for line in sys.stdin:
            print(json.dumps(worker.tag(json.loads(line)), ensure_ascii=False))
