"""Postings in columns, with numpy: made of tokens, and put together from several that follow one another.

Neither needs a sort by comparison. Tokens come in the order of documents and positions, so it is enough to sort them by
term, stably; and where all documents of one part come before those of the next, the postings of a term are those of the
first part, then those of the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Column = NDArray[np.uint32]


class Postings(NamedTuple):
    """The postings of some terms, in the order of terms and documents.

    `term` has the number of each term, ascending, `postings` and `tokens` how many it has of both, one at least.
    `document` and `frequency` have an item for each posting, `position` one for each token.
    """

    term: Numbers
    postings: Numbers
    tokens: Numbers
    document: Column
    frequency: Column
    position: Column

    @classmethod
    def of_tokens(cls, term: Column, document: Column, position: Column) -> Postings:
        """Return the postings of tokens that come in the order of (document, position)."""
        order = _order(term)
        term, document = term[order], document[order]
        new_term = _changes(term)
        posting_at = np.flatnonzero(new_term | _changes(document))
        term_at = np.flatnonzero(new_term[posting_at])
        first_token = posting_at[term_at]
        return cls(
            term=term[first_token].astype(np.int64),
            postings=np.diff(term_at, append=len(posting_at)),
            tokens=np.diff(first_token, append=len(term)),
            document=document[posting_at],
            frequency=np.diff(posting_at, append=len(term)).astype(np.uint32),
            position=position[order],
        )


class Part:
    """Postings of which ranges of terms are asked for."""

    def __init__(self, postings: Postings) -> None:
        self._postings = postings
        self._posting_at = _starts(postings.postings)
        self._token_at = _starts(postings.tokens)

    def count_tokens(self, counts: Numbers) -> None:
        """Add the tokens of each term to the counts by number."""
        counts[self._postings.term] += self._postings.tokens

    def terms(self, first: int, last: int) -> Postings:
        """Return the postings of the terms `[first, last)`, which are counted from `first`."""
        begin, end = np.searchsorted(self._postings.term, (first, last)).tolist()
        postings = slice(self._posting_at[begin], self._posting_at[end])
        tokens = slice(self._token_at[begin], self._token_at[end])
        whole = self._postings
        return Postings(
            term=whole.term[begin:end] - first,
            postings=whole.postings[begin:end],
            tokens=whole.tokens[begin:end],
            document=whole.document[postings],
            frequency=whole.frequency[postings],
            position=whole.position[tokens],
        )


def concatenate(parts: Sequence[Postings], terms: int) -> Postings:
    """Return the postings of parts that follow one another, all of whose terms are below `terms`."""
    parts = [part for part in parts if len(part.term)]
    if len(parts) == 1:
        return parts[0]
    postings = np.zeros((terms, len(parts)), dtype=np.int64)
    tokens = np.zeros((terms, len(parts)), dtype=np.int64)
    for number, part in enumerate(parts):
        postings[part.term, number] = part.postings
        tokens[part.term, number] = part.tokens
    postings_at = _starts(postings.ravel())
    tokens_at = _starts(tokens.ravel())
    document = np.empty(int(postings_at[-1]), dtype=np.uint32)
    frequency = np.empty(len(document), dtype=np.uint32)
    position = np.empty(int(tokens_at[-1]), dtype=np.uint32)
    for number, part in enumerate(parts):
        cells = part.term * len(parts) + number
        places = spread(postings_at[cells], part.postings)
        document[places] = part.document
        frequency[places] = part.frequency
        position[spread(tokens_at[cells], part.tokens)] = part.position
    postings_each, tokens_each = postings.sum(axis=1), tokens.sum(axis=1)
    term = np.flatnonzero(postings_each)
    return Postings(term, postings_each[term], tokens_each[term], document, frequency, position)


def _order(term: Column) -> Numbers:
    """Return the order that sorts terms and keeps equal ones as they stand: by radix, 16 bits at a time."""
    order = np.argsort(term.astype(np.uint16), kind="stable")
    if term.max(initial=0) >= 1 << 16:
        high = (term >> 16).astype(np.uint16)
        order = order[np.argsort(high[order], kind="stable")]
    return order


def _changes(column: Column) -> NDArray[np.bool_]:
    changes = np.empty(len(column), dtype=bool)
    changes[:1] = True
    np.not_equal(column[1:], column[:-1], out=changes[1:])
    return changes


def _starts(counts: Numbers) -> Numbers:
    """Return where each of some runs starts, and where the last one ends."""
    return np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(counts)))


def spread(starts: Numbers, counts: Numbers) -> Numbers:
    """Return the numbers from each start on, as many as it counts."""
    return np.repeat(starts - _starts(counts)[:-1], counts) + np.arange(int(counts.sum()))
