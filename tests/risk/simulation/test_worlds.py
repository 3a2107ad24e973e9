import copy

import pytest
import yaml

from pipeline import paths
from pipeline.errors import SkargaError
from pipeline.risk.simulation.worlds import load_worlds


@pytest.fixture
def text(root):
    return (root / paths.WORLDS).read_text("utf-8")


def write(folder, worlds):
    path = folder / "customers.yaml"
    path.write_text(yaml.safe_dump(worlds), "utf-8")
    return path


def test_the_two_worlds_behave_differently(root):
    worlds = load_worlds(root / paths.WORLDS)
    assert set(worlds.training.behaviours) == set(worlds.evaluation.behaviours)
    for name, behaviour in worlds.training.behaviours.items():
        other = worlds.evaluation.behaviours[name]
        theirs = other.model_dump()
        assert sum(value != theirs[key] for key, value in behaviour.model_dump().items()) >= 9, name
    assert worlds.training.companies != worlds.evaluation.companies


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("training", "behaviours", "ordinary", "share"), 0.9, "add up to"),
        (("training", "behaviours", "ordinary", "styles", "plain"), 0.9, "styles of ordinary"),
        (("evaluation", "languages", "ru"), 0.9, "languages"),
        (("evaluation", "behaviours", "newcomer", "purity"), 1.2, "purity"),
        (("evaluation", "companies", "prize"), 3, "prize"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(text, tmp_path, path, value, said):
    worlds = copy.deepcopy(yaml.safe_load(text))
    place = worlds
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(SkargaError, match=said) as caught:
        load_worlds(write(tmp_path, worlds))
    assert path[0] in caught.value.problem


def test_a_world_needs_ordinary_people(text, tmp_path):
    worlds = yaml.safe_load(text)
    worlds["training"]["behaviours"]["usual"] = worlds["training"]["behaviours"].pop("ordinary")
    with pytest.raises(SkargaError, match="ordinary is missing"):
        load_worlds(write(tmp_path, worlds))


def test_a_missing_or_broken_file_is_said_so(tmp_path):
    with pytest.raises(SkargaError, match="no such file"):
        load_worlds(tmp_path / "customers.yaml")
    (tmp_path / "customers.yaml").write_text("a: [", "utf-8")
    with pytest.raises(SkargaError, match="not YAML"):
        load_worlds(tmp_path / "customers.yaml")
