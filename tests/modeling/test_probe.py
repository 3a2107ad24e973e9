import numpy as np
import pytest
import torch

from pipeline.modeling.losses import HeadLosses
from pipeline.modeling.network import Network, head_sizes
from pipeline.modeling.probe import fit_heads

ROWS = 260


@pytest.fixture(scope="module")
def fitted(encoder_dir, labels):
    """Vectors in which one direction tells the category and another one the first signal."""
    sizes = head_sizes(labels)
    network = Network.from_encoder(encoder_dir, sizes)
    generator = torch.Generator().manual_seed(3)
    vectors = torch.randn(ROWS, 32, generator=generator) * torch.linspace(0.1, 5, 32) + 3
    category = torch.arange(ROWS) % 13
    vectors[torch.arange(ROWS), category] += 4 * torch.linspace(0.1, 5, 32)[category]
    signals = torch.zeros(ROWS, 10)
    signals[:, 0] = (vectors[:, 20] > vectors[:, 20].median()).float()
    targets = {
        "category": category.float(),
        "categories": torch.full((ROWS, 13), torch.nan),
        "emotion": torch.zeros(ROWS, 6),
        "signals": signals,
        "severity": torch.ones(ROWS),
    }
    before = {name: weight.clone() for name, weight in network.encoder.state_dict().items()}
    losses = HeadLosses({head: target.numpy() for head, target in targets.items()}, sizes, 0.5, torch.ones(ROWS))
    fit_heads(network, losses, vectors, targets, torch.ones(ROWS))
    with torch.inference_mode():
        logits = {name: head(vectors).numpy() for name, head in network.heads.items()}
    return network, before, targets, logits


def test_heads_answer_what_the_vectors_tell(fitted):
    _, _, targets, logits = fitted
    assert (logits["category"].argmax(1) == targets["category"].numpy()).mean() > 0.9
    assert ((logits["signals"][:, 0] > 0) == (targets["signals"][:, 0].numpy() > 0)).mean() > 0.9
    assert (logits["severity"].argmax(1) == 1).all()


def test_a_label_never_seen_is_unlikely(fitted):
    assert (fitted[3]["emotion"] < 0).all()


def test_a_head_without_labels_says_nothing(fitted):
    assert np.abs(fitted[3]["categories"]).max() < 1e-4


def test_the_encoder_stays_and_the_heads_can_be_trained_on(fitted):
    network, before, _, _ = fitted
    assert all(torch.equal(weight, before[name]) for name, weight in network.encoder.state_dict().items())
    assert all(weight.requires_grad for head in network.heads.values() for weight in head.parameters())
