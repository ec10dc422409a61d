"""Collecting documents for a segment: the forms of each field, numbered, and the columns.

Titles and texts wait until there is enough of them, and are then numbered together with numpy. If it never comes to
that, they are numbered one by one without: numpy takes longer to import than a few documents take to read, and a
single article is the everyday case.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from itertools import accumulate, islice, repeat
from typing import TYPE_CHECKING

from index import schema_fields as schema
from index.segment.standings import StandingRows
from index.segment.values import ValueColumns
from index.segment.vocabulary import Names, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from index.batches import Batch, Texts
    from index.segment.tokenizer import Tokenizer

FEW = 400_000
"""Bytes of titles and texts up to which plain Python is faster than importing numpy."""

TOKEN_BYTES = 20
"""Memory that a token takes from when it is collected to when its segment is written, measured."""

WAITING = 1 << 22
"""Bytes of titles and texts that wait to be numbered together, at most."""


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


class NamesField(Field):
    """A field of names. Lists of names come again and again: each is kept once, and a document has its number."""

    def __init__(self, vocabulary: Names) -> None:
        super().__init__(vocabulary)
        self.positions: array[int] = array("I")
        self.lists: list[tuple[str, ...]] = [()]
        self.list_numbers = array("I")
        self.tokens = 0
        self._names = vocabulary
        self._known: dict[tuple[str, ...], int] = {(): 0}
        self._read: list[tuple[array[int], array[int]]] = [(array("I"), array("I"))]

    def extend_by(self, start: int, lists: Sequence[tuple[str, ...]], numbers: Sequence[int]) -> None:
        """Add documents from a number on: lists of names, and which one of them each document has, from 1, or 0."""
        table = [0, *map(self._number, lists)]
        self.list_numbers.extend(repeat(0, start - len(self.list_numbers)))
        self.list_numbers.extend(map(table.__getitem__, numbers))
        self.tokens += sum(len(self._read[table[number]][0]) for number in numbers)

    def finish(self, documents: int, *, few: bool) -> None:
        """Make tokens of what was added, for so many documents, with a gap between two names that no phrase bridges."""
        self.list_numbers.extend(repeat(0, documents - len(self.list_numbers)))
        if few:
            for number in self.list_numbers:
                numbers, positions = self._read[number]
                self.numbers.extend(numbers)
                self.positions.extend(positions)
                self.lengths.append(len(numbers))
            return
        from index.segment.bulk import repeated

        self.numbers, self.lengths = repeated([numbers for numbers, _ in self._read], self.list_numbers)
        self.positions, _ = repeated([positions for _, positions in self._read], self.list_numbers)

    def _number(self, names: tuple[str, ...]) -> int:
        number = self._known.get(names)
        if number is None:
            number = self._known[names] = len(self.lists)
            self.lists.append(names)
            self._read.append(self._tokens(names))
        return number

    def _tokens(self, names: tuple[str, ...]) -> tuple[array[int], array[int]]:
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
        self.form_first = array("I")
        """The first document of each form, by its number."""
        self._numbered = 0
        self._waiting: dict[str, list[Texts]] = {name: [] for name in schema.SCORED}
        self._bytes = 0
        self._tokenizer: Tokenizer | None = None

    def __len__(self) -> int:
        return len(self.positions)

    @property
    def weight(self) -> int:
        """What memory grows with, counted in tokens, but for what waits: the tokens, and as many as the forms weigh."""
        tokens = sum(len(field.numbers) for field in self._scored.values())
        tokens += sum(field.tokens for field in self._names.values())
        return tokens + self.vocabulary.weight // TOKEN_BYTES

    @property
    def few(self) -> bool:
        """Whether so little has been collected that it is read and written without numpy."""
        return self._tokenizer is None and self._bytes <= FEW

    def extend(self, batch: Batch) -> None:
        """Add the next documents, or standings."""
        start = len(self)
        self.superseding += [(start + number, position) for number, position in batch.superseding]
        self.positions.frombytes(batch.positions)
        self.published.frombytes(batch.published)
        self.first_day.frombytes(batch.first_day)
        self.last_day.frombytes(batch.last_day)
        for name, values in batch.names.items():
            self._names[name].extend_by(start, values.lists, memoryview(values.numbers).cast("H"))
        for name, texts in batch.texts.items():
            self._waiting[name].append(texts)
            self._bytes += len(texts.chunks)
        for standing in batch.standings:
            self.standings.add(standing)
        if self._bytes >= WAITING:
            self._number_many()

    def finish(self) -> None:
        """Complete the fields: number what waits."""
        few = self.few
        if few:
            self._number_few()
        else:
            self._number_many()
        for name, field in self._names.items():
            field.finish(len(self), few=few)
            if name in schema.COUNTED:
                self.values.take(name, field.lists, field.list_numbers)

    def _number_few(self) -> None:
        for name, field in self._scored.items():
            for texts in self._waiting[name]:
                numbers, lengths = array("I"), []
                start = 0
                for length in memoryview(texts.lengths).cast("I"):
                    here = self.vocabulary.number(texts.chunks[start : start + length])
                    numbers.extend(here)
                    lengths.append(len(here))
                    start += length + 1
                field.extend(numbers.tobytes(), lengths, memoryview(texts.passages).cast("I"))
            self._waiting[name] = []
        self._bytes = 0
        first = self.form_first = array("I", repeat(len(self), len(self.vocabulary.terms)))
        for field in self._scored.values():
            start = 0
            for document, end in enumerate(accumulate(field.lengths)):
                for number in set(field.numbers[start:end]):
                    first[number] = min(first[number], document)
                start = end

    def _number_many(self) -> None:
        from index.segment.bulk import first_documents
        from index.segment.tokenizer import Tokenizer

        if self._tokenizer is None:
            self._tokenizer = Tokenizer(self.vocabulary)
        known = len(self.form_first)
        tokens: dict[str, NDArray[np.uint32]] = {}
        for name, field in self._scored.items():
            waiting = self._waiting[name]
            numbers, lengths = self._tokenizer.number(
                [texts.chunks for texts in waiting], [texts.lengths for texts in waiting]
            )
            passages = array("I", b"".join(texts.passages for texts in waiting))
            field.extend(numbers.tobytes(), lengths.tolist(), passages)
            tokens[name] = numbers
            self._waiting[name] = []
        fresh = len(self.vocabulary.terms) - known
        fields = [(tokens[name], field.lengths[self._numbered :]) for name, field in self._scored.items()]
        self.form_first.frombytes(first_documents(fields, self._numbered, known, fresh).tobytes())
        self._numbered = len(self)
        self._bytes = 0
