"""The events: facts in the past tense, which become envelopes and payload parts; and upcasters. Pure.

Evolution, in this order: readers are tolerant (`archive.codec`); where that is not enough, a type gets a new version
and a pure upcaster from the old one's document; where the meaning changes, there is a new type. Stored bytes never
change. docs/format.md, "Events".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import attrs

from archive import codec
from archive.errors import InvalidEventError

if TYPE_CHECKING:
    from archive.article import Article, Run

ARCHIVE_CREATED = "archive.created"
RUN_RECORDED = "run.recorded"
ARTICLE_ADDED = "article.added"
ARTICLE_REVISED = "article.revised"

VERSIONS: Mapping[str, int] = {ARCHIVE_CREATED: 1, RUN_RECORDED: 1, ARTICLE_ADDED: 1, ARTICLE_REVISED: 1}
"""The current version of each kind of event: the one that is written."""

ARTICLE_KINDS = frozenset({ARTICLE_ADDED, ARTICLE_REVISED})
"""The kinds that record a version of an article."""

ARTICLE, ORIGIN, TEXT, ORIGINAL, RUN, ABOUT = "article", "origin", "text", "original", "run", "archive"
"""The names of payload parts."""

_MOST_DIGITS = 6

Upcasters = Mapping[tuple[str, str, int], Callable[[codec.Document], codec.Document]]
UPCASTERS: Upcasters = {}
"""From (kind, part, version) of a document to the function that makes it a later version's. None is needed yet."""


@attrs.frozen(kw_only=True)
class NewEvent:
    """An event about to be appended: the store gives it an id, a time and its commitments."""

    type: str
    subject: str
    correlation: str
    parts: Mapping[str, bytes]
    causation: str | None = None


def archive_created(tool: str) -> dict[str, bytes]:
    """Return the parts of the first event of an archive that `tool` (its name and version) creates."""
    return {ABOUT: codec.to_bytes({"canonical_url_rules": 1, "tool": tool})}


def article_recorded(
    *, article_id: str, article: Article, original: bytes, text: str, run_id: str, causation: str | None
) -> NewEvent:
    """Return the event that records a version of an article: added, or revised where it follows on an earlier event.

    The text is stored only where it is not the decoded original.
    """
    parts = {
        ARTICLE: codec.to_bytes(codec.article_document(article)),
        ORIGIN: codec.to_bytes(codec.origin_document(article.origin)),
        ORIGINAL: original,
    }
    if not article.text_is_original:
        parts[TEXT] = codec.text_to_bytes(text)
    return NewEvent(
        type=type_of(ARTICLE_ADDED if causation is None else ARTICLE_REVISED),
        subject=article_id,
        correlation=run_id,
        causation=causation,
        parts=parts,
    )


def run_recorded(run: Run) -> NewEvent:
    """Return the event that records a run, after the events that it brought."""
    return NewEvent(
        type=type_of(RUN_RECORDED),
        subject=run.id,
        correlation=run.id,
        parts={RUN: codec.to_bytes(codec.run_document(run))},
    )


def type_of(kind: str) -> str:
    """Return the CloudEvents type under which a kind is written today."""
    return f"morgue.{kind}.v{VERSIONS[kind]}"


def kind_of(event_type: str) -> str:
    """Return the kind of a CloudEvents type: `article.added` of `morgue.article.added.v1`."""
    return event_type.removeprefix("morgue.").rpartition(".v")[0]


def upcast(event_type: str, part: str, document: codec.Document, upcasters: Upcasters = UPCASTERS) -> codec.Document:
    """Return the document of a part as its kind's newest version would have written it.

    A version from the future has no upcaster and is returned as it is: the tolerant reader takes what it knows.
    Raises InvalidEventError where the type names no version.
    """
    kind, _, number = event_type.removeprefix("morgue.").rpartition(".v")
    if not number.isdecimal() or len(number) > _MOST_DIGITS:
        raise InvalidEventError(f"{event_type!r} is no type of event")
    steps = sorted(version for of_kind, of_part, version in upcasters if (of_kind, of_part) == (kind, part))
    for version in steps:
        if version >= int(number):
            document = upcasters[kind, part, version](document)
    return document
