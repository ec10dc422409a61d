"""The protocol of importers: bytes in, drafts out. An importer never fetches and never appends.

An importer does its work in two steps, so that the second can be done elsewhere and again. `split` cuts a file into
records, each the own bytes of one article; `read` makes a draft of a record. A record is what goes to a worker
process, and what the archive keeps: reading it again years later gives what a later extractor sees in it.
docs/adr/0012-split-and-read.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Protocol

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.provenance import Boilerplate, Fields


@attrs.frozen(kw_only=True)
class Record:
    """One article as its container holds it, not read yet.

    `original` is the record's own bytes, never its container's, free of what only carried them: chunking and
    compression of HTTP, of a file, of a WARC. `format` is the name of the importer that reads them. What else is needed
    to read them is kept beside them: `capture` are the headers under which they were fetched (`archive.capture` has
    their format), `head` is what a container says of all its records, such as the part of a feed ahead of its entries.
    `container` is the format that it was cut out of, and `label` what names it there (a WARC-Record-ID, a number);
    `line` is where it stands in a file of lines, from 1.
    """

    original: bytes
    format: str
    capture: bytes | None = None
    head: bytes | None = None
    container: str | None = None
    label: str | None = None
    line: int | None = None

    @property
    def size(self) -> int:
        """All of its bytes."""
        return len(self.original) + len(self.capture or b"") + len(self.head or b"")


@attrs.frozen(kw_only=True)
class Draft:
    """What an importer made of one record: an article that is not in the archive yet.

    `text` is None where the text is the decoded original, which is then not stored twice; `encoding` says how it is
    decoded (a Python codec name; `utf-8-sig` where a byte order mark is dropped). Fields are lists of candidates, in
    any order: `archive.precedence` says which one wins. `key` is an id that the record states, `captured` when it was
    taken from its source, if it says so itself.
    """

    record: Record
    media_type: str
    encoding: str
    fields: Fields
    text: str | None = None
    boilerplate: tuple[Boilerplate, ...] = ()
    key: str | None = None
    captured: str | None = None

    @property
    def line(self) -> int | None:
        """Where the record stands in its file, from 1."""
        return self.record.line

    def article_text(self) -> str:
        """Return the article's text, decoding the original where that is the text."""
        return self.record.original.decode(self.encoding) if self.text is None else self.text


@attrs.frozen(kw_only=True)
class Problem:
    """A record that could not be read: collected and reported, the others go on.

    `partial` where a draft was made of it, without the value that the message names.
    """

    message: str
    line: int | None = None
    label: str | None = None
    partial: bool = False


@attrs.frozen(kw_only=True)
class Skipped:
    """A record of a container that holds no article, such as a picture in a WARC: counted under `reason`."""

    reason: str


@attrs.frozen
class Reached:
    """How far a splitter has come: the record that it looks at next begins at byte `offset` of the stream.

    Only of formats that can go on behind a record which ended the process. Their `split` looks for the next record
    where the stream it is given begins in the middle of one.
    """

    offset: int


class Importer(Protocol):
    """A format's reader. Stateless: one instance serves every file."""

    name: str
    """As in `--format NAME`."""

    version: int
    """Raised when the same record would give another draft."""

    isolated: bool
    """Whether splitting and reading are done in a worker process, with limits of time and memory."""

    def detect(self, head: bytes) -> bool:
        """Tell from the first 4 KiB of a file whether it holds this format."""

    def split(self, stream: BinaryIO) -> Iterator[Record | Problem | Skipped | Reached]:
        """Yield the records of a stream one by one, in bounded memory but for the record itself.

        A record may be of another format, which its `format` names.
        """

    def read(self, record: Record) -> Iterator[Draft | Problem]:
        """Yield a draft of a record, or the problem with it; or both, where a value had to be left out."""
