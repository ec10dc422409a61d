"""Encoding the fields of a collector with numpy.

Tokens become postings some documents at a time, and those are put together and encoded some terms at a time. So what is
made on the way fits into the processor's cache.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import numpy as np

from index import schema_fields as schema
from index.segment.blocks import SECTIONS
from index.segment.blocks_numpy import encode
from index.segment.postings import Part, Postings, concatenate, spread
from index.segment.writer import field_lengths

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from index.segment.collector import Collector, Field
    from index.segment.lengths import Lengths
    from index.segment.vocabulary import Names, Vocabulary
    from index.segment.writer import Lexicon, Sink

STRETCH = 1 << 20
"""Tokens encoded at a time, about."""

_PIECE = 1 << 18
"""Tokens sorted at a time, about."""


class BlockSections:
    """The sections of blocks as they grow, and how many numbers each has."""

    def __init__(self, pieces: Mapping[str, Sink]) -> None:
        self._pieces = pieces
        self._sizes = dict.fromkeys(SECTIONS, 0)

    def add(self, postings: Postings, lengths: Lengths | None) -> NDArray[np.int64]:
        """Encode the next postings; return how many blocks each term has. As of `encode`."""
        encoded = encode(postings, lengths, self._sizes)
        for section, piece in encoded.sections.items():
            self._pieces[section].append(piece)
            self._sizes[section] += len(piece)
        return encoded.blocks


def first_documents(
    fields: Iterable[tuple[NDArray[np.uint32], array[int]]], start: int, known: int, fresh: int
) -> NDArray[np.uint32]:
    """Return the first document of each of so many `fresh` forms, whose numbers are `known` and the next ones.

    `fields` have the tokens of the documents from `start` on, and how many each of these has. No earlier document has
    one of these forms.
    """
    first = np.full(fresh, np.iinfo(np.uint32).max, dtype=np.uint32)
    for tokens, lengths in fields:
        here = np.flatnonzero(tokens >= known)
        ends = np.cumsum(np.frombuffer(lengths, np.uint32), dtype=np.int64)
        documents = start + np.searchsorted(ends, here, side="right")
        np.minimum.at(first, tokens[here] - np.uint32(known), documents.astype(np.uint32))
    return first


def repeated(runs: Sequence[array[int]], numbers: array[int]) -> tuple[array[int], array[int]]:
    """Return those of some runs of numbers that are asked for, by their numbers, one behind the other; and how long."""
    each = np.fromiter(map(len, runs), np.int64, len(runs))
    starts = np.cumsum(each) - each
    chosen = np.frombuffer(numbers, np.uint32)
    counts = each[chosen]
    together = np.frombuffer(b"".join(runs), np.uint32)[spread(starts[chosen], counts)]
    return array("I", together.tobytes()), array("I", counts.astype(np.uint32).tobytes())


def encode_fields(collector: Collector, lexicon: Lexicon) -> dict[str, list[NDArray[np.unsignedinteger]]]:
    """Encode all fields; return the pieces of each section in order."""
    pieces: dict[str, list[NDArray[np.unsignedinteger]]] = {name: [] for name in SECTIONS}
    blocks = BlockSections(pieces)
    ranked: dict[Vocabulary | Names, tuple[list[bytes], NDArray[np.uint32]]] = {}
    for name in schema.INDEXED:
        field = collector.fields[name]
        lexicon.begin(name)
        if not len(field.numbers):
            continue
        if field.vocabulary not in ranked:
            ranked[field.vocabulary] = _ranked(field.vocabulary)
        terms, rank = ranked[field.vocabulary]
        lengths = field_lengths(name, field)
        parts = [Part(postings) for postings in _pieces(field, rank)]
        counts = np.zeros(len(terms), dtype=np.int64)
        for part in parts:
            part.count_tokens(counts)
        for first, last in stretches(counts):
            postings = concatenate([part.terms(first, last) for part in parts], last - first)
            if len(postings.term):
                here = [terms[number] for number in (postings.term + first).tolist()]
                lexicon.extend(
                    name,
                    here,
                    blocks.add(postings, lengths).tolist(),
                    postings.postings.tolist(),
                    postings.tokens.tolist(),
                )
    return pieces


def stretches(counts: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Yield ranges of terms that have about STRETCH tokens together; `counts` are those of each. No term is divided."""
    running = np.cumsum(counts)
    first = 0
    while first < len(counts):
        before = int(running[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(running, before + STRETCH, side="right")))
        yield first, last
        first = last


def _ranked(vocabulary: Vocabulary | Names) -> tuple[list[bytes], NDArray[np.uint32]]:
    """Return a vocabulary's terms in the order of their bytes, and by number the place of its term among them."""
    # The order of code points is that of their UTF-8.
    terms = sorted(set(vocabulary.terms))
    places = {term: place for place, term in enumerate(terms)}
    rank = np.fromiter(map(places.__getitem__, vocabulary.terms), np.uint32, len(vocabulary.terms))
    return [term.encode() for term in terms], rank


def _pieces(field: Field, rank: NDArray[np.uint32]) -> Iterator[Postings]:
    """Yield a field's postings, some documents at a time; terms are called by their rank."""
    numbers = np.frombuffer(field.numbers, np.uint32)
    lengths = np.frombuffer(field.lengths, np.uint32).astype(np.int64)
    ends = np.cumsum(lengths)
    document = 0
    start = 0
    while document < len(ends):
        last = max(document + 1, int(np.searchsorted(ends, start + _PIECE, side="right")))
        end = int(ends[last - 1])
        counts = lengths[document:last]
        if field.positions is not None:
            position = np.frombuffer(field.positions, np.uint32)[start:end]
        else:
            begins = (ends[document:last] - counts - start).astype(np.uint32)
            position = np.arange(end - start, dtype=np.uint32) - np.repeat(begins, counts)
            cuts = np.frombuffer(field.cuts, np.uint32)
            cuts = cuts[slice(*np.searchsorted(cuts, (start, end)))]
            if len(cuts):
                gaps = np.zeros(end - start + 1, dtype=np.uint32)
                gaps[cuts - start] = schema.VALUE_GAP
                gaps = np.cumsum(gaps, dtype=np.uint32)
                position += gaps[:-1] - np.repeat(gaps[begins], counts)
        if end > start:
            documents = np.repeat(np.arange(document, last, dtype=np.uint32), counts)
            yield Postings.of_tokens(rank[numbers[start:end]], documents, position)
        document, start = last, end
