"""Who wins: for each field, the methods by which a value can be known, from the one that is believed first.

The one place where candidates of all kinds meet. What the user states is believed before all else; then what the
article says of itself in a form made for machines; then what stands in its text. Of one method, the candidate that its
extractor names first. docs/reference.md, "Fields", shows the table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from archive.provenance import Candidate, Fields

_STATED = ("given", "json", "front-matter", "mail", "pdf")

RULES: dict[str, tuple[str, ...]] = {
    "title": (*_STATED, "heading", "json-ld", "opengraph", "microdata", "feed", "meta", "library", "url"),
    "authors": (*_STATED, "json-ld", "microdata", "byline", "feed", "meta", "opengraph", "library"),
    "publisher": (*_STATED, "json-ld", "opengraph", "meta", "feed", "masthead", "title", "library", "url"),
    "agency": (*_STATED, "dateline", "credit", "byline", "json-ld", "meta"),
    "published": (*_STATED, "json-ld", "microdata", "opengraph", "meta", "feed", "element", "url", "library", "dateline", "http"),
    "place": (*_STATED, "json-ld", "dateline", "meta"),
    "language": (*_STATED, "json-ld", "opengraph", "meta", "feed", "http", "library"),
    "url": (*_STATED, "meta", "json-ld", "opengraph", "feed", "http", "misplaced"),
    "tags": (*_STATED, "json-ld", "opengraph", "meta", "feed"),
}
"""Per field its methods, the most trusted first. A method that is not named comes last."""


def arranged(fields: Fields) -> Fields:
    """Return the fields with the candidates of each in the order in which they win. None is dropped."""
    return {name: tuple(sorted(candidates, key=_rank(name))) for name, candidates in fields.items() if candidates}


def _rank(field: str) -> Callable[[Candidate], int]:
    methods = RULES.get(field, ())

    def rank(candidate: Candidate) -> int:
        return methods.index(candidate.method) if candidate.method in methods else len(methods)

    return rank
