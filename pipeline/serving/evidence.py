"""Where in a text the network saw a signal that no rule matched: the sentence that speaks for it most."""

import re

import numpy as np
import numpy.typing as npt

from pipeline.serving.decisions import NO_SPECIFICS

_SENTENCE = re.compile(r"[^.!?…]+[.!?…]*")


def locate(code: str, text: str, spans: npt.NDArray[np.int64], shares: npt.NDArray[np.float32]) -> tuple[int, int]:
    """The [start, end) of the evidence for a signal.

    Args:
        code: The signal; `no_specifics` is the lack of something and has the whole text for its place.
        text: The normalised text.
        spans: (tokens, 2) places of the word pieces in `text`; (0, 0) for pieces that are not of the text.
        shares: (tokens,) each piece's share in the signal's logit.
    """
    sentences = [match.span() for match in _SENTENCE.finditer(text)]
    if code == NO_SPECIFICS or not sentences:
        return 0, len(text)
    starts = np.array([start for start, _ in sentences])
    real = spans[:, 1] > 0
    sentence_of_piece = np.searchsorted(starts, spans[real, 0], side="right").clip(min=1) - 1
    totals = np.bincount(sentence_of_piece, weights=shares[real], minlength=len(sentences))
    start, end = sentences[int(totals.argmax())]
    return start + (len(text[start:end]) - len(text[start:end].lstrip())), end
