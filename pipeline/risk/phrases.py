"""phrases.yaml: what is said of somebody's conduct, in English, Russian and Ukrainian."""

from functools import cache
from importlib import resources
from typing import Any, Literal

import yaml

Speech = Literal["en", "ru", "uk"]


@cache
def phrases() -> dict[str, dict[str, Any]]:
    """Sections, then codes, then languages."""
    text = resources.files("pipeline.risk").joinpath("phrases.yaml").read_text("utf-8")
    loaded: dict[str, dict[str, Any]] = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - safe
    return loaded


def phrase(section: str, code: str, speech: Speech) -> str:
    """One phrase, its braces unfilled."""
    text: str = phrases()[section][code][speech]
    return text
