"""Citations as text, for a footnote: dates as EDTF has them, and where in the archive the article can be checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive.citing.citation import Citation


def prose(citation: Citation) -> str:
    """Return a citation on one line."""
    told = (
        ", ".join(citation.authors) or None,
        f"“{citation.title}”",
        ", ".join(filter(None, (citation.publisher, citation.published or "no date"))),
        citation.url,
        citation.accessed and f"Captured {citation.accessed}",
        *citation.notices,
        f"Archived as {citation.place_in_archive}",
    )
    return ". ".join(filter(None, told)) + "."
