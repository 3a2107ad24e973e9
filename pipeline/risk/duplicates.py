"""Messages in the order of time in, a template for each out: the number of the first message with the same wording."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.risk.wording import PERMUTATIONS, Signatures, Wording

_ROWS = 2  # values of a signature that two messages must share to be compared at all
_BANDS = PERMUTATIONS // _ROWS
_SIMILAR = 0.3  # Jaccard; honest messages on one incident share less than a tenth
_CONTAINED = 0.6  # of the shorter message, where the other has a sentence more

_BLOCK = 100_000  # pairs compared at once

Numbers = npt.NDArray[np.int64]


class Templates:
    """All messages so far. A message joins an earlier one or founds a template; no later one changes that.

    Locality-sensitive hashing (Indyk and Motwani 1998, doi:10.1145/276698.276876): messages that share a band of their
    signatures are compared, each with the first of its band only, so that a wording sent a million times costs no more
    than a million wordings. The index is sorted arrays, where datasketch keeps a Python object per message and band.
    """

    def __init__(self) -> None:
        self._signatures = _Growing(np.empty((0, PERMUTATIONS), np.uint32))
        self._sizes = _Growing(np.empty(0, np.int64))
        self._templates = _Growing(np.empty(0, np.int64))
        self._runs: list[_Run] = []

    def add(self, new: Wording) -> Numbers:
        """Add messages, the earliest first.

        Returns:
            (messages,) The template of each: equal numbers where the wording is the same.
        """
        before = len(self._templates.values)
        self._signatures.append(new.signatures)
        self._sizes.append(new.sizes)
        keys = _keys(new.signatures)
        run = _Run.of(keys, before)
        parents = self._parents(before, [*self._runs, run], keys)
        self._templates.append(parents)
        templates = self._templates.values
        for place in range(before, len(templates)):  # a parent comes before its children
            templates[place] = templates[templates[place]]
        self._keep(run)
        return templates[before:].copy()

    def _parents(self, before: int, runs: "list[_Run]", keys: npt.NDArray[np.uint64]) -> Numbers:
        """The earliest message that each new one resembles, or itself."""
        own = np.arange(before, before + len(keys[0]))
        parents = own.copy()
        for run in runs:
            for band in range(_BANDS):
                mates = run.first(band, keys[band])
                worth = np.flatnonzero((mates >= 0) & (mates < parents))
                alike = worth[self._alike(own[worth], mates[worth])]
                parents[alike] = mates[alike]
        return parents

    def _alike(self, first: Numbers, second: Numbers) -> npt.NDArray[np.bool_]:
        signatures, sizes = self._signatures.values, self._sizes.values
        equal = [
            (signatures[first[i : i + _BLOCK]] == signatures[second[i : i + _BLOCK]]).mean(axis=1)
            for i in range(0, len(first), _BLOCK)
        ]
        similar = np.concatenate(equal) if equal else np.empty(0)
        common = similar * (sizes[first] + sizes[second]) / (1 + similar)
        contained = common / np.minimum(sizes[first], sizes[second])
        alike: npt.NDArray[np.bool_] = (similar >= _SIMILAR) & (contained >= _CONTAINED)
        return alike

    def _keep(self, run: "_Run") -> None:
        """Add a run to the index; runs of a size are merged, so that there are few of them."""
        while self._runs and self._runs[-1].messages <= run.messages:
            run = self._runs.pop().merged(run)
        self._runs.append(run)


@dataclass(frozen=True)
class _Run:
    """Of each band, the keys in order, and for each the first message that has it."""

    messages: int
    keys: list[npt.NDArray[np.uint64]]
    firsts: list[Numbers]

    @classmethod
    def of(cls, keys: npt.NDArray[np.uint64], before: int) -> "_Run":
        found = [np.unique(band, return_index=True) for band in keys]
        return cls(len(keys[0]), [band for band, _ in found], [places + before for _, places in found])

    def first(self, band: int, keys: npt.NDArray[np.uint64]) -> Numbers:
        """The first message with each key, -1 where there is none."""
        if not len(self.keys[band]):
            return np.full(len(keys), -1)
        places = np.searchsorted(self.keys[band], keys).clip(max=len(self.keys[band]) - 1)
        return np.where(self.keys[band][places] == keys, self.firsts[band][places], -1)

    def merged(self, later: "_Run") -> "_Run":
        """Both runs as one."""
        keys, firsts = [], []
        for band in range(_BANDS):
            both = np.concatenate([self.keys[band], later.keys[band]])
            kept, places = np.unique(both, return_index=True)  # of equal keys the first, which is the earlier one's
            keys.append(kept)
            firsts.append(np.concatenate([self.firsts[band], later.firsts[band]])[places])
        return _Run(self.messages + later.messages, keys, firsts)


def _keys(signatures: Signatures) -> npt.NDArray[np.uint64]:
    """(bands, messages) Each band of the signatures as one number."""
    pairs = np.ascontiguousarray(signatures.T).astype(np.uint64)
    return (pairs[0::_ROWS] << np.uint64(32)) | pairs[1::_ROWS]


class _Growing:
    """An array that grows at its end without being copied each time."""

    def __init__(self, values: npt.NDArray[Any]) -> None:
        self._room = values
        self._used = len(values)

    @property
    def values(self) -> npt.NDArray[Any]:
        return self._room[: self._used]

    def append(self, more: npt.NDArray[Any]) -> None:
        used = self._used + len(more)
        if used > len(self._room):
            room = np.empty((max(used, 2 * self._used), *self._room.shape[1:]), self._room.dtype)
            room[: self._used] = self.values
            self._room = room
        self._room[self._used : used] = more
        self._used = used
