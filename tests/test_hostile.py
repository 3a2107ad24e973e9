"""A megabyte of what is worst for a pattern takes eight times as long as an eighth of it, not sixty-four times."""

import gc
import time
from collections.abc import Callable

import pytest

from pipeline.data.dates import parse_date
from pipeline.data.money import parse_money
from pipeline.serving.cells import escape
from pipeline.text.language import LanguageDetector
from pipeline.text.mask import mask
from pipeline.text.normalize import normalize
from pipeline.text.patterns import tokenize
from pipeline.text.signals import SignalMatcher

SMALL, LARGE = 2**17, 2**20  # characters
MOST_GROWTH = 4 * LARGE / SMALL  # quadratic time would be 64; four times linear leaves room for a busy machine
NOTICEABLE = 0.02  # seconds; less is noise
PIECES = [
    "а", "0", " ", "-", "a.", "a@", "1 ", "(0", "аa", "а\u0301", "а\u200b", "А'", "www.", "не подам ", "подам в ",
    "zhaloba ", "38 0", "№ ", "паспорт ", "😡", "\ud800",
]  # fmt: skip


def seconds(run: Callable[[str], object], text: str) -> float:
    """Return the processor time of a call: neither other programs nor the collector of garbage count."""
    gc.disable()
    began = time.process_time()
    run(text)
    ended = time.process_time()
    gc.enable()
    return ended - began


@pytest.fixture(scope="module")
def readers(root):
    language = LanguageDetector.load(root / "configs/language.yaml")
    signals = SignalMatcher.load(root / "configs/signals.yaml")
    return {
        "normalize": normalize,
        "language": language.detect,
        "signals": lambda text: signals.match(text, "mixed"),
        "mask": mask,
        "date": parse_date,
        "amount": parse_money,
        "cell": escape,
        "tokens": tokenize,
    }


@pytest.mark.slow
@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("name", ["normalize", "language", "signals", "mask", "date", "amount", "cell", "tokens"])
def test_time_grows_linearly(readers, name, piece):
    # Whole pieces: a text cut inside one may be tidy where the other is not.
    large, small = (seconds(readers[name], piece * (size // len(piece))) for size in (LARGE, SMALL))
    assert large < MOST_GROWTH * max(small, NOTICEABLE)
