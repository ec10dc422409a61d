"""Preparing: what adding an article costs most, done ahead, by a process that needs nothing of the archive. Pure.

The archive's process gets it as a submission of which it reads no more than it needs to decide and to append.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from archive import codec, events, parts
from archive.new_events import article_parts
from archive.submission import Prepared, Submission

if TYPE_CHECKING:
    from archive.article import Article
    from archive.submission import Identifiers


def prepare(submission: Submission) -> Prepared:
    """Return a submission's content digest, the packed parts of its event, and what read it.

    Raises InvalidEventError where a string is no text, before anything is packed.
    """
    if submission.prepared is not None:
        return submission.prepared
    committed = [parts.commit(name, content) for name, content in article_parts(submission).items()]
    return Prepared(submission.content(), tuple(parts.compressed(committed)), submission.readers())


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
        packed = self.prepared.parts if self.prepared is not None else ()
        return next((b"".join(parts.unpack(part.chunks)) for part in packed if part.name == name), None)
