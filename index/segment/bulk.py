"""Encoding the fields of a segment with numpy, in bounded memory: a stretch of terms at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from index import schema_fields as schema
from index.segment.blocks import SECTIONS
from index.segment.blocks_numpy import SortedTokens, Tokens, decode, encode
from index.segment.merge import spellings
from index.segment.writer import field_lengths

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from index.segment.collector import Collector, Field
    from index.segment.lengths import Lengths
    from index.segment.reader import Segment
    from index.segment.writer import Lexicon

STRETCH = 1 << 20
"""Tokens encoded at a time, about: their columns stay in the processor's cache."""

_PIECE = 1 << 18
"""Tokens whose keys are made at a time, for the same reason."""


class Sink(Protocol):
    """Takes the pieces of a section in order."""

    def append(self, piece: Any, /) -> None:
        """Take the next piece."""


def encode_fields(collector: Collector, lexicon: Lexicon) -> dict[str, list[NDArray[np.unsignedinteger]]]:
    """Encode all fields; return the pieces of each section in order."""
    pieces: dict[str, list[NDArray[np.unsignedinteger]]] = {name: [] for name in SECTIONS}
    sizes = dict.fromkeys(SECTIONS, 0)
    for name in schema.INDEXED:
        field = collector.fields[name]
        lexicon.begin(name)
        if not len(field.numbers):
            continue
        terms, tokens = _sorted(field)
        encode_stretches(name, terms, tokens, field_lengths(name, field), lexicon, pieces, sizes)
    return pieces


def encode_stretches(  # noqa: PLR0917 - one loop of two callers
    field: str,
    terms: list[bytes],
    tokens: SortedTokens,
    lengths: Lengths | None,
    lexicon: Lexicon,
    pieces: Mapping[str, Sink],
    sizes: dict[str, int],
) -> None:
    """Encode sorted tokens, whose terms are numbers into `terms`, and add what they make to pieces and lexicon."""
    for first_term, last_term, stretch in tokens.stretches(STRETCH):
        encoded = encode(stretch, last_term - first_term, lengths, sizes)
        for section, piece in encoded.sections.items():
            pieces[section].append(piece)
            sizes[section] += len(piece)
        lexicon.extend(
            field,
            terms[first_term:last_term],
            encoded.blocks.tolist(),
            encoded.postings.tolist(),
            encoded.tokens.tolist(),
        )


def _sorted(field: Field) -> tuple[list[bytes], SortedTokens]:
    """Return the field's terms in the order of their bytes, and its tokens by term, document and position."""
    numbers = np.frombuffer(field.numbers, np.uint32)
    spelt = [term.encode() for term in field.vocabulary.terms]
    used = np.flatnonzero(np.bincount(numbers, minlength=len(spelt)))
    order = sorted(used.tolist(), key=spelt.__getitem__)
    rank = np.zeros(len(spelt), dtype=np.int64)
    rank[order] = np.arange(len(order))
    furthest = max(field.lengths) if field.positions is None else max(field.positions) + 1
    bounds = (len(order), len(field.ends), furthest)
    return [spelt[number] for number in order], SortedTokens(_pieces(field, numbers, rank), len(numbers), bounds)


def _pieces(field: Field, numbers: NDArray[np.uint32], rank: NDArray[np.int64]) -> Iterator[Tokens]:
    """Yield a field's tokens, some documents at a time."""
    ends = np.frombuffer(field.ends, np.uint64).astype(np.int64)
    document = 0
    start = 0
    while document < len(ends):
        last = max(document + 1, int(np.searchsorted(ends, start + _PIECE, side="right")))
        counts = np.diff(ends[document:last], prepend=start)
        end = int(ends[last - 1])
        if field.positions is not None:
            position = np.frombuffer(field.positions, np.uint32)[start:end].astype(np.int64)
        else:
            position = np.arange(start, end) - np.repeat(ends[document:last] - counts, counts)
        yield Tokens(rank[numbers[start:end]], np.repeat(np.arange(document, last), counts), position)
        document, start = last, end


def merge_fields(
    segments: list[Segment],
    bases: list[int],
    lengths: dict[str, Lengths],
    lexicon: Lexicon,
    pieces: Mapping[str, Sink],
) -> None:
    """Merge all fields of some segments, a stretch of terms at a time."""
    sizes = dict.fromkeys(SECTIONS, 0)
    documents = bases[-1]
    for name in schema.INDEXED:
        lexicon.begin(name)
        lexicons = [spellings(segment, name) for segment in segments]
        union = sorted(set().union(*lexicons))
        sources = [
            _Source(segment, base, name, own, union)
            for segment, base, own in zip(segments, bases, lexicons, strict=False)
        ]
        for first, last in _stretches(sources, len(union)):
            columns = [source.tokens(first, last) for source in sources]
            bounds = (last - first, documents, 1 + max(int(position.max(initial=0)) for _, _, position in columns))
            tokens = SortedTokens(columns, sum(len(term) for term, _, _ in columns), bounds)
            encode_stretches(name, union[first:last], tokens, lengths.get(name), lexicon, pieces, sizes)


class _Source:
    """One field of one segment that is merged; knows its terms by their numbers in the union."""

    def __init__(self, segment: Segment, base: int, field: str, own: list[bytes], union: list[bytes]) -> None:
        self._segment = segment
        self._base = base
        first, last = segment.fields[field]
        numbers = {spelling: number for number, spelling in enumerate(union)}
        self._numbers = np.fromiter((numbers[spelling] for spelling in own), np.int64, len(own))
        self._blocks = np.frombuffer(segment.sections["term_blocks"], np.uint32)[first : last + 1].astype(np.int64)
        self._tokens = np.frombuffer(segment.sections["term_tokens"], np.uint64)[first:last].astype(np.int64)

    def count_tokens(self, counts: NDArray[np.int64]) -> None:
        """Add the tokens of each term to the counts of the union's terms."""
        counts[self._numbers] += self._tokens

    def tokens(self, first: int, last: int) -> Tokens:
        """Return the tokens of the union's terms `[first, last)`, with terms counted from `first`."""
        begin, end = np.searchsorted(self._numbers, (first, last))
        if begin == end:
            nothing = np.zeros(0, dtype=np.int64)
            return Tokens(nothing, nothing, nothing)
        blocks = self._blocks[begin : end + 1]
        block, document, position = decode(self._segment.sections, int(blocks[0]), int(blocks[-1]))
        term_of_block = np.repeat(self._numbers[begin:end] - first, np.diff(blocks))
        return Tokens(term_of_block[block], document + self._base, position)


def _stretches(sources: list[_Source], terms: int) -> Iterator[tuple[int, int]]:
    """Yield ranges of the union's terms that have about STRETCH tokens together."""
    counts = np.zeros(terms, dtype=np.int64)
    for source in sources:
        source.count_tokens(counts)
    running = np.cumsum(counts)
    first = 0
    while first < terms:
        before = int(running[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(running, before + STRETCH, side="right")))
        yield first, last
        first = last
