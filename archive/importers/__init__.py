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


def _feed() -> Importer:
    from archive.importers.feed import FeedImporter

    return FeedImporter()


def _html() -> Importer:
    from archive.importers.html.importer import HtmlImporter

    return HtmlImporter()


def _json() -> Importer:
    from archive.importers.json_document import JsonImporter

    return JsonImporter()


def _mail() -> Importer:
    from archive.importers.mail import MailImporter

    return MailImporter()


def _markdown() -> Importer:
    from archive.importers.markdown import MarkdownImporter

    return MarkdownImporter()


def _pdf() -> Importer:
    from archive.importers.pdf import PdfImporter

    return PdfImporter()


def _text() -> Importer:
    from archive.importers.text import TextImporter

    return TextImporter()


def _warc() -> Importer:
    from archive.importers.warc import WarcImporter

    return WarcImporter()


# In the order in which they are asked: the picky ones first, `text` takes what is left.
_IMPORTERS: dict[str, Callable[[], Importer]] = {
    "warc": _warc,
    "pdf": _pdf,
    "feed": _feed,
    "html": _html,
    "mail": _mail,
    "markdown": _markdown,
    "json": _json,
    "jsonl": _jsonl,
    "text": _text,
}

WHOLE = frozenset({"text", "html", "markdown", "pdf"})
"""Formats of which a file is one record: its bytes are read where the file is open, whoever makes a draft of them."""

DECOMPRESSES = frozenset({"warc"})
"""Formats whose importer is given a gzipped file as it is: each of its records may be compressed by itself."""

_AS_IT_IS = "--format text takes it as it is"
# What a file that is not read begins with, letters in lower case; what it is; what can be done.
_NOT_READ = (
    ((b"<?xml", b"<!doctype"), "XML that is no feed", f"make text or JSON of it; {_AS_IT_IS}"),
    ((b"{\\rtf",), "RTF", "convert it: soffice --convert-to txt, or pandoc"),
    ((b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",), "a document of Word, Excel or Outlook", "save it as text or PDF"),
    ((b"\x89png", b"gif8", b"\xff\xd8\xff", b"ii*\0", b"mm\0*"), "a picture", "recognise its text first (tesseract)"),
    ((b"7z\xbc\xaf\x27\x1c", b"rar!"), "an archive of files", "unpack it, and add the folder"),
)
_TAR_MAGIC = 257
_ZIPPED = (
    (b"mimetypeapplication/epub+zip", "EPUB", "convert it: pandoc -t plain"),
    (b"mimetypeapplication/vnd.oasis.opendocument.text", "OpenDocument", "convert it: pandoc -t plain"),
    (b"word/", "DOCX", "convert it: pandoc -t plain"),
    (b"", "ZIP", "unpack it, and add the folder"),
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
    """Return why a file is not taken for text though it might be: it is of a format that is not read. Else None."""
    if head.startswith(b"PK\x03\x04"):
        return _refusal(*next(known[1:] for known in _ZIPPED if known[0] in head))
    if head[_TAR_MAGIC:].startswith(b"ustar"):
        return _refusal("a tar archive", "unpack it, and add the folder")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:2048].lower()
    for beginnings, name, advice in _NOT_READ:
        if start.startswith(beginnings) and not (start.startswith(b"<") and _is_read(head)):
            return _refusal(name, advice)
    return None


def _is_read(head: bytes) -> bool:
    return _feed().detect(head) or _html().detect(head)


def _refusal(name: str, advice: str) -> str:
    return f"looks like {name}, which is not read; {advice}"


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
