"""Links: the entries of a feed or of a list as addresses, each the page that it leads to. A step behind reading.

What an entry says of its page, such as a title, a day, who wrote, stays as further candidates beside what the page says
of itself, and `archive.precedence` ranks them together. Their places are in the entry and not in the page: what stood
there is kept, and where is not. What was only found in the entry's text is left: the page has a text of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from archive.article import Metadata
from archive.precedence import arranged
from archive.submission import Failure, Submission, Unmodified
from archive.submitting import is_said_by
from archive.urls import canonical_or_none

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from archive.fetching.web import Page, Web
    from archive.given import Given
    from archive.provenance import Candidate, Fields
    from archive.submission import Item

ENTRIES = frozenset({"feed", "json", "jsonl"})
"""The formats whose records may lead to a page."""


def follow(item: Item, web: Web, given: Given, read: Callable[[Page], Iterable[Item]]) -> Iterator[Item]:
    """Yield what becomes of an entry: the page that it leads to, as `read` reads it.

    Where there is no page, what is wrong is a failure, and the entry's own text takes its place if it has one and the
    archive has nothing better. What is no entry, or leads nowhere, is passed on.
    """
    url = item.article.metadata.url if isinstance(item, Submission) and _is_entry(item) else None
    if url is None or not isinstance(item, Submission):
        yield item
        return
    found = web.get(url, given, link=True)
    if isinstance(found, Unmodified):
        yield found
        return
    if isinstance(found, Failure):
        yield from _instead(item, found.message, web, given)
        return
    made = [part for part in read(found) if not (isinstance(part, Failure) and part.skipped)]
    pages = [part for part in made if isinstance(part, Submission)]
    if len(pages) != 1:
        wrong = next((part.message for part in made if isinstance(part, Failure)), "it holds several articles")
        yield from _instead(item, wrong, web, given)
        return
    yield _joined(pages[0], item)
    yield from (part for part in made if not isinstance(part, Submission))


def _is_entry(item: Submission) -> bool:
    return item.article.origin.format in ENTRIES


def _instead(entry: Submission, message: str, web: Web, given: Given) -> Iterator[Item]:
    """Yield what is left of an entry whose page cannot be had."""
    url = entry.article.metadata.url or ""
    wrong = f"the page {web.shown(url)} cannot be had: {message}"
    if web.known(url, given) is not None:
        # A summary in the place of a page would be a step back, and would pass for the publisher's.
        yield entry.failed(f"{wrong}; what the archive has of it stays")
    elif entry.text.strip():
        yield entry
        yield attrs.evolve(entry.failed(f"{wrong}; the entry's own text was added"), partial=True)
    else:
        yield entry.failed(f"{wrong}; the entry has no text of its own")


def _joined(page: Submission, entry: Submission) -> Submission:
    container = entry.article.origin.format
    fields: Fields = dict(page.article.metadata.fields)
    for name, candidates in entry.article.metadata.fields.items():
        said = tuple(_elsewhere(candidate) for candidate in candidates if is_said_by(container, candidate))
        fields[name] = (*fields.get(name, ()), *said)
    metadata = Metadata(arranged(fields))
    article = attrs.evolve(
        page.article,
        metadata=metadata,
        origin=attrs.evolve(page.article.origin, container=container),
        canonical_url=canonical_or_none(metadata.url),
        key=page.article.key or entry.article.key,
    )
    # Not evolved from the page: what a worker packed was of that alone.
    return Submission(
        article=article,
        original=page.original,
        text=page.text,
        capture=page.capture,
        head=page.head,
        named=page.named,
    )


def _elsewhere(candidate: Candidate) -> Candidate:
    raw = candidate.raw
    if raw is None and candidate.span is not None and isinstance(candidate.value, str):
        raw = candidate.value
    return attrs.evolve(candidate, raw=raw, span=None)
