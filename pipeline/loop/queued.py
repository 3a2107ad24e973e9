"""A row of the queue: what the model suggests, and why a person is asked."""

from dataclasses import dataclass

TASKS = ("category", "emotion", "signals", "severity")


@dataclass(frozen=True)
class Queued:
    """A row for a person to label: what the model suggests by task, and why it asks."""

    id: str
    text: str
    language: str
    why: str
    priority: float
    suggested: dict[str, list[str]]
    model_version: str
