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
    # A heading of a page is a candidate only where it is like a title that the page states (importers/html/page.py): it
    # is what readers saw. What is stated for sharing and for search engines is often another title.
    "title": (
        *(*_STATED, "feed", "heading", "json-ld", "opengraph", "microdata"),
        *("pdf", "meta", "library", "url"),
    ),
    # Who reported a text (`credit`) is named behind it by some agencies, who wrote it in the byline.
    "authors": (
        *(*_STATED, "json-ld", "microdata", "byline", "feed", "meta", "opengraph"),
        *("pdf", "credit", "masthead", "library"),
    ),
    # Who holds the copyright may be the owner of many outlets.
    "publisher": (
        *(*_STATED, "json-ld", "opengraph", "meta", "feed", "masthead", "title"),
        *("copyright", "library", "url"),
    ),
    "agency": (*_STATED, "dateline", "credit", "byline", "json-ld", "meta"),
    # `heading` is a line that says that it is the date of publication. A dateline mostly names no year; what libraries
    # find in a page is a whole date.
    "published": (
        *(*_STATED, "json-ld", "opengraph", "microdata", "meta", "feed"),
        *("heading", "element", "library", "url", "dateline", "pdf", "http"),
    ),
    "place": (*_STATED, "json-ld", "dateline", "meta"),
    # The locale of OpenGraph is often what a plug-in was delivered with.
    "language": (*_STATED, "json-ld", "meta", "opengraph", "feed", "pdf", "http", "library"),
    # `misplaced`: a canonical address of another site, or of a front page (importers/html/addresses.py).
    "url": (*_STATED, "meta", "json-ld", "opengraph", "http", "feed", "misplaced"),
    "tags": (*_STATED, "json-ld", "opengraph", "meta", "feed", "pdf", "tag-list"),
}
"""Per field its methods, the most trusted first. A method that is not named comes last."""


def arranged(fields: Fields) -> Fields:
    """Return the fields with the candidates of each in the order in which they win. None is dropped."""
    return {
        name: tuple(sorted(candidates, key=_rank(name))) if len(candidates) > 1 else candidates
        for name, candidates in fields.items()
        if candidates
    }


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
    "microdata": "an element of the page that schema.org's microdata names",
    "element": "an element of the page that says when, such as `time`",
    "title": "the page's title, at whose end the site is named",
    "misplaced": "an address that the page names as its own, though it is another site's, or a front page",
    "copyright": "a notice of copyright",
    "tag-list": "a line of tags, such as `Tags: ferry, harbour`",
    "dateline": "the dateline, such as `TEHRAN, Apr. 13, 2021 (Xinhua) --`",
    "credit": "a wire credit, such as `(Reuters)`",
    "library": "what a library found on the page by its own rules",
    "url": "the address",
    "http": "a header of the response that the page came with",
}
"""What stands behind each method: where the value was found."""
