"""Web pages: the text of the article, and what the page says of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO

from archive import capture
from archive.errors import InvalidValueError
from archive.importers.protocol import Draft, Problem, Record
from archive.importers.whole import one_record

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 16 * 1024 * 1024
"""The most bytes of a page that are looked at. What stands behind them is kept, and not read."""

_BEGINNING = re.compile(
    # PHP puts its warnings ahead of the page.
    rb"(?:\xef\xbb\xbf)?\s*(?:<br\s*/?>\s*<b>[^<]*(?:</?[ab]\b[^<>]*>[^<]*)*<br\s*/?>\s*)*"
    rb"(?:<\?xml[^>]*\?>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|title|meta|link|script|style|div|p|h1|article|main|table|center|font|base)\b",
    re.IGNORECASE | re.DOTALL,
)
_WIDE = (b"\xff\xfe", b"\xfe\xff")


class HtmlImporter:
    """Reads a page as one draft, whose text is the article's paragraphs."""

    name = "html"
    version = 2
    isolated = True

    def detect(self, head: bytes) -> bool:
        """Tell whether a file begins like a page."""
        if head.startswith(_WIDE):
            head = head[2:].replace(b"\0", b"")
        return _BEGINNING.match(head) is not None

    def split(self, stream: BinaryIO) -> Iterator[Record | Problem]:
        """Yield the file as one record, or the problem that it is larger than 256 MiB."""
        return one_record(stream, self.name)

    def read(self, record: Record) -> Iterator[Draft | Problem]:
        """Yield the draft, or the problem that the page holds neither text nor title."""
        from archive.importers.html.reading import read_page

        page = read_page(record.original[:LARGEST], exchange=_exchange(record))
        if page.text or page.fields.get("title"):
            yield Draft(
                record=record,
                media_type="text/html",
                encoding=page.codec,
                fields=page.fields,
                text=page.text,
                boilerplate=page.boilerplate,
            )
        else:
            yield Problem(
                message="no article: the page has neither text nor title; it may be made by scripts as it is shown: "
                "save it from the browser, as text or as a whole page",
                label=record.label,
            )
            return
        if len(record.original) > LARGEST:
            yield Problem(
                message=f"only the first {LARGEST >> 20} MiB of the page are read; all of it is kept",
                label=record.label,
                partial=True,
            )


def _exchange(record: Record) -> capture.Exchange | None:
    if record.capture is None:
        return None
    try:
        return capture.from_bytes(record.capture).response
    except InvalidValueError:
        return None
