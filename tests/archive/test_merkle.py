"""The Merkle tree against the vectors of Certificate Transparency and against RFC 9162 written out naively."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.merkle import (
    EMPTY_ROOT,
    Frontier,
    MissingHashesError,
    Node,
    ProofError,
    append_leaves,
    check_consistency,
    check_inclusion,
    frontier_at,
    leaf_hash,
    node_hash,
    pack_frontier,
    prove_consistency,
    prove_inclusion,
    root_at,
    root_of,
    unpack_frontier,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

SMALL = 40
LARGE = (65_535, 65_536, 65_537, 66_321, 70_000, 131_072, 131_329)
LEAVES = tuple(leaf_hash(b"entry %d" % number) for number in range(131_400))

REFERENCE_ENTRIES = tuple(
    bytes.fromhex(entry)
    for entry in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
)
REFERENCE_ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
REFERENCE_PATHS = {
    (0, 1): (),
    (0, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (5, 8): (
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 3): ("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",),
    (1, 5): (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
}
REFERENCE_EXTENSIONS = {
    (1, 1): (),
    (1, 8): REFERENCE_PATHS[0, 8],
    (6, 8): (
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 5): REFERENCE_PATHS[1, 5][1:],
}


class Shelf:
    """Stored hashes in memory, which also counts what is read of each level."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.levels: dict[int, list[bytes]] = {0: list(leaves)}
        self.read: Counter[int] = Counter()
        for level, index, stored in append_leaves(0, (), leaves).nodes:
            row = self.levels.setdefault(level, [])
            assert index == len(row)
            row.append(stored)

    def read_hashes(self, level: int, start: int, end: int) -> Sequence[bytes]:
        assert 0 < end - start <= 255
        self.read[level] += end - start
        return self.levels.get(level, [])[start:end]


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return Shelf(LEAVES)


def tree_hash(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 9162 section 2.1.1, word for word, over leaf hashes."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = split(len(leaves))
    return sha256(b"\x01" + tree_hash(leaves[:half]) + tree_hash(leaves[half:])).digest()


def split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    half = 1
    while half * 2 < size:
        half *= 2
    return half


def path_of(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 9162 section 2.1.3.1."""
    if len(leaves) == 1:
        return []
    half = split(len(leaves))
    if index < half:
        return [*path_of(index, leaves[:half]), tree_hash(leaves[half:])]
    return [*path_of(index - half, leaves[half:]), tree_hash(leaves[:half])]


def subproof_of(old: int, leaves: Sequence[bytes], *, known: bool) -> list[bytes]:
    """SUBPROOF of RFC 9162 section 2.1.4.1."""
    if old == len(leaves):
        return [] if known else [tree_hash(leaves)]
    half = split(len(leaves))
    if old <= half:
        return [*subproof_of(old, leaves[:half], known=known), tree_hash(leaves[half:])]
    return [*subproof_of(old - half, leaves[half:], known=False), tree_hash(leaves[:half])]


def perfect_subtrees(leaves: Sequence[bytes]) -> Frontier:
    roots: list[bytes] = []
    while leaves:
        width = 1 << len(leaves).bit_length() - 1
        roots.append(tree_hash(leaves[:width]))
        leaves = leaves[width:]
    return tuple(roots)


def flipped(value: bytes, bit: int) -> bytes:
    return (int.from_bytes(value, "big") ^ 1 << bit).to_bytes(len(value), "big")


# Reference vectors


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_the_reference_trees(size: int) -> None:
    leaves = [leaf_hash(entry) for entry in REFERENCE_ENTRIES[:size]]
    tree = append_leaves(0, (), leaves)
    assert root_of(tree.size, tree.frontier).hex() == REFERENCE_ROOTS[size]
    assert root_at(size, Shelf(leaves)).hex() == REFERENCE_ROOTS[size]


@pytest.mark.parametrize(("index", "size"), REFERENCE_PATHS)
def test_inclusion_proofs_are_those_of_the_reference_trees(index: int, size: int) -> None:
    reference = Shelf([leaf_hash(entry) for entry in REFERENCE_ENTRIES])
    assert [step.hex() for step in prove_inclusion(index, size, reference)] == list(REFERENCE_PATHS[index, size])


@pytest.mark.parametrize(("old", "new"), REFERENCE_EXTENSIONS)
def test_consistency_proofs_are_those_of_the_reference_trees(old: int, new: int) -> None:
    reference = Shelf([leaf_hash(entry) for entry in REFERENCE_ENTRIES])
    assert [step.hex() for step in prove_consistency(old, new, reference)] == list(REFERENCE_EXTENSIONS[old, new])


def test_leaves_and_nodes_are_hashed_in_domains_of_their_own() -> None:
    left, right = LEAVES[:2]
    assert leaf_hash(b"entry 0") == sha256(b"\x00entry 0").digest()
    assert node_hash(left, right) == sha256(b"\x01" + left + right).digest()
    assert node_hash(left, right) != leaf_hash(left + right)
    assert sha256(b"").digest() == EMPTY_ROOT


# The right edge and the nodes


@pytest.mark.parametrize("size", [*range(301), 511, 512, 513, 1000, *LARGE])
def test_root_and_frontier_agree_with_the_rfc_appended_or_read_back(size: int, shelf: Shelf) -> None:
    expected, subtrees = tree_hash(LEAVES[:size]), perfect_subtrees(LEAVES[:size])
    tree = append_leaves(0, (), LEAVES[:size])
    assert (tree.size, tree.frontier) == (size, subtrees)
    assert root_of(size, tree.frontier) == expected
    assert frontier_at(size, shelf) == subtrees
    assert root_at(size, shelf) == expected


def test_nodes_are_the_roots_of_full_subtrees_each_named_once() -> None:
    nodes = append_leaves(0, (), LEAVES).nodes
    expected: list[Node] = []
    for level in (1, 2):
        width = 256**level
        expected += [
            (level, index, tree_hash(LEAVES[index * width : (index + 1) * width]))
            for index in range(len(LEAVES) // width)
        ]
    assert nodes == expected


@given(cuts=st.lists(st.integers(0, 1100), max_size=8), start=st.sampled_from((0, 1, 255, 256, 65_000, 65_536)))
def test_any_split_of_the_appends_gives_the_same_root_frontier_and_nodes(cuts: list[int], start: int) -> None:
    """RFC 9162 section 2.1.1: the tree is a function of its leaves, and of nothing else."""
    before = append_leaves(0, (), LEAVES[:start])
    at_once = append_leaves(start, before.frontier, LEAVES[start : start + 1100])
    size, frontier, nodes = before.size, before.frontier, list[Node]()
    for low, high in pairwise([0, *sorted(cuts), 1100]):
        size, frontier, added = append_leaves(size, frontier, LEAVES[start + low : start + high])
        nodes += added
    assert (size, frontier) == (at_once.size, at_once.frontier)
    assert root_of(size, frontier) == root_of(at_once.size, at_once.frontier)
    assert sorted(nodes) == at_once.nodes


def test_leaves_appended_one_by_one_complete_a_node_with_their_256th() -> None:
    size, frontier = 0, Frontier()
    completed: list[tuple[int, int, int]] = []
    for leaf in LEAVES[:65_536]:
        size, frontier, nodes = append_leaves(size, frontier, iter((leaf,)))
        completed += [(size, level, index) for level, index, _ in nodes]
    assert completed == [*((256 * (index + 1), 1, index) for index in range(256)), (65_536, 2, 0)]
    assert frontier == (tree_hash(LEAVES[:65_536]),)


@pytest.mark.parametrize("size", [1, 255, 256, 65_535, *LARGE])
def test_an_earlier_root_costs_at_most_255_hashes_a_level(size: int, shelf: Shelf) -> None:
    shelf.read.clear()
    root_at(size, shelf)
    assert max(shelf.read.values()) <= 255


@pytest.mark.parametrize("size", [65_535, 65_536, 131_329])
def test_a_proof_costs_at_most_511_hashes_a_level(size: int, shelf: Shelf) -> None:
    for index in (0, 1, 255, 256, 65_534, size - 1):
        shelf.read.clear()
        prove_inclusion(index, size, shelf)
        assert max(shelf.read.values()) <= 510
        shelf.read.clear()
        prove_consistency(index + 1, size, shelf)
        assert max(shelf.read.values(), default=0) <= 511


@given(size=st.integers(0, 1200))
def test_a_frontier_survives_its_bytes(size: int) -> None:
    frontier = append_leaves(0, (), LEAVES[:size]).frontier
    packed = pack_frontier(frontier)
    assert len(packed) == 32 * size.bit_count()
    assert unpack_frontier(size, packed) == frontier


@pytest.mark.parametrize(("size", "length"), [(0, 1), (0, 32), (1, 0), (1, 31), (1, 33), (1, 64), (3, 63), (-1, 32)])
def test_frontier_bytes_of_a_wrong_length_are_refused(size: int, length: int) -> None:
    with pytest.raises(ValueError, match=r"frontier|cannot have"):
        unpack_frontier(size, bytes(length))


def test_what_is_no_tree_is_refused() -> None:
    with pytest.raises(ValueError, match="the frontier of 2 leaves has 1 hashes, not 0"):
        append_leaves(2, (), LEAVES[:1])
    with pytest.raises(ValueError, match="the frontier of 0 leaves has 0 hashes, not 1"):
        root_of(0, (EMPTY_ROOT,))
    with pytest.raises(ValueError, match="each leaf must be 32 bytes"):
        append_leaves(0, (), [LEAVES[0], b"short"])
    with pytest.raises(ValueError, match="each frontier hash must be 32 bytes"):
        pack_frontier((b"short",))
    with pytest.raises(ValueError, match="cannot have -1 leaves"):
        root_at(-1, Shelf(()))


def test_hashes_that_the_reader_lacks_are_named() -> None:
    short = Shelf(LEAVES[:700])
    with pytest.raises(MissingHashesError, match="level 0 of the tree lacks some of the hashes 512 to 700") as caught:
        root_at(701, short)
    assert (caught.value.level, caught.value.start, caught.value.end) == (0, 512, 701)
    short.levels[1][1] = b"damaged"
    with pytest.raises(MissingHashesError, match=r"level 1 .* 0 to 1"):
        root_at(700, short)


# Inclusion


def test_every_leaf_of_every_small_tree_is_proved_as_in_the_rfc(shelf: Shelf) -> None:
    for size in range(1, SMALL + 1):
        root = tree_hash(LEAVES[:size])
        for index in range(size):
            proof = prove_inclusion(index, size, shelf)
            assert proof == path_of(index, LEAVES[:size])
            check_inclusion(leaf=LEAVES[index], index=index, size=size, root=root, proof=proof)


@pytest.mark.parametrize("size", [300, 65_535, 65_536, 131_329])
def test_leaves_of_large_trees_are_proved_as_in_the_rfc(size: int, shelf: Shelf) -> None:
    root = tree_hash(LEAVES[:size])
    for index in {0, 1, 128, 255, 256, 257, size // 2, size - 2, size - 1}:
        proof = prove_inclusion(index, size, shelf)
        check_inclusion(leaf=LEAVES[index], index=index, size=size, root=root, proof=proof)
    assert prove_inclusion(size - 1, size, shelf) == path_of(size - 1, LEAVES[:size])


def refuse_inclusion(
    leaf: bytes, index: int, size: int, root: bytes, proof: Sequence[bytes], *, reason: str = "proof"
) -> None:
    with pytest.raises(ProofError, match=reason):
        check_inclusion(leaf=leaf, index=index, size=size, root=root, proof=proof)


def test_any_changed_bit_of_an_inclusion_proof_fails(shelf: Shelf) -> None:
    for size in (1, 2, 3, 5, 7, 8):
        root = root_at(size, shelf)
        for index in range(size):
            parts = [LEAVES[index], root, *prove_inclusion(index, size, shelf)]
            for place in range(len(parts)):
                for bit in range(256):
                    forged = parts.copy()
                    forged[place] = flipped(forged[place], bit)
                    leaf, forged_root, *proof = forged
                    refuse_inclusion(leaf, index, size, forged_root, proof)


@given(data=st.data(), size=st.integers(1, SMALL), bit=st.integers(0, 255))
def test_a_forged_inclusion_proof_fails(shelf: Shelf, data: st.DataObject, size: int, bit: int) -> None:
    """RFC 9162 section 2.1.3.2: the path pins the leaf, its index, and every sibling."""
    index = data.draw(st.integers(0, size - 1))
    root, proof = root_at(size, shelf), prove_inclusion(index, size, shelf)
    parts = [LEAVES[index], root, *proof]
    place = data.draw(st.integers(0, len(parts) - 1))
    parts[place] = flipped(parts[place], bit)
    leaf, forged_root, *forged = parts
    refuse_inclusion(leaf, index, size, forged_root, forged)

    other = data.draw(st.integers(0, size).filter(lambda other: other != index))
    refuse_inclusion(LEAVES[index], other, size, root, proof, reason="proof|no leaf")
    refuse_inclusion(LEAVES[index], index, size, root, [*proof, root], reason="too many hashes")
    if proof:
        refuse_inclusion(LEAVES[index], index, size, root, proof[:-1], reason="too few hashes")
        refuse_inclusion(LEAVES[index], index, size, root, [*proof[:-1], proof[-1][:-1]], reason="must be 32 bytes")
    # The size is taken from where the root is.
    refuse_inclusion(LEAVES[index], index, size + 1, root_at(size + 1, shelf), proof)


def test_an_inclusion_proof_of_no_leaf_is_refused(shelf: Shelf) -> None:
    for index, size in ((0, 0), (3, 3), (-1, 3)):
        with pytest.raises(ValueError, match="has no leaf"):
            prove_inclusion(index, size, shelf)
        refuse_inclusion(LEAVES[0], index, size, EMPTY_ROOT, [], reason="has no leaf")


# Consistency


def test_every_small_tree_extends_every_smaller_one_as_in_the_rfc(shelf: Shelf) -> None:
    for new in range(SMALL + 1):
        for old in range(new + 1):
            proof = prove_consistency(old, new, shelf)
            assert proof == (subproof_of(old, LEAVES[:new], known=True) if old else [])
            check_consistency(
                old=old, old_root=tree_hash(LEAVES[:old]), new=new, new_root=tree_hash(LEAVES[:new]), proof=proof
            )


@pytest.mark.parametrize("new", [300, 65_536, 65_537, 131_329])
def test_large_trees_extend_smaller_ones_as_in_the_rfc(new: int, shelf: Shelf) -> None:
    new_root = root_at(new, shelf)
    for old in {1, 2, 128, 255, 256, 257, new // 2, new // 3, new - 1, new}:
        proof = prove_consistency(old, new, shelf)
        check_consistency(old=old, old_root=root_at(old, shelf), new=new, new_root=new_root, proof=proof)
    assert prove_consistency(new // 3, new, shelf) == subproof_of(new // 3, LEAVES[:new], known=True)


def refuse_consistency(
    old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes], *, reason: str = "proof"
) -> None:
    with pytest.raises(ProofError, match=reason):
        check_consistency(old=old, old_root=old_root, new=new, new_root=new_root, proof=proof)


@given(data=st.data(), new=st.integers(1, SMALL), bit=st.integers(0, 255))
def test_a_forged_consistency_proof_fails(shelf: Shelf, data: st.DataObject, new: int, bit: int) -> None:
    """RFC 9162 section 2.1.4.2: the path pins both roots and every hash in it."""
    old = data.draw(st.integers(1, new))
    parts = [root_at(old, shelf), root_at(new, shelf), *prove_consistency(old, new, shelf)]
    old_root, new_root, *proof = parts
    place = data.draw(st.integers(0, len(parts) - 1))
    parts[place] = flipped(parts[place], bit)
    forged_old, forged_new, *forged = parts
    refuse_consistency(old, forged_old, new, forged_new, forged, reason="proof|different roots")

    refuse_consistency(old, old_root, new, new_root, [*proof, new_root], reason="too many hashes")
    if proof:
        refuse_consistency(old, new_root, new, old_root, proof)
        refuse_consistency(old, old_root, new, new_root, proof[:-1], reason="too few hashes")
        refuse_consistency(old, old_root, new, new_root, [*proof[:-1], b""], reason="must be 32 bytes")


def test_a_history_that_was_rewritten_has_no_consistency_proof(shelf: Shelf) -> None:
    rewritten = Shelf([*LEAVES[:10], leaf_hash(b"another entry"), *LEAVES[11:30]])
    for old in range(11, 31):
        proof = prove_consistency(old, 30, rewritten)
        refuse_consistency(old, root_at(old, shelf), 30, root_at(30, rewritten), proof, reason="proof|different roots")


def test_sizes_that_are_no_extension_are_refused(shelf: Shelf) -> None:
    one, two = root_at(1, shelf), root_at(2, shelf)
    for old, new in ((2, 1), (-1, 1)):
        with pytest.raises(ValueError, match="cannot extend"):
            prove_consistency(old, new, shelf)
        refuse_consistency(old, two, new, one, [], reason="cannot extend")
    refuse_consistency(0, one, 2, two, [], reason="not that of the empty tree")
    refuse_consistency(0, EMPTY_ROOT, 2, two, [one], reason="too many hashes")
    refuse_consistency(3, root_at(3, shelf), 5, root_at(5, shelf), [], reason="too few hashes")
