"""What the rules need of spaCy, imported without the training libraries that spaCy would otherwise drag in."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

# thinc, on which spaCy stands, imports each of these when it is installed; together that is seconds and gigabytes.
_HEAVY = ("torch", "tensorflow", "mxnet", "cupy")


@contextmanager
def _hidden(names: tuple[str, ...]) -> Iterator[None]:
    """Make modules that are not loaded yet look as if they were not installed, then forget that."""
    absent = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]  # None is how Python marks "do not import"
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


with _hidden(_HEAVY):
    from spacy.matcher import Matcher
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

__all__ = ["Doc", "Matcher", "Vocab"]
