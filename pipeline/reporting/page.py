"""A template and its values → one self-contained HTML file."""

import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.errors import SkargaError

# Characters that HTML forbids, or that end an XML reader: a customer's id may hold them.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def render(template: str, **values: Any) -> str:  # noqa: ANN401 - whatever the template names
    """Fill in a template of this folder; everything from outside is escaped."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_visible,
    )
    return environment.get_template(template).render(**values)


def _visible(value: object) -> object:
    return _CONTROL.sub("\ufffd", value) if type(value) is str else value


def write_page(html: str, output: Path) -> None:
    """Write the page whole or not at all.

    Raises:
        SkargaError: The folder is missing or cannot be written to.
    """
    draft = output.with_name(f".{output.name}.draft")
    try:
        draft.write_text(html, encoding="utf-8")
        draft.replace(output)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise SkargaError(f"{output} cannot be written: {error.strerror}", "choose a folder that exists") from error
