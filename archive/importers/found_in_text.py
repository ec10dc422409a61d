"""What a text says of itself, put behind what its container states: dateline, byline, credits, boilerplate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.importers.reading import Reading, read_text
from archive.precedence import rank

if TYPE_CHECKING:
    from archive.provenance import Fields


def with_text(fields: Fields, text: str, *, extractor: str) -> Reading:
    """Return the fields with the candidates that the text has for them, and what in the text is not the article's.

    Where a title is stated, no other is looked for: what stands first is the article's first sentence as a rule.
    """
    title, url = _chosen(fields, "title"), _chosen(fields, "url")
    said = read_text(text, extractor=extractor, title=title, url=url)
    merged = dict(fields)
    for field, candidates in said.fields.items():
        merged[field] = (*merged.get(field, ()), *candidates)
    return Reading(fields=merged, boilerplate=said.boilerplate)


def _chosen(fields: Fields, name: str) -> str | None:
    candidates = fields.get(name)
    return str(min(candidates, key=lambda one: rank(name, one.method)).value) if candidates else None
