"""The Merkle tree over the log: hashes, its right edge, tiles and proofs (RFC 9162 section 2.1, C2SP tlog-tiles).

Pure: nothing here opens or keeps anything. Whoever calls passes hashes in, or a `HashReader` that fetches them.

A tree of `size` leaves splits into perfect subtrees, one per set bit of `size`. Their roots, largest first, are its
*frontier*: all that is needed to append to it and to know its root. For everything about earlier sizes, the roots of
the full subtrees of 256**k leaves are stored beside the leaves. *Node* `(level, index)` is the root of the leaves
`[index * 256**level, (index + 1) * 256**level)`; level 0 are the leaf hashes themselves. (In tlog-tiles of height 8
that is entry `index % 256` of tile `level/(index // 256)`.) A tree of `size` leaves has `size >> 8 * level` nodes at
a level. Every hash is 32 bytes of SHA-256. Indices and sizes count leaves from 0; all ranges are half-open.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

HASH_SIZE = 32
"""Bytes of a hash."""

TILE_HEIGHT = 8
"""Heights of the binary tree that one level of stored nodes spans."""

EMPTY_ROOT = sha256(b"").digest()
"""The root of the tree without leaves (RFC 9162 section 2.1.1)."""

Frontier = tuple[bytes, ...]
"""The roots of the perfect subtrees of a tree, largest (leftmost) first: `size.bit_count()` hashes."""

Node = tuple[int, int, bytes]
"""`(level, index, hash)` of a stored node, level 1 or higher."""


class ProofError(ValueError):
    """A proof does not show what it should: it is forged, damaged, or about something else."""


class MissingHashesError(LookupError):
    """A reader gave other than the hashes `[start, end)` of a level: they were never stored, or are damaged."""

    def __init__(self, level: int, start: int, end: int) -> None:
        self.level = level
        self.start = start
        self.end = end
        super().__init__(f"level {level} of the tree lacks some of the hashes {start} to {end - 1}")


class HashReader(Protocol):
    """Gives stored hashes back. A level only grows and its hashes never change, so no snapshot is needed."""

    def read_hashes(self, level: int, start: int, end: int) -> Sequence[bytes]:
        """Return the hashes `[start, end)` of a level, 0 being the leaves: 1 to 255 of them, in order."""


class Appended(NamedTuple):
    """A tree after leaves were appended: its size, its frontier, and the nodes that became full, low levels first."""

    size: int
    frontier: Frontier
    nodes: list[Node]


def leaf_hash(entry: bytes) -> bytes:
    """Return SHA-256(0x00 ‖ entry), the hash of a leaf (RFC 9162 section 2.1.1)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 ‖ left ‖ right), the hash of an inner node (RFC 9162 section 2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


# The right edge


def append_leaves(size: int, frontier: Frontier, leaves: Iterable[bytes]) -> Appended:
    """Append leaf hashes to the tree that `size` and `frontier` describe.

    The nodes of the result are exactly those that a store has to add: at each level the indices
    `[old size >> 8 * level, new size >> 8 * level)`. How the leaves are split over calls makes no difference.

    Costs one hash a leaf on average (about 1 µs each) and memory for the leaves of this call; appending one leaf costs
    at most log2(size) hashes. Raises ValueError if the frontier is not one of `size` leaves, or a leaf not 32 bytes.
    """
    _require_frontier(size, frontier)
    row = list(leaves)
    _require_hashes(row, "leaf")
    new_size = size + len(row)
    untouched = list(frontier)
    edge: list[bytes] = []
    nodes: list[Node] = []
    height = 0
    # `row` holds the subtrees of this height that became perfect: `[size >> height, new_size >> height)`.
    while row:
        if height and height % TILE_HEIGHT == 0:
            level = height // TILE_HEIGHT
            nodes.extend((level, index, root) for index, root in enumerate(row, size >> height))
        if size >> height & 1:
            row.insert(0, untouched.pop())
        if len(row) & 1:
            edge.append(row.pop())
        row = [sha256(b"\x01" + left + right).digest() for left, right in zip(row[::2], row[1::2], strict=True)]
        height += 1
    return Appended(new_size, (*untouched, *reversed(edge)), nodes)


def root_of(size: int, frontier: Frontier) -> bytes:
    """Return the root of the tree that `size` and `frontier` describe, in at most log2(size) hashes.

    Raises ValueError if the frontier is not one of `size` leaves.
    """
    _require_frontier(size, frontier)
    return _fold(frontier)


def pack_frontier(frontier: Frontier) -> bytes:
    """Return the frontier as bytes: its hashes one after the other, largest subtree first.

    Raises ValueError if one of them is not 32 bytes.
    """
    _require_hashes(frontier, "frontier hash")
    return b"".join(frontier)


def unpack_frontier(size: int, data: bytes) -> Frontier:
    """Return the frontier of a tree of `size` leaves from its bytes; raises ValueError if their length is wrong."""
    frontier = tuple(data[start : start + HASH_SIZE] for start in range(0, len(data), HASH_SIZE))
    _require_frontier(size, frontier)
    return frontier


# Earlier sizes


def frontier_at(size: int, reader: HashReader) -> Frontier:
    """Return the frontier as it was at `size` leaves, from stored hashes alone.

    Reads at most 255 hashes of each level, in one call a level. Raises MissingHashesError if the reader does not have
    them, ValueError if `size` is negative.
    """
    _require_size(size)
    return _subtree(0, size, reader)


def root_at(size: int, reader: HashReader) -> bytes:
    """Return the root as it was at `size` leaves; cost and errors as of `frontier_at`."""
    return _fold(frontier_at(size, reader))


# Proofs: that a leaf is in a tree, that a tree extends another


def prove_inclusion(index: int, size: int, reader: HashReader) -> list[bytes]:
    """Return the proof that leaf `index` is in the tree of `size` leaves: the siblings on its path, leaf end first.

    RFC 9162 section 2.1.3.1. The proof has at most ceil(log2(size)) hashes; at most 510 hashes of each level are read
    for it. Raises ValueError unless `0 <= index < size`, and MissingHashesError.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    proof: list[bytes] = []
    low, high = 0, size
    while high - low > 1:
        middle = _split(low, high)
        if index < middle:
            proof.append(_fold(_subtree(middle, high, reader)))
            high = middle
        else:
            proof.append(_fold(_subtree(low, middle, reader)))
            low = middle
    proof.reverse()
    return proof


def check_inclusion(*, leaf: bytes, index: int, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the leaf hash `leaf` is at `index` in the tree of `size` leaves and root `root`.

    RFC 9162 section 2.1.3.2. Returns nothing; raises ProofError with the reason otherwise. `size` must come from where
    `root` does, such as a signed checkpoint: the proof alone does not pin it down.
    """
    if not 0 <= index < size:
        raise ProofError(f"a tree of {size} leaves has no leaf {index}")
    _require_proof((leaf, root, *proof))
    computed = leaf
    for sibling, is_left in zip(proof, _sides(index, size - 1, len(proof)), strict=True):
        computed = node_hash(sibling, computed) if is_left else node_hash(computed, sibling)
    if computed != root:
        raise ProofError(f"the inclusion proof of leaf {index} leads to another root than that of size {size}")


def prove_consistency(old: int, new: int, reader: HashReader) -> list[bytes]:
    """Return the proof that the tree of `new` leaves extends that of `old` leaves.

    RFC 9162 section 2.1.4.1. It is empty if the sizes are equal, and (as the RFC leaves open) if `old` is 0. It has at
    most ceil(log2(new)) + 1 hashes; at most 511 hashes of each level are read for it. Raises ValueError unless
    `0 <= old <= new`, and MissingHashesError.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} leaves cannot extend one of {old}")
    if old in (0, new):
        return []
    proof: list[bytes] = []
    low, high = 0, new
    while old < high:
        middle = _split(low, high)
        if old <= middle:
            proof.append(_fold(_subtree(middle, high, reader)))
            high = middle
        else:
            proof.append(_fold(_subtree(low, middle, reader)))
            low = middle
    # Where `low` is still 0, [0, old) is the whole old tree: the checker has its root.
    if low:
        proof.append(_fold(_subtree(low, high, reader)))
    proof.reverse()
    return proof


def check_consistency(*, old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the tree of `new` leaves and root `new_root` extends that of `old` leaves and root `old_root`.

    RFC 9162 section 2.1.4.2, and for the cases that it leaves open: a tree extends itself and the empty tree, by an
    empty proof. Returns nothing; raises ProofError with the reason otherwise.
    """
    if not 0 <= old <= new:
        raise ProofError(f"a tree of {new} leaves cannot extend one of {old}")
    _require_proof((old_root, new_root, *proof))
    if old in (0, new):
        _check_trivial_consistency(old, old_root, new, new_root, proof)
        return
    # The proof starts from the smallest perfect subtree at the old tree's right edge. If that is the whole old tree,
    # its root is left out of the proof.
    path = [old_root, *proof] if old.bit_count() == 1 else list(proof)
    if not path:
        raise ProofError("the proof has too few hashes")
    height = (old & -old).bit_length() - 1
    sides = _sides(old - 1 >> height, new - 1 >> height, len(path) - 1)
    computed_old = computed_new = path[0]
    for sibling, is_left in zip(path[1:], sides, strict=True):
        if is_left:
            computed_old = node_hash(sibling, computed_old)
            computed_new = node_hash(sibling, computed_new)
        else:
            computed_new = node_hash(computed_new, sibling)
    if computed_old != old_root:
        raise ProofError(f"the consistency proof leads to another root than that of the old size {old}")
    if computed_new != new_root:
        raise ProofError(f"the consistency proof leads to another root than that of the new size {new}")


# Subtrees


def _split(low: int, high: int) -> int:
    """Return where RFC 9162 splits a subtree of two or more leaves: the largest power of two below its width."""
    return low + (1 << (high - low - 1).bit_length() - 1)


def _subtree(low: int, high: int, reader: HashReader) -> Frontier:
    """Return the frontier of the tree over the leaves `[low, high)` alone.

    `low` must be a multiple of a power of two not below the width, as it is for every subtree in RFC 9162. Then the
    highest nodes that fit start at `low`, and no level has 256 of them left to read.
    """
    frontier: list[bytes] = []
    position = low
    for level in range((high - low).bit_length() // TILE_HEIGHT, -1, -1):
        height = level * TILE_HEIGHT
        start, end = position >> height, high >> height
        # A subtree narrower than a node of this level may begin in the middle of one; it is read from lower down.
        if start < end and position == start << height:
            hashes = list(reader.read_hashes(level, start, end))
            if len(hashes) != end - start or not _are_hashes(hashes):
                raise MissingHashesError(level, start, end)
            frontier += append_leaves(0, (), hashes).frontier
            position = end << height
    return tuple(frontier)


def _fold(frontier: Sequence[bytes]) -> bytes:
    """Return the root over a frontier: smaller subtrees hang to the right of larger ones."""
    if not frontier:
        return EMPTY_ROOT
    root = frontier[-1]
    for left in frontier[-2::-1]:
        root = node_hash(left, root)
    return root


def _sides(node: int, last: int, count: int) -> list[bool]:
    """Return for each sibling on the way from `node` to the root whether it is the left one.

    `node` and `last` are the places of our subtree and of the rightmost one at their height: `fn` and `sn` of
    RFC 9162. Raises ProofError unless there are `count` siblings.
    """
    sides: list[bool] = []
    while last:
        # The rightmost subtree has no sibling at the heights where it is a left one.
        if node & 1 or node < last:
            sides.append(bool(node & 1))
        node, last = node >> 1, last >> 1
    if len(sides) != count:
        raise ProofError(f"the proof has too {'few' if count < len(sides) else 'many'} hashes")
    return sides


def _check_trivial_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Check what RFC 9162 leaves open: a tree extends itself, and the empty one."""
    if proof:
        raise ProofError("the proof has too many hashes")
    if old == 0 and old_root != EMPTY_ROOT:
        raise ProofError("the root of size 0 is not that of the empty tree")
    if old == new and old_root != new_root:
        raise ProofError(f"two trees of the same size {old} have different roots")


# What callers must hold to


def _are_hashes(values: Iterable[bytes]) -> bool:
    return {HASH_SIZE}.issuperset(map(len, values))


def _require_hashes(values: Iterable[bytes], what: str) -> None:
    if not _are_hashes(values):
        raise ValueError(f"each {what} must be {HASH_SIZE} bytes")


def _require_proof(values: Iterable[bytes]) -> None:
    if not _are_hashes(values):
        raise ProofError(f"each hash of a proof must be {HASH_SIZE} bytes")


def _require_size(size: int) -> None:
    if size < 0:
        raise ValueError(f"a tree cannot have {size} leaves")


def _require_frontier(size: int, frontier: Frontier) -> None:
    _require_size(size)
    if len(frontier) != size.bit_count():
        raise ValueError(f"the frontier of {size} leaves has {size.bit_count()} hashes, not {len(frontier)}")
    _require_hashes(frontier, "frontier hash")
