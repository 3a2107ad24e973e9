"""What runs in the browser: the chart library, the page's own scripts, and the words that they use."""

import base64
import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from pipeline.reporting.manager.vega import library
from pipeline.reporting.words import Words, capital

FIELDS = (
    "categories", "emotions", "severity", "language", "channel", "company", "product", "outcome", "risk", "flags",
)  # fmt: skip
_GROUPS = {"language": "languages", "channel": "channels", "outcome": "states", "risk": "risks"}
_MARKS = ("seam", "loyal", "spreading", "review", "at_risk")  # flags that the table of rows names
_FILES = ("unpack", "filter", "csv", "charts", "table", "explorer", "start")  # in the order of their use
_SEPARATORS = {"en": ","}  # a spreadsheet set to Russian or Ukrainian takes a comma for a part of a number


@cache
def scripts() -> list[Markup]:
    """Return the scripts of the page in the order in which they run; they are ours and the library's, not escaped."""
    folder = Path(__file__).parent / "browser"
    own = "\n".join((folder / f"{name}.js").read_text("utf-8") for name in _FILES)
    return [Markup(library()), Markup(f'(() => {{\n"use strict";\n{own}}})();')]  # noqa: S704 - no text of a customer


def hashes() -> str:
    """Return what the page's policy allows to run: these scripts, letter for letter, and nothing else."""
    digests = (hashlib.sha256(script.encode()).digest() for script in scripts())
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def browser_texts(words: Words, flags: Iterable[str]) -> dict[str, Any]:
    """Return the names of codes, fields and phrases for the table of rows."""
    labels = {
        head: {str(code): words.label(head, code) for code in codes}
        for head, codes in (words.labels.codes if words.labels else {}).items()
    }
    groups = {
        name: {code: capital(words.name(group, code)) for code in words.phrases[group]}
        for name, group in _GROUPS.items()
    }
    return {
        "language": words.language,
        "separator": _SEPARATORS.get(words.language, ";"),
        "marks": _MARKS,
        "fields": {name: words.name("fields", name) for name in words.phrases["fields"]},
        "names": {
            **groups,
            "category": labels.get("category", {}),
            "categories": labels.get("category", {}),
            "emotions": {**labels.get("emotion", {}), "neutral": words.label("emotion", "neutral")},
            "severity": {level: words.label("severity", level) for level in ("1", "2", "3")},
            "signals": labels.get("signals", {}),
            "flags": {flag: _flag(flag, words) for flag in flags},
        },
        "say": {name: words.say(name) for name in ("found", "urgent", "open", "row", "remove")},
    }


def _flag(flag: str, words: Words) -> str:
    number = flag.removeprefix("campaign")
    return words.say("campaign", number=number) if number.isdigit() else words.name("flags", flag)
