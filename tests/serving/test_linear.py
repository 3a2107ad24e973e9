import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.serving.linear import VOCABULARY, WEIGHTS, LinearModel, split_heads

MODEL = LinearModel(
    vocabulary={" а": 0, "а ": 1, " б": 2},
    idf=np.array([1, 2, 4], np.float32),
    weights=np.array([[1, 0, -1], [0, 2, 0], [8, 8, 8]], np.float16),
    biases=np.array([0.5, 0, -0.5], np.float32),
    sizes={"category": 2, "signals": 1},
)


def test_logits_are_a_weighted_sum_over_ngrams_of_unit_length():
    logits = MODEL.logits("А я")
    scale = np.sqrt(1 + 4)
    np.testing.assert_allclose(logits["category"], [1 / scale + 0.5, 4 / scale], rtol=1e-6)
    np.testing.assert_allclose(logits["signals"], [-1 / scale - 0.5], rtol=1e-6)


def test_scores_are_split_into_heads_in_their_order_for_one_row_and_for_many():
    sizes = {"b": 1, "a": 2}
    row = split_heads(np.array([7.0, 8.0, 9.0]), sizes)
    assert {head: values.tolist() for head, values in row.items()} == {"b": [7], "a": [8, 9]}
    rows = split_heads(np.arange(6.0).reshape(2, 3), sizes)
    assert {head: values.tolist() for head, values in rows.items()} == {"b": [[0], [3]], "a": [[1, 2], [4, 5]]}


def test_repetition_counts_by_its_logarithm():
    scale = np.hypot(1 + np.log(3), 2 * (1 + np.log(3)))
    np.testing.assert_allclose(MODEL.logits("а а а")["category"][0], (1 + np.log(3)) / scale + 0.5, rtol=1e-6)


@pytest.mark.parametrize("text", ["", "日本語", "  "])
def test_a_text_without_a_known_ngram_has_the_biases(text):
    logits = MODEL.logits(text)
    assert logits["category"].tolist() == [0.5, 0]
    assert logits["signals"].tolist() == [-0.5]


@settings(deadline=None)
@given(st.text(st.characters(codec=None), max_size=80))
def test_any_text_has_finite_logits(text):
    assert all(np.isfinite(values).all() for values in MODEL.logits(text).values())


def test_what_is_saved_answers_the_same_and_the_same_bytes_come_twice(tmp_path):
    MODEL.save(tmp_path / "a")
    loaded = LinearModel.load(tmp_path / "a")
    for head, values in MODEL.logits("а б а").items():
        np.testing.assert_array_equal(loaded.logits("а б а")[head], values)
    loaded.save(tmp_path / "b")
    for name in (WEIGHTS, VOCABULARY):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_pickle_among_the_weights_is_refused(tmp_path):
    MODEL.save(tmp_path)
    np.savez(tmp_path / WEIGHTS, idf=np.array([{"a": 1}], object), weights=MODEL.weights, biases=MODEL.biases)
    with pytest.raises(ValueError, match="allow_pickle=False"):
        LinearModel.load(tmp_path)


def test_the_vocabulary_is_readable(tmp_path):
    MODEL.save(tmp_path)
    content = json.loads((tmp_path / VOCABULARY).read_text("utf-8"))
    assert content["ngrams"] == [" а", "а ", " б"]
