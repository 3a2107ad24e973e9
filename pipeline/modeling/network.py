"""One encoder, five linear heads over the mean of its token vectors."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, PreTrainedConfig, PreTrainedModel

from pipeline.errors import SkargaError
from pipeline.labels import Labels

# Dropout inside the encoder doubles the time of a step on a processor; a few epochs do well without it.
_INNER_DROPOUT = {"attention_probs_dropout_prob", "hidden_dropout_prob"}
WEIGHTS = "model.safetensors"
SINGLE = ("category", "severity")  # heads with one answer (softmax); the others say yes or no per label (sigmoid)


def head_sizes(labels: Labels) -> dict[str, int]:
    """Outputs per head: the taxonomy's tasks, plus `categories` for all that apply beside the primary one."""
    sizes = {head: len(codes) for head, codes in labels.codes.items()}
    return {"category": sizes.pop("category"), "categories": len(labels.category), **sizes}


class Network(nn.Module):
    """Encoder and heads. Logits are linear in the mean token vector, so a token's share in a logit can be read off."""

    encoder: PreTrainedModel

    def __init__(self, encoder: PreTrainedModel, sizes: Mapping[str, int], dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        hidden = encoder.config.hidden_size
        self._heads = nn.ModuleDict({head: nn.Linear(hidden, size) for head, size in sizes.items()})

    @property
    def heads(self) -> dict[str, nn.Linear]:
        """The linear layer of each head, in the order of the outputs."""
        return {name: cast("nn.Linear", head) for name, head in self._heads.items()}

    @classmethod
    def from_encoder(cls, folder: Path, sizes: Mapping[str, int]) -> "Network":
        """A network with fresh heads on a pretrained encoder."""
        config = AutoConfig.from_pretrained(folder, local_files_only=True)
        for name in _INNER_DROPOUT & vars(config).keys():
            setattr(config, name, 0.0)
        return cls(AutoModel.from_pretrained(folder, config=config, **no_pooler(config)), sizes)

    @classmethod
    def from_teacher(cls, folder: Path, depth: int) -> "Network":
        """`depth` layers of a network that `save` wrote, spread from its lowest to its highest, under its own heads.

        Raises:
            SkargaError: It has fewer layers, or no stack of them.
        """
        network = cls.load(folder)
        network.encoder.set_attn_implementation("sdpa")
        stack = layers(network.encoder)
        if depth > len(stack):
            raise SkargaError(f"{folder} has {len(stack)} layers, not {depth}", "set train.student.layers to fewer")
        kept = [stack[round(place)] for place in np.linspace(0, len(stack) - 1, depth)]
        network.encoder.set_submodule("encoder.layer", nn.ModuleList(kept))
        network.encoder.config.num_hidden_layers = depth
        return network

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> dict[str, Tensor]:
        """Ids and mask (batch, tokens) → logits (batch, labels) per head."""
        return self.logits(self.tokens(input_ids, attention_mask), attention_mask)

    def tokens(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Ids and mask (batch, tokens) → vectors (batch, tokens, hidden)."""
        hidden: Tensor = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return hidden

    def upper_tokens(self, hidden: Tensor, attention_mask: Tensor, frozen_layers: int) -> Tensor:
        """Run the layers above the frozen ones on the frozen ones' output (batch, tokens, hidden)."""
        blocked = (1.0 - attention_mask[:, None, None, :].to(hidden.dtype)) * torch.finfo(hidden.dtype).min
        for layer in layers(self.encoder)[frozen_layers:]:
            output = layer(hidden, blocked)
            hidden = output[0] if isinstance(output, tuple) else output
        return hidden

    def logits(self, tokens: Tensor, attention_mask: Tensor) -> dict[str, Tensor]:
        """Token vectors (batch, tokens, hidden) → logits (batch, labels) per head, in float32."""
        pooled = self.dropout(mean(tokens, attention_mask))
        return {name: head(pooled).float() for name, head in self.heads.items()}

    def save(self, folder: Path) -> None:
        """Write encoder configuration, weights and head sizes."""
        folder.mkdir(parents=True, exist_ok=True)
        self.encoder.config.save_pretrained(folder)
        save_file({name: weight.contiguous() for name, weight in self.state_dict().items()}, folder / WEIGHTS)
        sizes = {name: head.out_features for name, head in self.heads.items()}
        (folder / "heads.json").write_text(json.dumps(sizes, indent=2) + "\n", "utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Network":
        """Read a network that `save` wrote, with the exportable form of attention.

        Raises:
            SkargaError: The folder holds no network.
        """
        if not (folder / WEIGHTS).is_file():
            raise SkargaError(f"{folder} holds no trained network", "name models/network, or a copy of it")
        config = AutoConfig.from_pretrained(folder, local_files_only=True)
        encoder = AutoModel.from_config(config, attn_implementation="eager", **no_pooler(config))
        network = cls(encoder, json.loads((folder / "heads.json").read_text("utf-8")))
        network.load_state_dict(load_file(folder / WEIGHTS))
        return network.eval()


def no_pooler(config: PreTrainedConfig) -> dict[str, bool]:
    """BERT and its kin would add a random, unused pooling layer."""
    return {"add_pooling_layer": False} if config.model_type in ("bert", "roberta", "xlm-roberta") else {}


def layers(encoder: PreTrainedModel) -> nn.ModuleList:
    """The stack of transformer layers of a BERT-like encoder."""
    try:
        stack = encoder.encoder.layer
    except AttributeError as error:
        raise SkargaError(
            f"{type(encoder).__name__} has no stack of layers that could be frozen", "set train.frozen_layers to 0"
        ) from error
    assert isinstance(stack, nn.ModuleList)
    return stack


def mean(tokens: Tensor, attention_mask: Tensor) -> Tensor:
    """Mean token vector (batch, hidden) over the pieces that are no padding."""
    weights = attention_mask[..., None].to(tokens.dtype)
    return (tokens * weights).sum(1) / weights.sum(1).clamp(min=1)
