"""Preparing: an article written down as the parts of its event, ahead of the question whether it is new. Pure.

A worker process prepares, too, and packs what it prepared, as that needs nothing of the archive. The archive's process
gets it as a submission of which it reads no more than it needs to decide and to append.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from archive import codec, events, parts
from archive.new_events import article_parts, reason_part
from archive.submission import Prepared, Submission

if TYPE_CHECKING:
    from archive.article import Article
    from archive.submission import Identifiers


def prepare(submission: Submission) -> Prepared:
    """Return a submission's content digest, the parts of its event, committed to, and what read it.

    Raises InvalidEventError where a string is no text.
    """
    prepared = submission.prepared
    if prepared is None:
        committed = parts.commit_all(article_parts(submission))
        prepared = Prepared(submission.content(), committed, submission.readers())
    if submission.reason is None:
        return prepared
    reason = parts.commit_all(reason_part(submission.reason))
    return Prepared(prepared.content, (*prepared.parts, *reason), prepared.readers)


def pack(prepared: Prepared) -> Prepared:
    """Return what was prepared with its parts compressed."""
    return Prepared(prepared.content, tuple(parts.packed(prepared.parts)), prepared.readers)


class PreparedSubmission(Submission):
    """A submission whose article and text are read from its packed parts, each when somebody asks for it."""

    def __init__(
        self,
        identifiers: Identifiers,
        prepared: Prepared,
        original: bytes,
        named: str | None,
        reason: str | None = None,
    ) -> None:
        known = {"prepared": prepared, "original": original, "named": named, "reason": reason}
        for name, value in {"_identifiers": identifiers, **known}.items():
            object.__setattr__(self, name, value)

    def because(self, reason: str) -> Submission:
        """Return this submission with the reason for a new version."""
        if self.prepared is None:
            return super().because(reason)
        return PreparedSubmission(self.identifiers(), self.prepared, self.original, self.named, reason)

    def identifiers(self) -> Identifiers:
        """Return what identifies it."""
        identifiers: Identifiers = self.__dict__["_identifiers"]
        return identifiers

    @cached_property
    def article(self) -> Article:
        """Its article. Raises BadPartError, InvalidEventError where the parts do not hold one."""
        return codec.article_from_document(
            codec.from_bytes(self._part(events.ARTICLE) or b""), codec.from_bytes(self._part(events.ORIGIN) or b"")
        )

    @cached_property
    def text(self) -> str:
        """Its text."""
        if self.article.text_is_original:
            return self.original.decode(self.article.encoding)
        return (self._part(events.TEXT) or b"").decode()

    @cached_property
    def capture(self) -> bytes | None:
        """The capture of its record."""
        return self._part(events.CAPTURE)

    @cached_property
    def head(self) -> bytes | None:
        """The head of its record."""
        return self._part(events.HEAD)

    def _part(self, name: str) -> bytes | None:
        prepared = self.prepared.parts if self.prepared is not None else ()
        return next((part.whole() for part in prepared if part.name == name), None)
