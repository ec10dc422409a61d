"""PDF: the text of its pages by pypdf, and what the document says of itself (ISO 32000-1, section 14.3.3).

That is little to be trusted: a title may be the name of the file that it was made of, an author the name of an account,
and its date says when the file was made, not when an article was published. `archive.precedence` ranks it accordingly.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from archive.errors import InvalidValueError
from archive.importers.decoding import is_visible
from archive.importers.lines import one_line
from archive.importers.members import tags
from archive.importers.protocol import Draft, Problem, Record
from archive.importers.reading import read_text
from archive.importers.whole import one_record
from archive.provenance import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pypdf import PdfReader

    from archive.provenance import Fields, Value

LARGEST = 128 * 1024 * 1024
"""The most bytes that a PDF may have."""

MOST_PAGES = 2000
"""The most pages that are read; no article has more."""

_DATE = re.compile(
    r"(?:D:)?(?P<year>\d{4})(?:(?P<month>\d\d)(?:(?P<day>\d\d)"
    r"(?:(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?(?P<offset>Z|[+-]\d\d'?(?:\d\d)?)?)?)?)?.*",
    re.DOTALL,
)
# What programs put there when nobody stated a title: the name of a file.
_NO_TITLE = re.compile(
    r"(?:Microsoft \w+ - .*|untitled.*|.*\.(?:docx?|odt|indd|pdf|rtf|html?|qxd|pptx?))", re.IGNORECASE
)
_NEWLINES = re.compile(r"[ \t]*\n")


class _Document(NamedTuple):
    text: str
    stated: dict[str, str]


class PdfImporter:
    """Reads a file as one draft, its text page by page."""

    name = "pdf"
    version = 1
    isolated = True

    def detect(self, head: bytes) -> bool:
        """Tell whether a file begins as a PDF; the mark may stand behind some other bytes."""
        return b"%PDF-" in head[:1024] and (head.lstrip().startswith(b"%PDF-") or b"\0" in head)

    def split(self, stream: BinaryIO) -> Iterator[Record | Problem]:
        """Yield the file as one record, or the problem that it is larger than 128 MiB."""
        return one_record(stream, self.name, largest=LARGEST)

    def read(self, record: Record) -> Iterator[Draft | Problem]:
        """Yield the one draft, or the problem: encrypted, damaged, or without a text."""
        document = _read(record.original)
        if isinstance(document, Problem):
            yield document
            return
        extractor = f"{self.name}/{self.version}"
        fields = _stated_fields(document.stated, extractor)
        # A heading on the first page is more of a title than what the file states.
        reading = read_text(document.text, extractor=extractor)
        for field, candidates in reading.fields.items():
            fields[field] = (*fields.get(field, ()), *candidates)
        yield Draft(
            record=record,
            media_type="application/pdf",
            encoding="latin-1",
            fields=fields,
            text=document.text,
            boilerplate=reading.boilerplate,
        )


def _read(original: bytes) -> _Document | Problem:
    import logging

    from pypdf.errors import DependencyError, PyPdfError

    if b"%PDF-" not in original and b"startxref" not in original:
        # pypdf would look for tables of objects in all of it.
        return Problem(message="not a PDF; name its format, or leave it to be told by its content: --format auto")
    # It tells of every flaw of a file; those that matter are problems here.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        return _opened(original)
    except DependencyError:
        return Problem(message="the PDF is encrypted; save it without its encryption (qpdf --decrypt)")
    except PyPdfError as error:
        return Problem(message=f"the PDF is damaged and cannot be read ({error}); get it again, or repair it (qpdf)")
    except Exception as error:  # noqa: BLE001 - in a damaged file anything can be of any type
        return Problem(message=f"the PDF is damaged and cannot be read ({type(error).__name__}); get it again")


def _opened(original: bytes) -> _Document | Problem:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(original))
    if reader.is_encrypted and not reader.decrypt(""):
        return Problem(message="the PDF is encrypted; save it without its password (qpdf --decrypt)")
    count = len(reader.pages)
    if count > MOST_PAGES:
        return Problem(message=f"has {count:,} pages, more than an article has ({MOST_PAGES:,}); split it")
    pages = [_page(page.extract_text()) for page in reader.pages]
    text = "\n\n".join(page for page in pages if page)
    if not is_visible(text):
        return Problem(message="the PDF holds no text, only pictures; recognise its text first (ocrmypdf)")
    return _Document(text, _stated(reader))


def _page(text: str) -> str:
    # Half a surrogate pair is no text; a font's table of characters may hold it.
    return _NEWLINES.sub("\n", text.encode("utf-8", "replace").decode()).strip()


def _stated(reader: PdfReader) -> dict[str, str]:
    """Return what the document states of itself, by the names of its information dictionary, and its language."""
    found = {name.lstrip("/"): str(value) for name, value in (reader.metadata or {}).items() if value is not None}
    language = reader.root_object.get("/Lang")
    if language is not None:
        found["Lang"] = str(language)
    return {name: value.encode("utf-8", "replace").decode() for name, value in found.items()}


def _stated_fields(stated: dict[str, str], extractor: str) -> Fields:
    fields: Fields = {}

    def note(field: str, value: Value, raw: str) -> None:
        if value:
            fields[field] = (Candidate(value=value, method="pdf", extractor=extractor, raw=raw),)

    title = one_line(stated.get("Title", ""))
    if not _NO_TITLE.fullmatch(title):
        note("title", title, stated.get("Title", ""))
    author = one_line(stated.get("Author", ""))
    note("authors", tuple(name for part in author.split(";") if (name := part.strip())), stated.get("Author", ""))
    note("language", stated.get("Lang", "").strip(), stated.get("Lang", ""))
    keywords = one_line(stated.get("Keywords", ""))
    note("tags", tags("Keywords", keywords), stated.get("Keywords", ""))
    made = stated.get("CreationDate", "")
    if date := _date(made):
        note("published", date, made)
    return fields


def _date(stated: str) -> str | None:
    """Return a date of PDF (ISO 32000-1, section 7.9.4) in its canonical spelling, None where it is none."""
    from archive import edtf

    match = _DATE.fullmatch(stated.strip())
    if match is None:
        return None
    parts = match.groupdict()
    date = "-".join(part for part in (parts["year"], parts["month"], parts["day"]) if part)
    if parts["hour"]:
        date += "T" + ":".join(part for part in (parts["hour"], parts["minute"], parts["second"]) if part)
        digits = (parts["offset"] or "").replace("'", "")
        date += digits if digits in {"", "Z"} else f"{digits[:3]}:{digits[3:] or '00'}"
    try:
        return edtf.normalize(date)
    except InvalidValueError:
        return None
