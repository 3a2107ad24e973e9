"""What a run does when its machine, its folder or its input lets it down."""

import errno
import json
import os
import resource
import signal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import SkargaError
from pipeline.serving.backlog import tag_file
from pipeline.serving.job import Job
from pipeline.serving.lock import only_run

TEXT = "Вже третій тиждень чекаю на повернення коштів за чайник"
PHONE, EMAIL, CARD = "+380501112233", "ostap.vyhadanyi@example.com", "4000 0000 0000 0002"
SECRETS = [PHONE, PHONE[1:], EMAIL, CARD, CARD.replace(" ", "")]


def skarga(*arguments, stdin=None):
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)


def tag(tagger, source, output, **options):
    said = []
    tag_file(Job(source, output, batch_rows=2, **options), tagger, said.append, lambda *_: None)
    return said


@pytest.fixture(autouse=True)
def chosen_bundle(bundle_dir, monkeypatch):
    monkeypatch.setenv("SKARGA_MODEL", str(bundle_dir))


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps({"id": n, "text": TEXT}, ensure_ascii=False) + "\n" for n in range(9)))
    return path


@pytest.fixture
def output(tmp_path):
    return tmp_path / "out.jsonl"


@pytest.fixture
def full_disk():
    """Let no file grow beyond 2,000 bytes: the kernel itself refuses the rest."""
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, limits[1]))
    yield lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    signal.signal(signal.SIGXFSZ, ignored)


def test_full_disk_leaves_the_old_output_and_a_run_that_can_go_on(tagger, source, tmp_path, output, full_disk):
    output.write_text("of an earlier run\n")
    failed = skarga("tag", source, "-o", output, "--batch-size", 2, "--quiet")
    assert failed.exit_code == 1
    assert failed.stderr == "error: File too large\ncheck the path, the rights and the free space, then try again\n"
    assert output.read_text() == "of an earlier run\n"
    assert not Path(f"{output}.run.json").exists()
    full_disk()
    tag(tagger, source, tmp_path / "whole.jsonl")
    assert skarga("tag", source, "-o", output, "--batch-size", 2, "--resume").exit_code == 0
    assert output.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


@pytest.mark.parametrize("place", range(3))
def test_no_space_for_one_of_the_results_leaves_none_of_them_half(tagger, source, output, monkeypatch, place):
    """Of the files that are put together at the end, writing the one at `place` fails."""
    from pipeline.serving import durable

    finished = ["output.tmp.tmp", "rejected.tmp.tmp", "record.tmp"]

    def fsync(descriptor):
        if Path(f"/proc/self/fd/{descriptor}").readlink().name == finished[place]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(durable.os, "fsync", fsync)
    with pytest.raises(OSError, match="No space left"):
        tag(tagger, source, output)
    assert output.exists() == (place == 2)
    assert not Path(f"{output}.run.json").exists()
    monkeypatch.undo()
    tag(tagger, source, output, resume=True)
    assert len(output.read_text().splitlines()) == 9


def test_folder_where_nothing_may_be_written_is_two_lines(source):
    result = skarga("tag", source, "-o", "/sys/out.csv", "--quiet")
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 2)
    assert "/sys/" in result.stderr


def test_link_is_written_through(tagger, source, tmp_path):
    (tmp_path / "disk").mkdir()
    link, real = tmp_path / "out.csv", tmp_path / "disk/real.csv"
    link.symlink_to(real)
    said = tag(tagger, source, link)
    assert link.is_symlink()
    assert real.read_bytes() == link.read_bytes()
    assert Path(f"{real}.run.json").exists()
    assert said == [f"the output is a link: writing {real} and what stands beside it"]
    with only_run(real), pytest.raises(SkargaError, match="another run"):
        tag(tagger, source, link)


def test_pipe_is_no_output(tagger, source, tmp_path):
    os.mkfifo(tmp_path / "out.csv")
    with pytest.raises(SkargaError, match="is no ordinary file"):
        tag(tagger, source, tmp_path / "out.csv")


def test_input_that_changes_meanwhile_is_never_published(tagger, source, output):
    def grow(*_):
        with source.open("a") as file:
            file.write('{"text": "пізніше"}\n')

    with pytest.raises(SkargaError, match="changed while it was being read"):
        tag_file(Job(source, output, batch_rows=2), tagger, lambda _: None, grow)
    assert not output.exists()
    with pytest.raises(SkargaError, match="cannot resume: input_sha256"):
        tag(tagger, source, output, resume=True)


def test_lock_that_names_a_living_stranger_locks_nothing(tagger, source, output):
    """The process id of a dead run may have gone to another program; what counts is the kernel's lock."""
    output.with_name(".out.jsonl.lock").write_text(str(os.getppid()))
    tag(tagger, source, output)
    assert output.exists()


def failing_runs(tmp_path):
    """Yield arguments of runs that fail or half fail, each with personal data in the input."""
    secrets = f"{PHONE} {EMAIL} {CARD}"
    inputs = {
        "bad.jsonl": f'{{"text": "{secrets}"\n["{secrets}"]\n{{"text": 1, "id": "{secrets}"}}\n',
        "headless.csv": f"{EMAIL},{PHONE},{CARD}\nтекст,2,3\n",
        "twice.csv": f"{EMAIL},{EMAIL}\nтекст,2\n",
        "quotes.csv": f'text,name\n"{secrets},x\n{secrets},"\n',
        "broken.parquet": f"PAR1{secrets}PAR1",
        "broken.xlsx": f"PK{secrets}",
        "rejected.jsonl": f'{{"row": "{secrets}"}}\n',
    }
    for name, content in inputs.items():
        (tmp_path / name).write_text(content)
        yield ["tag", "--replay" if name == "rejected.jsonl" else "--quiet", tmp_path / name]


def test_personal_data_are_in_no_message_and_no_record(source, tmp_path):
    source.write_text("".join(json.dumps({"text": f"{TEXT} {secret}", "phone": PHONE}) + "\n" for secret in SECRETS))
    (tmp_path / "results").mkdir()
    results = [skarga("tag", source, "-o", tmp_path / "results/fine.csv"), skarga("tag", "-", stdin=f"{PHONE}\n")]
    for number, arguments in enumerate(failing_runs(tmp_path)):
        results.append(skarga(*arguments, "-o", tmp_path / f"results/{number}.csv"))
    results.append(skarga("report", tmp_path / "bad.jsonl", "-o", tmp_path / "results/page.html"))
    assert {result.exit_code for result in results} >= {0, 1, 3}
    kept = [path for name in ("*.run.json", ".*/plan.json", ".*.lock") for path in tmp_path.glob(f"results/{name}")]
    assert kept
    for said in [result.stderr for result in results] + [path.read_text() for path in kept]:
        assert not any(secret in said for secret in SECRETS)


def test_summaries_of_parts_hold_no_personal_data(tagger, source, output, monkeypatch):
    source.write_text(json.dumps({"id": PHONE, "text": f"{TEXT} {EMAIL}", "note": CARD}) + "\n{}\n")
    monkeypatch.setattr("pipeline.serving.backlog.publish_rows", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        tag(tagger, source, output)
    parts = output.with_name(".out.jsonl.parts")
    for path in (parts / "0000000.json", parts / "plan.json"):
        assert not any(secret in path.read_text() for secret in SECRETS)
