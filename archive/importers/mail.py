"""Mails, such as newsletters: a message a file (`.eml`), or many in one (mbox, RFC 4155).

A message is RFC 5322 with MIME (RFC 2045 to 2049). Read by the standard library's parser of old, which takes what it
is given; header fields are found in the bytes besides, so that each value has its place.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, BinaryIO

from archive.importers.protocol import Draft, Problem, Record

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 64 * 1024 * 1024
"""The most bytes that one message may have, its attachments among them."""

_READ_AT_ONCE = 1024 * 1024
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:")
_SEPARATOR = re.compile(rb"From \S+.*[0-9]{2}:[0-9]{2}.*[0-9]{4}")
# What programs write that send and deliver mail, and people do not.
_OF_MACHINES = frozenset({
    b"message-id", b"received", b"mime-version", b"return-path", b"delivered-to", b"dkim-signature", b"list-id",
    b"list-unsubscribe", b"content-transfer-encoding", b"x-mailer", b"authentication-results", b"x-received",
})  # fmt: skip
_OF_ALL = frozenset({b"from", b"date", b"subject", b"to"})


class MailImporter:
    """Reads messages; of an mbox no more than one, of 64 MiB at most, is held."""

    name = "mail"
    version = 1
    isolated = True

    def detect(self, head: bytes) -> bool:
        """Tell whether a file begins with the header of a message, such as no text has, or as an mbox does."""
        start = head.removeprefix(codecs.BOM_UTF8).lstrip(b"\r\n")
        first, _, rest = start.partition(b"\n")
        if _SEPARATOR.match(first):
            start = rest
        names: set[bytes] = set()
        for line in start.splitlines():
            match = _FIELD.match(line)
            if match:
                names.add(match[1].lower())
            elif not line.startswith((b" ", b"\t", b">From ")) or not names:
                break
        return len(names & _OF_ALL) >= 2 and bool(names & _OF_MACHINES)

    def split(self, stream: BinaryIO) -> Iterator[Record | Problem]:
        """Yield a record for each message, and a problem for one that is too large."""
        first = stream.readline(_READ_AT_ONCE)
        is_mbox = _SEPARATOR.match(first) is not None
        kept: list[bytes] = [] if is_mbox else [first]
        size, number, line, begun, after_blank = len(first), 1, 1, 2 if is_mbox else 1, False
        while read := stream.readline(_READ_AT_ONCE):
            line += 1
            if is_mbox and after_blank and _SEPARATOR.match(read):
                yield self._message(kept, size, number, begun, is_mbox=True)
                kept, size, number, begun = [], 0, number + 1, line + 1
                continue
            after_blank = not read.strip(b"\r\n")
            size += len(read)
            if size <= LARGEST:
                kept.append(read)
        if b"".join(kept).strip() or number > 1:
            yield self._message(kept, size, number, begun, is_mbox=is_mbox)
        else:
            yield Problem(message="empty: nothing to archive")

    def _message(self, kept: list[bytes], size: int, number: int, line: int, *, is_mbox: bool) -> Record | Problem:
        label = str(number) if is_mbox else None
        if size > LARGEST:
            message = f"larger than {LARGEST >> 20} MiB, too large for one message; save it without its attachments"
            return Problem(message=message, line=line, label=label)
        original = b"".join(kept)
        if is_mbox:
            # The empty line ahead of the next separator belongs to the box.
            original = original.removesuffix(b"\n").removesuffix(b"\r")
        return Record(
            original=original,
            format=self.name,
            container="mbox" if is_mbox else None,
            label=label,
            line=line if is_mbox else None,
        )

    def read(self, record: Record) -> Iterator[Draft | Problem]:
        """Yield the draft of a message, or the problem that it says nothing; and what had to be left out."""
        from archive.importers.found_in_text import with_text
        from archive.importers.mail_body import text_in
        from archive.importers.mail_fields import encoding_of, read_fields

        encoding = encoding_of(record.original)
        extractor = f"{self.name}/{self.version}"
        fields, key, remarks = read_fields(record.original, encoding=encoding, extractor=extractor)
        body = text_in(record.original, is_quoted=record.container == "mbox")
        if body.problem:
            remarks.append(body.problem)
        if not body.text and "title" not in fields:
            message = body.problem or "the message has neither a text nor a subject: nothing to archive"
            yield Problem(message=message, line=record.line, label=record.label)
            return
        said = with_text(fields, body.text, extractor=extractor)
        yield Draft(
            record=record,
            media_type="message/rfc822",
            encoding=encoding,
            fields=said.fields,
            text=body.text,
            boilerplate=said.boilerplate,
            key=key,
        )
        for remark in remarks:
            yield Problem(message=remark, line=record.line, label=record.label, partial=True)
