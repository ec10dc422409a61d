"""Collecting documents for a segment: the terms of each field, numbered, and the columns."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from index import schema_fields as schema
from index.segment.vocabulary import Vocabulary

if TYPE_CHECKING:
    from index.projection import Document


class Field:
    """The tokens of one field over the documents collected: numbers and positions, and where each document's end."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.numbers = array("I")
        self.ends = array("Q")
        self.lengths = array("I")
        self.positions: array[int] | None = None

    def add_text(self, text: str) -> None:
        """Add a document's text: the position of a token is its number in it."""
        numbers = self.vocabulary.number(text)
        self.numbers.extend(numbers)
        self.ends.append(len(self.numbers))
        self.lengths.append(len(numbers))

    def add_names(self, names: tuple[str, ...]) -> None:
        """Add a document's names, with a gap between two that no phrase reaches over."""
        if self.positions is None:
            self.positions = array("I")
        before = len(self.numbers)
        if not names:
            self.ends.append(before)
            self.lengths.append(0)
            return
        position = 0
        for name in names:
            numbers = self.vocabulary.number_names(name)
            self.numbers.extend(numbers)
            self.positions.extend(range(position, position + len(numbers)))
            position += len(numbers) + schema.VALUE_GAP
        self.ends.append(len(self.numbers))
        self.lengths.append(len(self.numbers) - before)


class Collector:
    """Documents of one segment, in the order of the log."""

    def __init__(self) -> None:
        texts, names = Vocabulary(), Vocabulary()
        self.fields = {name: Field(texts if name in schema.SCORED else names) for name in schema.INDEXED}
        self.positions = array("Q")
        self.published = array("q")
        self.first_day = array("I")
        self.last_day = array("I")
        self.superseding: list[tuple[int, int]] = []

    def __len__(self) -> int:
        return len(self.positions)

    @property
    def tokens(self) -> int:
        """How many tokens have been collected: what memory grows with."""
        return sum(len(field.numbers) for field in self.fields.values())

    def add(self, document: Document) -> None:
        """Add the next document."""
        if document.supersedes is not None:
            self.superseding.append((len(self), document.supersedes))
        self.positions.append(document.position)
        self.published.append(schema.UNKNOWN_TIME if document.published is None else document.published)
        first, last = document.days if document.days is not None else (0, 0)
        self.first_day.append(first)
        self.last_day.append(last)
        self.fields[schema.TITLE].add_text(document.title)
        self.fields[schema.TEXT].add_text(document.text)
        for name in schema.NAMES:
            self.fields[name].add_names(document.names.get(name, ()))
