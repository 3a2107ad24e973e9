"""Progress of a run in, a bar on the terminal out; nothing at all where no person is looking."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn


@contextmanager
def progress_bar(console: Console, *, visible: bool) -> Iterator[Callable[[float, int], None]]:
    """Show a bar while the block runs.

    Yields:
        What receives the share of the input that is done and the rows that are done.
    """
    columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[rows]:,} rows"), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not visible) as progress:
        task = progress.add_task("tagging", total=1.0, rows=0)
        yield lambda share, rows: progress.update(task, completed=share, rows=rows)
