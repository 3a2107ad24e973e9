import json
import os
import signal
import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.data.schema import Tag

SECRET = "Мене звати Остап Вигаданий, поверніть кошти за чайник"


def skarga(*arguments, stdin=None):
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)


@pytest.fixture(autouse=True)
def chosen_bundle(bundle_dir, monkeypatch):
    monkeypatch.setenv("SKARGA_MODEL", str(bundle_dir))


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps({"text": SECRET, "n": n}) + "\n" for n in range(20)))
    return path


@pytest.fixture
def output(tmp_path):
    return tmp_path / "out.jsonl"


def test_tag_writes_the_file_and_says_the_rest_on_stderr(source, output, bundle_dir, tagger):
    result = skarga("tag", source, "-o", output)
    assert (result.exit_code, result.stdout) == (0, "")
    assert f"model: {bundle_dir} ({tagger.model_version})" in result.stderr
    assert "20 rows tagged" in result.stderr
    assert len(output.read_text().splitlines()) == 20


def test_quiet_says_nothing(source, output):
    result = skarga("tag", source, "-o", output, "--quiet")
    assert (result.exit_code, result.output) == (0, "")


@pytest.mark.parametrize(("bad", "options", "code"), [(1, [], 3), (1, ["--max-bad-share", "0.05"], 0), (0, [], 0)])
def test_too_many_bad_rows_are_exit_code_3(source, output, bad, options, code):
    with source.open("a") as file:
        file.write("not json\n" * bad)
    result = skarga("tag", source, "-o", output, *options)
    assert result.exit_code == code
    assert len(output.read_text().splitlines()) == 20
    assert ("more than --max-bad-share" in result.stderr) == (code == 3)


def test_nothing_of_a_message_is_said_on_stderr(source, output):
    good = json.dumps({"text": SECRET, "category": SECRET})
    source.write_text(f'{good}\n{{"text": {SECRET}}}\n["{SECRET}"]\n{{"text": 1, "id": "{SECRET}"}}')
    said = skarga("tag", source, "-o", output).stderr + skarga("tag", "-", stdin=f"{SECRET}\n").stderr
    assert "category is now input_category" in said
    assert not any(word in said for word in SECRET.split() if len(word) > 3)


@pytest.mark.parametrize(
    "arguments",
    [["tag"], ["tag", "in.jsonl"], ["tag", "in.jsonl", "-o", "o.csv", "--replay", "r"], ["tag", "-", "--resume"],
     ["tag", "in.jsonl", "-o", "o.csv", "--batch-size", "0"], ["predict"], ["report", "x.csv"], ["nonsense"]],
)  # fmt: skip
def test_wrong_usage_is_exit_code_2(arguments):
    result = skarga(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["tag", "none.csv", "-o", "out.csv"], "none.csv: no such file"),
        (["tag", "in.jsonl", "-o", "out.csv", "--text-column", "txt"], "no column 'txt'"),
        (["tag", "in.jsonl", "-o", "out.csv", "--model", "nowhere"], "nowhere"),
        (["tag", "-", "-o", "out.csv"], "a stream is written as JSON lines"),
        (["tag", "--replay", "in.jsonl", "-o", "out.csv"], "no line of a rejected file"),
        (["predict", " \u200b"], "the message is blank"),
        (["report", "none.csv", "-o", "page.html"], "none.csv"),
    ],
)
def test_failure_is_two_lines_and_exit_code_1(source, monkeypatch, arguments, problem):
    monkeypatch.chdir(source.parent)
    result = skarga(*arguments, "--quiet") if arguments[0] != "report" else skarga(*arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert len(result.stderr.splitlines()) == 2
    assert problem in result.stderr.splitlines()[0]


def test_debug_shows_the_failure_itself(source, tmp_path):
    result = skarga("tag", "none.csv", "-o", tmp_path / "out.csv", "--debug")
    assert "no such file" in str(result.exception)


def test_unexpected_failure_quotes_nothing(source, output, monkeypatch):
    def fail(*_):
        raise ValueError(SECRET)

    monkeypatch.setattr("pipeline.serving.backlog.tag_file", fail)
    result = skarga("tag", source, "-o", output, "--quiet")
    assert result.stderr == "error: unexpected ValueError\nrun it again with --debug to see where, and report it\n"


def test_unwritable_output_is_two_lines(source, tmp_path):
    (tmp_path / ".out.csv.lock").mkdir()
    result = skarga("tag", source, "-o", tmp_path / "out.csv", "--quiet")
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 2


@pytest.mark.parametrize("arguments", [["predict", SECRET, "--json"], ["predict", SECRET], ["predict", "-"]])
def test_predict_prints_json_where_no_terminal_is(arguments):
    result = skarga(*arguments, stdin=f"{SECRET}")
    assert result.exit_code == 0
    record = json.loads(result.stdout)
    assert record["text"] == SECRET
    assert Tag.model_validate(record).category == record["category"]


def test_file_stream_and_single_message_agree(source, output):
    skarga("tag", source, "-o", output)
    streamed = skarga("tag", "-", "--quiet", stdin=source.read_text()).stdout.splitlines()
    single = skarga("predict", SECRET, "--quiet").stdout
    results = [*output.read_text().splitlines(), *streamed, single]
    tags = [{name: value for name, value in json.loads(line).items() if name not in ("id", "n")} for line in results]
    assert len(tags) == 41
    assert all(tag == tags[0] for tag in tags)


def test_stream_answers_bad_lines_and_reports_their_share(output):
    result = skarga("tag", "-", "-o", output, stdin=f'{{"text": "{SECRET}"}}\nbad\n')
    assert (result.exit_code, result.stdout) == (3, "")
    assert [json.loads(line).get("error") for line in output.read_text().splitlines()] == [None, "bad_json"]


def test_report_is_made_of_what_tag_wrote(source, tmp_path):
    skarga("tag", source, "-o", tmp_path / "out.csv")
    result = skarga("report", tmp_path / "out.csv", "-o", tmp_path / "page.html", "--lang", "uk")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "<html" in (tmp_path / "page.html").read_text()


def test_schema_describes_both_records():
    schema = json.loads(skarga("schema").stdout)
    assert schema["record_in"]["required"] == ["text"]
    assert list(schema["record_out"]["properties"]) == list(Tag.model_fields)


@pytest.mark.parametrize("command", ["tag", "predict", "report", "schema"])
def test_help_has_an_example(command):
    result = skarga(command, "--help")
    assert result.exit_code == 0
    assert f"skarga {command}" in result.stdout.split("Example")[1]


def start(*arguments, **pipes):
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", *map(str, arguments)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, **pipes)


def wait_for(condition, process):
    deadline = time.monotonic() + 30
    while not condition():
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_run_killed_twice_is_resumed_to_the_same_bytes(source, tmp_path):
    source.write_text(source.read_text() * 6)
    whole, output = tmp_path / "whole.csv", tmp_path / "out.csv"
    assert skarga("tag", source, "-o", whole, "--batch-size", 4).exit_code == 0
    for finished in (2, 15):
        with start("tag", source, "-o", output, "--batch-size", 4, "--resume") as run:
            wait_for((tmp_path / f".out.csv.parts/{finished:07}.json").exists, run)
            run.send_signal(signal.SIGKILL)
        assert run.returncode == -signal.SIGKILL
        assert not output.exists()
    assert skarga("tag", source, "-o", output, "--batch-size", 4, "--resume").exit_code == 0
    assert output.read_bytes() == whole.read_bytes()
    assert json.loads((tmp_path / "out.csv.run.json").read_text())["rows_resumed"] >= 60


def test_any_number_of_threads_gives_the_same_bytes(source, tmp_path):
    for threads in (1, 5):
        program = f"import os; os.cpu_count = lambda: {threads}; from pipeline.cli import main; main()"
        command = [sys.executable, "-c", program, "tag", str(source), "-o", str(tmp_path / f"{threads}.csv"), "--quiet"]
        subprocess.run(command, check=True, env=os.environ | {"OMP_NUM_THREADS": str(threads)})
    assert (tmp_path / "1.csv").read_bytes() == (tmp_path / "5.csv").read_bytes()


def test_second_run_on_one_output_is_refused(source, output, tmp_path):
    source.write_text(source.read_text() * 200)
    with start("tag", source, "-o", output, "--batch-size", 1) as run:
        wait_for((tmp_path / ".out.jsonl.parts/0000000.json").exists, run)
        result = skarga("tag", source, "-o", output)
        run.kill()
    assert result.exit_code == 1
    assert f"another run (process {run.pid})" in result.stderr


def test_interrupted_stream_is_quiet(tmp_path):
    with start("tag", "-", "--quiet", stdin=subprocess.PIPE, stdout=subprocess.PIPE) as run:
        run.stdin.write(f'{{"text": "{SECRET}"}}\n')
        run.stdin.flush()
        assert json.loads(run.stdout.readline())["text"] == SECRET
        run.send_signal(signal.SIGINT)
        assert run.stderr.read() == ""
    assert run.returncode == 130


def test_reader_that_goes_away_is_no_traceback(source):
    source.write_text(source.read_text() * 100)
    with source.open() as lines, start("tag", "-", "--quiet", stdin=lines, stdout=subprocess.PIPE) as run:
        run.stdout.readline()
        run.stdout.close()
        assert run.stderr.read() == ""
    assert run.returncode == 1


def test_prediction_loads_no_training_library():
    code = (
        "import sys; from pipeline.cli import app; app(['predict', 'Верніть гроші', '--quiet'], standalone_mode=False);"
        "sys.exit(', '.join({'torch', 'transformers', 'pandas', 'mlflow'} & set(sys.modules)) or 0)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")
