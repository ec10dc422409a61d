"""What libraries find where a page states nothing: the author by trafilatura, the date by htmldate."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from archive.importers.html.dates import read_date
from archive.importers.html.names import read_names
from archive.provenance import Candidate

if TYPE_CHECKING:
    from lxml.html import HtmlElement

METHOD = "library"


def read(tree: HtmlElement, *, known: frozenset[str]) -> list[tuple[str, Candidate]]:
    """Return candidates for the title, the authors and the date as far as they are not `known`."""
    found: list[tuple[str, Candidate]] = []
    if "published" not in known:
        import htmldate

        date = htmldate.find_date(tree, extensive_search=True, original_date=True)
        if date is not None and (value := read_date(date)):
            found.append(("published", _candidate(value, "htmldate", date)))
    if not {"title", "authors"} <= known:
        from trafilatura.metadata import extract_metadata

        document = extract_metadata(tree, extensive=False)
        if "title" not in known and document.title:
            found.append(("title", _candidate(document.title, "trafilatura", document.title)))
        if "authors" not in known and document.author and (names := read_names(document.author)):
            found.append(("authors", _candidate(names, "trafilatura", document.author)))
    return found


def _candidate(value: str | tuple[str, ...], library: str, raw: str) -> Candidate:
    return Candidate(value=value, method=METHOD, extractor=f"{library}/{version(library)}", raw=raw)
