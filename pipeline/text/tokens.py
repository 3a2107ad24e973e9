"""Normalised texts → word-piece ids as the network reads them: the same function in training and in serving."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

TOKENIZER_FILE = "tokenizer.json"
LENGTH_FILE = "text.json"
PREFIX = "query: "  # E5 was trained with it before every text that is not a document to be found
TAIL_SHARE = 0.25  # of a long text the head is kept, and this share of the room goes to its end
_CHARACTERS_PER_TOKEN = 16  # more than any ordinary text needs: what lies between is cut before tokenizing


@dataclass(frozen=True)
class Encoded:
    """Word pieces of one text: ids and the [start, end) of each piece in the text, (0, 0) for added pieces."""

    ids: npt.NDArray[np.int64]
    spans: npt.NDArray[np.int64]
    truncated: bool


class TextEncoder:
    """Cuts texts into at most `max_tokens` pieces: of a longer text the beginning and the end are kept."""

    def __init__(self, tokenizer: Tokenizer, max_tokens: int) -> None:
        self._tokenizer = tokenizer
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._tokenizer.encode_special_tokens = True  # a customer who writes <mask> means the word
        self._max_tokens = max_tokens
        pad = self._tokenizer.token_to_id("<pad>")
        self.pad_id: int = 0 if pad is None else pad

    @classmethod
    def load(cls, folder: Path, max_tokens: int | None = None) -> "TextEncoder":
        """Read tokenizer.json and, unless `max_tokens` is given, the length that `save` wrote beside it."""
        length = max_tokens or json.loads((folder / LENGTH_FILE).read_text("utf-8"))["max_tokens"]
        return cls(Tokenizer.from_file(str(folder / TOKENIZER_FILE)), length)

    def has_pieces_of(self, other: "TextEncoder") -> bool:
        """Whether both cut texts into the same numbered pieces."""
        return self._tokenizer.get_vocab() == other._tokenizer.get_vocab()

    def save(self, folder: Path) -> None:
        """Write tokenizer.json and the length."""
        self._tokenizer.save(str(folder / TOKENIZER_FILE), pretty=False)
        (folder / LENGTH_FILE).write_text(json.dumps({"max_tokens": self._max_tokens}) + "\n", "utf-8")

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Encode each text; lone surrogates, which no tokenizer takes, read as unknown characters."""
        clipped = [self._clip(text) for text in texts]
        batch = self._tokenizer.encode_batch([PREFIX + _encodable(head + tail) for head, tail, _ in clipped])
        return [
            self._cut(encoding.ids, encoding.offsets, len(head), gap)
            for encoding, (head, _, gap) in zip(batch, clipped, strict=True)
        ]

    def _clip(self, text: str) -> tuple[str, str, int]:
        """Split a very long text into its head, its tail and the number of characters dropped between."""
        room = self._max_tokens * _CHARACTERS_PER_TOKEN
        if len(text) <= room:
            return text, "", 0
        tail = int(room * TAIL_SHARE)
        return text[: room - tail], text[-tail:], len(text) - room

    def _cut(self, ids: list[int], offsets: list[tuple[int, int]], head: int, gap: int) -> Encoded:
        pieces = np.array(ids, np.int64)
        spans = np.array(offsets, np.int64) - len(PREFIX)
        spans[spans[:, 1] <= 0] = 0  # added pieces and those of the prefix
        spans = np.maximum(spans, 0)
        spans[spans[:, 0] >= head] += gap
        over = len(pieces) - self._max_tokens
        if over > 0:
            tail = int(self._max_tokens * TAIL_SHARE)
            keep = np.r_[: self._max_tokens - tail, len(pieces) - tail : len(pieces)]
            pieces, spans = pieces[keep], spans[keep]
        return Encoded(pieces, spans, truncated=over > 0 or gap > 0)


def pad(rows: Sequence[npt.NDArray[np.int64]], pad_id: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Stack ids of unequal length into (batch, longest) ids and the attention mask of the same shape."""
    longest = max(map(len, rows))
    ids = np.full((len(rows), longest), pad_id, np.int64)
    mask = np.zeros((len(rows), longest), np.int64)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = row
        mask[i, : len(row)] = 1
    return ids, mask


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
