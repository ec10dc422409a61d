"""How each thing is known: the candidates of a field, where an article came from, the run that added it.

Pure values. Spans are half-open `[start, end)`; in `text` they count code points, in `original` bytes.
"""

from __future__ import annotations

from typing import Literal

import attrs

Source = Literal["text", "original"]
Value = str | tuple[str, ...]


@attrs.frozen(kw_only=True)
class Span:
    """The place `[start, end)` that a value was read from."""

    source: Source
    start: int
    end: int

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"a span must have 0 <= start <= end, not [{self.start}, {self.end})")


@attrs.frozen(kw_only=True)
class Candidate:
    """One value that a field might have, and how it is known.

    `method` is the field's standard term for the kind of evidence: `given` (stated by the user), `json` (a member of
    a JSON record), `heading`, `dateline`, `byline`; later importers add theirs. `extractor` is the code that read it
    and its version, such as `text/1`. `raw` is what stood there before it was normalised. `note` says what else the
    value rests on, such as where a year came from that `raw` does not state.
    """

    value: Value
    method: str
    extractor: str
    raw: str | None = None
    span: Span | None = None
    note: str | None = None


Fields = dict[str, tuple[Candidate, ...]]
"""Per field its candidates, the chosen one first."""

FIELD_NAMES = ("title", "authors", "publisher", "agency", "published", "place", "language", "url", "tags")
"""The fields of an article that the format knows; readers pass others through."""

LIST_FIELDS = frozenset({"authors", "tags"})
"""Fields whose value is a tuple of strings."""


@attrs.frozen(kw_only=True)
class Boilerplate:
    """A stretch of the text that is not the article's own, such as a site's menu. Kept, not indexed."""

    span: Span
    rule: str


@attrs.frozen(kw_only=True)
class Origin:
    """Where the bytes came from: a file, `-` or a URL, and the record in it.

    `format` is the record's own, `container` that of what it was cut out of, if that is another one: a page (`html`) of
    a WARC (`warc`). `label` names the record in its container, `line` is where it stands in it, from 1.
    """

    path: str
    format: str
    importer: str
    line: int | None = None
    container: str | None = None
    label: str | None = None

    def __str__(self) -> str:
        return self.path if self.line is None else f"{self.path}:{self.line}"
