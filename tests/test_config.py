import pytest
import yaml

from pipeline.config import Params, load_params
from pipeline.errors import SkargaError, nearest


@pytest.fixture
def committed(root):
    return yaml.safe_load((root / "configs/params.yaml").read_text("utf-8"))


def refused(tmp_path, content):
    path = tmp_path / "params.yaml"
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content), "utf-8")
    with pytest.raises(SkargaError) as caught:
        load_params(path)
    assert str(path) in caught.value.problem
    return caught.value


def test_the_committed_params_load_as_they_are_written(root, committed):
    params = load_params(root / "params.yaml")
    assert params.model_dump() == committed
    assert list(committed) == list(Params.model_fields), "blocks stand in the order of the stages"


@pytest.mark.parametrize(
    ("block", "key", "near"),
    [
        ("train", "epoch", "did you mean 'epochs'?"),
        ("split", "test_part", "did you mean 'test_share'?"),
        ("export", "qqq", "valid names: quantization"),
    ],
)
def test_an_unknown_key_is_answered_with_the_nearest(tmp_path, committed, block, key, near):
    committed[block][key] = 1
    error = refused(tmp_path, committed)
    assert f"unknown key '{block}.{key}'" in error.problem
    assert error.remedy == near


def test_an_unknown_key_of_a_block_that_may_be_missing_is_answered_too(tmp_path, committed):
    committed["train"]["student"] = {"teacher": "models/teacher", "layers": 4, "layer": 3}
    committed["train"]["frozen_layers"] = 0
    error = refused(tmp_path, committed)
    assert "unknown key 'train.student.layer'" in error.problem
    assert error.remedy == "did you mean 'layers'?"


def test_a_student_cannot_freeze_layers_that_it_lacks(tmp_path, committed):
    committed["train"] |= {"student": {"teacher": "models/teacher", "layers": 4}, "frozen_layers": 5}
    assert "must not be more than the student's layers" in refused(tmp_path, committed).problem
    committed["train"]["frozen_layers"] = 4
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(committed), "utf-8")
    assert load_params(tmp_path / "params.yaml").train.student.layers == 4


def test_an_unknown_block_is_answered_with_the_nearest(tmp_path, committed):
    error = refused(tmp_path, {**committed, "training": {}})
    assert "unknown key 'training'" in error.problem
    assert error.remedy == "did you mean 'train'?"


@pytest.mark.parametrize(
    ("key", "value", "what"),
    [
        ("train.epochs", 0, "greater than or equal to 1"),
        ("train.epochs", "many", "valid integer"),
        ("train.max_tokens", 513, "less than or equal to 512"),
        ("train.max_tokens", 15, "greater than or equal to 16"),
        ("train.learning_rate", 0, "greater than 0"),
        ("train.precision", "fp64", "'auto', 'bf16' or 'fp32'"),
        ("split.test_share", 1.01, "less than or equal to 1"),
        ("prepare.latin_pieces", -1, "greater than or equal to 0"),
        ("calibrate.levels", {"preselect": 0.9, "automatic": 0.8}, "`automatic` must promise at least"),
        ("export.quantization", "int4", "'int8' or 'none'"),
        ("evaluate.bootstrap_samples", 0, "greater than or equal to 1"),
    ],
)
def test_a_value_out_of_range_is_named(tmp_path, committed, key, value, what):
    block, name = key.split(".")
    committed[block][name] = value
    error = refused(tmp_path, committed)
    assert f": {key}: " in error.problem
    assert what in error.problem
    assert key in error.remedy


def test_shares_must_leave_rows_to_train_on(tmp_path, committed):
    committed["split"] |= {"test_share": 0.5, "validation_share": 0.5}
    assert "must leave rows to train on" in refused(tmp_path, committed).problem


def test_a_missing_key_is_named(tmp_path, committed):
    del committed["split"]["seed"]
    assert ": split.seed: Field required" in refused(tmp_path, committed).problem


@pytest.mark.parametrize("content", ["train: [1,", "a: b: c", "\tx: 1"])
def test_what_is_not_yaml_is_refused_with_the_line(tmp_path, content):
    error = refused(tmp_path, content)
    assert "not YAML" in error.problem
    assert "line 1" in error.problem or "line 2" in error.problem


@pytest.mark.parametrize("content", ["", "- 1", "just words"])
def test_yaml_of_another_shape_is_refused(tmp_path, content):
    assert ": file: " in refused(tmp_path, content).problem


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(SkargaError, match="no such file"):
        load_params(tmp_path / "params.yaml")


def test_params_cannot_be_changed(root):
    params = load_params(root / "configs/params.yaml")
    with pytest.raises(ValueError, match="frozen"):
        params.train.epochs = 7


def test_an_error_is_two_lines(tmp_path):
    assert str(SkargaError("what is wrong", "what to do")) == "what is wrong\nwhat to do"


def test_nearest_lists_all_names_when_none_is_close():
    assert nearest("text", iter(["txt", "id"])) == "did you mean 'txt'?"
    assert nearest("zzz", iter(["txt", "id"])) == "valid names: txt, id"
