"""Rows of history and customers that could not be used in; files beside OUTPUT out, where there are any such rows."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pipeline.serving.customers import Customers
from pipeline.serving.durable import publish, written_whole
from pipeline.serving.json_lines import encode_line, join_files
from pipeline.serving.publishing import beside
from pipeline.serving.quarantine import rejected_line

HISTORY, CUSTOMERS = SET_ASIDE = ("history.rejected.jsonl", "customers.rejected.jsonl")

Files = Mapping[str, Sequence[Path]]  # one of SET_ASIDE → files of lines


def set_aside_files(history: Sequence[Path], customers: Customers | None, path: Path) -> Files:
    """Gather the lines of both, those of the customers in a file that is written at `path`."""
    if customers is None:
        return {HISTORY: history}
    with written_whole(path) as file:
        file.writelines(encode_line(rejected_line(row)) for row in customers.rejected)
    return {HISTORY: history, CUSTOMERS: [path]}


def publish_set_aside(output: Path, found: Files, scratch: Callable[[str], Path]) -> None:
    """Put what was set aside beside OUTPUT, and take away what an earlier run left there.

    Args:
        output: The file or folder of the tagged rows.
        found: The lines of each companion.
        scratch: Gives the path at which a companion is put together before it is renamed into place.
    """
    for name in SET_ASIDE:
        files = found.get(name, [])
        if not any(file.stat().st_size for file in files):
            beside(output, name).unlink(missing_ok=True)
            continue
        with written_whole(scratch(name)) as target:
            join_files(files, target)
        publish(scratch(name), beside(output, name))
