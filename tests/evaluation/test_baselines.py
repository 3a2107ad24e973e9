import numpy as np
import pytest

from pipeline.evaluation.baselines import LinearBaseline

SIZES = {"category": 3, "signals": 2}
NAN = np.nan
TEXTS = [
    "посилка не прийшла",
    "посилку загубили",
    "посилка розбита",
    "гроші списали",
    "списали зайві гроші",
    "де гроші",
] * 4


@pytest.fixture(scope="module")
def targets():
    return {
        "category": np.array([0, 0, 0, 1, 1, 1] * 4, np.float32),
        "signals": np.array([[0, 0]] * 3 + [[1, 0]] * 3, np.float32)[np.arange(24) % 6],
    }


def test_characters_tell_two_subjects_apart(targets):
    model = LinearBaseline.on_characters().fit(TEXTS, targets, SIZES)
    logits = model.logits(["Прийшла порожня посилка", "Поверніть гроші"])
    assert logits["category"].argmax(axis=1).tolist() == [0, 1]
    assert (logits["signals"][:, 0] > 0).tolist() == [False, True]


def test_vectors_tell_two_subjects_apart(targets):
    vectors = np.random.default_rng(1).normal(size=(24, 5))
    vectors[:, 2] += 3 * targets["category"]
    model = LinearBaseline.on_vectors().fit(vectors, targets, SIZES)
    assert (model.logits(vectors)["category"].argmax(axis=1) == targets["category"]).mean() > 0.9


def test_a_label_never_seen_is_never_answered(targets):
    logits = LinearBaseline.on_characters().fit(TEXTS, targets, SIZES).logits(["щось зовсім інше", ""])
    assert (logits["category"][:, 2] < logits["category"][:, :2].min(axis=1)).all()
    assert (logits["signals"][:, 1] < -5).all()


def test_rows_without_a_label_teach_nothing(targets):
    holes = {
        "category": np.concatenate([targets["category"], np.full(24, NAN, np.float32)]),
        "signals": np.concatenate([targets["signals"], np.full((24, 2), NAN, np.float32)]),
    }
    contrary = TEXTS + [TEXTS[(n + 3) % 6] for n in range(24)]
    model = LinearBaseline.on_characters().fit(contrary, holes, SIZES)
    plain = LinearBaseline.on_characters().fit(TEXTS, targets, SIZES)
    assert (model.logits(TEXTS)["category"].argmax(1) == plain.logits(TEXTS)["category"].argmax(1)).all()


def test_every_head_has_a_logit_for_every_label(targets):
    logits = LinearBaseline.on_characters().fit(TEXTS, targets, SIZES).logits(TEXTS[:5])
    assert {head: values.shape for head, values in logits.items()} == {"category": (5, 3), "signals": (5, 2)}
