"""A model in use and a candidate, in a folder of their own."""

import pytest
from sealed_folders import AliasFile, make_bundle

from pipeline import paths
from pipeline.promotion.log import Model
from pipeline.promotion.released import describe
from pipeline.serving import bundle


@pytest.fixture
def old(tmp_path, monkeypatch) -> Model:
    """The model in use, with its card and figures, in a folder of its own; the candidate is in models/bundle."""
    monkeypatch.chdir(tmp_path)
    model = make_bundle(paths.RELEASED, "old")
    (paths.RELEASED / bundle.CARD).write_text("card of the old model")
    paths.RELEASED_FIGURES.mkdir(parents=True)
    (paths.RELEASED_FIGURES / "public.json").write_text('{"old": {}}')
    make_bundle(paths.BUNDLE, "new")
    return model


@pytest.fixture
def new(old) -> Model:
    return describe(paths.BUNDLE)


@pytest.fixture
def registry(tmp_path):
    path = tmp_path / "alias"
    path.write_text("1")
    return AliasFile(path)
