"""A prepared draft and a line of the log → the model in use, its figures, the alias and the log, all of them or none.

What is to happen is written into a journal before anything moves. Every step may be done twice, so whoever comes after
a process that died, at whatever point, does all the steps again.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline import paths
from pipeline.errors import SkargaError
from pipeline.promotion.log import Line, PromotionLog
from pipeline.promotion.registry import Registry
from pipeline.promotion.released import DRAFT, IN_USE, earlier, model_in_use
from pipeline.reporting import cards
from pipeline.serving.durable import publish, written_whole
from pipeline.serving.job import Say
from pipeline.serving.lock import only_run

_JOURNAL = paths.PROMOTION / "journal.json"


@contextmanager
def workspace(registry: Registry, say: Say) -> Iterator[PromotionLog]:
    """Keep every other promotion out, finish an interrupted one, verify the log, and make room for a draft.

    Raises:
        SkargaError: Another promotion is at it, the log was tampered with, or the model in use is not what it says.
    """
    with only_run(paths.RELEASED):
        log = PromotionLog(paths.PROMOTIONS)
        if _JOURNAL.exists():
            line = Line.model_validate_json(_JOURNAL.read_bytes())
            _steps(line, log, registry)
            say(f"an interrupted {line.move.what} was finished: {line.move.after.version} is in use")
        shutil.rmtree(paths.PROMOTION, ignore_errors=True)
        _check_in_use(log)
        paths.PROMOTION.mkdir(parents=True)
        try:
            yield log
        finally:
            if not _JOURNAL.exists():
                shutil.rmtree(paths.PROMOTION, ignore_errors=True)


def carry_out(line: Line, log: PromotionLog, registry: Registry) -> None:
    """Put the draft in use; the model that was in use goes to the earlier ones.

    Raises:
        SkargaError: The registry did not move the alias; then nothing else has moved either.
    """
    with written_whole(_JOURNAL) as file:
        file.write(line.model_dump_json().encode())
    try:
        _steps(line, log, registry)
    except SkargaError:
        _JOURNAL.unlink()  # the alias is the first step and the only one that a user's error can stop
        raise


def done(what: str) -> str:
    """Say what has happened and what is left to do."""
    return f"{what}; commit {paths.RELEASED}, {paths.RELEASED_FIGURES}, {paths.PROMOTIONS} and README.md together"


def _steps(line: Line, log: PromotionLog, registry: Registry) -> None:
    if line.move.alias:
        registry.move(line.move.alias)
    for name, target in vars(IN_USE).items():
        shelf = getattr(earlier(line.move.before), name) if line.move.before else None
        _swap(getattr(DRAFT, name), target, shelf)
    log.append(line)
    cards.rewrite(cards.README)
    _JOURNAL.unlink()


def _swap(draft: Path, target: Path, shelf: Path | None) -> None:
    """Put a draft into its place; without a draft it is there already."""
    if not draft.exists():
        return
    if target.exists() and shelf:
        shutil.rmtree(shelf, ignore_errors=True)
        shelf.parent.mkdir(parents=True, exist_ok=True)
        publish(target, shelf)
    elif target.exists():
        shutil.rmtree(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    publish(draft, target)


def _check_in_use(log: PromotionLog) -> None:
    if log.last and model_in_use() != log.last.after:
        raise SkargaError(
            f"{paths.RELEASED} is not {log.last.after.version}, though {paths.PROMOTIONS} ends with it "
            f"(line {log.last.number})",
            f"restore both from one commit: git checkout COMMIT -- {paths.RELEASED} {paths.PROMOTIONS}",
        )
