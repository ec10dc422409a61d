"""Plain text, one article a file: the title, who wrote, and what the dateline says."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from archive.importers import byline, dateline, heading
from archive.importers.decoding import NotTextError, decode
from archive.importers.lines import one_line, top_lines
from archive.importers.protocol import Draft, Problem, Record
from archive.importers.whole import one_record
from archive.provenance import Candidate, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.importers.lines import Line
    from archive.provenance import Fields

_DATELINE_WITHIN = 3
_BYLINE_BEHIND = 2


class TextImporter:
    """Reads a text as one draft whose text is the decoded file, its newlines untouched."""

    name = "text"
    version = 1
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
        yield Draft(
            record=record,
            media_type="text/plain",
            encoding=encoding,
            fields=read_fields(text, extractor=f"{self.name}/{self.version}"),
        )


def read_fields(text: str, *, extractor: str) -> Fields:
    """Return what the top of a text says of itself: `title`, `authors`, `place`, `agency`, `published`.

    Every candidate has the span in the text that its `raw` stands at. Looks at the first 4,096 code points. Fields
    that are not found are absent.
    """
    lines = top_lines(text)
    fields: Fields = {}

    def note(field: str, method: str, value: str | tuple[str, ...], start: int, end: int) -> None:
        span = Span(source="text", start=start, end=end)
        fields[field] = (Candidate(value=value, method=method, extractor=extractor, raw=text[start:end], span=span),)

    title, length = heading.read(lines)
    if title is not None:
        note("title", "heading", one_line(title.text), title.start, title.end)
    if signed := _first_byline(lines[: length + _BYLINE_BEHIND]):
        line, by = signed
        note("authors", "byline", by.names, line.start + by.start, line.start + by.end)
    # The dateline may stand behind a summary.
    for line in lines[: length + _DATELINE_WITHIN]:
        if found := dateline.read(line.text):
            for part in found:
                note(part.field, "dateline", part.value, line.start + part.start, line.start + part.end)
            break
    return fields


def _first_byline(lines: list[Line]) -> tuple[Line, byline.Byline] | None:
    for line in lines:
        if found := byline.read(line.text):
            return line, found
    return None
