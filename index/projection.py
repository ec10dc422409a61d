"""The projection: from recorded articles to index documents. Catching up and rebuilding take the same way."""

# What few articles need is imported where it is used: a process that reads ahead is to begin soon.
from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from archive import codec, edtf, events
from archive.errors import DamagedError, InvalidEventError
from archive.passages import passages
from archive.urls import canonical_or_none
from index import schema_fields
from index.standing import ERASED, RETAGGED, RETRACTED, TURNS, WITHHELD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.archive import Archive
    from archive.life_cycle import State
    from archive.provenance import Value
    from archive.replay import RecordedArticle
    from archive.store import Recorded

_SECONDS_A_DAY = 86_400
_EPOCH_DAY = 719_163
"""The ordinal of 1970-01-01."""


_NAMES = {
    "publisher": "publisher",
    "agency": "agency",
    "authors": "author",
    "place": "place",
    "language": "language",
    "tags": "tag",
}
"""Fields of names: as the archive calls them, and as the index does."""


class Document(NamedTuple):
    """One version of an article, as it is indexed.

    `passages` are what is left of its text without boilerplate; no phrase reaches from one into the next.
    `names` are the values of the fields of names that are known. `days` are the first and the last day on which it may
    have been published, as proleptic Gregorian ordinals, `published` a sort key in seconds since 1970: None where no
    year is known. `supersedes` is the position of the version that is not current any more once this one is recorded:
    its own, where it never was current.
    """

    position: int
    title: str
    passages: tuple[str, ...]
    names: dict[str, tuple[str, ...]]
    days: tuple[int, int] | None
    published: int | None
    supersedes: int | None


class Standing(NamedTuple):
    """How a version stands after the event at `position`; `version` is the version's position.

    `tags` are those of the article, if it has the flag RETAGGED.
    """

    position: int
    version: int
    flags: int
    corrections: int = 0
    notes: int = 0
    tags: tuple[str, ...] = ()


def documents(archive: Archive, start: int, end: int) -> Iterator[Document]:
    """Yield a document for each version of an article that the events at `[start, end)` recorded, in order."""
    for recorded in archive.articles(start, end):
        yield _document(archive, recorded)


def projected(archive: Archive, start: int, end: int) -> Iterator[Document | Standing]:
    """Yield the documents of the events at `[start, end)`, then their standings, each in order. Raises DamagedError."""
    yield from documents(archive, start, end)
    yield from standings(archive, start, end)


def published_moment(published: str | None, days: tuple[int, int] | None) -> int | None:
    """Return a sort key in seconds since 1970 for an EDTF date: its first moment, None where no year is known."""
    if published is None or days is None:
        return None
    if "T" in published:
        from archive.identity import instant

        return int(instant(published).timestamp())
    return (days[0] - _EPOCH_DAY) * _SECONDS_A_DAY


def _document(archive: Archive, recorded: RecordedArticle) -> Document:
    values = recorded.values
    published = _one(values.get("published"))
    days = _days(published) if published is not None else None
    names = {_NAMES[field]: _many(value) for field, value in values.items() if field in _NAMES}
    if (url := _one(values.get("url"))) is not None:
        names[schema_fields.URL] = (address(url),)
    names[schema_fields.ORIGIN] = _origin(recorded.origin)
    if recorded.captured is not None:
        names[schema_fields.CAPTURED] = (_day_in_utc(recorded.captured),)
    return Document(
        position=recorded.position,
        title=_one(values.get("title")) or "",
        passages=passages(recorded.text, recorded.boilerplate),
        names=names,
        days=days,
        published=_moment(published, days),
        supersedes=None if recorded.first else _superseded(archive, recorded),
    )


def address(value: str) -> str:
    """Return what is looked up of an address: its canonical form without the scheme; of anything else, itself."""
    if "://" not in value:
        return value.removeprefix("www.")
    return (canonical_or_none(value) or value).partition("://")[2]


@lru_cache(maxsize=256)
def _origin(path: str) -> tuple[str]:
    """Return what is looked up of an origin; many articles come from one file, and one behind the other."""
    return (address(path),)


@lru_cache(maxsize=1 << 14)
def _day_in_utc(captured: str) -> str:
    """Return the day of a moment in UTC as eight digits."""
    from datetime import UTC

    from archive.identity import instant

    return f"{instant(captured).astimezone(UTC):%Y%m%d}"


_moment = lru_cache(maxsize=1 << 14)(published_moment)


@lru_cache(maxsize=1 << 14)
def _days(published: str) -> tuple[int, int] | None:
    """Return `edtf.days`; many articles are published on one day."""
    return edtf.days(published)


def _one(value: Value | None) -> str | None:
    return value if isinstance(value, str) else None


def _many(value: Value) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _superseded(archive: Archive, recorded: RecordedArticle) -> int | None:
    """Return the position of the version whose place this one takes, its own for a capture older than the current.

    None where those ahead of it were erased.
    """
    from archive.identity import current_version

    known = [version for version in archive.versions(recorded.article_id) if version.position <= recorded.position]
    if len(known) == 1:
        return None
    before = current_version(known[:-1])
    after = current_version(known)
    return before.position if after.position == recorded.position else recorded.position


_TURNING = frozenset({events.ARTICLE_WITHHELD, events.ARTICLE_RELEASED, events.ARTICLE_ERASED})


def standings(archive: Archive, start: int, end: int) -> Iterator[Standing]:
    """Yield how articles stand after each of the events at `[start, end)`, if it made a difference, in order.

    Costs a look at each event, and at the history of the articles that were changed. Raises DamagedError.
    """
    lives: dict[str, _Life] = {}
    for recorded in archive.events(start, end):
        if recorded.encoded.endswith(_ADDED):
            continue
        kind = events.kind_of(recorded.attribute("type"))
        if kind in events.LIFE_CYCLE_KINDS or kind in _FURTHER:
            article_id = recorded.attribute("subject")
            if article_id not in lives:
                if len(lives) >= _LIVES_KEPT:
                    lives.clear()
                lives[article_id] = _Life.of(archive, article_id)
            yield from _standings(archive, recorded, kind, lives[article_id])


_ADDED = f'"type":"{events.type_of(events.ARTICLE_ADDED)}"}}'.encode()
"""How the envelopes of nearly all events end, which change nothing: attributes are in the order of their names."""

_FURTHER = events.ARTICLE_KINDS - {events.ARTICLE_ADDED}
"""The kinds of versions that an article may have had a life before."""

_LIVES_KEPT = 256
"""Articles whose history is kept for their next event: one may have a thousand notes."""


class _Life(NamedTuple):
    """The history of an article: the events of its versions, those erased apart, and its state after each event."""

    versions: list[Recorded]
    erased: list[Recorded]
    states: dict[int, State]

    @classmethod
    def of(cls, archive: Archive, article_id: str) -> _Life:
        from archive.states import states_along

        history = archive.history(article_id)
        versions = [event for event in history if events.kind_of(event.attribute("type")) in events.ARTICLE_KINDS]
        gone = archive.store.erasures.by_event()
        erased = [event for event in versions if event.attribute("id") in gone]
        return cls(
            [event for event in versions if event.attribute("id") not in gone],
            erased,
            {event.position: state for event, state in states_along(archive, history)},
        )


def _standings(archive: Archive, recorded: Recorded, kind: str, life: _Life) -> Iterator[Standing]:
    position = recorded.position
    versions = life.versions[: bisect_right(life.versions, position, key=lambda version: version.position)]
    state = life.states.get(position)
    if state is None:
        # Rather no answer than one with an article that is withheld.
        raise DamagedError(position, "its event is not found under its article")
    if kind == events.ARTICLE_ERASED:
        # An index that was built before has them still, until it is built anew.
        yield from (
            Standing(position, version.position, ERASED | TURNS)
            for version in life.erased
            if version.position < position
        )
    if not state or not versions:
        return
    current = versions[0] if len(versions) == 1 else archive.event(_current(archive, recorded))
    flags = (RETRACTED if state.retracted else 0) | (WITHHELD if state.withheld is not None else 0)
    if kind in _TURNING or state.withheld is not None:
        flags |= TURNS
    yield Standing(
        position,
        current.position,
        flags | (RETAGGED if state.retags else 0),
        len(state.corrections),
        len(state.notes),
        _tags(archive, current, state),
    )


def _tags(archive: Archive, version: Recorded, state: State) -> tuple[str, ...]:
    """Return the tags of an article, if they may be others than those that its current version states."""
    if not state.retags:
        return ()
    try:
        stated = codec.chosen_values(archive.document(version, events.ARTICLE)).get("tags", ())
    except InvalidEventError as error:
        raise DamagedError(version.position, str(error)) from None
    return state.tags(_many(stated))


def _current(archive: Archive, recorded: Recorded) -> int:
    """Return the position of the version that was current after an event about its article."""
    from archive.identity import current_version

    versions = archive.versions(recorded.attribute("subject"))
    return current_version([version for version in versions if version.position <= recorded.position]).position
