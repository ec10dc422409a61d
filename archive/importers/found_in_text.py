"""What the top of a text says of itself, put behind what its container states: dateline, byline, credit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.importers.text import read_fields

if TYPE_CHECKING:
    from archive.provenance import Fields


def with_text(fields: Fields, text: str, *, extractor: str) -> Fields:
    """Return the fields with the candidates that the text has for them, each with its place in the text.

    Its first line is no candidate for a title where one is stated: it is the article's first sentence as a rule.
    """
    merged = dict(fields)
    for field, candidates in read_fields(text, extractor=extractor).items():
        if field != "title" or "title" not in fields:
            merged[field] = (*merged.get(field, ()), *candidates)
    return merged
