"""The filled queue → the journal, and a source of training data with its labels."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from pipeline import paths
from pipeline.data.annotations import fingerprint, write_annotations
from pipeline.labels import load_labels
from pipeline.loop.answers import Filled, read_answers
from pipeline.loop.journal import Entry, Merged, append, merge, read_journal, settle
from pipeline.loop.sheet import Kept, read_kept
from pipeline.serving.lock import only_run

_TOLD = 10  # refused rows that are told; the rest are counted

_SOURCE = f"""add to `sources` in {paths.SOURCES}, and `feedback` to the set that you train on:
  feedback:
    reader: json
    path: {paths.FEEDBACK}
    origin: messages that people of ours labelled, skarga feedback
    licence: internal
    fields: {{id: id, language: language}}
    labels: {paths.FEEDBACK_LABELS}"""


class Text(BaseModel):
    """A labelled text, as the source `feedback` reads it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    text: str
    language: str


@dataclass(frozen=True)
class Taken:
    """What became of a filled queue."""

    filled: Filled
    merged: Merged
    labelled: int  # texts with a label, from all queues so far
    conflicts: int  # answers on which people disagree, from all queues so far


def take_feedback(queue: Path, texts_of: Path, who: str) -> Taken:
    """Put the answers of a filled queue into the journal, and renew the labels that follow from it.

    The texts come first, then the journal, then the labels: killed anywhere, the same command completes the work.

    Args:
        queue: The filled file.
        texts_of: The queue as it was written; its texts lie beside it. Often the same file.
        who: Answered, where a row does not say it.

    Raises:
        SkargaError: A file is missing or damaged.
    """
    labels = load_labels(paths.LABELS)
    kept = read_kept(texts_of)
    filled = read_answers(queue, kept, labels, who)
    paths.FEEDBACK_JOURNAL.parent.mkdir(parents=True, exist_ok=True)
    with only_run(paths.FEEDBACK_JOURNAL):
        known = read_journal(paths.FEEDBACK_JOURNAL)
        merged = merge(known, _entries(filled, kept, texts_of))
        _keep_texts([kept[answer.id] for answer in filled.answers])
        if merged.taken:
            append(paths.FEEDBACK_JOURNAL, merged.taken)
        annotations, conflicts = settle([*known, *merged.taken])
        if annotations or paths.FEEDBACK_LABELS.is_file():
            write_annotations(annotations, paths.FEEDBACK_LABELS)
    return Taken(filled, merged, len(annotations), conflicts)


def describe(taken: Taken) -> Iterator[str]:
    """Yield what became of a filled queue, and how to train with it."""
    filled, merged = taken.filled, taken.merged
    yield (
        f"{len(merged.taken)} answers taken, {merged.already} were there already, "
        f"{filled.untouched} rows not looked at yet: {paths.FEEDBACK_JOURNAL}"
    )
    wrong = sum(sorted(entry.old) != entry.new for entry in merged.taken)
    if merged.taken:
        yield f"{wrong} of them correct the model, {len(merged.taken) - wrong} confirm it"
    if merged.changed_mind:
        yield f"{len(merged.changed_mind)} replace an earlier answer of the same person: {_ids(merged.changed_mind)}"
    if merged.agreed or merged.disagreed:
        yield f"double work: {len(merged.agreed) + len(merged.disagreed)} answers that others have given, too"
    if merged.disagreed:
        yield f"people disagree, and nobody's label is used until they agree: {_ids(merged.disagreed)}"
    for refusal in filled.refused[:_TOLD]:
        yield f"not taken: row {refusal.row}: {refusal.problem}"
    if len(filled.refused) > _TOLD:
        yield f"not taken: {len(filled.refused) - _TOLD} more; mend these first, then run it again"
    yield f"{taken.labelled} labelled texts so far, {taken.conflicts} answers in conflict: {paths.FEEDBACK_LABELS}"
    if taken.labelled:
        yield _SOURCE


def _entries(filled: Filled, kept: dict[str, Kept], queue: Path) -> list[Entry]:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return [
        Entry(
            when=now,
            who=answer.who,
            queue=queue.name,
            id=answer.id,
            text_sha256=fingerprint(kept[answer.id].text),
            task=answer.task,
            old=kept[answer.id].suggested[answer.task],
            new=list(answer.codes),
            model_version=kept[answer.id].model_version,
        )
        for answer in filled.answers
    ]


def _keep_texts(rows: Sequence[Kept]) -> None:
    """Put labelled texts into the file that training reads, each once; git ignores its folder."""
    lines = paths.FEEDBACK.read_text("utf-8").split("\n") if paths.FEEDBACK.is_file() else []
    known = {Text.model_validate_json(line).id for line in lines if line}
    new = {fingerprint(row.text): row for row in rows}
    texts = [Text(id=text, text=row.text, language=row.language) for text, row in new.items() if text not in known]
    if texts:
        append(paths.FEEDBACK, texts)


def _ids(entries: Sequence[Entry]) -> str:
    shown = ", ".join(f"{entry.id} ({entry.task})" for entry in entries[:_TOLD])
    return f"{shown} and {len(entries) - _TOLD} more" if len(entries) > _TOLD else shown
