import math

import numpy as np
import pytest
import torch

from pipeline.modeling.losses import HeadLosses

SIZES = {"category": 3, "signals": 2}
NAN = math.nan
TARGETS = {
    "category": np.array([0, 0, 0, 0, 1, 1, 2, NAN], np.float32),
    "signals": np.array([[1, 0], [0, 0], [0, 0], [1, 0], [1, 1], [1, 0], [NAN, NAN], [NAN, NAN]], np.float32),
}


def tensors(targets=TARGETS):
    return {head: torch.from_numpy(target) for head, target in targets.items()}


def logits(seed=0, rows=8):
    generator = torch.Generator().manual_seed(seed)
    return {head: torch.randn(rows, size, generator=generator).requires_grad_() for head, size in SIZES.items()}


def losses(targets=TARGETS, sizes=SIZES, power=0.5, weights=None):
    rows = len(next(iter(targets.values())))
    return HeadLosses(targets, sizes, power, torch.ones(rows) if weights is None else torch.tensor(weights))


def loss_of(values, targets=None, weights=None, training_weights=None):
    rows = len(values["category"])
    weights = torch.ones(rows) if weights is None else torch.tensor(weights)
    return losses(weights=training_weights)(values, targets or tensors(), weights)


def test_rows_without_a_label_give_no_gradient():
    values = logits()
    loss_of(values).backward()
    assert values["category"].grad[7].tolist() == [0, 0, 0]
    assert values["signals"].grad[6:].tolist() == [[0, 0], [0, 0]]
    assert (values["category"].grad[:7].abs().sum(dim=1) > 0).all()


def test_the_whole_training_set_costs_the_mean_over_its_labelled_rows():
    values = logits()
    labelled = {"category": values["category"][:7], "signals": values["signals"][:6]}
    category = torch.nn.functional.cross_entropy(
        labelled["category"], tensors()["category"][:7].long(), losses().get_buffer("category"), reduction="none"
    ).mean()
    signals = torch.nn.functional.binary_cross_entropy_with_logits(
        labelled["signals"], tensors()["signals"][:6], pos_weight=losses().get_buffer("signals"), reduction="none"
    )
    expected = category + 0.5 * signals.sum(dim=1).mean()
    assert loss_of(values).item() == pytest.approx(expected.item(), rel=1e-6)


def test_a_row_counts_the_same_whatever_its_batch():
    values = logits()
    batches = [slice(0, 2), slice(2, 4), slice(4, 6), slice(6, 8)]
    each = [
        loss_of(
            {head: value[part] for head, value in values.items()}, {head: t[part] for head, t in tensors().items()}
        ).item()
        for part in batches
    ]
    assert sum(each) / len(each) == pytest.approx(loss_of(values).item(), rel=1e-6)


def test_a_batch_without_any_label_costs_nothing_and_can_be_stepped():
    values = logits(rows=2)
    loss = loss_of(values, {"category": torch.full((2,), NAN), "signals": torch.full((2, 2), NAN)})
    loss.backward()
    assert loss.item() == 0
    assert all(not value.grad.any() for value in values.values())


def test_heads_add_up():
    values = logits()
    only = [
        loss_of(values, {**tensors(), head: torch.full_like(tensors()[head], NAN)}).item() for head in reversed(SIZES)
    ]
    assert sum(only) == pytest.approx(loss_of(values).item(), rel=1e-6)


def test_only_the_proportions_of_row_weights_matter():
    values = logits()
    weights = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
    tenfold = [weight * 10 for weight in weights]
    light = loss_of(values, weights=weights, training_weights=weights)
    heavy = loss_of(values, weights=tenfold, training_weights=tenfold)
    assert light.item() == pytest.approx(heavy.item(), rel=1e-5)


def test_a_heavy_row_pulls_more():
    values = logits()
    loss_of(values, weights=[5.0, *[1.0] * 7]).backward()
    heavy = values["signals"].grad[0].norm()
    even = logits()
    loss_of(even).backward()
    assert heavy > 2 * even["signals"].grad[0].norm()


def test_a_row_weighs_one_on_average_and_rare_classes_more():
    weights = losses().get_buffer("category").numpy()
    assert (weights * [4, 2, 1]).sum() / 7 == pytest.approx(1)
    assert weights[0] < weights[1] < weights[2]
    assert weights[2] / weights[0] == pytest.approx(2), "the root of four times rarer"


def test_rare_labels_weigh_more_and_never_beyond_the_bound():
    rows = np.zeros((1000, 3), np.float32)
    rows[0, 0] = 1
    rows[:100, 1] = 1
    rows[:900, 2] = 1
    weights = losses({"signals": rows}, {"signals": 3}).get_buffer("signals").tolist()
    assert weights == pytest.approx([10, 3, 1])


@pytest.mark.parametrize("head", SIZES)
def test_power_zero_weighs_every_class_alike(head):
    assert losses(power=0.0).get_buffer(head).tolist() == pytest.approx([1.0] * SIZES[head])


def test_a_head_that_no_row_labels_has_finite_weights():
    targets = {"category": np.full(3, NAN, np.float32), "signals": np.full((3, 2), NAN, np.float32)}
    assert all(losses(targets).get_buffer(head).isfinite().all() for head in SIZES)


def test_a_right_answer_costs_less_than_a_wrong_one():
    right = torch.tensor([[9.0, 0, 0], [0, 9.0, 0]])
    both = torch.tensor([[9.0, -9.0], [9.0, -9.0]])
    targets = {"category": torch.tensor([0.0, 1.0]), "signals": torch.tensor([[1.0, 0.0], [1.0, 0.0]])}
    good = loss_of({"category": right, "signals": both}, targets)
    bad = loss_of({"category": right.flip(0), "signals": -both}, targets)
    assert good.item() < 0.01
    assert bad.item() > 10
