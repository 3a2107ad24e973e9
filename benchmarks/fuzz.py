"""A fuzzer (atheris, led by coverage) on what meets foreign bytes first: readers and normaliser. Prints a tally.

python -m benchmarks.fuzz [--seconds 60] [--target readers|normaliser]

A reader may refuse a file with a `SkargaError` and set rows aside, and the normaliser's offsets must lead back into the
original; anything else is a defect, which is printed with the input that shows it.
"""

import argparse
import contextlib
import gzip
import io
import multiprocessing
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

with atheris.instrument_imports(include=["pipeline.serving.readers", "pipeline.serving.checks", "pipeline.text"]):
    from pipeline.errors import SkargaError
    from pipeline.serving.checks import Checker
    from pipeline.serving.readers import open_source
    from pipeline.serving.records import Columns, Rejected, Row
    from pipeline.text.normalize import normalize

TIMEOUT, MEMORY = 120, 3_000  # seconds and MiB that no input of this size may take, on a busy machine either
ENDINGS = (".csv", ".csv.gz", ".jsonl", ".jsonl.gz", ".parquet", ".xlsx")


def read(data: bytes, folder: Path) -> None:
    """Read a file of these bytes; the first one picks the format."""
    ending = ENDINGS[data[0] % len(ENDINGS)] if data else ".csv"
    path = folder / f"in{ending}"
    path.write_bytes(data[1:])
    checker = Checker(Columns(), "in")
    with contextlib.suppress(SkargaError), contextlib.closing(open_source(path, Columns())) as source:
        for number, item in enumerate(map(checker.check, source), start=1):
            assert item.number == number
            assert isinstance(item, Row | Rejected)
            assert 0 <= source.share_read() <= 1


def normalise(data: bytes, _: Path) -> None:
    """Normalise a text of these bytes; every character of the result leads back into the original."""
    text = data.decode("utf-8", errors="surrogateescape")
    normalized = normalize(text)
    starts, ends = normalized.offsets[:-1], normalized.ends
    assert len(starts) == len(ends) == len(normalized.text)
    assert normalized.offsets[-1] == len(text)
    assert (starts[1:] >= starts[:-1]).all()
    assert ((starts < ends) & (ends <= len(text))).all()


def seeds(target: str) -> list[bytes]:
    """Return inputs to begin with: a small file of each format, or texts with what the normaliser undoes."""
    if target == "normaliser":
        return [
            text.encode() for text in ("В\u0430щ зaкaз НЕ ПРИЕХАЛ!!!!", "Verni\u0442e dengi", "го\u200bроші і\u0308 ①")
        ]
    lines = b'{"id": 1, "text": "\xd0\x94\xd0\xb5"}\n{"text": ["x"]}\n'
    cells = b'id;text\n1;"\xd0\x94\n\xd0\xb5"\n2;x;y\n'
    sheet, table = openpyxl.Workbook(), pa.table({"text": ["т"], "tags": [["a"]]})
    sheet.active.append(["text"])
    parquet, xlsx = io.BytesIO(), io.BytesIO()
    pq.write_table(table, parquet)
    sheet.save(xlsx)
    contents = (cells, gzip.compress(cells), lines, gzip.compress(lines), parquet.getvalue(), xlsx.getvalue())
    return [bytes([place]) + content for place, content in enumerate(contents)]


TARGETS: dict[str, Callable[[bytes, Path], None]] = {"readers": read, "normaliser": normalise}


def main() -> None:
    """Run one target in this process, or each of them in its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--target", choices=TARGETS)
    options = parser.parse_args()
    for name in [options.target] if options.target else TARGETS:
        process = multiprocessing.get_context("spawn").Process(target=_fuzz, args=(name, options.seconds))
        process.start()
        process.join()
        print(f"{name}: {'no defect' if process.exitcode == 0 else 'a defect, shown above'}")
        if process.exitcode:
            sys.exit(1)


def _fuzz(name: str, seconds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for number, seed in enumerate(seeds(name)):
            (corpus / str(number)).write_bytes(seed)
        limits = [f"-max_total_time={seconds}", "-max_len=8192", f"-timeout={TIMEOUT}", f"-rss_limit_mb={MEMORY}"]
        arguments = [sys.argv[0], *limits, "-print_final_stats=1", f"-artifact_prefix={folder}/", str(corpus)]
        atheris.Setup(arguments, lambda data: TARGETS[name](data, Path(folder)))
        atheris.Fuzz()  # ends the process: 0 when the time is over, else a defect


if __name__ == "__main__":
    main()
