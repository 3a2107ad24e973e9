import pytest

from pipeline.data.annotations import fingerprint
from pipeline.errors import SkargaError
from pipeline.loop.journal import Entry, append, merge, read_journal, settle


def entry(who, new, task="category", text="а"):
    return Entry(
        when="2026-11-29T10:00:00+00:00", who=who, queue="queue.csv", id="1", text_sha256=fingerprint(text), task=task,
        old=["delivery"], new=new, model_version="1",
    )  # fmt: skip


def test_the_journal_only_grows(tmp_path):
    path = tmp_path / "labels" / "journal.jsonl"
    append(path, [entry("Olena", ["delivery"])])
    before = path.read_bytes()
    append(path, [entry("Ihor", ["deception"])])
    assert path.read_bytes().startswith(before)
    assert [one.who for one in read_journal(path)] == ["Olena", "Ihor"]


def test_what_a_person_has_said_already_is_not_taken_again():
    merged = merge([entry("Olena", ["delivery"])], [entry("Olena", ["delivery"])])
    assert (merged.already, merged.taken) == (1, [])


def test_a_person_may_change_their_mind():
    known = [entry("Olena", ["delivery"])]
    merged = merge(known, [entry("Olena", ["deception"])])
    assert (len(merged.changed_mind), merged.disagreed) == (1, [])
    (label,), conflicts = settle([*known, *merged.taken])
    assert (label.category, conflicts) == ("deception", 0)


def test_two_people_who_agree_are_double_work():
    merged = merge([entry("Olena", ["delivery"])], [entry("Ihor", ["delivery"])])
    assert (len(merged.agreed), len(merged.taken)) == (1, 1)


def test_where_people_disagree_nobodys_label_is_used_until_they_agree():
    known = [entry("Olena", ["delivery"]), entry("Olena", [], "emotion")]
    merged = merge(known, [entry("Ihor", ["deception"])])
    assert len(merged.disagreed) == 1
    (label,), conflicts = settle([*known, *merged.taken])
    assert (label.given(), conflicts) == ({"emotion": []}, 1)
    (label,), conflicts = settle([*known, *merged.taken, entry("Olena", ["deception"])])
    assert (label.given(), conflicts) == ({"category": "deception", "emotion": []}, 0)


def test_a_damaged_line_is_named(tmp_path):
    (tmp_path / "journal.jsonl").write_text('{"who": 1}\n', "utf-8")
    with pytest.raises(SkargaError, match=r"journal\.jsonl, line 1 is damaged"):
        read_journal(tmp_path / "journal.jsonl")
