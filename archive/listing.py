"""Versions as a list of articles shows them: what was chosen for each field, not how it is known.

`Archive.version` tells all of one version, each candidate an object. What shows many at a time, as a search does, reads
them here, from the same documents and without the classes of those values (docs/start-up.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archive import codec, events, lookup, originals
from archive.chosen import ChosenFields
from archive.errors import DamagedError, InvalidEventError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archive.archive import Archive
    from archive.provenance import Value
    from archive.store import Recorded


class ListedMetadata(ChosenFields):
    """The values that were chosen for the fields of a version."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = values

    def value(self, name: str) -> Value | None:
        """Return the value that was chosen for a field, None where none is known."""
        return self._values.get(name)


class ListedVersion(NamedTuple):
    """A version of an article as a list shows it; what it has in common with `archive.article.Version` means the same.

    `origin` is where its bytes came from, in short. `boilerplate` are the spans `[start, end)` of the text that are not
    the article's own, `title_span` is where in the text its title stands. `text_part` and `encoding` tell where that
    text is. `changed` tells whether the log has an event about its article that is no version; `siblings`
    are the positions of all versions of its article, its own among them.
    """

    position: int
    event_id: str
    article_id: str
    number: int
    recorded: str
    run: str
    metadata: ListedMetadata
    origin: str
    digest: str
    captured: str | None
    boilerplate: tuple[tuple[int, int], ...]
    title_span: tuple[int, int] | None
    text_part: str
    encoding: str
    changed: bool
    siblings: tuple[int, ...]

    def versions(self, at: int) -> int:
        """Return how many versions its article had by the event at a position."""
        return sum(position <= at for position in self.siblings)


def listed(archive: Archive, position: int) -> ListedVersion:
    """Return the version that the event at a position recorded. Raises as `Archive.version` does.

    What is damaged in a candidate that was not chosen is passed over.
    """
    recorded = archive.version_event(position)
    article_id = recorded.attribute("subject")
    found = archive.store.find(lookup.article_key(article_id))
    # Most articles have one event, which need not be read again.
    history = [recorded] if found == [position] else archive.history(article_id)
    versions = [event.position for event in history if _is_version(event)]
    article = archive.document(recorded, events.ARTICLE)
    origin = archive.document(recorded, events.ORIGIN)
    try:
        text_part, encoding = codec.text_source(article)
        return ListedVersion(
            position=position,
            event_id=recorded.attribute("id"),
            article_id=article_id,
            number=sum(version <= position for version in versions),
            recorded=recorded.attribute("time"),
            run=recorded.attribute("correlationid"),
            metadata=ListedMetadata(codec.chosen_values(article)),
            origin=codec.origin_label(origin),
            digest=codec.original_digest(article),
            captured=codec.captured(article),
            boilerplate=codec.boilerplate_spans(article),
            title_span=codec.title_span(article),
            text_part=text_part,
            encoding=encoding,
            changed=len(versions) < len(history),
            siblings=tuple(versions),
        )
    except InvalidEventError as error:
        raise DamagedError(position, str(error)) from None


def text_of(archive: Archive, version: ListedVersion) -> str:
    """Return the text of a version. Raises ErasedError, DamagedError."""
    position = version.position
    if version.text_part == events.ORIGINAL:
        position = originals.holder(archive.store, archive.event(position)).position
    try:
        return archive.store.part(position, version.text_part).decode(version.encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise DamagedError(version.position, f"its text cannot be decoded: {error}") from None


def _is_version(recorded: Recorded) -> bool:
    return events.kind_of(recorded.attribute("type")) in events.ARTICLE_KINDS
