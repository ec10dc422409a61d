"""The schema of the index: which fields an index document has, how each is analysed, as Whoosh wants it.

A document is one version of an article. Documents stand in the order of their positions in the log, and nothing is ever
deleted: what was current at some position is decided at search time, so one index answers for every moment. No text is
stored, what is shown is read from the archive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whoosh import fields, formats
from whoosh.columns import NumericColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TITLE, TEXT = "title", "text"
SCORED = (TITLE, TEXT)
"""The fields that a word without a field is looked up in."""

NAMES = ("publisher", "agency", "author", "place", "language", "tag")
"""Fields of names: folded, not stemmed, never scored."""

FIRST_DAY, LAST_DAY = "published_first", "published_last"
"""The days, as proleptic Gregorian ordinals, between which the article was published. None where no year is known."""

POSITION = "position"
PUBLISHED = "published"
SUPERSEDES = "supersedes"
"""On a document that made another one no longer current: that one's position. Its own, where it never was current."""

UNKNOWN_TIME = -(1 << 62)
"""In the column `published`, where the time is not known."""

LENGTHS = {TITLE: "title_length", TEXT: "text_length"}
"""Columns of exact lengths in tokens, from which the average length at any position is summed."""

VALUE_GAP = 100
"""Positions between two values of one field, so that no phrase reaches from one name into the next."""


class Terms(fields.FieldType):  # type: ignore[misc]
    """A field whose value is a list of lists of terms, analysed by whoever adds the document.

    Whoosh's own way from text to postings makes an object for every token; this one makes one for every distinct term.
    """

    def __init__(self, *, scorable: bool) -> None:
        self.format = formats.Positions()
        self.scorable = scorable
        self.analyzer = None
        self.stored = self.unique = self.spelling = False
        self.vector = self.column_type = None
        self.multitoken_query = "phrase"

    def index(self, value: list[list[str]], **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield term, frequency, weight and encoded positions of every distinct term."""
        encode: Callable[[list[int]], bytes] = self.format.encode
        for term, positions in positions_of(value).items():
            yield term.encode(), len(positions), float(len(positions)), encode(positions)

    def separate_spelling(self) -> bool:
        """Tell Whoosh that no words are kept for its spelling corrector."""
        return False


def positions_of(values: list[list[str]]) -> dict[str, list[int]]:
    """Return each distinct term's positions, ascending, over the values of one field."""
    positions: dict[str, list[int]] = {}
    start = 0
    for value in values:
        for position, term in enumerate(value, start):
            positions.setdefault(term, []).append(position)
        start += len(value) + VALUE_GAP
    return positions


def whoosh_schema() -> fields.Schema:
    """Return the schema as Whoosh wants it."""
    schema = fields.Schema()
    for name in SCORED:
        schema.add(name, Terms(scorable=True))
    for name in NAMES:
        schema.add(name, Terms(scorable=False))
    for name in (FIRST_DAY, LAST_DAY):
        schema.add(name, fields.NUMERIC(int, bits=32, signed=False))
    schema.add(SUPERSEDES, fields.ID())
    schema.add(POSITION, fields.COLUMN(NumericColumn("Q")))
    schema.add(PUBLISHED, fields.COLUMN(NumericColumn("q", default=UNKNOWN_TIME)))
    for name in LENGTHS.values():
        schema.add(name, fields.COLUMN(NumericColumn("I")))
    return schema
