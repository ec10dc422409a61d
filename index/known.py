"""What the archive knows of a query and the index does not: which articles ids mean, and what was recorded when.

Positions grow with time, so that days are a range of positions: two bisections of the log. An event that was taken in
with another archive was recorded when it came, as for `--at`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.query.ast import DateRange, WithId, walk

if TYPE_CHECKING:
    from archive.archive import Archive
    from index.query.ast import Date, Node
    from index.reading import View

Known = dict["Node", frozenset[int]]
"""From nodes to the documents that they mean, by their numbers in a view."""


def known_documents(archive: Archive, view: View, node: Node) -> Known:
    """Return the documents of a view that the ids and the days of recording in a query mean. Raises DamagedError."""
    found: Known = {}
    for inner in walk(node):
        if isinstance(inner, WithId):
            found[inner] = _of_article(archive, view, inner.identifier)
        elif isinstance(inner, DateRange) and inner.field == "recorded":
            found[inner] = _recorded(archive, view, inner)
    return found


def _of_article(archive: Archive, view: View, identifier: str) -> frozenset[int]:
    """Return the documents of all versions of the article that an identifier means; none where it means none."""
    from archive.errors import AmbiguousIdError, ErasedError, InvalidValueError, NoSuchArticleError

    try:
        versions = archive.versions(archive.find(identifier).article_id)
    except AmbiguousIdError as error:
        versions = [archive.version(position) for position in error.positions]
    except (NoSuchArticleError, ErasedError, InvalidValueError):
        return frozenset()
    numbers = ((version.position, view.document_at(version.position)) for version in versions)
    return frozenset(
        number for position, number in numbers if number < view.limit and view.position_of(number) == position
    )


def _recorded(archive: Archive, view: View, days: DateRange) -> frozenset[int]:
    first = 0 if days.earliest is None else _end_of(archive, _day_before(days.earliest))
    last = archive.size() if days.latest is None else _end_of(archive, days.latest)
    return frozenset(range(_document(view, first), _document(view, last)))


def _document(view: View, position: int) -> int:
    return min(view.limit, view.document_at(position))


def _end_of(archive: Archive, day: Date | None) -> int:
    """Return how many events were recorded by the end of a day; by that of None, the day before all days, none."""
    from archive.errors import InvalidValueError

    if day is None:
        return 0
    try:
        return archive.position_at("{:04}-{:02}-{:02}".format(*day)) + 1
    except InvalidValueError:
        return 0


def _day_before(day: Date) -> Date | None:
    from datetime import date

    ordinal = date(*day).toordinal() - 1
    return date.fromordinal(ordinal).timetuple()[:3] if ordinal else None
