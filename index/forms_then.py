"""Which words there were by an earlier event: read from the articles themselves, where the index does not tell.

A segment keeps its forms without their documents (`index.segment.forms`), and where a view leaves some of its documents
out, a form may be of these only. Its term tells which of the others are worth a look: those that have it have that form
or another of the same stem, so the first one nearly always settles it. Articles are read with the analysis that the
index was built with, by the projection's rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.passages import passages
from index import analysis
from index.schema_fields import SCORED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from archive.archive import Archive
    from index.reading import Part


def forms_at(archive: Archive, position: int) -> set[str]:
    """Return the forms of title and text of a version by its position; none if it was erased. Raises DamagedError."""
    found: set[str] = set()
    for recorded in archive.articles(position, position + 1):
        title = recorded.values.get("title")
        texts = [*passages(recorded.text, recorded.boilerplate), *([title] if isinstance(title, str) else [])]
        found.update(analysis.fold(form) for text in texts for form in analysis.forms(text))
    return found


def terms_by_then(part: Part, beginning: bytes, read: Callable[[int], Iterable[str]]) -> set[bytes]:
    """Return the terms of the words below the limit of a part that begin so, before they were stemmed.

    `read` returns the forms of the version at a position. Costs a version for most terms, and for a common term whose
    only word that begins so is a later one, all versions that have it.
    """
    start = beginning.decode()
    positions = part.segment.sections["position"]
    found: set[bytes] = set()
    seen: set[int] = set()
    for term in sorted({term for _, term in part.segment.forms(beginning)}):
        entries = [entry for field in SCORED if (entry := part.term(field, term)) is not None]
        for document in sorted({document for entry in entries for document in part.walked(entry)[0]}):
            if term in found:
                break
            if document not in seen:
                seen.add(document)
                forms = [form for form in read(positions[document]) if form.startswith(start)]
                found.update(stem.encode() for stem in analysis.stems(forms))
    return found
