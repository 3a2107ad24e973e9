import pandas as pd
import pytest
import torch
from short_training import PARAMS, same
from transformers import Trainer, TrainerCallback

from pipeline.modeling.network import Network, head_sizes, layers
from pipeline.modeling.trainer import _fingerprint, train


@pytest.fixture(scope="module")
def rows(corpus):
    return {"train": corpus.iloc[:96].reset_index(drop=True), "validation": corpus.iloc[96:128].reset_index(drop=True)}


@pytest.fixture(scope="module")
def fit(rows, encoder_dir, labels):
    """Train on the rows, with some of the tables or parameters replaced."""

    def fit_with(work, tables=rows, **changed):
        return train(tables, encoder_dir, labels, PARAMS.model_copy(update=changed), work)

    return fit_with


@pytest.fixture(scope="module")
def trained(fit, tmp_path_factory):
    return fit(tmp_path_factory.mktemp("work"))


def test_the_loss_falls(fit, tmp_path):
    losses = fit(tmp_path, epochs=4, frozen_layers=0)[1]["loss"].tolist()
    assert len(losses) == 4
    assert losses[-1] < losses[0]


def test_history_has_a_row_per_epoch_with_validation_scores(trained):
    _, history = trained
    assert history["epoch"].tolist() == [1, 2]
    scores = ["category_macro_f1", "emotion_average_precision", "signals_average_precision", "score", "loss"]
    for score in scores:
        assert history[f"validation_{score}"].notna().all()
    assert history[[f"validation_{score}" for score in scores[:3]]].mean(axis=1).tolist() == pytest.approx(
        history["validation_score"].tolist()
    )


def test_frozen_layers_are_those_of_the_encoder(trained, encoder_dir, labels):
    network, _ = trained
    start = Network.from_encoder(encoder_dir, head_sizes(labels))
    assert same(network.encoder.get_submodule("embeddings"), start.encoder.get_submodule("embeddings"))
    assert same(layers(network.encoder)[0], layers(start.encoder)[0])
    assert not same(layers(network.encoder)[1], layers(start.encoder)[1])


def test_the_network_comes_back_ready_to_answer(trained):
    network, _ = trained
    assert not network.training
    assert {weight.dtype for weight in network.parameters()} == {torch.float32}


def test_the_same_seed_gives_the_same_network_and_another_one_another(fit, trained, tmp_path):
    network, history = trained
    again, history_again = fit(tmp_path / "a")
    other, _ = fit(tmp_path / "b", seed=14)
    assert same(again, network)
    assert history_again.equals(history)
    assert not same(other, network)


def test_the_last_epoch_alone_is_validated_on_the_mean_of_its_weights(fit, trained, tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.modeling.trainer.Averaging", TrainerCallback)
    at_last_step = fit(tmp_path)[1]["validation_loss"].tolist()
    averaged = trained[1]["validation_loss"].tolist()
    assert averaged[0] == at_last_step[0]
    assert averaged[1] != at_last_step[1]


def test_the_rate_is_steady_where_weights_are_averaged_and_else_falls_to_nothing(fit, trained, tmp_path):
    steady, falling = trained[1]["learning_rate"], fit(tmp_path, averaging=False)[1]["learning_rate"]
    assert steady.tolist() == [PARAMS.learning_rate] * PARAMS.epochs
    assert falling.iloc[0] > falling.iloc[1]
    assert falling.iloc[1] < PARAMS.learning_rate / 4


class PowerCutError(Exception):
    """What ends a training between two epochs."""


@pytest.fixture
def cut_off(monkeypatch):
    """A trainer that dies as soon as its first checkpoint is written."""
    save = Trainer._save_checkpoint

    def save_and_die(self, *arguments, **options):
        save(self, *arguments, **options)
        raise PowerCutError

    monkeypatch.setattr(Trainer, "_save_checkpoint", save_and_die)
    return monkeypatch


@pytest.mark.parametrize("averaging", [True, False])
def test_a_training_that_was_cut_off_goes_on_to_the_same_network(fit, tmp_path, cut_off, averaging):
    with pytest.raises(PowerCutError):
        fit(tmp_path / "cut", averaging=averaging)
    cut_off.undo()
    network, history = fit(tmp_path / "whole", averaging=averaging)
    steps = []
    step = Trainer.training_step
    cut_off.setattr(Trainer, "training_step", lambda *arguments: steps.append(1) or step(*arguments))
    resumed, resumed_history = fit(tmp_path / "cut", averaging=averaging)
    assert same(resumed, network)
    pd.testing.assert_frame_equal(resumed_history, history, check_like=True)
    assert len(steps) == history["step"].iloc[-1] / PARAMS.epochs, "only the missing epoch was trained"


def test_other_rows_parameters_or_encoders_do_not_go_on_from_an_old_checkpoint(rows, encoder_dir, tmp_path):
    (tmp_path / "config.json").write_text("{}")
    corrected = rows["train"].assign(severity=3)
    runs = [
        (rows, encoder_dir, PARAMS),
        ({**rows, "train": corrected}, encoder_dir, PARAMS),
        (rows, tmp_path, PARAMS),
        (rows, encoder_dir, PARAMS.model_copy(update={"epochs": 3})),
    ]
    names = [_fingerprint(*run) for run in runs]
    assert len(set(names)) == len(runs)
    assert [_fingerprint(*run) for run in runs] == names


def test_rows_without_some_labels_train_the_other_heads(fit, rows, tmp_path):
    without = {name: table.assign(category=None, categories=None, severity=None) for name, table in rows.items()}
    network, history = fit(tmp_path, without, epochs=1)
    assert all(weight.isfinite().all() for weight in network.parameters())
    assert history["validation_emotion_average_precision"].notna().all()
