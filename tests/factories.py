"""Invented articles for tests that need an archive to search in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from archive.adding import Outcome
from archive.intake import Given, submit_text
from archive.provenance import Boilerplate, Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archive.archive import Archive
    from archive.provenance import Value
    from archive.submission import Submission


@attrs.frozen(kw_only=True)
class Clipping:
    """An article as a test writes it down; those with one `key` are versions of one article."""

    text: str
    title: str | None = None
    key: str | None = None
    captured: str | None = None
    published: str | None = None
    publisher: str | None = None
    place: str | None = None
    language: str | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    boilerplate: tuple[tuple[int, int], ...] = ()
    """Spans of the text."""

    def submission(self) -> Submission:
        """Return it as a program would hand it in."""
        stated = attrs.asdict(self, filter=lambda attribute, value: bool(value) and attribute.name in _FIELDS)
        fields: dict[str, Value] = dict(stated)
        made = submit_text(self.text, given=Given(fields=fields, captured=self.captured, key=self.key))
        marks = tuple(
            Boilerplate(span=Span(source="text", start=start, end=end), rule="menu") for start, end in self.boilerplate
        )
        return attrs.evolve(made, article=attrs.evolve(made.article, boilerplate=marks))


_FIELDS = {"title", "published", "publisher", "place", "language", "authors", "tags"}


def add(archive: Archive, text: str, **fields: str | tuple[str, ...] | None) -> int:
    """Add one article in a run of its own and return its position."""
    return archive.add(Clipping(text=text, **fields).submission()).position  # type: ignore[arg-type]


def add_all(archive: Archive, clippings: Iterable[Clipping]) -> list[int]:
    """Add articles in one run and return their positions; what cannot be added is an error of the test."""
    positions = []
    for outcome in archive.add_many(clipping.submission() for clipping in clippings):
        assert isinstance(outcome, Outcome), outcome
        positions.append(outcome.position)
    return positions
