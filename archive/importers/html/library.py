"""What libraries find where a page states nothing: the author by trafilatura, the date by htmldate."""

from __future__ import annotations

import re
from copy import deepcopy
from importlib.metadata import version
from typing import TYPE_CHECKING

import attrs

from archive.importers.html.dates import place_of, read_date
from archive.importers.html.names import read_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lxml.html import HtmlElement

    from archive.importers.html.source import Source
    from archive.provenance import Candidate, Value

    _Finder = Callable[[Source, HtmlElement], Iterator[tuple[str, Candidate]]]

METHOD = "library"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_OF_COMMENTS = re.compile(
    r"(?:user|reader|post)?[-_]?comments?(?:[-_]?(?:area|list|body|meta|author|section|thread|content|item|wrapper"
    r"|container|box|block|inner|entry|text))?(?:[-_]?\d+)?|disqus_thread|respond",
    re.IGNORECASE,
)
# Where the library has taken the year and the day for none of the name's, and left the month.
_MONTH = re.compile(
    r"(?<=\w) (?:January|February|March|April|May|June|July|August|September|October|November|December)$"
)


def read(source: Source, tree: HtmlElement, found: list[tuple[str, Candidate]]) -> list[tuple[str, Candidate]]:
    """Return candidates for the title, the authors and the date as far as none is among those `found`.

    A date is, if it says the day and the year. The place of a candidate is where the page first says what it says.
    """
    known = {field for field, candidate in found if field != "published" or _DAY.match(str(candidate.value))}
    added: list[tuple[str, Candidate]] = []
    if "published" not in known:
        added += _attempt(_published, source, tree)
    if not {"title", "authors"} <= known:
        added += [(field, item) for field, item in _attempt(_title_and_authors, source, tree) if field not in known]
    return added


def _attempt(find: _Finder, source: Source, tree: HtmlElement) -> list[tuple[str, Candidate]]:
    try:
        return list(find(source, tree))
    except Exception:  # noqa: BLE001 - whatever a library stumbles over, the rest of the page is read
        return []


def _published(source: Source, tree: HtmlElement) -> Iterator[tuple[str, Candidate]]:
    import htmldate

    # Its extensive search takes the year of a copyright notice for a date, and two seconds to get ready.
    stated = htmldate.find_date(tree, extensive_search=False, original_date=True)
    if stated is not None and (candidate := _date(source, stated)):
        yield "published", candidate


def _title_and_authors(source: Source, tree: HtmlElement) -> Iterator[tuple[str, Candidate]]:
    from trafilatura.metadata import extract_metadata

    document = extract_metadata(_without_comments(tree), extensive=False)
    if document.title:
        yield "title", _named(source, document.title, document.title)
    if document.author and (names := read_names(_MONTH.sub("", document.author))):
        yield "authors", _named(source, names, names[0] if len(names) == 1 else document.author)


def _without_comments(tree: HtmlElement) -> HtmlElement:
    """Return a page without what readers wrote below it: the library takes who commented for who wrote."""
    if not any(True for _ in _comments(tree)):
        return tree
    bare = deepcopy(tree)
    for element in list(_comments(bare)):
        element.drop_tree()
    return bare


def _comments(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the outermost elements that hold comments, as their class or id says, and no heading of the page."""
    for element in tree.iter("div", "section", "ol", "ul", "li", "aside", "article"):
        if _holds_comments(element) and not any(_holds_comments(above) for above in element.iterancestors()):
            yield element


def _holds_comments(element: HtmlElement) -> bool:
    named = (*(element.get("class") or "").split(), element.get("id") or "")
    return any(_OF_COMMENTS.fullmatch(name) for name in named) and element.find(".//h1") is None


def _date(source: Source, stated: str) -> Candidate | None:
    """Return the candidate for a date; None where the page does not say the day, but a year or a month alone."""
    value = read_date(stated)
    if value is None:
        return None
    start, end = place_of(value[:10], source.text)
    # What says no day is given the first by the library.
    if start == end and value.endswith("-01"):
        return None
    return _candidate(source, value, "htmldate", (start, end), stated)


def _named(source: Source, value: Value, stated: str) -> Candidate:
    start = source.text.find(stated)
    place = (start, start + len(stated)) if start >= 0 else (0, 0)
    return _candidate(source, value, "trafilatura", place, stated)


def _candidate(source: Source, value: Value, library: str, place: tuple[int, int], stated: str) -> Candidate:
    candidate = source.candidate(value, METHOD, *place, otherwise=stated)
    return attrs.evolve(candidate, extractor=f"{library}/{version(library)}")
