"""From a record to a submission: what an importer read, what its capture tells, and what the user states, put together.

Here the user's own statements meet what was read: what is given wins, and the other candidates stay behind it.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import attrs

from archive import importers
from archive.article import Article, Metadata
from archive.errors import InvalidValueError
from archive.given import EXTRACTOR, GIVEN, Given, Terms, moment, storable_text
from archive.importers.protocol import Draft, Problem, Record
from archive.precedence import arranged
from archive.provenance import FIELD_NAMES, Candidate, Fields, Origin
from archive.submission import Failure, Submission
from archive.urls import canonical_or_none

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from archive.submission import Item


@attrs.frozen
class Source:
    """A file, `-` or a URL: as the user named it, and as origins state it; and how it came, if from the web."""

    shown: str
    stored: str
    capture: bytes | None = None

    def failure(self, problem: Problem, record: Record | None = None) -> Failure:
        """Return the failure of a problem with one of its records."""
        return Failure(
            path=self.shown,
            line=problem.line if record is None or problem.line is not None else record.line,
            label=problem.label if record is None or problem.label is not None else record.label,
            message=problem.message,
            partial=problem.partial,
        )


def read_record(record: Record, source: Source, terms: Terms) -> Iterator[Submission | Failure]:
    """Read a record by its format's importer and yield what it comes to."""
    importer = importers.importer_for(record.format)
    for item in importer.read(record):
        if isinstance(item, Problem):
            yield source.failure(item, record)
            continue
        origin = Origin(
            path=source.stored,
            line=record.line,
            format=record.format,
            importer=importers.signature(importer),
            container=record.container,
            label=record.label,
        )
        try:
            yield submission(item, origin, terms)
        except InvalidValueError as error:
            yield source.failure(Problem(message=str(error)), record)


def submit_text(text: str, *, given: Given, origin: str = "given") -> Submission:
    """Return a submission of a text that a program has in hand, with what it states of it.

    Raises InvalidValueError.
    """
    original = storable_text("text", text).encode()
    record = Record(original=original, format=GIVEN)
    draft = Draft(record=record, media_type="text/plain", encoding="utf-8", fields={})
    return submission(draft, Origin(path=origin, format=GIVEN, importer=EXTRACTOR), Terms.of(given))


def reread(
    article: Article, record: Callable[[], Record], read: Callable[[Record], Sequence[Item]]
) -> tuple[Article, str] | None:
    """Read a record again as today's importer does; None where that is the one which read it before, or where it fails.

    `read` is what reads it (`archive.rereading`). Raises DamagedError.
    """
    try:
        importer = importers.importer_for(article.origin.format)
    except InvalidValueError:
        return None
    if importers.signature(importer) == article.origin.importer:
        return None
    again = [item for item in read(record()) if isinstance(item, Submission)]
    return (restated(article, again[0].article), again[0].text) if len(again) == 1 else None


def restated(before: Article, read: Article) -> Article:
    """Return what an article is by another reading of its record, to which nothing was stated.

    What the user stated is kept, and what the entry said that led to a page: neither is in the record.
    """
    stated: Fields = {
        name: kept
        for name, candidates in before.metadata.fields.items()
        if (kept := tuple(one for one in candidates if one.method == GIVEN or is_said_by(before.origin.container, one)))
    }
    known = read.metadata.fields
    fields = {
        name: stated.get(name, ()) + known.get(name, ())
        for name in dict.fromkeys((*FIELD_NAMES, *stated, *known))
        if name in stated or name in known
    }
    metadata = Metadata(arranged(fields))
    return attrs.evolve(
        read,
        metadata=metadata,
        origin=attrs.evolve(before.origin, importer=read.origin.importer),
        key=before.key or read.key,
        canonical_url=canonical_or_none(metadata.url),
        captured=before.captured or read.captured,
    )


def is_said_by(container: str | None, candidate: Candidate) -> bool:
    """Tell whether a candidate was read in the entry of a container, whose record is the page that it leads to."""
    return container is not None and candidate.extractor.partition("/")[0] == container


def submission(draft: Draft, origin: Origin, terms: Terms) -> Submission:
    """Return a draft with what is stated of it, ready to be added. Raises InvalidValueError."""
    record, given = draft.record, terms.given
    fetched, responded = _captured(record)
    fields: Fields = {
        name: terms.candidates.get(name, ()) + _without_repeats(draft.fields.get(name, ()), fetched.get(name, ()))
        for name in dict.fromkeys((*FIELD_NAMES, *draft.fields))
        if name in terms.candidates or name in draft.fields or name in fetched
    }
    metadata = Metadata(arranged(fields))
    article = Article(
        metadata=metadata,
        origin=origin,
        digest=hashlib.sha256(record.original).hexdigest(),
        length=len(record.original),
        media_type=draft.media_type,
        encoding=draft.encoding,
        text_is_original=draft.text is None,
        boilerplate=draft.boilerplate,
        key=given.key or draft.key,
        canonical_url=canonical_or_none(metadata.url),
        captured=given.captured or moment(draft.captured) or responded,
    )
    return Submission(
        article=article,
        original=record.original,
        text=draft.article_text(),
        capture=record.capture,
        head=record.head,
        named=given.article_id,
    )


def _without_repeats(read: tuple[Candidate, ...], fetched: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Return what was read with what the capture tells besides: an importer may have looked at it too."""
    if not fetched:
        return read
    known = {(candidate.method, candidate.value) for candidate in read}
    return (*read, *(candidate for candidate in fetched if (candidate.method, candidate.value) not in known))


def _captured(record: Record) -> tuple[Fields, str | None]:
    if record.capture is None:
        return {}, None
    from archive.importers import captured

    fields, responded = captured.read(record.capture)
    if not captured.is_response(record):
        fields.pop("url", None)
    return fields, responded
