"""Weights at every step of the last epoch in, their mean out: it errs less than the weights at the last step.

Stochastic weight averaging (Izmailov et al. 2018, arXiv:1803.05407).
"""

# ruff: noqa: ARG002, ANN401 - transformers names the arguments
from typing import Any

from torch.optim.swa_utils import AveragedModel
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments


class Averaging(TrainerCallback):  # type: ignore[misc]  # loaded lazily, without a type
    """Ends a training on the mean of the last epoch's weights, in time for its validation and its checkpoint.

    Of a training of a single epoch the second half counts. A training that is resumed, which begins with an epoch,
    comes to the same mean.
    """

    def __init__(self) -> None:
        self._mean: AveragedModel | None = None

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **known: Any) -> None:
        """Take the weights into the mean."""
        if (state.epoch or 0) > max(args.num_train_epochs - 1, args.num_train_epochs / 2):
            self._mean = self._mean or AveragedModel(known["model"])
            self._mean.update_parameters(known["model"])

    def on_epoch_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **known: Any) -> None:
        """Put the mean in the place of the weights."""
        if self._mean:
            known["model"].load_state_dict(self._mean.module.state_dict())
