"""An article: its metadata with all candidates, and where its bytes came from. Pure values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from archive.chosen import ChosenFields

if TYPE_CHECKING:
    from archive.provenance import Boilerplate, Candidate, Fields, Origin, Value


@attrs.frozen
class Metadata(ChosenFields):
    """What is known about an article, field by field; per field the chosen candidate is the first."""

    fields: Fields = attrs.field(factory=dict)

    def chosen(self, name: str) -> Candidate | None:
        """Return the candidate that won a field, None where nothing is known."""
        candidates = self.fields.get(name, ())
        return candidates[0] if candidates else None

    def value(self, name: str) -> Value | None:
        """Return the value that was chosen for a field, None where none is known."""
        candidate = self.chosen(name)
        return None if candidate is None else candidate.value


@attrs.frozen(kw_only=True)
class Article:
    """What parts `article` and `origin` of an event hold.

    `digest` is the SHA-256 of the original bytes, 64 hex digits. `key` is an id that the input stated, `canonical_url`
    the stated address under the rules of `archive.urls`. `captured` is when the bytes were taken from their source, if
    that was stated. `text_is_original` tells that the text is the original decoded by `encoding`, and not stored again.
    """

    metadata: Metadata
    origin: Origin
    digest: str
    length: int
    media_type: str
    encoding: str
    text_is_original: bool
    boilerplate: tuple[Boilerplate, ...] = ()
    key: str | None = None
    canonical_url: str | None = None
    captured: str | None = None


@attrs.frozen(kw_only=True)
class Version:
    """A version of an article as it was recorded.

    `number` counts the versions of one article from 1, in the order of their positions. `recorded` is the time of the
    event, `run` the id of the run that added it. `amends` is the version that this one is a new reading of, None for
    one that came with bytes of its own.
    """

    position: int
    event_id: str
    article_id: str
    number: int
    recorded: str
    run: str
    article: Article
    amends: Version | None = None

    @property
    def holder(self) -> Version:
        """The version whose event holds the original: itself, or the first one that it is a new reading of."""
        return self if self.amends is None else self.amends.holder

    @property
    def metadata(self) -> Metadata:
        """What is known about this version."""
        return self.article.metadata
