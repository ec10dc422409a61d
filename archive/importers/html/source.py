"""A page's source, and the place of each stretch of it in the page's bytes."""

from __future__ import annotations

import html
import re

from archive.provenance import Candidate, Span, Value

EXTRACTOR = "html/2"
_STEP = 1 << 16
_LONGEST_RAW = 2000
# Nothing is looked through twice: a tag ends before the next one, and a comment that is not closed with the page.
_MARKUP = re.compile(r"<!--.*?(?:-->|\Z)|<[^<>]*+>", re.DOTALL)
_FOR_PROGRAMS = re.compile(
    r"<!--.*?(?:-->|\Z)|<(head|script|style|template|svg|noscript|iframe|select|textarea)\b.*?(?:</\1\s*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b\u200e\u200f\u2060\ufeff]")
_TWICE = re.compile(r"&(?:#\d{2,5}|#x[0-9a-f]{2,4}|amp|quot|apos|nbsp|[lr][sd]quo|hellip|[mn]dash);", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")
_MARK_LENGTHS = {"utf-8-sig": 3, "utf-16-le": 0, "utf-16-be": 0}
_BARE = {"utf-8-sig": "utf-8"}
_SINGLE_BYTE = frozenset({"ascii", "cp1252", "cp1251", "cp1250", "cp1254", "koi8-r"})


class Source:
    """The decoded source of a page; its invariant: a span that it gives, decoded, is the stretch that it was asked for.

    Places in `text` are code points. Counting them back to bytes encodes the text once, in pieces, when it is first
    needed; where an encoding does not give the same bytes again, there is no span.
    """

    def __init__(self, text: str, *, original: bytes, codec: str) -> None:
        self.text = text
        self._original = original
        self._codec = codec
        self._bare = _BARE.get(codec, codec)
        self._mark = _MARK_LENGTHS.get(codec, 0)
        self._direct = codec in _SINGLE_BYTE or text.isascii()
        self._steps: list[int] | None = None

    def candidate(self, value: Value, method: str, start: int, end: int, *, otherwise: str | None = None) -> Candidate:
        """Return a candidate whose `raw` is the stretch `[start, end)` of the source.

        Where that is empty or longer than 2,000 code points, `raw` is `otherwise`, and there is no span.
        """
        raw = self.text[start:end]
        if not raw or len(raw) > _LONGEST_RAW:
            stated = without_surrogates(otherwise)[:_LONGEST_RAW] if otherwise else None
            return Candidate(value=value, method=method, extractor=EXTRACTOR, raw=stated)
        span = self._span(start, end, raw)
        return Candidate(value=value, method=method, extractor=EXTRACTOR, raw=without_surrogates(raw), span=span)

    def _span(self, start: int, end: int, raw: str) -> Span | None:
        try:
            first, last = self._byte(start), self._byte(end)
            if self._original[first:last].decode(self._codec) != raw:
                return None
        except UnicodeError:
            return None
        return Span(source="original", start=first, end=last)

    def _byte(self, at: int) -> int:
        if self._direct and self._codec not in {"utf-16-le", "utf-16-be"}:
            return at + self._mark
        if self._steps is None:
            self._steps = [self._mark]
            for start in range(0, len(self.text), _STEP):
                self._steps.append(self._steps[-1] + self._length(start, start + _STEP))
        step = at // _STEP
        return self._steps[step] + self._length(step * _STEP, at)

    def _length(self, start: int, end: int) -> int:
        return len(self.text[start:end].encode(self._bare, "surrogateescape"))


def plain(source: str) -> str:
    """Return what a reader sees of a piece of source: without tags, entities decoded, white space as one space."""
    return cleaned(unescaped(_MARKUP.sub(" ", source)))


def without_scripts(source: str) -> str:
    """Return a page's source without what is in it for programs: comments, scripts, styles, the head."""
    return _FOR_PROGRAMS.sub(" ", source)


def unescaped(text: str) -> str:
    """Return a text with its entities decoded; once more where a publisher's own program had escaped it before."""
    if "&" not in text:
        return text
    once = html.unescape(text)
    return html.unescape(once) if _TWICE.search(once) else once


def cleaned(text: str) -> str:
    """Return a text without characters that print nothing, each run of white space as one space."""
    return " ".join(_UNSEEN.sub("", without_surrogates(text)).split())


def without_surrogates(text: str) -> str:
    """Return a text that can be stored: bytes that could not be decoded are replacement characters."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)
