"""One tagged message in, a panel for a person at a terminal out."""

import itertools
import re
from typing import Any

from rich.console import Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from pipeline.labels import NEUTRAL, Labels
from pipeline.serving.json_lines import encodable

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # a message must not steer the terminal
SEVERITY_STYLES = {1: "green", 2: "yellow", 3: "bold red"}
REVIEW_WORDS = {
    "low_confidence": "the model is not sure of the {}",
    "small_margin": "a second answer for the {} is almost as likely",
    "unsupported_language": "neither Russian nor Ukrainian",
    "too_short": "too short to judge by",
    "truncated": "longer than the model reads",
    "obfuscated": "written with disguised letters",
    "out_of_distribution": "unlike the messages that the model was made for",
    "urgent": "severe: should not wait in a queue",
}

AUTOMATION_WORDS = {
    "suggest": "only a suggestion: a person chooses the category",
    "preselect": "the category may be filled in for a person to confirm",
    "automatic": "the category may be applied as it is",
}


def prediction_panel(record: dict[str, Any], labels: Labels) -> Panel:
    """Lay out a record of the contract: the message with its signals marked, then what is said of it."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column()
    others = [code for code in record["categories"] if code != record["category"]]
    table.add_row("category", _named(labels, "category", record["category"], record["category_confidence"]))
    if others:
        table.add_row("also", Text("\n").join(_named(labels, "category", code) for code in others))
    table.add_row("emotion", _named(labels, "emotion", record["emotion"], record["emotion_confidence"]))
    table.add_row("severity", _severity(labels, record["severity"]))
    codes = dict.fromkeys(signal["code"] for signal in record["signals"])
    if codes:
        table.add_row("signals", Text("\n").join(_named(labels, "signals", code) for code in codes))
    table.add_row("language", record["language"])
    table.add_row("risk", record["complainer_risk"].replace("_", " "))
    table.add_row("automation", AUTOMATION_WORDS[record["automation"]])
    table.add_row("review", _review(record["review_reasons"]))
    message = marked(record["text"], record["signals"])
    return Panel(Group(message, Text(), table), title="skarga", subtitle=record["model_version"], title_align="left")


def marked(text: str, signals: list[dict[str, Any]]) -> Text:
    """Return the message with the wording of its signals underlined."""
    edges = {0, len(text)} | {signal[side] for signal in signals for side in ("start", "end")}
    places = sorted(edges)
    marked_text = Text()
    for start, end in itertools.pairwise(places):
        inside = any(signal["start"] <= start and end <= signal["end"] for signal in signals)
        marked_text.append(CONTROL.sub("·", encodable(text[start:end])), style="bold underline" if inside else "")
    return marked_text


def review_words(reason: str) -> str:
    """Say a review reason such as `low_confidence:category` in plain words."""
    code, _, task = reason.partition(":")
    return REVIEW_WORDS.get(code, reason.replace("_", " ")).format(task)


def _named(labels: Labels, task: str, code: str, confidence: float | None = None) -> Text:
    line = Text(code, style="bold")
    names = getattr(labels, task).get(code)
    if names and code != NEUTRAL:
        line.append(f"  {names.ru} / {names.uk}", style="not bold")
    if confidence is not None:
        line.append(f"  {confidence:.0%}", style="not bold cyan")
    return line


def _severity(labels: Labels, severity: int) -> Text:
    names = labels.severity[severity]
    return Text(str(severity), style=SEVERITY_STYLES[severity]).append(f"  {names.ru} / {names.uk}", style="not bold")


def _review(reasons: list[str]) -> Text:
    if not reasons:
        return Text("not needed", style="green")
    return Text("\n").join(Text(review_words(reason), style="yellow") for reason in reasons)
