"""Blocks of postings: two encoders that write the same bytes, and readers that give back what went in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from index.bm25 import bound_of_step, norms, segment_norms
from index.segment.blocks import BLOCK, SECTIONS, SHAPES, Blocks, Encoder, shape_code
from index.segment.blocks_numpy import decode_postings, encode
from index.segment.lengths import Lengths
from index.segment.postings import Part, Postings, concatenate

if TYPE_CHECKING:
    from collections.abc import Sequence

PostingsOfTerm = dict[int, list[int]]
"""Of one term: the positions in each document."""

_documents = st.one_of(st.integers(0, 300), st.integers(0, 70_000), st.integers(0, 2**32 - 1))
_positions = st.one_of(st.integers(0, 300), st.integers(0, 70_000), st.integers(0, 2**32 - 1))
_sparse = st.dictionaries(_documents, st.sets(_positions, min_size=1, max_size=4).map(sorted), min_size=1, max_size=20)
# Long lists of small numbers: several blocks of a term.
_dense = st.builds(
    lambda count, step, often: {number * step: list(range(number % often + 1)) for number in range(count)},
    st.integers(BLOCK - 1, 3 * BLOCK + 1),
    st.sampled_from((1, 3, 400)),
    st.sampled_from((1, 3, 300)),
)
_terms = st.lists(st.one_of(_sparse, _dense), min_size=1, max_size=4)


def encoded_one_by_one(
    terms: Sequence[PostingsOfTerm], lengths: Lengths | None
) -> tuple[dict[str, list[int]], list[int]]:
    encoder = Encoder()
    blocks = [encoder.add(sorted(postings.items()), lengths) for postings in terms]
    return {name: section.tolist() for name, section in encoder.sections.items()}, blocks


def tokens_of(terms: Sequence[PostingsOfTerm]) -> list[tuple[int, int, int]]:
    return [
        (term, document, position)
        for term, postings in enumerate(terms)
        for document, positions in sorted(postings.items())
        for position in positions
    ]


def in_parts(tokens: list[tuple[int, int, int]], parts: int) -> list[Postings]:
    """Return the postings of tokens, those of so many ranges of documents apart."""
    ordered = sorted(tokens, key=lambda token: token[1:])
    documents = sorted({document for _, document, _ in ordered})
    found = []
    for some in np.array_split(np.array(documents), min(parts, len(documents))):
        chosen = set(some.tolist())
        here = np.array([token for token in ordered if token[1] in chosen], dtype=np.uint32)
        found.append(Postings.of_tokens(*here.T))
    return found


@given(_terms, st.integers(1, 4))
@settings(deadline=None)
def test_both_encoders_write_the_same_sections(terms: list[PostingsOfTerm], parts: int) -> None:
    expected, blocks = encoded_one_by_one(terms, None)
    postings = concatenate(in_parts(tokens_of(terms), parts), len(terms))
    encoded = encode(postings, None, dict.fromkeys(SECTIONS, 0))
    assert {name: section.tolist() for name, section in encoded.sections.items()} == expected
    assert encoded.blocks.tolist() == blocks
    assert postings.term.tolist() == list(range(len(terms)))
    assert postings.postings.tolist() == [len(postings) for postings in terms]
    assert postings.tokens.tolist() == [sum(map(len, postings.values())) for postings in terms]


@given(_terms)
@settings(deadline=None)
def test_blocks_give_back_what_was_encoded(terms: list[PostingsOfTerm]) -> None:
    encoder = Encoder()
    counts = [encoder.add(sorted(postings.items()), None) for postings in terms]
    sections = {name: memoryview(section) for name, section in encoder.sections.items()}
    blocks = Blocks(sections)
    read: list[tuple[int, int, int]] = []
    block = 0
    for term, count in enumerate(counts):
        for _ in range(count):
            places = iter(blocks.all_places(block))
            for document, extra in zip(blocks.documents(block), blocks.frequencies(block), strict=True):
                read += [(term, document, next(places)) for _ in range(extra + 1)]
            block += 1
    assert read == tokens_of(terms)
    documents, frequencies, positions = decode_postings(sections, 0, block)
    decoded = zip(np.repeat(documents, frequencies).tolist(), positions.tolist(), strict=True)
    assert list(decoded) == [token[1:] for token in read]


@given(_terms, st.integers(1, 3), st.integers(1, 4))
@settings(deadline=None)
def test_encoding_some_terms_at_a_time_changes_nothing(terms: list[PostingsOfTerm], step: int, parts: int) -> None:
    expected, _ = encoded_one_by_one(terms, None)
    sizes = dict.fromkeys(SECTIONS, 0)
    pieces: dict[str, list[int]] = {name: [] for name in SECTIONS}
    known = [Part(postings) for postings in in_parts(tokens_of(terms), parts)]
    for first in range(0, len(terms), step):
        last = min(first + step, len(terms))
        postings = concatenate([part.terms(first, last) for part in known], last - first)
        assert postings.term.tolist() == list(range(last - first))
        for name, piece in encode(postings, None, sizes).sections.items():
            pieces[name] += piece.tolist()
            sizes[name] += len(piece)
    assert pieces == expected


def test_terms_of_any_number_are_sorted_and_stay_in_the_order_of_documents() -> None:
    tokens = [(70_000, 1, 4), (3, 1, 9), (1 << 31, 2, 0), (70_000, 2, 1), (4464, 2, 2), (70_000, 2, 7)]
    postings = Postings.of_tokens(*np.array(tokens, dtype=np.uint32).T)
    assert postings.term.tolist() == [3, 4464, 70_000, 1 << 31]
    assert postings.document.tolist() == [1, 2, 1, 2, 2]
    assert postings.frequency.tolist() == [1, 1, 1, 2, 1]
    assert postings.position.tolist() == [9, 2, 4, 1, 7, 0]


def test_a_block_is_bounded_by_its_highest_frequency_and_its_shortest_field() -> None:
    lengths = Lengths(bytes([9, 4, 7, 200]), segment_norms(400, 4))
    encoder = Encoder()
    encoder.add([(0, [1]), (2, [1, 2, 3]), (3, list(range(1000)))], lengths)
    assert encoder.sections["block_peak"].tolist() == [255]
    assert encoder.sections["block_short"].tolist() == [7]


# Numbers of documents that stay small: each has a length byte.
_few_documents = st.dictionaries(
    st.integers(0, 700), st.sets(st.integers(0, 300), min_size=1, max_size=4).map(sorted), min_size=1, max_size=300
)


@given(st.lists(_few_documents, min_size=1, max_size=4), st.binary(min_size=701, max_size=701), st.integers(1, 10**6))
@settings(deadline=None)
def test_both_encoders_bound_blocks_alike(terms: list[PostingsOfTerm], short: bytes, tokens: int) -> None:
    lengths = Lengths(short, segment_norms(tokens, len(short)))
    expected, _ = encoded_one_by_one(terms, lengths)
    encoded = encode(concatenate(in_parts(tokens_of(terms), 2), len(terms)), lengths, dict.fromkeys(SECTIONS, 0))
    assert {name: section.tolist() for name, section in encoded.sections.items()} == expected


@given(_few_documents, st.binary(min_size=701, max_size=701), st.integers(1, 10**6), st.floats(0.5, 10**4))
@settings(deadline=None)
def test_no_posting_scores_above_what_its_block_states(
    postings: PostingsOfTerm, short: bytes, tokens: int, average: float
) -> None:
    encoder = Encoder()
    encoder.add(sorted(postings.items()), Lengths(short, segment_norms(tokens, len(short))))
    step = bound_of_step(average, tokens / len(short))
    now = norms(average)
    blocks = Blocks({name: memoryview(section) for name, section in encoder.sections.items()})
    for block in range(len(blocks.best)):
        for document, extra in zip(blocks.documents(block), blocks.frequencies(block), strict=True):
            assert (extra + 1) / (extra + 1 + now[short[document]]) <= blocks.best[block] * step


def test_every_shape_has_the_code_it_is_listed_under() -> None:
    assert [shape_code(SHAPES[code]) for code in range(1 << 13)] == list(range(1 << 13))
