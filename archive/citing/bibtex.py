"""Citations as BibTeX and BibLaTeX read them: one entry has the fields of both.

Sources: the BibTeX documentation (Patashnik, 1988), and the biblatex manual: its dates are a profile of EDTF, and `url`
is verbatim. A name stands in braces of its own, so that none is split or reordered, and so does the title, so that no
style changes its case. A brace in a value is written as a command: BibTeX counts braces whether or not a backslash
precedes them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archive.citing.citation import date_parts

if TYPE_CHECKING:
    from archive.citing.citation import Citation

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SPECIAL = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{character: f"\\{character}" for character in "&%$#_"},
    }
)
_BIBLATEX_DATE = r"(?!XXXX)[0-9X]{4}(-[0-9X]{2}){0,2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})?)?"


def bibtex(citation: Citation) -> str:
    """Return an entry, `@article` where the outlet is known, else `@misc`."""
    parts = date_parts(citation.published)
    fields = {
        "author": " and ".join(f"{{{escape(name)}}}" for name in citation.authors) or None,
        "title": f"{{{escape(citation.title)}}}",
        "journal": citation.publisher and escape(citation.publisher),
        "date": _date(citation.published),
        "year": f"{parts[0]:04}" if parts else None,
        "month": _MONTHS[parts[1] - 1] if len(parts) > 1 else None,
        "language": citation.language and escape(citation.language),
        "url": citation.url,
        "urldate": citation.accessed and citation.accessed.partition("T")[0],
        "note": escape(citation.note),
    }
    # A month is a word that each style has its own spelling for, not a text.
    written = {name: value if name == "month" else f"{{{value}}}" for name, value in fields.items() if value}
    lines = [f"  {name} = {value}," for name, value in written.items()]
    return "\n".join((f"@{'article' if citation.publisher else 'misc'}{{{citation.key},", *lines, "}"))


def escape(text: str) -> str:
    """Return a text in which nothing means more to TeX than itself. It stays in UTF-8."""
    return text.translate(_SPECIAL)


def _date(published: str | None) -> str | None:
    """Return an EDTF date as biblatex takes it: a time with its seconds; None for one without any year."""
    for value in (published, published and published.partition("T")[0]):
        if value and re.fullmatch(_BIBLATEX_DATE, value):
            return value
    return None
