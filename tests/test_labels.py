import pytest
import yaml

from pipeline.errors import SkargaError
from pipeline.labels import HEADS, NEUTRAL, load_labels


@pytest.fixture
def committed(root):
    return yaml.safe_load((root / "configs/labels.yaml").read_text("utf-8"))


def refused(tmp_path, content):
    path = tmp_path / "labels.yaml"
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False), "utf-8")
    with pytest.raises(SkargaError) as caught:
        load_labels(path)
    assert str(path) in caught.value.problem
    return caught.value


def test_codes_keep_the_order_of_the_file(labels, committed):
    assert HEADS == ("category", "emotion", "signals", "severity")
    assert labels.codes == {head: [str(code) for code in committed[head]] for head in HEADS}


def test_codes_of_the_contract(labels):
    assert [len(codes) for codes in labels.codes.values()] == [13, 6, 10, 3]
    assert labels.codes["severity"] == ["1", "2", "3"]
    assert NEUTRAL not in labels.codes["emotion"], "neutral is the lack of an emotion, no label"


def test_every_code_has_names_in_both_languages(labels):
    names = [name for head in HEADS for name in getattr(labels, head).values()]
    assert all(name.ru.strip() and name.uk.strip() for name in names)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda tree: tree["category"]["delivery"].pop("uk"), "category.delivery.uk"),
        (lambda tree: tree["emotion"]["joy"].update(en="joy"), "emotion.joy.en"),
        (lambda tree: tree.pop("signals"), "signals"),
        (lambda tree: tree.update(moods={}), "moods"),
        (lambda tree: tree.update(emotion={"joy": {"ru": "радость", "uk": "радість"}}), "emotion"),
        (lambda tree: tree["severity"].update(high={"ru": "а", "uk": "а"}), "severity.high"),
    ],
)
def test_a_broken_taxonomy_is_refused_by_name(tmp_path, committed, change, where):
    change(committed)
    assert f": {where}" in refused(tmp_path, committed).problem


@pytest.mark.parametrize("content", ["", "- 1", "category: [1,"])
def test_what_is_no_taxonomy_is_refused(tmp_path, content):
    assert refused(tmp_path, content).remedy


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(SkargaError, match="no such file"):
        load_labels(tmp_path / "labels.yaml")


def renamed(committed, **replaced):
    """The taxonomy without `delivery` and `other`, with categories that replace the codes named."""
    names = {"ru": "новое", "uk": "нове"}
    kept = {code: value for code, value in committed["category"].items() if code not in ("delivery", "other")}
    new = {code: {**names, "replaces": codes} for code, codes in replaced.items()}
    return {**committed, "category": kept | new}


def test_successors_of_a_code_are_itself_or_what_replaces_it(tmp_path, committed):
    content = renamed(committed, courier=["delivery"], pickup=["delivery"], misc=["other", "rest"])
    path = tmp_path / "labels.yaml"
    path.write_text(yaml.safe_dump(content), "utf-8")
    labels = load_labels(path)
    assert labels.successors("deception") == ["deception"]
    assert sorted(labels.successors("delivery")) == ["courier", "pickup"]
    assert labels.successors("rest") == ["misc"]
    assert labels.successors("unheard_of") == []


def test_a_category_that_stays_cannot_be_replaced(tmp_path, committed):
    error = refused(tmp_path, renamed(committed, swindle=["deception"]))
    assert "swindle replaces deception, which is still a category" in error.problem
