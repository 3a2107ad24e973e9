import numpy as np
import pytest

from pipeline.evaluation.baselines import FrozenBaseline

SIZES = {"category": 3, "signals": 2}


@pytest.fixture(scope="module")
def vectors():
    """Directions of very different length: the category in the first, the signal in the last."""
    vectors = np.random.default_rng(1).normal(size=(60, 4)) * [0.01, 1, 1, 100] + 5
    vectors[:, 0] += 0.05 * (np.arange(60) % 2)
    return vectors


@pytest.fixture(scope="module")
def targets(vectors):
    signals = np.zeros((60, 2), np.float32)
    signals[:, 0] = vectors[:, 3] > np.median(vectors[:, 3])
    return {"category": (np.arange(60) % 2).astype(np.float32), "signals": signals}


def test_vectors_tell_subjects_apart_whatever_their_scale(vectors, targets):
    logits = FrozenBaseline(vectors, targets, SIZES).logits(vectors)
    assert {head: values.shape for head, values in logits.items()} == {"category": (60, 3), "signals": (60, 2)}
    assert (logits["category"].argmax(axis=1) == targets["category"]).mean() > 0.95
    assert ((logits["signals"][:, 0] > 0) == targets["signals"][:, 0]).mean() > 0.8


def test_a_label_never_seen_is_never_answered(vectors, targets):
    logits = FrozenBaseline(vectors, targets, SIZES).logits(vectors)
    assert (logits["category"].argmax(axis=1) < 2).all()
    assert (logits["signals"][:, 1] < -5).all()


def test_a_direction_without_spread_does_no_harm(vectors, targets):
    vectors = np.concatenate([vectors, np.ones((60, 1))], axis=1)
    assert np.isfinite(FrozenBaseline(vectors, targets, SIZES).logits(vectors)["category"]).all()


def test_rows_without_a_label_teach_nothing(vectors, targets):
    holes = {"category": targets["category"].copy(), "signals": np.full((60, 2), np.nan, np.float32)}
    holes["category"][::3] = np.nan
    logits = FrozenBaseline(vectors, holes, SIZES).logits(vectors)
    assert (logits["category"].argmax(axis=1) == targets["category"]).mean() > 0.9
    assert (logits["signals"] < 0).all()
