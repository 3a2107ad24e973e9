import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from pipeline.modeling.linear import fit_characters, fit_columns
from pipeline.text.ngrams import ngrams

SIZES = {"category": 3, "signals": 2}
SUBJECTS = [
    "посилка не прийшла",
    "посилку загубили",
    "посилка розбита",
    "гроші списали",
    "списали зайві гроші",
    "де гроші",
]
TEXTS = SUBJECTS * 4


@pytest.fixture(scope="module")
def targets():
    return {
        "category": np.array([0, 0, 0, 1, 1, 1] * 4, np.float32),
        "signals": np.array([[0, 0]] * 3 + [[1, 0]] * 3, np.float32)[np.arange(24) % 6],
    }


@pytest.fixture(scope="module")
def model(targets):
    return fit_characters(TEXTS, targets, SIZES)


def answers(model, texts):
    return [int(model.logits(text)["category"].argmax()) for text in texts]


def test_two_subjects_are_told_apart(model):
    assert answers(model, ["Прийшла порожня посилка", "Поверніть гроші"]) == [0, 1]
    assert model.logits("Поверніть гроші")["signals"][0] > 0 > model.logits("порожня посилка")["signals"][0]


def test_a_label_never_seen_is_never_answered(model):
    for text in (*TEXTS[:6], "щось зовсім інше", ""):
        logits = model.logits(text)
        assert logits["category"][2] < logits["category"][:2].min()
        assert logits["signals"][1] < -5


def test_serving_computes_what_training_fitted(model, targets):
    vectorizer = TfidfVectorizer(analyzer=ngrams, min_df=2, sublinear_tf=True)
    reference = LogisticRegression(C=10.0, class_weight="balanced", solver="liblinear", max_iter=300)
    reference.fit(vectorizer.fit_transform(TEXTS), targets["category"] == 1)
    texts = ["де моя посилка", "гроші гроші гроші", "нове слово"]
    expected = reference.decision_function(vectorizer.transform(texts))
    np.testing.assert_allclose([model.logits(text)["category"][1] for text in texts], expected, atol=0.01)


def test_rows_without_a_label_teach_nothing(targets):
    holes = {
        "category": np.concatenate([targets["category"], np.full(24, np.nan, np.float32)]),
        "signals": np.concatenate([targets["signals"], np.full((24, 2), np.nan, np.float32)]),
    }
    contrary = fit_characters([*TEXTS, *TEXTS[3:], *TEXTS[:3]], holes, SIZES)
    assert answers(contrary, SUBJECTS) == [0, 0, 0, 1, 1, 1]


def test_a_label_that_every_row_has_is_always_answered():
    matrix = np.random.default_rng(1).normal(size=(6, 4))
    columns = fit_columns(matrix, {"signals": np.array([[1, 0]] * 6, np.float32)}, {"signals": 2}, 1.0)
    assert columns.weights.tolist() == [[0, 0]] * 4
    assert columns.biases[0] > 5
    assert columns.biases[1] < -5


def test_the_same_rows_give_the_same_model(model, targets, tmp_path):
    again = fit_characters(TEXTS, targets, SIZES)
    model.save(tmp_path / "a")
    again.save(tmp_path / "b")
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()
