import json
import shutil
import sys

import pytest
import yaml
from typer.testing import CliRunner

from pipeline import paths
from pipeline.cli import app
from pipeline.data.table import read_table, write_table


def skarga(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def line_by_category(said):
    """Category → the other words of its line."""
    lines = [line.split() for line in said.splitlines()]
    return {words[0]: words[1:] for words in lines if len(words) > 1 and words[1].isdigit()}


@pytest.fixture
def project(tmp_path, monkeypatch, root, table):
    """A folder with the configuration and a prepared table of one CSV source."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "configs").mkdir()
    for path in (paths.LABELS, paths.PARAMS):
        shutil.copyfile(root / path, tmp_path / path)
    source = {
        "reader": "csv", "path": "crm.csv", "origin": "us", "licence": "ours", "language": "ru",
        "fields": {"id": "id", "category": "category"},
    }  # fmt: skip
    (tmp_path / paths.SOURCES).write_text(yaml.safe_dump({"sets": {}, "sources": {"crm": source}}), "utf-8")
    write_table(table.assign(weight=1.0), tmp_path / paths.COMPLAINTS)
    table[["id", "text", "category"]].assign(id=[name[4:] for name in table["id"]]).to_csv("crm.csv", index=False)
    return tmp_path


def test_from_the_audit_over_a_decision_to_the_next_reading(project, labels):
    result = skarga("audit", "-o", "audit.csv")
    assert (result.exit_code, result.stdout) == (0, ""), result.output
    assert "skarga audit --apply audit.csv" in result.stderr
    lines = (project / "audit.csv").read_text("utf-8-sig").splitlines()
    place = next(n for n, line in enumerate(lines) if line.startswith("crm-0,crm,ru,category,staff_conduct,delivery"))
    lines[place] += "accept"
    (project / "audit.csv").write_text("\n".join(lines) + "\n", "utf-8")

    result = skarga("audit", "--apply", "audit.csv")
    assert "crm: 1 labels changed in data/labels/crm.jsonl" in result.stderr
    assert "labels: data/labels/crm.jsonl" in result.stderr

    sources = yaml.safe_load((project / paths.SOURCES).read_text("utf-8"))
    sources["sources"]["crm"]["labels"] = "data/labels/crm.jsonl"
    (project / paths.SOURCES).write_text(yaml.safe_dump(sources), "utf-8")
    result = skarga("audit", "--source", "crm", "-o", "second.csv")
    assert result.exit_code == 0, result.output
    assert "crm-0," not in (project / "second.csv").read_text("utf-8-sig")


def test_official_test_rows_are_not_audited(project):
    rows = read_table(project / paths.COMPLAINTS)
    write_table(rows.assign(part=["test"] + ["all"] * 89), project / paths.COMPLAINTS)
    assert skarga("audit", "-o", "audit.csv").exit_code == 0
    assert "crm-0," not in (project / "audit.csv").read_text("utf-8-sig")


def test_without_a_table_the_remedy_says_how_to_make_one(project):
    (project / paths.COMPLAINTS).unlink()
    for command in (("audit",), ("labels", "preview", paths.LABELS)):
        result = skarga(*command)
        assert result.exit_code == 1
        assert "dvc repro prepare" in result.stderr


def test_without_the_extra_the_remedy_names_it(project, monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == "cleanlab" or name.startswith("pipeline.audit")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "cleanlab", None)  # what Python answers where it is not installed
    result = skarga("audit")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: cleanlab")
    assert "is not installed\npip install 'skarga[train]'" in result.stderr


def test_preview_counts_history_and_a_tagged_file_and_writes_nothing(project, tagger):
    changed = yaml.safe_load((project / paths.LABELS).read_text("utf-8"))
    del changed["category"]["delivery"]
    changed["category"]["logistics"] = {"ru": "логистика", "uk": "логістика", "replaces": ["delivery"]}
    (project / "new.yaml").write_text(yaml.safe_dump(changed, sort_keys=False), "utf-8")
    tags = tagger.tag([{"id": "1", "text": "Верните деньги"}])
    (project / "tagged.jsonl").write_text("".join(json.dumps(tag) + "\n" for tag in tags), "utf-8")
    before = {path: path.stat().st_mtime_ns for path in project.rglob("*")}
    result = skarga("labels", "preview", "new.yaml", "--tagged", "tagged.jsonl")
    assert result.exit_code == 0, result.output
    history, tagged = (line_by_category(part) for part in result.stdout.split("tagged rows (tagged.jsonl):"))
    assert history["logistics"] == ["29", "from", "delivery", "29"]
    assert history["deception"][0] == "0"
    assert sum(int(line[0]) for line in tagged.values()) == 1
    assert before == {path: path.stat().st_mtime_ns for path in project.rglob("*")}


@pytest.mark.parametrize("command", [["audit"], ["labels", "preview"]])
def test_every_command_has_help_with_an_example(command):
    result = skarga(*command, "--help")
    assert result.exit_code == 0
    assert "skarga " + " ".join(command) in result.stdout
