import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sealed_folders import facts

from pipeline.errors import SkargaError
from pipeline.promotion.log import Line, Model, PromotionLog

A, B, C = (Model(version=f"0.1.0+{name}", manifest=name * 64) for name in "abc")


@pytest.fixture
def path(tmp_path):
    """A log of three lines: a → b, b → c, and back to b."""
    path = tmp_path / "models/promotions.jsonl"
    log = PromotionLog(path)
    for said in (facts(A, B), facts(B, C), facts(C, B, "rollback")):
        log.append(log.bind(said))
    return path


def test_lines_are_read_as_they_were_written(path):
    lines = PromotionLog(path).lines
    assert [line.move.number for line in lines] == [1, 2, 3]
    assert [line.previous for line in lines[1:]] == [line.hash for line in lines[:-1]]
    assert lines[-1].move.after == B


def test_a_line_is_written_once(path):
    log = PromotionLog(path)
    line = log.bind(facts(B, C))
    log.append(line)
    log.append(line)
    PromotionLog(path).append(line)
    assert len(PromotionLog(path).lines) == 4


def test_without_a_file_there_is_nothing_to_undo(tmp_path):
    log = PromotionLog(tmp_path / "none.jsonl")
    assert (log.lines, log.last, log.undoable()) == ([], None, None)


def test_a_rollback_takes_one_promotion_off(path):
    assert PromotionLog(path).undoable().after == B
    log = PromotionLog(path)
    log.append(log.bind(facts(B, A, "rollback")))
    assert log.undoable() is None


TAMPERINGS = {
    "a changed word": (2, lambda lines: [lines[0], lines[1].replace("a test", "no test"), lines[2]]),
    "a removed line": (2, lambda lines: [lines[0], lines[2]]),
    "a removed first line": (1, lambda lines: lines[1:]),
    "lines in another order": (1, lambda lines: [lines[1], lines[0], lines[2]]),
    "a line put in twice": (3, lambda lines: [lines[0], lines[1], lines[1], lines[2]]),
    "no JSON": (3, lambda lines: [*lines[:2], "{}"]),
    "half a line": (3, lambda lines: [*lines[:2], lines[2][:50]]),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_named_by_line(path, name):
    number, tamper = TAMPERINGS[name]
    path.write_text("\n".join(tamper(path.read_text("utf-8").splitlines())) + "\n")
    with pytest.raises(SkargaError, match=rf"promotions\.jsonl, line {number} "):
        PromotionLog(path)


def test_a_line_with_a_hash_made_anew_breaks_the_next_one(path):
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    forged = PromotionLog(path.with_name("other.jsonl"))
    forged.append(forged.bind(facts(A, B).model_copy(update={"who": "Somebody else"})))
    lines[0] = forged.lines[0].model_dump()
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    with pytest.raises(SkargaError, match="line 2 does not follow"):
        PromotionLog(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(place=st.integers(min_value=0), char=st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]))
def test_any_changed_character_is_noticed_or_changes_nothing(path, place, char):
    text = path.read_text("utf-8")
    place %= len(text) - 1
    before = PromotionLog(path).lines
    changed = path.with_name("changed.jsonl")
    changed.write_text(text[:place] + char + text[place + 1 :], "utf-8")
    try:
        assert PromotionLog(changed).lines == before
    except SkargaError as error:
        if ", line " not in error.problem:
            raise


def test_a_line_survives_json(path):
    for line in PromotionLog(path).lines:
        assert Line.model_validate_json(line.model_dump_json()) == line
