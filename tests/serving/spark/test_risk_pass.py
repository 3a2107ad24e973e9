import json
import re

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from pipeline import cli_spark
from pipeline.errors import SkargaError
from pipeline.serving import backlog as local
from pipeline.serving.job import Job
from pipeline.serving.tagger import Tagger
from tests.serving.spark.test_backlog import companions_agree, joined
from tests.serving.test_backlog import MESSAGES, complaints, quiet, record
from tests.serving.test_risk_pass import BROKEN, CUSTOMERS, HISTORY, LETTER, lines, with_risk

# Spark speaks to its own Java and Python processes over 127.0.0.1, and warns of pandas 3, which we call nothing of.
pytestmark = [pytest.mark.allow_hosts(["127.0.0.1"]), pytest.mark.filterwarnings("ignore")]

NOT_JSON = "broken\n"
UNFIT = [
    {"text": MESSAGES[1]},
    {"text": MESSAGES[2], "date": "2026-03-05", "customer_id": " "},
    {"text": MESSAGES[1], "customer_id": "K-1"},
    {"text": MESSAGES[1], "customer_id": "K-1", "date": "колись"},
    {"text": MESSAGES[1], "customer_id": "K-1", "date": "2062-01-01"},
    {"text": "", "customer_id": "K-1", "date": "2026-03-05"},
]


def letters(count, customers=3):
    """Complaints of a few customers, of whom each sends many, some of them at the same moment and in the same words."""
    return [
        {
            "id": f"b{n}",
            "text": f"{LETTER}{n % 5}" if n % 4 else MESSAGES[n % 3],
            "customer_id": f"K-{n % customers + 1}",
            "date": f"2026-03-{27 - n // 2:02}",
            "order_amount": 100.5,
            "claimed_amount": -5 if n % 7 == 0 else 30 * n,
            "outcome": ("rejected", "upheld", "open", "вчора")[n % 4],
            "product": "чайник",
        }
        for n in range(count)
    ]


@pytest.fixture(scope="module")
def judging_dir(bundle_dir, tmp_path_factory):
    return with_risk(bundle_dir, tmp_path_factory.mktemp("judge") / "bundle")


@pytest.fixture
def both(spark, judging_dir, tmp_path):
    """Tag with both engines; return the outputs, the local one first."""

    def both(source, ending=".jsonl", model=judging_dir, **options):
        outputs = [tmp_path / f"{engine}{ending}" for engine in ("local", "spark")]
        local.tag_file(Job(source, outputs[0], **options), Tagger.load(model), quiet, quiet)
        cli_spark.tag_file(Job(source, outputs[1], batch_rows=3, **options), model, quiet=False)
        return outputs

    return both


@pytest.fixture
def source(tmp_path):
    """A backlog of several customers, with rows between that can have no history, and rows that cannot be tagged."""
    path, (*first, last) = tmp_path / "in.jsonl", letters(26)
    path.write_text(lines(first[:9] + UNFIT) + NOT_JSON + lines([*first[9:], *complaints(20), last]), "utf-8")
    return path


@pytest.fixture
def files(tmp_path):
    """History and customers, with rows that cannot be used; the backlog repeats one row of the history."""
    (tmp_path / "history.jsonl").write_text(lines([*HISTORY, *BROKEN, letters(3)[2]]) + NOT_JSON, "utf-8")
    (tmp_path / "customers.csv").write_text(CUSTOMERS, "utf-8")
    return {"history": tmp_path / "history.jsonl", "customers": tmp_path / "customers.csv"}


def risks_agree(ours, theirs):
    companions_agree(ours, theirs)
    assert record(theirs)["risk"] == record(ours)["risk"]
    for name in ("history", "customers"):
        paths = [output.with_name(f"{output.name}.{name}.rejected.jsonl") for output in (ours, theirs)]
        assert paths[0].exists() == paths[1].exists()
        assert not paths[0].exists() or paths[0].read_bytes() == paths[1].read_bytes()


def test_every_row_is_judged_as_by_the_local_engine(both, source, files):
    ours, theirs = both(source, **files)
    assert joined(theirs, "part-*.jsonl") == ours.read_bytes()
    risks_agree(ours, theirs)
    risk = record(theirs)["risk"]
    assert set(risk["levels"]) == {"insufficient_history", "low", "elevated", "review"}
    assert risk["rows_without_history"] == {"bad_date": 1, "future_date": 1, "no_customer": 22, "no_date": 1}
    assert (risk["history_rows"], risk["history_rows_repeated"]) == (10, 1)
    assert risk["history_rejected"] == {"bad_json": 1, "future_date": 1, "no_customer": 1, "no_date": 1}
    with_named = [part for part in theirs.glob("part-*") if b'"customer_id": "K-' in part.read_bytes()]
    assert len(with_named) > 1  # several partitions were given their risk


@pytest.mark.slow
def test_the_backlog_alone_as_csv(both, source, tmp_path):
    plain = [json.loads(line) for line in source.read_text("utf-8").splitlines() if line + "\n" != NOT_JSON]
    table = tmp_path / "in.csv"
    pa.csv.write_csv(pa.Table.from_pylist(plain), table)
    ours, theirs = both(table, ".parquet")
    found = pa.concat_tables(pq.read_table(path) for path in sorted(theirs.glob("part-*")))
    assert found.to_pylist() == pq.read_table(ours).to_pylist()
    risks_agree(ours, theirs)


@pytest.mark.slow
def test_a_history_of_csv_that_is_tagged_already_keeps_its_tags(both, source, judging_dir, tmp_path):
    demand = json.dumps([{"code": "compensation_demand"}])
    own = {"model_version": "0.1", "category": "other", "emotions": "[]", "signals": demand}
    for name, tag in (("plain.csv", {}), ("tagged.csv", own)):
        pa.csv.write_csv(pa.Table.from_pylist([row | tag for row in HISTORY]), tmp_path / name)
    ours, theirs = both(source, history=tmp_path / "tagged.csv")
    assert joined(theirs) == ours.read_bytes()
    risks_agree(ours, theirs)
    plain = tmp_path / "plain.jsonl"
    local.tag_file(Job(source, plain, history=tmp_path / "plain.csv"), Tagger.load(judging_dir), quiet, quiet)
    assert plain.read_bytes() != ours.read_bytes()  # tags of the history show


@pytest.mark.slow
def test_a_history_may_be_the_folder_that_an_earlier_run_made(both, source, files, judging_dir, tmp_path):
    from pipeline.serving.spark.backlog import tag_file

    ours, theirs = both(source, history=files["history"])
    earlier, again = tmp_path / "earlier.jsonl", tmp_path / "again.jsonl"
    earlier.mkdir()
    rows = files["history"].read_bytes().splitlines(keepends=True)
    for name, part in (("part-1", rows[4:]), ("part-0", rows[:4])):
        (earlier / f"{name}.jsonl").write_bytes(b"".join(part))
    done = tag_file(Job(source, again, history=earlier), judging_dir, bar=False)
    assert joined(again) == joined(theirs) == ours.read_bytes()
    assert done.risk.history_rejected == record(ours)["risk"]["history_rejected"]
    assert done.risk.history.sha256 == done.options["history_sha256"]


@pytest.mark.slow
@pytest.mark.parametrize("nobody", [{}, {"customer_id": None}])
def test_where_nobody_is_named_no_line_comes_to_the_driver(both, files, tmp_path, monkeypatch, nobody):
    from pipeline.serving.spark import risk_pass

    made = []
    make = risk_pass._make
    monkeypatch.setattr(risk_pass, "_make", lambda frame: made.append(frame) or make(frame))
    (tmp_path / "in.jsonl").write_text(lines(row | nobody for row in complaints(9)), "utf-8")
    ours, theirs = both(tmp_path / "in.jsonl", **files)
    assert joined(theirs) == ours.read_bytes()
    risks_agree(ours, theirs)
    assert record(theirs)["risk"]["rows_without_history"] == {"no_customer": 9}
    assert len(made) == 1  # the history


@pytest.mark.slow
def test_nothing_in_nothing_judged(both, files, tmp_path):
    (tmp_path / "in.jsonl").write_text("\n", "utf-8")
    ours, theirs = both(tmp_path / "in.jsonl", **files)
    risks_agree(ours, theirs)
    assert record(theirs)["risk"]["levels"] == {}


@pytest.mark.slow
def test_without_a_risk_model_everything_stays_insufficient(both, source, files, bundle_dir, capsys):
    ours, theirs = both(source, model=bundle_dir, **files)
    assert joined(theirs) == ours.read_bytes()
    risks_agree(ours, theirs)
    assert record(theirs)["risk"] is None
    assert "the model has no risk part" in capsys.readouterr().err


@pytest.mark.slow
def test_a_row_that_is_lost_on_its_way_to_the_driver_stops_the_publication(both, source, files, monkeypatch):
    from pipeline.serving.spark import risk_pass

    stream = risk_pass._stream
    monkeypatch.setattr(risk_pass, "_stream", lambda frame: stream(frame.limit(5)))
    with pytest.raises(SkargaError, match="29 rows in, but 5 tagged"):
        both(source, customers=files["customers"])
    assert not source.with_name("spark.jsonl").exists()


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"history": "in.xlsx"}, "does not read '.xlsx'"),
        ({"history": "missing.jsonl"}, "no such file"),
        ({"customers": "nameless.csv"}, "no column 'customer_id'"),
        ({"history": "out.jsonl.history.rejected.jsonl"}, "replace its own input"),
    ],
)
def test_what_cannot_be_read_is_refused_before_spark_is_started(tmp_path, judging_dir, source, options, problem):
    backlog = pytest.importorskip("pipeline.serving.spark.backlog")
    for name in ("in.xlsx", "nameless.csv", "out.jsonl.history.rejected.jsonl"):
        (tmp_path / name).write_bytes(b"text,since\na,2020\n")
    paths = {name: tmp_path / file for name, file in options.items()}
    with pytest.raises(SkargaError, match=re.escape(problem)):
        backlog.tag_file(Job(source, tmp_path / "out.jsonl", **paths), judging_dir, bar=False)
    assert not (tmp_path / ".out.jsonl.spark").exists()
