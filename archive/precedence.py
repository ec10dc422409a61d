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
    # A heading of a page is a candidate only where it is like a title that the page states (importers/html/page.py): it
    # is what readers saw. What is stated for sharing and for search engines is often another title.
    "title": (*_STATED, "feed", "heading", "json-ld", "opengraph", "microdata", "meta", "library", "url"),
    "authors": (*_STATED, "json-ld", "microdata", "byline", "feed", "meta", "opengraph", "masthead", "library"),
    "publisher": (*_STATED, "json-ld", "opengraph", "meta", "feed", "masthead", "title", "library", "url"),
    "agency": (*_STATED, "dateline", "credit", "byline", "json-ld", "meta"),
    # A dateline in a page mostly names no year; what libraries find is a whole date.
    "published": (
        *(*_STATED, "json-ld", "opengraph", "microdata", "meta", "feed"),
        *("element", "library", "url", "dateline", "http"),
    ),
    "place": (*_STATED, "json-ld", "dateline", "meta"),
    # The locale of OpenGraph is often what a plug-in was delivered with.
    "language": (*_STATED, "json-ld", "meta", "opengraph", "feed", "http", "library"),
    # `misplaced`: a canonical address of another site, or of a front page (importers/html/addresses.py).
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
