"""A hash table of numpy arrays, from short byte strings to numbers: a hundred thousand look-ups are a few operations.

Open addressing with linear probing. All look-ups take their first step together, then those that met another key take
their next one, until none is left.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Words = NDArray[np.uint64]
    Codes = NDArray[np.int32]
    Indices = NDArray[np.int64]

ABSENT = np.iinfo(np.int32).min
"""What a look-up gives for a key that is not in the table. No code may be this number."""

_SMALLEST = 12
"""The table begins with 2^12 slots."""
_FILLED = 3
"""One slot in so many is taken at the most, so that nearly all look-ups end at their first step."""


class ChunkTable:
    """From keys of a few 64-bit words, the first of them never 0, to codes: numbers of 32 bits with a sign."""

    def __init__(self, words: int) -> None:
        # A multiplier that nobody can know, so that no text can be made whose words all meet in one slot.
        self._multiplier = np.uint64(secrets.randbits(64) | 1)
        self._count = 0
        self._allot(words, _SMALLEST)

    def _allot(self, words: int, bits: int) -> None:
        self._shift = np.uint64(64 - bits)
        self._mask = (1 << bits) - 1
        self._keys = [np.zeros(1 << bits, dtype=np.uint64) for _ in range(words)]
        self._codes = np.full(1 << bits, ABSENT, dtype=np.int32)

    def find(self, key: Sequence[Words]) -> Codes:
        """Return the codes of keys, given as a column for each of their words; ABSENT for those not in the table."""
        slot = self._slots(key)
        found = self._codes[slot]
        left = np.flatnonzero(~self._equal(slot, key))
        while len(left):
            left = left[self._keys[0][slot[left]] != 0]
            here = slot[left] + 1 & self._mask
            slot[left] = here
            found[left] = self._codes[here]
            left = left[~self._equal(here, [word[left] for word in key])]
        return found

    def insert(self, key: Sequence[Words], codes: Codes) -> None:
        """Add keys that are not in the table and differ from each other."""
        self._count += len(codes)
        if self._count * _FILLED > self._mask:
            taken = np.flatnonzero(self._keys[0])
            old = [word[taken] for word in self._keys]
            key = [np.concatenate(columns) for columns in zip(old, key, strict=True)]
            codes = np.concatenate([self._codes[taken], codes])
            self._allot(len(key), max(_SMALLEST, (self._count * _FILLED * 2).bit_length()))
        slot = self._slots(key)
        left = np.arange(len(codes))
        while len(left):
            free = np.flatnonzero(self._keys[0][slot[left]] == 0)
            # Of several keys that want one slot, the first gets it.
            chosen, which = np.unique(slot[left[free]], return_index=True)
            winners = left[free[which]]
            for column, word in zip(self._keys, key, strict=True):
                column[chosen] = word[winners]
            self._codes[chosen] = codes[winners]
            stay = np.ones(len(left), dtype=bool)
            stay[free[which]] = False
            left = left[stay]
            slot[left] = slot[left] + 1 & self._mask

    def _slots(self, key: Sequence[Words]) -> Indices:
        mixed = key[0] * self._multiplier
        for word in key[1:]:
            mixed ^= mixed >> np.uint64(32)
            mixed += word
            mixed *= self._multiplier
        mixed ^= mixed >> np.uint64(32)
        mixed *= self._multiplier
        mixed >>= self._shift
        return mixed.view(np.int64)

    def _equal(self, slot: Indices, key: Sequence[Words]) -> NDArray[np.bool_]:
        equal: NDArray[np.bool_] = self._keys[0][slot] == key[0]
        for column, word in zip(self._keys[1:], key[1:], strict=True):
            equal &= column[slot] == word
        return equal
