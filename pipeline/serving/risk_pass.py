"""Finished parts in, the same parts with the risk of every row out: one pass over the whole backlog and its history."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pipeline.risk.duplicates import Templates
from pipeline.risk.features import INSUFFICIENT, Assessor
from pipeline.risk.history import as_of_features
from pipeline.risk.records import Records, Unfit, with_templates
from pipeline.risk.wording import joined
from pipeline.serving.customers import Customers, read_customers
from pipeline.serving.durable import publish, written_whole
from pipeline.serving.history_file import HistoryFile, KeepsTags
from pipeline.serving.json_lines import encode_line
from pipeline.serving.judging import assess, risk_fields, tomorrow
from pipeline.serving.publishing import beside
from pipeline.serving.quarantine import rejected_line
from pipeline.serving.readers import Source
from pipeline.serving.run_record import RiskRecord, describe_input
from pipeline.serving.tally import Tally
from pipeline.serving.work_folder import Plan, WorkFolder

if TYPE_CHECKING:
    from pipeline.serving.backlog import Job
    from pipeline.serving.tagger import Tagger

TagParts = Callable[["Job", Source, KeepsTags, WorkFolder], Tally]
Advance = Callable[[float, int], None]

_BATCH = 1_000  # rows of features that are Python's at once
SET_ASIDE = ("history.rejected.jsonl", "customers.rejected.jsonl")


@dataclass(frozen=True)
class RiskPass:
    """What came of it: where the rows to publish lie, what was set aside, and what the record of the run says."""

    folder: WorkFolder
    record: RiskRecord | None = None
    set_aside: dict[str, list[Path]] = field(default_factory=dict)  # of SET_ASIDE → files of lines


class _Judged(WorkFolder):
    """The same folder, whose rows have their risk; those without stay, and a killed pass begins anew from them."""

    def rows(self, place: int) -> Path:
        return self.path / f"{place:07}.judged.jsonl"


@dataclass(frozen=True)
class _Background:
    """What is known besides the backlog."""

    tally: Tally = field(default_factory=Tally)
    folder: WorkFolder | None = None
    customers: Customers | None = None

    def rows(self) -> Iterator[dict[str, Any]]:
        for place in range(self.tally.parts if self.folder else 0):
            assert self.folder
            yield from _read(self.folder.rows(place))


def add_risk(
    job: "Job", folder: WorkFolder, plan: Plan, tagger: "Tagger", tag_parts: TagParts, *, parts: int, advance: Advance
) -> RiskPass:
    """Judge every row of the finished parts by what had been recorded of its customer before.

    Args:
        job: The run; `history` and `customers` are read, the history's texts are tagged as the backlog's are.
        folder: The finished parts; history is tagged into parts inside it, from which a killed run goes on.
        plan: The plan of the run.
        tagger: What tags, with its risk model; without one nothing is done.
        tag_parts: Tags a source part by part.
        parts: How many parts there are.
        advance: Receives the share of the parts that is judged, and the rows.
    """
    if tagger.risk is None:
        return RiskPass(folder)
    latest = _latest(folder)
    tally, inner = _tag_history(job, folder, plan, tagger, tag_parts, latest=latest)
    background = _Background(tally, inner, _customers(job, latest))
    backlog, known = Records(latest), Records(latest)
    unfit = [backlog.add(row) for place in range(parts) for row in _read(folder.rows(place))]
    besides = frozenset(backlog.digests)
    for row in background.rows():
        known.add(row, besides)
    features = _features(known, backlog, background, tagger.risk)
    levels = _judge(folder, parts, unfit, features, tagger.risk, advance=advance)
    record = _record(job, background, known, backlog, unfit=Counter(map(str, filter(None, unfit))), levels=levels)
    return RiskPass(_Judged(job.output), record, _set_aside(folder, background))


def publish_set_aside(output: Path, folder: WorkFolder, risk: RiskPass) -> None:
    """Put what was set aside of history and customers beside OUTPUT, and take away what an earlier run left there."""
    for name in SET_ASIDE:
        files = risk.set_aside.get(name, [])
        if not any(file.stat().st_size for file in files):
            beside(output, name).unlink(missing_ok=True)
            continue
        finished = folder.scratch(name)
        with written_whole(finished) as target:
            target.writelines(file.read_bytes() for file in files)
        publish(finished, beside(output, name))


def _latest(folder: WorkFolder) -> int:
    """The moment from which on dates are in the future; a resumed run keeps that of its beginning."""
    path = folder.path / "latest"
    if not path.exists():
        with written_whole(path) as file:
            file.write(str(tomorrow()).encode())
    return int(path.read_bytes())


def _tag_history(
    job: "Job", folder: WorkFolder, plan: Plan, tagger: "Tagger", tag_parts: TagParts, *, latest: int
) -> tuple[Tally, WorkFolder | None]:
    if job.history is None:
        return Tally(), None
    own = replace(job, input=job.history, output=folder.path / "history.jsonl", replay=False)
    inner = WorkFolder(own.output)
    if not inner.exists():
        inner.start(plan)
    with closing(HistoryFile(job.history, job.columns, latest)) as source:
        return tag_parts(own, source, KeepsTags(tagger), inner), inner


def _customers(job: "Job", latest: int) -> Customers | None:
    return read_customers(job.customers, job.columns, latest) if job.customers else None


def _features(known: Records, backlog: Records, background: _Background, model: Assessor) -> pa.Table:
    """The features of the backlog's records, which come after the history's where moments are the same."""
    table = pa.concat_tables([known.table(), backlog.table(len(known))])
    table = with_templates(table, joined([known.wording(), backlog.wording()]), Templates())
    customers = background.customers.table if background.customers else None
    return as_of_features(table, customers, model.memory_days).slice(len(known))


def _judge(
    folder: WorkFolder, parts: int, unfit: list[Unfit | None], features: pa.Table, model: Assessor, *, advance: Advance
) -> Counter[str]:
    """Write the parts anew with the risk of their rows; `features` has a row for each that is not unfit."""
    levels: Counter[str] = Counter()
    judged, following = _Judged(folder.output), iter(unfit)
    known = (row for batch in features.to_batches(max_chunksize=_BATCH) for row in batch.to_pylist())
    for place in range(parts):
        with written_whole(judged.rows(place)) as file:
            for row in _read(folder.rows(place)):
                assessment = INSUFFICIENT if next(following) else assess(next(known), model)
                levels[assessment.level] += 1
                file.write(encode_line(row | risk_fields(assessment)))
        advance((place + 1) / parts, levels.total())
    return levels


def _set_aside(folder: WorkFolder, background: _Background) -> dict[str, list[Path]]:
    found = {}
    if background.folder:
        found["history.rejected.jsonl"] = [background.folder.rejected(place) for place in range(background.tally.parts)]
    if background.customers:
        path = folder.scratch("customers")
        with written_whole(path) as file:
            file.writelines(encode_line(rejected_line(row)) for row in background.customers.rejected)
        found["customers.rejected.jsonl"] = [path]
    return found


def _record(
    job: "Job", background: _Background, known: Records, backlog: Records, *, unfit: Counter[str], levels: Counter[str]
) -> RiskRecord:
    tally, customers = background.tally, background.customers
    ignored = known.ignored + backlog.ignored + (customers.ignored if customers else Counter())
    return RiskRecord(
        levels=dict(sorted(levels.items())),
        rows_without_history=dict(sorted(unfit.items())),
        ignored_values=dict(sorted(ignored.items())),
        history=describe_input(job.history) if job.history else None,
        history_rows=tally.rows_in,
        history_rows_repeated=tally.rows_out - len(known),
        history_rejected=dict(sorted(tally.rejected.items())),
        customers=describe_input(job.customers) if job.customers else None,
        customers_rows=customers.rows if customers else 0,
        customers_rejected=dict(Counter(str(row.reason) for row in customers.rejected)) if customers else {},
    )


def _read(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as lines:
        yield from map(json.loads, lines)
