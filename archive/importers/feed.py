"""RSS and Atom: each entry is a record, its own bytes cut out; what the feed says of all goes along as `head`.

Cutting is in `archive.importers.feed_cutting`, reading in `archive.importers.feed_reading`; neither is imported to tell
what a file is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO

from archive.importers.protocol import Draft, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.importers.protocol import Record, Skipped

LARGEST = 64 * 1024 * 1024
"""The most bytes that a feed may have. All of it is held in memory: what stands behind its entries counts, too."""

# In ASCII, behind a byte order mark, in UTF-16 or UTF-32, in EBCDIC.
_MAY_BE_MARKUP = re.compile(rb"[\s\0]*<|\xef\xbb\xbf|\xfe\xff|\xff\xfe|\0\0\xfe\xff|\x4c\x6f\xa7\x94")


class FeedImporter:
    """Reads RSS 0.9 to 2.0, RDF, Atom 0.3 and 1.0, and CDF, well formed or not."""

    name = "feed"
    version = 1
    isolated = True

    def detect(self, head: bytes) -> bool:
        """Tell whether a file's first tag is that of a feed, in whatever encoding."""
        if not _MAY_BE_MARKUP.match(head):
            return False
        from archive.importers.feed_markup import decode, family_of, is_feed, root_of

        family, mark = family_of(head)
        # Tags are ASCII in all encodings but those that the first bytes tell.
        return is_feed(root_of(decode(head[mark:], family or "latin-1")))

    def split(self, stream: BinaryIO) -> Iterator[Record | Problem | Skipped]:
        """Yield a record for each entry; none for a feed that has none: nothing new is no problem.

        A problem where it is no feed, larger than 64 MiB, or ends within an entry (which is yielded all the same).
        """
        from archive.importers.feed_cutting import records_of

        data = stream.read(LARGEST + 1)
        if len(data) > LARGEST:
            yield Problem(message=f"larger than {LARGEST >> 20} MiB, too large for a feed; split it")
        elif not data.strip():
            yield Problem(message="empty: nothing to archive")
        else:
            yield from records_of(data)

    def read(self, record: Record) -> Iterator[Draft | Problem]:
        """Yield the draft of an entry, or the problem that nothing is in it; and what had to be left out."""
        from archive.importers.feed_markup import EncodingError
        from archive.importers.feed_reading import DamagedEntryError, reading_of
        from archive.importers.found_in_text import with_text

        extractor = f"{self.name}/{self.version}"
        try:
            reading = reading_of(record, extractor=extractor)
        except EncodingError as error:
            yield Problem(message=str(error), line=record.line, label=record.label)
            return
        except DamagedEntryError as error:
            message = f"the entry is damaged and cannot be read ({error}); get the feed again"
            yield Problem(message=message, line=record.line, label=record.label)
            return
        if reading is None or not (reading.text or reading.key or reading.fields.keys() & {"title", "url"}):
            message = "the entry has no text, title, link or id: nothing to archive"
            yield Problem(message=message, line=record.line, label=record.label)
            return
        said = with_text(reading.fields, reading.text, extractor=extractor)
        yield Draft(
            record=record,
            media_type=reading.media_type,
            encoding=reading.encoding,
            fields=said.fields,
            text=reading.text,
            boilerplate=said.boilerplate,
            key=reading.key,
        )
        for remark in reading.remarks:
            yield Problem(message=remark, line=record.line, label=record.label, partial=True)
