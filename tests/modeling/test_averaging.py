from types import SimpleNamespace

import pytest
import torch

from pipeline.modeling.averaging import Averaging

STEPS = 4  # an epoch


def trained(epochs, start=0):
    """A model whose only weight counts the steps of a training, seen from epoch `start` on."""
    model, averaging, means = torch.nn.Linear(1, 1, bias=False), Averaging(), []
    args = SimpleNamespace(num_train_epochs=epochs)
    for epoch in range(start, epochs):
        for step in range(1, STEPS + 1):
            with torch.no_grad():
                model.weight.fill_(epoch * STEPS + step)
            averaging.on_step_end(args, SimpleNamespace(epoch=epoch + step / STEPS), None, model=model)
        averaging.on_epoch_end(args, SimpleNamespace(epoch=epoch + 1), None, model=model)
        means.append(model.weight.item())
    return means


def test_the_last_epoch_ends_on_the_mean_of_its_weights():
    assert trained(epochs=3) == [4, 8, pytest.approx((9 + 10 + 11 + 12) / 4)]


def test_a_resumed_training_comes_to_the_same_mean():
    assert trained(epochs=3, start=2) == trained(epochs=3)[2:]


def test_of_a_single_epoch_the_second_half_counts():
    assert trained(epochs=1) == [pytest.approx((3 + 4) / 2)]
