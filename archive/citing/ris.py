"""Citations in RIS, a tag and a value a line. Source: Research Information Systems' specification of 2001 and 2011.

It has no escapes: a value ends with its line. Dates are `YYYY/MM/DD/` with parts left empty. A name without a comma is
taken whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.citing.citation import date_parts

if TYPE_CHECKING:
    from archive.citing.citation import Citation


def ris(citation: Citation) -> str:
    """Return a record of the type NEWS, an article in a newspaper."""
    year = date_parts(citation.published)[:1]
    lines = [
        ("TY", "NEWS"),
        ("ID", citation.key),
        *(("AU", name) for name in citation.authors),
        ("TI", citation.title),
        ("T2", citation.publisher),
        ("PY", f"{year[0]:04}" if year else None),
        ("DA", _date(citation.published)),
        ("LA", citation.language),
        ("UR", citation.url),
        ("Y2", _date(citation.accessed)),
        ("N1", citation.note),
    ]
    return "\n".join([*(f"{tag}  - {value}" for tag, value in lines if value), "ER  - "])


def _date(value: str | None) -> str | None:
    parts = date_parts(value)
    if not parts:
        return None
    year, month, day = (*parts, 0, 0)[:3]
    return "/".join((f"{year:04}", f"{month:02}" if month else "", f"{day:02}" if day else "", ""))
