"""A typer command that shows a failure as two lines (what is wrong, what to do next) and, with --debug, in full."""

import os
import sys
from typing import Any

import typer
from typer.core import TyperCommand, TyperOption

from pipeline.errors import SkargaError

FAILED = 1


class Command(TyperCommand):
    """Adds `--debug` to a command and turns its exceptions into words."""

    def __init__(self, *args: Any, params: list[Any] | None = None, **settings: Any) -> None:  # noqa: ANN401
        debug = TyperOption(param_decls=["--debug"], is_flag=True, default=False, help="Show tracebacks.")
        super().__init__(*args, params=[*(params or []), debug], **settings)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - the type of typer's context differs between its versions
        """Run the command."""
        debug = ctx.params.pop("debug")
        try:
            return super().invoke(ctx)
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
