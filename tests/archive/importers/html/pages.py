"""Pages of invented outlets, and how they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive import capture
from archive.importers import importer_for
from archive.importers.protocol import Draft, Record
from archive.precedence import arranged

if TYPE_CHECKING:
    from archive.provenance import Value

PROSE = (
    """The ferry to the northern islands sails again after a storm kept it in port for nine days, its company said on \
Tuesday. Two of its four engines were repaired meanwhile.""",
    """Supplies on the islands had run low, and a school had closed. "We are glad to hear the horn again," the mayor \
of Skarvik told the Courier. The first boat leaves at six in the morning.""",
    """The company carries some forty thousand passengers a year. It asked them to book ahead, as the first days are \
expected to be full.""",
)

ARTICLE = "".join(f"<p>{paragraph}</p>\n" for paragraph in PROSE)


def document(head: str = "", body: str = "", *, article: str = ARTICLE, lang: str = "en") -> str:
    """Return a page with an article in it."""
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n{head}\n</head>\n<body>\n'
        f"{body}\n<article>\n{article}</article>\n</body>\n</html>\n"
    )


def read(page: str | bytes, *, url: str | None = None, headers: tuple[tuple[str, str], ...] = ()) -> Draft:
    """Return the draft of a page, its candidates in the order in which they win."""
    original = page.encode() if isinstance(page, str) else page
    taken = None
    if url is not None or headers:
        exchange = capture.Exchange(uri=url or "https://courier.example/x", status="HTTP/1.1 200 OK", headers=headers)
        taken = capture.to_bytes(capture.Capture((exchange,)))
    (draft,) = importer_for("html").read(Record(original=original, format="html", capture=taken))
    assert isinstance(draft, Draft), draft
    check_spans(draft)
    return draft


def chosen(draft: Draft, field: str) -> Value | None:
    """Return the value of a field that wins."""
    candidates = arranged(draft.fields).get(field)
    return candidates[0].value if candidates else None


def methods(draft: Draft, field: str) -> dict[str, Value]:
    """Return the first value of a field by each method, in the order in which they win."""
    found: dict[str, Value] = {}
    for candidate in arranged(draft.fields).get(field, ()):
        found.setdefault(candidate.method, candidate.value)
    return found


def check_spans(draft: Draft) -> None:
    """Check that what stands at each span is what its candidate says."""
    text = draft.article_text()
    for field, candidates in draft.fields.items():
        for candidate in candidates:
            if candidate.span is None:
                continue
            start, end = candidate.span.start, candidate.span.end
            if candidate.span.source == "text":
                assert text[start:end] == candidate.raw, (field, candidate)
            else:
                assert draft.record.original[start:end].decode(draft.encoding) == candidate.raw, (field, candidate)
