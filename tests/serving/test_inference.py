from concurrent.futures import ThreadPoolExecutor

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.serving.bundle import MODEL
from pipeline.serving.decisions import NO_SPECIFICS
from pipeline.serving.evidence import locate
from pipeline.serving.inference import EVIDENCE, Inference

SIZES = {"category": 13, "categories": 13, "emotion": 6, "signals": 10, "severity": 3}
TEXT = "Купила чайник. Він тече! Поверніть гроші"
STARTS = [0, 15, 25]


@pytest.fixture(scope="module")
def inference(bundle_dir):
    return Inference(bundle_dir / MODEL)


@pytest.fixture(scope="module")
def texts():
    random = np.random.default_rng(1)
    return [np.r_[0, random.integers(4, 500, length), 2].astype(np.int64) for length in (1, 60, 7, 31, 2, 61)]


def test_every_head_has_its_logits(inference, texts):
    for ids, output in zip(texts, map(inference.run, texts), strict=True):
        assert {head: len(output[head]) for head in SIZES} == SIZES
        assert output[EVIDENCE].shape == (len(ids), SIZES["signals"])
        assert all(np.isfinite(values).all() for values in output.values())


def test_a_shuffled_run_gives_the_same_answers(inference, texts):
    plain = [inference.run(ids) for ids in texts]
    order = [3, 0, 5, 1, 4, 2]
    for place, output in zip(order, [inference.run(texts[i]) for i in order], strict=True):
        for head, values in output.items():
            np.testing.assert_array_equal(values, plain[place][head])


def test_callers_in_many_threads_get_the_same_answers(inference, texts):
    plain = [inference.run(ids) for ids in texts]
    with ThreadPoolExecutor(8) as pool:
        for run in pool.map(lambda ids: [inference.run(each) for each in ids], [texts] * 16):
            for output, expected in zip(run, plain, strict=True):
                np.testing.assert_array_equal(output["category"], expected["category"])


def test_a_bundle_that_asks_for_a_mask_gets_one_of_every_piece(tmp_path):
    """Models that were released before texts were exported alone must still be there to go back to."""
    pieces = [
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.INT64, [1, "tokens"])
        for name in ("input_ids", "attention_mask")
    ]
    read = onnx.helper.make_tensor_value_info("read", onnx.TensorProto.INT64, [1, "tokens"])
    node = onnx.helper.make_node("Mul", ["input_ids", "attention_mask"], ["read"])
    graph = onnx.helper.make_graph([node], "masked", pieces, [read])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, tmp_path / "model.onnx")
    ids = np.array([5, 7, 11], np.int64)
    np.testing.assert_array_equal(Inference(tmp_path / "model.onnx").run(ids)["read"], ids)


def pieces(text=TEXT, size=3):
    """Spans as of a tokenizer with pieces of three characters, framed by two that are not of the text."""
    spans = [(at, min(at + size, len(text))) for at in range(0, len(text), size)]
    return np.array([(0, 0), *spans, (0, 0)], np.int64)


@pytest.mark.parametrize(("loudest", "sentence"), [(2, "Купила чайник."), (19, "Він тече!"), (30, "Поверніть гроші")])
def test_the_place_is_the_sentence_that_speaks_for_the_signal_most(loudest, sentence):
    spans = pieces()
    shares = np.where((spans[:, 0] <= loudest) & (loudest < spans[:, 1]), 5.0, 0.1).astype(np.float32)
    start, end = locate("insult", TEXT, spans, shares)
    assert TEXT[start:end] == sentence


def test_a_sentence_is_weighed_as_a_whole():
    spans = pieces()
    shares = np.where(spans[:, 0] >= STARTS[2], 1.0, 0.0)
    shares[1] = 2.0  # one loud piece against many
    start, end = locate("insult", TEXT, spans, shares.astype(np.float32))
    assert TEXT[start:end] == "Поверніть гроші"


def test_pieces_outside_the_text_have_no_place():
    spans = pieces()
    shares = np.zeros(len(spans), np.float32)
    shares[[0, -1]] = 100
    shares[-3] = 1
    start, end = locate("insult", TEXT, spans, shares)
    assert TEXT[start:end] == "Поверніть гроші"


def test_the_lack_of_facts_is_everywhere():
    spans = pieces()
    assert locate(NO_SPECIFICS, TEXT, spans, np.ones(len(spans), np.float32)) == (0, len(TEXT))


@settings(max_examples=80, deadline=None)
@given(st.text("аб .!?…\n", min_size=1, max_size=40), st.randoms())
def test_a_place_lies_within_any_text(text, random):
    spans = pieces(text)
    shares = np.array([random.uniform(-1, 1) for _ in spans], np.float32)
    start, end = locate("insult", text, spans, shares)
    assert 0 <= start <= end <= len(text)
