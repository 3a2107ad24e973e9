"""The one error that users see: what is wrong, and what to do next."""

import difflib
from collections.abc import Iterable


class SkargaError(Exception):
    """A failure that the user can act on; the command line prints it as two lines."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.problem}\n{self.remedy}"


def nearest(name: str, valid: Iterable[str]) -> str:
    """Name the closest valid name, or list them all when nothing is close."""
    valid = list(valid)
    close = difflib.get_close_matches(name, valid, n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else f"valid names: {', '.join(valid)}"
