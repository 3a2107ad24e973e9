import pytest

from pipeline.audit.corrections import apply
from pipeline.audit.sheet import Decision
from pipeline.data.annotations import Annotation, fingerprint, read_annotations, write_annotations
from pipeline.data.catalogue import Catalogue
from pipeline.errors import SkargaError

MOVE = Decision(2, "crm-0", "crm", "category", ("staff_conduct",), ("delivery",))
MOOD = Decision(3, "crm-5", "crm", "emotion", (), ("anger",))


@pytest.fixture
def take(table, labels, tmp_path):
    """Apply decisions to the one source `crm`, which has no file of labels unless `named`."""

    def apply_decisions(*decisions, named=None):
        source = {"reader": "csv", "path": "crm.csv", "origin": "us", "licence": "ours", "language": "ru"}
        catalogue = Catalogue.model_validate({"sets": {}, "sources": {"crm": {**source, "labels": named}}})
        (applied,) = apply(decisions, table, catalogue, labels, tmp_path / "labels")
        return applied

    return apply_decisions


def test_decisions_become_labels_of_their_texts(take, table, labels, tmp_path):
    applied = take(MOVE, MOOD)
    assert (applied.path, applied.named, applied.merged.changed) == (tmp_path / "labels/crm.jsonl", False, 2)
    found = read_annotations(applied.path, labels)
    assert found[fingerprint(table["text"][0])].given() == {"category": "delivery", "categories": ["delivery", "other"]}
    assert found[fingerprint(table["text"][5])].given() == {"emotion": ["anger"]}


def test_the_same_sheet_twice_changes_nothing_more(take):
    take(MOVE, MOOD)
    merged = take(MOVE, MOOD).merged
    assert (merged.changed, merged.already, merged.conflicts) == (0, 2, [])


def test_other_lines_and_tasks_of_the_file_stay(take, table, labels, tmp_path):
    path = tmp_path / "own.jsonl"
    mine = Annotation(text_sha256=fingerprint(table["text"][0]), category="staff_conduct", severity=3)
    other = Annotation(text_sha256=fingerprint(table["text"][8]), signals=["insult"])
    write_annotations([mine, other], path)
    applied = take(MOVE, named=str(path))
    assert (applied.path, applied.named) == (path, True)
    found = read_annotations(path, labels)
    assert found[other.text_sha256] == other
    assert found[mine.text_sha256].category == "delivery", "the label that the person saw is replaced"
    assert found[mine.text_sha256].severity == 3


def test_a_label_that_changed_since_the_audit_is_a_conflict_and_stays(take, table, labels, tmp_path):
    path = tmp_path / "own.jsonl"
    mine = Annotation(text_sha256=fingerprint(table["text"][0]), category="deception")
    write_annotations([mine], path)
    merged = take(MOVE, named=str(path)).merged
    assert (merged.changed, merged.conflicts) == (0, ["crm-0"])
    assert read_annotations(path, labels)[mine.text_sha256] == mine


def test_two_decisions_about_one_label_are_a_conflict(take):
    second = Decision(9, "crm-0", "crm", "category", ("staff_conduct",), ("other",))
    assert take(MOVE, second).merged.conflicts == ["crm-0"]


@pytest.mark.parametrize(
    ("decision", "problem"),
    [
        (Decision(7, "crm-900", "crm", "category", ("other",), ("delivery",)), "line 7, row crm-900: no such row"),
        (
            Decision(7, "crm-1", "crm", "category", ("digital_access",), ("delivry",)),
            "unknown category label 'delivry'",
        ),
        (Decision(7, "crm-1", "crm", "emotion", (), ("rage",)), "unknown emotion label 'rage'"),
        (Decision(7, "crm-1", "crm", "category", ("digital_access",), ("other", "delivery")), "one category"),
        (Decision(7, "crm-1", "crm", "category", ("digital_access",), ()), "one category"),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused_before_anything_is_written(take, tmp_path, decision, problem):
    with pytest.raises(SkargaError) as caught:
        take(MOVE, decision)
    assert problem in caught.value.problem
    assert not (tmp_path / "labels").exists()
