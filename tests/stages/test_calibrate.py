import pytest

from pipeline.errors import SkargaError
from pipeline.stages import calibrate


def test_an_unknown_target_source_is_refused_by_name(root, monkeypatch):
    monkeypatch.chdir(root)
    with pytest.raises(SkargaError) as caught:
        calibrate._check(["corpus", "complaint_real"])
    assert "'complaint_real'" in caught.value.problem
    assert "complaints_real" in caught.value.remedy


def test_a_source_that_the_recipe_leaves_out_is_no_mistake(root, monkeypatch):
    monkeypatch.chdir(root)
    calibrate._check(["corpus", "complaints_real"])
