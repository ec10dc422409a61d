"""The schema of the index as Whoosh wants it.

A document is one version of an article. Documents stand in the order of their positions in the log, and nothing is ever
deleted: what was current at some position is decided at search time, so one index answers for every moment. No text is
stored, what is shown is read from the archive.
"""

from __future__ import annotations

from whoosh import fields, formats
from whoosh.columns import NumericColumn

from index import schema_fields
from index.segment.writer import COLUMNS


class Terms(fields.FieldType):  # type: ignore[misc]
    """A field of terms with positions, analysed before they come to Whoosh."""

    def __init__(self, *, scorable: bool) -> None:
        self.format = formats.Positions()
        self.scorable = scorable
        self.analyzer = None
        self.stored = self.unique = self.spelling = False
        self.vector = self.column_type = None
        self.multitoken_query = "phrase"

    def separate_spelling(self) -> bool:
        """Tell Whoosh that no words are kept for its spelling corrector."""
        return False


def whoosh_schema() -> fields.Schema:
    """Return the schema."""
    schema = fields.Schema()
    for name in schema_fields.INDEXED:
        schema.add(name, Terms(scorable=name in schema_fields.SCORED))
    for name, type_code in COLUMNS.items():
        schema.add(name, fields.COLUMN(NumericColumn(type_code)))
    return schema
