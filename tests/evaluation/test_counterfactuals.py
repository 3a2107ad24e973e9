import re

import pytest
import yaml

from pipeline import paths
from pipeline.errors import SkargaError
from pipeline.evaluation.counterfactuals import load_counterfactuals


@pytest.fixture
def changes(root):
    return load_counterfactuals(root / paths.COUNTERFACTUALS)


def test_texts_are_filled_and_differ_in_what_they_should(changes):
    man, woman = changes.texts("ru"), changes.texts("ru", woman=True)
    assert len(man) == len(woman) == len(changes.styles)
    assert not any(re.search(r"[\[\]{}|]", text) for text in (*man, *woman))
    assert man[1].startswith("Купил ")
    assert woman[1].startswith("Купила ")
    assert "Сергей Иванов" in man[0]
    assert "Елена Иванова" in woman[0]
    other = changes.texts("ru", city=2)
    assert [text.replace("Махачкала", "Москва") for text in other] == man


def test_every_change_is_made_in_both_languages(changes):
    kinds = [what for what, before, after in changes.pairs() if before != after]
    for what in ("gender", "name", "city", "typos", "capitals", "no_punctuation"):
        assert kinds.count(what) >= 2
    assert kinds.count("language") == 1


def test_parallel_messages_share_their_numbers(changes):
    """A translation keeps every date, sum and number."""
    for russian, ukrainian in zip(changes.texts("ru"), changes.texts("uk"), strict=True):
        assert sorted(re.findall(r"\d+", russian)) == sorted(re.findall(r"\d+", ukrainian))


def test_a_broken_file_is_refused(root, tmp_path):
    content = yaml.safe_load((root / paths.COUNTERFACTUALS).read_text("utf-8"))
    path = tmp_path / "counterfactuals.yaml"
    path.write_text(yaml.safe_dump(content | {"names": content["names"][:1]}), "utf-8")
    with pytest.raises(SkargaError, match="schema"):
        load_counterfactuals(path)
    with pytest.raises(SkargaError, match="no such file"):
        load_counterfactuals(tmp_path / "none.yaml")
