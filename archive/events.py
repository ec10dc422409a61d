"""The kinds of events, facts in the past tense, with the names of their parts; and upcasters. Pure.

How new ones are made is in `archive.new_events`.

Evolution, in this order: readers are tolerant (`archive.codec`); where that is not enough, a type gets a new version
and a pure upcaster from the old one's document; where the meaning changes, there is a new type. Stored bytes never
change. docs/format.md, "Events".
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from archive.errors import InvalidEventError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from archive.codec import Document

    Upcasters = Mapping[tuple[str, str, int], Callable[[Document], Document]]

ARCHIVE_CREATED = "archive.created"
RUN_RECORDED = "run.recorded"
ARTICLE_ADDED = "article.added"
ARTICLE_REVISED = "article.revised"
ARTICLE_AMENDED = "article.amended"
ARTICLE_CORRECTED, ARTICLE_RETRACTED = "article.corrected", "article.retracted"
ARTICLE_TAGGED, ARTICLE_UNTAGGED, ARTICLE_ANNOTATED = "article.tagged", "article.untagged", "article.annotated"
ARTICLE_WITHHELD, ARTICLE_RELEASED, ARTICLE_ERASED = "article.withheld", "article.released", "article.erased"
ARCHIVE_KEYED, ARCHIVE_MERGED, ARCHIVE_ANCHORED = "archive.keyed", "archive.merged", "archive.anchored"

VERSIONS: Mapping[str, int] = dict.fromkeys(
    (
        ARCHIVE_CREATED,
        ARCHIVE_KEYED,
        ARCHIVE_MERGED,
        ARCHIVE_ANCHORED,
        RUN_RECORDED,
        ARTICLE_ADDED,
        ARTICLE_REVISED,
        ARTICLE_AMENDED,
        ARTICLE_CORRECTED,
        ARTICLE_RETRACTED,
        ARTICLE_TAGGED,
        ARTICLE_UNTAGGED,
        ARTICLE_ANNOTATED,
        ARTICLE_WITHHELD,
        ARTICLE_RELEASED,
        ARTICLE_ERASED,
    ),
    1,
)
"""The current version of each kind of event: the one that is written."""

ARTICLE_KINDS = frozenset({ARTICLE_ADDED, ARTICLE_REVISED, ARTICLE_AMENDED})
"""The kinds that record a version of an article. An amended one has no bytes of its own (`archive.originals`)."""

LIFE_CYCLE_KINDS = frozenset(
    {
        ARTICLE_CORRECTED,
        ARTICLE_RETRACTED,
        ARTICLE_TAGGED,
        ARTICLE_UNTAGGED,
        ARTICLE_ANNOTATED,
        ARTICLE_WITHHELD,
        ARTICLE_RELEASED,
        ARTICLE_ERASED,
    }
)
"""The kinds that record what became of an article, and no version of it. Their subject is the article's id, too."""

FOUND_BY_SUBJECT = LIFE_CYCLE_KINDS | {ARCHIVE_KEYED, ARCHIVE_ANCHORED, ARCHIVE_MERGED}
"""The kinds that are found under their subject, the id of an article or an archive, and under nothing else."""

ARTICLE, ORIGIN, TEXT, ORIGINAL, RUN, ABOUT = "article", "origin", "text", "original", "run", "archive"
CAPTURE, HEAD = "capture", "head"
MERGED, ORDER = "merged", "order"
ERASURE, ERASED, SUPPRESSED = "erasure", "erased", "suppressed"
KEY, ANCHOR, REQUEST, RECEIPT = "key", "anchor", "request", "receipt"
NOTICE, TAGS, NOTE, REASON = "notice", "tags", "note", "reason"
"""The names of payload parts."""

_MOST_DIGITS = 6

UPCASTERS: Upcasters = {}
"""From (kind, part, version) of a document to the function that makes it a later version's. None is needed yet."""


def type_of(kind: str) -> str:
    """Return the CloudEvents type under which a kind is written today."""
    return f"morgue.{kind}.v{VERSIONS[kind]}"


def kind_of(event_type: str) -> str:
    """Return the kind of a CloudEvents type: `article.added` of `morgue.article.added.v1`."""
    return event_type.removeprefix("morgue.").rpartition(".v")[0]


def upcast(event_type: str, part: str, document: Document, upcasters: Upcasters = UPCASTERS) -> Document:
    """Return the document of a part as its kind's newest version would have written it.

    A version from the future has no upcaster and is returned as it is: the tolerant reader takes what it knows.
    Raises InvalidEventError where the type names no version.
    """
    kind, version_written = _kind_and_version(event_type)
    if not upcasters:
        return document
    steps = sorted(version for of_kind, of_part, version in upcasters if (of_kind, of_part) == (kind, part))
    for version in steps:
        if version >= version_written:
            document = upcasters[kind, part, version](document)
    return document


@lru_cache(maxsize=64)
def _kind_and_version(event_type: str) -> tuple[str, int]:
    kind, _, number = event_type.removeprefix("morgue.").rpartition(".v")
    if not number.isdecimal() or len(number) > _MOST_DIGITS:
        raise InvalidEventError(f"{event_type!r} is no type of event")
    return kind, int(number)
