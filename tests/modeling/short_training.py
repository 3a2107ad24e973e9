"""A training of seconds, for tests to vary, and what tells whether two trainings ended alike."""

import torch

from pipeline.config import Train

PARAMS = Train(
    max_tokens=32, frozen_layers=1, epochs=2, batch_size=16, learning_rate=1e-3, head_learning_rate=1e-3,
    weight_decay=0.01, warmup_share=0.1, averaging=True, class_weight_power=0.5, precision="fp32",
    student=None, seed=13,
)  # fmt: skip


def same(first, second):
    return all(torch.equal(weight, second.state_dict()[name]) for name, weight in first.state_dict().items())
