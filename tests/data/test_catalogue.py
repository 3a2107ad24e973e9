import pytest
import yaml

from pipeline.data.catalogue import load_catalogue
from pipeline.errors import SkargaError


def tree():
    source = {"reader": "json", "path": "data/*.jsonl", "origin": "a shop", "licence": "MIT", "language": "uk"}
    return {"sets": {"default": ["shop"], "both": ["shop", "bank"]}, "sources": {"shop": source, "bank": dict(source)}}


def load(tmp_path, content):
    path = tmp_path / "sources.yaml"
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content), "utf-8")
    return load_catalogue(path)


@pytest.mark.parametrize(
    ("names", "chosen"),
    [("default", ["shop"]), ("both", ["shop", "bank"]), ("bank", ["bank"]), ("bank,default", ["bank", "shop"])],
)
def test_sets_and_single_sources_are_chosen_by_name(tmp_path, names, chosen):
    assert list(load(tmp_path, tree()).choose(names)) == chosen


def test_an_unknown_name_is_answered_with_the_nearest(tmp_path):
    with pytest.raises(SkargaError) as caught:
        load(tmp_path, tree()).choose("shop,banks")
    assert caught.value.problem == "unknown source 'banks'"
    assert "did you mean 'bank'?" in caught.value.remedy


def test_an_unknown_source_inside_a_set_is_named(tmp_path):
    content = tree()
    content["sets"]["both"].append("shopp")
    with pytest.raises(SkargaError, match="unknown source 'shopp'"):
        load(tmp_path, content).choose("both")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"licens": "MIT"}, "sources.shop.licens: Extra inputs"),
        ({"reader": "xml"}, "sources.shop.reader: Input should be"),
        ({"licence": None}, "sources.shop.licence: "),
        ({"language": None}, "sources.shop: Value error, give `language`"),
        ({"language": "en"}, "sources.shop.language: "),
        ({"path": None}, "sources.shop: Value error, give either `path`"),
        ({"files": {"train": "a.jsonl"}}, "sources.shop: Value error, give either `path`"),
        ({"weight": 0}, "sources.shop.weight: "),
        ({"fields": {"mood": "mood"}}, "sources.shop.fields.mood"),
        ({"split": {"field": "split", "train": ["train"]}}, "sources.shop.split.test: Field required"),
    ],
)
def test_a_wrong_source_is_refused_by_the_key(tmp_path, change, what):
    content = tree()
    content["sources"]["shop"] |= change
    with pytest.raises(SkargaError) as caught:
        load(tmp_path, content)
    assert what in caught.value.problem
    assert "correct sources.shop" in caught.value.remedy


def test_language_may_be_a_field_of_the_source(tmp_path):
    content = tree()
    content["sources"]["shop"] |= {"language": None, "fields": {"language": "lang"}}
    assert load(tmp_path, content).sources["shop"].language is None


@pytest.mark.parametrize("content", ["sets: [", ""])
def test_what_is_no_catalogue_is_refused(tmp_path, content):
    with pytest.raises(SkargaError, match=r"sources\.yaml"):
        load(tmp_path, content)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(SkargaError, match=r"none\.yaml"):
        load_catalogue(tmp_path / "none.yaml")


def test_the_committed_catalogue_names_only_sources_that_exist(root):
    catalogue = load_catalogue(root / "configs/sources.yaml")
    assert list(catalogue.choose("default")) == ["corpus"]
    for name in catalogue.sets:
        assert catalogue.choose(name)


def test_every_file_outside_the_repository_is_pinned_and_has_a_licence(root):
    for source in load_catalogue(root / "configs/sources.yaml").sources.values():
        assert set(source.files.values()) == set(source.sha256)
        assert all(len(digest) == 64 for digest in source.sha256.values())
        assert source.licence
