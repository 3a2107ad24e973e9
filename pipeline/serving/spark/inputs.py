"""A file or a folder in, what Spark's workers must know to read it as the local engine does out."""

import re
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pipeline.errors import SkargaError
from pipeline.serving.readers import ending, open_source, stem
from pipeline.serving.records import Columns
from pipeline.serving.run_record import InputFile, data_files, describe_input

FORMATS = (".csv", ".csv.gz", ".jsonl", ".jsonl.gz", ".parquet")
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:/")
SPECIAL = re.compile(r"([\[\]{}*?\\])")  # in the paths that Spark reads


def pattern_of(path: Path) -> str:
    """Give the pattern that means this path to Spark, and no other."""
    return SPECIAL.sub(r"\\\1", str(path))


@dataclass(frozen=True)
class InputPart:
    """One file of the input, as every worker can open it."""

    path: Path
    encoding: str
    delimiter: str | None

    @property
    def stem(self) -> str:
        """Its name without the format, for ids of rows that have none."""
        return stem(self.path)

    @property
    def pattern(self) -> str:
        """What Spark is told to read."""
        return pattern_of(self.path)


@dataclass(frozen=True)
class Input:
    """What is to be tagged: files of one format, in the order of their names."""

    path: Path
    format: str
    parts: tuple[InputPart, ...]

    @property
    def is_text(self) -> bool:
        """Say whether the files hold lines."""
        return self.format != ".parquet"

    @property
    def is_csv(self) -> bool:
        """Say whether a row may go over several lines, so that nobody can start reading in the middle."""
        return self.format.startswith(".csv")

    @property
    def by_path(self) -> dict[str, InputPart]:
        """Return the files by their paths."""
        return {str(part.path): part for part in self.parts}

    def describe(self) -> InputFile:
        """Return size and SHA-256, and of a single file how it is written."""
        if self.path.is_dir():
            return describe_input(self.path)
        (first,) = self.parts
        written = {"encoding": first.encoding, "delimiter": first.delimiter}
        return describe_input(first.path).model_copy(update=written)


def open_input(path: Path, columns: Columns) -> Input:
    """Find the files of an input and look into each of them.

    Raises:
        SkargaError: There is none, they differ in format, or one cannot be read or lacks a named column.
    """
    if SCHEME.match(str(path)):
        remedy = "name a path of a file system that every node has mounted, or call tag_frame(spark.read…) in a job"
        raise SkargaError(f"{path}: an address is not read by the command", remedy)
    files = data_files(path) if path.is_dir() else [path]
    formats = {ending(file) for file in files}
    if not files or len(formats) > 1:
        listed = ", ".join(sorted(formats)) or "nothing"
        raise SkargaError(f"{path}: holds {listed}", f"name a folder with files of one format: {', '.join(FORMATS)}")
    (form,) = formats
    if form not in FORMATS:
        problem = f"{path}: the engine spark does not read {form!r}"
        raise SkargaError(problem, f"formats: {', '.join(FORMATS)}; --engine local may know more")
    return Input(path, form, tuple(_look_into(file, columns) for file in files))


def path_of(uri: str) -> str:
    """Return the path that Spark means by the address of a file."""
    return unquote(urlsplit(uri).path)


def _look_into(path: Path, columns: Columns) -> InputPart:
    with closing(open_source(path, columns)) as source:
        if path.name.startswith((".", "_")):
            raise SkargaError(f"{path}: Spark reads no file whose name begins so", "rename it")
        return InputPart(path.resolve(), source.encoding, source.delimiter)
