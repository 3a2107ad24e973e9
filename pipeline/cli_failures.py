"""A command in, the same command out with its failures in two lines (what is wrong, what to do next) unless --debug."""

import functools
import inspect
import os
import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

from pipeline.errors import SkargaError

FAILED = 1
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of a failure.")]


def explained(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the option `--debug`, and words for its exceptions without it."""

    @functools.wraps(command)
    def run(*args: Any, debug: bool, **options: Any) -> None:  # noqa: ANN401 - the command's own arguments
        try:
            command(*args, **options)
        except (typer.Exit, typer.Abort, typer.BadParameter):
            raise
        except BrokenPipeError as error:
            _forget_stdout()
            raise typer.Exit(FAILED) from error
        except Exception as error:
            if debug:
                raise
            shown = explain(error)
            typer.echo(f"error: {shown.problem}\n{shown.remedy}", err=True)
            raise typer.Exit(FAILED) from error

    signature = inspect.signature(command)
    option = inspect.Parameter("debug", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=Debug)
    run.__signature__ = signature.replace(parameters=[*signature.parameters.values(), option])  # type: ignore[attr-defined]
    run.__annotations__ = command.__annotations__ | {"debug": Debug}
    return run


def explain(error: Exception) -> SkargaError:
    """Put an exception into words; the message of an unknown one stays hidden, for it may quote a customer."""
    if isinstance(error, SkargaError):
        return error
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename else ""
        return SkargaError(f"{place}{error.strerror}", "check the path, the rights and the free space, then try again")
    return SkargaError(f"unexpected {type(error).__name__}", "run it again with --debug to see where, and report it")


def _forget_stdout() -> None:
    """Point stdout at nothing: whoever read it has gone, and the flush at exit would complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
