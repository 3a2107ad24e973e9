"""When a run began and how long it has taken."""

import time
from datetime import UTC, datetime


class Clock:
    """Starts when it is made."""

    def __init__(self) -> None:
        self.started = now()
        self._begun = time.perf_counter()

    def seconds(self) -> float:
        """Return the seconds since the start."""
        return time.perf_counter() - self._begun


def now() -> str:
    """Return the present moment in UTC, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")
