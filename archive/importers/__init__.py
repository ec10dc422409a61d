"""The registry of importers: which reads a format, and which fits a file.

Each is imported when it is asked for, so that commands that read no input pay nothing for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.errors import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from archive.importers.protocol import Draft, Importer, Problem, Record, Skipped

__all__ = ["DECOMPRESSES", "NAMES", "WHOLE", "detect", "importer_for", "not_read_yet", "parse", "read", "signature"]


def _jsonl() -> Importer:
    from archive.importers.jsonl import JsonlImporter

    return JsonlImporter()


def _text() -> Importer:
    from archive.importers.text import TextImporter

    return TextImporter()


def _warc() -> Importer:
    from archive.importers.warc import WarcImporter

    return WarcImporter()


# In the order in which they are asked: the picky ones first, `text` takes what is left.
_IMPORTERS: dict[str, Callable[[], Importer]] = {"warc": _warc, "jsonl": _jsonl, "text": _text}

WHOLE = frozenset({"text", "html", "markdown", "pdf"})
"""Formats of which a file is one record: its bytes are read where the file is open, whoever makes a draft of them."""

DECOMPRESSES = frozenset({"warc"})
"""Formats whose importer is given a gzipped file as it is: each of its records may be compressed by itself."""

_NOT_READ_YET = (
    ((b"%pdf-",), "PDF"),
    ((b"<!doctype html", b"<html"), "HTML"),
    ((b"<?xml", b"<rss", b"<feed"), "XML"),
    ((b"[{", b"[\n", b"[\r\n", b"[ {"), "a JSON array (make it JSON Lines: jq -c '.[]')"),
)

NAMES = tuple(_IMPORTERS)
"""The formats that `--format` knows, in the order of detection."""


def importer_for(name: str) -> Importer:
    """Return the importer of a format. Raises `InvalidValueError` for a name that is not in `NAMES`."""
    make = _IMPORTERS.get(name)
    if make is None:
        raise InvalidValueError(f"there is no format {name!r}; the formats are: auto, {', '.join(NAMES)}")
    return make()


def not_read_yet(head: bytes) -> str | None:
    """Return why a file is not taken for text though it could be: it is of a format that is not read yet. Else None."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:512].lower()
    for beginnings, name in _NOT_READ_YET:
        if start.startswith(beginnings):
            return f"looks like {name}, which is not read yet; --format text takes it as text, as it is"
    return None


def detect(head: bytes) -> Importer:
    """Return the first importer that takes a file for its own, by its first 4 KiB.

    There is always one: what no other claims is `text`, which says of bytes that are none that they are not text.
    """
    for make in _IMPORTERS.values():
        importer = make()
        if importer.detect(head):
            return importer
    return _text()


def signature(importer: Importer) -> str:
    """Return an importer's name and version as provenance states them: `text/1`."""
    return f"{importer.name}/{importer.version}"


def read(record: Record) -> Iterator[Draft | Problem]:
    """Yield what the importer of a record's format makes of it."""
    return importer_for(record.format).read(record)


def parse(importer: Importer, stream: BinaryIO) -> Iterator[Draft | Problem | Skipped]:
    """Yield the drafts of a file, in this process: all that its importer splits off, read."""
    from archive.importers.protocol import Reached, Record

    for item in importer.split(stream):
        if isinstance(item, Record):
            yield from read(item)
        elif not isinstance(item, Reached):
            yield item
