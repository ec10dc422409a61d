"""Verification: every stored byte is compared with what it must be. Nothing is repaired.

`walk` goes over the log once: an envelope is checked against its leaf, a leaf against the tree, a payload (`payload`)
against its checksum and its commitment in the envelope, an article (`versions`) against its digest. `tables` looks at
the schema with its triggers and at rows that belong to nothing, `lookups` compares the lookup table with what the log
says it is, and `erasures` what was erased with what events say was. Without a published checkpoint none of this can see
an owner who rewrote everything consistently; docs/architecture.md says what is promised, docs/format.md,
"Verification", what is checked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.verification.problem import Problem
from archive.verification.verified import Verified
from archive.verification.verifying import Verification

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from archive.archive import Archive

__all__ = ["Problem", "Verification", "Verified", "verify"]


def verify(archive: Archive, progress: Callable[[int, int], None] = lambda _done, _total: None) -> Iterator[Problem]:
    """Yield every problem of a whole archive. `progress` is called with events done and in all.

    Costs a read of the whole file and memory for one article; raises StorageError where the file cannot be read.
    """
    return Verification(archive).problems(progress)
