"""Finding: which version an ID means, and which position a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive import events, lookup
from archive.errors import AmbiguousIdError, ErasedError, InvalidValueError, NoSuchArticleError
from archive.identity import current_version
from archive.ids import is_id

if TYPE_CHECKING:
    from datetime import datetime

    from archive.archive import Archive
    from archive.article import Version

_SHA256_DIGITS = 64


def find(archive: Archive, identifier: str) -> Version:
    """Return the version that an ID means: `Archive.find` says how."""
    if _is_number(identifier) and int(identifier) < archive.size():
        return archive.version(_told_of(archive, int(identifier)))
    found = _under_its_kind(archive, identifier)
    if found is None and (versions := archive.versions_under("key", identifier)):
        found = current_version(archive.versions(versions[-1].article_id))
    if found is not None:
        return found
    _tell_if_erased(archive, identifier)
    raise NoSuchArticleError(identifier, "an ID is a position, an article id, 8 or more digits of a digest, or a URL")


def position_at(archive: Archive, time_stated: str) -> int:
    """Return the position of the last event at or before a time: `Archive.position_at` says how."""
    from bisect import bisect_right
    from datetime import timedelta

    from archive.identity import instant
    from archive.moving.merged import Blocks

    blocks = Blocks.of(archive.store)

    def recorded_at(position: int) -> datetime:
        # What was taken in with another archive has that archive's time; here it was recorded when it came.
        return instant(archive.event(blocks.recorded_by(position)).attribute("time"))

    moment = instant(time_stated)
    if "T" not in time_stated and ":" not in time_stated:
        moment += timedelta(days=1, microseconds=-1)
    position = bisect_right(range(archive.size()), moment, key=recorded_at) - 1
    if position < 0:
        begun = archive.event(0).attribute("time")
        raise InvalidValueError(f"the archive did not exist at {time_stated}; it begins {begun}")
    return position


def _under_its_kind(archive: Archive, identifier: str) -> Version | None:
    """Return what is found under an article's id or that of an event, a URL or a digest, whichever it looks like."""
    if is_id(identifier.lower()):
        if versions := archive.versions(identifier.lower()):
            return current_version(versions)
        for recorded in reversed(archive.history(identifier.lower())):
            if events.kind_of(recorded.attribute("type")) in events.ARTICLE_KINDS:
                # It had versions, and has none: this raises ErasedError.
                return archive.version(recorded.position)
        if (position := archive.store.position_of(identifier.lower())) is not None:
            return archive.version(position)
    elif "://" in identifier:
        from archive.urls import canonical_url

        if versions := archive.versions_under("url", canonical_url(identifier)):
            return current_version(archive.versions(versions[-1].article_id))
    elif len(identifier) >= lookup.DIGEST_PREFIX and set(identifier.lower()) <= set("0123456789abcdef"):
        versions = archive.versions_under("digest", identifier.lower())
        if len({version.article_id for version in versions}) > 1:
            raise AmbiguousIdError(identifier, tuple(version.position for version in versions))
        if versions:
            return current_version(versions)
    return None


def _told_of(archive: Archive, position: int) -> int:
    """Return the position of the version that an event of a life cycle is about; of other events their own."""
    recorded = archive.event(position)
    if events.kind_of(recorded.attribute("type")) not in events.LIFE_CYCLE_KINDS:
        return position
    about = archive.store.position_of(recorded.envelope.causation or "")
    return position if about is None else about


def _tell_if_erased(archive: Archive, identifier: str) -> None:
    """Raise ErasedError where a URL, a whole digest or an id was that of an article that was erased."""
    from archive.urls import canonical_url

    known = [("key", identifier)]
    if "://" in identifier:
        try:
            known.append(("url", canonical_url(identifier)))
        except InvalidValueError:
            return
    if len(identifier) == _SHA256_DIGITS:
        known.append(("digest", identifier.lower()))
    for kind, value in known:
        erased_at = archive.suppressions.position_of(kind, value)
        if erased_at is not None:
            article_id = archive.event(erased_at).attribute("subject")
            held = [recorded.position for recorded in archive.history(article_id) if recorded.position < erased_at]
            raise ErasedError(held[-1] if held else erased_at, article_id, erased_at)


def _is_number(identifier: str) -> bool:
    # No log has a position of twenty digits, and Python refuses to convert some thousand.
    return identifier.isascii() and identifier.isdigit() and len(identifier) < 20
