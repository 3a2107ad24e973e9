"""A message → whether its wording says that the company's answers differed."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_READ = 20_000  # characters; what follows is not looked at, so that one giant message costs no more than another


def contradicts(text: str) -> bool:
    """Tell whether the writer reports answers that contradict each other."""
    return _pattern().search(text[:_READ].lower()) is not None


def load_patterns() -> list[dict[str, Any]]:
    """Read the patterns with their examples: `pattern`, `match`, `spare`."""
    patterns: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
    return patterns


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{entry['pattern']})" for entry in load_patterns()))
