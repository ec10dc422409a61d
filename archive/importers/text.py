"""Plain text, one article a file: all that it says of itself is read by `archive.importers.reading`."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from archive.importers.decoding import NotTextError, decode
from archive.importers.protocol import Draft, Problem, Record
from archive.importers.reading import read_text
from archive.importers.whole import one_record

if TYPE_CHECKING:
    from collections.abc import Iterator


class TextImporter:
    """Reads a text as one draft whose text is the decoded file, its newlines untouched."""

    name = "text"
    version = 2
    isolated = False

    def detect(self, head: bytes) -> bool:
        """Take what is left: any bytes."""
        del head
        return True

    def split(self, stream: BinaryIO) -> Iterator[Record | Problem]:
        """Yield the file as one record, or the problem that it is larger than 256 MiB."""
        return one_record(stream, self.name)

    def read(self, record: Record) -> Iterator[Draft | Problem]:
        """Yield the one draft, or the problem: not text, or empty."""
        try:
            text, encoding = decode(record.original)
        except NotTextError as error:
            yield Problem(message=str(error))
            return
        reading = read_text(text, extractor=f"{self.name}/{self.version}")
        yield Draft(
            record=record,
            media_type="text/plain",
            encoding=encoding,
            fields=reading.fields,
            boilerplate=reading.boilerplate,
        )
