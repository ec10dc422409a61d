"""What inputs come to: a submission, handed in to the archive; a failure; or what is there already."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from archive import lookup

if TYPE_CHECKING:
    from archive.article import Article, Version
    from archive.importers.libraries import Readers
    from archive.parts import Committed, Part


@attrs.frozen(kw_only=True)
class Failure:
    """An input, or a record in one, that was not added, and why: a value that is collected, not raised.

    `path` is as the user named it, `-` for standard input; `line` counts from 1, `label` names a record where there
    are no lines. `partial` where the article was added without a value that is wrong. `skipped` where a record holds no
    article, such as a picture in a WARC: that is no fault, and its message is the reason that it is counted under.
    """

    path: str
    message: str
    line: int | None = None
    label: str | None = None
    partial: bool = False
    skipped: bool = False

    @property
    def outcome(self) -> str:
        """What runs count it as: `failed`, `incomplete` or `skipped`."""
        return "skipped" if self.skipped else "incomplete" if self.partial else "failed"

    def __str__(self) -> str:
        if self.line is not None:
            return f"{self.path}:{self.line}: {self.message}"
        record = "" if self.label is None else f"record {self.label}: "
        return f"{self.path}: {record}{self.message}"


@attrs.frozen(kw_only=True)
class Identifiers:
    """What tells an article from others (`archive.identity`), and what is told of it: its title and where it lay.

    `path` and `line` are those of its origin, `label` names its record where there are no lines.
    """

    digest: str
    key: str | None
    canonical_url: str | None
    captured: str | None
    title: str | None
    path: str
    line: int | None
    label: str | None

    @property
    def origin(self) -> str:
        """Where it lay, as its origin is written."""
        return self.path if self.line is None else f"{self.path}:{self.line}"

    def failed(self, message: str) -> Failure:
        """Return the failure that the submission became."""
        return Failure(path=self.path, line=self.line, label=self.label, message=message)


@attrs.frozen
class Prepared:
    """What is ready to be stored: a content digest, the parts of an event, and what read them.

    The parts are committed to; a worker process has packed them, too.
    """

    content: str
    parts: tuple[Part | Committed, ...]
    readers: Readers


@attrs.frozen(kw_only=True)
class Submission:
    """An article with its bytes, about to be added. `named` is the id of the article that the user says it is.

    `capture` and `head` are those of its record (`archive.importers.protocol`). `prepared` says the same as the rest,
    in the form in which it is stored. `reason` is why it is handed in as a new version, where somebody said so.
    """

    article: Article
    original: bytes
    text: str
    capture: bytes | None = None
    head: bytes | None = None
    named: str | None = None
    prepared: Prepared | None = None
    reason: str | None = None

    def because(self, reason: str) -> Submission:
        """Return this submission with the reason for a new version."""
        return attrs.evolve(self, reason=reason)

    def content(self) -> str:
        """Return the content digest of title and text (`archive.lookup`)."""
        if self.prepared is not None:
            return self.prepared.content
        return lookup.content_digest(self.article.metadata.title, self.text)

    def readers(self) -> Readers:
        """Return what read it."""
        if self.prepared is not None:
            return self.prepared.readers
        from archive.importers.libraries import readers_of

        return readers_of(self.article)

    def identifiers(self) -> Identifiers:
        """Return what identifies it."""
        article = self.article
        return Identifiers(
            digest=article.digest,
            key=article.key,
            canonical_url=article.canonical_url,
            captured=article.captured,
            title=article.metadata.title,
            path=article.origin.path,
            line=article.origin.line,
            label=article.origin.label,
        )

    def failed(self, message: str) -> Failure:
        """Return the failure that this submission became."""
        return self.identifiers().failed(message)


@attrs.frozen(kw_only=True)
class Unmodified:
    """A version whose source says that it still holds: nothing was read, and nothing is to be added.

    `origin` is the address that was asked.
    """

    version: Version
    origin: str


Item = Submission | Unmodified | Failure
"""What one record of an input comes to."""
