"""What libraries find where a page states nothing: the author by trafilatura, the date by htmldate."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import TYPE_CHECKING

from archive.importers.html.dates import read_date
from archive.importers.html.names import read_names
from archive.provenance import Candidate

if TYPE_CHECKING:
    from lxml.html import HtmlElement

METHOD = "library"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# Where the library has taken the year and the day for none of the name's, and left the month.
_MONTH = re.compile(
    r"(?<=\w) (?:January|February|March|April|May|June|July|August|September|October|November|December)$"
)


def read(tree: HtmlElement, found: list[tuple[str, Candidate]]) -> list[tuple[str, Candidate]]:
    """Return candidates for the title, the authors and the date as far as none is among those `found`.

    A date is, if it says the day and the year.
    """
    known = {field for field, candidate in found if field != "published" or _DAY.match(str(candidate.value))}
    found = []
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
        if "authors" not in known and document.author and (names := read_names(_MONTH.sub("", document.author))):
            found.append(("authors", _candidate(names, "trafilatura", document.author)))
    return found


def _candidate(value: str | tuple[str, ...], library: str, raw: str) -> Candidate:
    return Candidate(value=value, method=METHOD, extractor=f"{library}/{version(library)}", raw=raw)
