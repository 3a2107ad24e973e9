import io
import json
import shutil

import pytest

from pipeline.errors import SkargaError
from pipeline.risk.scorecard import FORMAT, RiskModel, Term, Thresholds
from pipeline.serving import bundle
from pipeline.serving.backlog import tag_file
from pipeline.serving.history_file import KeepsTags
from pipeline.serving.job import Job
from pipeline.serving.live_risk import load_live_risk
from pipeline.serving.records import Columns
from pipeline.serving.run_record import summary
from pipeline.serving.stream import tag_stream
from pipeline.serving.tagger import Tagger

LETTER = "Вже третій тиждень чекаю на повернення коштів за чайник, поверніть гроші, або я піду до суду. Випадок "
MODEL = RiskModel(
    format=FORMAT,
    origin="made up",
    memory_days=730,
    least_earlier=1,
    fault_reports=5,
    base=-3.0,
    terms=[
        Term(feature="earlier_complaints", edges=[1, 3, 6], weights=[-1.0, 0.0, 2.0, 4.0]),
        Term(feature="tenure_days", edges=[365], weights=[0.0, -0.5]),
    ],
    thresholds=Thresholds(elevated=0.3, review=0.7),
)
HISTORY = [
    {
        "text": f"{LETTER}{day}",
        "customer_id": "K-1",
        "date": f"0{day}.02.2026",
        "claimed_amount": "1 200 грн",
        "outcome": "rejected",
    }
    for day in range(1, 6)
]
BROKEN = [
    {"text": "т", "customer_id": "K-1"},
    {"text": "т", "date": "2026-01-01"},
    {"text": "т", "customer_id": "K-1", "date": "2062-01-01"},
]
BACKLOG = [
    {"id": f"b{day}", "text": f"{LETTER}{day}", "customer_id": "K-1", "date": f"2026-03-0{day}", "claimed_amount": -5}
    for day in (1, 2, 3)
] + [
    {"id": "nobody", "text": "Дякую"},
    {"id": "first", "text": "Верните деньги", "customer_id": "K-2", "date": "2026-03-01"},
]
CUSTOMERS = "customer_id,since,orders,spend\nK-1,01.05.2024,4,1000\nK-2,2020-01-01,,5\nK-2,2021-01-01,,5\n"


def quiet(*_):
    """Take what a run says and leave it."""


def lines(records):
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def with_risk(bundle_dir, folder):
    """The tiny bundle with a risk model of two terms."""
    shutil.copytree(bundle_dir, folder)
    (folder / bundle.RISK).write_text(MODEL.model_dump_json(), "utf-8")
    (folder / bundle.MANIFEST).unlink()
    bundle.seal(folder, data={}, params="", metrics={})
    return folder


@pytest.fixture(scope="module")
def judge(bundle_dir, tmp_path_factory):
    return Tagger.load(with_risk(bundle_dir, tmp_path_factory.mktemp("judge") / "bundle"))


@pytest.fixture
def files(tmp_path):
    (tmp_path / "in.jsonl").write_text(lines(BACKLOG), "utf-8")
    (tmp_path / "history.jsonl").write_text(lines(HISTORY + BROKEN), "utf-8")
    (tmp_path / "customers.csv").write_text(CUSTOMERS, "utf-8")
    return tmp_path


def job(folder, output="out.jsonl", **more):
    known = {"history": folder / "history.jsonl", "customers": folder / "customers.csv"}
    return Job(folder / "in.jsonl", folder / output, **{"batch_rows": 2, **known, **more})


def run(folder, tagger, **more):
    record = tag_file(job(folder, **more), tagger, quiet, quiet)
    return record, [json.loads(line) for line in (folder / "out.jsonl").read_bytes().splitlines()]


def levels(rows):
    return [row["complainer_risk"] for row in rows]


def test_every_row_is_judged_by_what_was_recorded_before_it(files, judge):
    record, rows = run(files, judge)
    assert levels(rows) == ["low", "elevated", "elevated", "insufficient_history", "insufficient_history"]
    assert [reason["code"] for reason in rows[1]["complainer_risk_reasons"]] == [
        "base",
        "earlier_complaints",
        "tenure_days",
    ]
    assert rows[3]["complainer_risk_score"] is None
    assert record.risk.levels == {"elevated": 2, "insufficient_history": 2, "low": 1}
    assert record.risk.rows_without_history == {"no_customer": 1}
    assert record.risk.ignored_values == {"claimed_amount:negative": 3}


def test_nothing_of_the_files_is_lost(files, judge):
    record, _ = run(files, judge)
    risk = record.risk
    assert risk.history_rejected == {"future_date": 1, "no_customer": 1, "no_date": 1}
    assert (risk.history_rows, risk.history_rows_repeated, risk.customers_rejected) == (8, 0, {"shared_id": 2})
    aside = [json.loads(line) for line in (files / "out.jsonl.history.rejected.jsonl").read_bytes().splitlines()]
    assert [json.loads(row["raw"]) for row in aside] == [BROKEN[0], BROKEN[1], BROKEN[2]]
    assert len((files / "out.jsonl.customers.rejected.jsonl").read_bytes().splitlines()) == 2
    assert record.rejected_share == pytest.approx(2 / 3)
    assert any("out.jsonl.history.rejected.jsonl" in line for line in summary(record, files / "out.jsonl"))
    (files / "history.jsonl").write_text(lines(HISTORY), "utf-8")
    run(files, judge, customers=None)
    assert sorted(path.name for path in files.glob("out*")) == ["out.jsonl", "out.jsonl.run.json"]


def test_the_backlog_itself_is_history(files, judge):
    record, rows = run(files, judge, history=None, customers=None)
    assert [row["complainer_risk_score"] is None for row in rows] == [True, False, False, True, True]
    assert record.risk.history is None


def test_a_row_of_both_files_counts_once(files, judge):
    plain = run(files, judge)[1]
    (files / "history.jsonl").write_text(lines(HISTORY + BACKLOG[:3]), "utf-8")
    record, rows = run(files, judge)
    assert rows == plain
    assert record.risk.history_rows_repeated == 3


def test_history_that_is_tagged_already_keeps_its_tags(files, judge):
    (files / "history.jsonl").write_text(lines([row | {"claimed_amount": 1200} for row in HISTORY]), "utf-8")
    tag_file(Job(files / "history.jsonl", files / "tagged.csv"), judge, quiet, quiet)
    again = run(files, judge, history=files / "tagged.csv")[1]
    assert again == run(files, judge)[1]
    row = {
        "id": "1",
        "text": "Верните деньги",
        "input_category": "other",
        "input_emotions": "[]",
        "input_signals": "[]",
        "input_model_version": "x",
    }
    assert KeepsTags(judge).tag([row])[0]["category"] == "other"
    assert KeepsTags(judge).tag([row | {"input_signals": "[broken"}])[0]["model_version"] == judge.model_version


class Killed(BaseException):
    """A run that ends at once."""


@pytest.mark.parametrize("parts", [1, 4, 6])
def test_a_killed_run_ends_with_the_same_bytes(files, judge, parts):
    run(files, judge)
    whole = (files / "out.jsonl").read_bytes()
    (files / "out.jsonl").unlink()
    left = iter(range(parts))

    def kill(*_):
        if next(left, None) is None:
            raise Killed

    with pytest.raises(Killed):
        tag_file(job(files), judge, quiet, kill)
    tag_file(job(files, resume=True), judge, quiet, quiet)
    assert (files / "out.jsonl").read_bytes() == whole


def test_a_run_killed_while_judging_ends_with_the_same_bytes(files, judge, monkeypatch):
    run(files, judge)
    whole = (files / "out.jsonl").read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr("pipeline.serving.judging.Facts.of", lambda row: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            run(files, judge)
    tag_file(job(files, resume=True), judge, quiet, quiet)
    assert (files / "out.jsonl").read_bytes() == whole


def test_a_run_does_not_go_on_with_another_history(files, judge):
    with pytest.raises(Killed):
        tag_file(job(files), judge, quiet, lambda *_: (_ for _ in ()).throw(Killed))
    (files / "history.jsonl").write_text(lines(HISTORY[:2]), "utf-8")
    with pytest.raises(SkargaError, match="history_sha256"):
        tag_file(job(files, resume=True), judge, quiet, quiet)


def test_a_file_that_is_read_is_never_written(files, judge):
    with pytest.raises(SkargaError, match="replace its own input"):
        tag_file(job(files, output="history.jsonl"), judge, quiet, quiet)


@pytest.mark.parametrize("name", ["history", "customers"])
def test_a_folder_is_refused_before_anything_is_tagged(files, judge, name):
    with pytest.raises(SkargaError, match="is a folder\nname a file"):
        tag_file(job(files, **{name: files}), judge, quiet, quiet)
    assert list(files.glob(".out*")) == []


def test_without_a_risk_model_everything_stays_insufficient(files, tagger):
    record, rows = run(files, tagger)
    assert set(levels(rows)) == {"insufficient_history"}
    assert record.risk is None


@pytest.mark.parametrize("batch_rows", [1, 64])
def test_lines_of_a_stream_see_the_history_and_one_another(files, judge, batch_rows):
    risk, aside = load_live_risk(judge, Columns(), files / "history.jsonl", files / "customers.csv")
    target = io.BytesIO()
    tag_stream(io.BytesIO(lines(BACKLOG).encode()), target, judge, Columns(), batch_rows, risk=risk)
    assert [json.loads(line) for line in target.getvalue().splitlines()] == run(files, judge)[1]
    assert (aside["history"].rows, aside["history"].reasons.total(), aside["customers"].share) == (8, 3, 2 / 3)


def test_a_line_without_a_date_has_come_now(files, judge):
    risk, _ = load_live_risk(judge, Columns(), files / "history.jsonl", None)
    undated = [{name: value for name, value in row.items() if name != "date"} for row in BACKLOG[:1]]
    target = io.BytesIO()
    tag_stream(io.BytesIO(lines(undated).encode()), target, judge, Columns(), 1, risk=risk)
    assert json.loads(target.getvalue())["complainer_risk"] != "insufficient_history"
    assert load_live_risk(judge, Columns(), None, None)[1]["history"].share == 0
