"""Collecting documents for a segment: the forms of each field, numbered, and the columns.

Titles and texts wait until there is enough of them, and are then numbered together with numpy. If it never comes to
that, they are numbered one by one without: numpy takes longer to import than a few documents take to read, and a
single article is the everyday case.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from itertools import chain, islice, repeat
from typing import TYPE_CHECKING

from index import schema_fields as schema
from index.segment.standings import StandingRows
from index.segment.values import ValueColumns
from index.segment.vocabulary import Names, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.projection import Document, Standing
    from index.segment.tokenizer import Tokenizer

FEW = 400_000
"""Characters of titles and texts up to which plain Python is faster than importing numpy."""

TOKEN_BYTES = 20
"""Memory that a token takes from when it is collected to when its segment is written, measured."""

WAITING = 1 << 22
"""Characters that wait to be numbered together, at most."""


class Field:
    """The tokens of one field over the documents collected: numbers and positions, and how many each document has.

    Without `positions`, the position of a token is its number in its document, and a gap more for each of the `cuts`
    ahead of it: tokens, counted over all documents, that begin another passage of their document. The numbers are those
    of a vocabulary, whose `terms` has the term of each.
    """

    def __init__(self, vocabulary: Vocabulary | Names) -> None:
        self.vocabulary = vocabulary
        self.numbers = array("I")
        self.lengths = array("I")
        self.positions: array[int] | None = None
        self.cuts = array("I")

    def extend(self, numbers: bytes, lengths: Sequence[int], passages: Sequence[int]) -> None:
        """Add documents: the numbers of their passages, how long each of these is, and how many each document has."""
        start = len(self.numbers)
        self.numbers.frombytes(numbers)
        if len(lengths) == len(passages) and min(passages, default=1) == 1:
            self.lengths.extend(lengths)
            return
        remaining = iter(lengths)
        for count in passages:
            tokens = 0
            for length in islice(remaining, count):
                # A passage may be signs only.
                if tokens and length:
                    self.cuts.append(start + tokens)
                tokens += length
            self.lengths.append(tokens)
            start += tokens

    def places(self, start: int, end: int) -> Sequence[int]:
        """Return the positions in their document of the tokens `[start, end)`, which are all that it has."""
        if self.positions is not None:
            return self.positions[start:end]
        places = array("I", range(end - start))
        for cut in self.cuts[bisect_left(self.cuts, start) : bisect_left(self.cuts, end)]:
            for token in range(cut - start, end - start):
                places[token] += schema.VALUE_GAP
        return places

    def fill(self, documents: int) -> None:
        """State that the documents up to a number have no tokens but for those that were added."""
        self.lengths.extend(repeat(0, documents - len(self.lengths)))


class NamesField(Field):
    """A field of names."""

    def __init__(self, vocabulary: Names) -> None:
        super().__init__(vocabulary)
        self.positions: array[int] = array("I")
        self._names = vocabulary
        self._known: dict[tuple[str, ...], tuple[array[int], array[int]]] = {}

    def add(self, document: int, names: tuple[str, ...]) -> None:
        """Add a document's names, with a gap between two that no phrase reaches over. They come again and again."""
        known = self._known.get(names)
        if known is None:
            known = self._known[names] = self._read(names)
        numbers, positions = known
        self.fill(document)
        self.numbers.extend(numbers)
        self.positions.extend(positions)
        self.lengths.append(len(numbers))

    def _read(self, names: tuple[str, ...]) -> tuple[array[int], array[int]]:
        numbers, positions = array("I"), array("I")
        position = 0
        for name in names:
            here = self._names.number(name)
            numbers.extend(here)
            positions.extend(range(position, position + len(here)))
            position += len(here) + schema.VALUE_GAP
        return numbers, positions


class Collector:
    """Documents of one segment, and standings, each in the order of the log."""

    def __init__(self) -> None:
        self.vocabulary = Vocabulary()
        names = Names()
        self._names = {name: NamesField(names) for name in schema.NAMES}
        self._scored = {name: Field(self.vocabulary) for name in schema.SCORED}
        self.fields: dict[str, Field] = {**self._scored, **self._names}
        self.positions = array("Q")
        self.published = array("q")
        self.first_day = array("I")
        self.last_day = array("I")
        self.superseding: list[tuple[int, int]] = []
        self.values = ValueColumns()
        self.standings = StandingRows()
        self._waiting: dict[str, list[tuple[str, ...]]] = {name: [] for name in schema.SCORED}
        self._characters = 0
        self._tokenizer: Tokenizer | None = None

    def __len__(self) -> int:
        return len(self.positions)

    @property
    def weight(self) -> int:
        """What memory grows with, counted in tokens, but for what waits: the tokens, and as many as the forms weigh."""
        tokens = sum(len(field.numbers) for field in self.fields.values())
        return tokens + self.vocabulary.weight // TOKEN_BYTES

    @property
    def few(self) -> bool:
        """Whether so little has been collected that it is read and written without numpy."""
        return self._tokenizer is None and self._characters <= FEW

    def add(self, document: Document) -> None:
        """Add the next document."""
        number = len(self)
        if document.supersedes is not None:
            self.superseding.append((number, document.supersedes))
        self.positions.append(document.position)
        self.published.append(schema.UNKNOWN_TIME if document.published is None else document.published)
        first, last = document.days if document.days is not None else (0, 0)
        self.first_day.append(first)
        self.last_day.append(last)
        self.values.add(document.names)
        for name, names in document.names.items():
            self._names[name].add(number, names)
        self._waiting[schema.TITLE].append((document.title,))
        self._waiting[schema.TEXT].append(document.passages)
        self._characters += len(document.title) + sum(map(len, document.passages))
        if self._characters >= WAITING:
            self._number_many()

    def add_standing(self, standing: Standing) -> None:
        """Add the next standing."""
        self.standings.add(standing)

    def finish(self) -> None:
        """Complete the fields: number what waits."""
        if self.few:
            self._number_few()
        else:
            self._number_many()
        for field in self._names.values():
            field.fill(len(self))

    def _number_few(self) -> None:
        for name, field in self._scored.items():
            for passages in self._waiting[name]:
                numbers = [self.vocabulary.number(passage) for passage in passages]
                lengths = [len(passage) for passage in numbers]
                field.extend(b"".join(passage.tobytes() for passage in numbers), lengths, (len(passages),))
            self._waiting[name] = []
        self._characters = 0

    def _number_many(self) -> None:
        from index.segment.tokenizer import Tokenizer

        if self._tokenizer is None:
            self._tokenizer = Tokenizer(self.vocabulary)
        for name, field in self._scored.items():
            waiting = self._waiting[name]
            numbers, lengths = self._tokenizer.number(list(chain.from_iterable(waiting)))
            field.extend(numbers.tobytes(), lengths.tolist(), list(map(len, waiting)))
            self._waiting[name] = []
        self._characters = 0
