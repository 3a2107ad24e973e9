"""The same answers before and after, and closer ones in 8 bits."""

import copy

import numpy as np
import pytest
import torch

from pipeline.modeling.network import Network, head_sizes
from pipeline.modeling.onnx_export import export
from pipeline.modeling.smoothing import smooth
from pipeline.serving.inference import Inference

OUTLIER = 60.0


@pytest.fixture(scope="module")
def network(encoder_dir, labels):
    """A network with what large encoders have: a channel that is far larger than all others."""
    torch.manual_seed(11)
    network = Network.from_encoder(encoder_dir, head_sizes(labels)).eval()
    with torch.no_grad():
        for name, biases in network.encoder.named_parameters():
            if name.endswith("intermediate.dense.bias"):
                biases[0] += OUTLIER
    return network


@pytest.fixture(scope="module")
def texts():
    random = np.random.default_rng(5)
    return [random.integers(5, 200, length) for length in (7, 20, 33, 48)]


@pytest.fixture(scope="module")
def smoothed(network, texts):
    changed = copy.deepcopy(network)
    smooth(changed, texts)
    return changed


def answers(network, ids):
    with torch.inference_mode():
        logits = network(torch.from_numpy(ids)[None], torch.ones(1, len(ids), dtype=torch.long))
    return np.concatenate([values[0].numpy() for values in logits.values()])


def test_the_function_stays_the_same_also_on_texts_not_seen(network, smoothed):
    ids = np.arange(6, 46)
    np.testing.assert_allclose(answers(smoothed, ids), answers(network, ids), atol=1e-4)


def test_eight_bits_come_closer_to_it(network, smoothed, texts, tmp_path):
    errors = {}
    for name, one in (("plain", network), ("smoothed", smoothed)):
        export(one, tmp_path / name / "model.onnx", "int8")
        inference = Inference(tmp_path / name / "model.onnx")
        heads = list(network.heads)
        differences = [
            np.concatenate([inference.run(ids)[head] for head in heads]) - answers(network, ids) for ids in texts
        ]
        errors[name] = np.sqrt(np.mean(np.square(differences)))
    assert errors["smoothed"] < 0.7 * errors["plain"]
