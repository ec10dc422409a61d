"""A submission: an article handed in to the archive, and a failure: an input that could not become one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from archive.article import Article


@attrs.frozen(kw_only=True)
class Failure:
    """An input, or a record in one, that was not added, and why: a value that is collected, not raised.

    `path` is as the user named it, `-` for standard input; `line` counts from 1. `partial` where the article was added
    without a value that is wrong.
    """

    path: str
    message: str
    line: int | None = None
    partial: bool = False

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.line is None else f"{self.path}:{self.line}: {self.message}"


@attrs.frozen(kw_only=True)
class Submission:
    """An article with its bytes, about to be added. `named` is the id of the article that the user says it is.

    `capture` and `head` are those of its record (`archive.importers.protocol`).
    """

    article: Article
    original: bytes
    text: str
    capture: bytes | None = None
    head: bytes | None = None
    named: str | None = None

    def failed(self, message: str) -> Failure:
        """Return the failure that this submission became."""
        origin = self.article.origin
        return Failure(path=origin.path, line=origin.line, message=message)
