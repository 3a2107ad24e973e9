"""Fine-tuning: labelled rows and a base encoder in, a trained network and its history out."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from sklearn.metrics import average_precision_score, f1_score
from torch import Tensor, nn
from transformers import EvalPrediction, Trainer, TrainingArguments, set_seed
from transformers.trainer_utils import get_last_checkpoint

from pipeline import config
from pipeline.labels import Labels
from pipeline.modeling.averaging import Averaging
from pipeline.modeling.batches import Collator, Examples, build_targets, encode_frozen, encode_texts
from pipeline.modeling.distillation import distance, teach
from pipeline.modeling.losses import HeadLosses
from pipeline.modeling.network import WEIGHTS, Network, head_sizes, layers
from pipeline.modeling.probe import fit_heads
from pipeline.text.tokens import TextEncoder


class Trainable(nn.Module):
    """The network with its losses, in the form that `transformers.Trainer` drives."""

    def __init__(self, network: Network, losses: HeadLosses, frozen_layers: int) -> None:
        super().__init__()
        self.network = network
        self.losses = losses
        self._frozen_layers = frozen_layers

    def forward(
        self,
        attention_mask: Tensor,
        row_weights: Tensor,
        input_ids: Tensor | None = None,
        hidden: Tensor | None = None,
        taught: Tensor | None = None,
        **targets: Tensor,
    ) -> dict[str, Tensor]:
        """Ids, or the frozen layers' output, and targets per head → the loss and the logits per head.

        With a teacher's vectors `taught` (batch, tokens, hidden), the distance to them is part of the loss.
        """
        if hidden is not None:
            hidden = hidden.to(next(self.network.parameters()).dtype)
            tokens = self.network.upper_tokens(hidden, attention_mask, self._frozen_layers)
        else:
            assert input_ids is not None
            tokens = self.network.tokens(input_ids, attention_mask)
        logits = self.network.logits(tokens, attention_mask)
        loss = self.losses(logits, targets, row_weights)
        if taught is not None:
            loss = loss + distance(tokens, taught, attention_mask)
        return {"loss": loss, **logits}


def train(
    rows: Mapping[str, pd.DataFrame], encoder: Path, labels: Labels, params: config.Train, work: Path
) -> tuple[Network, pd.DataFrame]:
    """Fine-tune on `rows["train"]`, keep the epoch that is best on `rows["validation"]`.

    A run that was cut off goes on from its last finished epoch, found under `work` by a hash of all that it depends on.

    Returns:
        The network and its history: a row per epoch with losses and validation scores.
    """
    set_seed(params.seed)
    sizes = head_sizes(labels)
    student = params.student
    network = Network.from_teacher(student.teacher, student.layers) if student else Network.from_encoder(encoder, sizes)
    text_encoder = TextEncoder.load(encoder, params.max_tokens)
    examples, losses = _examples(rows, text_encoder, labels, params)
    if student:
        examples["train"].taught = teach(student.teacher, examples["train"].ids, text_encoder, _device())
    _warm_up(network.to(_device()), examples, None if student else losses, params.frozen_layers, text_encoder.pad_id)
    trainer = Trainer(
        model=Trainable(network, losses, params.frozen_layers),
        args=_arguments(params, work / _fingerprint(rows, encoder, params), list(sizes)),
        train_dataset=examples["train"],
        eval_dataset=examples["validation"],
        data_collator=Collator(list(sizes), text_encoder.pad_id),
        optimizers=(_optimizer(network, params), None),
        compute_metrics=_scores,
        callbacks=[Averaging()] if params.averaging else [],
    )
    trainer.train(resume_from_checkpoint=get_last_checkpoint(trainer.args.output_dir))
    return network.float().cpu().eval(), _history(trainer.state.log_history)


def _examples(
    rows: Mapping[str, pd.DataFrame], encoder: TextEncoder, labels: Labels, params: config.Train
) -> tuple[dict[str, Examples], HeadLosses]:
    targets = {part: build_targets(table, labels) for part, table in rows.items()}
    examples = {
        part: Examples(encode_texts(table["text"].tolist(), encoder), targets[part], table["weight"].tolist())
        for part, table in rows.items()
    }
    weights = torch.tensor(examples["train"].weights, dtype=torch.float32)
    return examples, HeadLosses(targets["train"], head_sizes(labels), params.class_weight_power, weights)


def _warm_up(
    network: Network, examples: Mapping[str, Examples], losses: HeadLosses | None, frozen_layers: int, pad_id: int
) -> None:
    """Fit the heads on the untrained encoder; keep what the frozen layers say of every row for all epochs.

    Without losses the heads stay as they are: a student has its teacher's.
    """
    if not (losses or frozen_layers):
        return
    for part, rows in examples.items():
        hidden, vectors = encode_frozen(network.eval(), rows.ids, frozen_layers, pad_id, f"reading {part} rows")
        if part == "train" and losses:
            targets = {head: torch.from_numpy(target) for head, target in rows.targets.items()}
            fit_heads(network, losses, vectors, targets, torch.tensor(rows.weights, dtype=torch.float32))
        if frozen_layers:
            rows.hidden = hidden
    if frozen_layers:
        for module in (network.encoder.get_submodule("embeddings"), *layers(network.encoder)[:frozen_layers]):
            module.requires_grad_(False)


def _optimizer(network: Network, params: config.Train) -> torch.optim.AdamW:
    body = [weight for weight in network.encoder.parameters() if weight.requires_grad]
    return torch.optim.AdamW(
        [
            {"params": body, "lr": params.learning_rate},
            {
                "params": [weight for head in network.heads.values() for weight in head.parameters()],
                "lr": params.head_learning_rate,
            },
        ],
        weight_decay=params.weight_decay,
    )


def _arguments(params: config.Train, output: Path, heads: Sequence[str]) -> TrainingArguments:
    output.mkdir(parents=True, exist_ok=True)
    return TrainingArguments(
        output_dir=str(output),
        num_train_epochs=params.epochs,
        per_device_train_batch_size=params.batch_size,
        per_device_eval_batch_size=32,
        # weights that hardly move any more would gain nothing by averaging
        lr_scheduler_type="constant_with_warmup" if params.averaging else "linear",
        warmup_steps=params.warmup_share,
        train_sampling_strategy="group_by_length",
        eval_strategy="epoch",
        save_strategy="epoch",
        save_total_limit=1,
        logging_strategy="epoch",
        load_best_model_at_end=True,
        metric_for_best_model="score",
        bf16=_bf16(params.precision),
        use_cpu=not torch.cuda.is_available(),
        dataloader_pin_memory=torch.cuda.is_available(),
        label_names=list(heads),
        remove_unused_columns=False,
        report_to=[],
        seed=params.seed,
    )


def _bf16(precision: str) -> bool:
    """Whether to compute in bfloat16: without the processor's own instructions it would be slower than float32."""
    if precision != "auto":
        return precision == "bf16"
    return torch.cuda.is_available() or bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def _device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def _scores(prediction: EvalPrediction) -> dict[str, float]:
    """Figures that need no threshold; their mean decides which epoch is kept."""
    logits = dict(zip(HEADS_IN_ORDER, prediction.predictions, strict=True))
    targets = dict(zip(HEADS_IN_ORDER, prediction.label_ids, strict=True))
    scores = {
        "category_macro_f1": _macro_f1(logits["category"], targets["category"]),
        "emotion_average_precision": _average_precision(logits["emotion"], targets["emotion"]),
        "signals_average_precision": _average_precision(logits["signals"], targets["signals"]),
    }
    return {**scores, "score": float(np.nanmean(list(scores.values())))}


HEADS_IN_ORDER = ("category", "categories", "emotion", "signals", "severity")


def _macro_f1(logits: Any, target: Any) -> float:  # noqa: ANN401 - numpy arrays as transformers hands them over
    labelled = ~np.isnan(target)
    if not labelled.any():
        return float("nan")
    return float(f1_score(target[labelled], logits[labelled].argmax(1), average="macro", zero_division=0))


def _average_precision(logits: Any, target: Any) -> float:  # noqa: ANN401
    rows = ~np.isnan(target).any(axis=1)
    known = [i for i in range(target.shape[1]) if rows.any() and target[rows, i].any()]
    if not known:
        return float("nan")
    return float(average_precision_score(target[rows][:, known], logits[rows][:, known], average="macro"))


def _history(log: Sequence[Mapping[str, float]]) -> pd.DataFrame:
    """Trainer's log, where training and validation stand in separate entries → a row per epoch."""
    entries = pd.DataFrame([entry for entry in log if "loss" in entry or "eval_loss" in entry])
    history = entries.groupby("epoch").first().reset_index()
    columns = [column for column in map(str, history) if not column.endswith(("_runtime", "_per_second", "grad_norm"))]
    return history[sorted(columns)].rename(columns=lambda name: name.replace("eval_", "validation_"))


def _fingerprint(rows: Mapping[str, pd.DataFrame], encoder: Path, params: config.Train) -> str:
    digest = hashlib.sha256(json.dumps(params.model_dump(mode="json"), sort_keys=True).encode())
    digest.update((encoder / "config.json").read_bytes())
    if params.student:
        digest.update((params.student.teacher / WEIGHTS).read_bytes())
    for table in rows.values():
        digest.update(table.to_json(orient="records").encode())
    return digest.hexdigest()[:16]
