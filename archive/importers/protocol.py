"""The protocol of importers: bytes in, drafts out. An importer never fetches and never appends."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Protocol

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.provenance import Boilerplate, Fields


@attrs.frozen(kw_only=True)
class Draft:
    """What an importer made of one record: an article that is not in the archive yet.

    `original` is the record's own bytes, never its container's. `text` is None where the text is the decoded
    original, which is then not stored twice; `encoding` says how it is decoded (a Python codec name; `utf-8-sig`
    where a byte order mark is dropped). `key` is an id that the record states. `line` is where it stands in its file.
    """

    original: bytes
    media_type: str
    encoding: str
    fields: Fields
    text: str | None = None
    boilerplate: tuple[Boilerplate, ...] = ()
    key: str | None = None
    captured: str | None = None
    line: int | None = None

    def article_text(self) -> str:
        """Return the article's text, decoding the original where that is the text."""
        return self.original.decode(self.encoding) if self.text is None else self.text


@attrs.frozen(kw_only=True)
class Problem:
    """A record that could not be read: collected and reported, the others go on.

    `partial` where a draft was made of it, without the value that the message names.
    """

    message: str
    line: int | None = None
    partial: bool = False


class Importer(Protocol):
    """A format's reader. Stateless: one instance serves every file."""

    name: str
    """As in `--format NAME`."""

    version: int
    """Raised when the same bytes would give another draft."""

    def detect(self, head: bytes) -> bool:
        """Tell from the first 4 KiB of a file whether it holds this format."""

    def parse(self, stream: BinaryIO) -> Iterator[Draft | Problem]:
        """Yield the records of a stream one by one, in bounded memory but for the record itself."""
