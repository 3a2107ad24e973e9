"""From a tagged file over the filled queue to the next reading of the training data."""

import csv
import json
from xml.etree import ElementTree as ET

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipeline import paths
from pipeline.cli import app
from pipeline.data.catalogue import load_catalogue
from pipeline.data.sources import read_sources
from pipeline.loop.answers import read_answers
from pipeline.loop.journal import read_journal
from pipeline.loop.sheet import COLUMNS, beside, read_kept


def skarga(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def fill(path, answers, encoding="utf-8-sig", delimiter=","):
    """Fill in a queue as a spreadsheet does: cells by row, then saved anew."""
    lines = read(path)
    for number, cells in answers.items():
        lines[number] |= cells
    with path.open("w", encoding=encoding, newline="", errors="replace") as file:
        table = csv.DictWriter(file, COLUMNS, delimiter=delimiter)
        table.writeheader()
        table.writerows(lines)


@pytest.fixture
def queue(project, bundle_dir):
    """A queue of twenty rows."""
    result = skarga("queue", "tagged.jsonl", "-o", "queue.csv", "--rows", 20, "--model", bundle_dir)
    assert (result.exit_code, result.stdout) == (0, ""), result.output
    return project / "queue.csv"


def test_a_queue_opens_in_spreadsheets_and_hides_personal_data(queue, rows):
    assert queue.read_bytes().startswith(b"\xef\xbb\xbf")
    lines = read(queue)
    assert len(lines) == len({line["id"] for line in lines}) == 20
    assert tuple(lines[0]) == COLUMNS
    assert all(line["why"] and line["suggested_category"] and not line["category"] for line in lines)
    content = queue.read_text("utf-8")
    assert "345-67-89" not in content
    assert not any(cell.startswith(("=", "+", "@")) for line in lines for cell in line.values())
    assert {kept.text for kept in read_kept(queue).values()} <= {row.text for row in rows}


def test_texts_are_shown_only_on_demand(project, bundle_dir):
    every = ("queue", "tagged.jsonl", "--rows", 500, "--model", bundle_dir)
    skarga(*every, "-o", "masked.csv")
    skarga(*every, "-o", "open.csv", "--show-text")
    assert "345-67-89" not in (project / "masked.csv").read_text("utf-8")
    (line,) = [line for line in read(project / "open.csv") if line["id"] == "c-0"]
    assert line["text"].startswith("'=HYPERLINK()")
    assert "345-67-89" in line["text"]


def test_a_queue_spreads_over_languages_and_repeats_nothing(queue, rows):
    asked = {line["language"] for line in read(queue)}
    assert {"ru", "uk"} <= asked


def test_near_duplicates_are_asked_once(project, rows, bundle_dir):
    twins = [rows[5].model_copy(update={"id": f"t-{n}", "text": f"{rows[5].text} {n}"}) for n in range(10)]
    lines = [row.model_dump_json(exclude_unset=True) + "\n" for row in [*twins, *rows[6:12]]]
    (project / "twins.jsonl").write_text("".join(lines), "utf-8")
    result = skarga("queue", "twins.jsonl", "-o", "twins.csv", "--rows", 20, "--model", bundle_dir)
    assert result.exit_code == 0, result.output
    assert sum(line["id"].startswith("t-") for line in read(project / "twins.csv")) == 1


def test_answers_become_a_source_that_the_next_training_reads(queue, labels):
    lines = read(queue)
    fill(
        queue,
        {
            0: {"category": "deception", "emotion": "anger; fear", "severity": "2.0", "by": "Olena"},
            1: {"category": "accept", "emotion": "none", "signals": "none"},
        },
    )
    result = skarga("feedback", "queue.csv", "--by", "Ihor")
    assert result.exit_code == 0, result.output
    assert "6 answers taken, 0 were there already, 18 rows not looked at yet" in result.stderr
    told = result.stderr[result.stderr.index("  feedback:") :]
    sources = {"sets": {"mine": ["feedback"]}, "sources": yaml.safe_load(told)}
    paths.SOURCES.write_text(yaml.safe_dump(sources), "utf-8")
    table = read_sources(load_catalogue(paths.SOURCES).choose("mine"), labels)
    kept = read_kept(queue)
    by_text = table.set_index("text")
    first, second = (by_text.loc[kept[line["id"]].text] for line in lines[:2])
    assert (first["category"], first["emotion"], first["severity"]) == ("deception", ["anger", "fear"], 2)
    assert second["category"] == lines[1]["suggested_category"]
    assert (second["emotion"], second["signals"], len(table)) == ([], [], 2)
    assert [entry.who for entry in read_journal(paths.FEEDBACK_JOURNAL)] == ["Olena"] * 3 + ["Ihor"] * 3


def test_no_text_gets_near_the_files_for_git(queue):
    fill(queue, {n: {"category": "accept"} for n in range(20)})
    skarga("feedback", "queue.csv")
    kept = paths.FEEDBACK_JOURNAL.read_text("utf-8") + paths.FEEDBACK_LABELS.read_text("utf-8")
    assert not any(text.text[:30] in kept for text in read_kept(queue).values())


def test_feedback_twice_takes_nothing_twice_and_a_second_round_asks_for_other_rows(queue, bundle_dir):
    fill(queue, {0: {"category": "other"}})
    skarga("feedback", "queue.csv", "--by", "Olena")
    journal = paths.FEEDBACK_JOURNAL.read_bytes()
    again = skarga("feedback", "queue.csv", "--by", "Olena")
    assert "0 answers taken, 1 were there already" in again.stderr
    assert paths.FEEDBACK_JOURNAL.read_bytes() == journal
    second = skarga("queue", "tagged.jsonl", "-o", "second.csv", "--rows", 500, "--model", bundle_dir)
    assert "1 rows were reviewed before" in second.stderr
    assert read(queue)[0]["id"] not in {line["id"] for line in read(queue.with_name("second.csv"))}


def test_two_people_in_disagreement_are_told_and_neither_is_used(queue):
    identity = read(queue)[0]["id"]
    fill(queue, {0: {"category": "other"}, 1: {"category": "other"}})
    skarga("feedback", "queue.csv", "--by", "Olena")
    fill(queue, {0: {"category": "delivery"}})
    result = skarga("feedback", "queue.csv", "--by", "Ihor")
    assert "double work: 2 answers" in result.stderr
    assert f"until they agree: {identity} (category)" in result.stderr
    assert len(paths.FEEDBACK_LABELS.read_text("utf-8").splitlines()) == 1
    assert len(read_journal(paths.FEEDBACK_JOURNAL)) == 4


def test_what_cannot_be_taken_is_told_by_row_and_the_rest_is_taken(queue):
    fill(queue, {0: {"id": "c-999999", "category": "other"}, 1: {"category": "delivry"}, 2: {"category": "other"}})
    result = skarga("feedback", "queue.csv")
    assert result.exit_code == 3
    assert "row 1: category: the queue has no row with the id 'c-999999'" in result.stderr
    assert "row 2: category: unknown label 'delivry'; choose from staff_conduct, " in result.stderr
    assert "1 answers taken" in result.stderr


def test_one_person_who_answers_a_row_twice_differently_is_asked_which(queue):
    lines = read(queue)
    fill(queue, {0: {"category": "other"}, 1: {"id": lines[0]["id"], "category": "delivery"}})
    result = skarga("feedback", "queue.csv", "--by", "Olena")
    assert result.exit_code == 3
    assert "rows 1, 2 answer differently" in result.stderr
    assert "0 answers taken" in result.stderr


@pytest.mark.parametrize(("encoding", "delimiter"), [("cp1251", ";"), ("utf-8", ","), ("utf-8-sig", "\t")])
def test_a_queue_that_a_spreadsheet_saved_its_own_way_is_read(queue, encoding, delimiter):
    fill(queue, {3: {"category": "other"}}, encoding, delimiter)
    result = skarga("feedback", "queue.csv")
    assert (result.exit_code, "1 answers taken" in result.stderr) == (0, True), result.output


def test_a_file_of_another_name_finds_its_texts_by_the_queue(queue):
    fill(queue, {0: {"category": "other"}})
    returned = queue.rename(queue.with_name("from Olena.csv"))
    lost = skarga("feedback", returned)
    assert lost.exit_code == 1
    assert "keep it beside the queue" in lost.stderr
    assert skarga("feedback", returned, "--queue", "queue.csv").exit_code == 0


def test_label_studio_shows_the_suggestions_and_its_export_comes_back(project, bundle_dir, labels):
    skarga("queue", "tagged.jsonl", "-o", "queue.json", "--rows", 5, "--model", bundle_dir)
    tasks = json.loads((project / "queue.json").read_text("utf-8"))
    offered = ET.fromstring((project / "queue.json.interface.xml").read_text("utf-8"))
    codes = {block.get("name"): {c.get("alias") or c.get("value") for c in block} for block in offered.iter("Choices")}
    assert codes["category"] == set(labels.codes["category"])
    for task in tasks:
        for result in task["predictions"][0]["result"]:
            assert set(result["value"]["choices"]) <= codes[result["from_name"]]
    for number, task in enumerate(tasks):
        choice = {"from_name": "category", "to_name": "text", "type": "choices", "value": {"choices": ["other"]}}
        task["annotations"] = [
            {"completed_by": {"email": "olena@example.com"}, "was_cancelled": number == 1, "result": [choice]}
        ]
    (project / "export.json").write_text(json.dumps(tasks), "utf-8")
    result = skarga("feedback", "export.json", "--queue", "queue.json")
    assert result.exit_code == 0, result.output
    entries = read_journal(paths.FEEDBACK_JOURNAL)
    assert [(entry.who, entry.new) for entry in entries] == [("olena@example.com", ["other"])] * 4


@pytest.mark.parametrize("content", ["{}", "[1]", "nonsense"])
def test_an_export_of_another_kind_is_refused(queue, content):
    (queue.with_name("export.json")).write_text(content, "utf-8")
    result = skarga("feedback", "export.json", "--queue", "queue.csv")
    assert result.exit_code == 1
    assert "choose Export and the format JSON" in result.stderr


def test_a_file_without_a_text_has_nothing_to_review(project, rows):
    lines = [row.model_dump_json(exclude_unset=True, exclude={"text"}) + "\n" for row in rows[:3]]
    (project / "bare.jsonl").write_text("".join(lines), "utf-8")
    result = skarga("queue", "bare.jsonl", "-o", "queue.csv")
    assert result.exit_code == 1
    assert "3 have no text" in result.stderr


def test_rows_of_another_model_are_read_anew(project, rows, bundle_dir):
    old = [row.model_copy(update={"model_version": "0.0.9+old"}) for row in rows[:8]]
    (project / "old.jsonl").write_text("".join(row.model_dump_json(exclude_unset=True) + "\n" for row in old), "utf-8")
    result = skarga("queue", "old.jsonl", "-o", "queue.csv", "--model", bundle_dir)
    assert "the file was tagged by 0.0.9+old" in result.stderr


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.lists(st.tuples(st.text(max_size=8), st.text(max_size=12)), max_size=4))
def test_whatever_is_in_the_cells_every_row_is_answered_refused_or_untouched(tmp_path, labels, cells):
    path = tmp_path / "queue.csv"
    with path.open("w", encoding="utf-8", newline="", errors="replace") as file:
        table = csv.writer(file)
        table.writerow(["id", "category"])
        table.writerows([(f"x{identity}".replace("\0", ""), answer.replace("\0", "")) for identity, answer in cells])
    filled = read_answers(path, {}, labels, "Olena")
    assert not filled.answers
    assert filled.untouched + len(filled.refused) == len(cells)


@pytest.mark.parametrize("command", ["queue", "feedback"])
def test_every_command_has_help_with_an_example(command):
    result = skarga(command, "--help")
    assert result.exit_code == 0
    assert f"skarga {command} " in result.stdout


def test_the_texts_lie_beside_the_queue_under_its_name(queue):
    assert beside(queue).name == "queue.csv.texts.jsonl"
    assert len(read_kept(queue)) == 20
