"""A tagged file → the manager's page: what got worse, where customers fall between departments, whom to call today."""

from collections.abc import Callable
from pathlib import Path

from pipeline.errors import SkargaError, nearest
from pipeline.reporting.manager.contents import Contents
from pipeline.reporting.manager.findings import Sources, examine
from pipeline.reporting.manager.rows import rank_texts, read_texts
from pipeline.reporting.page import render, write_page
from pipeline.reporting.words import LANGUAGES, load_words


def _unseen(rows: int) -> None:
    """Nobody watches."""


def write_report(
    sources: Sources,
    output: Path,
    language: str | None = None,
    show_text: bool = False,
    advance: Callable[[int], None] = _unseen,
) -> None:
    """Write one HTML page that needs nothing else, in `ru`, `uk` or `en` (None: what most complaints are in).

    Texts appear only with `show_text`, and then without personal data. `advance` is told how many rows are read.

    Raises:
        SkargaError: The file is not a tagged one, the language is unknown, or the page cannot be written there.
    """
    if language is not None and language not in LANGUAGES:
        raise SkargaError(f"no page in language {language!r}", nearest(language, LANGUAGES))
    for source in (sources.tagged, sources.history, sources.customers):
        if source is not None and output.resolve() == source.resolve():
            raise SkargaError(f"{output} is an input itself", "name another file after -o, such as report.html")
    found = examine(sources, advance)
    languages = found.table.language.count()
    words = load_words(language or ("ru" if languages["ru"] > languages["uk"] else "uk"))
    contents = Contents(sources.tagged, found, words)
    texts = read_texts(sources.tagged, rank_texts(found.table, contents.flags, contents.listed)) if show_text else {}
    write_page(render("backlog.html", **contents.fill(show_text, texts)), output)
