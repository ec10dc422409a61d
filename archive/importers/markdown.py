"""Markdown with front matter: what generators of sites, note-taking programs and web clippers write.

The front matter states the fields (`archive.importers.markdown_front`); the text is what is below it, without the marks
of Markdown: they are no words of the article, and would stand in what is shown of it. The original keeps them.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, BinaryIO

from archive.importers.decoding import NotTextError, decode, is_visible
from archive.importers.protocol import Draft, Problem, Record
from archive.importers.whole import one_record
from archive.provenance import Candidate, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 16 * 1024 * 1024
"""The most bytes that a document may have."""

_FENCE_OR_BRACE = re.compile(rb"(?:\xef\xbb\xbf)?(?:---|\+\+\+|\{)")


class MarkdownImporter:
    """Reads a file as one draft."""

    name = "markdown"
    version = 1
    isolated = True

    def detect(self, head: bytes) -> bool:
        """Tell whether a file begins with front matter: YAML between `---`, TOML between `+++`, or a JSON object."""
        if _FENCE_OR_BRACE.match(head) is None:
            return False
        from archive.importers.markdown_front import begins_with_front_matter

        return begins_with_front_matter(head.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace"))

    def split(self, stream: BinaryIO) -> Iterator[Record | Problem]:
        """Yield the file as one record, or the problem that it is larger than 16 MiB."""
        return one_record(stream, self.name, largest=LARGEST)

    def read(self, record: Record) -> Iterator[Draft | Problem]:
        """Yield the draft, or the problem with it; or both, where front matter or a value of it cannot be read."""
        from archive.importers.found_in_text import with_text
        from archive.importers.markdown_front import read_front_matter
        from archive.importers.markdown_text import read_markdown

        try:
            source, encoding = decode(record.original)
        except NotTextError as error:
            yield Problem(message=str(error))
            return
        extractor = f"{self.name}/{self.version}"
        front = read_front_matter(source, encoding=encoding, extractor=extractor)
        body = read_markdown(source[front.end :])
        fields = dict(front.fields)
        if body.heading is not None:
            start, end = body.heading
            heading = Candidate(
                value=" ".join(body.text[start:end].split()),
                method="heading",
                extractor=extractor,
                raw=body.text[start:end],
                span=Span(source="text", start=start, end=end),
            )
            fields["title"] = (*fields.get("title", ()), heading)
        if not is_visible(body.text) and not fields.keys() & {"title", "url"}:
            yield Problem(message="empty: nothing to archive")
            return
        said = with_text(fields, body.text, extractor=extractor)
        yield Draft(
            record=record,
            media_type="text/markdown",
            encoding=encoding,
            fields=said.fields,
            text=body.text,
            boilerplate=said.boilerplate,
            key=front.key,
            captured=front.captured,
        )
        for remark in front.remarks:
            yield Problem(message=remark, partial=True)
