"""Every leaf of every size, and every pair of sizes, proved and checked in both ways; and proofs that were changed.

Up to size 128; MORGUE_PROOF_SIZES says another number, such as 512.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.merkle import (
    ProofError,
    append_leaves,
    check_consistency,
    check_inclusion,
    leaf_hash,
    prove_consistency,
    prove_inclusion,
    root_of,
)
from archive.proofs import check_proof

if TYPE_CHECKING:
    from collections.abc import Sequence

SIZES = int(os.environ.get("MORGUE_PROOF_SIZES", "128"))
LEAVES = [leaf_hash(b"%d" % number) for number in range(SIZES)]


class Shelf:
    """Stored hashes in memory."""

    def __init__(self) -> None:
        self.levels: dict[int, list[bytes]] = {0: LEAVES}
        for level, _, stored in append_leaves(0, (), LEAVES).nodes:
            self.levels.setdefault(level, []).append(stored)

    def read_hashes(self, level: int, start: int, end: int) -> Sequence[bytes]:
        return self.levels.get(level, [])[start:end]


SHELF = Shelf()
ROOTS = [root_of(size, append_leaves(0, (), LEAVES[:size]).frontier) for size in range(SIZES + 1)]


def included(leaf: bytes, index: int, size: int, root: bytes, proof: list[bytes]) -> bool:
    """Tell whether both take an inclusion proof; they must be of one mind."""
    try:
        check_inclusion(leaf=leaf, index=index, size=size, root=root, proof=proof)
        ours = True
    except ProofError:
        ours = False
    try:
        theirs = 0 <= index < size and check_proof.walk(index, size - 1, [leaf, *proof])[1] == root
    except ValueError:
        theirs = False
    assert ours == theirs
    return ours


def consistent(old: int, new: int, proof: list[bytes], *, old_root: bytes, new_root: bytes) -> bool:
    """Tell whether both take a consistency proof; they must be of one mind."""
    try:
        check_consistency(old=old, old_root=old_root, new=new, new_root=new_root, proof=proof)
        ours = True
    except ProofError:
        ours = False
    try:
        check_proof.check_consistency(old, old_root, new, new_root, proof)
        theirs = True
    except (ValueError, LookupError):
        theirs = False
    assert ours == theirs
    return ours


def test_every_leaf_of_every_size_is_proved() -> None:
    for size in range(1, SIZES + 1):
        for index in range(size):
            assert included(LEAVES[index], index, size, ROOTS[size], prove_inclusion(index, size, SHELF))


def test_every_size_is_proved_to_extend_every_earlier_one() -> None:
    for new in range(SIZES + 1):
        for old in range(new + 1):
            proof = prove_consistency(old, new, SHELF)
            assert consistent(old, new, proof, old_root=ROOTS[old], new_root=ROOTS[new])


@given(st.data())
def test_a_proof_holds_for_its_own_leaf_index_and_root_only(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, SIZES))
    index = data.draw(st.integers(0, size - 1))
    proof = prove_inclusion(index, size, SHELF)
    other = data.draw(st.integers(0, SIZES - 1).filter(lambda number: number != index))
    assert not included(LEAVES[other], index, size, ROOTS[size], proof)
    assert not included(LEAVES[index], other, size, ROOTS[size], proof)
    assert not included(LEAVES[index], index, size, ROOTS[size - 1], proof)
    assert not included(LEAVES[index], index, size, ROOTS[size], [*proof, LEAVES[0]])
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        bit = data.draw(st.integers(0, 255))
        flipped = (int.from_bytes(proof[place], "big") ^ 1 << bit).to_bytes(32, "big")
        assert not included(LEAVES[index], index, size, ROOTS[size], [*proof[:place], flipped, *proof[place + 1 :]])
        assert not included(LEAVES[index], index, size, ROOTS[size], proof[:place] + proof[place + 1 :])


@given(st.data())
def test_a_consistency_proof_holds_for_its_own_sizes_and_roots_only(data: st.DataObject) -> None:
    new = data.draw(st.integers(2, SIZES))
    old = data.draw(st.integers(1, new - 1))
    proof = prove_consistency(old, new, SHELF)
    assert not consistent(old, new, proof, old_root=ROOTS[old - 1], new_root=ROOTS[new])
    assert not consistent(old, new, proof, old_root=ROOTS[old], new_root=ROOTS[new - 1])
    assert not consistent(new, old, proof, old_root=ROOTS[new], new_root=ROOTS[old])
    assert not consistent(old, new, [*proof, LEAVES[0]], old_root=ROOTS[old], new_root=ROOTS[new])
    place = data.draw(st.integers(0, len(proof) - 1))
    bit = data.draw(st.integers(0, 255))
    flipped = (int.from_bytes(proof[place], "big") ^ 1 << bit).to_bytes(32, "big")
    assert not consistent(
        old, new, [*proof[:place], flipped, *proof[place + 1 :]], old_root=ROOTS[old], new_root=ROOTS[new]
    )
    assert not consistent(old, new, proof[:place] + proof[place + 1 :], old_root=ROOTS[old], new_root=ROOTS[new])


def test_a_leaf_cannot_pass_for_a_node() -> None:
    """The second preimage that hashes without domains allow: two leaf hashes as one leaf of a smaller tree."""
    with pytest.raises(ProofError):
        check_inclusion(leaf=leaf_hash(LEAVES[0] + LEAVES[1]), index=0, size=1, root=ROOTS[2], proof=[])
