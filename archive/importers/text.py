"""Plain text, one article a file: the title, who wrote, and what the dateline says."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from archive.importers import byline, dateline, heading
from archive.importers.decoding import NotTextError, decode
from archive.importers.lines import one_line, top_lines
from archive.importers.protocol import Draft, Problem
from archive.provenance import Candidate, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.importers.lines import Line
    from archive.provenance import Fields

_LARGEST = 256 * 1024 * 1024
_READ_AT_ONCE = 1024 * 1024
_DATELINE_WITHIN = 3
_BYLINE_BEHIND = 2


class TextImporter:
    """Reads a text as one draft whose text is the decoded file, its newlines untouched."""

    name = "text"
    version = 1

    def detect(self, head: bytes) -> bool:
        """Take what is left: any bytes."""
        del head
        return True

    def parse(self, stream: BinaryIO) -> Iterator[Draft | Problem]:
        """Yield the one draft, or the problem: not text, empty, or larger than 256 MiB."""
        original = _read(stream)
        if original is None:
            yield Problem(message="larger than 256 MiB, too large for one article; split it, or name its format")
            return
        try:
            text, encoding = decode(original)
        except NotTextError as error:
            yield Problem(message=str(error))
            return
        yield Draft(
            original=original,
            media_type="text/plain",
            encoding=encoding,
            fields=read_fields(text, extractor=f"{self.name}/{self.version}"),
        )


def _read(stream: BinaryIO) -> bytes | None:
    """Return all of a stream, or None where it is too large."""
    # A read of the whole limit at once would set as much memory aside for the smallest file.
    pieces: list[bytes] = []
    size = 0
    while piece := stream.read(_READ_AT_ONCE):
        size += len(piece)
        if size > _LARGEST:
            return None
        pieces.append(piece)
    return b"".join(pieces)


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
