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
_FOR_MACHINES = ("json-ld", "opengraph", "meta", "feed")

RULES: dict[str, tuple[str, ...]] = {
    "title": (*_STATED, "json-ld", "opengraph", "heading", "feed", "pdf", "meta", "library", "url"),
    # Who reported a text (`credit`) is named behind it by some agencies, who wrote it in the byline.
    "authors": (*_STATED, "json-ld", "byline", "feed", "meta", "opengraph", "pdf", "credit", "library"),
    # Who holds the copyright may be the owner of many outlets.
    "publisher": (*_STATED, "json-ld", "opengraph", "meta", "feed", "masthead", "copyright", "library", "url"),
    "agency": (*_STATED, "dateline", "credit", "byline", "json-ld", "meta"),
    # `heading` is a line that says that it is the date of publication; most datelines state no year.
    "published": (*_STATED, *_FOR_MACHINES, "heading", "dateline", "url", "library", "pdf", "http"),
    "place": (*_STATED, "json-ld", "dateline", "meta"),
    "language": (*_STATED, "json-ld", "opengraph", "meta", "feed", "pdf", "http", "library"),
    "url": (*_STATED, "meta", "json-ld", "opengraph", "http", "feed"),
    "tags": (*_STATED, "json-ld", "opengraph", "meta", "feed", "pdf"),
}
"""Per field its methods, the most trusted first. A method that is not named comes last."""


def arranged(fields: Fields) -> Fields:
    """Return the fields with the candidates of each in the order in which they win. None is dropped."""
    return {name: tuple(sorted(candidates, key=_rank(name))) for name, candidates in fields.items() if candidates}


def rank(field: str, method: str) -> int:
    """Return the place of a method in the row of a field, from 0; behind the last where the row does not name it."""
    methods = RULES.get(field, ())
    return methods.index(method) if method in methods else len(methods)


def _rank(field: str) -> Callable[[Candidate], int]:
    return lambda candidate: rank(field, candidate.method)


METHODS: dict[str, str] = {
    "given": "you stated it, in an option of `morgue add`",
    "json": "a member of a JSON record",
    "front-matter": "a line of a document's front matter",
    "mail": "a header of a mail",
    "pdf": "a property of a PDF document",
    "json-ld": "the page's JSON-LD, which describes it to machines",
    "opengraph": "the page's Open Graph properties, by which it is shared",
    "meta": "another `meta`, `link` or `html` element of the page",
    "feed": "an entry of a feed, or the feed itself",
    "masthead": "the outlet's name at the top of a text or page",
    "heading": "the heading of the text",
    "byline": "the line that names who wrote it",
    "dateline": "the dateline, such as `TEHRAN, Apr. 13, 2021 (Xinhua) --`",
    "credit": "a wire credit, such as `(Reuters)`",
    "library": "what a library found on the page by its own rules",
    "url": "the address",
    "http": "a header of the response that the page came with",
}
"""What stands behind each method: where the value was found."""
