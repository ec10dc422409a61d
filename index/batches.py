"""Batches: documents that follow one another in the log, by columns, as a collector takes them.

What a document costs is paid where it is read. Made of bytes, numbers and strings only, a batch goes through a pipe as
it is.
"""

from __future__ import annotations

from array import array
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple

from index import schema_fields as schema
from index.projection import Document
from index.segment.vocabulary import chunked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from index.projection import Standing

DOCUMENTS = 256
"""Documents in a batch, at the most, and standings."""

CHARACTERS = 1 << 18
"""Characters of titles and texts in a batch, but for the last document."""


class Texts(NamedTuple):
    """A field of text: the passages of all documents as `chunked` gives them, and how many each document has."""

    chunks: bytes
    lengths: bytes
    passages: bytes


class Values(NamedTuple):
    """A field of names: the lists of names that differ, and for each document the number of its own, from 1, or 0.

    The numbers have two bytes each. Documents behind the last one that has names are left out.
    """

    lists: list[tuple[str, ...]]
    numbers: bytes


class Batch(NamedTuple):
    """Some documents, or some standings.

    Of `positions` (8 bytes a number), `published` (8, signed), `first_day` and `last_day` (4) each document has one, as
    a segment keeps them. `superseding` are pairs: the number of a document in the batch, and the position of the
    version whose place it took. A standing is an `index.projection.Standing` as a plain tuple.
    """

    positions: bytes
    published: bytes
    first_day: bytes
    last_day: bytes
    superseding: list[tuple[int, int]]
    names: dict[str, Values]
    texts: dict[str, Texts]
    standings: list[tuple[Any, ...]]


def batches(rows: Iterable[Document | Standing]) -> Iterator[Batch]:
    """Yield documents, and the standings behind them, in batches that have one or the other."""
    held: list[Document] = []
    standings: list[Standing] = []
    characters = 0
    for row in rows:
        if isinstance(row, Document):
            held.append(row)
            characters += len(row.title) + sum(map(len, row.passages))
            if characters >= CHARACTERS or len(held) >= DOCUMENTS:
                yield batch_of(held)
                held, characters = [], 0
        else:
            standings.append(row)
            if len(standings) >= DOCUMENTS:
                if held:
                    yield batch_of(held)
                    held = []
                yield batch_of((), standings)
                standings = []
    if held:
        yield batch_of(held)
    if standings:
        yield batch_of((), standings)


def batch_of(documents: Sequence[Document], standings: Iterable[Standing] = ()) -> Batch:
    """Return documents, in order, and standings as one batch."""
    superseding: list[tuple[int, int]] = []
    names: dict[str, tuple[dict[tuple[str, ...], int], array[int]]] = {}
    passages: list[str] = []
    for number, document in enumerate(documents):
        if document.supersedes is not None:
            superseding.append((number, document.supersedes))
        for name, values in document.names.items():
            if name not in names:
                names[name] = {(): 0}, array("H")
            known, numbers = names[name]
            if len(numbers) < number:
                numbers.extend(repeat(0, number - len(numbers)))
            numbers.append(known.setdefault(values, len(known)))
        passages += document.passages
    unknown = schema.UNKNOWN_TIME
    published = [unknown if document.published is None else document.published for document in documents]
    days = [document.days or (0, 0) for document in documents]
    return Batch(
        array("Q", [document.position for document in documents]).tobytes(),
        array("q", published).tobytes(),
        array("I", [first for first, _ in days]).tobytes(),
        array("I", [last for _, last in days]).tobytes(),
        superseding,
        {name: Values(list(known)[1:], numbers.tobytes()) for name, (known, numbers) in names.items()},
        {
            schema.TITLE: _texts([document.title for document in documents], repeat(1, len(documents))),
            schema.TEXT: _texts(passages, [len(document.passages) for document in documents]),
        },
        list(map(tuple, standings)),
    )


def _texts(passages: list[str], counts: Iterable[int]) -> Texts:
    chunks, lengths = chunked(passages)
    return Texts(chunks, lengths.tobytes(), array("I", counts).tobytes())
