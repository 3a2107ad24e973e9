"""How stages speak: one line a fact on stderr, two lines and exit 1 on a failure."""

import sys
from collections.abc import Callable

from pipeline.errors import SkargaError


def say(line: str) -> None:
    """Print a line for the person who waits."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201


def stage(main: Callable[[], None]) -> None:
    """Run a stage; show a user's error without a traceback."""
    try:
        main()
    except SkargaError as error:
        say(str(error))
        raise SystemExit(1) from error
