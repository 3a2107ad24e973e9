"""A tagged row to start from, and files of such rows."""

import json
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

Row = dict[str, Any]

ROW: Row = {
    "id": "r-1",
    "text": "Третій тиждень чекаю на повернення",
    "language": "uk",
    "category": "delivery",
    "category_confidence": 0.9,
    "categories": ["delivery"],
    "emotion": "anger",
    "emotion_confidence": 0.8,
    "emotions": ["anger"],
    "severity": 2,
    "signals": [],
    "complainer_risk": "insufficient_history",
    "complainer_risk_score": None,
    "complainer_risk_reasons": [],
    "automation": "preselect",
    "needs_review": False,
    "review_reasons": [],
    "truncated": False,
    "model_version": "1.0.0+abcdef12",
}
SIGNAL = {"code": "ultimatum", "start": 0, "end": 6, "text": "Третій"}


@pytest.fixture
def row() -> Callable[..., Row]:
    """Make a tagged row that differs in the given fields."""
    return lambda **changes: ROW | changes


@pytest.fixture
def tagged(tmp_path: Path) -> Callable[[list[Row]], Path]:
    """Write rows as tagged.jsonl."""

    def write(rows: list[Row]) -> Path:
        path = tmp_path / "tagged.jsonl"
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
        return path

    return write


class Page(HTMLParser):
    """What a reader gets: the words outside of styles, the cells of each table, the tags and attributes used."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.rows: list[list[str]] = []
        self._hidden = False
        self._in_cell = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self._hidden = tag in {"style", "script"}
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False
        if tag in {"td", "th"}:
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._hidden or not data.strip():
            return
        self.words.append(data.strip())
        if self._in_cell:
            self.rows[-1][-1] = f"{self.rows[-1][-1]} {data.strip()}".strip()

    @property
    def text(self) -> str:
        return " ".join(self.words).replace("\u202f", " ")

    def row(self, head: str) -> list[str]:
        """Return the first table row that starts with `head`, narrow spaces as plain ones."""
        return next([cell.replace("\u202f", " ") for cell in row] for row in self.rows if row and row[0] == head)


@pytest.fixture
def read_page() -> Callable[[Path], Page]:
    """Parse a page that was written."""
    return lambda path: Page(path.read_text("utf-8"))
