"""Summaries of finished parts in, the counts of the whole run out."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from pipeline.serving.fields import FieldKinds
from pipeline.serving.work_folder import Part

DIGEST_BYTES = 8  # among a hundred million ids, two that differ share a digest with a chance of 1 in 3,700


@dataclass
class Tally:
    """What has been done so far; grows by 8 bytes a row, so that ids can be compared across the whole file."""

    rows_in: int = 0
    rows_out: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    kinds: FieldKinds = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    digests: bytearray = field(default_factory=bytearray)
    unread_dates: int = 0
    parts: int = 0
    rows_resumed: int = 0

    def add(self, part: Part) -> None:
        """Count a finished part."""
        self.rows_in += part.rows_in
        self.rows_out += part.rows_out
        self.rejected.update(part.rejected)
        for name, kinds in part.fields.items():
            self.kinds.setdefault(name, set()).update(kinds)
        self.renamed |= part.renamed
        self.unread_dates += part.unread_dates
        self.digests += bytes.fromhex(part.id_digests)
        self.parts += 1

    def duplicate_ids(self) -> int:
        """Return how many rows have an id that an earlier row has already."""
        digests = np.frombuffer(self.digests, dtype=np.uint64)
        return len(digests) - len(np.unique(digests))


def id_digests(ids: Iterable[str]) -> str:
    """Return the digests of ids, one after another, in hex."""
    data = (name.encode("utf-8", errors="surrogatepass") for name in ids)
    return b"".join(hashlib.blake2b(name, digest_size=DIGEST_BYTES).digest() for name in data).hex()
