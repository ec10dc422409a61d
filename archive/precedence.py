"""Who wins: for each field, the methods by which a value can be known, from the one that is believed first.

The one place where candidates of all kinds meet. What the user states is believed before all else; then what the
article says of itself in a form made for machines; then what stands in its text. Of one method, the candidate that its
extractor names first. What a PDF says of itself was often stated by nobody: the name of an account, of a file, the time
at which that was made; so it stands behind what the article says. docs/reference.md, "Fields", shows the table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from archive.provenance import Candidate, Fields

_STATED = ("given", "json", "front-matter", "mail")

RULES: dict[str, tuple[str, ...]] = {
    "title": (*_STATED, "json-ld", "opengraph", "heading", "feed", "pdf", "meta", "library", "url"),
    "authors": (*_STATED, "json-ld", "byline", "feed", "meta", "opengraph", "pdf", "library"),
    "publisher": (*_STATED, "json-ld", "opengraph", "meta", "feed", "masthead", "library", "url"),
    "agency": (*_STATED, "dateline", "credit", "byline", "json-ld", "meta"),
    "published": (*_STATED, "json-ld", "opengraph", "meta", "feed", "dateline", "url", "library", "pdf", "http"),
    "place": (*_STATED, "json-ld", "dateline", "meta"),
    "language": (*_STATED, "json-ld", "opengraph", "meta", "feed", "pdf", "http", "library"),
    "url": (*_STATED, "meta", "json-ld", "opengraph", "feed", "http"),
    "tags": (*_STATED, "json-ld", "opengraph", "meta", "feed", "pdf"),
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
