"""The tools that are compared: each reads the bytes of a page, without its address."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING

import attrs

from archive.importers import importer_for
from archive.importers.protocol import Draft, Record
from archive.precedence import arranged
from tests.quality.corpora import text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from archive.provenance import Candidate


@attrs.frozen(kw_only=True)
class Reading:
    """What a tool read of a page."""

    text: str = ""
    title: str | None = None
    authors: tuple[str, ...] = ()
    date: str | None = None


def morgue(html: bytes) -> Reading:
    """Read a page as the importer `html` does; text that it marks as boilerplate is left out."""
    for draft in importer_for("html").read(Record(original=html, format="html")):
        if isinstance(draft, Draft):
            fields = arranged(draft.fields)
            return Reading(
                text=_without_boilerplate(draft),
                title=_one(fields.get("title")),
                authors=_many(fields.get("authors")),
                date=_one(fields.get("published")),
            )
    return Reading()


def trafilatura(html: bytes) -> Reading:
    """Read a page with trafilatura alone; without the comments, which are not the article's."""
    from trafilatura import bare_extraction

    document = bare_extraction(html, include_comments=False, with_metadata=True)
    if document is None or isinstance(document, dict):
        return Reading()
    found = document.as_dict()
    author = found["author"]
    return Reading(
        text=found["text"] or "",
        title=found["title"],
        authors=tuple(re.split(r"; ", author)) if author else (),
        date=found["date"],
    )


def newspaper4k(html: bytes) -> Reading:
    """Read a page with newspaper4k, in its default configuration."""
    import newspaper

    article = newspaper.Article("https://page.invalid/", fetch_images=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        article.download(input_html=html.decode("utf-8", "replace"))
        article.parse()
    date = article.publish_date
    return Reading(
        text=article.text,
        title=article.title,
        authors=tuple(article.authors),
        date=None if date is None else date.isoformat() if hasattr(date, "isoformat") else str(date),
    )


def readability(html: bytes) -> Reading:
    """Read a page with readability-lxml, which finds text and title only."""
    from readability import Document

    document = Document(html)
    return Reading(text=text_of(document.summary(html_partial=True)), title=document.short_title())


TOOLS: dict[str, Callable[[bytes], Reading]] = {
    "morgue": morgue,
    "trafilatura": trafilatura,
    "newspaper4k": newspaper4k,
    "readability-lxml": readability,
}


def _without_boilerplate(draft: Draft) -> str:
    text, at, kept = draft.article_text(), 0, []
    for mark in sorted(draft.boilerplate, key=lambda mark: mark.span.start):
        kept.append(text[at : mark.span.start])
        at = max(at, mark.span.end)
    return "".join((*kept, text[at:]))


def _one(candidates: tuple[Candidate, ...] | None) -> str | None:
    return candidates[0].value if candidates and isinstance(candidates[0].value, str) else None


def _many(candidates: tuple[Candidate, ...] | None) -> tuple[str, ...]:
    return candidates[0].value if candidates and isinstance(candidates[0].value, tuple) else ()
