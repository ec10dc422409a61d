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
    "title": (*_STATED, "json-ld", "opengraph", "heading", "feed", "meta", "library", "url"),
    # Who reported a text (`credit`) is named behind it by some agencies, who wrote it in the byline.
    "authors": (*_STATED, "json-ld", "byline", "feed", "meta", "opengraph", "credit", "library"),
    # Who holds the copyright may be the owner of many outlets.
    "publisher": (*_STATED, "json-ld", "opengraph", "meta", "feed", "masthead", "copyright", "library", "url"),
    "agency": (*_STATED, "dateline", "credit", "byline", "json-ld", "meta"),
    # `heading` is a line that says that it is the date of publication; most datelines state no year.
    "published": (*_STATED, "json-ld", "opengraph", "meta", "feed", "heading", "dateline", "url", "library", "http"),
    "place": (*_STATED, "json-ld", "dateline", "meta"),
    "language": (*_STATED, "json-ld", "opengraph", "meta", "feed", "http", "library"),
    "url": (*_STATED, "meta", "json-ld", "opengraph", "feed", "http"),
    "tags": (*_STATED, "json-ld", "opengraph", "meta", "feed", "tag-list"),
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
