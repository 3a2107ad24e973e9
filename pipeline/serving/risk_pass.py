"""Finished parts in, the same parts with the risk of every row out: one pass over the whole backlog and its history."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.serving.conduct import Background, Conduct
from pipeline.serving.customers import read_customers
from pipeline.serving.durable import written_whole
from pipeline.serving.history_file import HistoryFile, KeepsTags
from pipeline.serving.job import Advance, Job
from pipeline.serving.json_lines import encode_line, read_records
from pipeline.serving.judging import tomorrow
from pipeline.serving.readers import Source
from pipeline.serving.run_record import RiskRecord
from pipeline.serving.set_aside import Files, set_aside_files
from pipeline.serving.tagger import Tagger
from pipeline.serving.tally import Tally
from pipeline.serving.work_folder import Plan, WorkFolder

TagParts = Callable[[Job, Source, KeepsTags, WorkFolder], Tally]


@dataclass(frozen=True)
class RiskPass:
    """What came of it: where the rows to publish lie, what was set aside, and what the record of the run says."""

    folder: WorkFolder
    record: RiskRecord | None = None
    set_aside: Files = field(default_factory=dict)


class _Judged(WorkFolder):
    """The same folder, whose rows have their risk; those without stay, and a killed pass begins anew from them."""

    def rows(self, place: int) -> Path:
        return self.path / f"{place:07}.judged.jsonl"


def add_risk(
    job: Job, folder: WorkFolder, plan: Plan, tagger: Tagger, tag_parts: TagParts, *, parts: int, advance: Advance
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
    history = [inner.rows(place) for place in range(tally.parts)] if inner else []
    refused = [inner.rejected(place) for place in range(tally.parts)] if inner else []
    customers = read_customers(job.customers, job.columns, latest) if job.customers else None
    paths = [folder.rows(place) for place in range(parts)]
    conduct = Conduct(read_records(paths), Background(latest, tally, read_records(history), customers), tagger.risk)
    _judge(folder, paths, conduct, advance)
    set_aside = set_aside_files(refused, customers, folder.scratch("customers"))
    return RiskPass(_Judged(job.output), conduct.record(job), set_aside)


def _latest(folder: WorkFolder) -> int:
    """The moment from which on dates are in the future; a resumed run keeps that of its beginning."""
    path = folder.path / "latest"
    if not path.exists():
        with written_whole(path) as file:
            file.write(str(tomorrow()).encode())
    return int(path.read_bytes())


def _tag_history(
    job: Job, folder: WorkFolder, plan: Plan, tagger: Tagger, tag_parts: TagParts, *, latest: int
) -> tuple[Tally, WorkFolder | None]:
    if job.history is None:
        return Tally(), None
    own = replace(job, input=job.history, output=folder.path / "history.jsonl", replay=False)
    inner = WorkFolder(own.output)
    if not inner.exists():
        inner.start(plan)
    with closing(HistoryFile(job.history, job.columns, latest)) as source:
        return tag_parts(own, source, KeepsTags(tagger), inner), inner


def _judge(folder: WorkFolder, paths: list[Path], conduct: Conduct, advance: Advance) -> None:
    """Write the parts anew with the risk of their rows."""
    judged, risks = _Judged(folder.output), iter(conduct)
    for place, path in enumerate(paths):
        with written_whole(judged.rows(place)) as file:
            file.writelines(encode_line(row | next(risks)) for row in read_records([path]))
        advance((place + 1) / len(paths), conduct.levels.total())
