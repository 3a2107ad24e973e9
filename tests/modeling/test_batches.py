import numpy as np
import pandas as pd
import pytest
import torch

from pipeline.modeling.batches import Collator, Examples, build_targets, encode_frozen, encode_texts
from pipeline.modeling.network import Network, head_sizes
from pipeline.modeling.predict import predict_logits
from pipeline.text.tokens import TextEncoder

ROWS = pd.DataFrame(
    {
        "category": ["delivery", None, "not_complaint"],
        "categories": [["delivery", "deception"], None, ["not_complaint"]],
        "emotion": [[], ["joy", "anger"], None],
        "signals": [np.array(["insult"], object), None, []],
        "severity": [3.0, np.nan, 1.0],
    }
)


def test_labels_become_numbers_in_the_order_of_the_taxonomy(labels):
    targets = build_targets(ROWS, labels)
    codes = labels.codes
    np.testing.assert_array_equal(targets["category"], [codes["category"].index("delivery"), np.nan, 12])
    assert {codes["category"][i] for i in np.flatnonzero(targets["categories"][0])} == {"delivery", "deception"}
    assert np.isnan(targets["categories"][1]).all()
    assert targets["emotion"][0].tolist() == [0] * 6, "no emotion is a label too"
    assert {codes["emotion"][i] for i in np.flatnonzero(targets["emotion"][1])} == {"joy", "anger"}
    assert np.isnan(targets["emotion"][2]).all()
    assert targets["signals"][0].sum() == 1
    assert targets["signals"][2].tolist() == [0] * 10


@pytest.mark.parametrize("kind", ["float64", "object", "Int8"])
def test_severity_is_read_whatever_a_column_with_gaps_has_become(labels, kind):
    rows = ROWS.assign(severity=pd.Series([3, None, 1], dtype=kind))
    np.testing.assert_array_equal(build_targets(rows, labels)["severity"], [2, np.nan, 0])


@pytest.fixture(scope="module")
def network(encoder_dir, labels):
    torch.manual_seed(1)
    return Network.from_encoder(encoder_dir, head_sizes(labels)).eval()


@pytest.fixture(scope="module")
def encoder(encoder_dir):
    return TextEncoder.load(encoder_dir, max_tokens=32)


def test_texts_are_normalised_as_the_tagger_does(encoder):
    disguised, plain = encode_texts(["Bеpнитe дeньги\u200b", "Верните деньги"], encoder)
    assert disguised.tolist() == plain.tolist()


def test_texts_of_any_length_get_their_own_vectors_in_order(network, encoder):
    texts = ["Де гроші?", "Дуже довгий текст про доставку. " * 9, "Ок", "Верните деньги за чайник"]
    ids = encode_texts(texts, encoder)
    hidden, vectors = encode_frozen(network, ids, 1, encoder.pad_id, "test")
    assert [len(state) for state in hidden] == [len(each) for each in ids]
    for i, each in enumerate(ids):
        alone_hidden, alone = encode_frozen(network, [each], 1, encoder.pad_id, "test")
        torch.testing.assert_close(alone[0], vectors[i], atol=0.02, rtol=0.02)
        torch.testing.assert_close(alone_hidden[0], hidden[i], atol=0.05, rtol=0.05)


def test_logits_come_in_the_order_of_the_texts(network, encoder):
    ids = encode_texts([f"{'слово ' * (n % 7)}кінець {n}" for n in range(40)], encoder)
    together = predict_logits(network, ids, encoder.pad_id)
    for i in (0, 6, 39):
        alone = predict_logits(network, ids[i : i + 1], encoder.pad_id)
        for head, values in alone.items():
            np.testing.assert_allclose(together[head][i], values[0], atol=1e-5)


def test_a_batch_is_padded_to_its_longest_row():
    targets = {"category": np.array([0, 1], np.float32), "emotion": np.zeros((2, 6), np.float32)}
    examples = Examples([np.array([0, 5, 2]), np.array([0, 2])], targets, [1.0, 0.5])
    batch = Collator(list(targets), pad_id=1)([examples[0], examples[1]])
    assert batch["input_ids"].tolist() == [[0, 5, 2], [0, 2, 1]]
    assert batch["attention_mask"].tolist() == [[1, 1, 1], [1, 1, 0]]
    assert batch["row_weights"].tolist() == [1.0, 0.5]
    assert batch["category"].tolist() == [0, 1]
    assert batch["emotion"].shape == (2, 6)


def test_hidden_states_replace_the_ids():
    targets = {"category": np.array([0, 1], np.float32)}
    examples = Examples([np.array([0, 5, 2]), np.array([0, 2])], targets, [1.0, 1.0])
    examples.hidden = [torch.ones(3, 4), torch.ones(2, 4)]
    batch = Collator(["category"], pad_id=1)([examples[0], examples[1]])
    assert "input_ids" not in batch
    assert batch["hidden"].sum(dim=2).tolist() == [[4, 4, 4], [4, 4, 0]]
