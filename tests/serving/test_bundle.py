import json
import shutil

import pytest

from pipeline import paths
from pipeline.errors import SkargaError
from pipeline.serving import bundle
from pipeline.serving.bundle import MANIFEST, default_bundle, seal, verify
from pipeline.serving.tagger import Tagger


@pytest.fixture
def copy(bundle_dir, tmp_path):
    return shutil.copytree(bundle_dir, tmp_path / "copy")


def refused(folder):
    with pytest.raises(SkargaError) as caught:
        Tagger.load(folder)
    assert caught.value.remedy
    return caught.value.problem


def edit_manifest(folder, **changed):
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    (folder / MANIFEST).write_text(json.dumps(manifest | changed), "utf-8")


@pytest.mark.parametrize("folder", [paths.RELEASED, paths.FAST])
def test_the_models_in_git_are_whole_and_answer(root, folder):
    (tag,) = Tagger.load(root / folder).tag([{"text": "Вже третій тиждень чекаю на повернення коштів за чайник!"}])
    assert (tag["language"], tag["category"]) == ("uk", "refund_warranty")
    assert tag["model_version"] in (root / folder / bundle.CARD).read_text("utf-8").splitlines()[0]


def test_a_whole_bundle_is_loaded(copy, bundle_dir):
    manifest = verify(copy)
    assert manifest == verify(bundle_dir)
    assert Tagger.load(str(copy)).model_version == manifest.version


def test_a_bundle_holds_what_inference_needs_and_nothing_else(bundle_dir):
    assert {path.name for path in bundle_dir.iterdir()} == {
        "model.onnx", "tokenizer.json", "text.json", "labels.yaml", "signals.yaml", "language.yaml", "calibration.json",
        "linear.npz", "linear.json", "manifest.json",
    }  # fmt: skip


def test_the_manifest_lists_every_file_but_itself(bundle_dir):
    assert verify(bundle_dir).files.keys() == {path.name for path in bundle_dir.iterdir()} - {MANIFEST}


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "calibration.json", "labels.yaml", "linear.npz"])
def test_a_changed_byte_is_refused_by_name(copy, name):
    data = bytearray((copy / name).read_bytes())
    data[len(data) // 2] ^= 1
    (copy / name).write_bytes(data)
    assert refused(copy) == f"{copy / name} was changed after the bundle was sealed"


@pytest.mark.parametrize("name", ["model.onnx", "text.json"])
def test_a_missing_file_is_refused_by_name(copy, name):
    (copy / name).unlink()
    assert refused(copy) == f"{copy / name} is missing"


def test_an_unknown_file_is_refused_by_name(copy):
    (copy / "model.pkl").write_bytes(b"")
    assert refused(copy) == f"{copy / 'model.pkl'} is not listed in the manifest"


def test_an_unknown_folder_is_refused_by_name(copy):
    (copy / "more").mkdir()
    assert refused(copy) == f"{copy / 'more'} is not listed in the manifest"


def test_a_folder_in_the_place_of_a_file_is_refused(copy):
    (copy / "labels.yaml").unlink()
    (copy / "labels.yaml").mkdir()
    assert str(copy / "labels.yaml") in refused(copy)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"format": 1}'])
def test_a_damaged_manifest_is_refused(copy, content):
    (copy / MANIFEST).write_bytes(content)
    assert refused(copy) == f"{copy / MANIFEST} is damaged"


def test_a_manifest_cannot_list_a_file_outside_the_bundle(copy, tmp_path):
    (tmp_path / "outside").write_text("")
    files = json.loads((copy / MANIFEST).read_text())["files"]
    edit_manifest(copy, files=files | {"../outside": bundle._sha256(tmp_path / "outside")})
    assert "outside is missing" in refused(copy)


def test_another_format_is_refused_with_both_numbers(copy):
    edit_manifest(copy, format=2)
    assert refused(copy) == f"{copy} has bundle format 2; this program reads 1"


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.mkdir()])
def test_what_is_no_bundle_is_refused(tmp_path, make):
    make(tmp_path / "none")
    assert refused(tmp_path / "none") == f"{tmp_path / 'none'} is not a bundle: it has no {MANIFEST}"


def test_sealing_twice_gives_the_same_manifest(copy):
    described = {"data": {"train.parquet": "ab"}, "params": "cd", "metrics": {"score": 0.5}}
    first = seal(copy, **described)
    content = (copy / MANIFEST).read_bytes()
    assert seal(copy, **described) == first
    assert (copy / MANIFEST).read_bytes() == content
    assert verify(copy).data == described["data"]


def test_the_version_follows_the_content_alone(copy, bundle_dir):
    assert seal(copy, {"train": "other"}, "other", {}).version == verify(bundle_dir).version
    (copy / "text.json").write_text('{"max_tokens": 63}\n')
    assert seal(copy, {}, "", {}).version != verify(bundle_dir).version


@pytest.fixture
def places(tmp_path, monkeypatch):
    """An empty current folder and an empty checkout."""
    monkeypatch.delenv("SKARGA_MODEL", raising=False)
    for name in ("here", "checkout"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr(bundle, "_CHECKOUT", tmp_path / "checkout")
    return tmp_path


def put(folder):
    folder.mkdir(parents=True)
    (folder / MANIFEST).write_text("{}")


def test_the_default_bundle_is_the_nearest_that_exists(places, monkeypatch):
    order = ["checkout/models/bundle", "checkout/models/released", "here/models/bundle", "here/models/released"]
    for name in order:
        put(places / name)
        assert default_bundle().resolve() == (places / name).resolve()
    monkeypatch.setenv("SKARGA_MODEL", "elsewhere/bundle")
    assert str(default_bundle()) == "elsewhere/bundle"


def test_a_folder_without_a_manifest_is_no_default(places):
    (places / "here/models/released").mkdir(parents=True)
    put(places / "here/models/bundle")
    assert default_bundle().name == "bundle"


def test_without_any_bundle_the_remedy_says_how_to_get_one(places):
    with pytest.raises(SkargaError, match="no model") as caught:
        default_bundle()
    assert "make run" in caught.value.remedy
    assert "SKARGA_MODEL" in caught.value.remedy
